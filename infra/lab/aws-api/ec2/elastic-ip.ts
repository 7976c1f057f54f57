/** Elastic IP addresses: public addresses of the account, mapped one to one to a network interface. */
import {
  type Address,
  AllocateAddressCommand,
  type AllocateAddressResult,
  AssociateAddressCommand,
  type AssociateAddressRequest,
  DescribeAddressesCommand,
  DisassociateAddressCommand,
  type NetworkInterface,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import { dnsSuffixes } from '../../partition';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { freePublicIp } from './addresses';
import { matching } from './filters';
import { chosen, existing, given, stored } from './ids';
import { requireInternetGateway } from './internet-gateway';
import { unmodelled } from './parameters';
import { specifiedTags } from './tags';

function publicDnsName(state: LabState, publicIp: string): string {
  const zone = state.region === 'us-east-1' ? 'compute-1' : `${state.region}.compute`;
  return `ec2-${publicIp.replaceAll('.', '-')}.${zone}.${dnsSuffixes(state.region).api}`;
}

/** Shows the interface's public address, or its absence, in the record of the instance it belongs to. */
function copyToInstance(state: LabState, networkInterface: NetworkInterface): void {
  const instance = state.instances.get(networkInterface.Attachment?.InstanceId ?? '');
  const copy = instance?.NetworkInterfaces?.find(
    (other) => other.NetworkInterfaceId === networkInterface.NetworkInterfaceId,
  );
  if (instance === undefined || copy === undefined) return;
  const association = networkInterface.Association;
  if (association === undefined) delete copy.Association;
  else
    copy.Association = {
      IpOwnerId: association.IpOwnerId,
      PublicDnsName: association.PublicDnsName,
      PublicIp: association.PublicIp,
    };
  if (networkInterface.Attachment?.DeviceIndex !== 0) return;
  instance.PublicDnsName = association?.PublicDnsName ?? '';
  if (association?.PublicIp === undefined) delete instance.PublicIpAddress;
  else instance.PublicIpAddress = association.PublicIp;
}

/** Gives the interface a public address that goes when the interface goes (MapPublicIpOnLaunch). */
export function assignPublicIp(state: LabState, networkInterface: NetworkInterface): void {
  const publicIp = freePublicIp(state);
  networkInterface.Association = {
    IpOwnerId: 'amazon',
    PublicIp: publicIp,
    PublicDnsName: publicDnsName(state, publicIp),
  };
  copyToInstance(state, networkInterface);
}

/** Maps the Elastic IP to the interface, in both records, and returns the association's id. */
export function mapAddress(state: LabState, address: Address, networkInterface: NetworkInterface): string {
  const publicIp = stored(address.PublicIp, 'PublicIp');
  const associationId = newId(state, 'eipassoc');
  address.AssociationId = associationId;
  address.NetworkInterfaceId = networkInterface.NetworkInterfaceId;
  address.NetworkInterfaceOwnerId = networkInterface.OwnerId;
  address.PrivateIpAddress = networkInterface.PrivateIpAddress;
  const instanceId = networkInterface.Attachment?.InstanceId;
  if (instanceId !== undefined) address.InstanceId = instanceId;
  networkInterface.Association = {
    AllocationId: address.AllocationId,
    AssociationId: associationId,
    IpOwnerId: state.account,
    PublicIp: publicIp,
    PublicDnsName: publicDnsName(state, publicIp),
  };
  copyToInstance(state, networkInterface);
  return associationId;
}

/** Takes the Elastic IP off its interface, in both records. */
export function unmapAddress(state: LabState, address: Address): void {
  const networkInterface = state.networkInterfaces.get(address.NetworkInterfaceId ?? '');
  for (const field of [
    'AssociationId',
    'NetworkInterfaceId',
    'NetworkInterfaceOwnerId',
    'PrivateIpAddress',
    'InstanceId',
  ] as const) {
    delete address[field];
  }
  if (networkInterface === undefined) return;
  delete networkInterface.Association;
  copyToInstance(state, networkInterface);
}

/** An Elastic IP that nothing uses; `InvalidIPAddress.InUse` otherwise. */
export function freeAddress(state: LabState, allocationId: string | undefined): Address {
  const address = existing(state.addresses, 'allocation', allocationId, 'allocationId');
  if (address.AssociationId !== undefined) {
    throw new ApiError('InvalidIPAddress.InUse', `Address ${address.PublicIp} is in use.`);
  }
  return address;
}

function targetInterface(
  state: LabState,
  { InstanceId, NetworkInterfaceId }: AssociateAddressRequest,
): NetworkInterface {
  if ((InstanceId === undefined) === (NetworkInterfaceId === undefined)) {
    throw new ApiError(
      'InvalidParameterCombination',
      'Give exactly one of instanceId and networkInterfaceId.',
    );
  }
  const id =
    NetworkInterfaceId ??
    existing(state.instances, 'instance', InstanceId, 'instanceId').NetworkInterfaces?.[0]
      ?.NetworkInterfaceId;
  return existing(state.networkInterfaces, 'networkInterface', id, 'networkInterfaceId');
}

function associate(state: LabState, request: AssociateAddressRequest): string {
  unmodelled(request, ['PublicIp', 'PrivateIpAddress']);
  const address = existing(state.addresses, 'allocation', request.AllocationId, 'allocationId');
  const networkInterface = targetInterface(state, request);
  const held = networkInterface.Association?.AllocationId;
  const taken = address.AssociationId !== undefined || (held !== undefined && held !== request.AllocationId);
  if (taken && request.AllowReassociation !== true) {
    throw new ApiError(
      'Resource.AlreadyAssociated',
      `resource ${address.AllocationId} or ${networkInterface.NetworkInterfaceId} is already associated`,
    );
  }
  if (networkInterface.RequesterManaged === true) {
    throw new ApiError(
      'OperationNotPermitted',
      `You are not allowed to manage '${networkInterface.InterfaceType}' interfaces.`,
    );
  }
  requireInternetGateway(state, stored(networkInterface.VpcId, 'VpcId'));
  unmapAddress(state, address);
  const other = state.addresses.get(held ?? '');
  if (other !== undefined) unmapAddress(state, other);
  return mapAddress(state, address, networkInterface);
}

/** AllocateAddress, ReleaseAddress, AssociateAddress, DisassociateAddress, DescribeAddresses. */
export function elasticIpHandlers({ state }: LabContext): Handler[] {
  return [
    on('ec2', AllocateAddressCommand, (request): AllocateAddressResult => {
      unmodelled(request, ['Address', 'PublicIpv4Pool', 'CustomerOwnedIpv4Pool', 'IpamPoolId']);
      const tags = specifiedTags(request.TagSpecifications, 'elastic-ip');
      const address = {
        AllocationId: newId(state, 'eipalloc'),
        Domain: 'vpc',
        NetworkBorderGroup: state.region,
        PublicIp: freePublicIp(state),
        PublicIpv4Pool: 'amazon',
        Tags: tags,
      } satisfies Address;
      state.addresses.set(address.AllocationId, address);
      const { AllocationId, PublicIp, PublicIpv4Pool, NetworkBorderGroup } = address;
      return { AllocationId, PublicIp, PublicIpv4Pool, NetworkBorderGroup, Domain: 'vpc' };
    }),
    on('ec2', ReleaseAddressCommand, (request) => {
      unmodelled(request, ['PublicIp']);
      const address = freeAddress(state, request.AllocationId);
      state.addresses.delete(stored(address.AllocationId, 'AllocationId'));
      return {};
    }),
    on('ec2', AssociateAddressCommand, (request) => ({ AssociationId: associate(state, request) })),
    on('ec2', DisassociateAddressCommand, (request) => {
      unmodelled(request, ['PublicIp']);
      const id = given(request.AssociationId, 'associationId');
      const address = [...state.addresses.values()].find((candidate) => candidate.AssociationId === id);
      if (address === undefined)
        throw new ApiError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
      if (state.networkInterfaces.get(address.NetworkInterfaceId ?? '')?.RequesterManaged === true) {
        throw new ApiError(
          'OperationNotPermitted',
          `The address of ${address.NetworkInterfaceId} belongs to an AWS service; delete that instead.`,
        );
      }
      unmapAddress(state, address);
      return {};
    }),
    on('ec2', DescribeAddressesCommand, (request) => {
      const publicIps = request.PublicIps ?? [];
      const unknown = publicIps.find(
        (ip) => ![...state.addresses.values()].some((address) => address.PublicIp === ip),
      );
      if (unknown !== undefined)
        throw new ApiError('InvalidAddress.NotFound', `Address '${unknown}' not found.`);
      const addresses = chosen(state.addresses, 'allocation', request.AllocationIds).filter(
        (address) => publicIps.length === 0 || publicIps.includes(address.PublicIp ?? ''),
      );
      return {
        Addresses: matching(addresses, {
          filters: request.Filters,
          fields: {
            'allocation-id': (address) => [address.AllocationId],
            'association-id': (address) => [address.AssociationId],
            'instance-id': (address) => [address.InstanceId],
            'network-border-group': (address) => [address.NetworkBorderGroup],
            'network-interface-id': (address) => [address.NetworkInterfaceId],
            'network-interface-owner-id': (address) => [address.NetworkInterfaceOwnerId],
            'private-ip-address': (address) => [address.PrivateIpAddress],
            'public-ip': (address) => [address.PublicIp],
          },
          tags: (address) => address.Tags,
        }),
      };
    }),
  ];
}
