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
import type { MetTargets } from './usual-route';
import { bitsOf, membersIn, noTargets, remember, targetsOf, UNUSUAL } from './usual-route';

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
  const met = context.met ?? noTargets();
  const found: Found = { met, bits: 0, locals: [], others: [] };
  const bits = bitsOf(table.Routes, met, (route) => isUnderstood(route, found, context));
  if (bits === null) return null;
  for (const { text } of context.vpcCidrs) if (!found.locals.includes(text)) return null;
  const usual = targetsOf(bits | found.bits, met);
  return found.others.length === 0 ? usual : [...usual, ...found.others];
}

/** What the routes that are not usual lead to. */
interface Found {
  readonly met: MetTargets;
  bits: number;
  /** Destinations of the routes to the VPC itself. */
  readonly locals: string[];
  /** Targets that have no bit. */
  readonly others: Target[];
}

/** Takes in a route; false where its target alone does not tell what it means. */
function isUnderstood(route: aws.Route, found: Found, context: LeadsContext): boolean {
  if (isLocal(route)) {
    found.locals.push(route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? '');
    return true;
  }
  const members = membersOf(route);
  if (members === null || !isPlain(members)) return false;
  const { target: id, by, to, destination } = members;
  if (to === 'DestinationPrefixListId' && !isPlainList(members, context)) return false;
  if (by === 'NatGatewayId' && to === 'DestinationIpv6CidrBlock' && destination !== NAT64_PREFIX)
    return false;
  if (id === 'local') found.locals.push(destination);
  if (id === 'local' || members.state === 'blackhole') return true;
  const named = namedTarget(by, id) ?? targetOf(route);
  const target = context.seen?.(named) ?? named;
  if (target.kind === 'private-connection') return isPrivate(target, members);
  const listId = to === 'DestinationPrefixListId' ? destination : null;
  const isOften = by === 'GatewayId' || by === 'NatGatewayId';
  const bit = isOften ? remember({ by, id, listId, target }, found.met) : UNUSUAL;
  if (bit === UNUSUAL) found.others.push(target);
  else found.bits |= bit;
  return true;
}

/** Whether a route is the plain one for a block of the VPC that every table has. */
function isLocal(route: aws.Route): boolean {
  const { State: state, Origin: origin, GatewayId: gateway, DestinationCidrBlock: ipv4 } = route;
  const hasDestination = ipv4 !== undefined || route.DestinationIpv6CidrBlock !== undefined;
  return (
    origin === 'CreateRouteTable' &&
    gateway === 'local' &&
    state === 'active' &&
    hasDestination &&
    membersIn(route) === 4
  );
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
