/**
 * Sets of destinations moved from place to place, each set by what the tables say of its addresses, until nothing new
 * is reached. Unlike a list of paths this stays small: a place is met once per address, however many ways lead there.
 */
import type { AddressSet, Interval } from './address-set';
import { intersect, subtract, union } from './address-set';
import type { Family } from './cidr';
import { parseCidr } from './cidr';
import { NAT64_PREFIX } from './global-address';
import type { Network, Place } from './network';
import type { Arrival, Packet } from './next-place';
import { nextPlace } from './next-place';
import type { Candidate, RouteTable } from './route-table';
import { segmentsWithin } from './route-table';
import type { Segment } from './route-selection';
import type { Target } from './route-target';

/** Destinations at a place. Behind NAT64 the sender used the other family. */
export interface Front {
  readonly place: Place;
  readonly family: Family;
  readonly sentAs: Family;
  readonly destinations: AddressSet;
}

/** What becomes of one interval of a front's destinations. */
export interface Handed {
  readonly front: Front;
  readonly target: Target;
  readonly packet: Packet;
  readonly arrival: Arrival;
}

/**
 * Every front that is reached from some, each place once per family. `goesOn` is asked for every interval that is
 * handed to a target; where it says yes, and the packet arrives at a place, it is followed. Null when more
 * intervals are handed on than the network's limits allow.
 */
export function flood(
  network: Network,
  start: readonly Front[],
  goesOn: (handed: Handed) => boolean,
): readonly Front[] | null {
  const reached = new Map<string, Front>();
  const waiting = [...start];
  let work = 0;
  for (let front = waiting.pop(); front !== undefined; front = waiting.pop()) {
    const fresh = extended(reached, front);
    if (fresh === null) continue;
    const next = new Map<string, { front: Front; intervals: Interval[] }>();
    for (const [target, intervals] of handedOver(fresh)) {
      work += intervals.length;
      if (work > network.limits.mostIntervals) return null;
      for (const packet of intervals.flatMap((interval) => packetsFor(target, fresh.family, interval))) {
        const arrival = nextPlace(network, target, packet);
        if (!goesOn({ front: fresh, target, packet, arrival }) || !arrival.on) continue;
        const { place, packet: on } = arrival;
        const key = `${place.id} ${on.family}`;
        const known = next.get(key);
        if (known) known.intervals.push(on);
        else
          next.set(key, {
            front: { place, family: on.family, sentAs: fresh.sentAs, destinations: [] },
            intervals: [on],
          });
      }
    }
    for (const one of next.values()) waiting.push({ ...one.front, destinations: union(one.intervals) });
  }
  return [...reached.values()];
}

/** A NAT gateway does one thing with IPv6 destinations inside NAT64's prefix and another with those outside. */
function packetsFor(target: Target, family: Family, interval: Interval): readonly Packet[] {
  if (family === 'ipv4' || target.kind !== 'nat-gateway') return [{ family, ...interval }];
  const nat64 = [parseCidr(NAT64_PREFIX)];
  return [...intersect([interval], nat64), ...subtract([interval], nat64)].map((part) => ({
    family,
    ...part,
  }));
}

/** Adds a front to what was reached, and returns what of it is new. */
function extended(reached: Map<string, Front>, front: Front): Front | null {
  const key = `${front.place.id} ${front.family} ${front.sentAs}`;
  const before = reached.get(key)?.destinations ?? [];
  const destinations = before.length === 0 ? front.destinations : subtract(front.destinations, before);
  if (destinations.length === 0) return null;
  const all = before.length === 0 ? destinations : union([...before, ...destinations]);
  reached.set(key, { ...front, destinations: all });
  return { ...front, destinations };
}

/**
 * The destinations of a front by the target that they are handed to; those that stay in the place's own subnet, and
 * those without a route, are handed to nobody. Neighbours with the same target are one interval.
 *
 * Facts: aws.md 1.10 (VPC user guide, "Gateway route tables"): within a subnet no table is asked.
 */
function handedOver({ place, family, destinations }: Front): ReadonlyMap<Target, readonly Interval[]> {
  const own = place.cidrs.filter((cidr) => cidr.family === family);
  const leaving = own.length === 0 ? destinations : subtract(destinations, own);
  const handed = new Map<Target, { first: bigint; last: bigint }[]>();
  for (const { first, last, deciding } of decidedWithin(place.table, family, leaving)) {
    for (const { target } of deciding) {
      const intervals = handed.get(target);
      const previous = intervals?.at(-1);
      if (previous !== undefined && first <= previous.last + 1n) previous.last = last;
      else if (intervals) intervals.push({ first, last });
      else handed.set(target, [{ first, last }]);
    }
  }
  return handed;
}

interface Decided extends Interval {
  readonly deciding: readonly Candidate[];
}

/** A table's segments, cut to some destinations. */
function decidedWithin(table: RouteTable, family: Family, destinations: AddressSet): readonly Decided[] {
  const segments = segmentsWithin(table, family, destinations);
  const decided: Decided[] = [];
  let index = 0;
  for (const { first, last } of destinations) {
    index = at(segments, first, index);
    for (let start = first; start <= last; index++) {
      const segment = segments[index];
      if (segment === undefined) break;
      const next = segments[index + 1]?.first;
      const end = next === undefined || next > last ? last : next - 1n;
      decided.push({ first: start, last: end, deciding: segment.deciding });
      start = end + 1n;
      if (end === last) break;
    }
  }
  return decided;
}

/** The index of the segment that holds an address, at or after one. */
function at(segments: readonly Segment[], address: bigint, from: number): number {
  let [low, high] = [from, segments.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.first ?? 0n) <= address) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** NAT64's prefix stands for the IPv4 space: the address that the sender used. */
export function asSent(front: Front, { first, last }: Interval, nat64: bigint): Interval {
  return front.sentAs === front.family ? { first, last } : { first: first + nat64, last: last + nat64 };
}
