/**
 * Every AWS operation that this tool can call, the IAM action that permits it, and what that action can be limited to.
 *
 * Facts: Service Authorization Reference, "Actions, resources, and condition keys" of each service: where the action has
 * another name than the operation, which resource types it takes, `*` where it takes none, and which actions AWS asks for
 * besides. A scope that is too narrow shows as a denied call, never as an answer.
 */

/** What an operation is called for. `reading` is every run; the others are asked for. */
export type Purpose =
  | 'reading'
  | 'probe-host'
  /** Control runs on a host outside the firewall, from whichever vantage the others are sent. */
  | 'control-host'
  | 'processing-job'
  | 'log'
  | 'log-in-s3'
  | 'flow-flush'
  | 'signing'
  | 'security-hub';

/** What a statement can be limited to; the policy turns it into ARNs of the target. */
export type Scope =
  | 'anything'
  | 'stack'
  | 'vpc'
  | 'prefix-list'
  | 'transit-gateway-route-table'
  | 'firewall'
  | 'flushed-firewall'
  | 'domain'
  | 'user-profile'
  | 'space'
  | 'notebook-instance'
  | 'log-group'
  | 'job-log-group'
  | 'role'
  | 'passed-role'
  | 'policy'
  | 'bucket'
  | 'bucket-key'
  | 'log-bucket'
  | 'log-object'
  | 'resolver-firewall'
  | 'probe-host'
  | 'control-host'
  | 'processing-job'
  | 'signing-key'
  | 'own-product';

export interface Permission {
  readonly action: string;
  /** The operation in IAM's form; null for an action that AWS asks for beside the operation's own. */
  readonly operation: string | null;
  readonly scope: Scope;
  readonly purpose: Purpose;
}

/** Calls that AWS answers to everybody who has credentials (STS API reference, GetCallerIdentity). */
export const NEEDS_NO_PERMISSION: readonly string[] = ['sts:GetCallerIdentity'];

/** Where the action is not called as the operation (Service Authorization Reference, Amazon S3). */
const RENAMED: Readonly<Record<string, string>> = {
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:ListObjectsV2': 's3:ListBucket',
};

/** The IAM action that permits an operation, both as `service:Name`. */
export function actionOf(operation: string): string {
  return RENAMED[operation] ?? operation;
}

function operations(
  purpose: Purpose,
  service: string,
  byScope: Partial<Record<Scope, string>>,
): Permission[] {
  return Object.entries(byScope).flatMap(([scope, names]) =>
    names.split(' ').map((name) => ({
      action: actionOf(`${service}:${name}`),
      operation: `${service}:${name}`,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the record's own keys
      scope: scope as Scope,
      purpose,
    })),
  );
}

/** What AWS asks of the caller beside the operation's own action. */
const BESIDE: readonly Permission[] = [
  // SageMaker API reference, CreateProcessingJob: the caller hands the job its role, and tags it in the same call.
  { action: 'iam:PassRole', operation: null, scope: 'passed-role', purpose: 'processing-job' },
  { action: 'sagemaker:AddTags', operation: null, scope: 'processing-job', purpose: 'processing-job' },
  // Service Authorization Reference, AWS Network Firewall, DescribeLoggingConfiguration: its dependent actions.
  { action: 'logs:GetLogDelivery', operation: null, scope: 'anything', purpose: 'reading' },
  { action: 'logs:ListLogDeliveries', operation: null, scope: 'anything', purpose: 'reading' },
  // S3 API reference, GetObject: objects that a customer's key encrypts are read with that key.
  { action: 'kms:Decrypt', operation: null, scope: 'bucket-key', purpose: 'log-in-s3' },
];

export const PERMISSIONS: readonly Permission[] = [
  ...operations('reading', 'cloudformation', { stack: 'DescribeStacks ListStackResources' }),
  ...operations('reading', 'ec2', {
    anything:
      'DescribeDhcpOptions DescribeEgressOnlyInternetGateways DescribeFlowLogs DescribeInstances ' +
      'DescribeInternetGateways DescribeManagedPrefixLists DescribeNatGateways DescribeNetworkAcls ' +
      'DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroups DescribeSubnets ' +
      'DescribeTransitGatewayRouteTables DescribeTransitGatewayVpcAttachments ' +
      'DescribeVpcBlockPublicAccessExclusions DescribeVpcBlockPublicAccessOptions DescribeVpcEndpoints ' +
      'DescribeVpcPeeringConnections DescribeVpcs GetTransitGatewayRouteTableAssociations',
    vpc: 'DescribeVpcAttribute',
    'prefix-list': 'GetManagedPrefixListEntries',
    'transit-gateway-route-table': 'SearchTransitGatewayRoutes',
  }),
  ...operations('reading', 'network-firewall', {
    anything: 'ListFirewalls ListVpcEndpointAssociations',
    firewall:
      'DescribeFirewall DescribeFirewallPolicy DescribeLoggingConfiguration DescribeRuleGroup DescribeVpcEndpointAssociation',
  }),
  ...operations('reading', 'sagemaker', {
    anything: 'ListApps ListDomains ListNotebookInstances ListSpaces ListUserProfiles',
    domain: 'DescribeDomain',
    'user-profile': 'DescribeUserProfile',
    space: 'DescribeSpace',
    'notebook-instance': 'DescribeNotebookInstance',
  }),
  ...operations('reading', 'iam', {
    role: 'GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies',
    policy: 'GetPolicy GetPolicyVersion',
  }),
  ...operations('reading', 'logs', { anything: 'DescribeLogGroups' }),
  ...operations('reading', 'route53resolver', {
    anything: 'ListFirewallRuleGroupAssociations',
    'resolver-firewall': 'GetFirewallConfig GetFirewallDomainList ListFirewallDomains ListFirewallRules',
  }),
  ...operations('reading', 's3', {
    bucket:
      'GetBucketAcl GetBucketEncryption GetBucketLifecycleConfiguration GetBucketPolicy GetBucketPolicyStatus GetPublicAccessBlock',
  }),
  ...operations('reading', 'ssm', { anything: 'DescribeInstanceInformation' }),
  ...operations('probe-host', 'ssm', {
    'probe-host': 'SendCommand',
    anything: 'CancelCommand GetCommandInvocation ListCommands',
  }),
  ...operations('control-host', 'ssm', {
    'control-host': 'SendCommand',
    anything: 'CancelCommand GetCommandInvocation',
  }),
  ...operations('log', 'logs', { 'log-group': 'FilterLogEvents' }),
  ...operations('log-in-s3', 's3', { 'log-bucket': 'ListObjectsV2', 'log-object': 'GetObject' }),
  ...operations('processing-job', 'sagemaker', {
    'processing-job': 'CreateProcessingJob DescribeProcessingJob StopProcessingJob',
    anything: 'ListProcessingJobs',
  }),
  ...operations('processing-job', 'logs', { 'job-log-group': 'FilterLogEvents' }),
  ...BESIDE,
  ...operations('flow-flush', 'network-firewall', {
    'flushed-firewall': 'StartFlowFlush DescribeFlowOperation',
  }),
  ...operations('signing', 'kms', { 'signing-key': 'GetPublicKey Sign' }),
  ...operations('security-hub', 'securityhub', { 'own-product': 'BatchImportFindings' }),
];
