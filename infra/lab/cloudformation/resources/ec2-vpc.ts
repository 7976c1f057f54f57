/** AWS::EC2: the VPC, its address blocks and subnets. */
import {
  AssociateVpcCidrBlockCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { flag, oneOf, required, text } from '../property-shape';
import { tagSpecifications, updateTags } from './ec2-tags';
import { type Created, provider, type Provider, type ResourceContext, returned, tagList } from './provider';

const vpc = provider({
  type: 'AWS::EC2::VPC',
  properties: {
    CidrBlock: required(text),
    EnableDnsHostnames: flag,
    EnableDnsSupport: flag,
    InstanceTenancy: oneOf('default', 'dedicated', 'host'),
    Tags: tagList,
  },
  notCarried: ['Ipv4IpamPoolId', 'Ipv4NetmaskLength'],
  attributes: [
    'CidrBlock',
    'CidrBlockAssociations',
    'DefaultNetworkAcl',
    'DefaultSecurityGroup',
    'Ipv6CidrBlocks',
    'VpcId',
  ],
  mutable: ['EnableDnsHostnames', 'EnableDnsSupport', 'Tags'],
  create: async ({ CidrBlock, InstanceTenancy, EnableDnsHostnames, EnableDnsSupport, Tags }, context) => {
    const { Vpc } = await context.api.call('ec2', CreateVpcCommand, {
      CidrBlock,
      InstanceTenancy,
      TagSpecifications: tagSpecifications(context, 'vpc', Tags),
    });
    const id = returned(Vpc?.VpcId, 'VpcId');
    const created = { physicalId: id, attributes: await vpcAttributes(context, id) };
    context.made(created);
    await setDns(context, id, { EnableDnsSupport, EnableDnsHostnames });
    return created;
  },
  update: async ({ current, before, after }, context) => {
    // Both are on and off by default in AWS: support on, host names off.
    await setDns(context, current.physicalId, {
      EnableDnsSupport: after.EnableDnsSupport ?? true,
      EnableDnsHostnames: after.EnableDnsHostnames ?? false,
    });
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteVpcCommand, { VpcId: physicalId });
  },
});

interface DnsAttributes {
  readonly EnableDnsSupport?: boolean | undefined;
  readonly EnableDnsHostnames?: boolean | undefined;
}

/** ModifyVpcAttribute takes one attribute per call; host names need support, so that comes first. */
async function setDns(
  { api }: ResourceContext,
  VpcId: string,
  { EnableDnsSupport, EnableDnsHostnames }: DnsAttributes,
): Promise<void> {
  if (EnableDnsSupport !== undefined)
    await api.call('ec2', ModifyVpcAttributeCommand, {
      VpcId,
      EnableDnsSupport: { Value: EnableDnsSupport },
    });
  if (EnableDnsHostnames !== undefined)
    await api.call('ec2', ModifyVpcAttributeCommand, {
      VpcId,
      EnableDnsHostnames: { Value: EnableDnsHostnames },
    });
}

async function vpcAttributes({ api }: ResourceContext, id: string): Promise<Created['attributes']> {
  const ofVpc = [{ Name: 'vpc-id', Values: [id] }];
  const { Vpcs } = await api.call('ec2', DescribeVpcsCommand, { VpcIds: [id] });
  const { SecurityGroups } = await api.call('ec2', DescribeSecurityGroupsCommand, {
    Filters: [...ofVpc, { Name: 'group-name', Values: ['default'] }],
  });
  const { NetworkAcls } = await api.call('ec2', DescribeNetworkAclsCommand, {
    Filters: [...ofVpc, { Name: 'default', Values: ['true'] }],
  });
  const made = returned(Vpcs?.[0], 'the VPC');
  return {
    VpcId: id,
    CidrBlock: returned(made.CidrBlock, 'CidrBlock'),
    CidrBlockAssociations: (made.CidrBlockAssociationSet ?? []).map(({ AssociationId }) =>
      returned(AssociationId, 'AssociationId'),
    ),
    Ipv6CidrBlocks: (made.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) =>
      returned(Ipv6CidrBlock, 'Ipv6CidrBlock'),
    ),
    DefaultSecurityGroup: returned(SecurityGroups?.[0]?.GroupId, 'the default security group'),
    DefaultNetworkAcl: returned(NetworkAcls?.[0]?.NetworkAclId, 'the default network ACL'),
  };
}

const vpcCidrBlock = provider({
  type: 'AWS::EC2::VPCCidrBlock',
  properties: { VpcId: required(text), CidrBlock: text, AmazonProvidedIpv6CidrBlock: flag },
  notCarried: [
    'Ipv4IpamPoolId',
    'Ipv4NetmaskLength',
    'Ipv6CidrBlock',
    'Ipv6CidrBlockNetworkBorderGroup',
    'Ipv6IpamPoolId',
    'Ipv6NetmaskLength',
    'Ipv6Pool',
  ],
  attributes: ['Id'],
  create: async ({ VpcId, CidrBlock, AmazonProvidedIpv6CidrBlock }, { api }) => {
    const made = await api.call('ec2', AssociateVpcCidrBlockCommand, {
      VpcId,
      CidrBlock,
      AmazonProvidedIpv6CidrBlock,
    });
    const association =
      made.CidrBlockAssociation?.AssociationId ?? made.Ipv6CidrBlockAssociation?.AssociationId;
    const id = returned(association, 'AssociationId');
    return { physicalId: id, attributes: { Id: id } };
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DisassociateVpcCidrBlockCommand, { AssociationId: physicalId });
  },
});

const subnet = provider({
  type: 'AWS::EC2::Subnet',
  properties: {
    VpcId: required(text),
    CidrBlock: text,
    AvailabilityZone: text,
    AvailabilityZoneId: text,
    Ipv6CidrBlock: text,
    MapPublicIpOnLaunch: flag,
    AssignIpv6AddressOnCreation: flag,
    EnableDns64: flag,
    Tags: tagList,
  },
  notCarried: [
    'BlockPublicAccessStates',
    'EnableLniAtDeviceIndex',
    'Ipv4IpamPoolId',
    'Ipv4NetmaskLength',
    'Ipv6CidrBlocks',
    'Ipv6IpamPoolId',
    'Ipv6Native',
    'Ipv6NetmaskLength',
    'OutpostArn',
    'PrivateDnsNameOptionsOnLaunch',
  ],
  attributes: [
    'AvailabilityZone',
    'CidrBlock',
    'Ipv6CidrBlocks',
    'NetworkAclAssociationId',
    'SubnetId',
    'VpcId',
  ],
  mutable: ['MapPublicIpOnLaunch', 'AssignIpv6AddressOnCreation', 'EnableDns64', 'Tags'],
  create: async (
    { MapPublicIpOnLaunch, AssignIpv6AddressOnCreation, EnableDns64, Tags, ...properties },
    context,
  ) => {
    const { Subnet: made } = await context.api.call('ec2', CreateSubnetCommand, {
      ...properties,
      TagSpecifications: tagSpecifications(context, 'subnet', Tags),
    });
    const created = await subnetCreated(context, returned(made, 'Subnet'));
    context.made(created);
    await setSubnetAttributes(context, created.physicalId, {
      MapPublicIpOnLaunch,
      AssignIpv6AddressOnCreation,
      EnableDns64,
    });
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const setting = (name: keyof SubnetAttributes) =>
      after[name] ?? (before[name] === undefined ? undefined : false);
    await setSubnetAttributes(context, current.physicalId, {
      MapPublicIpOnLaunch: setting('MapPublicIpOnLaunch'),
      AssignIpv6AddressOnCreation: setting('AssignIpv6AddressOnCreation'),
      EnableDns64: setting('EnableDns64'),
    });
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteSubnetCommand, { SubnetId: physicalId });
  },
});

interface SubnetAttributes {
  readonly MapPublicIpOnLaunch?: boolean | undefined;
  readonly AssignIpv6AddressOnCreation?: boolean | undefined;
  readonly EnableDns64?: boolean | undefined;
}

/** ModifySubnetAttribute takes one attribute per call. */
async function setSubnetAttributes(
  { api }: ResourceContext,
  SubnetId: string,
  attributes: SubnetAttributes,
): Promise<void> {
  for (const name of ['MapPublicIpOnLaunch', 'AssignIpv6AddressOnCreation', 'EnableDns64'] as const) {
    const Value = attributes[name];
    if (Value !== undefined)
      await api.call('ec2', ModifySubnetAttributeCommand, { SubnetId, [name]: { Value } });
  }
}

async function subnetCreated({ api }: ResourceContext, made: Subnet): Promise<Created> {
  const id = returned(made.SubnetId, 'SubnetId');
  const { NetworkAcls } = await api.call('ec2', DescribeNetworkAclsCommand, {
    Filters: [{ Name: 'association.subnet-id', Values: [id] }],
  });
  const association = NetworkAcls?.[0]?.Associations?.find(({ SubnetId }) => SubnetId === id);
  return {
    physicalId: id,
    attributes: {
      SubnetId: id,
      VpcId: returned(made.VpcId, 'VpcId'),
      AvailabilityZone: returned(made.AvailabilityZone, 'AvailabilityZone'),
      CidrBlock: returned(made.CidrBlock, 'CidrBlock'),
      Ipv6CidrBlocks: (made.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) =>
        returned(Ipv6CidrBlock, 'Ipv6CidrBlock'),
      ),
      NetworkAclAssociationId: returned(association?.NetworkAclAssociationId, 'NetworkAclAssociationId'),
    },
  };
}

export const ec2VpcProviders: readonly Provider[] = [vpc, vpcCidrBlock, subnet];
