/**
 * The routes that nearly all routes are like: one plain member of each kind, and a target that some table led to before,
 * or none. There are hundreds of thousands, and the time of a clean proof is spent on reading them: so every member is
 * read once, no object is made, and the targets of a table are the bits of one number. table-leads.ts reads all others.
 */
import type * as aws from '../snapshot/snapshot';
import type { Target } from './route-target';

/** Targets that tables of one context were found to lead to, filled as they are met. */
export interface MetTargets {
  /** Each has the bit of its index. */
  readonly targets: Target[];
  readonly gateways: Met;
  readonly natGateways: Met;
  /** Routes by prefix list of which the target is all that matters. */
  readonly lists: { readonly listId: string; readonly id: string; readonly bit: number }[];
  /** What the bits stand for, once for all tables that lead to the same. */
  readonly sets: Map<number, readonly Target[]>;
}

/** Ids in the member that names the target, and their bits. Two lists, for comparing with texts next to each other is fastest. */
interface Met {
  readonly ids: string[];
  readonly bits: number[];
}

/** A route that leads nowhere. */
const NOWHERE = 0;

/** A route that is not usual. */
export const UNUSUAL = -1;

/** Comparing is faster than hashing a text that is new each time, as long as it is with few. */
const MOST_COMPARED = 8;
const MOST_TARGETS = 30;

export function noTargets(): MetTargets {
  return {
    targets: [],
    gateways: { ids: [], bits: [] },
    natGateways: { ids: [], bits: [] },
    lists: [],
    sets: new Map(),
  };
}

/**
 * The bits of what some routes lead to; null where `understand` does not understand one that is not usual, which it is
 * asked for at once: what it remembers makes those that follow usual.
 */
export function bitsOf(
  routes: readonly aws.Route[],
  met: MetTargets,
  understand: (route: aws.Route) => boolean,
): number | null {
  let bits = 0;
  for (const route of routes) {
    const lead = usualLead(route, met);
    if (lead !== UNUSUAL) bits |= lead;
    else if (!understand(route)) return null;
  }
  return bits;
}

/** The bit of what a route leads to, {@link NOWHERE} or {@link UNUSUAL}. Routes to the VPC itself are not usual. */
function usualLead(route: aws.Route, met: MetTargets): number {
  // Four members, and the four that are read below are there: so there is no other.
  const members = membersIn(route);
  const { State: state, Origin: origin, GatewayId: gateway, DestinationCidrBlock: ipv4 } = route;
  if (members !== 4 || (origin !== 'CreateRoute' && origin !== 'EnableVgwRoutePropagation')) return UNUSUAL;
  if (state !== 'active' && state !== 'blackhole') return UNUSUAL;
  if (gateway !== undefined) {
    if (ipv4 === undefined && route.DestinationIpv6CidrBlock === undefined) return listedLead(route, met);
    return state === 'active' ? bitOf(met.gateways, gateway) : NOWHERE;
  }
  const nat = route.NatGatewayId;
  if (nat === undefined) return UNUSUAL;
  // What a NAT gateway does with IPv6 depends on the destination.
  if (ipv4 === undefined) return listedLead(route, met);
  return state === 'active' ? bitOf(met.natGateways, nat) : NOWHERE;
}

/** The same for a route by prefix list. IPv6 has no list's id, so it is not found. */
function listedLead(route: aws.Route, { lists }: MetTargets): number {
  const { DestinationPrefixListId: listId, GatewayId: gateway, NatGatewayId: nat } = route;
  const found = lists.find((met) => met.listId === listId && met.id === (gateway ?? nat));
  if (found === undefined) return UNUSUAL;
  return route.State === 'active' ? found.bit : NOWHERE;
}

/** How many members a route has. */
export function membersIn(route: aws.Route): number {
  let members = 0;
  // Counting allocates nothing, as Object.keys would.
  for (const _member in route) members += 1;
  return members;
}

function bitOf({ ids, bits }: Met, id: string): number {
  for (let index = 0; index < ids.length; index++) if (ids[index] === id) return bits[index] ?? UNUSUAL;
  return UNUSUAL;
}

/** A route whose target is all that matters about it, by the two members that tell. */
export interface Understood {
  readonly by: 'GatewayId' | 'NatGatewayId';
  readonly id: string;
  /** The destination where it is a prefix list, else null. */
  readonly listId: string | null;
  readonly target: Target;
}

/** Routes like this one are usual from now on. The target's bit, or {@link UNUSUAL} where too many are known. */
export function remember({ by, id, listId, target }: Understood, met: MetTargets): number {
  const known = by === 'GatewayId' ? met.gateways : met.natGateways;
  const before = bitOf(known, id);
  const isNew = before === UNUSUAL;
  if (isNew && (known.ids.length === MOST_COMPARED || met.targets.length === MOST_TARGETS)) return UNUSUAL;
  const bit = isNew ? 1 << met.targets.length : before;
  if (isNew) {
    met.targets.push(target);
    known.ids.push(id);
    known.bits.push(bit);
  }
  if (listId !== null && met.lists.length < MOST_COMPARED) met.lists.push({ listId, id, bit });
  return bit;
}

/** The targets that some bits stand for. */
export function targetsOf(bits: number, { targets, sets }: MetTargets): readonly Target[] {
  const known = sets.get(bits);
  if (known) return known;
  const found = targets.filter((_target, index) => (bits & (1 << index)) !== 0);
  sets.set(bits, found);
  return found;
}
