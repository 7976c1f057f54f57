/**
 * The certificate of a return claim that holds: stretches of the way back over which nothing comes past the firewall,
 * enough of them for every way out that some route leads to, whatever the prefixes.
 */
import { covers, intersect } from './address-set';
import type { Certified, Guard, ReturnCertificate } from './certificate';
import type { Cidr, Family } from './cidr';
import { FAMILIES, parseCidr, spaceOf } from './cidr';
import { statesOf } from './egress-certificate';
import { flood } from './flood';
import { globalPart, NAT64_PREFIX } from './global-address';
import type { Network, Place } from './network';
import { subnetPlace } from './network';
import type { Arrival, Packet } from './next-place';
import { nextPlace } from './next-place';
import type { Candidate } from './route-table';
import type { Target } from './route-target';

/** Packets on their way out, and the last NAT gateway that they crossed, or null. */
interface Sent {
  readonly place: Place;
  readonly family: Family;
  readonly nat: string | null;
}

interface WaysOut {
  readonly exits: readonly (Sent & { readonly exit: string })[];
  /** By NAT gateway, how packets come to it. */
  readonly before: ReadonlyMap<string, readonly Sent[]>;
  /** What the checker does not follow, whatever it is that takes these routes. */
  readonly open: readonly string[];
}

/**
 * A certificate for a subnet of which the claim is proven. Ways out are taken from the routes alone, as the checker
 * takes them, so a way that no destination really takes may stay unguarded; then none is made, and says so.
 */
export function returnCertificate(network: Network, subnetId: string): Certified<ReturnCertificate> {
  const ways = waysFrom(network, subnetPlace(network, subnetId));
  const guards = new Map<string, Guard>();
  const unguarded = (from: string, { family, nat }: Sent, trail: readonly string[]): string | null => {
    const to = nat === null ? subnetId : subnetBehind(network, nat);
    const start =
      trail.length === 0 ? network.edges.get(from) : subnetPlace(network, subnetBehind(network, from));
    const guard = start ? guardOf(network, { from, start, to, family }) : null;
    if (guard) {
      guards.set(`${from} ${to} ${family}`, guard);
      return null;
    }
    if (nat === null || trail.includes(nat))
      return `what comes from ${from} to ${to} in ${family} may come past it, for what the routes alone tell`;
    const earlier = ways.before.get(nat) ?? [];
    return earlier.map((sent) => unguarded(nat, sent, [...trail, nat])).find((one) => one !== null) ?? null;
  };
  const [open] = ways.open;
  const because =
    open ?? ways.exits.map(({ exit, ...sent }) => unguarded(exit, sent, [])).find((one) => one !== null);
  return because === undefined
    ? { made: true, certificate: { claim: 'return', subnet: subnetId, guards: [...guards.values()] } }
    : { made: false, because };
}

/** Every way that some route leads to, through the firewall too, each once per exit and last NAT gateway. */
function waysFrom(network: Network, from: Place): WaysOut {
  const waiting: Sent[] = FAMILIES.map((family) => ({ place: from, family, nat: null }));
  const met = new Set<string>();
  const exits: (Sent & { readonly exit: string })[] = [];
  const before = new Map<string, Sent[]>();
  const open: string[] = [];
  for (const sent of waiting) {
    const key = `${sent.place.id} ${sent.family} ${sent.nat}`;
    if (met.has(key)) continue;
    met.add(key);
    for (const route of routesOf(sent)) {
      const arrival = nextPlace(network, route.target, packetFor(route));
      const because = openEnd(route, arrival);
      if (because !== null) open.push(because);
      if (!arrival.on && arrival.end.kind === 'internet-exit')
        exits.push({ ...sent, exit: arrival.end.gatewayId });
      if (!arrival.on || because !== null) continue;
      const { place, packet, via } = arrival;
      if (via.kind === 'nat-gateway') before.set(via.id, [...(before.get(via.id) ?? []), sent]);
      waiting.push({ place, family: packet.family, nat: via.kind === 'nat-gateway' ? via.id : sent.nat });
    }
  }
  return { exits, before, open };
}

/** The routes of a place for a family, one for all that lead to the same, without those that end outside of the internet. */
function routesOf({ place: { table }, family }: Sent): readonly Candidate[] {
  // The checker asks where a list leads without asking for its entries: an empty one counts as well.
  const anywhere = FAMILIES.map((one) => ({ family: one, length: 0, text: 'anywhere', ...spaceOf(one) }));
  const listed = table.listed.flatMap(({ entries, candidateOf }) =>
    (entries.length > 0 ? entries.slice(0, 1) : anywhere).map(candidateOf),
  );
  const routes = new Map<Target, Candidate>();
  for (const route of [...table.candidates, ...listed]) {
    const { target, cidr } = route;
    const isPrivate = target.kind === 'private-connection' && route.prefixList === null;
    if (cidr.family !== family || (isPrivate && globalPart(family, cidr).length === 0)) continue;
    const isNat64 = target.kind !== 'nat-gateway' || covers([parseCidr(NAT64_PREFIX)], [cidr]);
    // Of routes to one NAT gateway the one past NAT64 is the one that the checker stops at.
    if (!routes.has(target) || (family === 'ipv6' && !isNat64)) routes.set(target, route);
  }
  return [...routes.values()];
}

function packetFor({ target, cidr }: Candidate): Packet {
  const { family } = cidr;
  return target.kind === 'nat-gateway' && family === 'ipv6' ? cidr : { family, ...spaceOf(family) };
}

/** Why the checker does not follow a route, or null. */
function openEnd({ target }: Candidate, arrival: Arrival): string | null {
  if (target.kind === 'closed') return target.because;
  if (target.kind === 'private-connection') return `${target.id} leads out of the VPC`;
  if (!arrival.on) return arrival.end.kind === 'unmodelled' ? arrival.end.because : null;
  return arrival.via.kind === 'appliance' ? arrival.via.because : null;
}

/** The stretch with its states, or null where something may come over it past the firewall. */
function guardOf(
  network: Network,
  {
    from,
    start,
    to,
    family,
  }: { readonly from: string; readonly start: Place; readonly to: string; readonly family: Family },
): Guard | null {
  const destinations = addressesOf(network, to, family);
  if (destinations.length === 0) return null;
  let past = false;
  const reached = flood(
    network,
    [{ place: start, family, sentAs: family, destinations }],
    ({ target, packet, arrival }) => {
      if (target.kind === 'private-connection') past ||= globalPart(packet.family, packet).length > 0;
      else if (!arrival.on) past ||= arrival.end.kind === 'delivered' || arrival.end.kind === 'unmodelled';
      else past ||= arrival.via.kind !== 'nat-gateway' && arrival.via.kind !== 'firewall-endpoint';
      return arrival.on && arrival.via.kind === 'nat-gateway';
    },
  );
  const stays = reached?.some(
    ({ place, family: of, destinations: there }) =>
      intersect(
        there,
        place.cidrs.filter((cidr) => cidr.family === of),
      ).length > 0,
  );
  if (reached === null || past || stays === true) return null;
  return { from, to, states: statesOf(network, reached) };
}

function addressesOf(network: Network, subnetId: string, family: Family): readonly Cidr[] {
  const own = subnetPlace(network, subnetId).cidrs.filter((cidr) => cidr.family === family);
  return own.length > 0 ? own : network.cidrs.filter((cidr) => cidr.family === family);
}

/** The subnet of a NAT gateway; a regional one has none, and no such subnet is there. */
function subnetBehind(network: Network, nat: string): string {
  const found = network.natGateways.known ? network.natGateways.value.get(nat) : undefined;
  return found?.known === true ? (found.value.subnetId ?? nat) : nat;
}
