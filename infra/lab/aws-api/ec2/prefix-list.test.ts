import {
  CreateManagedPrefixListCommand,
  CreateRouteCommand,
  DeleteManagedPrefixListCommand,
  DeleteRouteCommand,
  DescribeManagedPrefixListsCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
  ModifyVpcAttributeCommand,
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
beforeEach(async () => {
  account = await openAccount();
  VpcId = await createVpc(account);
  await account.ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
});
afterEach(() => account.close());

describe('prefix lists', () => {
  const own = {
    PrefixListName: 'partners',
    AddressFamily: 'IPv4',
    MaxEntries: 2,
    Entries: [{ Cidr: '203.0.113.7/24', Description: 'one' }],
  };

  test('of my own are versioned, bounded and kept while a route names them', async () => {
    const { ec2 } = account;
    const { PrefixList } = await ec2.send(new CreateManagedPrefixListCommand(own));
    const PrefixListId = PrefixList?.PrefixListId;
    const entries = async () =>
      (await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId }))).Entries;
    expect(await entries()).toEqual([{ Cidr: '203.0.113.0/24', Description: 'one' }]);
    const add = (CurrentVersion: number, ...cidrs: string[]) =>
      ec2.send(
        new ModifyManagedPrefixListCommand({
          PrefixListId,
          CurrentVersion,
          AddEntries: cidrs.map((Cidr) => ({ Cidr })),
        }),
      );
    expect(await codeOf(add(7, '1.0.0.0/8'))).toBe('PrefixListVersionMismatch');
    expect(await codeOf(add(1, '1.0.0.0/8', '2.0.0.0/8'))).toBe('PrefixListMaxEntriesExceeded');
    const { PrefixList: modified } = await add(1, '1.0.0.0/8');
    expect(modified?.Version).toBe(2);
    await ec2.send(
      new ModifyManagedPrefixListCommand({
        PrefixListId,
        CurrentVersion: 2,
        RemoveEntries: [{ Cidr: '203.0.113.0/24' }],
      }),
    );
    expect(await entries()).toEqual([{ Cidr: '1.0.0.0/8' }]);

    const RouteTableId = await createRouteTable(account, VpcId);
    const GatewayId = await createInternetGateway(account, VpcId);
    await ec2.send(
      new CreateRouteCommand({ RouteTableId, DestinationPrefixListId: PrefixListId, GatewayId }),
    );
    expect(await codeOf(ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId })))).toBe(
      'DependencyViolation',
    );
    await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationPrefixListId: PrefixListId }));
    expect((await ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId }))).PrefixList?.State).toBe(
      'delete-complete',
    );
  });

  test('of AWS can be read but not changed', async () => {
    const { ec2 } = account;
    const { PrefixLists } = await ec2.send(
      new DescribeManagedPrefixListsCommand({ Filters: [{ Name: 'owner-id', Values: ['AWS'] }] }),
    );
    expect(PrefixLists?.map((list) => list.PrefixListName)).toEqual([
      'com.amazonaws.us-east-1.s3',
      'com.amazonaws.us-east-1.dynamodb',
    ]);
    const PrefixListId = PrefixLists?.[0]?.PrefixListId;
    expect(await codeOf(ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, MaxEntries: 1 })))).toBe(
      'OperationNotPermitted',
    );
  });
});
