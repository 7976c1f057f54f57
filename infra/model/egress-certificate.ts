/** The certificate of a forward claim that holds: every place that packets reach before the firewall, and what reaches it. */
import type { AddressSet } from './address-set';
import { union } from './address-set';
import type { Certified, EgressCertificate, State } from './certificate';
import type { Family } from './cidr';
import { FAMILIES, spaceOf } from './cidr';
import type { Cut } from './cut';
import { TOO_LARGE } from './exact';
import type { Front, Handed } from './flood';
import { flood } from './flood';
import { globalPart } from './global-address';
import type { Network, Place } from './network';
import { subnetPlace } from './network';

/**
 * A certificate for a subnet of which the claim is proven. None is made where the proof rests on something that the
 * checker does not read: other VPCs behind a transit gateway, VPC Block Public Access, private NAT gateways.
 */
export function egressCertificate(
  network: Network,
  subnetId: string,
  cut: Cut,
): Certified<EgressCertificate> {
  const from = subnetPlace(network, subnetId);
  const cleared: Site[] = [];
  const beyond = new Set<string>();
  const whole = FAMILIES.map((family) => ({ place: from, family, destinations: [spaceOf(family)] }));
  if (cut.cleared(from)) cleared.push(...whole);
  const reached = flood(network, cut.cleared(from) ? [] : whole.map(asFront), (handed) => {
    const { arrival } = handed;
    if (isPrivate(handed) || (arrival.on && arrival.via.kind === 'firewall-endpoint')) return false;
    const because = beyondChecker(handed);
    if (because !== null) beyond.add(because);
    if (!arrival.on || !cut.cleared(arrival.place)) return arrival.on;
    cleared.push({ place: arrival.place, family: arrival.packet.family });
    return false;
  });
  if (reached === null) beyond.add(TOO_LARGE);
  const states = [...clearedStates(network, cleared, cut), ...statesOf(network, reached ?? [])];
  if (states.some(({ place }) => place === '')) beyond.add('it rests on a private NAT gateway');
  const [because] = beyond;
  return because === undefined
    ? { made: true, certificate: { claim: 'egress', subnet: subnetId, states } }
    : { made: false, because };
}

interface Site {
  readonly place: Place;
  readonly family: Family;
}

function asFront(site: Site & { readonly destinations: AddressSet }): Front {
  return { ...site, sentAs: site.family };
}

/** A cleared place needs no look at prefixes, and neither does any place behind it. */
function clearedStates(network: Network, from: readonly Site[], cut: Cut): readonly State[] {
  const states = new Map<string, State>();
  const waiting = [...from];
  for (const { place, family } of waiting) {
    const key = `${place.id} ${family}`;
    if (states.has(key)) continue;
    states.set(key, { place: siteName(network, place), family, destinations: 'all' });
    for (const target of place.table.leads ?? []) {
      const lead = cut.leadOf(target);
      // What a NAT gateway sends on is IPv4, behind NAT64 too.
      if (lead.kind === 'on') waiting.push({ place: lead.place, family: 'ipv4' });
    }
  }
  return [...states.values()];
}

/** In IPv4 a place can be reached by senders of both families. */
export function statesOf(network: Network, reached: readonly Front[]): readonly State[] {
  const found = new Map<string, Front>();
  for (const front of reached) {
    const key = `${front.place.id} ${front.family}`;
    const before = found.get(key)?.destinations ?? [];
    found.set(key, { ...front, destinations: union([...before, ...front.destinations]) });
  }
  return [...found.values()].map(({ place, family, destinations }) => ({
    place: siteName(network, place),
    family,
    destinations: destinations.map(({ first, last }) => `${first}-${last}`),
  }));
}

/** The checker's name of a place; empty for one that it does not tell apart. */
function siteName(network: Network, place: Place): string {
  if (network.subnets.has(place.id) || network.edges.has(place.id)) return place.id;
  return network.natGateways.known && network.natGateways.value.has(place.id) ? place.table.id : '';
}

/** Why the checker could not follow what happens here, or null. */
function beyondChecker({ target, arrival }: Handed): string | null {
  if (target.kind === 'closed')
    return `it rests on this: ${!arrival.on && arrival.end.kind === 'dropped' ? arrival.end.because : target.id}`;
  return target.kind === 'private-connection'
    ? `it is for one VPC, and ${target.id} leads on to others`
    : null;
}

function isPrivate({ target, packet }: Handed): boolean {
  return target.kind === 'private-connection' && globalPart(packet.family, packet).length === 0;
}
