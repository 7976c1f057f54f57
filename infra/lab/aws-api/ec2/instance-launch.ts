/** Launching instances: their interface, their addresses, and the SSM agent that registers a host with a profile. */
import type {
  IamInstanceProfile,
  IamInstanceProfileSpecification,
  Instance,
  InstanceNetworkInterface,
  InstanceNetworkInterfaceSpecification,
  NetworkInterface,
  RunInstancesRequest,
  Subnet,
  Tag,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type LabContext } from '../handler';
import { requireFreePrivateIps } from './addresses';
import { assignPublicIp } from './elastic-ip';
import { existing, given, stored } from './ids';
import { newNetworkInterface } from './network-interface';
import { unmodelled } from './parameters';
import { groupsFor } from './security-group';
import { specifiedTags } from './tags';

/** Where the instance goes and with what: read from the interface specification or the older top-level parameters. */
interface Placement {
  readonly subnet: Subnet;
  readonly groupIds: readonly string[] | undefined;
  readonly privateIpAddress: string | undefined;
  readonly publicIp: boolean;
  readonly deleteOnTermination: boolean;
}

const unmodelledSpecification = [
  'NetworkInterfaceId',
  'Ipv6AddressCount',
  'Ipv6Addresses',
  'PrivateIpAddresses',
  'SecondaryPrivateIpAddressCount',
  'AssociateCarrierIpAddress',
] as const;

function placementOf(state: LabState, request: RunInstancesRequest): Placement {
  unmodelled(request, [
    'SecurityGroups',
    'LaunchTemplate',
    'Ipv6Addresses',
    'Ipv6AddressCount',
    'SecondaryInterfaces',
  ]);
  const [specification = {}, ...others]: InstanceNetworkInterfaceSpecification[] =
    request.NetworkInterfaces ?? [];
  if (others.length > 0)
    throw new ApiError('UnsupportedOperation', "The lab's instances have one network interface each.");
  unmodelled(specification, unmodelledSpecification);
  const hasSpecification = (request.NetworkInterfaces ?? []).length > 0;
  if (hasSpecification && (request.SubnetId !== undefined || (request.SecurityGroupIds ?? []).length > 0)) {
    throw new ApiError(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  }
  const subnet = existing(state.subnets, 'subnet', specification.SubnetId ?? request.SubnetId, 'subnetId');
  return {
    subnet,
    groupIds: specification.Groups ?? request.SecurityGroupIds,
    privateIpAddress: specification.PrivateIpAddress ?? request.PrivateIpAddress,
    publicIp:
      specification.AssociatePublicIpAddress ?? stored(subnet.MapPublicIpOnLaunch, 'MapPublicIpOnLaunch'),
    deleteOnTermination: specification.DeleteOnTermination ?? true,
  };
}

function profileOf(
  state: LabState,
  specification: IamInstanceProfileSpecification | undefined,
): IamInstanceProfile | undefined {
  if (specification === undefined) return undefined;
  const { Arn, Name } = specification;
  const profile = [...state.instanceProfiles.values()].find((candidate) =>
    Arn === undefined ? candidate.InstanceProfileName === Name : candidate.Arn === Arn,
  );
  if (profile === undefined) {
    throw new ApiError(
      'InvalidParameterValue',
      `Value (${Arn ?? Name}) for parameter iamInstanceProfile.${Arn === undefined ? 'name' : 'arn'} is invalid. Invalid IAM Instance Profile`,
    );
  }
  return { Arn: profile.Arn, Id: profile.InstanceProfileId };
}

/** The interface as an instance's record repeats it. */
function asInInstance(networkInterface: NetworkInterface): InstanceNetworkInterface {
  const { Association, Attachment, PrivateIpAddresses = [] } = networkInterface;
  return {
    NetworkInterfaceId: networkInterface.NetworkInterfaceId,
    InterfaceType: networkInterface.InterfaceType,
    SubnetId: networkInterface.SubnetId,
    VpcId: networkInterface.VpcId,
    OwnerId: networkInterface.OwnerId,
    Description: networkInterface.Description,
    MacAddress: networkInterface.MacAddress,
    PrivateDnsName: networkInterface.PrivateDnsName,
    PrivateIpAddress: networkInterface.PrivateIpAddress,
    PrivateIpAddresses,
    Ipv6Addresses: [],
    Groups: networkInterface.Groups,
    SourceDestCheck: networkInterface.SourceDestCheck,
    Status: networkInterface.Status,
    Attachment: Attachment && {
      AttachTime: Attachment.AttachTime,
      AttachmentId: Attachment.AttachmentId,
      DeleteOnTermination: Attachment.DeleteOnTermination,
      DeviceIndex: Attachment.DeviceIndex,
      Status: Attachment.Status,
    },
    ...(Association === undefined ? {} : { Association }),
  };
}

/** IMDS as AWS sets it when nothing is asked for: on, tokens optional (EC2 user guide, configuring-IMDS-new-instances). */
function metadataOptions({ MetadataOptions }: RunInstancesRequest): Instance['MetadataOptions'] {
  return {
    State: 'applied',
    HttpEndpoint: MetadataOptions?.HttpEndpoint ?? 'enabled',
    HttpTokens: MetadataOptions?.HttpTokens ?? 'optional',
    HttpPutResponseHopLimit: MetadataOptions?.HttpPutResponseHopLimit ?? 1,
    HttpProtocolIpv6: MetadataOptions?.HttpProtocolIpv6 ?? 'disabled',
    InstanceMetadataTags: MetadataOptions?.InstanceMetadataTags ?? 'disabled',
  };
}

interface LaunchPlan {
  readonly placement: Placement;
  readonly profile: IamInstanceProfile | undefined;
  readonly groups: ReturnType<typeof groupsFor>;
  readonly tags: readonly Tag[];
  readonly interfaceTags: readonly Tag[];
  readonly launchIndex: number;
}

function launchOne({ state, now }: LabContext, request: RunInstancesRequest, plan: LaunchPlan): Instance {
  const { placement, groups } = plan;
  const instanceId = newId(state, 'i');
  const networkInterface = newNetworkInterface(state, {
    subnetId: stored(placement.subnet.SubnetId, 'SubnetId'),
    interfaceType: 'interface',
    description: request.NetworkInterfaces?.[0]?.Description ?? '',
    groups,
    sourceDestCheck: true,
    privateIpAddress: placement.privateIpAddress,
    requesterId: null,
    status: 'in-use',
    tags: plan.interfaceTags.map((tag) => ({ ...tag })),
  });
  networkInterface.Attachment = {
    AttachTime: now(),
    AttachmentId: newId(state, 'eni-attach'),
    DeleteOnTermination: placement.deleteOnTermination,
    DeviceIndex: 0,
    NetworkCardIndex: 0,
    InstanceId: instanceId,
    InstanceOwnerId: state.account,
    Status: 'attached',
  };
  const instance: Instance = {
    InstanceId: instanceId,
    ImageId: request.ImageId,
    InstanceType: request.InstanceType ?? 'm1.small',
    State: { Code: 16, Name: 'running' },
    StateTransitionReason: '',
    LaunchTime: now(),
    AmiLaunchIndex: plan.launchIndex,
    Placement: { AvailabilityZone: placement.subnet.AvailabilityZone, Tenancy: 'default', GroupName: '' },
    SubnetId: placement.subnet.SubnetId,
    VpcId: placement.subnet.VpcId,
    PrivateIpAddress: networkInterface.PrivateIpAddress,
    PrivateDnsName: networkInterface.PrivateDnsName,
    PublicDnsName: '',
    SecurityGroups: networkInterface.Groups,
    SourceDestCheck: true,
    NetworkInterfaces: [asInInstance(networkInterface)],
    Monitoring: { State: request.Monitoring?.Enabled === true ? 'enabled' : 'disabled' },
    MetadataOptions: metadataOptions(request),
    PlatformDetails: 'Linux/UNIX',
    Tags: plan.tags.map((tag) => ({ ...tag })),
    ...(plan.profile === undefined ? {} : { IamInstanceProfile: plan.profile }),
    ...(request.KeyName === undefined ? {} : { KeyName: request.KeyName }),
  };
  state.instances.set(instanceId, instance);
  if (placement.publicIp) assignPublicIp(state, networkInterface);
  return instance;
}

/** Launches `count` instances alike; throws before the first when the request is wrong. */
export function launch(context: LabContext, request: RunInstancesRequest, count: number): Instance[] {
  const { state } = context;
  given(request.ImageId, 'imageId');
  const placement = placementOf(state, request);
  if (count > 1 && placement.privateIpAddress !== undefined) {
    throw new ApiError(
      'InvalidParameterCombination',
      'A private IP address can be given for one instance only.',
    );
  }
  requireFreePrivateIps(state, stored(placement.subnet.SubnetId, 'SubnetId'), count);
  const specifications = request.TagSpecifications;
  const shared = {
    placement,
    profile: profileOf(state, request.IamInstanceProfile),
    groups: groupsFor(state, stored(placement.subnet.VpcId, 'VpcId'), placement.groupIds),
    tags: specifiedTags(specifications, 'instance', ['volume', 'network-interface']),
    interfaceTags: specifiedTags(specifications, 'network-interface', ['volume', 'instance']),
  };
  return Array.from({ length: count }, (_, launchIndex) =>
    launchOne(context, request, { ...shared, launchIndex }),
  );
}

/**
 * What the SSM agent of a running instance with a profile does: it registers the host, which then takes
 * commands. Without a profile the agent has no credentials and nothing is registered.
 */
export function registerManagedInstance(state: LabState, instanceId: string): void {
  const instance = existing(state.instances, 'instance', instanceId, 'instanceId');
  if (instance.IamInstanceProfile === undefined || instance.State?.Name !== 'running') return;
  const tags = (instance.Tags ?? []).map(({ Key, Value }): [string, string] => [
    stored(Key, 'Tag.Key'),
    Value ?? '',
  ]);
  state.managedInstances.set(instanceId, {
    information: {
      InstanceId: instanceId,
      PingStatus: 'Online',
      LastPingDateTime: instance.LaunchTime,
      AgentVersion: '3.3.1142.0',
      IsLatestVersion: true,
      PlatformType: 'Linux',
      PlatformName: 'Amazon Linux',
      PlatformVersion: '2023',
      ResourceType: 'EC2Instance',
      IPAddress: instance.PrivateIpAddress,
      ComputerName: instance.PrivateDnsName,
    },
    tags: new Map(tags),
  });
}
