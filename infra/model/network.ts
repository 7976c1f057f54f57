/**
 * The network as routing sees it (document 3 of the data walk): places where a route table decides, and what routes
 * lead to. It is the target VPC's, and behind its transit gateways that of other VPCs as far as it could be read.
 */
import type { AttachedVpc, Snapshot } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import { publicAccessOf } from './block-public-access';
import type { Cidr } from './cidr';
import { firewallEndpointsOf } from './firewall-endpoint';
import type { Known } from './known';
import { ask, insist } from './known';
import type { NatGateway } from './nat-gateway';
import { prefixListsOf } from './prefix-list';
import type { RouteTable } from './route-table';
import { unknownTable } from './route-table';
import type { TransitGatewayParts, TransitGateways } from './transit-gateway';
import { transitGatewaysOf } from './transit-gateway';
import type { VpcNetwork, VpcParts } from './vpc-network';
import { unknownPlace, vpcNetworkOf } from './vpc-network';
import type { WorkLimits } from './work-limits';
import { WORK_LIMITS } from './work-limits';

/** Where a packet meets a route table: a subnet, the edge of a gateway, a regional NAT gateway, a transit gateway. */
export interface Place {
  /** Places of different ids may share a table's id: the same table can lead elsewhere from another zone. */
  readonly id: string;
  /** The subnet's own prefixes; empty where the place is no subnet. */
  readonly cidrs: readonly Cidr[];
  readonly table: RouteTable;
}

/** The target VPC, and what lies behind its transit gateways. */
export interface Network extends VpcNetwork {
  /** The other VPCs behind the same transit gateways that are understood, by id. Made when first asked for. */
  readonly attached: () => Known<ReadonlyMap<string, VpcNetwork>>;
  readonly transitGateways: () => Known<TransitGateways>;
  /** Gateway Load Balancer endpoints of other vendors' firewalls that the owner accepts as inspection. */
  readonly acceptedInspection: ReadonlySet<string>;
  /** How far the proofs look; what is beyond is undecided. */
  readonly limits: WorkLimits;
}

/**
 * The network of the snapshot's VPC. Throws {@link NotKnown} when the VPC, its subnets, route tables or firewalls
 * were not read; every other section is needed only where a route leads there, and is asked for then. Inspection by
 * another vendor counts only where the owner's intent names its endpoint.
 */
export function networkOf(
  snapshot: Snapshot,
  { acceptedInspection = [] }: { readonly acceptedInspection?: readonly string[] } = {},
): Network {
  const known = understoodOnce.get(snapshot) ?? new Map<string, Network>();
  const key = acceptedInspection.join();
  const before = known.get(key);
  if (before) return before;
  const network = understoodNetwork(snapshot, new Set(acceptedInspection));
  understoodOnce.set(snapshot, known.set(key, network));
  return network;
}

/** Every check asks, and a snapshot never changes. By the accepted inspection. */
const understoodOnce = new WeakMap<Snapshot, Map<string, Network>>();

function understoodNetwork(snapshot: Snapshot, acceptedInspection: ReadonlySet<string>): Network {
  const prefixLists = ask(() => prefixListsOf(sectionValue(snapshot, 'managedPrefixLists')));
  const own = vpcNetworkOf(ownParts(snapshot, prefixLists));
  const others = once(() => attachedOf(snapshot, prefixLists));
  const attached = once(() => understood(others()));
  const transitGateways = once(() =>
    ask(() =>
      transitGatewaysOf({
        tables: sectionValue(snapshot, 'transitGatewayTables'),
        vpcs: [
          {
            vpcId: own.vpcId,
            network: { known: true, value: own },
            attachments: sectionValue(snapshot, 'transitGatewayVpcAttachments'),
          },
          ...insist(others()),
        ],
      }),
    ),
  );
  return { ...own, attached, transitGateways, acceptedInspection, limits: WORK_LIMITS };
}

/** A subnet of the network as a place; one that AWS did not return is a place of which nothing is known. */
export function subnetPlace(network: Network, subnetId: string): Place {
  return (
    network.subnets.get(subnetId) ??
    vpcWith(network, (vpc) => vpc.subnets.has(subnetId))?.subnets.get(subnetId) ??
    unknownPlace(subnetId, `the subnet ${subnetId} was not among the VPC's subnets`)
  );
}

/** The place of a route table that no subnet stands before. */
export function tablePlace(network: Network, id: string, tableId: string): Place {
  const table =
    vpcWith(network, (vpc) => vpc.tables.has(tableId))?.tables.get(tableId) ??
    unknownTable(tableId, `the route table ${tableId} was not returned`);
  return { id, cidrs: [], table };
}

/** A NAT gateway of the network, whichever VPC it stands in. */
export function natGatewayIn(network: Network, id: string): Known<NatGateway> {
  const found = lookUp(network, (vpc) => vpc.natGateways, { id, what: 'NAT gateway' });
  return found.known ? found.value : found;
}

/** The VPC that a subnet of the network lies in, or the target VPC for a subnet that is not known. */
export function vpcOfSubnet(network: Network, subnetId: string): VpcNetwork {
  return vpcWith(network, (vpc) => vpc.subnets.has(subnetId)) ?? network;
}

/** What a VPC of the network has by an id: the target VPC's own where it is there, else that of an attached VPC. */
export function lookUp<T>(
  network: Network,
  mapIn: (vpc: VpcNetwork) => Known<ReadonlyMap<string, T>>,
  { id, what }: { readonly id: string; readonly what: string },
): Known<T> {
  const own = mapIn(network);
  const vpc = vpcWith(network, (one) => {
    const map = mapIn(one);
    return map.known && map.value.has(id);
  });
  const map = vpc ? mapIn(vpc) : own;
  if (!map.known) return map;
  const value = map.value.get(id);
  return value === undefined
    ? { known: false, because: `the ${what} ${id} was not returned` }
    : { known: true, value };
}

/** The first VPC of the network of which something holds: the target VPC before the attached ones. */
export function vpcWith(network: Network, holds: (vpc: VpcNetwork) => boolean): VpcNetwork | undefined {
  if (holds(network)) return network;
  const attached = network.attached();
  return attached.known ? [...attached.value.values()].find(holds) : undefined;
}

function ownParts(snapshot: Snapshot, prefixLists: VpcParts['prefixLists']): VpcParts {
  const { vpcId } = snapshot.target;
  const vpc = sectionValue(snapshot, 'vpc');
  const subnets = sectionValue(snapshot, 'subnets');
  const attachments = ask(() => sectionValue(snapshot, 'transitGatewayVpcAttachments'));
  return {
    vpcId,
    vpc,
    subnets,
    routeTables: sectionValue(snapshot, 'routeTables'),
    natGateways: ask(() => sectionValue(snapshot, 'natGateways')),
    vpcEndpoints: ask(() => sectionValue(snapshot, 'vpcEndpoints')),
    networkInterfaces: ask(() => sectionValue(snapshot, 'networkInterfaces')),
    firewallEndpoints: firewallEndpointsOf(snapshot, vpcId),
    publicAccess: once(() => publicAccessOf(snapshot, { vpc, subnets })),
    prefixLists,
    isAttached: !attachments.known || attachments.value.length > 0,
  };
}

/** Every attached VPC, understood or not, with its attachments. */
function attachedOf(
  snapshot: Snapshot,
  prefixLists: VpcParts['prefixLists'],
): Known<TransitGatewayParts['vpcs']> {
  return ask(() =>
    sectionValue(snapshot, 'attachedVpcs').map((parts) => ({
      vpcId: parts.VpcId,
      network: ask(() => vpcNetworkOf(attachedParts(snapshot, parts, prefixLists))),
      attachments: returned(
        parts.transitGatewayVpcAttachments,
        `transitGatewayVpcAttachments of ${parts.VpcId}`,
      ),
    })),
  );
}

function understood(vpcs: Known<TransitGatewayParts['vpcs']>): Known<ReadonlyMap<string, VpcNetwork>> {
  if (!vpcs.known) return vpcs;
  const networks = vpcs.value.flatMap(({ vpcId, network }) =>
    network.known ? [[vpcId, network.value] as const] : [],
  );
  return { known: true, value: new Map(networks) };
}

function attachedParts(
  snapshot: Snapshot,
  { VpcId: vpcId, vpc, subnets, routeTables, ...parts }: AttachedVpc,
  prefixLists: VpcParts['prefixLists'],
): VpcParts {
  return {
    vpcId,
    vpc,
    subnets,
    routeTables,
    natGateways: ask(() => returned(parts.natGateways, `natGateways of ${vpcId}`)),
    vpcEndpoints: ask(() => returned(parts.vpcEndpoints, `vpcEndpoints of ${vpcId}`)),
    networkInterfaces: ask(() => returned(parts.networkInterfaces, `networkInterfaces of ${vpcId}`)),
    firewallEndpoints: firewallEndpointsOf(snapshot, vpcId),
    publicAccess: once(() => publicAccessOf(snapshot, { vpc, subnets })),
    prefixLists,
    isAttached: true,
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
