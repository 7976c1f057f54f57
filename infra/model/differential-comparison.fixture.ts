/** What was seen of a flow, in the model's own words, and where the two differ. */
import type { EveRecord } from '../lab/network/suricata/eve';
import type { FirewallVerdict } from './firewall/evaluate';
import type { WireFlow } from './differential-client.fixture';
import type { TriedFlow } from './differential-flow.fixture';
import { isOneWay } from './differential-flow.fixture';
import type { Sighting } from './differential-network.fixture';

/** The client's side, the far end's packet socket and the engine's records, taken together. */
export interface Seen {
  /** `blocked`: nothing of the client's payload arrived and nothing came back. `leaks`: part of the exchange. */
  readonly outcome: 'passed' | 'blocked' | 'leaks';
  readonly reset: boolean;
  /** An alert record with a blocking verdict is about this flow. */
  readonly blockLogged: boolean;
  /** Bytes that arrived at the far end, bytes that came back, questions answered of those asked. */
  readonly up: number;
  readonly down: number;
  readonly answered: string;
  /** What the engine wrote of the flow: `blocked 3 msg`. */
  readonly records: readonly string[];
}

export function seenOf(flow: TriedFlow, wire: WireFlow, index: number, sighting: Sighting): Seen {
  const sight = sighting.sights[index];
  if (sight === undefined) throw new Error(`the client says nothing of flow ${index}`);
  const { shape, source, destination } = flow;
  const key = `${shape.protocolNumber} ${shape.transport === 'other' ? 0 : wire.key} ${source} ${destination} ${wire.port}`;
  const fragments = `${shape.protocolNumber} later-fragment ${source} ${destination}`;
  const up = (sighting.arrived[key] ?? 0) + (shape.fragmented ? (sighting.arrived[fragments] ?? 0) : 0);
  const records = sighting.alerts.filter((record) => isAbout(record, flow, wire));
  const whole = isOneWay(flow) ? up > 0 : sight.answered === wire.rounds.length && up > 0;
  return {
    outcome: whole ? 'passed' : up === 0 && sight.received === 0 ? 'blocked' : 'leaks',
    reset: sight.reset,
    blockLogged: records.some(saysBlocked),
    up,
    down: sight.received,
    answered: `${sight.answered}/${wire.rounds.length}`,
    records: [...new Set(records.map(recordText))],
  };
}

const alertOf = (
  record: EveRecord,
): { readonly action?: unknown; readonly signature?: unknown; readonly signature_id?: unknown } =>
  Object(record['alert']);

/** The engine's verdict on the packet decides, as in probes/firewall-record-verdict.ts; a rule's own action need not be it. */
function saysBlocked(record: EveRecord): boolean {
  const verdict: { readonly action?: unknown } = Object(record['verdict']);
  return verdict.action === 'drop' || verdict.action === 'reject';
}

function recordText(record: EveRecord): string {
  const { action, signature, signature_id: id } = alertOf(record);
  return `${String(action)} ${String(id)} ${String(signature)}`;
}

/** By the ports, or where there are none by the two addresses, which no other flow of its protocol has in the batch. */
function isAbout(record: EveRecord, { shape, source, destination }: TriedFlow, wire: WireFlow): boolean {
  const proto = String(record['proto']);
  const ends = [record['src_ip'], record['dest_ip']];
  if (!ends.includes(source) || !ends.includes(destination)) return false;
  if (shape.transport === 'tcp' || shape.transport === 'udp') {
    const ports = [record['src_port'], record['dest_port']];
    return proto === shape.transport.toUpperCase() && ports.includes(wire.key);
  }
  if (shape.transport === 'icmp') return proto === 'ICMP';
  return !['TCP', 'UDP', 'ICMP'].includes(proto);
}

/** Why the model's verdict is not what was seen; null where they agree. The verdict must be decided. */
export function disagreement(
  flow: TriedFlow,
  verdict: Exclude<FirewallVerdict, { outcome: 'undecided' }>,
  seen: Seen,
): string | null {
  const said = `the model says ${verdict.outcome} (${verdict.by})`;
  const saw = `seen: ${seen.outcome}, ${seen.up} bytes up, ${seen.down} down, ${seen.answered} answered`;
  if (!outcomesAgree(flow, verdict.outcome, seen)) return `${said}; ${saw}`;
  // A reject is for TCP (developer guide, rule-action); of other protocols it is a drop.
  const resets = flow.shape.transport === 'tcp';
  if (resets && verdict.outcome === 'rejected' && !seen.reset) return `${said}; ${saw}, no reset`;
  if (resets && verdict.outcome === 'dropped' && seen.reset) return `${said}; ${saw}, and a reset`;
  if (verdict.outcome === 'passed')
    return seen.blockLogged ? `${said}; a record of a block: ${seen.records.join(', ')}` : null;
  // Null where the model leaves the record open.
  if (verdict.logged === null || verdict.logged === seen.blockLogged) return null;
  const records = seen.records.length === 0 ? 'no record' : `the records ${seen.records.join(', ')}`;
  return `${said}, ${verdict.logged ? 'logged' : 'not logged'}; ${saw}, ${records}`;
}

function outcomesAgree(flow: TriedFlow, outcome: string, seen: Seen): boolean {
  if (outcome === 'dropped' || outcome === 'rejected') return seen.outcome === 'blocked';
  // Of bytes that nobody answers, having left is all that can be said.
  if (isOneWay(flow)) return seen.up > 0;
  return outcome === seen.outcome;
}
