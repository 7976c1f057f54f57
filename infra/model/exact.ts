/**
 * The exact tier of the forward claim: which destinations of a subnet leave for the internet uninspected, each single
 * address decided. Only destinations that can possibly leave are looked at, so one bad route among ten thousand is
 * found without laying out the others.
 */
import type { AddressSet, Interval } from './address-set';
import { meets, union } from './address-set';
import type { Cidr, Family } from './cidr';
import { FAMILIES, parseCidr } from './cidr';
import type { Cut } from './cut';
import type { Front, Handed } from './flood';
import { asSent, flood } from './flood';
import { globalPart, NAT64_PREFIX } from './global-address';
import type { Network, Place } from './network';
import type { Candidate, RouteTable } from './route-table';

export interface ExactAnswer {
  /** Destinations, as the subnet sends them, that surely leave by an internet exit past the firewall. */
  readonly escapes: Readonly<Record<Family, AddressSet>>;
  /** What is open about others, each as a sentence part. */
  readonly doubts: readonly string[];
}

/** Why a network is given up that is too large to be decided. */
export const TOO_LARGE = 'the routes divide the destinations into more parts than the model looks at';

interface TableAnswer {
  readonly open: readonly Front[];
  /** What holds for every place of the table that has none of the open destinations in itself; null until asked. */
  answer: ExactAnswer | null;
}

/** By network's cut and table: subnets share tables, and one table can have ten thousand open destinations. */
const answered = new WeakMap<Cut, Map<RouteTable, TableAnswer>>();

/** Decides for everything that can leave from a place. */
export function escapesFrom(network: Network, from: Place, cut: Cut): ExactAnswer {
  const tables = answered.get(cut) ?? new Map<RouteTable, TableAnswer>();
  answered.set(cut, tables);
  const known = tables.get(from.table) ?? { open: openDestinations(from, cut), answer: null };
  tables.set(from.table, known);
  const open = known.open.map((front) => ({ ...front, place: from }));
  if (hasOfItsOwn(from, open)) return decided(network, open, cut);
  return (known.answer ??= decided(network, open, cut));
}

/** Whether a place's own addresses have a say about these destinations; what NAT64 makes of them may have it too. */
function hasOfItsOwn(from: Place, open: readonly Front[]): boolean {
  const nat64 = parseCidr(NAT64_PREFIX);
  return open.some(
    ({ family, destinations }) =>
      from.cidrs.some((cidr) => cidr.family === family && meets(destinations, cidr)) ||
      (family === 'ipv6' && meets(destinations, nat64)),
  );
}

function decided(network: Network, open: readonly Front[], cut: Cut): ExactAnswer {
  const escapes: Record<Family, Interval[]> = { ipv4: [], ipv6: [] };
  const doubts = new Set<string>();
  const nat64 = parseCidr(NAT64_PREFIX);
  const goesOn = ({ front, packet, arrival }: Handed): boolean => {
    if (!arrival.on) {
      if (arrival.end.kind === 'internet-exit')
        escapes[front.sentAs].push(asSent(front, packet, nat64.first));
      if (arrival.end.kind === 'unmodelled') doubts.add(arrival.end.because);
      return false;
    }
    if (arrival.via.kind === 'firewall-endpoint') return false;
    if (arrival.via.kind === 'appliance') doubts.add(arrival.via.because);
    return !cut.cleared(arrival.place);
  };
  const reached = flood(network, open, goesOn);
  if (reached === null) doubts.add(TOO_LARGE);
  return { escapes: { ipv4: union(escapes.ipv4), ipv6: union(escapes.ipv6) }, doubts: [...doubts] };
}

/**
 * The destinations that can leave, or end in something open, from a place: those of every route to such a target, of
 * every table that can be reached. All others meet only targets that nothing leaves by, whichever route decides.
 */
function openDestinations(from: Place, cut: Cut): readonly Front[] {
  const places = [from];
  const met = new Set([from.id]);
  const open: Record<Family, Interval[]> = { ipv4: [], ipv6: [] };
  for (const place of places) {
    const prefixes = openPrefixes(place.table, cut);
    for (const { family, first, last } of prefixes.open) open[family].push({ first, last });
    for (const next of prefixes.next) {
      if (!met.has(next.id) && !cut.cleared(next)) places.push(next);
      met.add(next.id);
    }
  }
  return FAMILIES.map((family) => ({
    place: from,
    family,
    sentAs: family,
    destinations: union(open[family]),
  }));
}

interface OpenPrefixes {
  readonly open: readonly Cidr[];
  /** The places that the table's other routes lead to. */
  readonly next: readonly Place[];
}

function openPrefixes(table: RouteTable, cut: Cut): OpenPrefixes {
  const open: Cidr[] = [];
  const next = new Map<string, Place>();
  const isOpen = (route: Candidate): boolean => {
    if (isPrivate(route)) return false;
    const lead = cut.leadOf(route.target);
    if (lead.kind === 'on') next.set(lead.place.id, lead.place);
    // A NAT gateway takes IPv6 as NAT64 only, so for IPv6 it depends on the destination where that leads.
    return lead.kind === 'open' || (lead.kind === 'on' && route.cidr.family === 'ipv6');
  };
  for (const route of table.candidates) if (isOpen(route)) open.push(route.cidr);
  for (const { entries, candidateOf } of table.listed) {
    const [first] = entries;
    if (first === undefined) continue;
    const route = candidateOf(first);
    const { kind } = route.target;
    const alike = kind !== 'private-connection' && kind !== 'nat-gateway';
    const found = alike && !isOpen(route) ? [] : entries;
    for (const entry of found) if (alike || isOpen(candidateOf(entry))) open.push(entry);
  }
  return { open, next: [...next.values()] };
}

/** A connection that is not followed, for destinations that cannot be on the internet. */
function isPrivate({ target, cidr }: Candidate): boolean {
  return (
    target.kind === 'private-connection' &&
    target.from === undefined &&
    globalPart(cidr.family, cidr).length === 0
  );
}
