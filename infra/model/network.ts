/** The VPC's network as routing sees it (document 3 of the data walk): places where a route table decides, and what routes lead to. */
import type { NetworkInterface, Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import type { Cidr } from './cidr';
import type { FirewallEndpoints } from './firewall-endpoint';
import { firewallEndpointsOf } from './firewall-endpoint';
import type { Known } from './known';
import { ask } from './known';
import type { NatGateway } from './nat-gateway';
import { natGatewayOf } from './nat-gateway';
import { prefixListsOf } from './prefix-list';
import type { RouteTable } from './route-table';
import { routeTableOf, unknownTable } from './route-table';
import type { Subnet, TableAssociations } from './subnet';
import { associationsOf, subnetOf, tableInForce, tableOfSubnet, vpcCidrsOf } from './subnet';

/** Where a packet meets a route table: a subnet, the edge of a gateway, a regional NAT gateway. */
export interface Place {
  readonly id: string;
  /** The subnet's own prefixes; empty where the place is no subnet. */
  readonly cidrs: readonly Cidr[];
  readonly table: RouteTable;
}

export interface Network {
  readonly vpcId: string;
  readonly cidrs: readonly Cidr[];
  readonly subnets: ReadonlyMap<string, Place>;
  readonly tables: ReadonlyMap<string, RouteTable>;
  /** Edge tables by gateway id; a gateway without one is not here. */
  readonly edges: ReadonlyMap<string, Place>;
  /** Why what arrives at an internet gateway may meet another table than its edge table, or null. */
  readonly edgeDoubt: string | null;
  readonly natGateways: Known<ReadonlyMap<string, Known<NatGateway>>>;
  readonly firewallEndpoints: FirewallEndpoints;
  readonly vpcEndpoints: Known<ReadonlyMap<string, VpcEndpoint>>;
  readonly networkInterfaces: Known<ReadonlyMap<string, NetworkInterface>>;
}

/**
 * The network of the snapshot's VPC. Throws {@link NotKnown} when the VPC, its subnets, route tables or firewalls
 * were not read; every other section is needed only where a route leads there, and is asked for then.
 */
export function networkOf(snapshot: Snapshot): Network {
  const vpcCidrs = vpcCidrsOf(sectionValue(snapshot, 'vpc'));
  const awsTables = sectionValue(snapshot, 'routeTables');
  const vpcEndpoints = ask(() =>
    byId(sectionValue(snapshot, 'vpcEndpoints'), (endpoint) => endpoint.VpcEndpointId),
  );
  const context = {
    vpcCidrs,
    prefixLists: ask(() => prefixListsOf(sectionValue(snapshot, 'managedPrefixLists'))),
    isGatewayEndpoint: (id: string) =>
      vpcEndpoints.known && vpcEndpoints.value.get(id)?.VpcEndpointType === 'Gateway',
  };
  const tables = byId(
    awsTables.map((table) => routeTableOf(table, context)),
    (table) => table.id,
  );
  const associations = associationsOf(awsTables);
  const subnets = sectionValue(snapshot, 'subnets').map((subnet) => {
    const parsed = ask(() => subnetOf(subnet));
    const id = returned(subnet.SubnetId, 'SubnetId');
    return parsed.known ? placeOf(parsed.value, associations, tables) : unknownPlace(id, parsed.because);
  });
  return {
    vpcId: snapshot.target.vpcId,
    cidrs: vpcCidrs,
    tables,
    subnets: byId(subnets, (place) => place.id),
    edges: edgesOf(associations, tables),
    edgeDoubt: associations.publicPools[0]
      ? `${associations.publicPools[0]} is the route table of a public IPv4 pool`
      : null,
    natGateways: ask(() => natGatewaysOf(snapshot)),
    firewallEndpoints: firewallEndpointsOf(snapshot),
    vpcEndpoints,
    networkInterfaces: ask(() =>
      byId(
        sectionValue(snapshot, 'networkInterfaces'),
        (networkInterface) => networkInterface.NetworkInterfaceId,
      ),
    ),
  };
}

/** A subnet of the network as a place; one that AWS did not return is a place of which nothing is known. */
export function subnetPlace(network: Network, subnetId: string): Place {
  return (
    network.subnets.get(subnetId) ??
    unknownPlace(subnetId, `the subnet ${subnetId} was not among the VPC's subnets`)
  );
}

/** The place of a route table that no subnet stands before. */
export function tablePlace(network: Network, id: string, tableId: string): Place {
  const table =
    network.tables.get(tableId) ?? unknownTable(tableId, `the route table ${tableId} was not returned`);
  return { id, cidrs: [], table };
}

function unknownPlace(id: string, because: string): Place {
  return { id, cidrs: [], table: unknownTable(`the route table of ${id}`, because) };
}

function placeOf(
  subnet: Subnet,
  associations: TableAssociations,
  tables: ReadonlyMap<string, RouteTable>,
): Place {
  const tableId = ask(() => tableOfSubnet(associations, subnet.id));
  if (!tableId.known) return { ...unknownPlace(subnet.id, tableId.because), cidrs: subnet.cidrs };
  const table =
    tables.get(tableId.value) ??
    unknownTable(tableId.value, `the route table ${tableId.value} was not returned`);
  return { id: subnet.id, cidrs: subnet.cidrs, table };
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
function natGatewaysOf(snapshot: Snapshot): ReadonlyMap<string, Known<NatGateway>> {
  const nats = sectionValue(snapshot, 'natGateways').filter(
    ({ State: state }) => state !== 'deleted' && state !== 'failed',
  );
  return new Map(
    nats.map((nat) => [returned(nat.NatGatewayId, 'NatGatewayId'), ask(() => natGatewayOf(nat))]),
  );
}

function byId<T>(items: readonly T[], idOf: (item: T) => string | undefined): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) {
    const id = returned(idOf(item), 'the id of a resource');
    if (map.has(id)) throw new NotKnown(`${id} is there twice in the answer`);
    map.set(id, item);
  }
  return map;
}
