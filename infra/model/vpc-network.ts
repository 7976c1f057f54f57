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
import type { Subnet, TableAssociations } from './subnet';
import { associationsOf, subnetOf, tableInForce, tableOfSubnet, vpcCidrsOf } from './subnet';
import type { Objects, Tables, View } from './table-view';
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
  readonly publicAccess: PublicAccess;
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
  const placeAt = (subnet: aws.Subnet, privateNat: string | null): Place => {
    const id = returned(subnet.SubnetId, 'SubnetId');
    const parsed = ask(() => subnetOf(subnet));
    if (!parsed.known) return unknownPlace(id, parsed.because);
    return placeOf(parsed.value, { associations, tables, view: { zone: zones.get(id) ?? null, privateNat } });
  };
  const subnets = byId(
    parts.subnets.map((subnet) => placeAt(subnet, null)),
    (place) => place.id,
  );
  return {
    ...objects,
    vpcId: parts.vpcId,
    cidrs,
    subnets,
    zones,
    tables: tables.all,
    edges: edgesOf(associations, tables.all),
    edgeDoubt: associations.publicPools[0]
      ? `${associations.publicPools[0]} is the route table of a public IPv4 pool`
      : null,
    behindPrivateNats: behindPrivateNats(objects.natGateways, parts.subnets, placeAt),
    firewallEndpoints: parts.firewallEndpoints,
  };
}

/** A place of which nothing is known. */
export function unknownPlace(id: string, because: string): Place {
  return { id, cidrs: [], table: unknownTable(`the route table of ${id}`, because) };
}

function placeOf(
  subnet: Subnet,
  from: { readonly associations: TableAssociations; readonly tables: Tables; readonly view: View },
): Place {
  const id = from.view.privateNat === null ? subnet.id : `${subnet.id} behind ${from.view.privateNat}`;
  const tableId = ask(() => tableOfSubnet(from.associations, subnet.id));
  if (!tableId.known) return { ...unknownPlace(id, tableId.because), cidrs: subnet.cidrs };
  return { id, cidrs: subnet.cidrs, table: from.tables.seen(tableId.value, from.view) };
}

function behindPrivateNats(
  natGateways: VpcNetwork['natGateways'],
  subnets: readonly aws.Subnet[],
  placeAt: (subnet: aws.Subnet, privateNat: string) => Place,
): ReadonlyMap<string, Place> {
  const nats = natGateways.known ? [...natGateways.value.values()] : [];
  return new Map(
    nats.flatMap((nat) => {
      if (!nat.known || !nat.value.isPrivate) return [];
      const { id, subnetId } = nat.value;
      const home = subnets.find(({ SubnetId }) => SubnetId === subnetId);
      return home ? [[id, placeAt(home, id)] as const] : [];
    }),
  );
}

function edgesOf(
  associations: TableAssociations,
  tables: ReadonlyMap<string, RouteTable>,
): ReadonlyMap<string, Place> {
  return new Map(
    [...associations.byGateway].map(([gatewayId, entries]) => {
      const tableId = ask(() => tableInForce(entries, gatewayId));
      const table = tableId.known ? tables.get(tableId.value) : undefined;
      const because = tableId.known ? `the route table ${tableId.value} was not returned` : tableId.because;
      return [gatewayId, table ? { id: gatewayId, cidrs: [], table } : unknownPlace(gatewayId, because)];
    }),
  );
}

/** Facts: VPC user guide, "NAT gateways": one that was deleted, or failed, stays listed for about an hour and carries nothing. */
function natGatewaysOf({ natGateways, vpcId }: VpcParts): VpcNetwork['natGateways'] {
  if (!natGateways.known) return natGateways;
  const nats = natGateways.value.filter(({ State: state }) => state !== 'deleted' && state !== 'failed');
  return ask(
    () =>
      new Map(
        nats.map((nat) => [returned(nat.NatGatewayId, 'NatGatewayId'), ask(() => natGatewayOf(nat, vpcId))]),
      ),
  );
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
