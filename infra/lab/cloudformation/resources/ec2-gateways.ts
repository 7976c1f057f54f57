/** AWS::EC2: what leads out of a VPC: internet gateways, Elastic IPs, NAT gateways. */
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachInternetGatewayCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  DeleteEgressOnlyInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeAddressesCommand,
  DetachInternetGatewayCommand,
  DisassociateAddressCommand,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import { oneOf, required, text } from '../property-shape';
import { tagSpecifications, updateTags } from './ec2-tags';
import { attributeText, provider, type Provider, type ResourceContext, returned, tagList } from './provider';

const internetGateway = provider({
  type: 'AWS::EC2::InternetGateway',
  properties: { Tags: tagList },
  attributes: ['InternetGatewayId'],
  mutable: ['Tags'],
  create: async ({ Tags }, context) => {
    const { InternetGateway } = await context.api.call('ec2', CreateInternetGatewayCommand, {
      TagSpecifications: tagSpecifications(context, 'internet-gateway', Tags),
    });
    const id = returned(InternetGateway?.InternetGatewayId, 'InternetGatewayId');
    return { physicalId: id, attributes: { InternetGatewayId: id } };
  },
  update: async ({ current, before, after }, context) => {
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteInternetGatewayCommand, { InternetGatewayId: physicalId });
  },
});

const egressOnlyInternetGateway = provider({
  type: 'AWS::EC2::EgressOnlyInternetGateway',
  properties: { VpcId: required(text), Tags: tagList },
  attributes: ['Id'],
  mutable: ['Tags'],
  create: async ({ VpcId, Tags }, context) => {
    const { EgressOnlyInternetGateway } = await context.api.call(
      'ec2',
      CreateEgressOnlyInternetGatewayCommand,
      {
        VpcId,
        TagSpecifications: tagSpecifications(context, 'egress-only-internet-gateway', Tags),
      },
    );
    const id = returned(
      EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId,
      'EgressOnlyInternetGatewayId',
    );
    return { physicalId: id, attributes: { Id: id } };
  },
  update: async ({ current, before, after }, context) => {
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteEgressOnlyInternetGatewayCommand, {
      EgressOnlyInternetGatewayId: physicalId,
    });
  },
});

const gatewayAttachment = provider({
  type: 'AWS::EC2::VPCGatewayAttachment',
  properties: { VpcId: required(text), InternetGatewayId: required(text) },
  notCarried: ['VpnGatewayId'],
  attributes: ['AttachmentType'],
  mutable: ['InternetGatewayId'],
  create: async ({ VpcId, InternetGatewayId }, { api }) => {
    await api.call('ec2', AttachInternetGatewayCommand, { VpcId, InternetGatewayId });
    return { physicalId: `IGW|${VpcId}`, attributes: { AttachmentType: 'IGW' } };
  },
  update: async ({ current, before, after }, { api }) => {
    await api.call('ec2', DetachInternetGatewayCommand, before);
    await api.call('ec2', AttachInternetGatewayCommand, after);
    return current;
  },
  remove: async ({ properties: { VpcId, InternetGatewayId } }, { api }) => {
    await api.call('ec2', DetachInternetGatewayCommand, { VpcId, InternetGatewayId });
  },
});

const elasticIp = provider({
  type: 'AWS::EC2::EIP',
  properties: { Domain: oneOf('vpc', 'standard'), InstanceId: text, Tags: tagList },
  notCarried: ['Address', 'IpamPoolId', 'NetworkBorderGroup', 'PublicIpv4Pool', 'TransferAddress'],
  attributes: ['AllocationId', 'PublicIp'],
  mutable: ['InstanceId', 'Tags'],
  frozen: ['Domain'],
  create: async ({ InstanceId, Tags }, context) => {
    const { AllocationId, PublicIp } = await context.api.call('ec2', AllocateAddressCommand, {
      Domain: 'vpc',
      TagSpecifications: tagSpecifications(context, 'elastic-ip', Tags),
    });
    const allocationId = returned(AllocationId, 'AllocationId');
    const publicIp = returned(PublicIp, 'PublicIp');
    const created = { physicalId: publicIp, attributes: { AllocationId: allocationId, PublicIp: publicIp } };
    context.made(created);
    if (InstanceId !== undefined)
      await context.api.call('ec2', AssociateAddressCommand, { AllocationId: allocationId, InstanceId });
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const AllocationId = attributeText(current.attributes, 'AllocationId');
    if (before.InstanceId !== after.InstanceId) {
      await disassociate(context, AllocationId);
      if (after.InstanceId !== undefined)
        await context.api.call('ec2', AssociateAddressCommand, {
          AllocationId,
          InstanceId: after.InstanceId,
        });
    }
    await updateTags(context, { id: AllocationId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ attributes, properties: { InstanceId } }, context) => {
    const AllocationId = attributeText(attributes, 'AllocationId');
    if (InstanceId !== undefined) await disassociate(context, AllocationId);
    await context.api.call('ec2', ReleaseAddressCommand, { AllocationId });
  },
});

/** Takes an address from the instance that has it, if one has. */
async function disassociate({ api }: ResourceContext, allocationId: string): Promise<void> {
  const { Addresses } = await api.call('ec2', DescribeAddressesCommand, { AllocationIds: [allocationId] });
  const AssociationId = Addresses?.[0]?.AssociationId;
  if (AssociationId !== undefined) await api.call('ec2', DisassociateAddressCommand, { AssociationId });
}

const natGateway = provider({
  type: 'AWS::EC2::NatGateway',
  properties: {
    SubnetId: required(text),
    AllocationId: text,
    ConnectivityType: oneOf('public', 'private'),
    PrivateIpAddress: text,
    Tags: tagList,
  },
  notCarried: [
    'AutoProvisionZones',
    'AutoScalingIps',
    'AvailabilityMode',
    'AvailabilityZoneAddresses',
    'MaxDrainDurationSeconds',
    'SecondaryAllocationIds',
    'SecondaryPrivateIpAddressCount',
    'SecondaryPrivateIpAddresses',
    'VpcId',
  ],
  attributes: ['EniId', 'NatGatewayId'],
  mutable: ['Tags'],
  create: async ({ Tags, ...properties }, context) => {
    const { NatGateway } = await context.api.call('ec2', CreateNatGatewayCommand, {
      ...properties,
      TagSpecifications: tagSpecifications(context, 'natgateway', Tags),
    });
    const id = returned(NatGateway?.NatGatewayId, 'NatGatewayId');
    const interfaceId = returned(
      NatGateway?.NatGatewayAddresses?.[0]?.NetworkInterfaceId,
      'NetworkInterfaceId',
    );
    return { physicalId: id, attributes: { NatGatewayId: id, EniId: interfaceId } };
  },
  update: async ({ current, before, after }, context) => {
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteNatGatewayCommand, { NatGatewayId: physicalId });
  },
});

export const ec2GatewayProviders: readonly Provider[] = [
  internetGateway,
  egressOnlyInternetGateway,
  gatewayAttachment,
  elasticIp,
  natGateway,
];
