/**
 * Where a route table can lead at all, whatever the destination: its targets, read in one pass over AWS's own
 * description. No prefix is compiled for it, so that a large network is cleared in less time than its text was read.
 */
import type * as aws from '../snapshot/snapshot';
import { ask } from './known';
import type { Cidr } from './cidr';
import { parseCidr } from './cidr';
import { globalPart, NAT64_PREFIX } from './global-address';
import type { PrefixLists } from './prefix-list';
import type { Target } from './route-target';
import { namedTarget, targetOf } from './route-target';

/** Each target that a table leads to, once. Targets that no packet for the internet survives are left out. */
export type Leads = readonly Target[];

export interface LeadsContext {
  readonly vpcCidrs: readonly Cidr[];
  /** Null where no list was read. */
  readonly prefixLists: PrefixLists | null;
  readonly isGatewayEndpoint: (id: string) => boolean;
  readonly seen: (target: Target) => Target;
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
  if (table.Routes === undefined) return null;
  const found: Found = { targets: new Map(), locals: [], gateway: '', nat: '' };
  for (const route of table.Routes)
    if (!addsNothing(route, found) && !isUnderstood(route, found, context)) return null;
  const whole = context.vpcCidrs.every(({ text }) => found.locals.includes(text));
  return whole ? [...found.targets.values()] : null;
}

interface Found {
  readonly targets: Map<string, Target>;
  /** Destinations of the routes to the VPC itself. */
  readonly locals: string[];
  /** The latest that is among the targets, by the member that named it. */
  gateway: string;
  nat: string;
}

/**
 * Whether a route has one plain member of each kind and leads to what is known already, or nowhere. Most routes do,
 * and there are hundreds of thousands: this is the loop that the time of a clean proof is spent in.
 */
function addsNothing(route: aws.Route, known: Found): boolean {
  const fields = route as Readonly<Record<string, string>>;
  let dead = false;
  let seen = false;
  // One digit per kind of member, so that none is missing and none is there twice.
  let members = 0;
  for (const member in fields) {
    const value = fields[member] ?? '';
    if (member === 'DestinationCidrBlock') members += 1;
    else if (member === 'State') {
      members += 10;
      if (value === 'blackhole') dead = true;
      else if (value !== 'active') return false;
    } else if (member === 'Origin') {
      members += 100;
      if (value !== 'CreateRoute' && value !== 'EnableVgwRoutePropagation') return false;
    } else if (member === 'GatewayId') {
      members += 1000;
      seen = (value !== '' && value === known.gateway) || known.targets.get(value)?.kind === 'vpc-endpoint';
    } else if (member === 'NatGatewayId') {
      if (fields['DestinationCidrBlock'] === undefined) return false;
      members += 1000;
      seen = (value !== '' && value === known.nat) || known.targets.get(value)?.kind === 'nat-gateway';
    } else if (member === 'DestinationIpv6CidrBlock') members += 1;
    else return false;
  }
  return members === 1111 && (seen || dead);
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
  const lead = found.targets.get(target) ?? context.seen(namedTarget(by, target) ?? targetOf(route));
  if (lead.kind === 'private-connection') return isPrivate(lead, members);
  found.targets.set(target, lead);
  if (lead.kind === 'vpc-endpoint') found.gateway = target;
  if (lead.kind === 'nat-gateway') found.nat = target;
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
  const family = context.prefixLists?.settledFamily?.(listId) ?? null;
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
