/** What becomes of the answers to a flow that leaves the VPC: by other ways than it went, or not at all. */
import type { Snapshot } from '../snapshot/snapshot';
import type { Address } from './cidr';
import type { DeadEnd } from './dead-end';
import type { FlowShape } from './flow-shape';
import type { Network } from './network';
import type { DestinationClass } from './packet-path';
import type { Prediction } from './prediction';
import { stoppedAt } from './predicted-borders';
import type { Meeting, OnPath } from './predicted-way';
import { symmetryProofOf } from './symmetry';
import { backOf } from './way-back-delivery';
import type { WayOut } from './way-out';

type Stopped = Exclude<Prediction, { readonly outcome: 'open' }>;

/**
 * Why it is open what a firewall makes of a flow of which it sees one direction, or null. Of UDP and the others the first
 * packet out is enough, where it crosses the firewall.
 */
export function asymmetry(
  network: Network,
  { path, shape, sender, destination }: OnPath,
  way: WayOut | undefined,
): string | null {
  if (way === undefined || (shape.transport !== 'tcp' && way.endpoints.length > 0)) return null;
  const classes = [{ destination: single(destination), paths: [path] }];
  const proof = symmetryProofOf(network, sender.subnetId, classes);
  if (proof.status === 'holds') return null;
  return `its answers do not surely cross what it crossed, and then it may pass in silence or be dropped: ${proof.because}`;
}

/** What stops the answers to a flow that leaves, or null: routes back, or a border on the way. */
export function stoppedAnswers(
  snapshot: Snapshot,
  network: Network,
  {
    shape,
    sender,
    meetings,
    way,
  }: Pick<OnPath, 'shape' | 'sender'> & {
    readonly meetings: readonly Meeting[];
    readonly way: WayOut | undefined;
  },
): Stopped | null {
  const back = way === undefined ? null : backOf(network, sender.subnetId, way);
  if (back?.kind === 'doubt') return undecided(back.because);
  if (back?.kind === 'dead') return lost(noRoute(back.deadEnd), shape);
  for (const meeting of [...meetings].reverse()) {
    if (meeting.kind !== 'border') continue;
    const stopped = stoppedAt(snapshot, meeting.border, { shape, of: 'answers' });
    if (stopped !== null) return lost(stopped, shape);
  }
  return null;
}

/** What comes of stopped answers: without an answer to its SYN, TCP sends nothing more. */
function lost(stopped: Stopped, { transport, carriedBy }: FlowShape): Stopped {
  if (stopped.outcome !== 'blocked' || (transport === 'tcp' && carriedBy !== 'syn')) return stopped;
  const { by, because, rule } = stopped;
  return { outcome: 'leaks', by, because: `it leaves, but ${because}`, rule };
}

/** A dead end as a prediction. */
export function noRoute({ because, tableId, route }: DeadEnd): Stopped {
  const rule = { resource: tableId, rule: route === null ? 'no route' : `route ${route}` };
  return { outcome: 'blocked', by: 'no-route', how: 'drop', logged: null, because, rule };
}

/** The class of one address. */
export const single = ({ family, value }: Address): DestinationClass => ({
  family,
  first: value,
  last: value,
});

const undecided = (because: string): Stopped => ({ outcome: 'undecided', because });
