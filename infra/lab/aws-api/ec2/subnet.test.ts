import {
  AssociateVpcCidrBlockCommand,
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DisassociateVpcCidrBlockCommand,
  ModifySubnetAttributeCommand,
} from '@aws-sdk/client-ec2';
import { codeOf, createSubnet, createVpc, openAccount, type TestAccount } from './account-for-tests';

let account: TestAccount;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

const ofVpc = (vpcId: string) => ({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] });

test('subnets lie in the VPC and do not overlap', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  await createSubnet(account, VpcId, '10.0.1.0/24');
  const attempt = (CidrBlock: string) => codeOf(ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock })));
  expect(await attempt('10.0.1.128/25')).toBe('InvalidSubnet.Conflict');
  expect(await attempt('10.1.0.0/24')).toBe('InvalidSubnet.Range');
  expect(await attempt('10.0.2.0/29')).toBe('InvalidSubnet.Range');
  expect(await attempt('10.0.2.0/33')).toBe('InvalidParameterValue');
  expect(await attempt('10.0.2.0/24')).toBe('no error');
  expect(
    await codeOf(
      ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.3.0/24', AvailabilityZone: 'us-east-1z' })),
    ),
  ).toBe('InvalidParameterValue');
});

test('a subnet is shown with its zone, its free addresses and the default network ACL', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({
      VpcId,
      CidrBlock: '10.0.1.7/28',
      AvailabilityZoneId: 'use1-az2',
      TagSpecifications: [{ ResourceType: 'subnet', Tags: [{ Key: 'Name', Value: 'studio' }] }],
    }),
  );
  expect(Subnet).toMatchObject({
    CidrBlock: '10.0.1.0/28',
    AvailabilityZone: 'us-east-1b',
    AvailableIpAddressCount: 11,
    MapPublicIpOnLaunch: false,
    State: 'available',
  });
  const found = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'tag:Name', Values: ['stud*'] }] }),
  );
  expect(found.Subnets?.map((subnet) => subnet.SubnetId)).toEqual([Subnet?.SubnetId]);
  const { NetworkAcls } = await ec2.send(
    new DescribeNetworkAclsCommand({
      Filters: [{ Name: 'association.subnet-id', Values: [Subnet?.SubnetId ?? ''] }],
    }),
  );
  expect(NetworkAcls).toHaveLength(1);
  await ec2.send(
    new ModifySubnetAttributeCommand({ SubnetId: Subnet?.SubnetId, MapPublicIpOnLaunch: { Value: true } }),
  );
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [Subnet?.SubnetId ?? ''] }));
  expect(Subnets?.[0]?.MapPublicIpOnLaunch).toBe(true);
});

test('a secondary CIDR block brings its local route and goes only when it holds no subnet', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const { CidrBlockAssociation } = await ec2.send(
    new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: '10.1.0.0/16' }),
  );
  const AssociationId = CidrBlockAssociation?.AssociationId;
  const routes = async () => {
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand(ofVpc(VpcId)));
    return RouteTables?.[0]?.Routes?.map((route) => route.DestinationCidrBlock);
  };
  expect(await routes()).toEqual(['10.0.0.0/16', '10.1.0.0/16']);
  expect(
    await codeOf(ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: '10.1.128.0/17' }))),
  ).toBe('InvalidVpc.Range');
  const SubnetId = await createSubnet(account, VpcId, '10.1.0.0/24');
  expect(await codeOf(ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId })))).toBe(
    'OperationNotPermitted',
  );
  await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  await ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));
  expect(await routes()).toEqual(['10.0.0.0/16']);
});

test('an IPv6 block of Amazon opens the default network ACL and takes subnets', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const { Ipv6CidrBlockAssociation } = await ec2.send(
    new AssociateVpcCidrBlockCommand({ VpcId, AmazonProvidedIpv6CidrBlock: true }),
  );
  const block = Ipv6CidrBlockAssociation?.Ipv6CidrBlock ?? '';
  expect(block).toMatch(/^2001:db8:1::\/56$/);
  const { NetworkAcls } = await ec2.send(new DescribeNetworkAclsCommand(ofVpc(VpcId)));
  expect(
    NetworkAcls?.[0]?.Entries?.filter((entry) => entry.Ipv6CidrBlock === '::/0').map(
      (entry) => entry.RuleNumber,
    ),
  ).toEqual([101, 32_768, 101, 32_768]);
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24', Ipv6CidrBlock: block.replace('/56', '/64') }),
  );
  expect(Subnet?.Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock).toBe('2001:db8:1::/64');
});
