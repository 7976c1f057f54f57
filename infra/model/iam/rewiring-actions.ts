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
    ['transit gateway routes', 'tgw-route-table', 'DisableTransitGatewayRouteTablePropagation'],
    ['transit gateway routes', 'tgw-attachment', 'AssociateTransitGatewayRouteTable'],
    ['transit gateway routes', 'tgw-attachment', 'DisassociateTransitGatewayRouteTable'],
    ['transit gateway routes', 'tgw-attachment', 'AssociateTransitGatewayPolicyTable'],
    ['transit gateway routes', 'tgw-attachment', 'ModifyTransitGatewayVpcAttachment'],
    ['transit gateway routes', 'tgw-attachment', 'DeleteTransitGatewayVpcAttachment'],
    ['gateways', 'vpc', 'AttachInternetGateway CreateEgressOnlyInternetGateway CreateCarrierGateway'],
    ['gateways', 'vpc', 'AttachVpnGateway CreateVpcPeeringConnection AcceptVpcPeeringConnection'],
    ['gateways', 'vpc', 'CreateTransitGatewayVpcAttachment AssociateRouteServer'],
    ['gateways', 'vpc', 'DetachVpnGateway DisassociateRouteServer'],
    ['gateways', 'internet-gateway', 'DetachInternetGateway'],
    ['gateways', 'subnet', 'CreateNatGateway CreateRouteServerEndpoint'],
    ['gateways', 'natgateway', 'DeleteNatGateway AssociateNatGatewayAddress DisassociateNatGatewayAddress'],
    ['gateways', 'natgateway', 'AssignPrivateNatGatewayAddress UnassignPrivateNatGatewayAddress'],
    ['public addresses', 'network-interface', 'AssociateAddress DisassociateAddress'],
    ['VPC endpoints', 'vpc', 'CreateVpcEndpoint'],
    ['VPC endpoints', 'vpc-endpoint', 'ModifyVpcEndpoint DeleteVpcEndpoints'],
    ['security groups', 'security-group', 'AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress'],
    ['security groups', 'security-group', 'RevokeSecurityGroupEgress RevokeSecurityGroupIngress'],
    ['security groups', 'security-group', 'ModifySecurityGroupRules'],
    ['security groups', 'network-interface', 'ModifyNetworkInterfaceAttribute'],
    ['network ACLs', 'network-acl', 'CreateNetworkAclEntry DeleteNetworkAclEntry ReplaceNetworkAclEntry'],
    ['network ACLs', 'network-acl', 'ReplaceNetworkAclAssociation'],
    ['the VPC', 'vpc', 'AssociateVpcCidrBlock ModifyVpcAttribute AssociateDhcpOptions CreateSubnet'],
    ['the VPC', 'vpc', 'DisassociateVpcCidrBlock CreateVpcBlockPublicAccessExclusion'],
    ['the VPC', 'public-access-exclusion', 'ModifyVpcBlockPublicAccessExclusion'],
    ['the VPC', 'public-access-exclusion', 'DeleteVpcBlockPublicAccessExclusion'],
    ['the VPC', 'none', 'ModifyVpcBlockPublicAccessOptions'],
    ['subnets', 'subnet', 'ModifySubnetAttribute AssociateSubnetCidrBlock'],
    ['subnets', 'subnet', 'DisassociateSubnetCidrBlock DeleteSubnet'],
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
    [
      'the firewall',
      'firewall',
      'UpdateAvailabilityZoneChangeProtection UpdateFirewallEncryptionConfiguration',
    ],
    ['the firewall', 'endpoint-association', 'DeleteVpcEndpointAssociation'],
    ['TLS inspection', 'tls-configuration', 'UpdateTLSInspectionConfiguration'],
    ['the firewall policy', 'firewall-policy', 'UpdateFirewallPolicy'],
    ['rule groups', 'rule-group', 'UpdateRuleGroup'],
    ['firewall logging', 'firewall', 'UpdateLoggingConfiguration'],
  ]),
  ...withPrefix('logs', [
    ['log groups', 'log-group', 'DeleteLogGroup DeleteLogStream PutRetentionPolicy DeleteRetentionPolicy'],
    ['log groups', 'log-group', 'DisassociateKmsKey AssociateKmsKey PutDataProtectionPolicy'],
    // A transformer or a mask of the account changes what is kept of the records that come in.
    ['log groups', 'log-group', 'PutLogGroupDeletionProtection PutTransformer DeleteDataProtectionPolicy'],
    ['log groups', 'none', 'PutAccountPolicy'],
    ['log delivery', 'none', 'PutResourcePolicy DeleteResourcePolicy UpdateLogDelivery DeleteLogDelivery'],
  ]),
  ...withPrefix('kms', [['the key of the logs', 'log-key', 'DisableKey ScheduleKeyDeletion PutKeyPolicy']]),
  ...withPrefix('kms', [['the key of the logs', 'log-key', 'DeleteImportedKeyMaterial']]),
  ...withPrefix('s3', [
    ['the bucket of the logs', 'log-bucket', 'DeleteBucket PutBucketPolicy DeleteBucketPolicy'],
    ['the bucket of the logs', 'log-bucket', 'PutLifecycleConfiguration PutEncryptionConfiguration'],
    ['the bucket of the logs', 'log-bucket', 'PutBucketAcl PutBucketPublicAccessBlock PutBucketVersioning'],
    ['the bucket of the logs', 'log-bucket', 'PutBucketOwnershipControls'],
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
    ['the resolver', 'resolver-rule', 'AssociateResolverRule UpdateResolverRule DisassociateResolverRule'],
  ]),
  // A profile brings a VPC resolver rules, DNS firewall rules and zones (Route 53 API reference, "Route 53 Profiles").
  ...withPrefix('route53profiles', [
    ['the resolver', 'none', 'AssociateProfile DisassociateProfile AssociateResourceToProfile'],
    ['the resolver', 'none', 'DisassociateResourceFromProfile UpdateProfileResourceAssociation'],
  ]),
  ...withPrefix('sagemaker', [
    ['the Studio domain', 'domain', 'UpdateDomain DeleteDomain'],
    ['the Studio domains of the account', 'new-domain', 'CreateDomain'],
    ['user profiles', 'user-profile', 'CreateUserProfile UpdateUserProfile DeleteUserProfile'],
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
