/**
 * The network as the report draws it: what stands where, and which route leads where. It is made from the snapshot and
 * put into the evidence, so that an old report can be drawn again. A drawing proves nothing: what could not be read is
 * left out of it, and the findings say so.
 */
import type * as aws from '../snapshot/snapshot';
import {
  NotKnown,
  sectionValue,
  type SectionName,
  type SectionValues,
  type Snapshot,
} from '../snapshot/snapshot';
import { firewallEndpointsOf } from './firewall-endpoint';
import { firewallSubnets } from './firewall-subnets';
import { ask } from './known';
import { nameOf, targetOf, type Target } from './route-target';
import { studioSubnetIds } from './studio';
import { associationsOf, tableInForce, tableOfSubnet } from './subnet';

export type TopologyKind =
  | 'internet'
  | 'subnet'
  | 'internet-gateway'
  | 'nat-gateway'
  | 'firewall-endpoint'
  | 'vpc-endpoint'
  | 'other-target';

export interface TopologyNode {
  /** AWS's id; `internet` for the internet. */
  readonly id: string;
  readonly kind: TopologyKind;
  /** The value of its tag Name, or null. */
  readonly name: string | null;
  /** The subnet that it stands in, or null. */
  readonly within: string | null;
  /** CIDR blocks and zone of a subnet, the service of an endpoint: what its box says below the name. */
  readonly details: readonly string[];
  /** Of a subnet: whether Studio, a NAT gateway or the firewall lives in it. */
  readonly role: 'studio' | 'nat' | 'firewall' | null;
}

/** Routes: what is at `from` and meant for `destinations` goes to `to`. */
export interface TopologyEdge {
  readonly from: string;
  readonly to: string;
  readonly routeTable: string | null;
  /** AWS's spelling: CIDR blocks and prefix list ids. */
  readonly destinations: readonly string[];
}

export interface Topology {
  readonly vpcId: string;
  readonly nodes: readonly TopologyNode[];
  readonly edges: readonly TopologyEdge[];
}

/** The target VPC's; null where its subnets or route tables were not read or cannot be told apart. */
export function topologyOf(snapshot: Snapshot): Topology | null {
  try {
    const edges = [...subnetEdges(snapshot), ...gatewayEdges(snapshot)];
    return { vpcId: snapshot.target.vpcId, nodes: nodesOf(snapshot, edges), edges };
  } catch (error) {
    if (error instanceof NotKnown) return null;
    throw error;
  }
}

function subnetEdges(snapshot: Snapshot): readonly TopologyEdge[] {
  const tables = sectionValue(snapshot, 'routeTables');
  const associations = associationsOf(tables);
  return sectionValue(snapshot, 'subnets').flatMap(({ SubnetId: id }) => {
    if (id === undefined) return [];
    const table = ask(() => tableOfSubnet(associations, id));
    return table.known ? edgesOf(id, tableNamed(tables, table.value)) : [];
  });
}

/** What arrives at a gateway that has a table of its own, and that the internet leads to. */
function gatewayEdges(snapshot: Snapshot): readonly TopologyEdge[] {
  const tables = sectionValue(snapshot, 'routeTables');
  return [...associationsOf(tables).byGateway].flatMap(([gatewayId, associations]) => {
    const table = ask(() => tableInForce(associations, gatewayId));
    return table.known ? edgesOf(gatewayId, tableNamed(tables, table.value)) : [];
  });
}

const tableNamed = (tables: readonly aws.RouteTable[], id: string): aws.RouteTable | undefined =>
  tables.find(({ RouteTableId }) => RouteTableId === id);

/** One edge per target; what stays inside the VPC is not drawn. */
function edgesOf(from: string, table: aws.RouteTable | undefined): readonly TopologyEdge[] {
  const byTarget = new Map<string, string[]>();
  for (const route of table?.Routes ?? []) {
    const target = targetOf(route);
    if (target.kind === 'local') continue;
    const destinations = byTarget.get(idOf(target)) ?? [];
    byTarget.set(idOf(target), destinations);
    destinations.push(destinationOf(route));
  }
  return [...byTarget].map(([to, destinations]) => ({
    from,
    to,
    routeTable: table?.RouteTableId ?? null,
    destinations,
  }));
}

const idOf = (target: Target): string =>
  target.kind === 'blackhole' ? `${nameOf(target)} (blackhole)` : nameOf(target);

const destinationOf = (route: aws.Route): string =>
  route.DestinationCidrBlock ??
  route.DestinationIpv6CidrBlock ??
  route.DestinationPrefixListId ??
  'an unnamed destination';

function nodesOf(snapshot: Snapshot, edges: readonly TopologyEdge[]): readonly TopologyNode[] {
  const known = [
    ...subnetNodes(snapshot),
    ...natNodes(snapshot),
    ...firewallNodes(snapshot),
    ...gatewayNodes(snapshot),
    ...endpointNodes(snapshot),
  ];
  const nodes = new Map(known.map((node) => [node.id, node]));
  for (const { to } of edges) if (!nodes.has(to)) nodes.set(to, node(to, 'other-target'));
  const internet = node('internet', 'internet');
  return [internet, ...[...nodes.values()].sort((a, b) => (a.id < b.id ? -1 : 1))];
}

const node = (
  id: string,
  kind: TopologyKind,
  part: Partial<Pick<TopologyNode, 'name' | 'within' | 'details' | 'role'>> = {},
): TopologyNode => ({ id, kind, name: null, within: null, details: [], role: null, ...part });

function subnetNodes(snapshot: Snapshot): readonly TopologyNode[] {
  const studio = ask(() => studioSubnetIds(snapshot));
  const firewall = ask(() => firewallSubnets(snapshot));
  const nats = new Set(readOr(snapshot, 'natGateways').map(({ SubnetId }) => SubnetId));
  const roleOf = (id: string): TopologyNode['role'] => {
    if (studio.known && studio.value.includes(id)) return 'studio';
    if (firewall.known && firewall.value.has(id)) return 'firewall';
    return nats.has(id) ? 'nat' : null;
  };
  return sectionValue(snapshot, 'subnets').flatMap((subnet) => {
    const { SubnetId: id, CidrBlock, AvailabilityZone, Tags } = subnet;
    if (id === undefined) return [];
    const ipv6 = (subnet.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock);
    const details = [CidrBlock, ...ipv6, AvailabilityZone].flatMap((text) => text ?? []);
    return [node(id, 'subnet', { name: nameTag(Tags), details, role: roleOf(id) })];
  });
}

function natNodes(snapshot: Snapshot): readonly TopologyNode[] {
  return readOr(snapshot, 'natGateways').flatMap(({ NatGatewayId: id, SubnetId, State, Tags }) =>
    id === undefined || State === 'deleted'
      ? []
      : [node(id, 'nat-gateway', { name: nameTag(Tags), within: SubnetId ?? null })],
  );
}

function firewallNodes(snapshot: Snapshot): readonly TopologyNode[] {
  const endpoints = ask(() => firewallEndpointsOf(snapshot, snapshot.target.vpcId));
  if (!endpoints.known) return [];
  return [...endpoints.value.byId.values()].map(({ id, firewallArn, subnetId }) =>
    node(id, 'firewall-endpoint', { name: firewallArn.split('/').at(-1) ?? null, within: subnetId }),
  );
}

function gatewayNodes(snapshot: Snapshot): readonly TopologyNode[] {
  return readOr(snapshot, 'internetGateways').flatMap(({ InternetGatewayId: id, Tags }) =>
    id === undefined ? [] : [node(id, 'internet-gateway', { name: nameTag(Tags) })],
  );
}

/** Gateway endpoints are targets of routes; interface endpoints are reached inside the VPC and are not drawn. */
function endpointNodes(snapshot: Snapshot): readonly TopologyNode[] {
  return readOr(snapshot, 'vpcEndpoints').flatMap(
    ({ VpcEndpointId: id, VpcEndpointType, ServiceName, Tags }) =>
      id === undefined || VpcEndpointType !== 'Gateway'
        ? []
        : [node(id, 'vpc-endpoint', { name: nameTag(Tags), details: [ServiceName ?? ''] })],
  );
}

type Lists = { [N in SectionName]: SectionValues[N] extends unknown[] ? N : never }[SectionName];

/** A section that the drawing can do without. */
function readOr<N extends Lists>(snapshot: Snapshot, name: N): SectionValues[N] | [] {
  const section = ask(() => sectionValue(snapshot, name));
  return section.known ? section.value : [];
}

const nameTag = (
  tags: readonly { readonly Key?: string; readonly Value?: string }[] | undefined,
): string | null => tags?.find(({ Key }) => Key === 'Name')?.Value ?? null;
