/**
 * Where a route table can lead at all, whatever the destination: its targets, read in one pass over AWS's own
 * description. No prefix is compiled for it, so that a large network is cleared in less time than its text was read.
 */
import type * as aws from '../snapshot/snapshot';
import type { Known } from './known';
import { ask } from './known';
import type { Cidr } from './cidr';
import { parseCidr } from './cidr';
import { globalPart, NAT64_PREFIX } from './global-address';
import type { PrefixLists } from './prefix-list';
import type { Target } from './route-target';
import { namedTarget, targetOf } from './route-target';

/** The targets that a table leads to, most of them once. Targets that no packet for the internet survives are left out. */
export type Leads = readonly Target[];

export interface LeadsContext {
  readonly vpcCidrs: readonly Cidr[];
  readonly prefixLists: Known<PrefixLists>;
  readonly isGatewayEndpoint: (id: string) => boolean;
  readonly seen?: (target: Target) => Target;
  /** Filled here: every table of a context leads to the same few targets. */
  readonly met?: MetTargets;
}

/** Firewall and other endpoints, and NAT gateways, as a context sees them, by the id in the member that names them. */
export interface MetTargets {
  readonly endpoints: Map<string, Target>;
  readonly natGateways: Map<string, Target>;
}

/** A route's members, told apart; empty where there is none. */
interface Members {
  readonly target: string;
  /** The member that names the target. */
  readonly by: string;
  /** How many members name a target. */
  readonly targets: number;
  readonly destination: string;
  /** The member that names the destination. */
  readonly to: string;
  readonly state: string;
  readonly origin: string;
}

/**
 * The targets of a table that packets may go on by, or null where targets alone do not tell: a route in a state or of an origin that is not plain,
 * a member that this model does not know, a route of the VPC itself that is missing, a private connection for
 * destinations on the internet, IPv6 through a NAT gateway, a prefix list that was not read or is changing. A
 * destination that cannot be parsed does not matter here: whatever it is, the targets are all there is.
 *
 * Facts: aws.md 1.11 (a local route per CIDR of the VPC), 1.16–1.19, 1.37 (EC2 API reference, `Route`), 1.23 (IPv6
 * through a NAT gateway is NAT64).
 */
export function leadsOf(table: aws.RouteTable, context: LeadsContext): Leads | null {
  if (!table.Routes) return null;
  const found: Found = { targets: [], locals: [], endpoints: [], natGateways: [] };
  for (const route of table.Routes)
    if (!isUsual(route, found, context) && !isUnderstood(route, found, context)) return null;
  for (const { text } of context.vpcCidrs) if (!found.locals.includes(text)) return null;
  return found.targets;
}

interface Found {
  readonly targets: Target[];
  /** Destinations of the routes to the VPC itself. */
  readonly locals: string[];
  /** Ids of endpoints and NAT gateways among the targets. */
  readonly endpoints: string[];
  readonly natGateways: string[];
}

/**
 * Takes in a route with one plain member of each kind that leads to what some table led to before, or nowhere. Most
 * routes do, and there are hundreds of thousands: the time of a clean proof is spent here, so every member is read
 * once and no object is made.
 */
function isUsual(route: aws.Route, found: Found, { met }: LeadsContext): boolean {
  // Four members, and the four that are read below are there: so there is no other.
  if (membersIn(route) !== 4) return false;
  const { State: state, Origin: origin, GatewayId: gateway, DestinationCidrBlock: ipv4 } = route;
  const destination = ipv4 ?? route.DestinationIpv6CidrBlock;
  if (destination === undefined || (state !== 'active' && state !== 'blackhole')) return false;
  if (gateway === 'local' && origin === 'CreateRouteTable') {
    found.locals.push(destination);
    return true;
  }
  if (origin !== 'CreateRoute' && origin !== 'EnableVgwRoutePropagation') return false;
  if (gateway !== undefined) {
    if (state === 'blackhole' || isAmong(found.endpoints, gateway)) return true;
    return joins(met?.endpoints.get(gateway), gateway, { targets: found.targets, ids: found.endpoints });
  }
  const nat = route.NatGatewayId;
  if (nat === undefined || ipv4 === undefined) return false;
  if (state === 'blackhole' || isAmong(found.natGateways, nat)) return true;
  return joins(met?.natGateways.get(nat), nat, { targets: found.targets, ids: found.natGateways });
}

function membersIn(route: aws.Route): number {
  let members = 0;
  // Counting allocates nothing, as Object.keys would.
  for (const _member in route) members += 1;
  return members;
}

/**
 * Whether an id is among the first few: a table leads to few of a kind, and comparing is faster than hashing a text that
 * is new each time. What is beyond them is taken in once more.
 */
function isAmong(ids: readonly string[], id: string): boolean {
  for (let index = 0; index < ids.length && index < MOST_COMPARED; index++)
    if (ids[index] === id) return true;
  return false;
}

const MOST_COMPARED = 8;

/** Adds a target that a table leads to, if it is known; false where not. */
function joins(
  target: Target | undefined,
  id: string,
  to: { readonly targets: Target[]; readonly ids: string[] },
): boolean {
  if (target === undefined) return false;
  to.targets.push(target);
  to.ids.push(id);
  return true;
}

/** Takes in a route; false where its target alone does not tell what it means. */
function isUnderstood(route: aws.Route, found: Found, context: LeadsContext): boolean {
  const members = membersOf(route);
  if (members === null || !isPlain(members)) return false;
  const { target, by, to, destination } = members;
  if (to === 'DestinationPrefixListId' && !isPlainList(members, context)) return false;
  if (by === 'NatGatewayId' && to === 'DestinationIpv6CidrBlock' && destination !== NAT64_PREFIX)
    return false;
  if (target === 'local') found.locals.push(destination);
  if (target === 'local' || members.state === 'blackhole') return true;
  const named = namedTarget(by, target) ?? targetOf(route);
  const lead = context.seen?.(named) ?? named;
  if (lead.kind === 'private-connection') return isPrivate(lead, members);
  if (lead.kind === 'vpc-endpoint' && by === 'GatewayId') {
    context.met?.endpoints.set(target, lead);
    if (isAmong(found.endpoints, target)) return true;
    found.endpoints.push(target);
  } else if (lead.kind === 'nat-gateway' && by === 'NatGatewayId') {
    context.met?.natGateways.set(target, lead);
    if (isAmong(found.natGateways, target)) return true;
    found.natGateways.push(target);
  }
  found.targets.push(lead);
  return true;
}

/** A route's members; null for a member that this model does not know, and where there are two destinations. */
function membersOf(route: aws.Route): Members | null {
  const found = { target: '', by: '', targets: 0, destination: '', to: '', state: '', origin: '' };
  const fields = route as Readonly<Record<string, string | undefined>>;
  for (const member in fields) {
    const value = fields[member];
    if (value === undefined) continue;
    if (member === 'State') found.state = value;
    else if (member === 'Origin') found.origin = value;
    else if (DESTINATIONS.has(member)) {
      if (found.to !== '') return null;
      found.to = member;
      found.destination = value;
    } else if (TARGETS.has(member)) {
      found.targets += 1;
      found.target = value;
      found.by = member;
    } else return null;
  }
  return found;
}

const DESTINATIONS: ReadonlySet<string> = new Set([
  'DestinationCidrBlock',
  'DestinationIpv6CidrBlock',
  'DestinationPrefixListId',
]);
/** An instance is named together with its interface, so it is not one of these: such a table is looked at closely. */
const TARGETS: ReadonlySet<string> = new Set([
  'GatewayId',
  'NatGatewayId',
  'EgressOnlyInternetGatewayId',
  'CarrierGatewayId',
  'NetworkInterfaceId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'CoreNetworkArn',
  'LocalGatewayId',
  'OdbNetworkArn',
]);

function isPlain({ targets, to, state, origin }: Members): boolean {
  return (
    targets === 1 &&
    to !== '' &&
    (state === 'active' || state === 'blackhole') &&
    (origin === 'CreateRoute' || origin === 'CreateRouteTable' || origin === 'EnableVgwRoutePropagation')
  );
}

/** Whether what a prefix-list route leads to is all that matters about it. */
function isPlainList({ target, by, destination: listId }: Members, context: LeadsContext): boolean {
  if (context.isGatewayEndpoint(target)) return true;
  const { prefixLists } = context;
  const family = prefixLists.known ? (prefixLists.value.settledFamily?.(listId) ?? null) : null;
  // A private connection needs its destinations known, one by one; a NAT gateway their family.
  return family !== null && !PRIVATE.has(by) && (by !== 'NatGatewayId' || family === 'ipv4');
}

const PRIVATE: ReadonlySet<string> = new Set([
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'CoreNetworkArn',
  'LocalGatewayId',
  'OdbNetworkArn',
]);

/**
 * DERIVED: what cannot be on the internet does not reach it by a connection that is not followed. A transit gateway is
 * followed where its tables were read, by the exact tier.
 */
function isPrivate(target: Target, { destination, to }: Members): boolean {
  if (to === 'DestinationPrefixListId' || (target.kind === 'private-connection' && target.from)) return false;
  const cidr = ask(() => parseCidr(destination));
  return cidr.known && globalPart(cidr.value.family, cidr.value).length === 0;
}
