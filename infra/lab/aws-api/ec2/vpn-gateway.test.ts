import {
  AttachVpnGatewayCommand,
  CreateCustomerGatewayCommand,
  CreateVpnConnectionCommand,
  CreateVpnConnectionRouteCommand,
  CreateVpnGatewayCommand,
  DeleteVpnConnectionRouteCommand,
  DeleteVpnGatewayCommand,
  DescribeRouteTablesCommand,
  DescribeVpnConnectionsCommand,
  DescribeVpnGatewaysCommand,
  DetachVpnGatewayCommand,
  DisableVgwRoutePropagationCommand,
  EnableVgwRoutePropagationCommand,
} from '@aws-sdk/client-ec2';
import { codeOf, createRouteTable, createVpc, openAccount, type TestAccount } from './account-for-tests';

let account: TestAccount;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

/** A VPC with a virtual private gateway, behind which a static VPN knows 192.168.0.0/16. */
async function office() {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const { VpnGateway } = await ec2.send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const VpnGatewayId = VpnGateway?.VpnGatewayId ?? '';
  await ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId }));
  const { CustomerGateway } = await ec2.send(
    new CreateCustomerGatewayCommand({ Type: 'ipsec.1', IpAddress: '203.0.113.7', BgpAsn: 65_000 }),
  );
  const { VpnConnection } = await ec2.send(
    new CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      CustomerGatewayId: CustomerGateway?.CustomerGatewayId,
      VpnGatewayId,
      Options: { StaticRoutesOnly: true },
    }),
  );
  const VpnConnectionId = VpnConnection?.VpnConnectionId ?? '';
  await ec2.send(
    new CreateVpnConnectionRouteCommand({ VpnConnectionId, DestinationCidrBlock: '192.168.0.0/16' }),
  );
  return { VpcId, VpnGatewayId, VpnConnectionId, RouteTableId: await createRouteTable(account, VpcId) };
}

async function learnedIn(RouteTableId: string) {
  const { RouteTables } = await account.ec2.send(
    new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }),
  );
  return (RouteTables?.[0]?.Routes ?? [])
    .filter(({ Origin }) => Origin === 'EnableVgwRoutePropagation')
    .map(({ DestinationCidrBlock, GatewayId, State }) => [DestinationCidrBlock, GatewayId, State]);
}

test('a table that propagates learns what the VPN knows, and forgets it with the propagation', async () => {
  const { ec2 } = account;
  const { RouteTableId, VpnGatewayId, VpnConnectionId } = await office();
  const both = { RouteTableId, GatewayId: VpnGatewayId };
  expect(await learnedIn(RouteTableId)).toEqual([]);
  await ec2.send(new EnableVgwRoutePropagationCommand(both));
  expect(await learnedIn(RouteTableId)).toEqual([['192.168.0.0/16', VpnGatewayId, 'active']]);
  const inside = { VpnConnectionId, DestinationCidrBlock: '10.0.9.0/24' };
  await ec2.send(new CreateVpnConnectionRouteCommand(inside));
  expect(await learnedIn(RouteTableId)).toHaveLength(2);
  await ec2.send(new DeleteVpnConnectionRouteCommand(inside));
  expect(await learnedIn(RouteTableId)).toHaveLength(1);
  await ec2.send(new DisableVgwRoutePropagationCommand(both));
  expect(await learnedIn(RouteTableId)).toEqual([]);
});

test('a gateway is attached to one VPC, is not deleted while it is, and takes its routes with it', async () => {
  const { ec2 } = account;
  const { VpcId, RouteTableId, VpnGatewayId } = await office();
  await ec2.send(new EnableVgwRoutePropagationCommand({ RouteTableId, GatewayId: VpnGatewayId }));
  const other = await createVpc(account, '10.9.0.0/16');
  expect(await codeOf(ec2.send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId: other })))).toBe(
    'InvalidParameterValue',
  );
  const elsewhere = { RouteTableId: await createRouteTable(account, other), GatewayId: VpnGatewayId };
  expect(await codeOf(ec2.send(new EnableVgwRoutePropagationCommand(elsewhere)))).toBe('Gateway.NotAttached');
  expect(await codeOf(ec2.send(new DeleteVpnGatewayCommand({ VpnGatewayId })))).toBe('IncorrectState');
  await ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId, VpcId }));
  expect(await learnedIn(RouteTableId)).toEqual([]);
  expect(await codeOf(ec2.send(new DetachVpnGatewayCommand({ VpnGatewayId, VpcId })))).toBe(
    'InvalidVpnGatewayAttachment.NotFound',
  );
  await ec2.send(new DeleteVpnGatewayCommand({ VpnGatewayId }));
  expect((await ec2.send(new DescribeVpnGatewaysCommand({}))).VpnGateways).toEqual([]);
});

test('a connection that learns by BGP takes no static route', async () => {
  const { ec2 } = account;
  const { VpnGatewayId, VpnConnectionId } = await office();
  const { VpnConnections } = await ec2.send(
    new DescribeVpnConnectionsCommand({ Filters: [{ Name: 'vpn-gateway-id', Values: [VpnGatewayId] }] }),
  );
  expect(VpnConnections?.map((one) => one.VpnConnectionId)).toEqual([VpnConnectionId]);
  const { VpnConnection } = await ec2.send(
    new CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      CustomerGatewayId: VpnConnections?.[0]?.CustomerGatewayId,
      VpnGatewayId,
    }),
  );
  const route = new CreateVpnConnectionRouteCommand({
    VpnConnectionId: VpnConnection?.VpnConnectionId,
    DestinationCidrBlock: '172.16.0.0/12',
  });
  expect(await codeOf(ec2.send(route))).toBe('InvalidVpnConnection.InvalidType');
});
