import {
  createStack,
  deleteStack,
  holdings,
  openLabAccount,
  outputsOf,
  updateStack,
} from './lab-account.fixture';
import { PROVIDERS } from './resources/types';
import { readTemplate } from './template';

const TEMPLATE = `
Parameters: { Variant: { Type: String, Default: a } }
Conditions: { Changed: !Equals [!Ref Variant, b] }
Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16, EnableDnsHostnames: !If [Changed, false, true], Tags: [{ Key: v, Value: !Ref Variant }] } }
  MoreAddresses: { Type: AWS::EC2::VPCCidrBlock, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.1.0.0/16 } }
  V6: { Type: AWS::EC2::VPCCidrBlock, Properties: { VpcId: !Ref Vpc, AmazonProvidedIpv6CidrBlock: true } }
  Public: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, MapPublicIpOnLaunch: !If [Changed, true, false] } }
  Private: { Type: AWS::EC2::Subnet, DependsOn: MoreAddresses, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.1.2.0/24, AvailabilityZone: !Select [0, !GetAZs ''] } }
  Options: { Type: AWS::EC2::DHCPOptions, Properties: { DomainNameServers: [AmazonProvidedDNS], DomainName: lab.internal } }
  UseOptions: { Type: AWS::EC2::VPCDHCPOptionsAssociation, Properties: { VpcId: !Ref Vpc, DhcpOptionsId: !Ref Options } }
  Igw: { Type: AWS::EC2::InternetGateway }
  Attachment: { Type: AWS::EC2::VPCGatewayAttachment, Properties: { VpcId: !Ref Vpc, InternetGatewayId: !Ref Igw } }
  Eigw: { Type: AWS::EC2::EgressOnlyInternetGateway, Properties: { VpcId: !Ref Vpc } }
  Eip: { Type: AWS::EC2::EIP, DependsOn: Attachment, Properties: { Domain: vpc } }
  Nat: { Type: AWS::EC2::NatGateway, Properties: { SubnetId: !Ref Public, AllocationId: !GetAtt Eip.AllocationId } }
  Table: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  Other: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  Edge: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  Route: { Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat } }
  Route6: { Type: AWS::EC2::Route, DependsOn: V6, Properties: { RouteTableId: !Ref Table, DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: !Ref Eigw } }
  RouteToList: { Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref Table, DestinationPrefixListId: !Ref List, NatGatewayId: !Ref Nat } }
  PrivateTable: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { SubnetId: !Ref Private, RouteTableId: !If [Changed, !Ref Other, !Ref Table] } }
  EdgeTable: { Type: AWS::EC2::GatewayRouteTableAssociation, DependsOn: Attachment, Properties: { GatewayId: !Ref Igw, RouteTableId: !Ref Edge } }
  Acl: { Type: AWS::EC2::NetworkAcl, Properties: { VpcId: !Ref Vpc } }
  AclIn: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, RuleAction: !If [Changed, deny, allow], CidrBlock: 0.0.0.0/0, PortRange: { From: 443, To: 443 } } }
  AclOut: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0 } }
  PrivateAcl: { Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: { SubnetId: !Ref Private, NetworkAclId: !Ref Acl } }
  List: { Type: AWS::EC2::PrefixList, Properties: { PrefixListName: partners, AddressFamily: IPv4, MaxEntries: 3, Entries: !If [Changed, [{ Cidr: 198.51.100.0/24 }], [{ Cidr: 203.0.113.0/24, Description: theirs }]] } }
  Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: test, VpcId: !Ref Vpc, SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: !If [Changed, 80, 443], ToPort: 443, CidrIp: 0.0.0.0/0 }] } }
  GroupIn: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: !GetAtt Group.GroupId, IpProtocol: '-1', SourceSecurityGroupId: !Ref Group } }
  GroupOut: { Type: AWS::EC2::SecurityGroupEgress, Properties: { GroupId: !Ref Group, IpProtocol: tcp, FromPort: 53, ToPort: 53, DestinationPrefixListId: !Ref List } }
  S3Gateway: { Type: AWS::EC2::VPCEndpoint, Properties: { VpcId: !Ref Vpc, ServiceName: !Sub 'com.amazonaws.\${AWS::Region}.s3', RouteTableIds: [!If [Changed, !Ref Other, !Ref Table]] } }
  Sts: { Type: AWS::EC2::VPCEndpoint, Properties: { VpcId: !Ref Vpc, VpcEndpointType: Interface, ServiceName: !Sub 'com.amazonaws.\${AWS::Region}.sts', SubnetIds: [!Ref Private], SecurityGroupIds: [!Ref Group], PrivateDnsEnabled: !If [Changed, false, true], PolicyDocument: !If [Changed, { Statement: [{ Effect: Allow, Principal: '*', Action: 'sts:*', Resource: '*' }] }, !Ref AWS::NoValue] } }
  FlowLogs: { Type: AWS::Logs::LogGroup, Properties: { KmsKeyId: !GetAtt Key.Arn, RetentionInDays: !If [Changed, 60, !Ref AWS::NoValue] } }
  MayDeliver: { Type: AWS::Logs::ResourcePolicy, Properties: { PolicyName: delivery, PolicyDocument: !Sub '{"Version":"2012-10-17","Statement":[],"Id":"\${Variant}"}' } }
  FlowLog: { Type: AWS::EC2::FlowLog, Properties: { ResourceId: !Ref Vpc, ResourceType: VPC, TrafficType: ALL, LogGroupName: !Ref FlowLogs, DeliverLogsPermissionArn: !GetAtt Role.Arn } }
  Eni: { Type: AWS::EC2::NetworkInterface, Properties: { SubnetId: !Ref Private, GroupSet: [!Ref Group], SourceDestCheck: !If [Changed, true, false], Description: !Ref Variant } }
  Host: { Type: AWS::EC2::Instance, Properties: { ImageId: ami-0123456789abcdef0, InstanceType: t3.micro, SubnetId: !Ref Private, SecurityGroupIds: [!Ref Group], IamInstanceProfile: !Ref Profile, SourceDestCheck: !If [Changed, false, true], Tags: [{ Key: v, Value: !Ref Variant }] } }
  Rules: { Type: AWS::NetworkFirewall::RuleGroup, Properties: { RuleGroupName: rules, Type: STATEFUL, Capacity: 10, RuleGroup: { RulesSource: { RulesSourceList: { GeneratedRulesType: ALLOWLIST, TargetTypes: [TLS_SNI], Targets: [!Sub '.\${Variant}.com'] } } } } }
  Policy: { Type: AWS::NetworkFirewall::FirewallPolicy, Properties: { FirewallPolicyName: policy, Description: !Ref Variant, FirewallPolicy: { StatelessDefaultActions: ['aws:forward_to_sfe'], StatelessFragmentDefaultActions: ['aws:drop'], StatefulRuleGroupReferences: [{ ResourceArn: !Ref Rules }] } } }
  Firewall: { Type: AWS::NetworkFirewall::Firewall, Properties: { FirewallName: firewall, FirewallPolicyArn: !Ref Policy, VpcId: !Ref Vpc, SubnetMappings: [{ SubnetId: !Ref Public }], SubnetChangeProtection: !If [Changed, true, false] } }
  Alerts: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /alerts } }
  Logging: { Type: AWS::NetworkFirewall::LoggingConfiguration, Properties: { FirewallArn: !Ref Firewall, LoggingConfiguration: { LogDestinationConfigs: [{ LogType: ALERT, LogDestinationType: CloudWatchLogs, LogDestination: { logGroup: !If [Changed, !Ref FlowLogs, !Ref Alerts] } }, { LogType: FLOW, LogDestinationType: CloudWatchLogs, LogDestination: { logGroup: !Ref FlowLogs } }] } } }
  MoreFirewall: { Type: AWS::NetworkFirewall::VpcEndpointAssociation, Properties: { FirewallArn: !Ref Firewall, VpcId: !Ref Vpc, SubnetMapping: { SubnetId: !Ref Private } } }
  Key: { Type: AWS::KMS::Key, Properties: { Description: !Ref Variant, KeyPolicy: { Version: '2012-10-17', Statement: [] } } }
  Alias: { Type: AWS::KMS::Alias, Properties: { AliasName: alias/lab, TargetKeyId: !Ref Key } }
  Bucket: { Type: AWS::S3::Bucket, Properties: { VersioningConfiguration: { Status: !If [Changed, Suspended, Enabled] } } }
  BucketPolicy: { Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Bucket, PolicyDocument: { Statement: [], Id: !Ref Variant } } }
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [], Id: !Ref Variant }, ManagedPolicyArns: [!Sub 'arn:\${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore'], Policies: [{ PolicyName: !Sub 'own-\${Variant}', PolicyDocument: { Version: '2012-10-17', Statement: [] } }] } }
  RolePolicy: { Type: AWS::IAM::Policy, Properties: { PolicyName: !Sub 'apart-\${Variant}', Roles: [!Ref Role], PolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Managed: { Type: AWS::IAM::ManagedPolicy, Properties: { Roles: !If [Changed, [], [!Ref Role]], PolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Role] } }
  Domain: { Type: AWS::SageMaker::Domain, Properties: { DomainName: studio, AuthMode: IAM, VpcId: !Ref Vpc, SubnetIds: [!Ref Private], AppNetworkAccessType: VpcOnly, DefaultUserSettings: { ExecutionRole: !GetAtt Role.Arn, SecurityGroups: [!Ref Group] }, DomainSettings: { DockerSettings: { EnableDockerAccess: !If [Changed, ENABLED, DISABLED] } } } }
  User: { Type: AWS::SageMaker::UserProfile, Properties: { DomainId: !Ref Domain, UserProfileName: user, UserSettings: { SecurityGroups: [!Ref Group] } } }
  Space: { Type: AWS::SageMaker::Space, DependsOn: User, Properties: { DomainId: !Ref Domain, SpaceName: space, OwnershipSettings: { OwnerUserProfileName: user }, SpaceSettings: { AppType: JupyterLab }, SpaceSharingSettings: { SharingType: Private }, SpaceDisplayName: !Ref Variant } }
  App: { Type: AWS::SageMaker::App, Properties: { DomainId: !Ref Domain, UserProfileName: !Select [0, !Split ['|', !Ref User]], AppName: default, AppType: JupyterServer } }
  Notebook: { Type: AWS::SageMaker::NotebookInstance, Properties: { InstanceType: ml.t3.medium, RoleArn: !GetAtt Role.Arn, SubnetId: !Ref Private, SecurityGroupIds: [!Ref Group], DirectInternetAccess: Disabled } }
  Setting: { Type: AWS::SSM::Parameter, Properties: { Name: /lab/setting, Type: String, Value: !Ref Variant } }
  Domains: { Type: AWS::Route53Resolver::FirewallDomainList, Properties: { Domains: [!Sub '\${Variant}.example'] } }
  DnsRules: { Type: AWS::Route53Resolver::FirewallRuleGroup, Properties: { FirewallRules: [{ Priority: 1, FirewallDomainListId: !Ref Domains, Action: BLOCK, BlockResponse: NODATA }, { Priority: !If [Changed, 3, 2], DnsThreatProtection: DGA, ConfidenceThreshold: HIGH, Action: ALERT }] } }
  DnsAssociation: { Type: AWS::Route53Resolver::FirewallRuleGroupAssociation, Properties: { FirewallRuleGroupId: !Ref DnsRules, VpcId: !Ref Vpc, Priority: !If [Changed, 300, 200] } }
  DnsConfig: { Type: AWS::Route53Resolver::FirewallConfig, Properties: { ResourceId: !Ref Vpc, FirewallFailOpen: !If [Changed, ENABLED, DISABLED] } }
  Handle: { Type: AWS::CloudFormation::WaitConditionHandle }
  Nested: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: nested.yaml, Parameters: { Value: !Ref Variant } } }
Outputs:
  Association: { Value: !GetAtt PrivateTable.Id }
  Nested: { Value: !GetAtt Nested.Outputs.Value }
`;

const NESTED = `
Parameters: { Value: { Type: String } }
Resources: { Handle: { Type: AWS::CloudFormation::WaitConditionHandle } }
Outputs: { Value: { Value: !Ref Value } }
`;

/** What an account says, whatever ids, tokens and order it says it in: those of associations and rules are new each time. */
function facts(held: Readonly<Record<string, unknown>>): Readonly<Record<string, readonly string[]>> {
  const unordered = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value.map((item) => JSON.stringify(unordered(item))).sort((a, b) => (a < b ? -1 : 1));
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unordered(part)]));
  };
  const withoutIds = JSON.stringify(held)
    .replaceAll(/"[^"]*-0[0-9a-f]{16}"|"[0-9a-f]{8}-[0-9a-f-]{27}"/g, '"id"')
    // A prefix list counts its changes.
    .replaceAll(/"State":"(create|modify)-complete","Version":\d+/g, '"State":"complete"');
  const parsed: unknown = JSON.parse(withoutIds);
  const sections = Object.entries(parsed ?? {});
  return Object.fromEntries(
    sections.map(([name, part]) => [name, [unordered(part)].flat().map((item) => JSON.stringify(item))]),
  );
}

test('every type is created, changed to and fro, and deleted without a trace', async () => {
  const types = new Set([...readTemplate(TEMPLATE).resources.values()].map(({ type }) => type));
  expect(types).toEqual(new Set(PROVIDERS.keys()));

  const account = await openLabAccount({ templates: { 'nested.yaml': NESTED } });
  try {
    const empty = holdings(account.state);
    const created = await createStack(account, 'all', { template: TEMPLATE });
    expect([created.StackStatus, created.StackStatusReason]).toEqual(['CREATE_COMPLETE', undefined]);
    const first = holdings(account.state);

    const changed = await updateStack(account, 'all', { template: TEMPLATE, parameters: { Variant: 'b' } });
    expect([changed.StackStatus, changed.StackStatusReason]).toEqual(['UPDATE_COMPLETE', undefined]);
    expect(outputsOf(changed)['Nested']).toBe('b');
    const second = holdings(account.state);
    const same = Object.keys(first).filter(
      (name) => JSON.stringify(first[name]) === JSON.stringify(second[name]),
    );
    expect(same).not.toEqual(expect.arrayContaining(['routeTables']));

    const back = await updateStack(account, 'all', { template: TEMPLATE, parameters: { Variant: 'a' } });
    expect([back.StackStatus, back.StackStatusReason]).toEqual(['UPDATE_COMPLETE', undefined]);
    expect(facts(holdings(account.state))).toEqual(facts(first));

    const deleted = await deleteStack(account, back);
    expect([deleted.StackStatus, deleted.StackStatusReason]).toEqual(['DELETE_COMPLETE', undefined]);
    // Deleted apps stay listed for a while, and a VPC's resolver configuration is not a resource of its own.
    const { apps: _apps, resolverFirewallConfigs: _configs, ...left } = holdings(account.state);
    const { apps: _noApps, resolverFirewallConfigs: _noConfigs, ...before } = empty;
    expect(left).toEqual(before);
  } finally {
    await account.close();
  }
});
