/** Which blocks are not on the firewall's record yet, though the firewall has seen what was stopped. */
import { saysBlocked } from '../firewall-record-verdict';
import type { FirewallRecord, Observation, TiedRecord } from '../probe';
import { readScript, type Reached } from '../script-report';
import { correlate } from './correlate';

export interface Stopped {
  /** What the probes saw from inside the Studio subnet. */
  readonly seen: readonly Observation[];
  /** The same of the techniques of the battery. */
  readonly techniques: readonly Observation[];
  /** Of which of these, tied as they stand, the firewall owes a record besides: probes by id. */
  readonly owed: (inside: readonly Observation[]) => readonly string[];
}

/** Whether the client was stopped as a firewall stops it. */
export const isStopped = ({ result }: Observation): boolean =>
  result.kind === 'timed-out' || result.kind === 'reset';

/** Whether a connection came as far as its ClientHello and no further: the firewall has seen its name. */
export const wasSeen = (reached: Reached | undefined): boolean => reached === 'tcp' || reached === 'unknown';

/** What is not on record yet, tied as the checks will find it: whose record one is depends on everything that was sent. */
export function missingBlocks(
  { seen, techniques, owed }: Stopped,
  records: readonly FirewallRecord[],
): readonly string[] {
  const sent = [...seen, ...techniques];
  const tied = correlate(sent, records);
  const asTied = sent.map((one, index) => ({ ...one, firewallRecords: tied[index] ?? [] }));
  const stillOwed = new Set(owed(asTied));
  return asTied.flatMap((one, index) => {
    const isMissing = index < seen.length ? lacksItsBlock(one) : techniqueLacksItsBlock(one);
    if (!isMissing && !stillOwed.has(one.probe)) return [];
    return [`the block of ${index < seen.length ? (one.names[0] ?? one.probe) : one.probe}`];
  });
}

/** Whether the block of a client is not yet on record: of its marker, which ties, and of its own connection. */
function lacksItsBlock(client: Observation): boolean {
  const { markers } = readScript(client.output);
  const judged = client.names.some((name) => wasSeen(markers.get(name)?.reached));
  if (!isStopped(client) || !judged) return false;
  const ways = new Set(blocksOf(client).map(({ by }) => by));
  return !ways.has('nonce') || !ways.has('name-and-time');
}

/**
 * Whether the firewall has seen and stopped a technique of which nothing is on record yet: by its whole name, with its
 * nonce in it, or by its destination where no name is said. Another engine than the sentinel's may have judged it. One
 * that never comes costs the grace after the sentinel.
 */
function techniqueLacksItsBlock(technique: Observation): boolean {
  const blocks = blocksOf(technique);
  if (wasNamed(technique)) return !blocks.some(({ by }) => by === 'nonce');
  return cameNameless(technique) && blocks.length === 0;
}

const blocksOf = ({ firewallRecords }: Observation): readonly TiedRecord[] =>
  firewallRecords.filter(({ record }) => saysBlocked(record));

/**
 * Whether a TCP connection stood and bytes without a name went on it. A SYN without an answer may have met a security group,
 * and fragments of TCP are dropped in silence (aws.md 2.3): no record of them is waited for.
 */
function cameNameless({ result, flows }: Observation): boolean {
  const hasCome = result.kind === 'reset' || (result.kind === 'timed-out' && result.stage !== 'tcp');
  return (
    hasCome &&
    flows.length > 0 &&
    flows.every(({ shape }) => shape.transport === 'tcp' && shape.name === null && !shape.fragmented)
  );
}

export function wasNamed({ result, flows, nonce }: Observation): boolean {
  const hasCome =
    result.kind === 'reset' ||
    (result.kind === 'timed-out' && (result.stage === 'tls' || result.stage === 'http'));
  return (
    hasCome &&
    flows.some(
      ({ shape }) =>
        shape.name?.startsWith(`n${nonce}.`) === true &&
        !shape.fragmented &&
        (shape.hello === 'whole' || shape.application === 'http'),
    )
  );
}
