/** Subnets: blocks inside the VPC's that do not overlap each other. */
import {
  CreateSubnetCommand,
  type CreateSubnetRequest,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  ModifySubnetAttributeCommand,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { freePrivateIpCount } from './addresses';
import { chosenZone, zoneId } from './availability-zone';
import { type Cidr, overlaps, within } from './cidr';
import { described, flag } from './filters';
import { chosen, dependencyViolation, existing, given, stored } from './ids';
import { defaultNetworkAcl } from './network-acl-entry';
import { cidrParameter, unmodelled } from './parameters';
import { specifiedTags } from './tags';
import { subnetCidrs, vpcCidrs } from './associated-cidrs';

/** IPv4: /16 to /28; IPv6: /44 to /64 in steps of 4 (VPC user guide, subnet-sizing). */
function hasLegalSize({ family, prefixLength }: Cidr): boolean {
  if (family === 4) return prefixLength >= 16 && prefixLength <= 28;
  return prefixLength >= 44 && prefixLength <= 64 && prefixLength % 4 === 0;
}

/** A block that the VPC's hold and no other subnet's overlaps; `InvalidSubnet.Range` or `InvalidSubnet.Conflict` otherwise. */
export function placed(state: LabState, vpc: Vpc, block: Cidr): Cidr {
  if (!hasLegalSize(block) || !vpcCidrs(vpc).some((outer) => within(block, outer))) {
    throw new ApiError('InvalidSubnet.Range', `The CIDR '${block.text}' is invalid.`);
  }
  const siblings = [...state.subnets.values()].filter((subnet) => subnet.VpcId === vpc.VpcId);
  if (siblings.flatMap(subnetCidrs).some((other) => overlaps(other, block))) {
    throw new ApiError('InvalidSubnet.Conflict', `The CIDR '${block.text}' conflicts with another subnet`);
  }
  return block;
}

function ipv6Set(state: LabState, vpc: Vpc, text: string | undefined): Subnet['Ipv6CidrBlockAssociationSet'] {
  if (text === undefined) return [];
  return [
    {
      AssociationId: newId(state, 'subnet-cidr-assoc'),
      Ipv6CidrBlock: placed(state, vpc, cidrParameter(text, 'ipv6CidrBlock', 6)).text,
      Ipv6CidrBlockState: { State: 'associated' },
      Ipv6AddressAttribute: 'public',
      IpSource: 'amazon',
    },
  ];
}

function create(state: LabState, request: CreateSubnetRequest): Subnet {
  unmodelled(request, ['OutpostArn', 'Ipv6Native', 'Ipv4IpamPoolId', 'Ipv6IpamPoolId']);
  const vpc = existing(state.vpcs, 'vpc', request.VpcId, 'vpcId');
  const zone = chosenZone(state, { name: request.AvailabilityZone, id: request.AvailabilityZoneId });
  const block = placed(state, vpc, cidrParameter(given(request.CidrBlock, 'cidrBlock'), 'cidrBlock', 4));
  const tags = specifiedTags(request.TagSpecifications, 'subnet');
  const ipv6 = ipv6Set(state, vpc, request.Ipv6CidrBlock);
  const subnetId = newId(state, 'subnet');
  return {
    SubnetId: subnetId,
    SubnetArn: `arn:${state.partition}:ec2:${state.region}:${state.account}:subnet/${subnetId}`,
    VpcId: vpc.VpcId,
    OwnerId: state.account,
    State: 'available',
    CidrBlock: block.text,
    Ipv6CidrBlockAssociationSet: ipv6,
    AvailabilityZone: zone,
    AvailabilityZoneId: zoneId(zone),
    DefaultForAz: false,
    MapPublicIpOnLaunch: false,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6Native: false,
    EnableDns64: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    Tags: tags,
  };
}

/** A new subnet is governed by the VPC's default network ACL until that is replaced. */
function addToDefaultAcl(state: LabState, subnet: Subnet): void {
  const acl = defaultNetworkAcl(state, stored(subnet.VpcId, 'VpcId'));
  acl.Associations = [
    ...(acl.Associations ?? []),
    {
      NetworkAclAssociationId: newId(state, 'aclassoc'),
      NetworkAclId: acl.NetworkAclId,
      SubnetId: subnet.SubnetId,
    },
  ];
}

function remove(state: LabState, subnetId: string): void {
  if ([...state.networkInterfaces.values()].some((eni) => eni.SubnetId === subnetId)) {
    throw dependencyViolation('subnet', subnetId);
  }
  for (const table of state.routeTables.values()) {
    table.Associations = table.Associations?.filter((association) => association.SubnetId !== subnetId);
  }
  for (const acl of state.networkAcls.values()) {
    acl.Associations = acl.Associations?.filter((association) => association.SubnetId !== subnetId);
  }
  state.subnets.delete(subnetId);
}

/** The record as AWS shows it: with the free addresses of this moment and the state of VPC Block Public Access. */
function shown(state: LabState, subnet: Subnet): Subnet {
  return {
    AvailableIpAddressCount: freePrivateIpCount(state, stored(subnet.SubnetId, 'SubnetId')),
    BlockPublicAccessStates: {
      InternetGatewayBlockMode: state.vpcBlockPublicAccess.InternetGatewayBlockMode,
    },
    ...subnet,
  };
}

/** CreateSubnet, DeleteSubnet, DescribeSubnets, ModifySubnetAttribute. */
export function subnetHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateSubnetCommand, (request) => {
      const subnet = create(state, request);
      state.subnets.set(stored(subnet.SubnetId, 'SubnetId'), subnet);
      addToDefaultAcl(state, subnet);
      return { Subnet: shown(state, subnet) };
    }),
    on('ec2', DeleteSubnetCommand, ({ SubnetId }) => {
      const subnet = existing(state.subnets, 'subnet', SubnetId, 'subnetId');
      remove(state, stored(subnet.SubnetId, 'SubnetId'));
      return {};
    }),
    on('ec2', ModifySubnetAttributeCommand, (request) => {
      unmodelled(request, [
        'MapCustomerOwnedIpOnLaunch',
        'CustomerOwnedIpv4Pool',
        'EnableLniAtDeviceIndex',
        'DisableLniAtDeviceIndex',
      ]);
      const subnet = existing(state.subnets, 'subnet', request.SubnetId, 'subnetId');
      const { MapPublicIpOnLaunch, AssignIpv6AddressOnCreation, EnableDns64 } = request;
      if (
        AssignIpv6AddressOnCreation?.Value === true &&
        (subnet.Ipv6CidrBlockAssociationSet ?? []).length === 0
      ) {
        throw new ApiError(
          'InvalidParameterValue',
          `The subnet '${subnet.SubnetId}' has no IPv6 CIDR block to assign addresses from.`,
        );
      }
      if (MapPublicIpOnLaunch?.Value !== undefined) subnet.MapPublicIpOnLaunch = MapPublicIpOnLaunch.Value;
      if (AssignIpv6AddressOnCreation?.Value !== undefined)
        subnet.AssignIpv6AddressOnCreation = AssignIpv6AddressOnCreation.Value;
      if (EnableDns64?.Value !== undefined) subnet.EnableDns64 = EnableDns64.Value;
      const options = stored(subnet.PrivateDnsNameOptionsOnLaunch, 'PrivateDnsNameOptionsOnLaunch');
      const { EnableResourceNameDnsARecordOnLaunch: a, EnableResourceNameDnsAAAARecordOnLaunch: aaaa } =
        request;
      if (request.PrivateDnsHostnameTypeOnLaunch !== undefined)
        options.HostnameType = request.PrivateDnsHostnameTypeOnLaunch;
      if (a?.Value !== undefined) options.EnableResourceNameDnsARecord = a.Value;
      if (aaaa?.Value !== undefined) options.EnableResourceNameDnsAAAARecord = aaaa.Value;
      return {};
    }),
    on('ec2', DescribeSubnetsCommand, (request) => {
      const { records, NextToken } = described(chosen(state.subnets, 'subnet', request.SubnetIds), {
        context,
        request,
        filters: request.Filters,
        fields: {
          'availability-zone': (subnet) => [subnet.AvailabilityZone],
          'availability-zone-id': (subnet) => [subnet.AvailabilityZoneId],
          'cidr-block': (subnet) => [subnet.CidrBlock],
          'default-for-az': (subnet) => [flag(subnet.DefaultForAz)],
          'ipv6-cidr-block-association.ipv6-cidr-block': (subnet) =>
            (subnet.Ipv6CidrBlockAssociationSet ?? []).map((association) => association.Ipv6CidrBlock),
          'map-public-ip-on-launch': (subnet) => [flag(subnet.MapPublicIpOnLaunch)],
          'owner-id': (subnet) => [subnet.OwnerId],
          state: (subnet) => [subnet.State],
          'subnet-arn': (subnet) => [subnet.SubnetArn],
          'subnet-id': (subnet) => [subnet.SubnetId],
          'vpc-id': (subnet) => [subnet.VpcId],
        },
        tags: (subnet) => subnet.Tags,
      });
      return { Subnets: records.map((subnet) => shown(state, subnet)), NextToken };
    }),
  ];
}
