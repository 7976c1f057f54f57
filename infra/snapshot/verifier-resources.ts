/** The resources that a run touches, as IAM's ARNs: those of a target where it is known which, any of the kind otherwise. */
import type { Scope } from './iam-actions';
import type { Section, Snapshot } from './snapshot';

export interface Where {
  /** Null for any. */
  readonly target: Snapshot | null;
  readonly partition: string;
  /** The role of processing jobs, where it is not the domain's. */
  readonly jobRoleArn: string | null;
}

/** What a statement of this scope is limited to; nothing where the target has no such resource. */
export function arnsOf(scope: Scope, where: Where): readonly string[] {
  return ARNS[scope](where);
}

/** The document that commands run; it is AWS's, which no account stands for. */
export function commandDocument(where: Where): string {
  return arn(where, 'ssm', 'document/AWS-RunShellScript', '');
}

const ARNS: Readonly<Record<Scope, (where: Where) => readonly string[]>> = {
  anything: () => ['*'],
  stack: stacks,
  vpc: (where) => [arn(where, 'ec2', `vpc/${where.target?.target.vpcId ?? '*'}`, '*')],
  // Of other accounts as well, which share them, or of AWS.
  'prefix-list': (where) => [arn(where, 'ec2', 'prefix-list/*', '*')],
  'transit-gateway-route-table': (where) => [arn(where, 'ec2', 'transit-gateway-route-table/*', '*')],
  // DescribeFirewallPolicy asks for what the policy names as well: its rule groups and TLS inspection.
  firewall: (where) =>
    [
      'firewall/*',
      'firewall-policy/*',
      '*-rulegroup/*',
      'tls-configuration/*',
      'vpc-endpoint-association/*',
    ].map((name) => arn(where, 'network-firewall', name, '*')),
  'flushed-firewall': flushedFirewalls,
  'resolver-firewall': (where) => [arn(where, 'route53resolver', 'firewall-*', '*')],
  domain: (where) => [arn(where, 'sagemaker', 'domain/*')],
  'user-profile': (where) => [arn(where, 'sagemaker', 'user-profile/*')],
  space: (where) => [arn(where, 'sagemaker', 'space/*')],
  'notebook-instance': (where) => [arn(where, 'sagemaker', 'notebook-instance/*')],
  'processing-job': (where) => [arn(where, 'sagemaker', 'processing-job/studio-egress-*')],
  'log-group': logGroups,
  'job-log-group': (where) => [logGroup(where, '/aws/sagemaker/ProcessingJobs')],
  role: roles,
  'passed-role': passedRoles,
  policy: (where) =>
    [accountOf(where), 'aws'].map((owner) => `arn:${where.partition}:iam::${owner}:policy/*`),
  bucket: (where) =>
    bucketArns(
      where,
      read(where.target?.sections.logBuckets)?.map(({ Bucket }) => Bucket),
    ),
  'log-bucket': logBuckets,
  // Where the delivery service puts them, below whatever prefix (Network Firewall developer guide, "Amazon S3").
  'log-object': (where) => logBuckets(where).map((bucket) => `${bucket}/*AWSLogs/*`),
  // A bucket's key may be another account's, and is of the bucket's Region.
  'bucket-key': (where) => (logBuckets(where).length === 0 ? [] : [`arn:${where.partition}:kms:*:*:key/*`]),
  'signing-key': (where) => [arn(where, 'kms', 'key/*')],
  // EC2 instances, and hosts elsewhere that were registered with Systems Manager (`mi-…`).
  'probe-host': hosts,
  'control-host': hosts,
  // Security Hub user guide, "BatchImportFindings": findings of one's own are of the account's default product.
  'own-product': (where) => [arn(where, 'securityhub', `product/${accountOf(where)}/default`)],
};

function hosts(where: Where): readonly string[] {
  return [arn(where, 'ec2', 'instance/*'), arn(where, 'ssm', 'managed-instance/*')];
}

function stacks(where: Where): readonly string[] {
  const stack = where.target?.target.stack ?? null;
  if (stack === null) return [arn(where, 'cloudformation', 'stack/*')];
  // Nested stacks are called after the stack around them (CloudFormation user guide, "Nested stacks").
  const [, name = stack] = /^arn:[^/]*:stack\/([^/]+)/.exec(stack) ?? [];
  return [`stack/${name}/*`, `stack/${name}-*`].map((path) => arn(where, 'cloudformation', path));
}

function roles(where: Where): readonly string[] {
  const found = read(where.target?.sections.executionRoles)?.map(({ RoleArn }) => RoleArn);
  return found ?? [`arn:${where.partition}:iam::${accountOf(where)}:role/*`];
}

/** The role that jobs run with, as the vantage point takes it: the domain's, where no other is named. */
function passedRoles(where: Where): readonly string[] {
  const { target, jobRoleArn } = where;
  if (jobRoleArn !== null) return [jobRoleArn];
  const found = read(target?.sections.domains)
    ?.filter(({ DomainId, VpcId }) =>
      target?.target.domainId == null ? VpcId === target?.target.vpcId : DomainId === target.target.domainId,
    )
    .flatMap(({ DefaultUserSettings }) => DefaultUserSettings?.ExecutionRole ?? []);
  return found ?? roles(where);
}

/** Also those of other accounts, which have an endpoint in the VPC. */
function flushedFirewalls(where: Where): readonly string[] {
  const own = read(where.target?.sections.firewalls)?.map(({ Firewall }) => Firewall?.FirewallArn);
  const associated = read(where.target?.sections.vpcEndpointAssociations)?.map(
    ({ VpcEndpointAssociation: one }) => one?.FirewallArn,
  );
  const found = own === undefined || associated === undefined ? null : [...own, ...associated];
  if (found === null || found.includes(undefined)) return [arn(where, 'network-firewall', 'firewall/*', '*')];
  return [...new Set(found.flatMap((one) => one ?? []))];
}

/** Where the firewalls write their records of one kind; null where that could not be read. */
function logDestinations({ target }: Where, kind: string, key: string): readonly string[] | null {
  const configurations = read(target?.sections.loggingConfigurations);
  if (configurations === null) return null;
  const found = configurations
    .flatMap(({ LoggingConfiguration: one }) => one?.LogDestinationConfigs ?? [])
    .filter(({ LogDestinationType }) => LogDestinationType === kind)
    .flatMap(({ LogDestination }) => LogDestination?.[key] ?? []);
  return [...new Set(found)].sort();
}

function logGroups(where: Where): readonly string[] {
  const names = logDestinations(where, 'CloudWatchLogs', 'logGroup') ?? ['*'];
  return names.map((name) => logGroup(where, name));
}

/** Service Authorization Reference, CloudWatch Logs: a log group's ARN ends in `:*` where its streams are meant. */
function logGroup(where: Where, name: string): string {
  return arn(where, 'logs', `log-group:${name}:*`);
}

function logBuckets(where: Where): readonly string[] {
  return bucketArns(where, logDestinations(where, 'S3', 'bucketName'));
}

function bucketArns({ partition }: Where, names: readonly string[] | null | undefined): readonly string[] {
  return (names ?? ['*']).map((name) => `arn:${partition}:s3:::${name}`);
}

function read<T>(section: Section<T> | undefined): T | null {
  return section?.status === 'read' ? section.value : null;
}

function arn(where: Where, service: string, resource: string, account = accountOf(where)): string {
  return `arn:${where.partition}:${service}:${regionOf(where)}:${account}:${resource}`;
}

function regionOf({ target }: Where): string {
  return target?.target.region ?? '*';
}

function accountOf({ target }: Where): string {
  return target?.target.account ?? '*';
}

/** As the caller's own ARN has it; where that is not known, the Region's (AWS General Reference, "Partitions"). */
export function partitionOf(target: Snapshot | null): string {
  const identity = read(target?.sections.callerIdentity);
  const region = target?.target.region ?? '';
  const ofRegion = /^(cn|us-gov)-/.exec(region)?.[1];
  return identity?.Arn.split(':')[1] ?? (ofRegion === undefined ? 'aws' : `aws-${ofRegion}`);
}
