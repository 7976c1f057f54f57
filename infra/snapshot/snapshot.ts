/**
 * The snapshot: everything read from AWS at one time, as JSON (document 2 of the data walk in ARCHITECTURE.md).
 *
 * A section is read or unread, never guessed: an unread section carries the call that failed and why, so that
 * whoever needs it answers `unknown` and names the missing permission. Field names are AWS's own; values are
 * what the API returned, with dates as ISO 8601 text and bytes as base64.
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import type * as networkFirewall from '@aws-sdk/client-network-firewall';
import type * as sagemaker from '@aws-sdk/client-sagemaker';
import type * as logs from '@aws-sdk/client-cloudwatch-logs';
import type * as ssm from '@aws-sdk/client-ssm';
import type * as resolver from '@aws-sdk/client-route53resolver';
import type * as s3 from '@aws-sdk/client-s3';

/** A value of the SDK after a trip through JSON. */
export type Wire<T> = T extends Date | Uint8Array
  ? string
  : T extends readonly (infer U)[]
    ? Wire<U>[]
    : T extends object
      ? { [K in keyof T]: Wire<T[K]> }
      : T;

export type Vpc = Wire<ec2.Vpc>;
export type Subnet = Wire<ec2.Subnet>;
export type RouteTable = Wire<ec2.RouteTable>;
export type Route = Wire<ec2.Route>;
export type NetworkAcl = Wire<ec2.NetworkAcl>;
export type SecurityGroup = Wire<ec2.SecurityGroup>;
export type IpPermission = Wire<ec2.IpPermission>;
export type NetworkInterface = Wire<ec2.NetworkInterface>;
export type NatGateway = Wire<ec2.NatGateway>;
export type VpcEndpoint = Wire<ec2.VpcEndpoint>;
export type Firewall = Wire<networkFirewall.DescribeFirewallResponse>;
export type FirewallPolicy = Wire<networkFirewall.DescribeFirewallPolicyResponse>;
export type RuleGroup = Wire<networkFirewall.DescribeRuleGroupResponse>;
export type LoggingConfiguration = Wire<networkFirewall.DescribeLoggingConfigurationResponse>;
export type Domain = Wire<sagemaker.DescribeDomainResponse>;
export type TransitGatewayVpcAttachment = Wire<ec2.TransitGatewayVpcAttachment>;
export type LogGroup = Wire<logs.LogGroup>;

/** What came over the wire for one request that AWS answered. */
export interface ApiResponse {
  /** AWS's request id, by which CloudTrail and AWS's support know the call; S3's second id follows a space. */
  readonly requestId: string | null;
  /** Of the body's bytes as received, in hexadecimal. */
  readonly sha256: string | null;
}

/** One API call that a section rests on: the operation, its parameters, how many pages it took. */
export interface ApiCall {
  readonly operation: string;
  readonly parameters: unknown;
  readonly pages: number;
  /** One per page, in order; absent in snapshots from before it was recorded. */
  readonly responses?: readonly ApiResponse[];
}

export interface ReadSection<T> {
  readonly status: 'read';
  readonly readAt: string;
  readonly calls: readonly ApiCall[];
  readonly value: T;
}

export interface UnreadSection {
  readonly status: 'unread';
  readonly at: string;
  /** The call that failed, in IAM's form: `ec2:DescribeRouteTables`. */
  readonly operation: string;
  /** AWS's error code, or the name of the local error. */
  readonly error: string;
  readonly message: string;
  /** The IAM action that the caller lacks, when AWS denied access. */
  readonly missingPermission: string | null;
}

export type Section<T> = ReadSection<T> | UnreadSection;

export interface VpcAttributes {
  readonly VpcId: string;
  readonly EnableDnsSupport: boolean;
  readonly EnableDnsHostnames: boolean;
}

export interface ManagedPrefixList {
  readonly PrefixList: Wire<ec2.ManagedPrefixList>;
  readonly Entries: Wire<ec2.PrefixListEntry>[];
}

export interface TransitGatewayTable {
  readonly TransitGatewayRouteTable: Wire<ec2.TransitGatewayRouteTable>;
  readonly Routes: Wire<ec2.TransitGatewayRoute>[];
  /** Which attachments' traffic the table decides for: those of every kind and account. */
  readonly Associations: Wire<ec2.TransitGatewayRouteTableAssociation>[];
  /** False when SearchTransitGatewayRoutes said that more routes exist than it returned. */
  readonly complete: boolean;
}

/**
 * Another VPC behind a transit gateway of the target VPC, as far as routing needs it. A VPC that this account does not
 * see, because another one owns it, is not among them.
 */
export interface AttachedVpc {
  readonly VpcId: string;
  readonly vpc: Vpc;
  readonly subnets: Subnet[];
  readonly routeTables: RouteTable[];
  readonly natGateways: NatGateway[];
  readonly vpcEndpoints: VpcEndpoint[];
  readonly networkInterfaces: NetworkInterface[];
  readonly internetGateways: Wire<ec2.InternetGateway>[];
  /** Its attachments to any transit gateway. */
  readonly transitGatewayVpcAttachments: TransitGatewayVpcAttachment[];
}

export interface PolicyDocument {
  /** `inline` for a role's own policy, otherwise the managed policy's ARN. */
  readonly source: string;
  readonly name: string;
  /** The policy's JSON text, URL-decoded, exactly as stored. */
  readonly document: string;
}

export interface ExecutionRole {
  readonly RoleArn: string;
  readonly policies: readonly PolicyDocument[];
  readonly permissionsBoundary: PolicyDocument | null;
}

export interface ResolverFirewall {
  readonly associations: Wire<resolver.FirewallRuleGroupAssociation>[];
  readonly config: Wire<resolver.FirewallConfig>;
  readonly ruleGroups: readonly {
    readonly FirewallRuleGroupId: string;
    readonly rules: Wire<resolver.FirewallRule>[];
    /** Domain lists of our own (AWS-managed lists cannot be read), by id. */
    readonly domains: Readonly<Record<string, readonly string[]>>;
  }[];
}

export interface ManagedInstance {
  readonly information: Wire<ssm.InstanceInformation>;
  /** The value of the tag `studio-egress:role`: `probe-host`, `control-host`, or null. */
  readonly role: string | null;
}

/** A setting of a bucket, each read or unread by itself; null where S3 answers that the bucket has none. */
export type BucketSetting<T> = { readonly status: 'read'; readonly value: T | null } | UnreadSection;

/** An S3 bucket that logs go to, as the account that is verified has it: a bucket of another account is unread. */
export interface LogBucket {
  readonly Bucket: string;
  /** The grants of its access control list; null when there is no bucket of that name, and then all else is null. */
  readonly acl: BucketSetting<Wire<s3.Grant>[]>;
  /** The bucket policy's JSON text. */
  readonly policy: BucketSetting<string>;
  readonly policyStatus: BucketSetting<Wire<s3.PolicyStatus>>;
  readonly publicAccessBlock: BucketSetting<Wire<s3.PublicAccessBlockConfiguration>>;
  readonly encryption: BucketSetting<Wire<s3.ServerSideEncryptionConfiguration>>;
  readonly lifecycle: BucketSetting<Wire<s3.LifecycleRule>[]>;
}

/** Every section, by the name it has in snapshot.json. All are of the target VPC unless the name says otherwise. */
export interface SectionValues {
  callerIdentity: { Account: string; Arn: string; UserId: string };
  vpc: Vpc;
  vpcAttributes: VpcAttributes;
  subnets: Subnet[];
  routeTables: RouteTable[];
  networkAcls: NetworkAcl[];
  securityGroups: SecurityGroup[];
  networkInterfaces: NetworkInterface[];
  internetGateways: Wire<ec2.InternetGateway>[];
  egressOnlyInternetGateways: Wire<ec2.EgressOnlyInternetGateway>[];
  natGateways: NatGateway[];
  vpcEndpoints: VpcEndpoint[];
  /** The lists that route tables (attached VPCs' too), security groups and, where those could be read, firewall rules name. */
  managedPrefixLists: ManagedPrefixList[];
  vpcPeeringConnections: Wire<ec2.VpcPeeringConnection>[];
  transitGatewayVpcAttachments: TransitGatewayVpcAttachment[];
  /** Every table of the transit gateways that the VPC is attached to. */
  transitGatewayTables: TransitGatewayTable[];
  attachedVpcs: AttachedVpc[];
  /** Of the account's region. */
  vpcBlockPublicAccess: Wire<ec2.VpcBlockPublicAccessOptions>;
  /** Of the account's region: those of every VPC and subnet. */
  vpcBlockPublicAccessExclusions: Wire<ec2.VpcBlockPublicAccessExclusion>[];
  /** Of the VPC and of its subnets; those of single network interfaces are not read. */
  flowLogs: Wire<ec2.FlowLog>[];
  dhcpOptions: Wire<ec2.DhcpOptions>[];
  instances: Wire<ec2.Instance>[];
  /** Those of the VPC and of attached VPCs, and those of other VPCs that have an endpoint in any of them. */
  firewalls: Firewall[];
  firewallPolicies: FirewallPolicy[];
  /** Without the groups of AWS's own whose rules cannot be read: a policy may name a group that is not here. */
  ruleGroups: RuleGroup[];
  loggingConfigurations: LoggingConfiguration[];
  /** Those of the VPC and of attached VPCs. */
  vpcEndpointAssociations: Wire<networkFirewall.DescribeVpcEndpointAssociationResponse>[];
  /** Every domain of the account's region, so that a second one in the same VPC is seen. */
  domains: Domain[];
  userProfiles: Wire<sagemaker.DescribeUserProfileResponse>[];
  spaces: Wire<sagemaker.DescribeSpaceResponse>[];
  apps: Wire<sagemaker.AppDetails>[];
  /** Every notebook instance of the account's region. */
  notebookInstances: Wire<sagemaker.DescribeNotebookInstanceOutput>[];
  executionRoles: ExecutionRole[];
  /** The log groups that the firewall's logging configuration and the VPC's flow logs name. */
  logGroups: LogGroup[];
  /** The S3 buckets that they name. S3 is not asked where they name none. */
  logBuckets: LogBucket[];
  resolverFirewall: ResolverFirewall;
  managedInstances: ManagedInstance[];
}

export type SectionName = keyof SectionValues;
export type Sections = { readonly [N in SectionName]: Section<SectionValues[N]> };

/** What a run is about. `stack`, `domainId` are null when the target was not named by them. */
export interface Target {
  readonly kind: 'lab' | 'aws' | 'snapshot';
  readonly account: string | null;
  readonly region: string;
  readonly stack: string | null;
  readonly vpcId: string;
  readonly domainId: string | null;
}

export interface Snapshot {
  readonly schema: 'studio-egress/snapshot/v1';
  readonly takenAt: string;
  readonly target: Target;
  readonly sections: Sections;
}

/**
 * Thrown when a question needs something that is not known: an unread section, a field AWS did not return, a
 * feature the model does not cover. Whoever runs a check turns it into the outcome `unknown`; it never
 * becomes a pass.
 */
export class NotKnown extends Error {
  override readonly name = 'NotKnown';
}

/** The value of a section; throws {@link NotKnown}, naming the call and the missing permission, when it is unread. */
export function sectionValue<N extends SectionName>(snapshot: Snapshot, name: N): SectionValues[N] {
  const section: Section<SectionValues[N]> = snapshot.sections[name];
  if (section.status === 'read') return section.value;
  throw notRead(section, name);
}

/** The value of a bucket's setting, null where it has none; throws {@link NotKnown} as {@link sectionValue} does. */
export function settingValue<T>(setting: BucketSetting<T>, what: string): T | null {
  if (setting.status === 'read') return setting.value;
  throw notRead(setting, what);
}

function notRead({ operation, error, message, missingPermission }: UnreadSection, what: string): NotKnown {
  const permission = missingPermission ? `; grant ${missingPermission} to the caller` : '';
  return new NotKnown(`${what} could not be read: ${operation} answered ${error} (${message})${permission}`);
}

/** A field that AWS must have returned for the question to be answerable; throws {@link NotKnown} when it did not. */
export function returned<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new NotKnown(`AWS did not return ${what}`);
  return value;
}
