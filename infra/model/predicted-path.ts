/** What becomes of one flow on one path: everything that it meets on the way out, where it ends, and its answers. */
import type { Snapshot } from '../snapshot/snapshot';
import { NotKnown, sectionValue } from '../snapshot/snapshot';
import { contains } from './address-set';
import { exitDoubtOf } from './block-public-access';
import type { Address } from './cidr';
import { deadEndOf } from './dead-end';
import type { FlowShape } from './flow-shape';
import { ask } from './known';
import type { Network } from './network';
import { natGatewayIn } from './network';
import type { Path } from './packet-path';
import { openEndsOf } from './packet-path';
import type { Prediction } from './prediction';
import { asymmetry, noRoute, single, stoppedAnswers } from './predicted-answers';
import { stoppedAt } from './predicted-borders';
import { predictedInside } from './predicted-inside';
import type { Inspected } from './predicted-inspection';
import { inspectedAt } from './predicted-inspection';
import type { Meeting, OnPath } from './predicted-way';
import { meetingsOn } from './predicted-way';
import { unaddressed } from './public-address';
import { subnetOf } from './subnet';
import type { WayOut } from './way-out';
import { waysOut } from './way-out';

type Stopped = Exclude<Prediction, { readonly outcome: 'open' }>;

/**
 * The prediction for a flow on a path. Throws {@link NotKnown} for what was not returned.
 *
 * Facts: aws.md 1.28 and 6.15 (REPORT: with answers that go round the firewall, TCP may pass in silence, while AWS's own
 * text says that the stream exception policy drops it: undecided). A client of TCP sends nothing before its SYN is
 * answered, so an answer that is stopped stops the flow (RFC 9293); data on the SYN, UDP and the others have left by then.
 */
export function predictedOn(snapshot: Snapshot, network: Network, on: OnPath): Prediction {
  const { path, shape, sender, destination } = on;
  const [open] = openEndsOf(path);
  if (open !== undefined) return undecided(open);
  const into = path.end.kind === 'delivered' ? subnetAt(snapshot, destination) : null;
  const meetings = meetingsOn(snapshot, network, { path, sender, destination, into });
  const out = wayOut(snapshot, network, { meetings, shape });
  const [way] = waysOut([{ destination: single(destination), paths: [path] }]);
  const doubt = asymmetry(network, on, way);
  const later = (): Prediction | null => {
    const ended = endOf(snapshot, network, { ...on, way });
    if (ended !== null && ended.outcome !== 'open') return ended;
    // Which borders answers meet that come back another way is not looked at.
    if (doubt !== null) return undecided(doubt);
    return stoppedAnswers(snapshot, network, { shape, sender, meetings, way }) ?? ended;
  };
  if (out.stopped === null) return later() ?? { outcome: 'open', because: out.because, rule: out.rule };
  if (out.stopped.outcome === 'undecided' || out.stopped.by !== 'firewall') return out.stopped;
  if (doubt !== null) return undecided(doubt);
  return shape.transport === 'tcp' ? withoutHandshake(out.stopped, later) : out.stopped;
}

/**
 * A firewall that judges what follows TCP's handshake has nothing to judge where the handshake cannot be completed either:
 * stopped it is in any case, and a record of it is not sure.
 */
function withoutHandshake(stopped: Stopped, later: () => Prediction | null): Prediction {
  const ended = ask(later);
  if (stopped.outcome !== 'blocked' || !ended.known || ended.value === null || ended.value.outcome === 'open')
    return stopped;
  return { ...stopped, logged: null, because: `${stopped.because}; and ${ended.value.because}` };
}

interface Out {
  readonly stopped: Stopped | null;
  readonly because: string;
  readonly rule: Extract<Inspected, { outcome: 'passed' }>['rule'];
}

/** The first that stops it among borders and endpoints, in order. */
function wayOut(
  snapshot: Snapshot,
  network: Network,
  { meetings, shape }: { readonly meetings: readonly Meeting[]; readonly shape: FlowShape },
): Out {
  let passed: Out = {
    stopped: null,
    because: 'nothing on its way stops it, and no firewall is on it',
    rule: null,
  };
  let uncarried: string | null = null;
  for (const meeting of meetings) {
    if (meeting.kind === 'nat-gateway') uncarried = notCarried(meeting.id, shape);
    const found =
      meeting.kind === 'border'
        ? stoppedAt(snapshot, meeting.border, { shape, of: 'requests' })
        : meeting.kind === 'firewall-endpoint'
          ? inspectedAt(snapshot, network, { endpoint: meeting, shape })
          : null;
    if (found === null) continue;
    if (found.outcome === 'passed') {
      passed = { stopped: null, because: found.because, rule: found.rule };
      continue;
    }
    return { ...passed, stopped: uncarried === null ? found : neverThere(found, uncarried) };
  }
  return uncarried === null ? passed : { ...passed, stopped: undecided(uncarried) };
}

/**
 * Why a NAT gateway may not carry a flow, or null.
 *
 * Facts: aws.md 1.23 (VPC user guide, "NAT gateways": TCP, UDP and ICMP); that fragments of TCP and ICMP are dropped there
 * and those of UDP are not is MEMORY (aws.md 6.13).
 */
function notCarried(natId: string, { transport, fragmented }: FlowShape): string | null {
  if (transport === 'other')
    return `the NAT gateway ${natId} carries TCP, UDP and ICMP, and what it does with this is not documented`;
  if (!fragmented || transport === 'udp') return null;
  return `the NAT gateway ${natId} may drop fragments of ${transport.toUpperCase()} itself`;
}

/** Stopped for certain, here or by the NAT gateway before; so it is open whether the firewall ever has a record of it. */
function neverThere(found: Stopped, uncarried: string): Stopped {
  if (found.outcome === 'undecided' || found.outcome === 'leaks')
    return undecided(`${uncarried}; and ${found.because}`);
  return { ...found, logged: null, because: `${found.because}; and ${uncarried}` };
}

function endOf(
  snapshot: Snapshot,
  network: Network,
  ending: OnPath & { readonly way: WayOut | undefined },
): Prediction | null {
  const { path, shape, sender, destination, way } = ending;
  const dead = deadEndOf(path);
  if (dead !== null) return noRoute(dead);
  switch (path.end.kind) {
    case 'delivered':
      return predictedInside(snapshot, { shape, sender, destination });
    case 'service':
      return undecided(
        `it goes to an AWS service by ${path.end.endpointId}, whose policy decides about each request`,
      );
    case 'private':
      return undecided(`it leaves the VPC by the ${path.end.because}, and what is there was not read`);
    default:
      break;
  }
  const doubt = exitDoubtOf(path) ?? unreadyNat(network, path);
  if (doubt !== null) return undecided(doubt);
  if (way === undefined) return undecided(`where it leaves the VPC is not known (${path.end.kind})`);
  const dropped = unaddressed(network, sender.subnetId, { path, way });
  if (dropped === null) return null;
  return dropped.kind === 'dead' ? noRoute(dropped.deadEnd) : undecided(dropped.because);
}

function unreadyNat(network: Network, path: Path): string | null {
  for (const { arrival } of path.steps) {
    if (!arrival.on || arrival.via.kind !== 'nat-gateway') continue;
    const nat = natGatewayIn(network, arrival.via.id);
    if (!nat.known) return nat.because;
    if (nat.value.notReady !== null) return nat.value.notReady;
  }
  return null;
}

/** The subnet of the VPC that holds an address. Throws {@link NotKnown} where none does, or one was not understood. */
function subnetAt(snapshot: Snapshot, { family, value }: Address): string {
  const home = sectionValue(snapshot, 'subnets')
    .map(subnetOf)
    .find(({ cidrs }) =>
      contains(
        cidrs.filter((cidr) => cidr.family === family),
        value,
      ),
    );
  if (home === undefined) throw new NotKnown('its address is in no subnet of the VPC that was read');
  return home.id;
}

const undecided = (because: string): Extract<Prediction, { outcome: 'undecided' }> => ({
  outcome: 'undecided',
  because,
});
