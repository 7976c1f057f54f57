/**
 * The certificate of a return claim that holds: stretches of the way back over which nothing comes past the firewall,
 * enough of them for every way out that some route leads to, whatever the prefixes.
 */
import type { Interval } from './address-set';
import { covers, intersect } from './address-set';
import type { Certified, State } from './certificate';
import type { Family } from './cidr';
import { FAMILIES, parseCidr, spaceOf } from './cidr';
import { EVERYTHING, statesOf } from './egress-certificate';
import type { Front } from './flood';
import { flood } from './flood';
import { globalPart, NAT64_PREFIX } from './global-address';
import type { Network, Place } from './network';
import { subnetPlace } from './network';
import type { Arrival, Packet } from './next-place';
import { nextPlace } from './next-place';
import type { Candidate } from './route-table';
import type { Target } from './route-target';

/** Packets on their way out, and the subnet that the answers come to there: the claim's, or the last NAT gateway's. */
interface Sent {
  readonly place: Place;
  /** The checker's name of the place: to it the subnet of a private NAT gateway is like any other. */
  readonly name: string;
  readonly family: Family;
  readonly answers: string;
}

/** A stretch of the way back. */
interface Stretch {
  readonly from: string;
  readonly start: Place | undefined;
  readonly to: string;
  readonly family: Family;
}

/**
 * A certificate for a subnet of which the claim is proven. Ways out are taken from the routes alone, whatever the
 * prefixes, up to the first stretch that is guarded. So a way that no destination really takes may stay unguarded; then
 * none is made, and says so.
 */
export function returnCertificate(network: Network, subnetId: string): Certified {
  const from = subnetPlace(network, subnetId);
  const waiting: Sent[] = FAMILIES.map((family) => ({
    place: from,
    name: subnetId,
    family,
    answers: subnetId,
  }));
  const ways = new Map<string, Sent>();
  const guards: Front[] = [];
  const isGuarded = (stretch: Stretch): boolean => {
    const guard = guardOf(network, stretch);
    guards.push(...(guard ?? []));
    return guard !== null;
  };
  for (const sent of waiting) {
    const key = `${sent.place.id} ${sent.family} ${sent.answers}`;
    if (ways.has(key)) continue;
    ways.set(key, sent);
    for (const route of routesOf(sent)) {
      const arrival = nextPlace(network, route.target, packetFor(route));
      const because = openEnd(route, arrival) ?? unguardedExit(network, sent, { arrival, isGuarded });
      if (because !== null) return { made: false, because };
      if (arrival.on) waiting.push(...wayOn(network, sent, { arrival, isGuarded }));
    }
  }
  const guarded = statesOf(network, guards);
  if (guarded.some(({ place }) => place === ''))
    return { made: false, because: 'a way back rests on a private NAT gateway' };
  const states = [...[...ways.values()].map(stateOf), ...guarded];
  return { made: true, certificate: { claim: 'return', subnet: subnetId, states } };
}

interface Handed<A extends Arrival> {
  readonly arrival: A;
  readonly isGuarded: (stretch: Stretch) => boolean;
}

/** Why what comes back by an exit may come past the firewall, or null. */
function unguardedExit(
  network: Network,
  { family, answers: to }: Sent,
  { arrival, isGuarded }: Handed<Arrival>,
): string | null {
  if (arrival.on || arrival.end.kind !== 'internet-exit') return null;
  const { gatewayId: from } = arrival.end;
  return isGuarded({ from, start: network.edges.get(from), to, family })
    ? null
    : `what comes from ${from} to ${to} in ${family} may come past it, for what the routes alone tell`;
}

/** Where packets go on to; nowhere behind a NAT gateway that answers over a guarded stretch. */
function wayOn(
  network: Network,
  { family, answers: to }: Sent,
  { arrival: { place, packet, via }, isGuarded }: Handed<Extract<Arrival, { on: true }>>,
): readonly Sent[] {
  if (via.kind !== 'nat-gateway') return [{ place, name: place.id, family: packet.family, answers: to }];
  const behind = subnetBehind(network, via.id);
  const isEnd = isGuarded({ from: via.id, start: subnetPlace(network, behind), to, family });
  return isEnd ? [] : [{ place, name: behind, family: packet.family, answers: behind }];
}

function stateOf({ name, family, answers }: Sent): State {
  return { place: name, answers, destinations: [EVERYTHING[family]] };
}

/** The routes of a place for a family, one for all that lead to the same, without those that end outside of the internet. */
function routesOf({ place: { table }, family }: Sent): readonly Candidate[] {
  const listed = table.listed.flatMap(({ entries, candidateOf }) => entries.slice(0, 1).map(candidateOf));
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

/** What a stretch reaches, or null where something may come over it past the firewall. */
function guardOf(network: Network, { start, to, family }: Stretch): readonly Front[] | null {
  if (start === undefined) return null;
  const destinations = addressesOf(network, to, family);
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
  return reached;
}

/** The addresses that answers to a subnet can have: its own, or where it has none of the family any. */
function addressesOf(network: Network, subnetId: string, family: Family): readonly Interval[] {
  const own = subnetPlace(network, subnetId).cidrs.filter((cidr) => cidr.family === family);
  return own.length > 0 ? own : [spaceOf(family)];
}

/** The subnet of a NAT gateway; a regional one has none, and no such subnet is there. */
function subnetBehind(network: Network, nat: string): string {
  const found = network.natGateways.known ? network.natGateways.value.get(nat) : undefined;
  return found?.known === true ? (found.value.subnetId ?? nat) : nat;
}
