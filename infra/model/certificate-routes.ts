/** What routes do, as the certificate checker reads them from AWS's answers. Throws at what is not understood. */
import type { Route, RouteTable, Snapshot } from '../snapshot/snapshot';
import { sectionValue } from '../snapshot/snapshot';
import type { Block, Prefix } from './certificate-addresses';
import { blockOf, insist, merged, minus } from './certificate-addresses';
import type { Places } from './certificate-places';

/** Where a route hands packets: to the table of a place, or to an end. `away` leads out of the VPC, but not by an exit. */
export interface Lead {
  readonly by: 'exit' | 'nat' | 'firewall' | 'local' | 'nobody' | 'away' | 'unknown';
  readonly id: string;
  readonly place: string;
}

/** A prefix of a route; `rank` is 0 for a static one, 1 for a prefix list's, 2 for a propagated one, null in doubt. */
export interface Entry extends Prefix {
  readonly route: Route;
  readonly rank: number | null;
}

const RANKS = new Map<string | undefined, number>([
  ['CreateRouteTable', 0],
  ['CreateRoute', 0],
  ['EnableVgwRoutePropagation', 2],
]);
const NO_TARGET: ReadonlySet<string> = new Set([
  'DestinationCidrBlock',
  'DestinationIpv6CidrBlock',
  'DestinationPrefixListId',
  'State',
  'Origin',
  'InstanceId',
  'InstanceOwnerId',
]);
const EXIT = /^(GatewayId igw-|EgressOnlyInternetGatewayId|CarrierGatewayId)/;
const AWAY =
  /^(GatewayId vgw-|TransitGatewayId|VpcPeeringConnectionId|CoreNetworkArn|LocalGatewayId|OdbNetworkArn)/;

/** Leads and entries are the same for every certificate of a snapshot. */
export interface Routes {
  readonly leadOf: (route: Route) => Lead;
  /** A table's routes by where they lead: most of a long table leads to a few places. */
  readonly byLead: (table: RouteTable) => ReadonlyMap<Lead, readonly Route[]>;
  /** The prefixes of a family that a route is for. */
  readonly prefixesOf: (route: Route, family: Block['family']) => readonly Entry[];
  /** Every prefix of a table. */
  readonly entriesOf: (table: RouteTable) => readonly Entry[];
}

export function routesOf(snapshot: Snapshot, { endpoints }: Places): Routes {
  const leads = new Map<string, Lead>();
  const entries = new Map<RouteTable, readonly Entry[]>();
  const lists = new Map<string, readonly Prefix[]>();
  const leadOf = (route: Route): Lead => {
    const target = targetOf(route);
    const known = leads.get(target) ?? leadBy(snapshot, target, endpoints);
    leads.set(target, known);
    return known;
  };
  const sorted = new Map<RouteTable, ReadonlyMap<Lead, readonly Route[]>>();
  const byLead = (table: RouteTable): ReadonlyMap<Lead, readonly Route[]> => {
    const known = sorted.get(table) ?? groupedBy(table.Routes ?? [], leadOf);
    sorted.set(table, known);
    return known;
  };
  const prefixesOf = (route: Route, family: Block['family']): readonly Entry[] => {
    const text = family === 'ipv4' ? route.DestinationCidrBlock : route.DestinationIpv6CidrBlock;
    const isDoubtful = route.State !== 'active' && route.State !== 'blackhole';
    if (text !== undefined) {
      const rank = isDoubtful ? null : (RANKS.get(route.Origin) ?? null);
      const prefix = blockOf(text);
      insist(prefix.family === family, `${text} is no block of ${family}`);
      return [{ ...prefix, route, rank }];
    }
    if (isOfOther(route, family)) return [];
    const key = `${route.DestinationPrefixListId} ${family}`;
    const listed = lists.get(key) ?? listOf(snapshot, route).filter((one) => one.family === family);
    lists.set(key, listed);
    return listed.map((prefix) => ({ ...prefix, route, rank: isDoubtful ? null : 1 }));
  };
  const entriesOf = (table: RouteTable): readonly Entry[] => {
    const known =
      entries.get(table) ??
      (table.Routes ?? []).flatMap((route) => [...prefixesOf(route, 'ipv4'), ...prefixesOf(route, 'ipv6')]);
    entries.set(table, known);
    return known;
  };
  return { leadOf, byLead, prefixesOf, entriesOf };
}

function groupedBy(routes: readonly Route[], leadOf: Routes['leadOf']): ReadonlyMap<Lead, readonly Route[]> {
  const groups = new Map<Lead, Route[]>();
  for (const route of routes) {
    const lead = leadOf(route);
    const group = groups.get(lead);
    if (group) group.push(route);
    else groups.set(lead, [route]);
  }
  return groups;
}

/** The member that names the target, with its value; `blackhole` and `unknown` stand for themselves. */
function targetOf(route: Route): string {
  if (route.State === 'blackhole') return 'blackhole';
  const fields = route as Readonly<Record<string, string | undefined>>;
  let target = '';
  for (const name in fields)
    if (!NO_TARGET.has(name) && fields[name] !== undefined) target += `${name} ${fields[name]} `;
  return route.State === 'active' ? target.trimEnd() : 'unknown';
}

function leadBy(snapshot: Snapshot, target: string, endpoints: Places['endpoints']): Lead {
  const [name = '', id = '', more] = target.split(' ');
  const lead = (by: Lead['by'], place = ''): Lead => ({ by, id: id || target, place });
  if (target === 'blackhole') return lead('nobody');
  if (more !== undefined || id === '') return lead('unknown');
  if (EXIT.test(target)) return lead('exit');
  if (AWAY.test(target)) return lead('away');
  if (name === 'NatGatewayId') {
    const place = behindNat(snapshot, id);
    return place === null ? lead('unknown') : lead('nat', place);
  }
  if (name === 'NetworkInterfaceId') return lead(checksAddresses(snapshot, id) ? 'nobody' : 'unknown');
  if (name !== 'GatewayId') return lead('unknown');
  const inspected = endpoints.get(id);
  if (inspected !== undefined) return lead('firewall', inspected);
  return lead(id === 'local' ? 'local' : isService(snapshot, id) ? 'nobody' : 'unknown');
}

/** The place whose table decides for what a NAT gateway sends on, or null for a gateway of another form. */
export function behindNat(snapshot: Snapshot, id: string): string | null {
  const nat = sectionValue(snapshot, 'natGateways').find((one) => one.NatGatewayId === id);
  const isPlain = nat?.State !== 'deleted' && nat?.State !== 'failed' && !nat?.AttachedAppliances?.length;
  return isPlain ? (nat?.SubnetId ?? nat?.RouteTableId ?? null) : null;
}

function checksAddresses(snapshot: Snapshot, id: string): boolean {
  const found = sectionValue(snapshot, 'networkInterfaces').find((one) => one.NetworkInterfaceId === id);
  return found?.SourceDestCheck === true;
}

function isService(snapshot: Snapshot, id: string): boolean {
  const endpoint = sectionValue(snapshot, 'vpcEndpoints').find((one) => one.VpcEndpointId === id);
  return endpoint?.VpcEndpointType === 'Gateway';
}

/** Whether a route is for the other family alone. */
function isOfOther(route: Route, family: Block['family']): boolean {
  return (family === 'ipv4' ? route.DestinationIpv6CidrBlock : route.DestinationCidrBlock) !== undefined;
}

/** The entries of a route's list. One that nobody read may be left out only where it leads to a gateway endpoint. */
function listOf(snapshot: Snapshot, route: Route): readonly Prefix[] {
  const section = snapshot.sections.managedPrefixLists;
  const lists = (section.status === 'read' ? section.value : []).filter(
    (one) => one.PrefixList.PrefixListId === route.DestinationPrefixListId,
  );
  const [only] = lists;
  const isRead = lists.length === 1 && (only?.PrefixList.State ?? 'complete').endsWith('complete');
  if (!isRead && isService(snapshot, route.GatewayId ?? '')) return [];
  insist(isRead && only !== undefined, `${route.DestinationPrefixListId} is not known`);
  return only.Entries.map((one) => blockOf(one.Cidr ?? ''));
}

/**
 * The blocks in which others decide in an entry's stead: longer prefixes, and at the same length static routes before
 * prefix lists before propagated ones. A propagated route inside a local one never decides; between the lists that
 * hold an address AWS chooses as it likes, unless a longer route is none of a list.
 */
export function decidedByOthers(of: Entry, { entries, leadOf }: Deciding): readonly Block[] {
  const locals = merged(entries.filter(({ route }) => leadOf(route).by === 'local'));
  const isOtherList = (one: Entry): boolean =>
    one.rank === 1 && one.route.DestinationPrefixListId !== of.route.DestinationPrefixListId;
  const inside = entries.filter(
    (one) => one.family === of.family && of.first <= one.first && one.last <= of.last && one.rank !== null,
  );
  const blocks = inside.flatMap((one) => {
    const isLonger = one.length > of.length;
    const isBefore = one.length === of.length && of.rank !== null && (one.rank ?? 2) < of.rank;
    if (!isLonger && !isBefore) return [];
    if (of.rank === 1 && isOtherList(one)) return [];
    const isChosen = (other: Entry): boolean => isOtherList(other) && other.length > one.length;
    const chosen = of.rank === 1 && isLonger ? inside.filter(isChosen) : [];
    return minus(minus([one], one.rank === 2 ? locals : []), merged(chosen));
  });
  return merged(of.rank === 2 ? [...blocks, ...locals] : blocks);
}

interface Deciding {
  readonly entries: readonly Entry[];
  readonly leadOf: Routes['leadOf'];
}
