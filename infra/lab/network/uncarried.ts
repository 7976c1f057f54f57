/** What of an account the lab's network cannot carry, so that nobody takes its silence for AWS's. */
import type * as ec2 from '@aws-sdk/client-ec2';
import type { LabState } from '../state';
import { instanceInterfaces } from './account';
import type { FirewallEndpoint } from './nodes';

export interface FoundFirewallEndpoint extends FirewallEndpoint {
  readonly ready: boolean;
}

/**
 * Every endpoint of every firewall: one per zone, and those of VPC endpoint associations (facts: aws.md 1.29–1.31,
 * Network Firewall API, FirewallStatus and VpcEndpointAssociation).
 */
export function firewallEndpoints(state: LabState): readonly FoundFirewallEndpoint[] {
  const own = [...state.firewalls].flatMap(([firewallArn, { FirewallStatus }]) =>
    Object.entries(FirewallStatus.SyncStates ?? {}).map(([zone, { Attachment }]) => ({
      firewallArn,
      zone,
      Attachment,
    })),
  );
  const associated = [...state.vpcEndpointAssociations.values()].flatMap(
    ({ VpcEndpointAssociation, VpcEndpointAssociationStatus }) =>
      Object.entries(VpcEndpointAssociationStatus?.AssociationSyncState ?? {}).map(
        ([zone, { Attachment }]) => ({
          firewallArn: VpcEndpointAssociation?.FirewallArn ?? '',
          zone,
          Attachment,
        }),
      ),
  );
  return [...own, ...associated].flatMap(({ firewallArn, zone, Attachment }) =>
    Attachment?.EndpointId === undefined || Attachment.SubnetId === undefined
      ? []
      : [
          {
            endpointId: Attachment.EndpointId,
            subnetId: Attachment.SubnetId,
            firewallArn,
            availabilityZone: zone,
            ready: Attachment.Status === 'READY' && state.firewalls.has(firewallArn),
          },
        ],
  );
}

/** Targets of routes that exist but that this network cannot carry, with the reason. */
export function uncarriedTargets(state: LabState): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  const endpoints = new Map(firewallEndpoints(state).map((endpoint) => [endpoint.endpointId, endpoint]));
  for (const endpoint of endpoints.values()) {
    if (!endpoint.ready) reasons.set(endpoint.endpointId, 'a firewall endpoint that is not ready');
  }
  for (const [id, { VpcEndpointType }] of state.vpcEndpoints) {
    if (VpcEndpointType === 'GatewayLoadBalancer' && !endpoints.has(id)) {
      reasons.set(id, 'a Gateway Load Balancer endpoint that belongs to no firewall of the account');
    }
  }
  for (const [id, nat] of state.natGateways) {
    if (nat.State === 'available' && nat.SubnetId === undefined) reasons.set(id, 'a regional NAT gateway');
    if (nat.State === 'pending') reasons.set(id, 'a NAT gateway that is pending');
  }
  for (const [id, why] of forwardingInterfaces(state)) reasons.set(id, why);
  return reasons;
}

/** An instance that checks source and destination drops what is not its own; any other may send it anywhere. */
function forwardingInterfaces(state: LabState): readonly (readonly [string, string])[] {
  const why = 'a network interface whose further traffic this network cannot follow';
  const checked = new Set<string>();
  const found: [string, string][] = [];
  for (const [instanceId, instance] of state.instances) {
    for (const eni of instanceInterfaces(state, instance)) {
      if (eni.sourceDestCheck) checked.add(eni.id);
      else found.push([eni.id, why], [instanceId, why]);
    }
  }
  const others = [...state.networkInterfaces.keys()].filter((id) => !checked.has(id));
  return [...found, ...others.map((id) => [id, why] as const)];
}

/** What is wrong with the account as a whole, one sentence each. */
export function unfaithfulParts(state: LabState, vpcs: readonly ec2.Vpc[]): readonly string[] {
  const inside = new Set(vpcs.map((vpc) => vpc.VpcId));
  const subnets = [...state.subnets.values()].filter((subnet) => inside.has(subnet.VpcId));
  const instances = [...state.instances.values()].filter((instance) => inside.has(instance.VpcId));
  return [
    ...vpcs
      .filter(hasIpv6)
      .map((vpc) => `${vpc.VpcId} has IPv6 addresses, and this network carries IPv4 only`),
    ...subnets
      .filter(hasIpv6)
      .map((subnet) => `${subnet.SubnetId} has IPv6 addresses, and this network carries IPv4 only`),
    ...instances
      .filter(
        (instance) => instance.State?.Name === 'running' && instanceInterfaces(state, instance).length > 1,
      )
      .map(
        (instance) =>
          `${instance.InstanceId} has several network interfaces, and this network gives it the first only`,
      ),
    ...[...state.firewalls.values()]
      .filter(({ Firewall }) => Firewall.TransitGatewayId !== undefined)
      .map(
        ({ Firewall }) =>
          `firewall ${Firewall.FirewallName} is attached to a transit gateway, which this network does not have`,
      ),
    ...exclusions(state, [...vpcs, ...subnets]),
  ];
}

function hasIpv6(record: ec2.Vpc | ec2.Subnet): boolean {
  return (record.Ipv6CidrBlockAssociationSet ?? []).some(
    ({ Ipv6CidrBlockState }) => (Ipv6CidrBlockState?.State ?? 'associated') === 'associated',
  );
}

/** Block public access with exceptions for some subnets is not modelled. */
function exclusions(state: LabState, records: readonly (ec2.Vpc | ec2.Subnet)[]): string[] {
  const mode = state.vpcBlockPublicAccess.InternetGatewayBlockMode;
  const differing = records.filter(
    ({ BlockPublicAccessStates }) => (BlockPublicAccessStates?.InternetGatewayBlockMode ?? mode) !== mode,
  );
  return differing.map((record) => {
    const id = ('SubnetId' in record ? record.SubnetId : undefined) ?? record.VpcId ?? '';
    return `${id} is excluded from block public access, which this network does not carry`;
  });
}
