import { SearchTransitGatewayRoutesCommand } from '@aws-sdk/client-ec2';
import { codeOf, openAccount, type TestAccount } from './account-for-tests';

let account: TestAccount;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

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
