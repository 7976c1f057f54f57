/** Regional NAT gateways: of the whole VPC, in no subnet, with a route table of their own. */
import type { CreateNatGatewayRequest, NatGateway, NatGatewayAddress } from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type LabContext } from '../handler';
import { freePublicIp } from './addresses';
import { zoneId } from './availability-zone';
import { freeAddress } from './elastic-ip';
import { existing, given, stored } from './ids';
import { internetGatewayOf, requireInternetGateway } from './internet-gateway';
import { unmodelled } from './parameters';
import { newRouteTable } from './route-table';
import { specifiedTags } from './tags';

/**
 * Makes a regional NAT gateway, one public address in each zone: those that the call names, or in every zone of the
 * VPC's subnets.
 *
 * Facts: aws.md 1.21, 1.22 (EC2 API reference, `NatGateway`; REPORT: its own table starts with a default route to the
 * internet gateway). AWS gives it addresses in the zones of the VPC's network interfaces, as they come to be; that the
 * lab does so for the zones of its subnets at once is a simplification.
 */
export function newRegionalNatGateway(context: LabContext, request: CreateNatGatewayRequest): NatGateway {
  const { state } = context;
  unmodelled(request, [
    'SubnetId',
    'AllocationId',
    'PrivateIpAddress',
    'SecondaryAllocationIds',
    'SecondaryPrivateIpAddresses',
    'SecondaryPrivateIpAddressCount',
  ]);
  if (request.ConnectivityType === 'private')
    throw new ApiError('InvalidParameterCombination', 'A regional NAT gateway is public.');
  const vpc = existing(state.vpcs, 'vpc', request.VpcId, 'vpcId');
  const vpcId = stored(vpc.VpcId, 'VpcId');
  requireInternetGateway(state, vpcId);
  const named = request.AvailabilityZoneAddresses ?? [];
  const tags = specifiedTags(request.TagSpecifications, 'natgateway');
  const addresses =
    named.length > 0
      ? named.flatMap((one) => ownAddresses(state, one.AvailabilityZone, one.AllocationIds))
      : zonesOf(state, vpcId).map((zone) => addressIn(zone, { PublicIp: freePublicIp(state) }));
  const table = newRouteTable(state, { vpc, main: false, tags: [] });
  const internetGateway = internetGatewayOf(state, vpcId);
  table.Routes = [
    ...(table.Routes ?? []),
    {
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: internetGateway?.InternetGatewayId,
      Origin: 'CreateRoute',
      State: 'active',
    },
  ];
  return {
    NatGatewayId: newId(state, 'nat'),
    VpcId: vpcId,
    State: 'available',
    CreateTime: context.now(),
    ConnectivityType: 'public',
    AvailabilityMode: 'regional',
    AutoScalingIps: named.length > 0 ? 'disabled' : 'enabled',
    AutoProvisionZones: named.length > 0 ? 'disabled' : 'enabled',
    RouteTableId: table.RouteTableId,
    NatGatewayAddresses: addresses,
    Tags: tags,
  };
}

function ownAddresses(
  state: LabState,
  zone: string | undefined,
  allocationIds: readonly string[] | undefined,
): NatGatewayAddress[] {
  const name = given(zone, 'availabilityZone');
  return given(allocationIds, 'allocationIds').map((id) => {
    const address = freeAddress(state, id);
    address.AssociationId = newId(state, 'eipassoc');
    const { AllocationId, AssociationId, PublicIp } = address;
    return addressIn(name, { AllocationId, AssociationId, PublicIp });
  });
}

function addressIn(zone: string, address: NatGatewayAddress): NatGatewayAddress {
  return { ...address, AvailabilityZone: zone, AvailabilityZoneId: zoneId(zone), Status: 'succeeded' };
}

function zonesOf(state: LabState, vpcId: string): string[] {
  const zones = [...state.subnets.values()]
    .filter((subnet) => subnet.VpcId === vpcId)
    .flatMap(({ AvailabilityZone }) => AvailabilityZone ?? []);
  return [...new Set(zones)].sort();
}
