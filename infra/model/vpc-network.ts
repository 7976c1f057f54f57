/** One VPC of the network: the places in it where a route table decides, and what its routes lead to. */
import type * as aws from '../snapshot/snapshot';
import { returned } from '../snapshot/snapshot';
import type { PublicAccess } from './block-public-access';
import { byId } from './by-id';
import type { Cidr } from './cidr';
import type { FirewallEndpoints } from './firewall-endpoint';
import type { Known } from './known';
import { ask } from './known';
import type { NatGateway } from './nat-gateway';
import { natGatewayOf } from './nat-gateway';
import type { Place } from './network';
import type { PrefixLists } from './prefix-list';
import type { RouteTable } from './route-table';
import { unknownTable } from './route-table';
import type { TableAssociations } from './subnet';
import { associationsOf, subnetOf, tableInForce, tableOfSubnet, vpcCidrsOf } from './subnet';
import type { Objects, Tables } from './table-view';
import { tablesOf } from './table-view';

/** What AWS returned of one VPC. Lists that only some routes need may be unread. */
export interface VpcParts {
  readonly vpcId: string;
  readonly vpc: aws.Vpc;
  readonly subnets: readonly aws.Subnet[];
  readonly routeTables: readonly aws.RouteTable[];
  readonly natGateways: Known<readonly aws.NatGateway[]>;
  readonly vpcEndpoints: Known<readonly aws.VpcEndpoint[]>;
  readonly networkInterfaces: Known<readonly aws.NetworkInterface[]>;
  readonly firewallEndpoints: FirewallEndpoints;
  readonly prefixLists: Known<PrefixLists>;
  /** Asked for where a route leads to an internet exit. */
  readonly publicAccess: () => PublicAccess;
  /** Whether a transit gateway may be attached, so that zones matter; false saves a look at every route. */
  readonly isAttached: boolean;
}

export interface VpcNetwork {
  readonly vpcId: string;
  readonly cidrs: readonly Cidr[];
  readonly subnets: ReadonlyMap<string, Place>;
  /** The Availability Zone of each subnet, where AWS returned it. */
  readonly zones: ReadonlyMap<string, string>;
  readonly tables: ReadonlyMap<string, RouteTable>;
  /** Edge tables by gateway id; a gateway without one is not here. */
  readonly edges: ReadonlyMap<string, Place>;
  /** Why what arrives at an internet gateway may meet another table than its edge table, or null. */
  readonly edgeDoubt: string | null;
  readonly natGateways: Known<ReadonlyMap<string, Known<NatGateway>>>;
  /** By the id of a private NAT gateway, the place where what it sends goes on: an internet gateway is closed from there. */
  readonly behindPrivateNats: ReadonlyMap<string, Place>;
  readonly firewallEndpoints: FirewallEndpoints;
  readonly vpcEndpoints: Known<ReadonlyMap<string, aws.VpcEndpoint>>;
  readonly networkInterfaces: Known<ReadonlyMap<string, aws.NetworkInterface>>;
}

/** A VPC's network. Throws {@link NotKnown} when its subnets or tables cannot be told apart. */
export function vpcNetworkOf(parts: VpcParts): VpcNetwork {
  const cidrs = vpcCidrsOf(parts.vpc);
  const objects: Objects = {
    natGateways: natGatewaysOf(parts),
    vpcEndpoints: mapOf(parts.vpcEndpoints, (one) => one.VpcEndpointId),
    networkInterfaces: mapOf(parts.networkInterfaces, (one) => one.NetworkInterfaceId),
  };
  const tables = tablesOf(parts, cidrs, objects);
  const associations = associationsOf(parts.routeTables);
  const zones = zonesOf(parts.subnets);
  const inside: Inside = { associations, tables, zones };
  const subnets = byId(
    parts.subnets.map((subnet) => placeAt(inside, subnet, null)),
    idOf,
  );
  return {
    natGateways: objects.natGateways,
    vpcEndpoints: objects.vpcEndpoints,
    networkInterfaces: objects.networkInterfaces,
    vpcId: parts.vpcId,
    cidrs,
    subnets,
    zones,
    tables: tables.all,
    edges: edgesOf(associations, tables.all),
    edgeDoubt: associations.publicPools[0]
      ? `${associations.publicPools[0]} is the route table of a public IPv4 pool`
      : null,
    behindPrivateNats: behindPrivateNats(objects.natGateways, parts.subnets, inside),
    firewallEndpoints: parts.firewallEndpoints,
  };
}

/** A place of which nothing is known. */
export function unknownPlace(id: string, because: string): Place {
  return { id, cidrs: [], table: unknownTable(`the route table of ${id}`, because) };
}

/** What subnets of a VPC are understood with. */
interface Inside {
  readonly associations: TableAssociations;
  readonly tables: Tables;
  readonly zones: ReadonlyMap<string, string>;
}

/** A subnet as packets are in it that a private NAT gateway sent just now, or any others. */
function placeAt(
  { associations, tables, zones }: Inside,
  subnet: aws.Subnet,
  privateNat: string | null,
): Place {
  const subnetId = returned(subnet.SubnetId, 'SubnetId');
  const parsed = ask(() => subnetOf(subnet));
  if (!parsed.known) return unknownPlace(subnetId, parsed.because);
  const { cidrs } = parsed.value;
  const id = privateNat === null ? subnetId : `${subnetId} behind ${privateNat}`;
  const tableId = ask(() => tableOfSubnet(associations, subnetId));
  if (!tableId.known) return { id, cidrs, table: unknownPlace(id, tableId.because).table };
  return { id, cidrs, table: tables.seen(tableId.value, { zone: zones.get(subnetId) ?? null, privateNat }) };
}

function idOf({ id }: Place): string {
  return id;
}

function behindPrivateNats(
  natGateways: VpcNetwork['natGateways'],
  subnets: readonly aws.Subnet[],
  inside: Inside,
): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const nat of natGateways.known ? natGateways.value.values() : []) {
    if (!nat.known || !nat.value.isPrivate) continue;
    const { id, subnetId } = nat.value;
    const home = subnets.find(({ SubnetId }) => SubnetId === subnetId);
    if (home) places.set(id, placeAt(inside, home, id));
  }
  return places;
}

function edgesOf(
  associations: TableAssociations,
  tables: ReadonlyMap<string, RouteTable>,
): ReadonlyMap<string, Place> {
  const edges = new Map<string, Place>();
  for (const [gatewayId, entries] of associations.byGateway) {
    const tableId = ask(() => tableInForce(entries, gatewayId));
    const table = tableId.known ? tables.get(tableId.value) : undefined;
    const because = tableId.known ? `the route table ${tableId.value} was not returned` : tableId.because;
    edges.set(gatewayId, table ? { id: gatewayId, cidrs: [], table } : unknownPlace(gatewayId, because));
  }
  return edges;
}

/** Facts: VPC user guide, "NAT gateways": one that was deleted, or failed, stays listed for about an hour and carries nothing. */
function natGatewaysOf({ natGateways, vpcId }: VpcParts): VpcNetwork['natGateways'] {
  return natGateways.known ? ask(() => standingNats(natGateways.value, vpcId)) : natGateways;
}

function standingNats(
  natGateways: readonly aws.NatGateway[],
  vpcId: string,
): ReadonlyMap<string, Known<NatGateway>> {
  const nats = new Map<string, Known<NatGateway>>();
  for (const nat of natGateways) {
    if (nat.State === 'deleted' || nat.State === 'failed') continue;
    nats.set(
      returned(nat.NatGatewayId, 'NatGatewayId'),
      ask(() => natGatewayOf(nat, vpcId)),
    );
  }
  return nats;
}

function zonesOf(subnets: readonly aws.Subnet[]): ReadonlyMap<string, string> {
  const zones = new Map<string, string>();
  for (const { SubnetId: id, AvailabilityZone: zone } of subnets)
    if (id !== undefined && zone !== undefined) zones.set(id, zone);
  return zones;
}

function mapOf<T>(
  items: Known<readonly T[]>,
  idOf: (item: T) => string | undefined,
): Known<ReadonlyMap<string, T>> {
  return items.known ? ask(() => byId(items.value, idOf)) : items;
}
