/** The shortest way of one packet to an end that is looked for. */
import { segmentAt } from './route-selection';
import { segmentsWithin } from './route-table';
import type { Network, Place } from './network';
import type { End, Packet } from './next-place';
import { nextPlace } from './next-place';
import type { Path, Step } from './packet-path';

interface Visit {
  readonly place: Place;
  readonly packet: Packet;
  readonly steps: readonly Step[];
}

/**
 * The first path of a packet to a single address that is wanted, shortest ways first, or null. Only the routes that
 * hold the address are looked at. `wanted` may ask for the end and for what was crossed before it; a firewall
 * endpoint, once crossed, stays crossed, so the ways before and behind one are told apart.
 */
export function wayTo(
  network: Network,
  from: Place,
  packet: Packet,
  wanted: (path: Path) => boolean,
): Path | null {
  const waiting: Visit[] = [{ place: from, packet, steps: [] }];
  const met = new Set<string>();
  for (const visit of waiting) {
    const key = `${visit.place.id} ${visit.packet.family} ${isInspected(visit.steps)}`;
    if (met.has(key) || isOwn(visit)) continue;
    met.add(key);
    const found = next(network, visit, waiting).find(wanted);
    if (found) return found;
  }
  return null;
}

/** The paths that end here; those that go on join the waiting ones. */
function next(network: Network, { place, packet, steps }: Visit, waiting: Visit[]): readonly Path[] {
  const segments = segmentsWithin(place.table, packet.family, [packet]);
  return segmentAt(segments, packet.first).deciding.flatMap((route) => {
    const arrival = nextPlace(network, route.target, packet);
    const here: readonly Step[] = [...steps, { place, route, arrival }];
    if (!arrival.on) return [pathOf(here, arrival.end)];
    waiting.push({ place: arrival.place, packet: arrival.packet, steps: here });
    return [];
  });
}

function pathOf(steps: readonly Step[], end: End): Path {
  return { steps, end };
}

function isInspected(steps: readonly Step[]): boolean {
  return steps.some(({ arrival }) => arrival.on && arrival.via.kind === 'firewall-endpoint');
}

function isOwn({ place, packet }: Visit): boolean {
  return place.cidrs.some(
    ({ family, first, last }) => family === packet.family && first <= packet.first && packet.first <= last,
  );
}
