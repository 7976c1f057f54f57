import { createStack, holdings, type LabAccount, openLabAccount, updateStack } from './lab-account.fixture';

let account: LabAccount;
beforeEach(async () => {
  account = await openLabAccount();
});
afterEach(() => account.close());

const FIREWALL = `
Parameters:
  AllowedDomains: { Type: CommaDelimitedList, Default: .kaggle.com }
  Gateway: { Type: String, Default: 'yes' }
  SubnetCidr: { Type: String, Default: 10.0.1.0/24 }
  Access: { Type: String, Default: VpcOnly }
  Retention: { Type: Number, Default: 30 }
  Logged: { Type: String, Default: ALERT }
Conditions:
  ByGateway: !Equals [!Ref Gateway, 'yes']
Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: !Ref SubnetCidr } }
  Igw: { Type: AWS::EC2::InternetGateway }
  Attachment: { Type: AWS::EC2::VPCGatewayAttachment, Properties: { VpcId: !Ref Vpc, InternetGatewayId: !Ref Igw } }
  Table: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  Association: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { SubnetId: !Ref Subnet, RouteTableId: !Ref Table } }
  Route:
    Type: AWS::EC2::Route
    DependsOn: Attachment
    Properties:
      RouteTableId: !Ref Table
      DestinationCidrBlock: 0.0.0.0/0
      GatewayId: !If [ByGateway, !Ref Igw, !Ref AWS::NoValue]
      VpcEndpointId: !If [ByGateway, !Ref AWS::NoValue, !Select [1, !Split [':', !Select [0, !GetAtt Firewall.EndpointIds]]]]
  Group:
    Type: AWS::NetworkFirewall::RuleGroup
    Properties:
      RuleGroupName: domains
      Type: STATEFUL
      Capacity: 100
      RuleGroup: { RulesSource: { RulesSourceList: { GeneratedRulesType: ALLOWLIST, TargetTypes: [TLS_SNI], Targets: !Ref AllowedDomains } } }
  Policy:
    Type: AWS::NetworkFirewall::FirewallPolicy
    Properties:
      FirewallPolicyName: policy
      FirewallPolicy:
        StatelessDefaultActions: ['aws:forward_to_sfe']
        StatelessFragmentDefaultActions: ['aws:drop']
        StatefulRuleGroupReferences: [{ ResourceArn: !Ref Group }]
  FirewallSubnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.9.0/28 } }
  Firewall:
    Type: AWS::NetworkFirewall::Firewall
    Properties: { FirewallName: firewall, FirewallPolicyArn: !Ref Policy, VpcId: !Ref Vpc, SubnetMappings: [{ SubnetId: !Ref FirewallSubnet }] }
  Logs: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /logs, RetentionInDays: !Ref Retention } }
  Logging:
    Type: AWS::NetworkFirewall::LoggingConfiguration
    Properties:
      FirewallArn: !Ref Firewall
      LoggingConfiguration: { LogDestinationConfigs: [{ LogType: !Ref Logged, LogDestinationType: CloudWatchLogs, LogDestination: { logGroup: !Ref Logs } }] }
  SecurityGroup:
    Type: AWS::EC2::SecurityGroup
    Properties: { GroupDescription: of Studio, VpcId: !Ref Vpc, SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !Ref SubnetCidr }] }
  Domain:
    Type: AWS::SageMaker::Domain
    Properties:
      DomainName: studio
      AuthMode: IAM
      AppNetworkAccessType: !Ref Access
      VpcId: !Ref Vpc
      SubnetIds: [!Ref Subnet]
      DefaultUserSettings: { ExecutionRole: 'arn:aws:iam::123456789012:role/studio', SecurityGroups: [!Ref SecurityGroup] }
`;

const update = (parameters: Record<string, string>, template = FIREWALL) =>
  updateStack(account, 'net', { template, parameters });
const only = <T>(map: ReadonlyMap<string, T>): T => {
  const [value, ...more] = [...map.values()];
  if (value === undefined || more.length > 0) throw new Error(`${map.size} items, not one`);
  return value;
};

test('parameters change rule group, route, domain, retention and logging in place', async () => {
  const created = await createStack(account, 'net', { template: FIREWALL });
  expect(created.StackStatusReason).toBeUndefined();
  const { state } = account;
  const token = only(state.ruleGroups).UpdateToken;
  const domainId = only(state.domains).DomainId;
  const stack = await update({
    AllowedDomains: '.kaggle.com,.github.com',
    Gateway: 'no',
    Access: 'PublicInternetOnly',
    Retention: '60',
    Logged: 'FLOW',
  });
  expect([stack.StackStatus, stack.StackStatusReason]).toEqual(['UPDATE_COMPLETE', undefined]);
  expect(only(state.ruleGroups).RuleGroup.RulesSource?.RulesSourceList?.Targets).toEqual([
    '.kaggle.com',
    '.github.com',
  ]);
  expect(only(state.ruleGroups).UpdateToken).not.toBe(token);
  const routes = [...state.routeTables.values()].flatMap(({ Routes }) => Routes ?? []);
  const [egress] = routes.filter(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  expect(egress?.GatewayId).toMatch(/^vpce-/);
  expect(only(state.domains)).toMatchObject({
    DomainId: domainId,
    AppNetworkAccessType: 'PublicInternetOnly',
  });
  expect(only(state.logGroups).retentionInDays).toBe(60);
  expect(only(state.loggingConfigurations).LogDestinationConfigs?.map(({ LogType }) => LogType)).toEqual([
    'FLOW',
  ]);
});

test('what cannot change in place is replaced, with all that depends on it', async () => {
  await createStack(account, 'net', { template: FIREWALL });
  const { state } = account;
  const domainId = only(state.domains).DomainId;
  const stack = await update({ SubnetCidr: '10.0.2.0/24' });
  expect([stack.StackStatus, stack.StackStatusReason]).toEqual(['UPDATE_COMPLETE', undefined]);
  const blocks = [...state.subnets.values()].map(({ CidrBlock }) => CidrBlock);
  expect(new Set(blocks)).toEqual(new Set(['10.0.2.0/24', '10.0.9.0/28']));
  const [subnet] = [...state.subnets.values()].filter(({ CidrBlock }) => CidrBlock === '10.0.2.0/24');
  expect(only(state.domains)).toMatchObject({ DomainId: domainId, SubnetIds: [subnet?.SubnetId] });
  const associated = [...state.routeTables.values()].flatMap(({ Associations }) =>
    (Associations ?? []).map(({ SubnetId }) => SubnetId),
  );
  expect(associated.filter((id) => id !== undefined)).toEqual([subnet?.SubnetId]);
});

test('resources come and go with the template', async () => {
  await createStack(account, 'net', { template: FIREWALL });
  const before = holdings(account.state);
  const larger = FIREWALL.replace(
    'Resources:\n',
    'Resources:\n  Extra: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }\n',
  );
  expect((await update({}, larger)).StackStatus).toBe('UPDATE_COMPLETE');
  expect(account.state.routeTables.size).toBe(3);
  expect((await update({})).StackStatus).toBe('UPDATE_COMPLETE');
  expect(holdings(account.state)).toEqual(before);
});

test('an update that fails puts everything back as it was', async () => {
  await createStack(account, 'net', { template: FIREWALL });
  const { state } = account;
  const targets = () => only(state.ruleGroups).RuleGroup.RulesSource?.RulesSourceList?.Targets;
  const shape = () => ({
    subnets: [...state.subnets],
    routes: [...state.routeTables.values()].map(({ Routes }) => Routes),
    groups: [...state.securityGroups],
    domain: { ...only(state.domains), LastModifiedTime: null },
    targets: targets(),
    logging: [...state.loggingConfigurations],
  });
  const before = structuredClone(shape());
  const broken = FIREWALL.replace(
    'SecurityGroups: [!Ref SecurityGroup]',
    "SecurityGroups: ['sg-0123456789abcdef0']",
  ).replace('CidrIp: !Ref SubnetCidr', 'CidrIp: 10.0.7.0/24');
  const stack = await update({ AllowedDomains: '.example.com', Gateway: 'no', Logged: 'FLOW' }, broken);
  expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(stack.StackStatusReason).toMatch(
    /failed to update: \[Domain\]\. Resources\.Domain\.Properties\.DefaultUserSettings\.SecurityGroups\[0\] \(line \d+\): .*sg-0123456789abcdef0/,
  );
  expect(shape()).toEqual(before);
  const again = await update({ AllowedDomains: '.example.com' });
  expect(again.StackStatus).toBe('UPDATE_COMPLETE');
  expect(targets()).toEqual(['.example.com']);
});

test('nothing to change is said, and a named resource is not replaced', async () => {
  await createStack(account, 'net', { template: FIREWALL });
  await expect(update({})).rejects.toThrow('No updates are to be performed.');
  await expect(update({ AllowedDomains: '.kaggle.com' })).rejects.toThrow('No updates are to be performed.');
  await expect(
    update({}, FIREWALL.replace('RetentionInDays: !Ref Retention', 'LogGroupClass: INFREQUENT_ACCESS')),
  ).rejects.toThrow(
    /Resources\.Logs\.Properties\.LogGroupClass \(line \d+\): The lab cannot change LogGroupClass of an existing AWS::Logs::LogGroup/,
  );
  const stack = await update({}, FIREWALL.replace('Capacity: 100', 'Capacity: 200'));
  expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(stack.StackStatusReason).toMatch(
    /\[Group\]\. .*Resources\.Group\.Properties\.RuleGroupName .*exists already/,
  );
});

test('security group rules are exchanged one by one', async () => {
  await createStack(account, 'net', { template: FIREWALL });
  const rules = (text: string) =>
    FIREWALL.replace(/SecurityGroupIngress: \[.*\]/, `SecurityGroupIngress: [${text}]`);
  const one = '{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.1.0/24 }';
  const two = '{ IpProtocol: tcp, FromPort: 2049, ToPort: 2049, CidrIp: 10.0.1.0/24 }';
  expect((await update({}, rules(`${one}, ${two}`))).StackStatus).toBe('UPDATE_COMPLETE');
  expect((await update({}, rules(two))).StackStatus).toBe('UPDATE_COMPLETE');
  const studio = [...account.state.securityGroups.values()].find(
    ({ Description }) => Description === 'of Studio',
  );
  expect(studio?.IpPermissions?.map(({ FromPort }) => FromPort)).toEqual([2049]);
  expect(studio?.IpPermissionsEgress).toHaveLength(1);
});
