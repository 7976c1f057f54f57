/**
 * The actions by which somebody could change what this product verifies, by what they change and what they are done to.
 * Actions that only look, or that Studio and its jobs need (network interfaces, apps, spaces), are not among them.
 *
 * Facts: service authorization reference of each service, for the resource types that its actions are about. Where an
 * action is about several, the one that is there before the call counts.
 */
import type { ResourceKind } from './rewiring-resources';

export interface ActionGroup {
  /** What they change, as the end of a sentence. */
  readonly changes: string;
  readonly on: ResourceKind;
  readonly actions: readonly string[];
}

/** Every group. Actions are in AWS's own spelling, with the service's prefix. */
export const REWIRING: readonly ActionGroup[] = [
  ...withPrefix('ec2', [
    [
      'routes',
      'route-table',
      'CreateRoute ReplaceRoute DeleteRoute AssociateRouteTable DisassociateRouteTable',
    ],
    ['routes', 'route-table', 'ReplaceRouteTableAssociation EnableVgwRoutePropagation'],
    ['routes', 'route-table', 'DisableVgwRoutePropagation EnableRouteServerPropagation'],
    ['routes', 'route-table', 'DisableRouteServerPropagation'],
    ['routes', 'prefix-list', 'ModifyManagedPrefixList RestoreManagedPrefixListVersion'],
    ['transit gateway routes', 'tgw-route-table', 'CreateTransitGatewayRoute ReplaceTransitGatewayRoute'],
    ['transit gateway routes', 'tgw-route-table', 'DeleteTransitGatewayRoute'],
    ['transit gateway routes', 'tgw-route-table', 'CreateTransitGatewayPrefixListReference'],
    ['transit gateway routes', 'tgw-route-table', 'ModifyTransitGatewayPrefixListReference'],
    ['transit gateway routes', 'tgw-route-table', 'DeleteTransitGatewayPrefixListReference'],
    ['transit gateway routes', 'tgw-route-table', 'EnableTransitGatewayRouteTablePropagation'],
    ['transit gateway routes', 'tgw-attachment', 'AssociateTransitGatewayRouteTable'],
    ['transit gateway routes', 'tgw-attachment', 'DisassociateTransitGatewayRouteTable'],
    ['transit gateway routes', 'tgw-attachment', 'AssociateTransitGatewayPolicyTable'],
    ['transit gateway routes', 'tgw-attachment', 'ModifyTransitGatewayVpcAttachment'],
    ['gateways', 'vpc', 'AttachInternetGateway CreateEgressOnlyInternetGateway CreateCarrierGateway'],
    ['gateways', 'vpc', 'AttachVpnGateway CreateVpcPeeringConnection AcceptVpcPeeringConnection'],
    ['gateways', 'vpc', 'CreateTransitGatewayVpcAttachment AssociateRouteServer'],
    ['gateways', 'internet-gateway', 'DetachInternetGateway'],
    ['gateways', 'subnet', 'CreateNatGateway CreateRouteServerEndpoint'],
    ['gateways', 'natgateway', 'DeleteNatGateway AssociateNatGatewayAddress'],
    ['public addresses', 'network-interface', 'AssociateAddress'],
    ['VPC endpoints', 'vpc', 'CreateVpcEndpoint'],
    ['VPC endpoints', 'vpc-endpoint', 'ModifyVpcEndpoint DeleteVpcEndpoints'],
    ['security groups', 'security-group', 'AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress'],
    ['security groups', 'security-group', 'RevokeSecurityGroupEgress RevokeSecurityGroupIngress'],
    ['security groups', 'security-group', 'ModifySecurityGroupRules'],
    ['security groups', 'network-interface', 'ModifyNetworkInterfaceAttribute'],
    ['network ACLs', 'network-acl', 'CreateNetworkAclEntry DeleteNetworkAclEntry ReplaceNetworkAclEntry'],
    ['network ACLs', 'network-acl', 'ReplaceNetworkAclAssociation'],
    ['the VPC', 'vpc', 'AssociateVpcCidrBlock ModifyVpcAttribute AssociateDhcpOptions CreateSubnet'],
    ['the VPC', 'vpc', 'CreateVpcBlockPublicAccessExclusion'],
    ['the VPC', 'public-access-exclusion', 'ModifyVpcBlockPublicAccessExclusion'],
    ['the VPC', 'none', 'ModifyVpcBlockPublicAccessOptions'],
    ['subnets', 'subnet', 'ModifySubnetAttribute AssociateSubnetCidrBlock'],
    // A host in a subnet before the firewall can carry Studio's traffic out.
    ['the hosts of the VPC', 'subnet', 'RunInstances'],
    ['the hosts of the VPC', 'instance', 'ModifyInstanceAttribute'],
    ['flow logs', 'vpc-flow-log', 'DeleteFlowLogs'],
  ]),
  ...withPrefix('ssm', [['the hosts of the VPC', 'instance', 'SendCommand StartSession']]),
  ...withPrefix('network-firewall', [
    [
      'the firewall',
      'firewall',
      'DeleteFirewall AssociateFirewallPolicy AssociateSubnets DisassociateSubnets',
    ],
    ['the firewall', 'firewall', 'AssociateAvailabilityZones DisassociateAvailabilityZones'],
    ['the firewall', 'firewall', 'UpdateFirewallDeleteProtection UpdateFirewallPolicyChangeProtection'],
    ['the firewall', 'firewall', 'UpdateSubnetChangeProtection CreateVpcEndpointAssociation'],
    ['the firewall', 'firewall', 'UpdateAvailabilityZoneChangeProtection'],
    ['the firewall', 'endpoint-association', 'DeleteVpcEndpointAssociation'],
    ['TLS inspection', 'tls-configuration', 'UpdateTLSInspectionConfiguration'],
    ['the firewall policy', 'firewall-policy', 'UpdateFirewallPolicy'],
    ['rule groups', 'rule-group', 'UpdateRuleGroup'],
    ['firewall logging', 'firewall', 'UpdateLoggingConfiguration'],
  ]),
  ...withPrefix('logs', [
    ['log groups', 'log-group', 'DeleteLogGroup DeleteLogStream PutRetentionPolicy DeleteRetentionPolicy'],
    ['log groups', 'log-group', 'DisassociateKmsKey AssociateKmsKey PutDataProtectionPolicy'],
    ['log groups', 'log-group', 'PutLogGroupDeletionProtection'],
    ['log delivery', 'none', 'PutResourcePolicy DeleteResourcePolicy UpdateLogDelivery DeleteLogDelivery'],
  ]),
  ...withPrefix('kms', [['the key of the logs', 'log-key', 'DisableKey ScheduleKeyDeletion PutKeyPolicy']]),
  ...withPrefix('s3', [
    ['the bucket of the logs', 'log-bucket', 'DeleteBucket PutBucketPolicy DeleteBucketPolicy'],
    ['the bucket of the logs', 'log-bucket', 'PutLifecycleConfiguration PutEncryptionConfiguration'],
    ['the objects of the logs', 'log-object', 'DeleteObject DeleteObjectVersion PutObject'],
  ]),
  ...withPrefix('firehose', [
    ['the delivery stream of the logs', 'log-stream', 'DeleteDeliveryStream UpdateDestination'],
  ]),
  ...withPrefix('route53resolver', [
    [
      'the DNS firewall',
      'dns-association',
      'DisassociateFirewallRuleGroup UpdateFirewallRuleGroupAssociation',
    ],
    ['the DNS firewall', 'new-dns-association', 'AssociateFirewallRuleGroup'],
    ['the DNS firewall', 'dns-rule-group', 'CreateFirewallRule UpdateFirewallRule DeleteFirewallRule'],
    ['the DNS firewall', 'dns-domain-list', 'UpdateFirewallDomains ImportFirewallDomains'],
    ['the DNS firewall', 'dns-config', 'UpdateFirewallConfig'],
    ['the resolver', 'resolver-rule', 'AssociateResolverRule UpdateResolverRule'],
  ]),
  ...withPrefix('sagemaker', [
    ['the Studio domain', 'domain', 'UpdateDomain DeleteDomain'],
    ['the Studio domains of the account', 'new-domain', 'CreateDomain'],
    ['user profiles', 'user-profile', 'CreateUserProfile UpdateUserProfile'],
  ]),
  ...withPrefix('iam', [
    ['its own permissions', 'own-role', 'PutRolePolicy AttachRolePolicy DeleteRolePolicy DetachRolePolicy'],
    ['its own permissions', 'own-role', 'PutRolePermissionsBoundary DeleteRolePermissionsBoundary'],
    ['its own permissions', 'own-policy', 'CreatePolicyVersion SetDefaultPolicyVersion'],
  ]),
];

/** The actions by which a role comes to act with the permissions of another, or of a user. */
export const BORROWING: readonly { readonly action: string; readonly of: 'role' | 'user' }[] = [
  { action: 'sts:AssumeRole', of: 'role' },
  { action: 'iam:PassRole', of: 'role' },
  { action: 'iam:UpdateAssumeRolePolicy', of: 'role' },
  { action: 'iam:AttachRolePolicy', of: 'role' },
  { action: 'iam:PutRolePolicy', of: 'role' },
  { action: 'iam:CreateAccessKey', of: 'user' },
  { action: 'iam:CreateLoginProfile', of: 'user' },
  { action: 'iam:UpdateLoginProfile', of: 'user' },
];

/**
 * Per service that a role can be passed to, the actions that take it: without one of them, iam:PassRole gives nothing.
 *
 * Facts: service authorization reference, "Dependent actions" (those that depend on iam:PassRole).
 */
export const TAKING_ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'sagemaker.amazonaws.com',
    [
      ...named(
        'sagemaker',
        'CreateTrainingJob CreateProcessingJob CreateHyperParameterTuningJob CreateModel',
      ),
      ...named(
        'sagemaker',
        'CreateAutoMLJob CreateAutoMLJobV2 CreateMonitoringSchedule CreateNotebookInstance',
      ),
      ...named('sagemaker', 'CreateDataQualityJobDefinition CreateModelBiasJobDefinition CreateCluster'),
      ...named('sagemaker', 'CreateModelExplainabilityJobDefinition CreateModelQualityJobDefinition'),
      ...named('sagemaker', 'UpdateMonitoringSchedule UpdateNotebookInstance CreatePipeline UpdatePipeline'),
      ...named('sagemaker', 'CreateDomain UpdateDomain CreateUserProfile UpdateUserProfile CreateJob'),
      ...named('sagemaker', 'CreateCompilationJob CreateInferenceRecommendationsJob CreateLabelingJob'),
      ...named('sagemaker', 'CreateOptimizationJob CreateInferenceExperiment CreateFlowDefinition'),
    ],
  ],
  [
    'ec2.amazonaws.com',
    named('ec2', 'RunInstances AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation'),
  ],
  ['lambda.amazonaws.com', named('lambda', 'CreateFunction UpdateFunctionConfiguration')],
  ['cloudformation.amazonaws.com', named('cloudformation', 'CreateStack UpdateStack CreateChangeSet')],
  ['ecs-tasks.amazonaws.com', named('ecs', 'RegisterTaskDefinition RunTask StartTask')],
  ['glue.amazonaws.com', named('glue', 'CreateJob UpdateJob CreateDevEndpoint CreateSession')],
  ['codebuild.amazonaws.com', named('codebuild', 'CreateProject UpdateProject StartBuild')],
  ['ssm.amazonaws.com', named('ssm', 'StartAutomationExecution')],
  ['scheduler.amazonaws.com', named('scheduler', 'CreateSchedule UpdateSchedule')],
  ['events.amazonaws.com', named('events', 'PutTargets')],
  ['states.amazonaws.com', named('states', 'CreateStateMachine UpdateStateMachine')],
]);

function named(service: string, actions: string): readonly string[] {
  return actions.split(' ').map((action) => `${service}:${action}`);
}

type Row = readonly [changes: string, on: ResourceKind, actions: string];

function withPrefix(service: string, rows: readonly Row[]): readonly ActionGroup[] {
  return rows.map(([changes, on, actions]) => ({
    changes,
    on,
    actions: named(service, actions),
  }));
}
