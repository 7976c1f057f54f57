/** The remaining parts that the mutation catalogue's faults are made of, each made through the API. */
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  CreateCarrierGatewayCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  DeleteCarrierGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeCarrierGatewaysCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DisassociateSubnetCidrBlockCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  codeOf,
  createInternetGateway,
  createRouteTable,
  createSubnet,
  createVpc,
  openAccount,
  type TestAccount,
} from './account-for-tests';

let account: TestAccount;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

async function routesOf(RouteTableId: string) {
  const { RouteTables } = await account.ec2.send(
    new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }),
  );
  return RouteTables?.[0]?.Routes ?? [];
}

test('V01: a VPC and a subnet that exist get IPv6, and lose it', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const SubnetId = await createSubnet(account, VpcId, '10.0.1.0/24');
  const { Ipv6CidrBlockAssociation } = await ec2.send(
    new AssociateVpcCidrBlockCommand({ VpcId, AmazonProvidedIpv6CidrBlock: true }),
  );
  const Ipv6CidrBlock = Ipv6CidrBlockAssociation?.Ipv6CidrBlock?.replace('/56', '/64') ?? '';
  const associate = (block: string) =>
    ec2.send(new AssociateSubnetCidrBlockCommand({ SubnetId, Ipv6CidrBlock: block }));
  expect(await codeOf(associate('2600:9999::/64'))).toBe('InvalidSubnet.Range');
  const { Ipv6CidrBlockAssociation: made } = await associate(Ipv6CidrBlock);
  const held = async () => {
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    return Subnets?.[0]?.Ipv6CidrBlockAssociationSet?.map((one) => one.Ipv6CidrBlock);
  };
  expect(await held()).toEqual([Ipv6CidrBlock]);
  expect(await codeOf(associate(Ipv6CidrBlock))).toBe('InvalidSubnet.Conflict');
  await ec2.send(new DisassociateSubnetCidrBlockCommand({ AssociationId: made?.AssociationId }));
  expect(await held()).toEqual([]);
});

test('R39: a secondary IPv4 block takes subnets', async () => {
  const VpcId = await createVpc(account);
  await account.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: '100.64.0.0/16' }));
  expect(await createSubnet(account, VpcId, '100.64.1.0/24')).toMatch(/^subnet-/);
});

test('a regional NAT gateway has a table of its own that leads to the internet gateway, and an address in each zone', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  await createSubnet(account, VpcId, '10.0.1.0/24');
  const create = (input: object) =>
    ec2.send(new CreateNatGatewayCommand({ VpcId, AvailabilityMode: 'regional', ...input }));
  expect(await codeOf(create({}))).toBe('Gateway.NotAttached');
  const GatewayId = await createInternetGateway(account, VpcId);
  expect(await codeOf(create({ ConnectivityType: 'private' }))).toBe('InvalidParameterCombination');
  const { NatGateway } = await create({});
  expect(NatGateway).toMatchObject({ AvailabilityMode: 'regional', AutoProvisionZones: 'enabled' });
  expect(NatGateway?.SubnetId).toBeUndefined();
  expect(NatGateway?.NatGatewayAddresses?.map((one) => one.AvailabilityZone)).toEqual(['us-east-1a']);
  const RouteTableId = NatGateway?.RouteTableId ?? '';
  expect(await routesOf(RouteTableId)).toMatchObject([
    { GatewayId: 'local' },
    { DestinationCidrBlock: '0.0.0.0/0', GatewayId, Origin: 'CreateRoute' },
  ]);
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: NatGateway?.NatGatewayId }));
  expect(await codeOf(routesOf(RouteTableId))).toBe('InvalidRouteTableID.NotFound');
});

test('a regional NAT gateway takes the addresses it is given, zone by zone', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  await createInternetGateway(account, VpcId);
  const { AllocationId = '' } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const create = () =>
    ec2.send(
      new CreateNatGatewayCommand({
        VpcId,
        AvailabilityMode: 'regional',
        AvailabilityZoneAddresses: [{ AvailabilityZone: 'us-east-1b', AllocationIds: [AllocationId] }],
      }),
    );
  const { NatGateway } = await create();
  expect(NatGateway?.NatGatewayAddresses).toMatchObject([{ AllocationId, AvailabilityZone: 'us-east-1b' }]);
  expect(await codeOf(create())).toBe('InvalidIPAddress.InUse');
});

test('R13: an instance that forwards, and a route to it', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const SubnetId = await createSubnet(account, VpcId, '10.0.1.0/24');
  const { Instances } = await ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-1', MinCount: 1, MaxCount: 1, SubnetId }),
  );
  const { InstanceId = '' } = Instances?.[0] ?? {};
  const modify = (input: object) => ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, ...input }));
  await modify({ SourceDestCheck: { Value: false } });
  expect(await codeOf(modify({ InstanceType: { Value: 't3.large' } }))).toBe('UnsupportedOperation');
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
  expect(NetworkInterfaces).toMatchObject([{ SourceDestCheck: false, Attachment: { InstanceId } }]);
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
  expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
    SourceDestCheck: false,
    NetworkInterfaces: [{ SourceDestCheck: false }],
  });
  const RouteTableId = await createRouteTable(account, VpcId);
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', InstanceId }));
  const { NetworkInterfaceId } = NetworkInterfaces?.[0] ?? {};
  expect((await routesOf(RouteTableId))[1]).toMatchObject({ InstanceId, NetworkInterfaceId });
});

test('R42: a network interface in a subnet gets an Elastic IP', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  await createInternetGateway(account, VpcId);
  const SubnetId = await createSubnet(account, VpcId, '10.0.1.0/24');
  const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId }));
  const { AllocationId, PublicIp } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  await ec2.send(
    new AssociateAddressCommand({
      AllocationId,
      NetworkInterfaceId: NetworkInterface?.NetworkInterfaceId,
    }),
  );
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
  expect(NetworkInterfaces).toMatchObject([{ Association: { AllocationId, PublicIp } }]);
});

test('R45: routes lead to carrier and local gateways, to core and ODB networks', async () => {
  const { ec2 } = account;
  const VpcId = await createVpc(account);
  const RouteTableId = await createRouteTable(account, VpcId);
  const { CarrierGateway } = await ec2.send(new CreateCarrierGatewayCommand({ VpcId }));
  const CarrierGatewayId = CarrierGateway?.CarrierGatewayId ?? '';
  const targets = [
    { CarrierGatewayId },
    { LocalGatewayId: 'lgw-0123456789abcdef0' },
    { CoreNetworkArn: 'arn:aws:networkmanager::123456789012:core-network/core-network-0123456789abcdef0' },
    { OdbNetworkArn: 'arn:aws:odb:us-east-1:123456789012:odb-network/odbnet_a' },
  ];
  for (const [index, target] of targets.entries())
    await ec2.send(
      new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: `8.${index}.0.0/16`, ...target }),
    );
  expect((await routesOf(RouteTableId)).slice(1)).toMatchObject(targets);
  const { CarrierGateways } = await ec2.send(new DescribeCarrierGatewaysCommand({}));
  expect(CarrierGateways).toMatchObject([{ CarrierGatewayId, VpcId, State: 'available' }]);
  await ec2.send(new DeleteCarrierGatewayCommand({ CarrierGatewayId }));
  expect((await ec2.send(new DescribeCarrierGatewaysCommand({}))).CarrierGateways).toEqual([]);
});
