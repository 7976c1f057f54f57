/**
 * What AWS asks IAM about a call: the actions, each with its resource and the condition keys that our policies use. Written
 * from the Service Authorization Reference ("Actions, resources, and condition keys" of each service), not from the list that
 * the policies are made of, so that it can contradict them.
 */
import type { ApiCallRecord } from '../infra/lab/aws-api/server';
import type { LabState } from '../infra/lab/state';
import type { Context } from '../infra/model/iam/condition';
import { NO_RESOURCE } from '../infra/model/iam/evaluation';

export interface IamQuestion {
  /** `ec2:DescribeVpcs`. */
  readonly action: string;
  /** An ARN; `NO_RESOURCE` for an action that takes none. */
  readonly resource: string;
  readonly context: Context;
}

export type AskedCall = Pick<ApiCallRecord, 'service' | 'operation' | 'input'>;

/** Throws for an operation that nobody has looked up, or that was called for something that is not there. */
export function askedOfIam(call: AskedCall, state: LabState): readonly IamQuestion[] {
  const name = `${call.service}:${call.operation}`;
  // STS API reference, GetCallerIdentity: no permission is required.
  if (name === 'sts:GetCallerIdentity') return [];
  if (WITHOUT_RESOURCE.test(name)) return [question(name, NO_RESOURCE)];
  const about = ABOUT.find(([names]) => names.split(' ').includes(name))?.[1];
  if (about === undefined) throw new Error(`what IAM is asked about ${name} has not been looked up`);
  return about({ name, state, ...membersOf(call.input) });
}

/** Actions for which the reference has no resource types: they are permitted for everything or not at all. */
const WITHOUT_RESOURCE =
  /^(ec2:(Describe(?!VpcAttribute)\w+|GetTransitGatewayRouteTableAssociations)|sagemaker:List\w+|logs:DescribeLogGroups|route53resolver:ListFirewallRuleGroupAssociations|ssm:(DescribeInstanceInformation|CancelCommand|GetCommandInvocation|ListCommands))$/;

interface Asked {
  readonly name: string;
  readonly state: LabState;
  /** A member of the call's input; throws when it is not there. */
  readonly text: (member: string) => string;
  readonly texts: (member: string) => readonly string[];
}

function membersOf(input: unknown): Pick<Asked, 'text' | 'texts'> {
  const member = (name: string): unknown =>
    typeof input === 'object' && input !== null ? Reflect.get(input, name) : undefined;
  return {
    text: (name) => {
      const value = member(name);
      if (typeof value === 'string' && value !== '') return value;
      throw new Error(`${name} is not in ${JSON.stringify(input)}`);
    },
    texts: (name) => {
      const value = member(name);
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}

/** The keys of our conditions, none of which a request has unless said. */
const NO_KEYS: Context = new Map([
  ['ssm:resourcetag/studio-egress:role', 'absent'],
  ['iam:passedtoservice', 'absent'],
  ['kms:viaservice', 'absent'],
]);

function question(
  action: string,
  resource: string,
  keys: Readonly<Record<string, string>> = {},
): IamQuestion {
  const given = Object.entries(keys).map(([key, value]) => [key, [value]] as const);
  return { action, resource, context: new Map([...NO_KEYS, ...given]) };
}

type About = (asked: Asked) => readonly IamQuestion[];

const arn = ({ state }: Asked, service: string, resource: string, account = state.account): string =>
  `arn:${state.partition}:${service}:${state.region}:${account}:${resource}`;

/** Of one resource, by its whole ARN. */
const on =
  (resource: (asked: Asked) => string): About =>
  (asked) => [question(asked.name, resource(asked))];

/** Of one of the account's own, by the members that name it. */
const own = (service: string, type: string, ...members: readonly string[]): About =>
  on((asked) => arn(asked, service, [type, ...members.map(asked.text)].join('/')));

const onBucket =
  (action: string): About =>
  ({ state, text }) => [question(action, `arn:${state.partition}:s3:::${text('Bucket')}`)];

/** Actions that are not called as their operation, and questions of their own. By operations, as `service:Name`. */
const ABOUT: readonly (readonly [operations: string, about: About])[] = [
  ['cloudformation:DescribeStacks cloudformation:ListStackResources', on(stackArn)],
  [
    'ec2:DescribeVpcAttribute',
    on((asked) => arn(asked, 'ec2', `vpc/${asked.text('VpcId')}`, vpcOwner(asked))),
  ],
  [
    'ec2:GetManagedPrefixListEntries',
    on(({ state, text }) =>
      found(state.managedPrefixLists.get(text('PrefixListId'))?.PrefixList.PrefixListArn),
    ),
  ],
  ['ec2:SearchTransitGatewayRoutes', own('ec2', 'transit-gateway-route-table', 'TransitGatewayRouteTableId')],
  [
    'network-firewall:ListFirewalls',
    (asked) => [question(asked.name, arn(asked, 'network-firewall', 'firewall/*'))],
  ],
  [
    'network-firewall:ListVpcEndpointAssociations',
    (asked) => [question(asked.name, arn(asked, 'network-firewall', 'vpc-endpoint-association/*'))],
  ],
  [
    'network-firewall:DescribeFirewall network-firewall:StartFlowFlush network-firewall:DescribeFlowOperation',
    on(({ text }) => text('FirewallArn')),
  ],
  [
    'network-firewall:DescribeLoggingConfiguration',
    ({ name, text }) => [
      question(name, text('FirewallArn')),
      question('logs:GetLogDelivery', NO_RESOURCE),
      question('logs:ListLogDeliveries', NO_RESOURCE),
    ],
  ],
  ['network-firewall:DescribeFirewallPolicy', firewallPolicy],
  ['network-firewall:DescribeRuleGroup', on(({ text }) => text('RuleGroupArn'))],
  ['network-firewall:DescribeVpcEndpointAssociation', on(({ text }) => text('VpcEndpointAssociationArn'))],
  ['sagemaker:DescribeDomain', own('sagemaker', 'domain', 'DomainId')],
  ['sagemaker:DescribeUserProfile', own('sagemaker', 'user-profile', 'DomainId', 'UserProfileName')],
  ['sagemaker:DescribeSpace', own('sagemaker', 'space', 'DomainId', 'SpaceName')],
  ['sagemaker:DescribeNotebookInstance', own('sagemaker', 'notebook-instance', 'NotebookInstanceName')],
  [
    'sagemaker:DescribeProcessingJob sagemaker:StopProcessingJob',
    own('sagemaker', 'processing-job', 'ProcessingJobName'),
  ],
  ['sagemaker:CreateProcessingJob', newJob],
  [
    'iam:GetRole iam:GetRolePolicy iam:ListAttachedRolePolicies iam:ListRolePolicies',
    on(({ state, text }) => found(state.roles.get(text('RoleName'))?.role.Arn)),
  ],
  ['iam:GetPolicy iam:GetPolicyVersion', on(({ text }) => text('PolicyArn'))],
  ['route53resolver:GetFirewallConfig', resolverConfig],
  [
    'route53resolver:GetFirewallDomainList route53resolver:ListFirewallDomains',
    own('route53resolver', 'firewall-domain-list', 'FirewallDomainListId'),
  ],
  ['route53resolver:ListFirewallRules', own('route53resolver', 'firewall-rule-group', 'FirewallRuleGroupId')],
  ['s3:GetBucketAcl', onBucket('s3:GetBucketAcl')],
  ['s3:GetBucketPolicy', onBucket('s3:GetBucketPolicy')],
  ['s3:GetBucketPolicyStatus', onBucket('s3:GetBucketPolicyStatus')],
  ['s3:GetPublicAccessBlock', onBucket('s3:GetBucketPublicAccessBlock')],
  ['s3:GetBucketEncryption', onBucket('s3:GetEncryptionConfiguration')],
  ['s3:GetBucketLifecycleConfiguration', onBucket('s3:GetLifecycleConfiguration')],
  ['s3:ListObjectsV2', onBucket('s3:ListBucket')],
  ['s3:GetObject', logObject],
  // CloudWatch Logs user guide, "Log group ARN formats": with its streams, of which the call names none.
  [
    'logs:FilterLogEvents',
    on((asked) => arn(asked, 'logs', `log-group:${asked.text('logGroupName')}:log-stream:`)),
  ],
  ['ssm:SendCommand', command],
  ['kms:GetPublicKey kms:Sign', on(({ text }) => text('KeyId'))],
];

function found(value: string | undefined): string {
  if (value === undefined) throw new Error('the call was for something that is not there');
  return value;
}

/** By name or id; the stacks below a stack are called by their ids. */
function stackArn({ state, text }: Asked): string {
  const named = text('StackName');
  const stacks = [...state.stacks.values()].map(({ stack }) => stack);
  return found(stacks.find(({ StackId, StackName }) => StackId === named || StackName === named)?.StackId);
}

function vpcOwner({ state, text }: Asked): string {
  return found(state.vpcs.get(text('VpcId'))?.OwnerId);
}

/** The policy, and the optional types of the action that it names. */
function firewallPolicy({ name, state, text }: Asked): readonly IamQuestion[] {
  const policy = text('FirewallPolicyArn');
  const { FirewallPolicy: named } = state.firewallPolicies.get(policy) ?? {};
  const references = [
    ...(named?.StatefulRuleGroupReferences ?? []),
    ...(named?.StatelessRuleGroupReferences ?? []),
  ].flatMap(({ ResourceArn }) => ResourceArn ?? []);
  return [
    policy,
    ...references,
    ...(named?.TLSInspectionConfigurationArn === undefined ? [] : [named.TLSInspectionConfigurationArn]),
  ].map((resource) => question(name, resource));
}

function newJob(asked: Asked): readonly IamQuestion[] {
  const job = arn(asked, 'sagemaker', `processing-job/${asked.text('ProcessingJobName')}`);
  return [
    question(asked.name, job),
    question('sagemaker:AddTags', job),
    question('iam:PassRole', asked.text('RoleArn'), { 'iam:passedtoservice': 'sagemaker.amazonaws.com' }),
  ];
}

function resolverConfig(asked: Asked): readonly IamQuestion[] {
  const { Id } = asked.state.resolverFirewallConfigs.get(asked.text('ResourceId')) ?? {};
  return [
    question(asked.name, arn(asked, 'route53resolver', `firewall-config/${found(Id)}`)),
    question('ec2:DescribeVpcs', NO_RESOURCE),
  ];
}

/** S3 user guide, "Using server-side encryption with AWS KMS keys": the reader needs kms:Decrypt on the key. */
function logObject({ name, state, text }: Asked): readonly IamQuestion[] {
  const bucket = text('Bucket');
  const [rule] = state.buckets.get(bucket)?.encryption?.Rules ?? [];
  const key = rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  const keys = { 'kms:viaservice': `s3.${state.region}.amazonaws.com` };
  return [
    question(name, `arn:${state.partition}:s3:::${bucket}/${text('Key')}`),
    ...(key === undefined ? [] : [question('kms:Decrypt', key, keys)]),
  ];
}

/** The document, which has no tag, and each host by its own: EC2's of an instance, Systems Manager's of another. */
function command(asked: Asked): readonly IamQuestion[] {
  const { name, state, text, texts } = asked;
  const hosts = texts('InstanceIds').map((id) => {
    const instance = state.instances.get(id);
    const role =
      instance === undefined
        ? state.managedInstances.get(id)?.tags.get('studio-egress:role')
        : instance.Tags?.find(({ Key }) => Key === 'studio-egress:role')?.Value;
    const host = id.startsWith('mi-')
      ? arn(asked, 'ssm', `managed-instance/${id}`)
      : arn(asked, 'ec2', `instance/${id}`);
    return question(name, host, role === undefined ? {} : { 'ssm:resourcetag/studio-egress:role': role });
  });
  return [question(name, arn(asked, 'ssm', `document/${text('DocumentName')}`, '')), ...hosts];
}
