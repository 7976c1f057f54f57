/** The ARNs of what the verified network consists of, by kind, as IAM compares them with a policy's Resource. */
import type { SectionValues, Snapshot } from '../../snapshot/snapshot';
import { returned, sectionValue } from '../../snapshot/snapshot';
import { studioDomains } from '../studio';
import { NO_RESOURCE } from './evaluation';
import type { Caller } from './execution-role';
import { arnOf } from './execution-role';

interface Kind {
  /** A pattern of every ARN of this kind in the account: who may do nothing to any of these needs no further look. */
  readonly every: (caller: Caller) => string;
  /** Those of this network. Throws NotKnown when they were not read. */
  readonly ours: (caller: Caller, snapshot: Snapshot) => readonly string[];
}

/**
 * Facts: service authorization reference, "Resource types" of Amazon EC2, AWS Network Firewall, Amazon CloudWatch Logs,
 * Amazon Route 53 Resolver, Amazon SageMaker AI, AWS IAM, Amazon S3, Amazon Data Firehose; CloudWatch Logs user guide,
 * "Overview of managing access permissions": a policy's ARN of a log group ends in `:*`. MEMORY: the request's ends in
 * `:log-stream:`.
 */
const KINDS = {
  none: { every: () => NO_RESOURCE, ours: () => [NO_RESOURCE] },
  vpc: ec2('vpc', ({ target }) => [target.vpcId]),
  subnet: ec2('subnet', (snapshot) => sectionValue(snapshot, 'subnets').map(({ SubnetId }) => SubnetId)),
  'route-table': ec2('route-table', (snapshot) =>
    sectionValue(snapshot, 'routeTables').map(({ RouteTableId }) => RouteTableId),
  ),
  'prefix-list': ec2('prefix-list', (snapshot) =>
    sectionValue(snapshot, 'managedPrefixLists')
      .filter(({ PrefixList }) => PrefixList.OwnerId !== 'AWS')
      .map(({ PrefixList }) => PrefixList.PrefixListId),
  ),
  'tgw-route-table': ec2('transit-gateway-route-table', (snapshot) =>
    sectionValue(snapshot, 'transitGatewayTables').map(
      ({ TransitGatewayRouteTable: table }) => table.TransitGatewayRouteTableId,
    ),
  ),
  'tgw-attachment': ec2('transit-gateway-attachment', (snapshot) =>
    sectionValue(snapshot, 'transitGatewayVpcAttachments').map(
      ({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId,
    ),
  ),
  'internet-gateway': ec2('internet-gateway', (snapshot) =>
    sectionValue(snapshot, 'internetGateways').map(({ InternetGatewayId }) => InternetGatewayId),
  ),
  natgateway: ec2('natgateway', (snapshot) =>
    sectionValue(snapshot, 'natGateways').map(({ NatGatewayId }) => NatGatewayId),
  ),
  'network-interface': ec2('network-interface', (snapshot) =>
    sectionValue(snapshot, 'networkInterfaces').map(({ NetworkInterfaceId }) => NetworkInterfaceId),
  ),
  'vpc-endpoint': ec2('vpc-endpoint', (snapshot) =>
    sectionValue(snapshot, 'vpcEndpoints').map(({ VpcEndpointId }) => VpcEndpointId),
  ),
  'security-group': ec2('security-group', (snapshot) =>
    sectionValue(snapshot, 'securityGroups').map(({ GroupId }) => GroupId),
  ),
  'network-acl': ec2('network-acl', (snapshot) =>
    sectionValue(snapshot, 'networkAcls').map(({ NetworkAclId }) => NetworkAclId),
  ),
  instance: ec2('instance', (snapshot) =>
    sectionValue(snapshot, 'instances').map(({ InstanceId }) => InstanceId),
  ),
  'vpc-flow-log': ec2('vpc-flow-log', (snapshot) =>
    sectionValue(snapshot, 'flowLogs').map(({ FlowLogId }) => FlowLogId),
  ),
  'public-access-exclusion': ec2('vpc-block-public-access-exclusion', (snapshot) =>
    sectionValue(snapshot, 'vpcBlockPublicAccessExclusions').map(({ ExclusionId }) => ExclusionId),
  ),
  firewall: {
    every: regional('network-firewall', 'firewall/?*'),
    ours: (_, snapshot) =>
      sectionValue(snapshot, 'firewalls').map(({ Firewall }) =>
        returned(Firewall?.FirewallArn, 'FirewallArn of a firewall'),
      ),
  },
  'firewall-policy': {
    every: regional('network-firewall', 'firewall-policy/?*'),
    ours: (_, snapshot) =>
      sectionValue(snapshot, 'firewallPolicies').map(({ FirewallPolicyResponse }) =>
        returned(FirewallPolicyResponse?.FirewallPolicyArn, 'FirewallPolicyArn of a firewall policy'),
      ),
  },
  'tls-configuration': {
    every: regional('network-firewall', 'tls-configuration/?*'),
    ours: (_, snapshot) =>
      sectionValue(snapshot, 'firewallPolicies').flatMap(
        ({ FirewallPolicy: policy }) => policy?.TLSInspectionConfigurationArn ?? [],
      ),
  },
  'endpoint-association': {
    every: regional('network-firewall', 'vpc-endpoint-association/?*'),
    ours: (_, snapshot) =>
      sectionValue(snapshot, 'vpcEndpointAssociations').map(({ VpcEndpointAssociation: association }) =>
        returned(association?.VpcEndpointAssociationArn, 'VpcEndpointAssociationArn'),
      ),
  },
  'rule-group': {
    every: regional('network-firewall', '*-rulegroup/?*'),
    ours: (_, snapshot) =>
      sectionValue(snapshot, 'ruleGroups').map(({ RuleGroupResponse }) =>
        returned(RuleGroupResponse?.RuleGroupArn, 'RuleGroupArn of a rule group'),
      ),
  },
  'log-group': {
    every: regional('logs', 'log-group:?*:log-stream:'),
    ours: (caller, snapshot) =>
      destinations(snapshot).logGroups.map((name) => arnOf(caller, 'logs', `log-group:${name}:log-stream:`)),
  },
  'log-key': {
    every: regional('kms', 'key/?*'),
    ours: (_, snapshot) => sectionValue(snapshot, 'logGroups').flatMap(({ kmsKeyId }) => kmsKeyId ?? []),
  },
  'log-bucket': {
    every: ({ partition }) => `arn:${partition}:s3:::?*`,
    ours: ({ partition }, snapshot) =>
      destinations(snapshot).buckets.map((name) => `arn:${partition}:s3:::${name}`),
  },
  'log-object': {
    every: ({ partition }) => `arn:${partition}:s3:::?*/?*`,
    ours: ({ partition }, snapshot) =>
      destinations(snapshot).buckets.map((name) => `arn:${partition}:s3:::${name}/?*`),
  },
  'log-stream': {
    every: regional('firehose', 'deliverystream/?*'),
    ours: (caller, snapshot) =>
      destinations(snapshot).streams.map((name) => arnOf(caller, 'firehose', `deliverystream/${name}`)),
  },
  'dns-association': {
    every: regional('route53resolver', 'firewall-rule-group-association/?*'),
    ours: (caller, snapshot) =>
      sectionValue(snapshot, 'resolverFirewall').associations.map(
        ({ Arn, Id }) => Arn ?? arnOf(caller, 'route53resolver', `firewall-rule-group-association/${Id}`),
      ),
  },
  'new-dns-association': anywhere(regional('route53resolver', 'firewall-rule-group-association/?*')),
  'dns-rule-group': {
    every: regional('route53resolver', 'firewall-rule-group/?*'),
    ours: (caller, snapshot) =>
      sectionValue(snapshot, 'resolverFirewall').ruleGroups.map(({ FirewallRuleGroupId }) =>
        arnOf(caller, 'route53resolver', `firewall-rule-group/${FirewallRuleGroupId}`),
      ),
  },
  'dns-domain-list': {
    every: regional('route53resolver', 'firewall-domain-list/?*'),
    ours: (caller, snapshot) =>
      sectionValue(snapshot, 'resolverFirewall')
        .ruleGroups.flatMap(({ domains }) => Object.keys(domains))
        .map((id) => arnOf(caller, 'route53resolver', `firewall-domain-list/${id}`)),
  },
  'dns-config': {
    every: regional('route53resolver', 'firewall-config/?*'),
    // Its id is not the VPC's, and is not always returned.
    ours: (caller, snapshot) => [
      arnOf(
        caller,
        'route53resolver',
        `firewall-config/${sectionValue(snapshot, 'resolverFirewall').config.Id ?? '?*'}`,
      ),
    ],
  },
  'resolver-rule': anywhere(regional('route53resolver', 'resolver-rule/?*')),
  domain: {
    every: regional('sagemaker', 'domain/?*'),
    ours: (caller, snapshot) =>
      studioDomains(snapshot).map(({ DomainId }) => arnOf(caller, 'sagemaker', `domain/${DomainId}`)),
  },
  'new-domain': anywhere(regional('sagemaker', 'domain/?*')),
  'user-profile': {
    every: regional('sagemaker', 'user-profile/?*/?*'),
    ours: (caller, snapshot) =>
      studioDomains(snapshot).map(({ DomainId }) =>
        arnOf(caller, 'sagemaker', `user-profile/${DomainId}/?*`),
      ),
  },
  'own-role': anywhere(({ role }) => role.RoleArn),
  'own-policy': {
    every: ({ partition, account }) => `arn:${partition}:iam::${account}:policy/?*`,
    ours: ({ role }) =>
      [...role.policies, ...(role.permissionsBoundary === null ? [] : [role.permissionsBoundary])]
        .map(({ source }) => source)
        .filter((source) => source.startsWith('arn:') && !source.includes(':iam::aws:policy/')),
  },
} satisfies Record<string, Kind>;

export type ResourceKind = keyof typeof KINDS;

/** The kind's own ARNs in this network, and the pattern of all of them. */
export function resourceKind(kind: ResourceKind): Kind {
  return KINDS[kind];
}

function ec2(type: string, idsOf: (snapshot: Snapshot) => readonly (string | undefined)[]): Kind {
  return {
    every: regional('ec2', `${type}/?*`),
    ours: (caller, snapshot) =>
      idsOf(snapshot).map((id) => arnOf(caller, 'ec2', `${type}/${returned(id, `the id of a ${type}`)}`)),
  };
}

function regional(service: string, resource: string): Kind['every'] {
  return (caller) => arnOf(caller, service, resource);
}

/** What the caller may choose, or has: there is nothing to look up. */
function anywhere(every: Kind['every']): Kind {
  return { every, ours: (caller) => [every(caller)] };
}

interface Destinations {
  readonly logGroups: readonly string[];
  readonly buckets: readonly string[];
  readonly streams: readonly string[];
}

/** Where the firewall's logs and the flow logs go. */
function destinations(snapshot: Snapshot): Destinations {
  const ofFirewalls = sectionValue(snapshot, 'loggingConfigurations').flatMap(
    ({ LoggingConfiguration: configuration }) => configuration?.LogDestinationConfigs ?? [],
  );
  const named = (name: string) => ofFirewalls.flatMap(({ LogDestination }) => LogDestination?.[name] ?? []);
  const flowLogs = sectionValue(snapshot, 'flowLogs');
  return {
    logGroups: distinct([
      ...named('logGroup'),
      ...flowLogs.flatMap(({ LogGroupName }) => LogGroupName ?? []),
    ]),
    buckets: distinct([
      ...named('bucketName'),
      ...flowLogs.flatMap((log) => partOf(log, /^arn:[a-z-]+:s3:::([^/]+)/)),
    ]),
    streams: distinct([
      ...named('deliveryStream'),
      ...flowLogs.flatMap((log) => partOf(log, /^arn:[^:]+:firehose:[^:]*:[^:]*:deliverystream\/(.+)$/)),
    ]),
  };
}

function partOf({ LogDestination }: SectionValues['flowLogs'][number], form: RegExp): readonly string[] {
  const part = form.exec(LogDestination ?? '')?.[1];
  return part === undefined ? [] : [part];
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
