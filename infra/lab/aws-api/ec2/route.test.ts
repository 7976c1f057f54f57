import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  type CreateRouteRequest,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  EnableVgwRoutePropagationCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import {
  codeOf,
  createGwlbEndpoint,
  createInternetGateway,
  createNatGateway,
  createRouteTable,
  createSubnet,
  createVpc,
  openAccount,
  type TestAccount,
} from './account-for-tests';

let account: TestAccount;
let VpcId: string;
let RouteTableId: string;
beforeEach(async () => {
  account = await openAccount();
  VpcId = await createVpc(account);
  RouteTableId = await createRouteTable(account, VpcId);
});
afterEach(() => account.close());

async function table(id = RouteTableId): Promise<RouteTable | undefined> {
  const { RouteTables } = await account.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
  return RouteTables?.[0];
}

async function routeTo(destination: string): Promise<Route | undefined> {
  const routes = (await table())?.Routes ?? [];
  return routes.find((route) =>
    [route.DestinationCidrBlock, route.DestinationIpv6CidrBlock, route.DestinationPrefixListId].includes(
      destination,
    ),
  );
}

const create = (request: Partial<CreateRouteRequest>) =>
  account.ec2.send(new CreateRouteCommand({ RouteTableId, ...request }));
const anywhere = { DestinationCidrBlock: '0.0.0.0/0' };

describe('the published network', () => {
  test('its four tables read as AWS returns them', async () => {
    const { ec2 } = account;
    const [firewall, nat, studio] = await Promise.all(
      ['10.0.0.0/28', '10.0.1.0/24', '10.0.2.0/24'].map((cidr) => createSubnet(account, VpcId, cidr)),
    );
    const GatewayId = await createInternetGateway(account, VpcId);
    const VpcEndpointId = await createGwlbEndpoint(account, VpcId, firewall ?? '');
    const { natGatewayId: NatGatewayId } = await createNatGateway(account, nat ?? '');
    const [edge = '', ofNat = '', ofStudio = ''] = await Promise.all(
      [1, 2, 3].map(() => createRouteTable(account, VpcId)),
    );
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: edge, GatewayId }));
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: firewall }));
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: ofNat, SubnetId: nat }));
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: ofStudio, SubnetId: studio }));
    await ec2.send(
      new CreateRouteCommand({ RouteTableId: edge, DestinationCidrBlock: '10.0.1.0/24', VpcEndpointId }),
    );
    await ec2.send(new CreateRouteCommand({ RouteTableId, ...anywhere, GatewayId }));
    await ec2.send(new CreateRouteCommand({ RouteTableId: ofNat, ...anywhere, VpcEndpointId }));
    await ec2.send(new CreateRouteCommand({ RouteTableId: ofStudio, ...anywhere, NatGatewayId }));

    const added = async (id: string) => (await table(id))?.Routes?.slice(1);
    const written = { Origin: 'CreateRoute', State: 'active' };
    expect(await added(edge)).toEqual([
      { DestinationCidrBlock: '10.0.1.0/24', GatewayId: VpcEndpointId, ...written },
    ]);
    expect(await added(RouteTableId)).toEqual([{ ...anywhere, GatewayId, ...written }]);
    expect(await added(ofNat)).toEqual([{ ...anywhere, GatewayId: VpcEndpointId, ...written }]);
    expect(await added(ofStudio)).toEqual([{ ...anywhere, NatGatewayId, ...written }]);
    expect((await table(edge))?.Associations).toMatchObject([{ GatewayId, Main: false }]);
    const bySubnet = await ec2.send(
      new DescribeRouteTablesCommand({
        Filters: [{ Name: 'association.subnet-id', Values: [studio ?? ''] }],
      }),
    );
    expect(bySubnet.RouteTables?.map((found) => found.RouteTableId)).toEqual([ofStudio]);
  });
});

describe('destinations', () => {
  let gateway: string;
  beforeEach(async () => {
    gateway = await createInternetGateway(account, VpcId);
  });

  test('are canonical, single and not there yet', async () => {
    await create({ DestinationCidrBlock: '100.68.0.18/18', GatewayId: gateway });
    expect(await routeTo('100.68.0.0/18')).toMatchObject({ GatewayId: gateway });
    expect(await codeOf(create({ DestinationCidrBlock: '100.68.0.0/18', GatewayId: gateway }))).toBe(
      'RouteAlreadyExists',
    );
    expect(await codeOf(create({ DestinationCidrBlock: '10.0.0.0/16', GatewayId: gateway }))).toBe(
      'RouteAlreadyExists',
    );
    expect(await codeOf(create({ GatewayId: gateway }))).toBe('MissingParameter');
    expect(await codeOf(create({ ...anywhere, DestinationIpv6CidrBlock: '::/0', GatewayId: gateway }))).toBe(
      'InvalidParameterCombination',
    );
    expect(await codeOf(create({ DestinationCidrBlock: '::/0', GatewayId: gateway }))).toBe(
      'InvalidParameterValue',
    );
    expect(await codeOf(create({ DestinationCidrBlock: '169.254.169.0/24', GatewayId: gateway }))).toBe(
      'InvalidParameterValue',
    );
    expect(
      await codeOf(create({ DestinationPrefixListId: 'pl-00000000000000000', GatewayId: gateway })),
    ).toBe('InvalidPrefixListID.NotFound');
  });

  test('the default route and its two halves live side by side', async () => {
    for (const DestinationCidrBlock of ['0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1'])
      await create({ DestinationCidrBlock, GatewayId: gateway });
    expect((await table())?.Routes).toHaveLength(4);
  });

  test('inside the VPC only whole subnets by NAT gateway, interface or GWLB endpoint', async () => {
    const subnet = await createSubnet(account, VpcId, '10.0.1.0/24');
    const VpcEndpointId = await createGwlbEndpoint(account, VpcId, subnet);
    expect(await codeOf(create({ DestinationCidrBlock: '10.0.1.0/24', GatewayId: gateway }))).toBe(
      'InvalidParameterValue',
    );
    expect(await codeOf(create({ DestinationCidrBlock: '10.0.1.0/25', VpcEndpointId }))).toBe(
      'InvalidParameterValue',
    );
    expect(await codeOf(create({ DestinationCidrBlock: '10.0.1.0/24', VpcEndpointId }))).toBe('no error');
  });
});

describe('a gateway table', () => {
  let gateway: string;
  let endpoint: string;
  beforeEach(async () => {
    gateway = await createInternetGateway(account, VpcId);
    endpoint = await createGwlbEndpoint(account, VpcId, await createSubnet(account, VpcId, '10.0.1.0/24'));
  });

  test('takes whole blocks of the VPC and its subnets only', async () => {
    await account.ec2.send(new AssociateRouteTableCommand({ RouteTableId, GatewayId: gateway }));
    expect(await codeOf(create({ ...anywhere, VpcEndpointId: endpoint }))).toBe('InvalidParameterValue');
    expect(await codeOf(create({ DestinationCidrBlock: '10.0.0.0/17', VpcEndpointId: endpoint }))).toBe(
      'InvalidParameterValue',
    );
    expect(await codeOf(create({ DestinationCidrBlock: '10.0.1.0/24', GatewayId: gateway }))).toBe(
      'InvalidParameterValue',
    );
    expect(await codeOf(create({ DestinationCidrBlock: '10.0.1.0/24', VpcEndpointId: endpoint }))).toBe(
      'no error',
    );
  });

  test('can have its local route replaced and restored', async () => {
    const local = { RouteTableId, DestinationCidrBlock: '10.0.0.0/16' };
    await account.ec2.send(new AssociateRouteTableCommand({ RouteTableId, GatewayId: gateway }));
    await account.ec2.send(new ReplaceRouteCommand({ ...local, VpcEndpointId: endpoint }));
    expect(await routeTo('10.0.0.0/16')).toMatchObject({ GatewayId: endpoint, Origin: 'CreateRouteTable' });
    await account.ec2.send(new ReplaceRouteCommand({ ...local, LocalTarget: true }));
    expect(await routeTo('10.0.0.0/16')).toMatchObject({ GatewayId: 'local' });
  });

  test('is not the main table, not one with other routes, not one with propagation', async () => {
    const { ec2 } = account;
    const associate = (id: string | undefined) =>
      codeOf(ec2.send(new AssociateRouteTableCommand({ RouteTableId: id, GatewayId: gateway })));
    const { RouteTables } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.main', Values: ['true'] }] }),
    );
    expect(await associate(RouteTables?.[0]?.RouteTableId)).toBe('InvalidParameterValue');
    await create({ ...anywhere, GatewayId: gateway });
    expect(await associate(RouteTableId)).toBe('InvalidParameterValue');
    const propagating = await createRouteTable(account, VpcId);
    await ec2.send(
      new EnableVgwRoutePropagationCommand({ RouteTableId: propagating, GatewayId: 'vgw-0123456789abcdef0' }),
    );
    expect((await table(propagating))?.PropagatingVgws).toEqual([{ GatewayId: 'vgw-0123456789abcdef0' }]);
    expect(await associate(propagating)).toBe('InvalidParameterValue');
  });
});

describe('replacing and deleting', () => {
  test('a route is replaced, then deleted; what is not there is an error of its own kind', async () => {
    const { ec2 } = account;
    const GatewayId = await createInternetGateway(account, VpcId);
    const { natGatewayId: NatGatewayId } = await createNatGateway(
      account,
      await createSubnet(account, VpcId, '10.0.1.0/24'),
    );
    expect(await codeOf(ec2.send(new ReplaceRouteCommand({ RouteTableId, ...anywhere, GatewayId })))).toBe(
      'InvalidParameterValue',
    );
    expect(await codeOf(ec2.send(new DeleteRouteCommand({ RouteTableId, ...anywhere })))).toBe(
      'InvalidRoute.NotFound',
    );
    await create({ ...anywhere, NatGatewayId });
    await ec2.send(new ReplaceRouteCommand({ RouteTableId, ...anywhere, GatewayId }));
    expect(await routeTo('0.0.0.0/0')).toEqual({
      ...anywhere,
      GatewayId,
      Origin: 'CreateRoute',
      State: 'active',
    });
    await ec2.send(new DeleteRouteCommand({ RouteTableId, ...anywhere }));
    expect(await routeTo('0.0.0.0/0')).toBeUndefined();
    expect(
      await codeOf(ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: '10.0.0.0/16' }))),
    ).toBe('InvalidParameterValue');
  });

  test('a subnet has one table; the main table can be another one, and then cannot be deleted', async () => {
    const { ec2 } = account;
    const SubnetId = await createSubnet(account, VpcId, '10.0.1.0/24');
    const other = await createRouteTable(account, VpcId);
    const { AssociationId } = await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    expect(await codeOf(ec2.send(new AssociateRouteTableCommand({ RouteTableId: other, SubnetId })))).toBe(
      'Resource.AlreadyAssociated',
    );
    expect((await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }))).AssociationId).toBe(
      AssociationId,
    );
    expect(await codeOf(ec2.send(new DeleteRouteTableCommand({ RouteTableId })))).toBe('DependencyViolation');
    await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));

    const { RouteTables } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.main', Values: ['true'] }] }),
    );
    const main = RouteTables?.[0]?.Associations?.[0]?.RouteTableAssociationId;
    expect(await codeOf(ec2.send(new DisassociateRouteTableCommand({ AssociationId: main })))).toBe(
      'InvalidParameterValue',
    );
    await ec2.send(new ReplaceRouteTableAssociationCommand({ AssociationId: main, RouteTableId: other }));
    expect((await table(other))?.Associations).toMatchObject([{ Main: true }]);
    expect(await codeOf(ec2.send(new DeleteRouteTableCommand({ RouteTableId: other })))).toBe(
      'DependencyViolation',
    );
  });
});
