import {
  CreateRouteCommand,
  type CreateRouteRequest,
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import {
  codeOf,
  createInternetGateway,
  createRouteTable,
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

describe('targets', () => {
  test.each<[string, Partial<CreateRouteRequest>, string]>([
    ['an unknown internet gateway', { GatewayId: 'igw-00000000000000000' }, 'InvalidGatewayID.NotFound'],
    ['an endpoint in GatewayId', { GatewayId: 'vpce-00000000000000000' }, 'InvalidGatewayID.NotFound'],
    ['an unknown NAT gateway', { NatGatewayId: 'nat-00000000000000000' }, 'InvalidNatGatewayID.NotFound'],
    ['an unknown endpoint', { VpcEndpointId: 'vpce-00000000000000000' }, 'InvalidVpcEndpointId.NotFound'],
    [
      'an unknown interface',
      { NetworkInterfaceId: 'eni-00000000000000000' },
      'InvalidNetworkInterfaceID.NotFound',
    ],
    ['a malformed interface', { NetworkInterfaceId: 'eni-1' }, 'InvalidNetworkInterfaceId.Malformed'],
    ['an unknown instance', { InstanceId: 'i-00000000000000000' }, 'InvalidInstanceID.NotFound'],
    [
      'an unknown peering connection',
      { VpcPeeringConnectionId: 'pcx-00000000000000000' },
      'InvalidVpcPeeringConnectionID.NotFound',
    ],
    [
      'a transit gateway the VPC is not attached to',
      { TransitGatewayId: 'tgw-00000000000000000' },
      'InvalidTransitGatewayID.NotFound',
    ],
    ['an ARN that is none', { CoreNetworkArn: 'core-network-1' }, 'InvalidParameterValue'],
    ['no target', {}, 'MissingParameter'],
    [
      'two targets',
      { GatewayId: 'igw-00000000000000000', NatGatewayId: 'nat-00000000000000000' },
      'InvalidParameterCombination',
    ],
  ])('%s is refused', async (_name, target, code) => {
    expect(await codeOf(create({ ...anywhere, ...target }))).toBe(code);
    expect(await routeTo('0.0.0.0/0')).toBeUndefined();
  });

  test('a gateway of another VPC is refused', async () => {
    const other = await createVpc(account, '10.9.0.0/16');
    const GatewayId = await createInternetGateway(account, other);
    expect(await codeOf(create({ ...anywhere, GatewayId }))).toBe('InvalidParameterValue');
  });

  test('targets that the lab holds no objects of are kept as given', async () => {
    await create({ DestinationCidrBlock: '1.0.0.0/8', GatewayId: 'vgw-0123456789abcdef0' });
    await create({ DestinationCidrBlock: '2.0.0.0/8', LocalGatewayId: 'lgw-0123456789abcdef0' });
    await create({ DestinationCidrBlock: '3.0.0.0/8', CarrierGatewayId: 'cagw-0123456789abcdef0' });
    await create({
      DestinationCidrBlock: '4.0.0.0/8',
      CoreNetworkArn: 'arn:aws:networkmanager::123456789012:core-network/core-network-1',
    });
    const routes = (await table())?.Routes ?? [];
    expect(routes.map((route) => route.State)).toEqual(['active', 'active', 'active', 'active', 'active']);
    expect(routes[2]).toMatchObject({ LocalGatewayId: 'lgw-0123456789abcdef0' });
  });

  test('an interface endpoint cannot be a target, a gateway endpoint neither', async () => {
    const { VpcEndpoint } = await account.ec2.send(
      new CreateVpcEndpointCommand({ VpcId, ServiceName: 'com.amazonaws.us-east-1.s3' }),
    );
    expect(await codeOf(create({ ...anywhere, VpcEndpointId: VpcEndpoint?.VpcEndpointId }))).toBe(
      'InvalidParameterValue',
    );
  });
});
