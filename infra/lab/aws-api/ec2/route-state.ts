/** A route's state as AWS shows it: computed when asked, from what its target is at that moment. */
import type { Route, RouteState, RouteTable } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';

function gatewayIsThere(state: LabState, vpcId: string | undefined, gatewayId: string): boolean {
  if (gatewayId === 'local') return true;
  if (gatewayId.startsWith('igw-')) {
    const attachments = state.internetGateways.get(gatewayId)?.Attachments ?? [];
    return attachments.some((attachment) => attachment.VpcId === vpcId);
  }
  if (gatewayId.startsWith('vpce-')) {
    // AWS writes the state in lower case although the SDK's enumeration has it capitalised.
    return state.vpcEndpoints.get(gatewayId)?.State?.toLowerCase() === 'available';
  }
  // A virtual private gateway that the account does not hold cannot be gone.
  const attachments = state.vpnGateways.get(gatewayId)?.VpcAttachments;
  return (
    attachments === undefined ||
    attachments.some(({ VpcId, State }) => VpcId === vpcId && State === 'attached')
  );
}

function interfaceIsThere(state: LabState, networkInterfaceId: string): boolean {
  const networkInterface = state.networkInterfaces.get(networkInterfaceId);
  if (networkInterface?.Status !== 'in-use') return false;
  const instanceId = networkInterface.Attachment?.InstanceId;
  return instanceId === undefined || state.instances.get(instanceId)?.State?.Name === 'running';
}

function natGatewayIsThere(state: LabState, natGatewayId: string): boolean {
  const gateway = state.natGateways.get(natGatewayId);
  return gateway?.State === 'available' || gateway?.State === 'pending';
}

function egressOnlyGatewayIsThere(state: LabState, vpcId: string | undefined, gatewayId: string): boolean {
  const attachments = state.egressOnlyInternetGateways.get(gatewayId)?.Attachments ?? [];
  return attachments.some((attachment) => attachment.VpcId === vpcId && attachment.State === 'attached');
}

function transitGatewayIsThere(
  state: LabState,
  vpcId: string | undefined,
  transitGatewayId: string,
): boolean {
  return [...state.transitGatewayVpcAttachments.values()].some(
    ({ TransitGatewayId, VpcId, State }) =>
      TransitGatewayId === transitGatewayId && VpcId === vpcId && State === 'available',
  );
}

/**
 * `active`, or `blackhole` when the target is deleted, detached, stopped or not of this VPC (aws.md 1.16, EC2 API
 * Route). Targets that the lab need not hold records of (virtual private, local and carrier gateways, core and ODB
 * networks) keep the state that the route was stored with, and so does a `filtered` route.
 */
export function routeState(state: LabState, table: RouteTable, route: Route): RouteState {
  if (route.State === 'filtered') return 'filtered';
  const there = [
    route.GatewayId === undefined || gatewayIsThere(state, table.VpcId, route.GatewayId),
    route.NatGatewayId === undefined || natGatewayIsThere(state, route.NatGatewayId),
    route.NetworkInterfaceId === undefined || interfaceIsThere(state, route.NetworkInterfaceId),
    route.InstanceId === undefined || state.instances.get(route.InstanceId)?.State?.Name === 'running',
    route.EgressOnlyInternetGatewayId === undefined ||
      egressOnlyGatewayIsThere(state, table.VpcId, route.EgressOnlyInternetGatewayId),
    route.TransitGatewayId === undefined || transitGatewayIsThere(state, table.VpcId, route.TransitGatewayId),
    route.VpcPeeringConnectionId === undefined ||
      state.vpcPeeringConnections.get(route.VpcPeeringConnectionId)?.Status?.Code === 'active',
  ];
  if (there.includes(false)) return 'blackhole';
  const held =
    route.GatewayId?.startsWith('vgw-') ||
    route.LocalGatewayId ||
    route.CarrierGatewayId ||
    route.CoreNetworkArn ||
    route.OdbNetworkArn;
  return held ? (route.State ?? 'active') : 'active';
}
