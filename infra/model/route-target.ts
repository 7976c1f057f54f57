/** Where a route leads, told apart by the member of AWS's `Route` that names it. */
import type * as aws from '../snapshot/snapshot';
import { NotKnown } from '../snapshot/snapshot';

export type Target =
  /** Delivered inside the VPC. */
  | { readonly kind: 'local' }
  | { readonly kind: 'nat-gateway'; readonly id: string }
  /** A gateway, firewall or other Gateway Load Balancer endpoint: AWS returns all of them in `GatewayId`. */
  | { readonly kind: 'vpc-endpoint'; readonly id: string }
  /** Internet, egress-only internet and carrier gateways. */
  | {
      readonly kind: 'internet-exit';
      readonly id: string;
      /** Why it may carry less than everything (block-public-access.ts); absent where it surely is open. */
      readonly restraint?: Restraint;
    }
  | { readonly kind: 'network-interface'; readonly id: string }
  /** Transit gateway, peering, virtual private gateway, Cloud WAN, local gateway, Oracle network. */
  | {
      readonly kind: 'private-connection';
      readonly id: string;
      readonly what: string;
      /** Where a transit gateway is reached from, on which depends where it leads; absent for everything else. */
      readonly from?: AttachmentSide;
    }
  /** A subnet by which a transit gateway sends packets into a VPC: a target of its own route tables only. */
  | {
      readonly kind: 'transit-gateway-attachment';
      readonly id: string;
      readonly vpcId: string;
      readonly subnetId: string;
      readonly pinning: Pinning;
    }
  /** A target that surely lets nothing through. */
  | { readonly kind: 'closed'; readonly id: string; readonly because: string }
  | { readonly kind: 'blackhole'; readonly id: string }
  | { readonly kind: 'unmodelled'; readonly id: string; readonly because: string };

/** A place inside a VPC as a transit gateway tells places apart. The zone is null where it is not known. */
export interface AttachmentSide {
  readonly vpcId: string;
  readonly zone: string | null;
}

/** Whether both directions of a flow enter a VPC by the same subnet of its attachment. */
export type Pinning =
  /** The transit gateway sees to it: appliance mode. */
  | { readonly pinned: true }
  /** There is only one subnet to enter by. */
  | { readonly pinned: 'one subnet' }
  /** It does not, although there are several. */
  | { readonly pinned: false; readonly because: string };

/** What VPC Block Public Access may hold back at an exit. */
export interface Restraint {
  /** What it may hold back: everything, or what comes by no NAT gateway. */
  readonly of: 'everything' | 'what no NAT gateway sends';
  readonly because: string;
}

/**
 * The target of a route.
 *
 * Facts: aws.md 1.16 (a blackhole route still takes part in the match and drops: MEMORY), 1.18 and 1.19 (EC2
 * API reference, `Route`): there is no `VpcEndpointId` in a returned route, and new kinds of target come as new
 * members, so a route without any known member is unmodelled, not harmless.
 */
export function targetOf(route: aws.Route): Target {
  const targets = namedTargets(route);
  const [target] = targets;
  if (route.State === 'blackhole')
    return { kind: 'blackhole', id: target === undefined ? 'blackhole' : nameOf(target) };
  if (target === undefined)
    return unmodelled('unnamed target', 'a route whose target this model does not know');
  if (targets.length > 1) return unmodelled(nameOf(target), 'a route with several targets');
  return target;
}

/** The target that one of the two most usual members names by itself, or null for another member. */
export function namedTarget(member: string, id: string): Target | null {
  if (member === 'NatGatewayId') return { kind: 'nat-gateway', id };
  return member === 'GatewayId' ? gateway(id) : null;
}

/** A target as the report names it. */
export function nameOf(target: Target): string {
  return target.kind === 'local' ? 'local' : target.id;
}

/** AWS documents one destination member per route; whoever reads one of two overlooks what the other routes: throws {@link NotKnown}. */
export function insistOnOneDestination(route: aws.Route): void {
  const { DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId } = route;
  const named = [DestinationCidrBlock, DestinationIpv6CidrBlock, DestinationPrefixListId].filter(Boolean);
  if (named.length > 1) throw new NotKnown(`a route has the destinations ${named.join(' and ')}`);
}

function namedTargets(route: aws.Route): readonly Target[] {
  const targets: Target[] = [];
  if (route.GatewayId) targets.push(gateway(route.GatewayId));
  if (route.NatGatewayId) targets.push({ kind: 'nat-gateway', id: route.NatGatewayId });
  if (route.EgressOnlyInternetGatewayId) {
    targets.push({ kind: 'internet-exit', id: route.EgressOnlyInternetGatewayId });
  }
  if (route.CarrierGatewayId) targets.push({ kind: 'internet-exit', id: route.CarrierGatewayId });
  // An instance target names its interface as well; the interface is what the packet is handed to.
  if (route.NetworkInterfaceId) targets.push({ kind: 'network-interface', id: route.NetworkInterfaceId });
  else if (route.InstanceId)
    targets.push(unmodelled(route.InstanceId, 'an instance whose network interface AWS did not return'));
  if (route.IpAddress) targets.push(unmodelled(route.IpAddress, 'a next hop given by VPC Route Server'));
  addPrivateConnections(targets, route);
  return targets;
}

function gateway(id: string): Target {
  if (id === 'local') return { kind: 'local' };
  if (id.startsWith('igw-')) return { kind: 'internet-exit', id };
  if (id.startsWith('vpce-')) return { kind: 'vpc-endpoint', id };
  if (id.startsWith('vgw-')) return { kind: 'private-connection', id, what: 'virtual private gateway' };
  return unmodelled(id, `${id}, a gateway of a kind this model does not know`);
}

function addPrivateConnections(targets: Target[], route: aws.Route): void {
  const { TransitGatewayId, VpcPeeringConnectionId, CoreNetworkArn, LocalGatewayId, OdbNetworkArn } = route;
  if (TransitGatewayId) targets.push(connection(TransitGatewayId, 'transit gateway'));
  if (VpcPeeringConnectionId) targets.push(connection(VpcPeeringConnectionId, 'VPC peering connection'));
  if (CoreNetworkArn) targets.push(connection(CoreNetworkArn, 'Cloud WAN core network'));
  if (LocalGatewayId) targets.push(connection(LocalGatewayId, 'Outposts local gateway'));
  if (OdbNetworkArn) targets.push(connection(OdbNetworkArn, 'Oracle Database@AWS network'));
}

function connection(id: string, what: string): Target {
  return { kind: 'private-connection', id, what };
}

function unmodelled(id: string, because: string): Target {
  return { kind: 'unmodelled', id, because };
}
