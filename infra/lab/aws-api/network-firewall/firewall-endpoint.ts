/**
 * Firewall endpoints: what a firewall puts into a subnet is a VPC endpoint of type GatewayLoadBalancer with one
 * network interface, which route tables name as their target.
 *
 * Source: Network Firewall API reference, Attachment; EC2 API reference, VpcEndpoint. That the interface does not check
 * source and destination, and the endpoint's tags, are from MEMORY.
 */
import type { VpcEndpoint } from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { newNetworkInterface } from '../ec2/network-interface';
import { withSentValues } from '../ec2/sent-values';
import { invalidRequest } from './stored';

export interface NewFirewallEndpoint {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly firewallArn: string;
  readonly now: Date;
}

export interface FirewallEndpoint {
  readonly endpointId: string;
  readonly availabilityZone: string;
}

/** The subnet's zone, once the subnet is sure to be one of the VPC; throws InvalidRequestException. */
export function zoneOfSubnet(
  state: LabState,
  { vpcId, subnetId }: { vpcId: string; subnetId: string },
): string {
  const subnet = state.subnets.get(subnetId);
  if (subnet === undefined) throw invalidRequest(`The subnet ${subnetId} does not exist`);
  if (subnet.VpcId !== vpcId) throw invalidRequest(`The subnet ${subnetId} is not in the VPC ${vpcId}`);
  if (subnet.AvailabilityZone === undefined)
    throw new Error(`the stored subnet ${subnetId} has no availability zone`);
  return subnet.AvailabilityZone;
}

/** Makes the endpoint and its interface with the subnet's first free address, and stores both. */
export function newFirewallEndpoint(
  state: LabState,
  { vpcId, subnetId, firewallArn, now }: NewFirewallEndpoint,
): FirewallEndpoint {
  const availabilityZone = zoneOfSubnet(state, { vpcId, subnetId });
  const endpointId = newId(state, 'vpce');
  const { NetworkInterfaceId } = newNetworkInterface(state, {
    subnetId,
    interfaceType: 'gateway_load_balancer_endpoint',
    description: `VPC Endpoint Interface ${endpointId}`,
    groups: [],
    sourceDestCheck: false,
    requesterId: 'amazon-vpce',
    status: 'in-use',
    tags: [],
  });
  if (NetworkInterfaceId === undefined) throw new Error('the new network interface has no id');
  const endpoint: VpcEndpoint = {
    VpcEndpointId: endpointId,
    VpcEndpointType: 'GatewayLoadBalancer',
    VpcId: vpcId,
    ServiceName: `com.amazonaws.vpce.${state.region}.${newId(state, 'vpce-svc')}`,
    RouteTableIds: [],
    SubnetIds: [subnetId],
    Groups: [],
    IpAddressType: 'ipv4',
    PrivateDnsEnabled: false,
    RequesterManaged: true,
    NetworkInterfaceIds: [NetworkInterfaceId],
    DnsEntries: [],
    CreationTimestamp: now,
    OwnerId: state.account,
    Tags: [
      { Key: 'AWSNetworkFirewallManaged', Value: 'true' },
      { Key: 'Firewall', Value: firewallArn },
    ],
  };
  state.vpcEndpoints.set(endpointId, withSentValues(endpoint, { State: 'available' }));
  return { endpointId, availabilityZone };
}

/** Removes endpoint and interface. Routes that name it stay, and become black holes. */
export function removeFirewallEndpoint(state: LabState, endpointId: string | undefined): void {
  if (endpointId === undefined) return;
  for (const interfaceId of state.vpcEndpoints.get(endpointId)?.NetworkInterfaceIds ?? [])
    state.networkInterfaces.delete(interfaceId);
  state.vpcEndpoints.delete(endpointId);
}
