/** NAT gateways: an interface in a subnet, and an Elastic IP when public. */
import {
  CreateNatGatewayCommand,
  type CreateNatGatewayRequest,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  type NatGateway,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { freeAddress, mapAddress, unmapAddress } from './elastic-ip';
import { described } from './filters';
import { chosen, existing, given, stored } from './ids';
import { requireInternetGateway } from './internet-gateway';
import { newRegionalNatGateway } from './nat-gateway-regional';
import { newNetworkInterface } from './network-interface';
import { unmodelled } from './parameters';
import { specifiedTags } from './tags';

function checkedSubnet({ state }: LabContext, request: CreateNatGatewayRequest): Subnet {
  unmodelled(request, [
    'AvailabilityZoneAddresses',
    'SecondaryAllocationIds',
    'SecondaryPrivateIpAddresses',
    'SecondaryPrivateIpAddressCount',
    'VpcId',
  ]);
  const isPublic = request.ConnectivityType !== 'private';
  if (isPublic) given(request.AllocationId, 'allocationId');
  else if (request.AllocationId !== undefined) {
    throw new ApiError('InvalidParameterCombination', 'A private NAT gateway takes no allocationId.');
  }
  return existing(state.subnets, 'subnet', request.SubnetId, 'subnetId');
}

/**
 * AWS makes the gateway and lets it fail afterwards when the VPC has no internet gateway; the lab's gateways are
 * there at once, so the call itself answers `Gateway.NotAttached`.
 */
function create(context: LabContext, request: CreateNatGatewayRequest): NatGateway {
  if (request.AvailabilityMode === 'regional') return newRegionalNatGateway(context, request);
  const { state } = context;
  const subnet = checkedSubnet(context, request);
  const isPublic = request.ConnectivityType !== 'private';
  if (isPublic) requireInternetGateway(state, stored(subnet.VpcId, 'VpcId'));
  const address = isPublic ? freeAddress(state, request.AllocationId) : null;
  const tags = specifiedTags(request.TagSpecifications, 'natgateway');
  const natGatewayId = newId(state, 'nat');
  const networkInterface = newNetworkInterface(state, {
    subnetId: stored(subnet.SubnetId, 'SubnetId'),
    interfaceType: 'nat_gateway',
    description: `Interface for NAT Gateway ${natGatewayId}`,
    groups: [],
    sourceDestCheck: false,
    privateIpAddress: request.PrivateIpAddress,
    requesterId: state.account,
    status: 'in-use',
    tags: [],
  });
  const associationId = address === null ? null : mapAddress(state, address, networkInterface);
  return {
    NatGatewayId: natGatewayId,
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    State: 'available',
    CreateTime: context.now(),
    ConnectivityType: isPublic ? 'public' : 'private',
    AvailabilityMode: 'zonal',
    NatGatewayAddresses: [
      {
        NetworkInterfaceId: networkInterface.NetworkInterfaceId,
        PrivateIp: networkInterface.PrivateIpAddress,
        IsPrimary: true,
        Status: 'succeeded',
        AvailabilityZone: subnet.AvailabilityZone,
        ...(address === null || associationId === null
          ? {}
          : { AllocationId: address.AllocationId, PublicIp: address.PublicIp, AssociationId: associationId }),
      },
    ],
    Tags: tags,
  };
}

/** The record stays for a while, as in AWS, with the state `deleted`; its interface, its table and the mapping of its address go. */
function remove({ state, now }: LabContext, gateway: NatGateway): void {
  for (const { AllocationId, NetworkInterfaceId } of gateway.NatGatewayAddresses ?? []) {
    const address = state.addresses.get(AllocationId ?? '');
    if (address !== undefined) unmapAddress(state, address);
    state.networkInterfaces.delete(NetworkInterfaceId ?? '');
  }
  state.routeTables.delete(gateway.RouteTableId ?? '');
  gateway.State = 'deleted';
  gateway.DeleteTime = now();
}

/** CreateNatGateway, DeleteNatGateway, DescribeNatGateways. */
export function natGatewayHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateNatGatewayCommand, (request) => {
      const gateway = create(context, request);
      state.natGateways.set(stored(gateway.NatGatewayId, 'NatGatewayId'), gateway);
      return { NatGateway: gateway, ClientToken: request.ClientToken };
    }),
    on('ec2', DeleteNatGatewayCommand, ({ NatGatewayId }) => {
      const gateway = existing(state.natGateways, 'natGateway', NatGatewayId, 'natGatewayId');
      if (gateway.State !== 'deleted') remove(context, gateway);
      return { NatGatewayId };
    }),
    on('ec2', DescribeNatGatewaysCommand, (request) => {
      const { records, NextToken } = described(
        chosen(state.natGateways, 'natGateway', request.NatGatewayIds),
        {
          context,
          request,
          filters: request.Filter,
          fields: {
            'connectivity-type': (gateway) => [gateway.ConnectivityType],
            'nat-gateway-id': (gateway) => [gateway.NatGatewayId],
            state: (gateway) => [gateway.State],
            'subnet-id': (gateway) => [gateway.SubnetId],
            'vpc-id': (gateway) => [gateway.VpcId],
          },
          tags: (gateway) => gateway.Tags,
        },
      );
      return { NatGateways: records, NextToken };
    }),
  ];
}
