import {
  AssociateTransitGatewayRouteTableCommand,
  CreateTransitGatewayCommand,
  CreateTransitGatewayRouteCommand,
  CreateTransitGatewayRouteTableCommand,
  CreateTransitGatewayVpcAttachmentCommand,
  DeleteTransitGatewayCommand,
  DeleteTransitGatewayRouteCommand,
  DeleteTransitGatewayRouteTableCommand,
  DeleteTransitGatewayVpcAttachmentCommand,
  DescribeNetworkInterfacesCommand,
  DescribeTransitGatewayRouteTablesCommand,
  DescribeTransitGatewaysCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  DisableTransitGatewayRouteTablePropagationCommand,
  DisassociateTransitGatewayRouteTableCommand,
  EnableTransitGatewayRouteTablePropagationCommand,
  GetTransitGatewayRouteTableAssociationsCommand,
  GetTransitGatewayRouteTablePropagationsCommand,
  ModifyTransitGatewayVpcAttachmentCommand,
  ReplaceTransitGatewayRouteCommand,
  SearchTransitGatewayRoutesCommand,
} from '@aws-sdk/client-ec2';
import { codeOf, createSubnet, createVpc, openAccount, type TestAccount } from './account-for-tests';

let account: TestAccount;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

/** Two VPCs at one gateway without default tables, and a table for the first of them. */
async function twoVpcs() {
  const { ec2 } = account;
  const { TransitGateway } = await ec2.send(
    new CreateTransitGatewayCommand({
      Options: { DefaultRouteTableAssociation: 'disable', DefaultRouteTablePropagation: 'disable' },
    }),
  );
  const TransitGatewayId = TransitGateway?.TransitGatewayId ?? '';
  const attach = async (CidrBlock: string) => {
    const VpcId = await createVpc(account, CidrBlock);
    const subnetId = await createSubnet(account, VpcId, CidrBlock.replace('/16', '/24'));
    const { TransitGatewayVpcAttachment: attachment } = await ec2.send(
      new CreateTransitGatewayVpcAttachmentCommand({ TransitGatewayId, VpcId, SubnetIds: [subnetId] }),
    );
    return { VpcId, subnetId, TransitGatewayAttachmentId: attachment?.TransitGatewayAttachmentId ?? '' };
  };
  const [spoke, inspection] = [await attach('10.1.0.0/16'), await attach('10.2.0.0/16')];
  const { TransitGatewayRouteTable } = await ec2.send(
    new CreateTransitGatewayRouteTableCommand({ TransitGatewayId }),
  );
  const TransitGatewayRouteTableId = TransitGatewayRouteTable?.TransitGatewayRouteTableId ?? '';
  return { TransitGatewayId, TransitGatewayRouteTableId, spoke, inspection };
}

async function routesOf(TransitGatewayRouteTableId: string) {
  const { Routes } = await account.ec2.send(
    new SearchTransitGatewayRoutesCommand({
      TransitGatewayRouteTableId,
      Filters: [{ Name: 'state', Values: ['active', 'blackhole'] }],
    }),
  );
  return (Routes ?? []).map((route) => [
    route.DestinationCidrBlock,
    route.Type,
    route.State,
    route.TransitGatewayAttachments?.[0]?.ResourceId,
  ]);
}

test('transit gateway routes are searched by type and by block', async () => {
  const TransitGatewayRouteTableId = 'tgw-rtb-0123456789abcdef0';
  account.state.transitGatewayRouteTables.set(TransitGatewayRouteTableId, {
    table: { TransitGatewayRouteTableId, State: 'available' },
    routes: ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16'].map((DestinationCidrBlock) => ({
      DestinationCidrBlock,
      Type: 'static',
      State: 'active',
    })),
  });
  const search = async (Name: string, Value: string) => {
    const { Routes } = await account.ec2.send(
      new SearchTransitGatewayRoutesCommand({
        TransitGatewayRouteTableId,
        Filters: [{ Name, Values: [Value] }],
      }),
    );
    return Routes?.map((route) => route.DestinationCidrBlock);
  };
  expect(await search('type', 'static')).toHaveLength(3);
  expect(await search('route-search.exact-match', '10.0.0.0/8')).toEqual(['10.0.0.0/8']);
  expect(await search('route-search.longest-prefix-match', '10.1.2.3')).toEqual(['10.1.0.0/16']);
  expect(await search('route-search.subnet-of-match', '10.0.0.0/8')).toEqual(['10.0.0.0/8', '10.1.0.0/16']);
  expect(await search('route-search.supernet-of-match', '10.0.0.0/8')).toEqual(['0.0.0.0/0', '10.0.0.0/8']);
  expect(await codeOf(search('route-search.nonsense', '10.0.0.0/8'))).toBe('InvalidParameterValue');
});

test('a transit gateway comes with a table that new attachments are associated with and propagate to', async () => {
  const { ec2 } = account;
  const { TransitGateway } = await ec2.send(new CreateTransitGatewayCommand({ Description: 'hub' }));
  const tableId = TransitGateway?.Options?.AssociationDefaultRouteTableId;
  expect(TransitGateway?.Options).toMatchObject({
    DefaultRouteTableAssociation: 'enable',
    PropagationDefaultRouteTableId: tableId,
  });
  const VpcId = await createVpc(account);
  const SubnetIds = [await createSubnet(account, VpcId, '10.0.1.0/24')];
  await ec2.send(
    new CreateTransitGatewayVpcAttachmentCommand({
      TransitGatewayId: TransitGateway?.TransitGatewayId,
      VpcId,
      SubnetIds,
    }),
  );
  const { Associations } = await ec2.send(
    new GetTransitGatewayRouteTableAssociationsCommand({ TransitGatewayRouteTableId: tableId }),
  );
  expect(Associations).toMatchObject([{ ResourceId: VpcId, ResourceType: 'vpc', State: 'associated' }]);
  expect(await routesOf(tableId ?? '')).toEqual([['10.0.0.0/16', 'propagated', 'active', VpcId]]);
});

test('an attachment has an interface in each of its subnets, and its options can be changed', async () => {
  const { ec2 } = account;
  const { inspection } = await twoVpcs();
  const interfaces = async () => {
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'vpc-id', Values: [inspection.VpcId] }] }),
    );
    return NetworkInterfaces?.map(({ InterfaceType, SubnetId }) => [InterfaceType, SubnetId]);
  };
  expect(await interfaces()).toEqual([['transit_gateway', inspection.subnetId]]);
  await ec2.send(
    new ModifyTransitGatewayVpcAttachmentCommand({
      TransitGatewayAttachmentId: inspection.TransitGatewayAttachmentId,
      Options: { ApplianceModeSupport: 'enable' },
    }),
  );
  const { TransitGatewayVpcAttachments } = await ec2.send(
    new DescribeTransitGatewayVpcAttachmentsCommand({
      Filters: [{ Name: 'vpc-id', Values: [inspection.VpcId] }],
    }),
  );
  expect(TransitGatewayVpcAttachments?.[0]?.Options).toMatchObject({ ApplianceModeSupport: 'enable' });
  await ec2.send(
    new DeleteTransitGatewayVpcAttachmentCommand({
      TransitGatewayAttachmentId: inspection.TransitGatewayAttachmentId,
    }),
  );
  expect(await interfaces()).toEqual([]);
});

test('static routes are made, replaced and deleted; a propagated twin gives way; what is detached is a blackhole', async () => {
  const { ec2 } = account;
  const { TransitGatewayRouteTableId, spoke, inspection } = await twoVpcs();
  const to = { TransitGatewayRouteTableId, DestinationCidrBlock: '0.0.0.0/0' };
  await ec2.send(
    new CreateTransitGatewayRouteCommand({
      ...to,
      TransitGatewayAttachmentId: inspection.TransitGatewayAttachmentId,
    }),
  );
  expect(await codeOf(ec2.send(new CreateTransitGatewayRouteCommand({ ...to, Blackhole: true })))).toBe(
    'RouteAlreadyExists',
  );
  await ec2.send(
    new EnableTransitGatewayRouteTablePropagationCommand({
      TransitGatewayRouteTableId,
      TransitGatewayAttachmentId: spoke.TransitGatewayAttachmentId,
    }),
  );
  expect(await routesOf(TransitGatewayRouteTableId)).toEqual([
    ['0.0.0.0/0', 'static', 'active', inspection.VpcId],
    ['10.1.0.0/16', 'propagated', 'active', spoke.VpcId],
  ]);
  const own = { TransitGatewayRouteTableId, DestinationCidrBlock: '10.1.0.0/16' };
  await ec2.send(new CreateTransitGatewayRouteCommand({ ...own, Blackhole: true }));
  expect(await routesOf(TransitGatewayRouteTableId)).toEqual([
    ['0.0.0.0/0', 'static', 'active', inspection.VpcId],
    ['10.1.0.0/16', 'static', 'blackhole', undefined],
  ]);
  await ec2.send(new DeleteTransitGatewayRouteCommand(own));
  await ec2.send(
    new ReplaceTransitGatewayRouteCommand({
      ...to,
      TransitGatewayAttachmentId: spoke.TransitGatewayAttachmentId,
    }),
  );
  await ec2.send(
    new DeleteTransitGatewayVpcAttachmentCommand({
      TransitGatewayAttachmentId: spoke.TransitGatewayAttachmentId,
    }),
  );
  expect(await routesOf(TransitGatewayRouteTableId)).toEqual([
    ['0.0.0.0/0', 'static', 'blackhole', spoke.VpcId],
  ]);
});

test('an attachment is associated with one table at most', async () => {
  const { ec2 } = account;
  const { TransitGatewayId, TransitGatewayRouteTableId, spoke } = await twoVpcs();
  const { TransitGatewayAttachmentId } = spoke;
  const pair = { TransitGatewayRouteTableId, TransitGatewayAttachmentId };
  await ec2.send(new AssociateTransitGatewayRouteTableCommand(pair));
  const { TransitGatewayRouteTable: second } = await ec2.send(
    new CreateTransitGatewayRouteTableCommand({ TransitGatewayId }),
  );
  const again = ec2.send(
    new AssociateTransitGatewayRouteTableCommand({
      TransitGatewayRouteTableId: second?.TransitGatewayRouteTableId,
      TransitGatewayAttachmentId,
    }),
  );
  expect(await codeOf(again)).toBe('Resource.AlreadyAssociated');
  expect(
    await codeOf(ec2.send(new DeleteTransitGatewayRouteTableCommand({ TransitGatewayRouteTableId }))),
  ).toBe('IncorrectState');
  await ec2.send(new DisassociateTransitGatewayRouteTableCommand(pair));
  await ec2.send(new DeleteTransitGatewayRouteTableCommand({ TransitGatewayRouteTableId }));
  const { TransitGatewayRouteTables } = await ec2.send(
    new DescribeTransitGatewayRouteTablesCommand({
      Filters: [{ Name: 'transit-gateway-id', Values: [TransitGatewayId] }],
    }),
  );
  expect(TransitGatewayRouteTables).toEqual([expect.objectContaining(second ?? {})]);
});

test('propagation is listed, doubled with an error, and ends', async () => {
  const { ec2 } = account;
  const { TransitGatewayRouteTableId, spoke } = await twoVpcs();
  const pair = {
    TransitGatewayRouteTableId,
    TransitGatewayAttachmentId: spoke.TransitGatewayAttachmentId,
  };
  const enable = () => ec2.send(new EnableTransitGatewayRouteTablePropagationCommand(pair));
  await enable();
  expect(await codeOf(enable())).toBe('TransitGatewayRouteTablePropagation.Duplicate');
  const { TransitGatewayRouteTablePropagations: listed } = await ec2.send(
    new GetTransitGatewayRouteTablePropagationsCommand({ TransitGatewayRouteTableId }),
  );
  expect(listed).toMatchObject([{ ResourceId: spoke.VpcId, State: 'enabled' }]);
  await ec2.send(new DisableTransitGatewayRouteTablePropagationCommand(pair));
  expect(await routesOf(TransitGatewayRouteTableId)).toEqual([]);
});

test('a gateway goes when nothing is attached, and not before', async () => {
  const { ec2 } = account;
  const { TransitGatewayId, spoke, inspection } = await twoVpcs();
  const remove = () => ec2.send(new DeleteTransitGatewayCommand({ TransitGatewayId }));
  expect(await codeOf(remove())).toBe('IncorrectState');
  for (const { TransitGatewayAttachmentId } of [spoke, inspection])
    await ec2.send(new DeleteTransitGatewayVpcAttachmentCommand({ TransitGatewayAttachmentId }));
  await remove();
  expect((await ec2.send(new DescribeTransitGatewaysCommand({}))).TransitGateways).toEqual([]);
});
