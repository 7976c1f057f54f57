/**
 * The lab's account: what every AWS API handler reads and writes, and what the network is raised from.
 *
 * Records have the shape in which AWS's Describe calls return them (the SDK's own types), so a handler
 * returns what is stored and the network sees what the API says. Keys are ids, or ARNs where AWS keys by ARN.
 * One plain data structure, no behaviour; `newLabState` makes an empty account.
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import type * as networkFirewall from '@aws-sdk/client-network-firewall';
import type * as sagemaker from '@aws-sdk/client-sagemaker';
import type * as ssm from '@aws-sdk/client-ssm';
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type * as iam from '@aws-sdk/client-iam';
import type * as cloudformation from '@aws-sdk/client-cloudformation';
import type * as resolver from '@aws-sdk/client-route53resolver';
import type * as s3 from '@aws-sdk/client-s3';
import { partitionOfRegion } from './partition';

export interface StoredLogEvent {
  readonly eventId: string;
  /** Milliseconds since the epoch, when the thing happened. */
  readonly timestamp: number;
  /** Milliseconds since the epoch, when the event becomes readable. */
  readonly ingestionTime: number;
  readonly message: string;
}

export interface StoredRole {
  readonly role: iam.Role;
  readonly inlinePolicies: Map<string, string>;
  /** ARNs of attached managed policies. */
  readonly attachedPolicies: Set<string>;
}

export interface StoredManagedPolicy {
  readonly policy: iam.Policy;
  /** The default version's document, JSON text. */
  document: string;
}

/** A host that SSM can reach. EC2 instances have `i-…` ids; the control host outside the VPC has `mi-…`. */
export interface StoredManagedInstance {
  readonly information: ssm.InstanceInformation;
  readonly tags: Map<string, string>;
  /** By which its clock is ahead of AWS's; its agent writes when a script ran (MEMORY: amazon-ssm-agent). */
  readonly clockAheadMs?: number;
}

export interface StoredCommand {
  readonly command: ssm.Command;
  /** By instance id. */
  readonly invocations: Map<string, ssm.GetCommandInvocationResult>;
}

export interface StoredProcessingJob {
  description: sagemaker.DescribeProcessingJobResponse;
  readonly tags: readonly sagemaker.Tag[];
  /** The id of its network interface, which is its host's in the network; empty where it never had one. */
  readonly hostId: string;
  readonly startedAtMs: number;
  /** Aborted when it is to stop. */
  readonly stopping: AbortController;
}

/** A bucket's settings; null for one that is not set. */
export interface StoredBucket {
  readonly creationDate: Date;
  /** Where it is; in the account's own Region when absent. */
  region?: string;
  readonly grants: readonly s3.Grant[];
  policy: string | null;
  publicAccessBlock: s3.PublicAccessBlockConfiguration | null;
  encryption: s3.ServerSideEncryptionConfiguration | null;
  lifecycle: readonly s3.LifecycleRule[] | null;
  /** By key. */
  readonly objects: Map<string, StoredObject>;
}

export interface StoredObject {
  readonly content: Uint8Array;
  /** Before, it can be neither listed nor fetched. */
  readonly visibleAt: Date;
}

export interface StoredTransitGatewayTable {
  readonly table: ec2.TransitGatewayRouteTable;
  /** Static routes; those of propagating attachments are worked out when asked for. */
  routes: ec2.TransitGatewayRoute[];
  /** Ids of the attachments whose traffic the table decides for. */
  readonly associations?: Set<string>;
  /** Ids of the attachments whose prefixes the table learns. */
  readonly propagations?: Set<string>;
}

export interface StoredFirewall {
  readonly Firewall: networkFirewall.Firewall;
  readonly FirewallStatus: networkFirewall.FirewallStatus;
  UpdateToken: string;
}

export interface StoredFirewallPolicy {
  FirewallPolicyResponse: networkFirewall.FirewallPolicyResponse;
  FirewallPolicy: networkFirewall.FirewallPolicy;
  UpdateToken: string;
}

export interface StoredRuleGroup {
  RuleGroupResponse: networkFirewall.RuleGroupResponse;
  RuleGroup: networkFirewall.RuleGroup;
  UpdateToken: string;
}

export interface StoredStack {
  readonly stack: cloudformation.Stack;
  readonly templateBody: string;
  readonly resources: Map<string, cloudformation.StackResource>;
  readonly events: cloudformation.StackEvent[];
}

export interface LabState {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Zone names, `us-east-1a` first. */
  readonly availabilityZones: readonly string[];

  // EC2
  readonly vpcs: Map<string, ec2.Vpc>;
  readonly vpcAttributes: Map<string, { enableDnsSupport: boolean; enableDnsHostnames: boolean }>;
  readonly subnets: Map<string, ec2.Subnet>;
  readonly routeTables: Map<string, ec2.RouteTable>;
  readonly networkAcls: Map<string, ec2.NetworkAcl>;
  readonly securityGroups: Map<string, ec2.SecurityGroup>;
  readonly networkInterfaces: Map<string, ec2.NetworkInterface>;
  readonly internetGateways: Map<string, ec2.InternetGateway>;
  readonly egressOnlyInternetGateways: Map<string, ec2.EgressOnlyInternetGateway>;
  readonly natGateways: Map<string, ec2.NatGateway>;
  /** Elastic IPs by allocation id. */
  readonly addresses: Map<string, ec2.Address>;
  readonly vpcEndpoints: Map<string, ec2.VpcEndpoint>;
  readonly managedPrefixLists: Map<
    string,
    { PrefixList: ec2.ManagedPrefixList; Entries: ec2.PrefixListEntry[] }
  >;
  readonly vpcPeeringConnections: Map<string, ec2.VpcPeeringConnection>;
  readonly transitGateways: Map<string, ec2.TransitGateway>;
  readonly transitGatewayVpcAttachments: Map<string, ec2.TransitGatewayVpcAttachment>;
  readonly transitGatewayRouteTables: Map<string, StoredTransitGatewayTable>;
  readonly vpnGateways: Map<string, ec2.VpnGateway>;
  readonly customerGateways: Map<string, ec2.CustomerGateway>;
  readonly vpnConnections: Map<string, ec2.VpnConnection>;
  readonly carrierGateways: Map<string, ec2.CarrierGateway>;
  vpcBlockPublicAccess: ec2.VpcBlockPublicAccessOptions;
  readonly vpcBlockPublicAccessExclusions: Map<string, ec2.VpcBlockPublicAccessExclusion>;
  readonly flowLogs: Map<string, ec2.FlowLog>;
  readonly dhcpOptions: Map<string, ec2.DhcpOptions>;
  readonly instances: Map<string, ec2.Instance>;

  // Network Firewall, by ARN
  readonly firewalls: Map<string, StoredFirewall>;
  readonly firewallPolicies: Map<string, StoredFirewallPolicy>;
  readonly ruleGroups: Map<string, StoredRuleGroup>;
  /** By firewall ARN. */
  readonly loggingConfigurations: Map<string, networkFirewall.LoggingConfiguration>;
  readonly vpcEndpointAssociations: Map<string, networkFirewall.DescribeVpcEndpointAssociationResponse>;
  /** By FlowOperationId. */
  readonly flowOperations: Map<string, networkFirewall.DescribeFlowOperationResponse>;

  // SageMaker
  readonly domains: Map<string, sagemaker.DescribeDomainResponse>;
  /** By `domainId/name`. */
  readonly userProfiles: Map<string, sagemaker.DescribeUserProfileResponse>;
  readonly spaces: Map<string, sagemaker.DescribeSpaceResponse>;
  readonly apps: Map<string, sagemaker.DescribeAppResponse>;
  readonly notebookInstances: Map<string, sagemaker.DescribeNotebookInstanceOutput>;
  readonly processingJobs: Map<string, StoredProcessingJob>;

  // SSM
  readonly managedInstances: Map<string, StoredManagedInstance>;
  readonly commands: Map<string, StoredCommand>;

  // CloudWatch Logs: by group name; streams by name inside a group
  readonly logGroups: Map<string, logs.LogGroup>;
  readonly logEvents: Map<string, Map<string, StoredLogEvent[]>>;

  // IAM
  readonly roles: Map<string, StoredRole>;
  readonly managedPolicies: Map<string, StoredManagedPolicy>;
  readonly instanceProfiles: Map<string, iam.InstanceProfile>;

  // Route 53 Resolver DNS Firewall
  readonly firewallRuleGroups: Map<
    string,
    { group: resolver.FirewallRuleGroup; rules: resolver.FirewallRule[] }
  >;
  readonly firewallRuleGroupAssociations: Map<string, resolver.FirewallRuleGroupAssociation>;
  readonly firewallDomainLists: Map<string, { list: resolver.FirewallDomainList; domains: string[] }>;
  /** By VPC id. */
  readonly resolverFirewallConfigs: Map<string, resolver.FirewallConfig>;

  // S3, by name
  readonly buckets: Map<string, StoredBucket>;

  // CloudFormation
  readonly stacks: Map<string, StoredStack>;
  readonly exports: Map<string, { readonly exportingStackId: string; readonly value: string }>;

  // Resources of services the lab has no API for (KMS): type and properties by physical id.
  readonly plainResources: Map<
    string,
    { readonly type: string; readonly properties: Readonly<Record<string, unknown>> }
  >;

  /** Runs of hexadecimal digits for new ids, so that one lab's ids do not depend on chance. */
  nextId: number;
}

export interface NewLabStateOptions {
  readonly account?: string;
  readonly region?: string;
}

export function newLabState({
  account = '123456789012',
  region = 'us-east-1',
}: NewLabStateOptions = {}): LabState {
  return {
    account,
    region,
    partition: partitionOfRegion(region),
    availabilityZones: ['a', 'b', 'c'].map((zone) => region + zone),
    vpcs: new Map(),
    vpcAttributes: new Map(),
    subnets: new Map(),
    routeTables: new Map(),
    networkAcls: new Map(),
    securityGroups: new Map(),
    networkInterfaces: new Map(),
    internetGateways: new Map(),
    egressOnlyInternetGateways: new Map(),
    natGateways: new Map(),
    addresses: new Map(),
    vpcEndpoints: new Map(),
    managedPrefixLists: new Map(),
    vpcPeeringConnections: new Map(),
    transitGateways: new Map(),
    transitGatewayVpcAttachments: new Map(),
    transitGatewayRouteTables: new Map(),
    vpnGateways: new Map(),
    customerGateways: new Map(),
    vpnConnections: new Map(),
    carrierGateways: new Map(),
    vpcBlockPublicAccess: { InternetGatewayBlockMode: 'off', State: 'default-state' },
    vpcBlockPublicAccessExclusions: new Map(),
    flowLogs: new Map(),
    dhcpOptions: new Map(),
    instances: new Map(),
    firewalls: new Map(),
    firewallPolicies: new Map(),
    ruleGroups: new Map(),
    loggingConfigurations: new Map(),
    vpcEndpointAssociations: new Map(),
    flowOperations: new Map(),
    domains: new Map(),
    userProfiles: new Map(),
    spaces: new Map(),
    apps: new Map(),
    notebookInstances: new Map(),
    processingJobs: new Map(),
    managedInstances: new Map(),
    commands: new Map(),
    logGroups: new Map(),
    logEvents: new Map(),
    roles: new Map(),
    managedPolicies: new Map(),
    instanceProfiles: new Map(),
    firewallRuleGroups: new Map(),
    firewallRuleGroupAssociations: new Map(),
    firewallDomainLists: new Map(),
    resolverFirewallConfigs: new Map(),
    buckets: new Map(),
    stacks: new Map(),
    exports: new Map(),
    plainResources: new Map(),
    nextId: 1,
  };
}

/** A new id of AWS's long form: the prefix, a dash and 17 hexadecimal digits (`subnet-0a…`). */
export function newId(state: LabState, prefix: string): string {
  const n = state.nextId++;
  // Spread by an odd multiplier so that ids do not look alike; still the same in every run.
  const spread = (BigInt(n) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
  return `${prefix}-0${spread.toString(16).padStart(16, '0')}`;
}
