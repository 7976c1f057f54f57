/** The IAM policy that a run needs, limited to a target's own resources where they are known and IAM can tell them apart. */
import { PERMISSIONS, type Permission, type Purpose, type Scope } from './iam-actions';
import type { Section, Snapshot } from './snapshot';

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface IamPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export type Vantage = 'probe-host' | 'processing-job' | 'none';

/** What a run from a vantage point calls for: a run without probes reads no log either. */
export function purposesOf(vantage: Vantage, further: readonly Purpose[] = []): readonly Purpose[] {
  const ofRun: readonly Purpose[] =
    vantage === 'none' ? ['reading'] : ['reading', vantage, 'log', 'log-in-s3'];
  return [...new Set([...ofRun, ...further])];
}

/** The tag by which probes may be sent to a host, and its values: the same that the hosts are found by. */
const ROLE_TAG = 'studio-egress:role';
const ROLES = ['probe-host', 'control-host'];

/**
 * The policy for these purposes. Without a snapshot it names no resource of an account, and holds for every target of the
 * partition. A section that could not be read limits nothing.
 */
export function verifierPolicy(
  purposes: readonly Purpose[],
  target: Snapshot | null,
  partition = partitionOf(target),
): IamPolicy {
  const asked = PERMISSIONS.filter(({ purpose }) => purposes.includes(purpose));
  const where: Where = { target, partition };
  return {
    Version: '2012-10-17',
    Statement: [...groups(asked)].flatMap(([sid, permissions]) => statements(sid, permissions, where)),
  };
}

interface Where {
  readonly target: Snapshot | null;
  readonly partition: string;
}

/** One statement for each purpose, service and scope. */
function groups(permissions: readonly Permission[]): Map<string, Permission[]> {
  const found = new Map<string, Permission[]>();
  for (const permission of permissions) {
    const { purpose, scope, action } = permission;
    const service = action.slice(0, action.indexOf(':'));
    const parts = [purpose === 'reading' ? 'read' : purpose, service, scope === 'anything' ? '' : scope];
    const sid = parts
      .flatMap((part) => part.split('-'))
      .map(capital)
      .join('');
    found.set(sid, [...(found.get(sid) ?? []), permission]);
  }
  return found;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function statements(Sid: string, permissions: readonly Permission[], where: Where): PolicyStatement[] {
  const [first] = permissions;
  if (first === undefined) return [];
  const Action = [...new Set(permissions.map(({ action }) => action))].sort();
  const statement = { Sid, Effect: 'Allow', Action, Resource: ARNS[first.scope](where) } as const;
  const condition = CONDITIONS[first.scope];
  const own = condition === undefined ? statement : { ...statement, Condition: condition };
  if (first.scope !== 'probe-host') return [own];
  // The document is tagged by nobody, so what limits the hosts must not be asked of it.
  const document = `arn:${where.partition}:ssm:${regionOf(where)}::document/AWS-RunShellScript`;
  return [own, { ...statement, Sid: `${Sid}Document`, Resource: [document] }];
}

/** Systems Manager user guide, "Restricting access based on tags"; KMS developer guide, `kms:ViaService`. */
const CONDITIONS: Partial<Record<Scope, PolicyStatement['Condition']>> = {
  'probe-host': { StringEquals: { [`ssm:resourceTag/${ROLE_TAG}`]: ROLES } },
  'passed-role': { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  'bucket-key': { StringLike: { 'kms:ViaService': ['s3.*.amazonaws.com', 's3.*.amazonaws.com.cn'] } },
};

const ARNS: Readonly<Record<Scope, (where: Where) => readonly string[]>> = {
  anything: () => ['*'],
  stack: stacks,
  vpc: (where) => [arn(where, 'ec2', `vpc/${where.target?.target.vpcId ?? '*'}`, '*')],
  // Of other accounts as well, which share them, or of AWS.
  'prefix-list': (where) => [arn(where, 'ec2', 'prefix-list/*', '*')],
  'transit-gateway-route-table': (where) => [arn(where, 'ec2', 'transit-gateway-route-table/*', '*')],
  firewall: (where) =>
    ['firewall/*', 'firewall-policy/*', '*-rulegroup/*', 'vpc-endpoint-association/*'].map((name) =>
      arn(where, 'network-firewall', name, '*'),
    ),
  'resolver-firewall': (where) => [arn(where, 'route53resolver', 'firewall-*', '*')],
  domain: (where) => [arn(where, 'sagemaker', 'domain/*')],
  'user-profile': (where) => [arn(where, 'sagemaker', 'user-profile/*')],
  space: (where) => [arn(where, 'sagemaker', 'space/*')],
  'notebook-instance': (where) => [arn(where, 'sagemaker', 'notebook-instance/*')],
  'processing-job': (where) => [arn(where, 'sagemaker', 'processing-job/studio-egress-*')],
  'log-group': logGroups,
  role: roles,
  'passed-role': roles,
  policy: (where) =>
    [accountOf(where), 'aws'].map((owner) => `arn:${where.partition}:iam::${owner}:policy/*`),
  bucket: buckets,
  // Where the delivery service puts them, below whatever prefix (Network Firewall developer guide, "Amazon S3").
  'log-object': (where) => buckets(where).map((bucket) => `${bucket}/*AWSLogs/*`),
  'bucket-key': (where) => [arn(where, 'kms', 'key/*')],
  'signing-key': (where) => [arn(where, 'kms', 'key/*')],
  'probe-host': (where) => [arn(where, 'ec2', 'instance/*'), arn(where, 'ssm', 'managed-instance/*')],
};

function stacks(where: Where): readonly string[] {
  const stack = where.target?.target.stack ?? null;
  if (stack === null) return [arn(where, 'cloudformation', 'stack/*')];
  if (stack.startsWith('arn:')) return [stack];
  // Nested stacks are called after the stack around them (CloudFormation user guide, "Nested stacks").
  return [`stack/${stack}/*`, `stack/${stack}-*`].map((name) => arn(where, 'cloudformation', name));
}

function roles(where: Where): readonly string[] {
  const found = read(where.target?.sections.executionRoles)?.map(({ RoleArn }) => RoleArn) ?? [];
  return found.length > 0 ? found : [`arn:${where.partition}:iam::${accountOf(where)}:role/*`];
}

/** The firewall's log groups, and the one that processing jobs write to. */
function logGroups(where: Where): readonly string[] {
  const found = (read(where.target?.sections.logGroups) ?? []).flatMap(
    ({ logGroupName }) => logGroupName ?? [],
  );
  const names = found.length > 0 ? [...found, '/aws/sagemaker/ProcessingJobs'] : ['*'];
  // Service Authorization Reference, CloudWatch Logs: a log group's ARN ends in `:*` where its streams are meant.
  return names.map((name) => arn(where, 'logs', `log-group:${name}:*`));
}

function buckets(where: Where): readonly string[] {
  const found = (read(where.target?.sections.logBuckets) ?? []).map(({ Bucket }) => Bucket);
  return (found.length > 0 ? found : ['*']).map((name) => `arn:${where.partition}:s3:::${name}`);
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

function partitionOf(target: Snapshot | null): string {
  const identity = read(target?.sections.callerIdentity);
  return identity?.Arn.split(':')[1] ?? 'aws';
}
