/**
 * The different ways that a subnet's traffic takes, each with every destination that can take it. A table may have ten
 * thousand routes, and still lead to a handful of targets: what follows from a way is asked once, not once per route.
 */
import { NotKnown } from '../snapshot/snapshot';
import type { AddressSet, Interval } from './address-set';
import { intersect, subtract, union } from './address-set';
import type { Family } from './cidr';
import { FAMILIES, parseCidr, spaceOf } from './cidr';
import { globalAddresses, globalPart, NAT64_PREFIX, witnessIn } from './global-address';
import type { Network, Place } from './network';
import { subnetPlace } from './network';
import { nextPlace } from './next-place';
import type { DestinationClass, Path, Step } from './packet-path';
import { pathsFrom } from './packet-path';
import type { Segment } from './route-selection';
import type { Target } from './route-target';
import type { DecidedClass } from './routing';

export interface DistinctWay {
  /** As the subnet sends. */
  readonly family: Family;
  /** As the subnet sends them: whatever can take this way. In canonical form, and not empty. */
  readonly destinations: AddressSet;
  /** One of the destinations' way: others meet other routes, to the same targets. */
  readonly path: Path;
  /** The interval that the path was followed for: on the internet where there is one. */
  readonly shown: DestinationClass;
}

/** What is still to be followed: packets at a place, and how they came there. */
interface Front {
  readonly place: Place;
  readonly family: Family;
  readonly packets: AddressSet;
  /** What to add to a packet's destination for the one that was sent: not 0 behind NAT64. */
  readonly offset: bigint;
  readonly trail: readonly string[];
  readonly met: readonly string[];
}

interface Found {
  readonly trail: string;
  readonly sent: AddressSet;
}

/** Several checks ask for the same subnets' ways. */
const followed = new WeakMap<Network, Map<string, readonly DistinctWay[]>>();

/**
 * Every way from a subnet, both families; together their destinations are the whole space. Where there are more than the
 * network's limits allow, one more that is unmodelled stands for those that are not followed.
 */
export function distinctWays(network: Network, subnetId: string): readonly DistinctWay[] {
  const known = followed.get(network) ?? new Map<string, readonly DistinctWay[]>();
  followed.set(network, known);
  const ways = known.get(subnetId) ?? waysFrom(network, subnetId);
  known.set(subnetId, ways);
  return ways;
}

/**
 * The same for those who look for what lies on any way, and would overlook what lies on a way that is not followed.
 * Throws {@link NotKnown} where there are more ways than the network's limits allow.
 */
export function allWays(network: Network, subnetId: string): readonly DistinctWay[] {
  const ways = distinctWays(network, subnetId);
  // Every way that is followed has a step.
  for (const { path } of ways)
    if (path.steps.length === 0 && path.end.kind === 'unmodelled')
      throw new NotKnown(`of the ways of ${subnetId}, ${path.end.because}`);
  return ways;
}

function waysFrom(network: Network, subnetId: string): readonly DistinctWay[] {
  const { mostWays } = network.limits;
  const from = subnetPlace(network, subnetId);
  return FAMILIES.flatMap((family) => {
    const found = walk(network, from, family);
    const ways = found.map((one) => wayOf(network, from, family, one));
    return found.length <= mostWays ? ways : [...ways, tooMany(family, mostWays)];
  });
}

/** The ways as classes of destinations, one for each: for questions in which the rest of their destinations is alike. */
export function asClasses(ways: readonly DistinctWay[]): readonly DecidedClass[] {
  return ways.map(({ shown, path }) => ({ destination: shown, paths: [path] }));
}

function walk(network: Network, from: Place, family: Family): readonly Found[] {
  const { mostWays } = network.limits;
  const keys = new Map<Target, string>();
  const keyOf = (target: Target): string => {
    const key = keys.get(target) ?? JSON.stringify(target);
    keys.set(target, key);
    return key;
  };
  const found: Found[] = [];
  const fronts: Front[] = [
    { place: from, family, packets: [spaceOf(family)], offset: 0n, trail: [], met: [] },
  ];
  for (let front = fronts.pop(); front !== undefined && found.length <= mostWays; front = fronts.pop()) {
    const { place, packets, offset, trail } = front;
    const finish = (set: AddressSet, mark: string): void => {
      if (set.length > 0) found.push({ trail: [...trail, mark].join(' > '), sent: shifted(set, offset) });
    };
    const here = `${place.id} ${front.family}`;
    if (front.met.includes(here)) {
      finish(packets, markOf(place, null, 'loop'));
      continue;
    }
    const own = place.cidrs.filter((cidr) => cidr.family === front.family);
    finish(intersect(packets, own), markOf(place, null, 'delivered'));
    const { unrouted, byTarget } = divided(place.table.segments[front.family], subtract(packets, own), keyOf);
    finish(unrouted, markOf(place, null, 'dropped'));
    for (const [key, { target, set }] of byTarget) {
      for (const part of treatedAlike(target, front.family, set)) {
        const [first = spaceOf(front.family)] = part;
        const arrival = nextPlace(network, target, { family: front.family, ...first });
        if (!arrival.on) {
          finish(part, markOf(place, key, arrival.end.kind));
          continue;
        }
        const shift = first.first - arrival.packet.first;
        fronts.push({
          place: arrival.place,
          family: arrival.packet.family,
          packets: shifted(part, -shift),
          offset: offset + shift,
          trail: [...trail, markOf(place, key, arrival.via.id)],
          met: [...front.met, here],
        });
      }
    }
  }
  return found;
}

/** The addresses of a set by the target that may decide for them. */
function divided(
  segments: readonly Segment[],
  set: AddressSet,
  keyOf: (target: Target) => string,
): {
  readonly unrouted: AddressSet;
  readonly byTarget: ReadonlyMap<string, { readonly target: Target; readonly set: AddressSet }>;
} {
  const unrouted: Interval[] = [];
  const byTarget = new Map<string, { target: Target; set: Interval[] }>();
  for (const interval of set) {
    for (let index = indexAt(segments, interval.first); index < segments.length; index++) {
      const segment = segments[index];
      const next = segments[index + 1]?.first;
      if (segment === undefined || segment.first > interval.last) break;
      const part = {
        first: segment.first > interval.first ? segment.first : interval.first,
        last: next !== undefined && next <= interval.last ? next - 1n : interval.last,
      };
      if (segment.deciding.length === 0) unrouted.push(part);
      for (const { target } of segment.deciding) {
        const key = keyOf(target);
        const known = byTarget.get(key);
        if (known) known.set.push(part);
        else byTarget.set(key, { target, set: [part] });
      }
    }
  }
  return {
    unrouted: union(unrouted),
    byTarget: new Map(
      [...byTarget].map(([key, { target, set: parts }]) => [key, { target, set: union(parts) }]),
    ),
  };
}

/** A set in the parts between which a target tells packets apart. See next-place.ts: nothing else depends on the packet. */
function treatedAlike(target: Target, family: Family, set: AddressSet): readonly AddressSet[] {
  const border =
    target.kind === 'private-connection'
      ? globalAddresses(family)
      : target.kind === 'nat-gateway' && family === 'ipv6'
        ? [parseCidr(NAT64_PREFIX)]
        : null;
  if (border === null) return [set];
  return [intersect(set, border), subtract(set, border)].filter((part) => part.length > 0);
}

function wayOf(network: Network, from: Place, family: Family, { trail, sent }: Found): DistinctWay {
  const onInternet = sent.find((interval) => globalPart(family, interval).length > 0);
  const interval = onInternet ?? sent[0] ?? spaceOf(family);
  const shown = { family, first: witnessIn(family, interval).address, last: interval.last };
  const path = pathsFrom(network, from, shown).find((one) => trailOf(one) === trail);
  return { family, destinations: sent, shown, path: path ?? notFollowed(network.limits.mostPaths) };
}

function notFollowed(most: number): Path {
  return { steps: [], end: { kind: 'unmodelled', because: `there are more than ${most} ways` } };
}

function trailOf({ steps }: Path): string {
  const marks = steps.map(({ place, route, arrival }: Step) =>
    markOf(place, route && JSON.stringify(route.target), arrival.on ? arrival.via.id : arrival.end.kind),
  );
  return marks.join(' > ');
}

function markOf(place: Place, target: string | null, arrival: string): string {
  return `${place.id} ${target ?? '-'} ${arrival}`;
}

function tooMany(family: Family, most: number): DistinctWay {
  const shown = { family, ...spaceOf(family) };
  return { family, destinations: [shown], shown, path: notFollowed(most) };
}

function shifted(set: AddressSet, by: bigint): AddressSet {
  return by === 0n ? set : set.map(({ first, last }) => ({ first: first + by, last: last + by }));
}

/** The index of the segment that holds an address. */
function indexAt(segments: readonly Segment[], address: bigint): number {
  let [low, high] = [0, segments.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((segments[middle]?.first ?? 0n) <= address) low = middle;
    else high = middle - 1;
  }
  return low;
}
