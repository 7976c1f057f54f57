import {
  createStack,
  deleteStack,
  holdings,
  type LabAccount,
  openLabAccount,
  outputsOf,
} from './lab-account.fixture';

let account: LabAccount;
beforeEach(async () => {
  account = await openLabAccount();
});
afterEach(() => account.close());

const VPC = `
  Vpc:
    Type: AWS::EC2::VPC
    Properties: { CidrBlock: 10.0.0.0/16 }
`;

test('resources are created through the account, with their tags and outputs', async () => {
  const stack = await createStack(account, 'net', {
    template: `
Resources:
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, Tags: [{ Key: Name, Value: !Sub '\${AWS::StackName}-subnet' }] }
${VPC}
Outputs:
  SubnetId: { Value: !Ref Subnet, Description: where it is }
  Zone: { Value: !GetAtt Subnet.AvailabilityZone }
`,
  });
  expect(stack.StackStatus).toBe('CREATE_COMPLETE');
  const [subnet] = [...account.state.subnets.values()];
  expect(outputsOf(stack)).toEqual({ SubnetId: subnet?.SubnetId, Zone: 'us-east-1a' });
  expect(subnet?.Tags).toEqual(
    expect.arrayContaining([
      { Key: 'Name', Value: 'net-subnet' },
      { Key: 'aws:cloudformation:logical-id', Value: 'Subnet' },
      { Key: 'aws:cloudformation:stack-name', Value: 'net' },
    ]),
  );
  const { events = [], resources } = account.state.stacks.get(stack.StackId ?? '') ?? {};
  expect(
    events.map(({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`),
  ).toEqual([
    'net CREATE_IN_PROGRESS',
    'Vpc CREATE_IN_PROGRESS',
    'Vpc CREATE_COMPLETE',
    'Subnet CREATE_IN_PROGRESS',
    'Subnet CREATE_COMPLETE',
    'net CREATE_COMPLETE',
  ]);
  expect(resources?.get('Subnet')?.PhysicalResourceId).toBe(subnet?.SubnetId);
});

test.each([
  {
    what: 'an address block that does not fit',
    resource:
      '  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 192.168.0.0/24 } }',
    failed: 'Subnet',
    reason:
      /Resources\.Subnet\.Properties\.CidrBlock \(line 10\): .*192\.168\.0\.0\/24.*\(ec2:CreateSubnet, InvalidSubnet\.Range\)/,
  },
  {
    what: 'a route to nowhere',
    resource: `  Table: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  Route: { Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-0123456789abcdef0 } }`,
    failed: 'Route',
    reason: /Resources\.Route\.Properties\.NatGatewayId \(line 11\): .*nat-0123456789abcdef0/,
  },
  {
    what: 'attributes that contradict each other, half way through a resource',
    resource:
      '  Other: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.9.0.0/16, EnableDnsSupport: false, EnableDnsHostnames: true } }',
    failed: 'Other',
    reason: /Resources\.Other/,
  },
  {
    what: 'a rule group that Suricata cannot load',
    resource: `  Group:
    Type: AWS::NetworkFirewall::RuleGroup
    Properties: { RuleGroupName: g, Type: STATEFUL, Capacity: 0, RuleGroup: { RulesSource: { RulesString: 'pass ip any any -> any any (sid:1;)' } } }`,
    failed: 'Group',
    reason: /Resources\.Group\.Properties\.Capacity \(line 12\): .*Capacity 0 must be at least 1/,
  },
])('$what takes everything back and is named', async ({ resource, failed, reason }) => {
  const before = holdings(account.state);
  const stack = await createStack(account, 'net', {
    template: `
Resources:
  Gateway: { Type: AWS::EC2::InternetGateway }
  Bucket: { Type: AWS::S3::Bucket }
  Vpc:
    Type: AWS::EC2::VPC
    DeletionPolicy: Retain
    Properties: { CidrBlock: 10.0.0.0/16 }
  Attachment: { Type: AWS::EC2::VPCGatewayAttachment, Properties: { VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway } }
${resource}
`,
  });
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(stack.StackStatusReason).toMatch(reason);
  expect(stack.StackStatusReason).toContain(`The following resource(s) failed to create: [${failed}].`);
  expect(holdings(account.state)).toEqual(before);
});

test('protections that a failing template has set do not hold up its rollback', async () => {
  const before = holdings(account.state);
  const stack = await createStack(account, 'net', {
    template: `
Resources:
${VPC}
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24 } }
  Policy:
    Type: AWS::NetworkFirewall::FirewallPolicy
    Properties: { FirewallPolicyName: p, FirewallPolicy: { StatelessDefaultActions: ['aws:forward_to_sfe'], StatelessFragmentDefaultActions: ['aws:drop'] } }
  Firewall:
    Type: AWS::NetworkFirewall::Firewall
    Properties: { FirewallName: f, FirewallPolicyArn: !Ref Policy, VpcId: !Ref Vpc, SubnetMappings: [{ SubnetId: !Ref Subnet }], DeleteProtection: true }
  Alerts: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: 30 } }
  Logging:
    Type: AWS::NetworkFirewall::LoggingConfiguration
    Properties:
      FirewallArn: !Ref Firewall
      LoggingConfiguration: { LogDestinationConfigs: [{ LogType: ALERT, LogDestinationType: CloudWatchLogs, LogDestination: { logGroup: !Ref Alerts } }, { LogType: FLOW, LogDestinationType: CloudWatchLogs, LogDestination: { logGroup: nowhere } }] }
`,
  });
  expect(stack.StackStatusReason).toMatch(
    /Resources\.Logging\.Properties\.LoggingConfiguration\.LogDestinationConfigs\[1\]\.LogDestination\.logGroup \(line \d+\)/,
  );
  expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(holdings(account.state)).toEqual(before);
});

test('deletion goes backwards, keeps what is to be retained, and stops at what is protected', async () => {
  const template = `
Resources:
  Bucket: { Type: AWS::S3::Bucket, DeletionPolicy: Retain }
  Gateway: { Type: AWS::EC2::InternetGateway }
${VPC}
  Attachment: { Type: AWS::EC2::VPCGatewayAttachment, Properties: { VpcId: !Ref Vpc, InternetGatewayId: !Ref Gateway } }
  Group: { Type: AWS::Route53Resolver::FirewallRuleGroup }
  Association:
    Type: AWS::Route53Resolver::FirewallRuleGroupAssociation
    Properties: { FirewallRuleGroupId: !Ref Group, VpcId: !Ref Vpc, Priority: 200, MutationProtection: PROTECTION }
`;
  const open = await createStack(account, 'open', { template: template.replace('PROTECTION', 'DISABLED') });
  expect((await deleteStack(account, open)).StackStatus).toBe('DELETE_COMPLETE');
  expect(account.state.buckets.size).toBe(1);
  expect(account.state.vpcs.size + account.state.internetGateways.size).toBe(0);

  const guarded = await createStack(account, 'guarded', {
    template: template.replace('PROTECTION', 'ENABLED'),
  });
  const left = await deleteStack(account, guarded);
  expect(left.StackStatus).toBe('DELETE_FAILED');
  expect(left.StackStatusReason).toMatch(
    /failed to delete: \[Group, Association\].*mutation protection enabled/,
  );
});

test('a stack exports values, others import them, and nobody takes them away meanwhile', async () => {
  const exporting = `
Resources:
${VPC}
Outputs:
  VpcId: { Value: !Ref Vpc, Export: { Name: !Sub '\${AWS::StackName}:vpc' } }
`;
  const importing = `
Resources:
  Table: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !ImportValue 'net:vpc' } }
`;
  await expect(createStack(account, 'use', { template: importing })).rejects.toThrow(
    'No export named net:vpc found.',
  );
  const net = await createStack(account, 'net', { template: exporting });
  const use = await createStack(account, 'use', { template: importing });
  expect([...account.state.routeTables.values()].some(({ Associations }) => Associations?.length === 0)).toBe(
    true,
  );
  expect((await deleteStack(account, net)).StackStatusReason).toBe(
    'Export net:vpc cannot be deleted as it is in use by use',
  );
  expect((await deleteStack(account, use)).StackStatus).toBe('DELETE_COMPLETE');
  expect((await deleteStack(account, net)).StackStatus).toBe('DELETE_COMPLETE');
  expect(account.state.exports.size).toBe(0);
});
