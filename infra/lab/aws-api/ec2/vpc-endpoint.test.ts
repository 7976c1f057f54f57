import {
  CreateSecurityGroupCommand,
  CreateVpcEndpointCommand,
  type CreateVpcEndpointRequest,
  DeleteNetworkInterfaceCommand,
  DeleteRouteCommand,
  DeleteVpcEndpointsCommand,
  DescribeNetworkInterfacesCommand,
  DescribePrefixListsCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import {
  codeOf,
  createRouteTable,
  createSubnet,
  createVpc,
  openAccount,
  type TestAccount,
} from './account-for-tests';

let account: TestAccount;
let VpcId: string;
beforeEach(async () => {
  account = await openAccount();
  VpcId = await createVpc(account);
  await account.ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
});
afterEach(() => account.close());

async function create(request: Partial<CreateVpcEndpointRequest>) {
  const { VpcEndpoint } = await account.ec2.send(new CreateVpcEndpointCommand({ VpcId, ...request }));
  return VpcEndpoint;
}

async function read(id: string | undefined) {
  const { VpcEndpoints } = await account.ec2.send(
    new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id ?? ''] }),
  );
  return VpcEndpoints?.[0];
}

async function routesOf(id: string) {
  const { RouteTables } = await account.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
  return RouteTables?.[0]?.Routes?.slice(1) ?? [];
}

const s3 = { ServiceName: 'com.amazonaws.us-east-1.s3' };
const api = { ServiceName: 'com.amazonaws.us-east-1.sagemaker.api', VpcEndpointType: 'Interface' as const };
const denyAll =
  '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}';

describe('gateway endpoints', () => {
  test('put a prefix-list route to themselves into each of their tables, and take it out again', async () => {
    const { ec2 } = account;
    const [one, other] = [await createRouteTable(account, VpcId), await createRouteTable(account, VpcId)];
    const { PrefixLists } = await ec2.send(
      new DescribePrefixListsCommand({ Filters: [{ Name: 'prefix-list-name', Values: [s3.ServiceName] }] }),
    );
    const DestinationPrefixListId = PrefixLists?.[0]?.PrefixListId;
    expect(PrefixLists?.[0]?.Cidrs).toContain('192.0.2.0/25');
    const endpoint = await create({ ...s3, RouteTableIds: [one] });
    expect(await routesOf(one)).toEqual([
      { DestinationPrefixListId, GatewayId: endpoint?.VpcEndpointId, Origin: 'CreateRoute', State: 'active' },
    ]);
    expect(endpoint).toMatchObject({
      VpcEndpointType: 'Gateway',
      State: 'available',
      RouteTableIds: [one],
      PrivateDnsEnabled: false,
    });
    expect(JSON.parse(endpoint?.PolicyDocument ?? '')).toMatchObject({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
    });

    const VpcEndpointId = endpoint?.VpcEndpointId;
    await ec2.send(
      new ModifyVpcEndpointCommand({ VpcEndpointId, AddRouteTableIds: [other], RemoveRouteTableIds: [one] }),
    );
    expect(await routesOf(one)).toEqual([]);
    expect(await routesOf(other)).toHaveLength(1);
    expect(
      await codeOf(ec2.send(new DeleteRouteCommand({ RouteTableId: other, DestinationPrefixListId }))),
    ).toBe('InvalidParameterValue');
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId ?? ''] }));
    expect(await routesOf(other)).toEqual([]);
  });

  test('one table takes one endpoint per service', async () => {
    const RouteTableIds = [await createRouteTable(account, VpcId)];
    await create({ ...s3, RouteTableIds });
    expect(await codeOf(create({ ...s3, RouteTableIds }))).toBe('RouteAlreadyExists');
    await create({ ServiceName: 'com.amazonaws.us-east-1.dynamodb', RouteTableIds });
    expect(account.state.vpcEndpoints.size).toBe(2);
  });
});

describe('interface endpoints', () => {
  test('have an interface with their groups in each subnet, and the service’s names with private DNS', async () => {
    const { ec2 } = account;
    const SubnetIds = [await createSubnet(account, VpcId, '10.0.1.0/24')];
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId, GroupName: 'endpoints', Description: 'd' }),
    );
    const endpoint = await create({
      ...api,
      SubnetIds,
      SecurityGroupIds: [GroupId],
      PrivateDnsEnabled: true,
      PolicyDocument: denyAll,
    });
    expect(endpoint).toMatchObject({
      SubnetIds,
      Groups: [{ GroupId, GroupName: 'endpoints' }],
      PrivateDnsEnabled: true,
      PolicyDocument: denyAll,
      State: 'available',
    });
    const names = endpoint?.DnsEntries?.map((entry) => entry.DnsName);
    expect(names).toHaveLength(3);
    expect(names?.[0]).toMatch(
      /^vpce-[0-9a-f]{17}-[0-9a-f]{8}\.api\.sagemaker\.us-east-1\.vpce\.amazonaws\.com$/,
    );
    expect(names?.[2]).toBe('api.sagemaker.us-east-1.amazonaws.com');

    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: endpoint?.NetworkInterfaceIds }),
    );
    expect(NetworkInterfaces).toMatchObject([
      {
        InterfaceType: 'vpc_endpoint',
        PrivateIpAddress: '10.0.1.4',
        Groups: [{ GroupId }],
        RequesterManaged: true,
        Status: 'in-use',
      },
    ]);
    const NetworkInterfaceId = endpoint?.NetworkInterfaceIds?.[0];
    expect(await codeOf(ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })))).toBe(
      'OperationNotPermitted',
    );
  });

  test('take the default group and an allow-all policy when none is given; both can be changed', async () => {
    const { ec2 } = account;
    const SubnetIds = [await createSubnet(account, VpcId, '10.0.1.0/24')];
    const created = await create({ ...api, SubnetIds });
    const VpcEndpointId = created?.VpcEndpointId;
    expect(created?.Groups).toMatchObject([{ GroupName: 'default' }]);
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId, GroupName: 'endpoints', Description: 'd' }),
    );
    await ec2.send(
      new ModifyVpcEndpointCommand({
        VpcEndpointId,
        AddSecurityGroupIds: [GroupId],
        RemoveSecurityGroupIds: [created?.Groups?.[0]?.GroupId ?? ''],
        PolicyDocument: denyAll,
        PrivateDnsEnabled: true,
      }),
    );
    expect(await read(VpcEndpointId)).toMatchObject({
      Groups: [{ GroupId }],
      PolicyDocument: denyAll,
      PrivateDnsEnabled: true,
    });
    await ec2.send(
      new ModifyVpcEndpointCommand({ VpcEndpointId, ResetPolicy: true, RemoveSubnetIds: SubnetIds }),
    );
    const after = await read(VpcEndpointId);
    expect(JSON.parse(after?.PolicyDocument ?? '')).toMatchObject({ Statement: [{ Effect: 'Allow' }] });
    expect(after?.NetworkInterfaceIds).toEqual([]);
    expect(account.state.networkInterfaces.size).toBe(0);
  });

  test('private DNS needs the VPC’s DNS attributes and no rival', async () => {
    const { ec2 } = account;
    await create({ ...api, PrivateDnsEnabled: true });
    expect(await codeOf(create({ ...api, PrivateDnsEnabled: true }))).toBe('InvalidParameter');
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: false } }));
    expect(
      await codeOf(create({ ...api, ServiceName: 'com.amazonaws.us-east-1.sts', PrivateDnsEnabled: true })),
    ).toBe('InvalidParameter');
  });

  test.each<[string, Partial<CreateVpcEndpointRequest>, string]>([
    ['an unknown service', { ServiceName: 'com.amazonaws.us-east-1.nothing' }, 'InvalidServiceName'],
    ['a service of another region', { ServiceName: 'com.amazonaws.eu-west-1.sts' }, 'InvalidServiceName'],
    ['no service', { ServiceName: undefined }, 'MissingParameter'],
    [
      'a type the service has not',
      { ServiceName: 'com.amazonaws.us-east-1.sts', VpcEndpointType: 'Gateway' },
      'InvalidParameter',
    ],
    ['route tables', { RouteTableIds: ['rtb-00000000000000000'] }, 'InvalidParameter'],
    ['a policy that is no JSON', { PolicyDocument: '{' }, 'InvalidPolicyDocument'],
    [
      'a policy without an effect',
      { PolicyDocument: '{"Statement":[{"Action":"*","Principal":"*"}]}' },
      'InvalidPolicyDocument',
    ],
    ['an unknown subnet', { SubnetIds: ['subnet-00000000000000000'] }, 'InvalidSubnetID.NotFound'],
  ])('%s is refused and leaves nothing', async (_name, request, code) => {
    expect(await codeOf(create({ ...api, ...request }))).toBe(code);
    expect([account.state.vpcEndpoints.size, account.state.networkInterfaces.size]).toEqual([0, 0]);
  });

  test('two subnets of one zone are refused', async () => {
    const SubnetIds = [
      await createSubnet(account, VpcId, '10.0.1.0/24'),
      await createSubnet(account, VpcId, '10.0.2.0/24'),
    ];
    expect(await codeOf(create({ ...api, SubnetIds }))).toBe('DuplicateSubnetsInSameZone');
  });

  test('those that Network Firewall made are not mine to delete', async () => {
    const endpoint = await create(api);
    const id = endpoint?.VpcEndpointId ?? '';
    const stored = account.state.vpcEndpoints.get(id);
    if (stored !== undefined) stored.RequesterManaged = true;
    const { Unsuccessful } = await account.ec2.send(
      new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id, 'vpce-00000000000000000'] }),
    );
    expect(Unsuccessful?.map((item) => item.Error?.Code)).toEqual([
      'OperationNotPermitted',
      'InvalidVpcEndpointId.NotFound',
    ]);
  });

  test('the services are listed with their private names', async () => {
    const { ServiceDetails } = await account.ec2.send(
      new DescribeVpcEndpointServicesCommand({
        ServiceNames: ['aws.sagemaker.us-east-1.studio', s3.ServiceName],
      }),
    );
    expect(
      ServiceDetails?.map((detail) => [
        detail.ServiceName,
        detail.ServiceType?.[0]?.ServiceType,
        detail.PrivateDnsName,
      ]),
    ).toEqual([
      ['aws.sagemaker.us-east-1.studio', 'Interface', 'studio.us-east-1.sagemaker.aws'],
      [s3.ServiceName, 'Gateway', undefined],
      [s3.ServiceName, 'Interface', 's3.us-east-1.amazonaws.com'],
    ]);
  });
});
