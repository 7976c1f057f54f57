/** AWS::NetworkFirewall: firewalls, their logging, and their endpoints in other subnets. */
import {
  AssociateFirewallPolicyCommand,
  AssociateSubnetsCommand,
  CreateFirewallCommand,
  CreateVpcEndpointAssociationCommand,
  DeleteFirewallCommand,
  DeleteVpcEndpointAssociationCommand,
  DescribeFirewallCommand,
  DescribeLoggingConfigurationCommand,
  DisassociateSubnetsCommand,
  type LogDestinationConfig,
  UpdateFirewallDeleteProtectionCommand,
  UpdateFirewallDescriptionCommand,
  UpdateFirewallPolicyChangeProtectionCommand,
  UpdateLoggingConfigurationCommand,
  UpdateSubnetChangeProtectionCommand,
} from '@aws-sdk/client-network-firewall';
import { flag, list, oneOf, required, text } from '../property-shape';
import { loggingConfigurationShape, subnetMapping } from './network-firewall-shapes';
import {
  type Created,
  provider,
  type Provider,
  type ResourceContext,
  resourceTags,
  returned,
  sameJson,
  tagList,
} from './provider';

const firewall = provider({
  type: 'AWS::NetworkFirewall::Firewall',
  properties: {
    FirewallName: required(text),
    FirewallPolicyArn: required(text),
    VpcId: required(text),
    SubnetMappings: required(list(subnetMapping)),
    DeleteProtection: flag,
    FirewallPolicyChangeProtection: flag,
    SubnetChangeProtection: flag,
    Description: text,
    EnabledAnalysisTypes: list(oneOf('TLS_SNI', 'HTTP_HOST')),
    Tags: tagList,
  },
  notCarried: ['AvailabilityZoneChangeProtection', 'AvailabilityZoneMappings', 'TransitGatewayId'],
  attributes: ['EndpointIds', 'FirewallArn', 'FirewallId'],
  mutable: [
    'DeleteProtection',
    'Description',
    'FirewallPolicyArn',
    'FirewallPolicyChangeProtection',
    'SubnetChangeProtection',
    'SubnetMappings',
  ],
  frozen: ['EnabledAnalysisTypes', 'Tags'],
  create: async ({ Tags, ...properties }, context) => {
    const { Firewall } = await context.api.call('network-firewall', CreateFirewallCommand, {
      ...properties,
      Tags: resourceTags(context, Tags),
    });
    return firewallCreated(context, returned(Firewall?.FirewallArn, 'FirewallArn'));
  },
  update: async ({ current, before, after }, context) => {
    const { api } = context;
    const FirewallArn = current.physicalId;
    // Protections are lifted before what they guard changes, and set after it.
    if (after.FirewallPolicyChangeProtection !== true)
      await protect(context, FirewallArn, { policyChange: false });
    if (after.SubnetChangeProtection !== true) await protect(context, FirewallArn, { subnetChange: false });
    if (before.FirewallPolicyArn !== after.FirewallPolicyArn)
      await api.call('network-firewall', AssociateFirewallPolicyCommand, {
        FirewallArn,
        FirewallPolicyArn: after.FirewallPolicyArn,
      });
    const added = after.SubnetMappings.filter(
      ({ SubnetId }) => !before.SubnetMappings.some((old) => old.SubnetId === SubnetId),
    );
    const removed = before.SubnetMappings.filter(
      ({ SubnetId }) => !after.SubnetMappings.some((now) => now.SubnetId === SubnetId),
    );
    if (added.length > 0)
      await api.call('network-firewall', AssociateSubnetsCommand, { FirewallArn, SubnetMappings: added });
    if (removed.length > 0)
      await api.call('network-firewall', DisassociateSubnetsCommand, {
        FirewallArn,
        SubnetIds: removed.map(({ SubnetId }) => SubnetId),
      });
    if (before.Description !== after.Description)
      await api.call('network-firewall', UpdateFirewallDescriptionCommand, {
        FirewallArn,
        Description: after.Description,
      });
    await protect(context, FirewallArn, {
      delete: after.DeleteProtection ?? false,
      policyChange: after.FirewallPolicyChangeProtection ?? false,
      subnetChange: after.SubnetChangeProtection ?? false,
    });
    return firewallCreated(context, FirewallArn);
  },
  remove: async ({ physicalId }, context, { rollback }) => {
    if (rollback) await protect(context, physicalId, { delete: false });
    await context.api.call('network-firewall', DeleteFirewallCommand, { FirewallArn: physicalId });
  },
});

interface Protections {
  readonly delete?: boolean;
  readonly policyChange?: boolean;
  readonly subnetChange?: boolean;
}

async function protect(
  { api }: ResourceContext,
  FirewallArn: string,
  protections: Protections,
): Promise<void> {
  const {
    delete: DeleteProtection,
    policyChange: FirewallPolicyChangeProtection,
    subnetChange: SubnetChangeProtection,
  } = protections;
  if (DeleteProtection !== undefined)
    await api.call('network-firewall', UpdateFirewallDeleteProtectionCommand, {
      FirewallArn,
      DeleteProtection,
    });
  if (FirewallPolicyChangeProtection !== undefined)
    await api.call('network-firewall', UpdateFirewallPolicyChangeProtectionCommand, {
      FirewallArn,
      FirewallPolicyChangeProtection,
    });
  if (SubnetChangeProtection !== undefined)
    await api.call('network-firewall', UpdateSubnetChangeProtectionCommand, {
      FirewallArn,
      SubnetChangeProtection,
    });
}

/** EndpointIds are `zone:vpce-…`, one per zone, in no promised order (template reference, AWS::NetworkFirewall::Firewall). */
async function firewallCreated({ api }: ResourceContext, FirewallArn: string): Promise<Created> {
  const { Firewall, FirewallStatus } = await api.call('network-firewall', DescribeFirewallCommand, {
    FirewallArn,
  });
  const endpoints = Object.entries(FirewallStatus?.SyncStates ?? {}).map(
    ([zone, { Attachment }]) => `${zone}:${returned(Attachment?.EndpointId, 'EndpointId')}`,
  );
  return {
    physicalId: FirewallArn,
    attributes: {
      FirewallArn,
      FirewallId: returned(Firewall?.FirewallId, 'FirewallId'),
      EndpointIds: endpoints,
    },
  };
}

const loggingConfiguration = provider({
  type: 'AWS::NetworkFirewall::LoggingConfiguration',
  properties: {
    FirewallArn: required(text),
    FirewallName: text,
    LoggingConfiguration: required(loggingConfigurationShape),
    EnableMonitoringDashboard: flag,
  },
  attributes: [],
  mutable: ['EnableMonitoringDashboard', 'LoggingConfiguration'],
  create: async ({ FirewallArn, LoggingConfiguration, EnableMonitoringDashboard }, context) => {
    const created = { physicalId: FirewallArn, attributes: {} };
    context.made(created);
    await setDestinations(context, {
      FirewallArn,
      wanted: LoggingConfiguration.LogDestinationConfigs,
      EnableMonitoringDashboard,
    });
    return created;
  },
  update: async ({ current, after }, context) => {
    const { FirewallArn, EnableMonitoringDashboard } = after;
    await setDestinations(context, {
      FirewallArn,
      wanted: after.LoggingConfiguration.LogDestinationConfigs,
      EnableMonitoringDashboard,
    });
    return current;
  },
  remove: async ({ physicalId }, context) => {
    await setDestinations(context, { FirewallArn: physicalId, wanted: [] });
  },
});

interface Destinations {
  readonly FirewallArn: string;
  readonly wanted: readonly LogDestinationConfig[];
  readonly EnableMonitoringDashboard?: boolean | undefined;
}

/** One call changes one destination (Network Firewall API reference, UpdateLoggingConfiguration), so there are as many calls as changes. */
async function setDestinations(
  { api }: ResourceContext,
  { FirewallArn, wanted, EnableMonitoringDashboard }: Destinations,
): Promise<void> {
  const { LoggingConfiguration } = await api.call('network-firewall', DescribeLoggingConfigurationCommand, {
    FirewallArn,
  });
  let configs: readonly LogDestinationConfig[] = LoggingConfiguration?.LogDestinationConfigs ?? [];
  const put = async (next: readonly LogDestinationConfig[]) => {
    configs = next;
    await api.call('network-firewall', UpdateLoggingConfigurationCommand, {
      FirewallArn,
      LoggingConfiguration: { LogDestinationConfigs: [...next] },
      EnableMonitoringDashboard,
    });
  };
  for (const old of configs)
    if (!wanted.some((config) => sameJson(config, old)))
      await put(configs.filter((config) => config !== old));
  for (const config of wanted)
    if (!configs.some((old) => sameJson(config, old))) await put([...configs, config]);
}

const vpcEndpointAssociation = provider({
  type: 'AWS::NetworkFirewall::VpcEndpointAssociation',
  properties: {
    FirewallArn: required(text),
    VpcId: required(text),
    SubnetMapping: required(subnetMapping),
    Description: text,
    Tags: tagList,
  },
  attributes: ['EndpointId', 'VpcEndpointAssociationArn', 'VpcEndpointAssociationId'],
  frozen: ['Tags'],
  create: async ({ Tags, ...properties }, context) => {
    const { VpcEndpointAssociation: made, VpcEndpointAssociationStatus: status } = await context.api.call(
      'network-firewall',
      CreateVpcEndpointAssociationCommand,
      { ...properties, Tags: resourceTags(context, Tags) },
    );
    const arn = returned(made?.VpcEndpointAssociationArn, 'VpcEndpointAssociationArn');
    const [attachment] = Object.values(status?.AssociationSyncState ?? {});
    return {
      physicalId: arn,
      attributes: {
        VpcEndpointAssociationArn: arn,
        VpcEndpointAssociationId: returned(made?.VpcEndpointAssociationId, 'VpcEndpointAssociationId'),
        EndpointId: returned(attachment?.Attachment?.EndpointId, 'EndpointId'),
      },
    };
  },
  remove: async ({ physicalId }, { api }) => {
    await api.call('network-firewall', DeleteVpcEndpointAssociationCommand, {
      VpcEndpointAssociationArn: physicalId,
    });
  },
});

export const firewallProviders: readonly Provider[] = [
  firewall,
  loggingConfiguration,
  vpcEndpointAssociation,
];
