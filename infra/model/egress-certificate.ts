/** The certificate of a forward claim that holds: every place that packets reach before the firewall, and what reaches it. */
import type { AddressSet } from './address-set';
import { union } from './address-set';
import type { Certified, State } from './certificate';
import type { Family } from './cidr';
import { FAMILIES, spaceOf } from './cidr';
import { blocksIn } from './cidr-blocks';
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
export function egressCertificate(network: Network, subnetId: string, cut: Cut): Certified {
  const from = subnetPlace(network, subnetId);
  const cleared: Site[] = [];
  const beyond = new Set<string>();
  const whole = FAMILIES.map((family) => ({ place: from, family, destinations: WHOLE[family] }));
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
  const states = statesOf(network, [...clearedFronts(cleared, cut), ...(reached ?? [])]);
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
function clearedFronts(from: readonly Site[], cut: Cut): readonly Site[] {
  const found = new Map<string, Site>();
  const waiting = [...from];
  for (const site of waiting) {
    const key = `${site.place.id} ${site.family}`;
    if (found.has(key)) continue;
    found.set(key, site);
    for (const target of site.place.table.leads ?? []) {
      const lead = cut.leadOf(target);
      // What a NAT gateway sends on is IPv4, behind NAT64 too.
      if (lead.kind === 'on') waiting.push({ place: lead.place, family: 'ipv4' });
    }
  }
  return [...found.values()];
}

interface Reached extends Site {
  readonly destinations?: AddressSet;
}

/** Each place once, with all that reaches it; without destinations that is the whole family. In IPv4 senders of both families do. */
export function statesOf(network: Network, reached: readonly Reached[]): readonly State[] {
  const found = new Map<Place, Record<Family, AddressSet>>();
  for (const { place, family, destinations = WHOLE[family] } of reached) {
    const at = found.get(place) ?? { ipv4: [], ipv6: [] };
    found.set(place, at);
    at[family] = at[family].length === 0 ? destinations : union([...at[family], ...destinations]);
  }
  return [...found].map(([place, at]) => ({
    place: siteName(network, place),
    destinations: FAMILIES.flatMap((family) =>
      at[family] === WHOLE[family] ? EVERYTHING[family] : blocksIn(family, at[family]),
    ),
  }));
}

const WHOLE = { ipv4: [spaceOf('ipv4')], ipv6: [spaceOf('ipv6')] };
/** Every address of a family. */
export const EVERYTHING: Readonly<Record<Family, string>> = { ipv4: '0.0.0.0/0', ipv6: '::/0' };

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
