/** AWS::EC2: instances and network interfaces. */
import {
  _InstanceType,
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeInstancesCommand,
  type Instance,
  ModifyNetworkInterfaceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { flag, integer, json, list, object, oneOf, required, text } from '../property-shape';
import { tagSpecifications, updateTags } from './ec2-tags';
import {
  type Created,
  provider,
  type Provider,
  type ResourceContext,
  returned,
  sameJson,
  tagList,
} from './provider';

const blockDevice = object({
  DeviceName: required(text),
  Ebs: object({
    DeleteOnTermination: flag,
    Encrypted: flag,
    Iops: integer,
    KmsKeyId: text,
    SnapshotId: text,
    VolumeSize: integer,
    VolumeType: oneOf('standard', 'io1', 'io2', 'gp2', 'gp3', 'sc1', 'st1'),
  }),
  NoDevice: json,
  VirtualName: text,
});

const attachedInterface = object(
  {
    DeviceIndex: required(integer),
    AssociatePublicIpAddress: flag,
    DeleteOnTermination: flag,
    Description: text,
    GroupSet: list(text),
    PrivateIpAddress: text,
    SubnetId: text,
  },
  [
    'AssociateCarrierIpAddress',
    'EnaSrdSpecification',
    'Ipv6AddressCount',
    'Ipv6Addresses',
    'NetworkInterfaceId',
    'PrivateIpAddresses',
    'SecondaryPrivateIpAddressCount',
  ],
);

const instance = provider({
  type: 'AWS::EC2::Instance',
  properties: {
    ImageId: text,
    InstanceType: oneOf(...Object.values(_InstanceType)),
    SubnetId: text,
    SecurityGroupIds: list(text),
    IamInstanceProfile: text,
    KeyName: text,
    AvailabilityZone: text,
    PrivateIpAddress: text,
    SourceDestCheck: flag,
    UserData: text,
    EbsOptimized: flag,
    Monitoring: flag,
    Tenancy: oneOf('dedicated', 'default', 'host'),
    DisableApiTermination: flag,
    InstanceInitiatedShutdownBehavior: oneOf('stop', 'terminate'),
    PropagateTagsToVolumeOnCreation: flag,
    MetadataOptions: object({
      HttpEndpoint: oneOf('enabled', 'disabled'),
      HttpProtocolIpv6: oneOf('enabled', 'disabled'),
      HttpPutResponseHopLimit: integer,
      HttpTokens: oneOf('optional', 'required'),
      InstanceMetadataTags: oneOf('enabled', 'disabled'),
    }),
    BlockDeviceMappings: list(blockDevice),
    NetworkInterfaces: list(attachedInterface),
    Tags: tagList,
  },
  notCarried: [
    'AdditionalInfo',
    'Affinity',
    'CpuOptions',
    'CreditSpecification',
    'ElasticGpuSpecifications',
    'ElasticInferenceAccelerators',
    'EnclaveOptions',
    'HibernationOptions',
    'HostId',
    'HostResourceGroupArn',
    'Ipv6AddressCount',
    'Ipv6Addresses',
    'KernelId',
    'LaunchTemplate',
    'LicenseSpecifications',
    'PlacementGroupName',
    'PrivateDnsNameOptions',
    'RamdiskId',
    'SecurityGroups',
    'SsmAssociations',
    'Volumes',
  ],
  attributes: [
    'AvailabilityZone',
    'InstanceId',
    'PrivateDnsName',
    'PrivateIp',
    'PublicDnsName',
    'PublicIp',
    'VpcId',
  ],
  mutable: ['SecurityGroupIds', 'SourceDestCheck', 'Tags'],
  frozen: [
    'DisableApiTermination',
    'IamInstanceProfile',
    'InstanceInitiatedShutdownBehavior',
    'MetadataOptions',
    'Monitoring',
    'PropagateTagsToVolumeOnCreation',
  ],
  create: async (properties, context) => {
    const {
      AvailabilityZone,
      IamInstanceProfile,
      Monitoring,
      NetworkInterfaces,
      SourceDestCheck,
      Tags,
      Tenancy,
      ...rest
    } = properties;
    // Neither changes what the instance is in the network, and the API has no such members.
    const { BlockDeviceMappings: _volumes, PropagateTagsToVolumeOnCreation: _volumeTags, ...launch } = rest;
    const { Instances } = await context.api.call('ec2', RunInstancesCommand, {
      ...launch,
      MinCount: 1,
      MaxCount: 1,
      Placement: { AvailabilityZone, Tenancy },
      ...(Monitoring === undefined ? {} : { Monitoring: { Enabled: Monitoring } }),
      ...(IamInstanceProfile === undefined ? {} : { IamInstanceProfile: { Name: IamInstanceProfile } }),
      ...(NetworkInterfaces === undefined
        ? {}
        : {
            NetworkInterfaces: NetworkInterfaces.map(({ GroupSet, ...each }) => ({
              ...each,
              Groups: GroupSet,
            })),
          }),
      TagSpecifications: tagSpecifications(context, 'instance', Tags),
    });
    const made = returned(Instances?.[0], 'the instance');
    const created = instanceCreated(made);
    context.made(created);
    if (SourceDestCheck === false) await setSourceDestCheck(context, made, false);
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const made = await describe(context, current.physicalId);
    if (!sameJson(before.SecurityGroupIds, after.SecurityGroupIds) && after.SecurityGroupIds !== undefined) {
      await context.api.call('ec2', ModifyNetworkInterfaceAttributeCommand, {
        NetworkInterfaceId: primaryInterface(made),
        Groups: after.SecurityGroupIds,
      });
    }
    if (before.SourceDestCheck !== after.SourceDestCheck)
      await setSourceDestCheck(context, made, after.SourceDestCheck ?? true);
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', TerminateInstancesCommand, { InstanceIds: [physicalId] });
  },
});

function instanceCreated(made: Instance): Created {
  const id = returned(made.InstanceId, 'InstanceId');
  return {
    physicalId: id,
    attributes: {
      InstanceId: id,
      AvailabilityZone: returned(made.Placement?.AvailabilityZone, 'AvailabilityZone'),
      PrivateDnsName: made.PrivateDnsName ?? '',
      PrivateIp: returned(made.PrivateIpAddress, 'PrivateIpAddress'),
      PublicDnsName: made.PublicDnsName ?? '',
      PublicIp: made.PublicIpAddress ?? '',
      VpcId: returned(made.VpcId, 'VpcId'),
    },
  };
}

async function describe({ api }: ResourceContext, id: string): Promise<Instance> {
  const { Reservations } = await api.call('ec2', DescribeInstancesCommand, { InstanceIds: [id] });
  return returned(Reservations?.[0]?.Instances?.[0], id);
}

function primaryInterface(made: Instance): string {
  return returned(made.NetworkInterfaces?.[0]?.NetworkInterfaceId, 'NetworkInterfaceId');
}

async function setSourceDestCheck({ api }: ResourceContext, made: Instance, Value: boolean): Promise<void> {
  await api.call('ec2', ModifyNetworkInterfaceAttributeCommand, {
    NetworkInterfaceId: primaryInterface(made),
    SourceDestCheck: { Value },
  });
}

const networkInterface = provider({
  type: 'AWS::EC2::NetworkInterface',
  properties: {
    SubnetId: required(text),
    Description: text,
    GroupSet: list(text),
    PrivateIpAddress: text,
    SourceDestCheck: flag,
    InterfaceType: oneOf('interface'),
    Tags: tagList,
  },
  notCarried: [
    'ConnectionTrackingSpecification',
    'EnablePrimaryIpv6',
    'Ipv4PrefixCount',
    'Ipv4Prefixes',
    'Ipv6AddressCount',
    'Ipv6Addresses',
    'Ipv6PrefixCount',
    'Ipv6Prefixes',
    'PrivateIpAddresses',
    'PublicIpDnsHostnameTypeSpecification',
    'SecondaryPrivateIpAddressCount',
  ],
  attributes: ['Id', 'PrimaryPrivateIpAddress', 'SecondaryPrivateIpAddresses', 'VpcId'],
  mutable: ['Description', 'GroupSet', 'SourceDestCheck', 'Tags'],
  create: async ({ GroupSet, SourceDestCheck, InterfaceType: _interface, Tags, ...properties }, context) => {
    const { NetworkInterface } = await context.api.call('ec2', CreateNetworkInterfaceCommand, {
      ...properties,
      Groups: GroupSet,
      TagSpecifications: tagSpecifications(context, 'network-interface', Tags),
    });
    const id = returned(NetworkInterface?.NetworkInterfaceId, 'NetworkInterfaceId');
    const created = {
      physicalId: id,
      attributes: {
        Id: id,
        PrimaryPrivateIpAddress: returned(NetworkInterface?.PrivateIpAddress, 'PrivateIpAddress'),
        SecondaryPrivateIpAddresses: [],
        VpcId: returned(NetworkInterface?.VpcId, 'VpcId'),
      },
    };
    context.made(created);
    if (SourceDestCheck === false)
      await context.api.call('ec2', ModifyNetworkInterfaceAttributeCommand, {
        NetworkInterfaceId: id,
        SourceDestCheck: { Value: false },
      });
    return created;
  },
  update: async ({ current, before, after }, context) => {
    const modify = (change: Omit<ModifyNetworkInterfaceAttributeCommand['input'], 'NetworkInterfaceId'>) =>
      context.api.call('ec2', ModifyNetworkInterfaceAttributeCommand, {
        NetworkInterfaceId: current.physicalId,
        ...change,
      });
    if (after.GroupSet !== undefined && !sameJson(before.GroupSet, after.GroupSet))
      await modify({ Groups: after.GroupSet });
    if (before.SourceDestCheck !== after.SourceDestCheck)
      await modify({ SourceDestCheck: { Value: after.SourceDestCheck ?? true } });
    if (before.Description !== after.Description)
      await modify({ Description: { Value: after.Description ?? '' } });
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteNetworkInterfaceCommand, { NetworkInterfaceId: physicalId });
  },
});

export const ec2HostProviders: readonly Provider[] = [instance, networkInterface];
