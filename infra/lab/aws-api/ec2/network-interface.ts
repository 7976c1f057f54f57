/** Elastic network interfaces: everything that has an address in a subnet has one. */
import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  type DescribeNetworkInterfacesRequest,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
  type NetworkInterfaceType,
  type SecurityGroup,
  type Tag,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { freePrivateIp, requestedPrivateIp } from './addresses';
import { zoneId } from './availability-zone';
import { internalDomain } from './dhcp-options';
import { described, flag } from './filters';
import { chosen, existing, stored } from './ids';
import { unmodelled } from './parameters';
import { groupsFor } from './security-group';
import { withSentValues } from './sent-values';
import { specifiedTags } from './tags';

export interface NewNetworkInterface {
  readonly subnetId: string;
  /** AWS answers `nat_gateway`, a value that the SDK's enumeration spells `natGateway`. */
  readonly interfaceType: Exclude<NetworkInterfaceType, 'natGateway'> | 'nat_gateway';
  readonly description: string;
  /** Empty for gateways, which no security group governs. */
  readonly groups: readonly SecurityGroup[];
  /** False where AWS forwards packets of others: NAT gateways and firewall endpoints. */
  readonly sourceDestCheck: boolean;
  /** The first free address of the subnet when absent. */
  readonly privateIpAddress?: string | undefined;
  /** The AWS service that made it and alone may remove it; null for the user's own. */
  readonly requesterId: string | null;
  readonly status: 'available' | 'in-use';
  readonly tags: Tag[];
}

/** An address of Amazon's form for locally administered cards, from the interface's own id. */
function macAddress(networkInterfaceId: string): string {
  const digits = networkInterfaceId.slice(-10).padStart(10, '0');
  return ['02', ...(digits.match(/../g) ?? [])].join(':');
}

export function groupIdentifiers(groups: readonly SecurityGroup[]) {
  return groups.map(({ GroupId, GroupName }) => ({ GroupId, GroupName }));
}

/** Makes a network interface with one private IPv4 address and stores it. */
export function newNetworkInterface(state: LabState, options: NewNetworkInterface): NetworkInterface {
  const subnet = existing(state.subnets, 'subnet', options.subnetId, 'subnetId');
  const address =
    options.privateIpAddress === undefined
      ? freePrivateIp(state, options.subnetId)
      : requestedPrivateIp(state, options.subnetId, options.privateIpAddress);
  const id = newId(state, 'eni');
  const privateDnsName = `ip-${address.replaceAll('.', '-')}.${internalDomain(state.region)}`;
  const zone = stored(subnet.AvailabilityZone, 'AvailabilityZone');
  const record: NetworkInterface = {
    NetworkInterfaceId: id,
    Description: options.description,
    SubnetId: options.subnetId,
    VpcId: subnet.VpcId,
    AvailabilityZone: zone,
    AvailabilityZoneId: zoneId(zone),
    OwnerId: state.account,
    Groups: groupIdentifiers(options.groups),
    MacAddress: macAddress(id),
    PrivateDnsName: privateDnsName,
    PrivateIpAddress: address,
    PrivateIpAddresses: [{ Primary: true, PrivateDnsName: privateDnsName, PrivateIpAddress: address }],
    Ipv6Addresses: [],
    RequesterManaged: options.requesterId !== null,
    ...(options.requesterId === null ? {} : { RequesterId: options.requesterId }),
    SourceDestCheck: options.sourceDestCheck,
    Status: options.status,
    TagSet: options.tags,
  };
  const networkInterface = withSentValues(record, { InterfaceType: options.interfaceType });
  state.networkInterfaces.set(id, networkInterface);
  return networkInterface;
}

function remove(state: LabState, networkInterface: NetworkInterface): void {
  const id = stored(networkInterface.NetworkInterfaceId, 'NetworkInterfaceId');
  if (networkInterface.RequesterManaged === true) {
    throw new ApiError(
      'OperationNotPermitted',
      `You are not allowed to manage '${networkInterface.InterfaceType}' interfaces: ${id}.`,
    );
  }
  if (networkInterface.Status === 'in-use') {
    throw new ApiError('InvalidNetworkInterface.InUse', `Network interface '${id}' is currently in use.`);
  }
  for (const address of state.addresses.values()) {
    if (address.NetworkInterfaceId !== id) continue;
    for (const field of [
      'AssociationId',
      'NetworkInterfaceId',
      'NetworkInterfaceOwnerId',
      'PrivateIpAddress',
    ] as const)
      delete address[field];
  }
  state.networkInterfaces.delete(id);
}

/** An instance's own record repeats what its interfaces say. */
function copyToInstance(state: LabState, networkInterface: NetworkInterface): void {
  const instance = state.instances.get(networkInterface.Attachment?.InstanceId ?? '');
  const copy = instance?.NetworkInterfaces?.find(
    (other) => other.NetworkInterfaceId === networkInterface.NetworkInterfaceId,
  );
  if (instance === undefined || copy === undefined) return;
  copy.Groups = networkInterface.Groups;
  copy.SourceDestCheck = networkInterface.SourceDestCheck;
  if (networkInterface.Attachment?.DeviceIndex !== 0) return;
  instance.SecurityGroups = networkInterface.Groups;
  instance.SourceDestCheck = networkInterface.SourceDestCheck;
}

function describe(context: LabContext, request: DescribeNetworkInterfacesRequest) {
  const { state } = context;
  const { records, NextToken } = described(
    chosen(state.networkInterfaces, 'networkInterface', request.NetworkInterfaceIds),
    {
      context,
      request,
      filters: request.Filters,
      fields: {
        'addresses.private-ip-address': (eni) =>
          (eni.PrivateIpAddresses ?? []).map((address) => address.PrivateIpAddress),
        'association.allocation-id': (eni) => [eni.Association?.AllocationId],
        'association.association-id': (eni) => [eni.Association?.AssociationId],
        'association.public-ip': (eni) => [eni.Association?.PublicIp],
        'attachment.instance-id': (eni) => [eni.Attachment?.InstanceId],
        'attachment.status': (eni) => [eni.Attachment?.Status],
        'availability-zone': (eni) => [eni.AvailabilityZone],
        description: (eni) => [eni.Description],
        'group-id': (eni) => (eni.Groups ?? []).map((group) => group.GroupId),
        'group-name': (eni) => (eni.Groups ?? []).map((group) => group.GroupName),
        'interface-type': (eni) => [eni.InterfaceType],
        'mac-address': (eni) => [eni.MacAddress],
        'network-interface-id': (eni) => [eni.NetworkInterfaceId],
        'owner-id': (eni) => [eni.OwnerId],
        'private-ip-address': (eni) => [eni.PrivateIpAddress],
        'requester-id': (eni) => [eni.RequesterId],
        'requester-managed': (eni) => [flag(eni.RequesterManaged)],
        'source-dest-check': (eni) => [flag(eni.SourceDestCheck)],
        status: (eni) => [eni.Status],
        'subnet-id': (eni) => [eni.SubnetId],
        'vpc-id': (eni) => [eni.VpcId],
      },
      tags: (eni) => eni.TagSet,
    },
  );
  return { NetworkInterfaces: records, NextToken };
}

const unmodelledOnCreate = [
  'Ipv4Prefixes',
  'Ipv4PrefixCount',
  'Ipv6Prefixes',
  'Ipv6PrefixCount',
  'Ipv6Addresses',
  'Ipv6AddressCount',
  'EnablePrimaryIpv6',
  'PrivateIpAddresses',
  'SecondaryPrivateIpAddressCount',
  'InterfaceType',
  'ConnectionTrackingSpecification',
] as const;

/** CreateNetworkInterface, DeleteNetworkInterface, DescribeNetworkInterfaces, ModifyNetworkInterfaceAttribute. */
export function networkInterfaceHandlers(context: LabContext): Handler[] {
  const { state } = context;
  const interfaceOf = (id: string | undefined) =>
    existing(state.networkInterfaces, 'networkInterface', id, 'networkInterfaceId');
  return [
    on('ec2', CreateNetworkInterfaceCommand, (request) => {
      unmodelled(request, unmodelledOnCreate);
      const subnet = existing(state.subnets, 'subnet', request.SubnetId, 'subnetId');
      const networkInterface = newNetworkInterface(state, {
        subnetId: stored(subnet.SubnetId, 'SubnetId'),
        interfaceType: 'interface',
        description: request.Description ?? '',
        groups: groupsFor(state, stored(subnet.VpcId, 'VpcId'), request.Groups),
        sourceDestCheck: true,
        privateIpAddress: request.PrivateIpAddress,
        requesterId: null,
        status: 'available',
        tags: specifiedTags(request.TagSpecifications, 'network-interface'),
      });
      return { NetworkInterface: networkInterface };
    }),
    on('ec2', DeleteNetworkInterfaceCommand, ({ NetworkInterfaceId }) => {
      remove(state, interfaceOf(NetworkInterfaceId));
      return {};
    }),
    on('ec2', DescribeNetworkInterfacesCommand, (request) => describe(context, request)),
    on('ec2', ModifyNetworkInterfaceAttributeCommand, (request) => {
      unmodelled(request, [
        'EnaSrdSpecification',
        'EnablePrimaryIpv6',
        'ConnectionTrackingSpecification',
        'AssociatePublicIpAddress',
        'AssociatedSubnetIds',
        'Attachment',
      ]);
      const networkInterface = interfaceOf(request.NetworkInterfaceId);
      if (networkInterface.RequesterManaged === true) {
        throw new ApiError(
          'OperationNotPermitted',
          `You are not allowed to manage '${networkInterface.InterfaceType}' interfaces: ${request.NetworkInterfaceId}.`,
        );
      }
      if (request.Groups !== undefined && request.Groups.length > 0) {
        networkInterface.Groups = groupIdentifiers(
          groupsFor(state, stored(networkInterface.VpcId, 'VpcId'), request.Groups),
        );
      }
      if (request.SourceDestCheck?.Value !== undefined)
        networkInterface.SourceDestCheck = request.SourceDestCheck.Value;
      if (request.Description?.Value !== undefined) networkInterface.Description = request.Description.Value;
      copyToInstance(state, networkInterface);
      return {};
    }),
  ];
}
