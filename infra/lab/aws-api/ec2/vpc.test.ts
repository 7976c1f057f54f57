import {
  AssociateDhcpOptionsCommand,
  CreateDhcpOptionsCommand,
  CreateFlowLogsCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteDhcpOptionsCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeAvailabilityZonesCommand,
  DescribeDhcpOptionsCommand,
  DescribeFlowLogsCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcsCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcBlockPublicAccessOptionsCommand,
} from '@aws-sdk/client-ec2';
import { codeOf, createSubnet, createVpc, openAccount, type TestAccount } from './account-for-tests';
import { zoneId } from './availability-zone';

let account: TestAccount;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const ofVpc = (vpcId: string) => ({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });

test('a new VPC has a main route table, a default security group and a default network ACL', async () => {
  const { ec2 } = account;
  const vpcId = await createVpc(account);
  const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand(ofVpc(vpcId)));
  expect(RouteTables).toHaveLength(1);
  expect(RouteTables?.[0]?.Routes).toEqual([
    { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
  ]);
  const [main] = RouteTables?.[0]?.Associations ?? [];
  expect(main).toMatchObject({ Main: true, AssociationState: { State: 'associated' } });
  expect(main?.SubnetId).toBeUndefined();

  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand(ofVpc(vpcId)));
  expect(SecurityGroups).toMatchObject([
    {
      GroupName: 'default',
      IpPermissions: [
        {
          IpProtocol: '-1',
          UserIdGroupPairs: [{ GroupId: SecurityGroups?.[0]?.GroupId, UserId: '123456789012' }],
        },
      ],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    },
  ]);

  const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand(ofVpc(vpcId)));
  const entries = NetworkAcls?.[0]?.Entries?.map((entry) => [
    entry.RuleNumber,
    entry.Egress,
    entry.RuleAction,
  ]);
  expect(NetworkAcls).toMatchObject([{ IsDefault: true }]);
  expect(entries).toEqual([
    [100, true, 'allow'],
    [32_767, true, 'deny'],
    [100, false, 'allow'],
    [32_767, false, 'deny'],
  ]);
});

test('the DHCP options of a new VPC name the Amazon resolver, and can be replaced', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const { DhcpOptions } = await ec2.send(new DescribeDhcpOptionsCommand({}));
  expect(DhcpOptions?.[0]?.DhcpConfigurations).toEqual([
    { Key: 'domain-name', Values: [{ Value: 'ec2.internal' }] },
    { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
  ]);
  const created = await ec2.send(
    new CreateDhcpOptionsCommand({
      DhcpConfigurations: [{ Key: 'domain-name-servers', Values: ['8.8.8.8'] }],
    }),
  );
  const DhcpOptionsId = created.DhcpOptions?.DhcpOptionsId;
  await ec2.send(new AssociateDhcpOptionsCommand({ VpcId, DhcpOptionsId }));
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
  expect(Vpcs?.[0]?.DhcpOptionsId).toBe(DhcpOptionsId);
  expect(await codeOf(ec2.send(new DeleteDhcpOptionsCommand({ DhcpOptionsId })))).toBe('DependencyViolation');
});

test.each([
  ['10.0.0.0/8', 'InvalidVpc.Range'],
  ['10.0.0.0/29', 'InvalidVpc.Range'],
  ['10.0.0.0', 'InvalidParameterValue'],
  ['::/64', 'InvalidParameterValue'],
])('a VPC cannot have the CIDR block %s', async (CidrBlock, code) => {
  expect(await codeOf(account.ec2.send(new CreateVpcCommand({ CidrBlock })))).toBe(code);
});

test('DNS attributes are as AWS sets them, one can be changed per call', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const read = () => ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }));
  expect((await read()).EnableDnsHostnames).toEqual({ Value: false });
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  expect((await read()).EnableDnsHostnames).toEqual({ Value: true });
  expect(
    await codeOf(
      ec2.send(
        new ModifyVpcAttributeCommand({
          VpcId,
          EnableDnsHostnames: { Value: true },
          EnableDnsSupport: { Value: true },
        }),
      ),
    ),
  ).toBe('InvalidParameterCombination');
});

test('a VPC in use cannot be deleted, an empty one goes with its defaults', async () => {
  const { ec2, state } = account;
  const VpcId = await createVpc(account);
  const SubnetId = await createSubnet(account, VpcId, '10.0.1.0/24');
  expect(await codeOf(ec2.send(new DeleteVpcCommand({ VpcId })))).toBe('DependencyViolation');
  await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  await ec2.send(new DeleteVpcCommand({ VpcId }));
  expect([
    state.vpcs.size,
    state.routeTables.size,
    state.securityGroups.size,
    state.networkAcls.size,
  ]).toEqual([0, 0, 0, 0]);
});

test('ids are checked for their form, then for what they name', async () => {
  const { ec2 } = account;
  const describe = (id: string) => codeOf(ec2.send(new DescribeVpcsCommand({ VpcIds: [id] })));
  expect(await describe('vpc-xyz')).toBe('InvalidVpcID.Malformed');
  expect(await describe('subnet-00000000')).toBe('InvalidVpcID.Malformed');
  expect(await describe('vpc-00000000000000000')).toBe('InvalidVpcID.NotFound');
  expect(await codeOf(ec2.send(new CreateVpcCommand({})))).toBe('MissingParameter');
  expect(await codeOf(ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', DryRun: true })))).toBe(
    'DryRunOperation',
  );
  expect(
    await codeOf(ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', Ipv4IpamPoolId: 'ipam-pool-1' }))),
  ).toBe('UnsupportedOperation');
});

test('tags can be put on, replaced and taken off, and are listed with their resource', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  await ec2.send(
    new CreateTagsCommand({
      Resources: [VpcId],
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  );
  await ec2.send(new CreateTagsCommand({ Resources: [VpcId], Tags: [{ Key: 'a', Value: '3' }] }));
  await ec2.send(new DeleteTagsCommand({ Resources: [VpcId], Tags: [{ Key: 'b' }] }));
  const { Tags } = await ec2.send(
    new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [VpcId] }] }),
  );
  expect(Tags).toEqual([{ ResourceId: VpcId, ResourceType: 'vpc', Key: 'a', Value: '3' }]);
  expect(
    await codeOf(
      ec2.send(new CreateTagsCommand({ Resources: ['vpc-00000000000000000'], Tags: [{ Key: 'a' }] })),
    ),
  ).toBe('InvalidID');
});

test('Block Public Access is shown on the VPC and its subnets', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const before = await ec2.send(new DescribeVpcBlockPublicAccessOptionsCommand({}));
  expect(before.VpcBlockPublicAccessOptions).toMatchObject({
    InternetGatewayBlockMode: 'off',
    State: 'default-state',
  });
  await ec2.send(
    new ModifyVpcBlockPublicAccessOptionsCommand({ InternetGatewayBlockMode: 'block-bidirectional' }),
  );
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
  expect(Vpcs?.[0]?.BlockPublicAccessStates?.InternetGatewayBlockMode).toBe('block-bidirectional');
});

test('flow logs are kept as configured; the same one twice is reported, not made', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const request = {
    ResourceIds: [VpcId],
    ResourceType: 'VPC' as const,
    TrafficType: 'ALL' as const,
    LogGroupName: '/vpc/flow',
    DeliverLogsPermissionArn: 'arn:aws:iam::123456789012:role/flow',
  };
  const { FlowLogIds } = await ec2.send(new CreateFlowLogsCommand(request));
  const again = await ec2.send(new CreateFlowLogsCommand(request));
  expect(again.Unsuccessful?.[0]?.Error?.Code).toBe('FlowLogAlreadyExists');
  const { FlowLogs } = await ec2.send(
    new DescribeFlowLogsCommand({ Filter: [{ Name: 'resource-id', Values: [VpcId] }] }),
  );
  expect(FlowLogs).toMatchObject([
    {
      FlowLogId: FlowLogIds?.[0],
      FlowLogStatus: 'ACTIVE',
      LogGroupName: '/vpc/flow',
      TrafficType: 'ALL',
      MaxAggregationInterval: 600,
    },
  ]);
  expect(
    await codeOf(ec2.send(new CreateFlowLogsCommand({ ...request, DeliverLogsPermissionArn: undefined }))),
  ).toBe('MissingParameter');
});

test('zones have the ids that AWS builds from region names', async () => {
  const { AvailabilityZones } = await account.ec2.send(new DescribeAvailabilityZonesCommand({}));
  expect(AvailabilityZones?.map((zone) => zone.ZoneId)).toEqual(['use1-az1', 'use1-az2', 'use1-az3']);
  expect(['eu-central-1a', 'ap-southeast-2b', 'us-gov-west-1a'].map(zoneId)).toEqual([
    'euc1-az1',
    'apse2-az2',
    'usgw1-az1',
  ]);
});
