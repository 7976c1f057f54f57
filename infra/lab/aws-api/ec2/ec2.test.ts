import { CreateVpcCommand, DescribeKeyPairsCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { codeOf, createSubnet, createVpc, openAccount } from './account-for-tests';

test('every list comes in pages when the account is asked for small ones', async () => {
  const small = await openAccount({ pageSize: 2 });
  try {
    const vpcId = await createVpc(small);
    for (const third of [1, 2, 3, 4, 5]) await createSubnet(small, vpcId, `10.0.${third}.0/24`);
    const blocks: (string | undefined)[] = [];
    let NextToken: string | undefined;
    let pages = 0;
    do {
      const page = await small.ec2.send(
        new DescribeSubnetsCommand({ NextToken, Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
      );
      blocks.push(...(page.Subnets ?? []).map((subnet) => subnet.CidrBlock));
      pages++;
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(pages).toBe(3);
    expect(blocks).toEqual(['10.0.1.0/24', '10.0.2.0/24', '10.0.3.0/24', '10.0.4.0/24', '10.0.5.0/24']);
  } finally {
    await small.close();
  }
});

test('a dry run changes nothing', async () => {
  const account = await openAccount();
  try {
    expect(
      await codeOf(account.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', DryRun: true }))),
    ).toBe('DryRunOperation');
    expect(account.state.vpcs.size).toBe(0);
  } finally {
    await account.close();
  }
});

test('an operation that nobody wrote is refused by name', async () => {
  const account = await openAccount();
  try {
    await expect(account.ec2.send(new DescribeKeyPairsCommand({}))).rejects.toThrow('ec2:DescribeKeyPairs');
  } finally {
    await account.close();
  }
});
