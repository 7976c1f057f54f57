/** The ways a packet can take from a place, for one class of destinations that every table on the way treats alike. */
import type { Interval } from './address-set';
import { compare } from './address-set';
import type { Family } from './cidr';
import { parseCidr, spaceOf } from './cidr';
import { NAT64_PREFIX } from './global-address';
import type { Network, Place } from './network';
import type { Arrival, End } from './next-place';
import { nextPlace } from './next-place';
import type { Candidate } from './route-table';
import type { Segment } from './route-selection';
import { segmentAt } from './route-selection';
import type { Target } from './route-target';

/** Destinations of one family that no boundary of any table on the way divides. */
export interface DestinationClass extends Interval {
  readonly family: Family;
}

export interface Step {
  readonly place: Place;
  /** The deciding route, or null where none was needed or found. */
  readonly route: Candidate | null;
  readonly arrival: Arrival;
}

export interface Path {
  readonly steps: readonly Step[];
  readonly end: End;
}

/**
 * Every way that packets to this class can take from a place. More than one only where AWS chooses at random or
 * something is in doubt. A table met twice is a loop: nothing about the packet that tables look at has changed. Ways
 * beyond the network's limits are one more that is unmodelled.
 *
 * Facts: aws.md 1.10 (VPC user guide, "Gateway route tables"): within a subnet no table is asked.
 */
export function pathsFrom(network: Network, from: Place, destination: DestinationClass): readonly Path[] {
  const { mostPaths } = network.limits;
  const paths: Path[] = [];
  const walk = (
    place: Place,
    packet: DestinationClass,
    steps: readonly Step[],
    met: readonly string[],
  ): void => {
    if (paths.length > mostPaths) return;
    const finish = (route: Candidate | null, end: End): void => {
      paths.push({ steps: [...steps, { place, route, arrival: { on: false, end } }], end });
    };
    const key = `${place.id} ${packet.family}`;
    if (met.includes(key)) return finish(null, { kind: 'loop' });
    if (isOwn(place, packet)) return finish(null, { kind: 'delivered', how: 'same subnet' });
    const { deciding } = segmentAt(place.table.segments[packet.family], packet.first);
    if (deciding.length === 0) finish(null, { kind: 'dropped', because: 'no route matches' });
    for (const route of deciding) {
      const arrival = nextPlace(network, route.target, packet);
      if (!arrival.on) finish(route, arrival.end);
      else walk(arrival.place, arrival.packet, [...steps, { place, route, arrival }], [...met, key]);
    }
  };
  walk(from, destination, [], []);
  if (paths.length <= mostPaths) return paths;
  const because = `there are more than ${mostPaths} ways for one destination`;
  return [...paths, { steps: [], end: { kind: 'unmodelled', because } }];
}

/**
 * Divides destinations into classes: every boundary of every table that packets from here can meet, whatever
 * their destination, is a boundary of the classes. Sorted, gapless.
 */
export function destinationClasses(
  network: Network,
  from: Place,
  within: { readonly family: Family; readonly intervals: readonly Interval[] },
): readonly DestinationClass[] {
  const starts = boundaries(network, from, within.family);
  return within.intervals.flatMap(({ first, last }) => {
    const classes: DestinationClass[] = [];
    let start = first;
    for (let index = firstAfter(starts, first); ; index++) {
      const next = starts[index];
      if (next === undefined || next > last) break;
      classes.push({ family: within.family, first: start, last: next - 1n });
      start = next;
    }
    return [...classes, { family: within.family, first: start, last }];
  });
}

/** The index of the first of sorted numbers that is greater. */
function firstAfter(sorted: readonly bigint[], value: bigint): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? value) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function cidrsOf(place: Place, family: Family): readonly Interval[] {
  return place.cidrs.filter((cidr) => cidr.family === family);
}

function isOwn(place: Place, packet: DestinationClass): boolean {
  return place.cidrs.some(
    ({ family, first, last }) => family === packet.family && first <= packet.first && packet.first <= last,
  );
}

/** Where some table's answer may change, sorted, each once. NAT64 brings an IPv4 table's boundaries into IPv6. */
function boundaries(network: Network, from: Place, family: Family): readonly bigint[] {
  const nat64 = parseCidr(NAT64_PREFIX);
  const found = new Set<bigint>();
  const met = new Set<string>();
  const visit = (place: Place, here: Family, offset: bigint): void => {
    const key = `${place.id} ${here} ${offset}`;
    if (met.has(key)) return;
    met.add(key);
    const segments = place.table.segments[here];
    for (const { first } of segments) found.add(first + offset);
    for (const { first, last } of cidrsOf(place, here))
      [first, last + 1n].forEach((edge) => found.add(edge + offset));
    for (const target of targetsIn(segments)) {
      const whole = { family: here, ...spaceOf(here) };
      for (const packet of here === 'ipv6' ? [nat64, whole] : [whole]) {
        const arrival = nextPlace(network, target, packet);
        if (!arrival.on) continue;
        const translated = here === 'ipv6' && arrival.packet.family === 'ipv4';
        if (translated) [nat64.first, nat64.last + 1n].forEach((edge) => found.add(edge));
        visit(arrival.place, arrival.packet.family, translated ? nat64.first : offset);
      }
    }
  };
  visit(from, family, 0n);
  return [...found].sort(compare);
}

function targetsIn(segments: readonly Segment[]): ReadonlySet<Target> {
  const targets = new Set<Target>();
  for (const { deciding } of segments) for (const { target } of deciding) targets.add(target);
  return targets;
}

/** The packet as the last table on the way saw it: behind NAT64 it is of the other family. */
export function decidingPacket(path: Path, sent: DestinationClass): DestinationClass {
  return path.steps.reduce<DestinationClass>(
    (packet, { arrival }) => (arrival.on ? arrival.packet : packet),
    sent,
  );
}

/** The firewall endpoints that a path crosses, in order. */
export function endpointsCrossed(path: Path): readonly string[] {
  return path.steps.flatMap(({ arrival }) =>
    arrival.on && arrival.via.kind === 'firewall-endpoint' ? [arrival.via.id] : [],
  );
}

/** What a path leaves open: machines on it that forward as they like, and an end that is not modelled. */
export function openEndsOf(path: Path): readonly string[] {
  const appliances = path.steps.flatMap(({ arrival }) =>
    arrival.on && arrival.via.kind === 'appliance' ? [arrival.via.because] : [],
  );
  return path.end.kind === 'unmodelled' ? [...appliances, path.end.because] : appliances;
}
