/** Interface and Gateway Load Balancer endpoints: network interfaces in subnets, names that lead to them. */
import type { DnsEntry, NetworkInterface, SecurityGroup, VpcEndpoint } from '@aws-sdk/client-ec2';
import { dnsSuffixes } from '../../partition';
import type { LabState } from '../../state';
import { ApiError } from '../handler';
import type { EndpointService } from './endpoint-service';
import { existing, stored } from './ids';
import { groupIdentifiers, newNetworkInterface } from './network-interface';

/** What requests and records call by these names. */
type EndpointRecord = VpcEndpoint;

function zoneOf(state: LabState, subnetId: string): string {
  return stored(state.subnets.get(subnetId)?.AvailabilityZone, 'AvailabilityZone');
}

/** The endpoint's subnets must be in its VPC and, one for each, in different zones (`DuplicateSubnetsInSameZone`). */
export function checkedSubnets(state: LabState, vpcId: string, subnetIds: readonly string[]): string[] {
  const zones = new Set<string>();
  return [...new Set(subnetIds)].map((subnetId) => {
    const subnet = existing(state.subnets, 'subnet', subnetId, 'subnetId');
    if (subnet.VpcId !== vpcId) {
      throw new ApiError('InvalidParameter', `Subnet ${subnetId} does not belong to VPC ${vpcId}`);
    }
    const zone = zoneOf(state, subnetId);
    if (zones.has(zone)) {
      throw new ApiError(
        'DuplicateSubnetsInSameZone',
        `Found another VPC endpoint subnet in the availability zone ${zone} of ${subnetId}.`,
      );
    }
    zones.add(zone);
    return subnetId;
  });
}

function securityGroupsOf(state: LabState, endpoint: EndpointRecord): SecurityGroup[] {
  return (endpoint.Groups ?? []).flatMap((group) => state.securityGroups.get(group.GroupId ?? '') ?? []);
}

/** Puts the endpoint into one more subnet: an interface there, managed by AWS. */
export function addInterface(state: LabState, endpoint: EndpointRecord, subnetId: string): NetworkInterface {
  const isInterface = endpoint.VpcEndpointType === 'Interface';
  const networkInterface = newNetworkInterface(state, {
    subnetId,
    interfaceType: isInterface ? 'vpc_endpoint' : 'gateway_load_balancer_endpoint',
    description: `VPC Endpoint Interface ${endpoint.VpcEndpointId}`,
    groups: isInterface ? securityGroupsOf(state, endpoint) : [],
    sourceDestCheck: isInterface,
    requesterId: state.account,
    status: 'in-use',
    tags: [],
  });
  endpoint.SubnetIds = [...(endpoint.SubnetIds ?? []), subnetId];
  endpoint.NetworkInterfaceIds = [
    ...(endpoint.NetworkInterfaceIds ?? []),
    stored(networkInterface.NetworkInterfaceId, 'NetworkInterfaceId'),
  ];
  return networkInterface;
}

/** Takes the endpoint out of a subnet, or out of all when none is named. */
export function removeInterfaces(state: LabState, endpoint: EndpointRecord, subnetId?: string): void {
  const going = (endpoint.NetworkInterfaceIds ?? []).filter(
    (id) => subnetId === undefined || state.networkInterfaces.get(id)?.SubnetId === subnetId,
  );
  for (const id of going) state.networkInterfaces.delete(id);
  endpoint.NetworkInterfaceIds = endpoint.NetworkInterfaceIds?.filter((id) => !going.includes(id));
  endpoint.SubnetIds = endpoint.SubnetIds?.filter((id) => subnetId !== undefined && id !== subnetId);
}

/** Gives the endpoint these groups, on every interface it has. */
export function setGroups(state: LabState, endpoint: EndpointRecord, groups: readonly SecurityGroup[]): void {
  endpoint.Groups = groupIdentifiers(groups);
  for (const id of endpoint.NetworkInterfaceIds ?? []) {
    const networkInterface = state.networkInterfaces.get(id);
    if (networkInterface !== undefined) networkInterface.Groups = groupIdentifiers(groups);
  }
}

/**
 * The endpoint's names: a regional one, one per zone, and with private DNS the service's own ones. A hosted zone
 * id follows from the name, as the lab has no Route 53 zones.
 */
export function dnsEntries(state: LabState, endpoint: EndpointRecord, service: EndpointService): DnsEntry[] {
  const id = stored(endpoint.VpcEndpointId, 'VpcEndpointId');
  const suffix = `${service.dnsLabel}.${state.region}.vpce.${dnsSuffixes(state.region).api}`;
  const unique = `${id}-${id.slice(-8)}`;
  const zones = (endpoint.SubnetIds ?? []).map((subnetId) => zoneOf(state, subnetId));
  const own = [`${unique}.${suffix}`, ...zones.map((zone) => `${unique}-${zone}.${suffix}`)];
  const names = endpoint.PrivateDnsEnabled === true ? [...own, ...service.privateDnsNames] : own;
  return names.map((DnsName) => ({
    DnsName,
    HostedZoneId: own.includes(DnsName) ? 'Z7HUB22UULQXV' : 'ZONEIDPENDING',
  }));
}

/**
 * Private DNS needs the VPC's DNS support and host names, a service that has private names, and no other endpoint
 * of the VPC that answers to the same names (AWS PrivateLink guide, manage-dns-names). Wording from MEMORY.
 */
export function refuseUnlessPrivateDns(
  state: LabState,
  endpoint: EndpointRecord,
  service: EndpointService,
): void {
  const vpcId = stored(endpoint.VpcId, 'VpcId');
  const attributes = state.vpcAttributes.get(vpcId);
  if (attributes?.enableDnsSupport !== true || !attributes.enableDnsHostnames) {
    throw new ApiError(
      'InvalidParameter',
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`,
    );
  }
  const [name] = service.privateDnsNames;
  if (name === undefined) {
    throw new ApiError(
      'InvalidParameter',
      `Private DNS cannot be enabled because the service ${service.serviceName} does not provide a private DNS name.`,
    );
  }
  const conflicting = [...state.vpcEndpoints.values()].some(
    (other) =>
      other !== endpoint &&
      other.VpcId === vpcId &&
      other.VpcEndpointType === 'Interface' &&
      other.ServiceName === service.serviceName &&
      other.PrivateDnsEnabled === true,
  );
  if (conflicting) {
    throw new ApiError(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${name} in the VPC ${vpcId}`,
    );
  }
}
