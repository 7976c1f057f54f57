/** AWS::EC2: VPC endpoints, prefix lists and flow logs. */
import {
  CreateFlowLogsCommand,
  CreateManagedPrefixListCommand,
  CreateVpcEndpointCommand,
  DeleteFlowLogsCommand,
  DeleteManagedPrefixListCommand,
  DeleteVpcEndpointsCommand,
  DescribeManagedPrefixListsCommand,
  ModifyManagedPrefixListCommand,
  ModifyVpcEndpointCommand,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { flag, integer, json, list, object, oneOf, required, text } from '../property-shape';
import { tagSpecifications, updateTags } from './ec2-tags';
import {
  type Created,
  documentText,
  provider,
  type Provider,
  resourceTags,
  returned,
  sameJson,
  tagList,
} from './provider';

const vpcEndpoint = provider({
  type: 'AWS::EC2::VPCEndpoint',
  properties: {
    VpcId: required(text),
    ServiceName: required(text),
    VpcEndpointType: oneOf('Interface', 'Gateway', 'GatewayLoadBalancer', 'Resource', 'ServiceNetwork'),
    PolicyDocument: json,
    PrivateDnsEnabled: flag,
    RouteTableIds: list(text),
    SecurityGroupIds: list(text),
    SubnetIds: list(text),
    IpAddressType: oneOf('ipv4', 'ipv6', 'dualstack'),
    Tags: tagList,
  },
  notCarried: ['DnsOptions', 'ResourceConfigurationArn', 'ServiceNetworkArn', 'ServiceRegion'],
  attributes: ['CreationTimestamp', 'DnsEntries', 'Id', 'NetworkInterfaceIds'],
  mutable: ['PolicyDocument', 'PrivateDnsEnabled', 'RouteTableIds', 'SecurityGroupIds', 'SubnetIds', 'Tags'],
  frozen: ['IpAddressType'],
  create: async ({ PolicyDocument, Tags, ...properties }, context) => {
    const { VpcEndpoint: made } = await context.api.call('ec2', CreateVpcEndpointCommand, {
      ...properties,
      // "If VpcEndpointType is not specified, the default is Gateway" (template reference, AWS::EC2::VPCEndpoint).
      VpcEndpointType: properties.VpcEndpointType ?? 'Gateway',
      ...(PolicyDocument === undefined ? {} : { PolicyDocument: documentText(PolicyDocument) }),
      TagSpecifications: tagSpecifications(context, 'vpc-endpoint', Tags),
    });
    return endpointCreated(returned(made, 'VpcEndpoint'));
  },
  update: async ({ current, before, after }, context) => {
    const tables = difference(before.RouteTableIds, after.RouteTableIds);
    const groups = difference(before.SecurityGroupIds, after.SecurityGroupIds);
    const subnets = difference(before.SubnetIds, after.SubnetIds);
    const policy = sameJson(before.PolicyDocument, after.PolicyDocument)
      ? {}
      : after.PolicyDocument === undefined
        ? { ResetPolicy: true }
        : { PolicyDocument: documentText(after.PolicyDocument) };
    const change = {
      ...policy,
      ...(before.PrivateDnsEnabled === after.PrivateDnsEnabled
        ? {}
        : { PrivateDnsEnabled: after.PrivateDnsEnabled ?? false }),
      ...given('AddRouteTableIds', tables.added),
      ...given('RemoveRouteTableIds', tables.removed),
      ...given('AddSecurityGroupIds', groups.added),
      ...given('RemoveSecurityGroupIds', groups.removed),
      ...given('AddSubnetIds', subnets.added),
      ...given('RemoveSubnetIds', subnets.removed),
    };
    if (Object.keys(change).length > 0)
      await context.api.call('ec2', ModifyVpcEndpointCommand, {
        VpcEndpointId: current.physicalId,
        ...change,
      });
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    const { Unsuccessful } = await api.call('ec2', DeleteVpcEndpointsCommand, {
      VpcEndpointIds: [physicalId],
    });
    refuse(Unsuccessful);
  },
});

function endpointCreated(made: VpcEndpoint): Created {
  const id = returned(made.VpcEndpointId, 'VpcEndpointId');
  return {
    physicalId: id,
    attributes: {
      Id: id,
      CreationTimestamp: made.CreationTimestamp?.toISOString() ?? '',
      DnsEntries: (made.DnsEntries ?? []).map(
        ({ HostedZoneId, DnsName }) => `${HostedZoneId ?? ''}:${DnsName ?? ''}`,
      ),
      NetworkInterfaceIds: made.NetworkInterfaceIds ?? [],
    },
  };
}

function difference(before: readonly string[] = [], after: readonly string[] = []) {
  return {
    added: after.filter((id) => !before.includes(id)),
    removed: before.filter((id) => !after.includes(id)),
  };
}

function given<N extends string>(name: N, ids: string[]): Partial<Record<N, string[]>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key is typed as any string
  return ids.length === 0 ? {} : ({ [name]: ids } as Partial<Record<N, string[]>>);
}

interface Refusal {
  readonly ResourceId?: string | undefined;
  readonly Error?: { readonly Code?: string | undefined; readonly Message?: string | undefined } | undefined;
}

/** Calls for many resources answer with what they could not do instead of failing. */
function refuse(unsuccessful: readonly Refusal[] | undefined): void {
  const [first] = unsuccessful ?? [];
  if (first !== undefined)
    throw new Error(`${first.Error?.Code ?? 'Error'}: ${first.Error?.Message ?? first.ResourceId ?? ''}`);
}

const prefixList = provider({
  type: 'AWS::EC2::PrefixList',
  properties: {
    AddressFamily: required(oneOf('IPv4', 'IPv6')),
    PrefixListName: required(text),
    MaxEntries: integer,
    Entries: list(object({ Cidr: required(text), Description: text })),
    Tags: tagList,
  },
  attributes: ['Arn', 'OwnerId', 'PrefixListId', 'Version'],
  mutable: ['Entries', 'MaxEntries', 'PrefixListName', 'Tags'],
  frozen: ['AddressFamily'],
  create: async ({ Tags, MaxEntries, ...properties }, context) => {
    const { PrefixList } = await context.api.call('ec2', CreateManagedPrefixListCommand, {
      ...properties,
      MaxEntries: MaxEntries ?? properties.Entries?.length ?? 1,
      TagSpecifications: tagSpecifications(context, 'prefix-list', Tags),
    });
    const made = returned(PrefixList, 'PrefixList');
    const id = returned(made.PrefixListId, 'PrefixListId');
    return {
      physicalId: id,
      attributes: {
        PrefixListId: id,
        Arn: returned(made.PrefixListArn, 'PrefixListArn'),
        OwnerId: returned(made.OwnerId, 'OwnerId'),
        Version: made.Version ?? 1,
      },
    };
  },
  update: async ({ current, before, after }, context) => {
    const id = current.physicalId;
    const added = (after.Entries ?? []).filter(
      (entry) => !(before.Entries ?? []).some((other) => sameJson(entry, other)),
    );
    const removed = (before.Entries ?? []).filter(
      ({ Cidr }) => !(after.Entries ?? []).some((other) => other.Cidr === Cidr),
    );
    const { PrefixLists } = await context.api.call('ec2', DescribeManagedPrefixListsCommand, {
      PrefixListIds: [id],
    });
    // AWS changes either the size or the entries in one call (EC2 API reference, ModifyManagedPrefixList).
    if (after.MaxEntries !== undefined && after.MaxEntries !== before.MaxEntries)
      await context.api.call('ec2', ModifyManagedPrefixListCommand, {
        PrefixListId: id,
        MaxEntries: after.MaxEntries,
      });
    if (added.length + removed.length > 0 || after.PrefixListName !== before.PrefixListName)
      await context.api.call('ec2', ModifyManagedPrefixListCommand, {
        PrefixListId: id,
        PrefixListName: after.PrefixListName,
        CurrentVersion: PrefixLists?.[0]?.Version,
        AddEntries: added,
        RemoveEntries: removed.map(({ Cidr }) => ({ Cidr })),
      });
    await updateTags(context, { id, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('ec2', DeleteManagedPrefixListCommand, { PrefixListId: physicalId });
  },
});

const flowLog = provider({
  type: 'AWS::EC2::FlowLog',
  properties: {
    ResourceId: required(text),
    ResourceType: required(
      oneOf(
        'NetworkInterface',
        'Subnet',
        'VPC',
        'TransitGateway',
        'TransitGatewayAttachment',
        'RegionalNatGateway',
      ),
    ),
    TrafficType: oneOf('ACCEPT', 'REJECT', 'ALL'),
    LogDestinationType: oneOf('cloud-watch-logs', 's3', 'kinesis-data-firehose'),
    LogDestination: text,
    LogGroupName: text,
    LogFormat: text,
    DeliverLogsPermissionArn: text,
    DeliverCrossAccountRole: text,
    MaxAggregationInterval: integer,
    DestinationOptions: object({
      FileFormat: oneOf('plain-text', 'parquet'),
      HiveCompatiblePartitions: flag,
      PerHourPartition: flag,
    }),
    Tags: tagList,
  },
  attributes: ['Id'],
  mutable: ['Tags'],
  create: async ({ ResourceId, Tags, ...properties }, context) => {
    const { FlowLogIds, Unsuccessful } = await context.api.call('ec2', CreateFlowLogsCommand, {
      ...properties,
      ResourceIds: [ResourceId],
      TagSpecifications: [{ ResourceType: 'vpc-flow-log', Tags: resourceTags(context, Tags) }],
    });
    refuse(Unsuccessful);
    const id = returned(FlowLogIds?.[0], 'FlowLogIds');
    return { physicalId: id, attributes: { Id: id } };
  },
  update: async ({ current, before, after }, context) => {
    await updateTags(context, { id: current.physicalId, before: before.Tags, after: after.Tags });
    return current;
  },
  remove: async ({ physicalId }, { api }) => {
    const { Unsuccessful } = await api.call('ec2', DeleteFlowLogsCommand, { FlowLogIds: [physicalId] });
    refuse(Unsuccessful);
  },
});

export const ec2EndpointProviders: readonly Provider[] = [vpcEndpoint, prefixList, flowLog];
