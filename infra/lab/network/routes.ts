/**
 * One AWS route table as one kernel table. The kernel does AWS's longest prefix match itself; what is made here is
 * what the two name differently: local routes, prefix lists, priority among equal destinations, dead targets.
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import { formatBlock, overlaps, parseBlock } from './ipv4';
import type { KernelRoute } from './plan';

export interface NextHop {
  readonly device: string;
  readonly via: string;
}

export interface RouteTableSurroundings {
  readonly table: number;
  /** Where a target's link is, by the target's id. A target without one is gone, detached or not ready. */
  readonly nextHops: ReadonlyMap<string, NextHop>;
  /** Targets that exist but that the lab cannot carry, by id, with the reason. */
  readonly uncarried: ReadonlyMap<string, string>;
  /** The IPv4 entries of each prefix list, by id. */
  readonly prefixLists: ReadonlyMap<string, readonly string[]>;
}

export interface KernelTable {
  readonly routes: readonly KernelRoute[];
  readonly unfaithful: readonly string[];
}

/** The kernel prefers the lowest metric among routes to one destination, as AWS its static routes. */
const metrics = { static: 10, prefixList: 20, propagated: 30, none: 4_294_967_295 } as const;

interface Target {
  readonly id: string;
  /** True where the lab has no such thing at all. */
  readonly foreign: boolean;
}

interface Entry {
  readonly destination: string;
  readonly metric: number;
  readonly target: Target;
  readonly prefixListId: string | null;
  readonly dead: boolean;
}

/**
 * The kernel's routes for an AWS route table. Local routes are `throw`, so that the lookup goes on to the VPC's own
 * table of interfaces. No matching route drops in silence, as AWS's router does (MEMORY), and so do dead targets.
 * Facts: aws.md 1.1–1.5 (VPC user guide, route-tables-priority), 1.16, 1.18, 1.19 (EC2 API, Route). IPv6 routes are
 * left out: the network has no IPv6, which planNetwork says.
 */
export function kernelTable(routeTable: ec2.RouteTable, surroundings: RouteTableSurroundings): KernelTable {
  const name = routeTable.RouteTableId ?? 'a route table without id';
  const unfaithful: string[] = [];
  const entries = (routeTable.Routes ?? []).flatMap((route) => {
    const destinations = destinationsOf(route, surroundings);
    if (destinations !== null) return destinations.map((destination) => entryFor(route, destination));
    unfaithful.push(
      `${name}: the entries of prefix list ${route.DestinationPrefixListId ?? ''} are not in the lab's account`,
    );
    return [];
  });
  unfaithful.push(...ambiguities(name, entries));
  const routes = new Map<string, KernelRoute>();
  for (const entry of entries) {
    const why = uncarriedBecause(entry, surroundings);
    if (why !== null)
      unfaithful.push(`${name}: the route to ${entry.destination} leads to ${entry.target.id}, ${why}`);
    const key = `${entry.destination} ${entry.metric}`;
    if (!routes.has(key)) routes.set(key, routeFor(entry, surroundings));
  }
  const drop = { ...bare(surroundings.table, '0.0.0.0/0', metrics.none), type: 'blackhole' } as const;
  return { routes: [...routes.values(), drop], unfaithful: [...new Set(unfaithful)] };
}

function destinationsOf(route: ec2.Route, { prefixLists }: RouteTableSurroundings): readonly string[] | null {
  if (route.DestinationCidrBlock) return [formatBlock(parseBlock(route.DestinationCidrBlock))];
  if (route.DestinationPrefixListId) return prefixLists.get(route.DestinationPrefixListId) ?? null;
  return [];
}

function entryFor(route: ec2.Route, destination: string): Entry {
  const propagated = route.Origin === 'EnableVgwRoutePropagation' || route.Origin === 'Advertisement';
  const prefixListId = route.DestinationPrefixListId ?? null;
  return {
    destination,
    metric: propagated ? metrics.propagated : prefixListId === null ? metrics.static : metrics.prefixList,
    target: targetOf(route),
    prefixListId,
    dead: route.State === 'blackhole',
  };
}

/** A route's target. An instance's route also names its interface, which is then what counts. */
export function targetOf(route: ec2.Route): Target {
  const known = route.GatewayId ?? route.NatGatewayId ?? route.NetworkInterfaceId ?? route.InstanceId;
  if (known !== undefined) return { id: known, foreign: known.startsWith('vgw-') };
  const foreign =
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.EgressOnlyInternetGatewayId ??
    route.CarrierGatewayId ??
    route.LocalGatewayId ??
    route.CoreNetworkArn ??
    route.OdbNetworkArn ??
    route.IpAddress;
  return { id: foreign ?? 'a target that is not known', foreign: true };
}

function uncarriedBecause({ target, dead }: Entry, { uncarried }: RouteTableSurroundings): string | null {
  if (dead) return null;
  return target.foreign ? 'which this network does not have' : (uncarried.get(target.id) ?? null);
}

function routeFor(
  { destination, metric, target, dead }: Entry,
  surroundings: RouteTableSurroundings,
): KernelRoute {
  const route = bare(surroundings.table, destination, metric);
  if (target.id === 'local') return { ...route, type: 'throw' };
  const hop = surroundings.nextHops.get(target.id);
  if (dead || target.foreign || hop === undefined) return { ...route, type: 'blackhole' };
  return { ...route, type: 'unicast', device: hop.device, via: hop.via };
}

function bare(table: number, destination: string, metric: number): Omit<KernelRoute, 'type'> {
  return { table, destination, metric, device: null, via: null, source: null };
}

/** AWS chooses at random between prefix lists that overlap and have different targets (facts: aws.md 1.4). */
function ambiguities(name: string, entries: readonly Entry[]): string[] {
  const listed = entries.filter((entry) => entry.prefixListId !== null);
  return listed.flatMap((a, index) =>
    listed
      .slice(index + 1)
      .filter((b) => a.prefixListId !== b.prefixListId && a.target.id !== b.target.id)
      .filter((b) => overlaps(parseBlock(a.destination), parseBlock(b.destination)))
      .map(
        (b) =>
          `${name}: prefix lists ${a.prefixListId} and ${b.prefixListId} overlap and lead to different targets; AWS chooses one at random`,
      ),
  );
}
