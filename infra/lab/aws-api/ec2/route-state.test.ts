import {
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  type CreateRouteRequest,
  CreateTransitGatewayVpcAttachmentCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteNatGatewayCommand,
  DeleteVpcEndpointsCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
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

describe('the state of a route follows its target', () => {
  test('a detached internet gateway and a deleted NAT gateway leave blackholes', async () => {
    const { ec2 } = account;
    const InternetGatewayId = await createInternetGateway(account, VpcId);
    const { natGatewayId: NatGatewayId } = await createNatGateway(
      account,
      await createSubnet(account, VpcId, '10.0.1.0/24'),
    );
    await create({ DestinationCidrBlock: '1.0.0.0/8', GatewayId: InternetGatewayId });
    await create({ DestinationCidrBlock: '2.0.0.0/8', NatGatewayId });
    expect(await codeOf(ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId })))).toBe(
      'DependencyViolation',
    );
    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    expect((await routeTo('1.0.0.0/8'))?.State).toBe('blackhole');
    expect((await routeTo('2.0.0.0/8'))?.State).toBe('blackhole');
    const { RouteTables } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'route.state', Values: ['blackhole'] }] }),
    );
    expect(RouteTables?.map((found) => found.RouteTableId)).toEqual([RouteTableId]);
    expect(await codeOf(create({ ...anywhere, NatGatewayId }))).toBe('InvalidNatGatewayID.NotFound');
  });

  test('so do a deleted endpoint, an interface nobody uses and a deleted peering connection', async () => {
    const { ec2 } = account;
    const subnet = await createSubnet(account, VpcId, '10.0.1.0/24');
    const VpcEndpointId = await createGwlbEndpoint(account, VpcId, subnet);
    const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnet }));
    const { VpcPeeringConnection } = await ec2.send(
      new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId: await createVpc(account, '10.9.0.0/16') }),
    );
    const { VpcPeeringConnectionId } = VpcPeeringConnection ?? {};
    await create({ DestinationCidrBlock: '1.0.0.0/8', VpcEndpointId });
    await create({
      DestinationCidrBlock: '2.0.0.0/8',
      NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId,
    });
    await create({ DestinationCidrBlock: '10.9.0.0/16', VpcPeeringConnectionId });
    expect((await routeTo('1.0.0.0/8'))?.State).toBe('active');
    expect((await routeTo('2.0.0.0/8'))?.State).toBe('blackhole');
    await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId] }));
    await ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
    expect((await routeTo('1.0.0.0/8'))?.State).toBe('blackhole');
    expect((await routeTo('10.9.0.0/16'))?.State).toBe('blackhole');
  });

  test('a transit gateway is there while the VPC is attached to it', async () => {
    const SubnetIds = [await createSubnet(account, VpcId, '10.0.1.0/24')];
    const TransitGatewayId = 'tgw-0123456789abcdef0';
    await account.ec2.send(
      new CreateTransitGatewayVpcAttachmentCommand({ VpcId, SubnetIds, TransitGatewayId }),
    );
    await create({ ...anywhere, TransitGatewayId });
    expect(await routeTo('0.0.0.0/0')).toMatchObject({ TransitGatewayId, State: 'active' });
  });
});
