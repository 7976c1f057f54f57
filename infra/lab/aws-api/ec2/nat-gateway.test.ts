import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachInternetGatewayCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteNatGatewayCommand,
  DescribeAddressesCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpnGatewaysCommand,
  DisassociateAddressCommand,
  ReleaseAddressCommand,
  RunInstancesCommand,
  type RunInstancesRequest,
} from '@aws-sdk/client-ec2';
import {
  codeOf,
  createInternetGateway,
  createNatGateway,
  createSubnet,
  createVpc,
  openAccount,
  type TestAccount,
} from './account-for-tests';

let account: TestAccount;
let VpcId: string;
let SubnetId: string;
beforeEach(async () => {
  account = await openAccount();
  VpcId = await createVpc(account);
  SubnetId = await createSubnet(account, VpcId, '10.0.1.0/28');
});
afterEach(() => account.close());

async function run(request: Partial<RunInstancesRequest> = {}) {
  const { Instances } = await account.ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-1', MinCount: 1, MaxCount: 1, SubnetId, ...request }),
  );
  return Instances ?? [];
}

async function read(id: string | undefined) {
  const { Reservations } = await account.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id ?? ''] }));
  return Reservations?.[0]?.Instances?.[0];
}

describe('gateways and addresses', () => {
  test('a NAT gateway has an interface and its Elastic IP, which is free again when it is deleted', async () => {
    const { ec2 } = account;
    await createInternetGateway(account, VpcId);
    const { natGatewayId: NatGatewayId, allocationId: AllocationId } = await createNatGateway(
      account,
      SubnetId,
    );
    const { NatGateways } = await ec2.send(
      new DescribeNatGatewaysCommand({ Filter: [{ Name: 'vpc-id', Values: [VpcId] }] }),
    );
    const [gateway] = NatGateways ?? [];
    expect(gateway).toMatchObject({
      State: 'available',
      ConnectivityType: 'public',
      AvailabilityMode: 'zonal',
      NatGatewayAddresses: [
        { AllocationId, PublicIp: '198.51.100.10', PrivateIp: '10.0.1.4', IsPrimary: true },
      ],
    });
    const NetworkInterfaceId = gateway?.NatGatewayAddresses?.[0]?.NetworkInterfaceId ?? '';
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [NetworkInterfaceId] }),
    );
    expect(NetworkInterfaces).toMatchObject([
      {
        InterfaceType: 'nat_gateway',
        Groups: [],
        SourceDestCheck: false,
        Association: { PublicIp: '198.51.100.10' },
      },
    ]);
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: [AllocationId] }));
    expect(Addresses).toMatchObject([{ NetworkInterfaceId, PrivateIpAddress: '10.0.1.4' }]);
    expect(await codeOf(ec2.send(new ReleaseAddressCommand({ AllocationId })))).toBe(
      'InvalidIPAddress.InUse',
    );
    expect(await codeOf(ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId })))).toBe(
      'InvalidIPAddress.InUse',
    );
    expect(
      await codeOf(
        ec2.send(new DisassociateAddressCommand({ AssociationId: Addresses?.[0]?.AssociationId })),
      ),
    ).toBe('OperationNotPermitted');

    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
    const after = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] }));
    expect(after.NatGateways).toMatchObject([{ State: 'deleted' }]);
    await ec2.send(new ReleaseAddressCommand({ AllocationId }));
    expect([account.state.addresses.size, account.state.networkInterfaces.size]).toEqual([0, 0]);
  });

  test('a public NAT gateway needs an address and an internet gateway, a private one neither', async () => {
    const { ec2 } = account;
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
    expect(await codeOf(ec2.send(new CreateNatGatewayCommand({ SubnetId })))).toBe('MissingParameter');
    expect(await codeOf(ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId })))).toBe(
      'Gateway.NotAttached',
    );
    expect(
      await codeOf(
        ec2.send(new CreateNatGatewayCommand({ SubnetId, ConnectivityType: 'private', AllocationId })),
      ),
    ).toBe('InvalidParameterCombination');
    const { NatGateway } = await ec2.send(
      new CreateNatGatewayCommand({ SubnetId, ConnectivityType: 'private' }),
    );
    expect(NatGateway?.NatGatewayAddresses?.[0]?.PublicIp).toBeUndefined();
  });

  test('an Elastic IP is mapped to one interface, and moves only when that is allowed', async () => {
    const { ec2 } = account;
    await createInternetGateway(account, VpcId);
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
    const [first, second] = await run({ MinCount: 2, MaxCount: 2 });
    const { AssociationId } = await ec2.send(
      new AssociateAddressCommand({ AllocationId, InstanceId: first?.InstanceId }),
    );
    expect(await read(first?.InstanceId)).toMatchObject({ PublicIpAddress: '198.51.100.10' });
    const move = { AllocationId, InstanceId: second?.InstanceId };
    expect(await codeOf(ec2.send(new AssociateAddressCommand(move)))).toBe('Resource.AlreadyAssociated');
    const moved = await ec2.send(new AssociateAddressCommand({ ...move, AllowReassociation: true }));
    expect(moved.AssociationId).not.toBe(AssociationId);
    expect((await read(first?.InstanceId))?.PublicIpAddress).toBeUndefined();
    await ec2.send(new DisassociateAddressCommand({ AssociationId: moved.AssociationId }));
    expect((await read(second?.InstanceId))?.PublicIpAddress).toBeUndefined();
    await ec2.send(new ReleaseAddressCommand({ AllocationId }));
  });

  test('a VPC has one internet gateway, and that one VPC', async () => {
    const { ec2 } = account;
    const InternetGatewayId = await createInternetGateway(account, VpcId);
    expect(await codeOf(createInternetGateway(account, VpcId))).toBe('InvalidParameterValue');
    const other = await createVpc(account, '10.9.0.0/16');
    expect(
      await codeOf(ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: other }))),
    ).toBe('Resource.AlreadyAssociated');
    const { InternetGateways } = await ec2.send(
      new DescribeInternetGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [VpcId] }] }),
    );
    expect(InternetGateways).toMatchObject([
      { InternetGatewayId, Attachments: [{ VpcId, State: 'available' }] },
    ]);
  });

  test('an egress-only gateway carries IPv6 only', async () => {
    const { ec2 } = account;
    const { EgressOnlyInternetGateway } = await ec2.send(
      new CreateEgressOnlyInternetGatewayCommand({ VpcId }),
    );
    const { EgressOnlyInternetGatewayId } = EgressOnlyInternetGateway ?? {};
    const listed = await ec2.send(new DescribeEgressOnlyInternetGatewaysCommand({}));
    expect(listed.EgressOnlyInternetGateways).toMatchObject([
      { EgressOnlyInternetGatewayId, Attachments: [{ VpcId, State: 'attached' }] },
    ]);
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const route = { RouteTableId: RouteTable?.RouteTableId, EgressOnlyInternetGatewayId };
    expect(
      await codeOf(ec2.send(new CreateRouteCommand({ ...route, DestinationCidrBlock: '0.0.0.0/0' }))),
    ).toBe('InvalidParameterValue');
    expect(
      await codeOf(ec2.send(new CreateRouteCommand({ ...route, DestinationIpv6CidrBlock: '::/0' }))),
    ).toBe('no error');
  });

  test('an interface takes the address asked for when it is free and in the subnet', async () => {
    const create = (PrivateIpAddress: string) =>
      account.ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress }));
    expect((await create('10.0.1.9')).NetworkInterface?.PrivateIpAddress).toBe('10.0.1.9');
    expect(await codeOf(create('10.0.1.9'))).toBe('InvalidIPAddress.InUse');
    for (const address of ['10.0.1.3', '10.0.1.15', '10.0.2.4', 'nonsense'])
      expect(await codeOf(create(address))).toBe('InvalidParameterValue');
  });

  test('there are no virtual private gateways', async () => {
    expect((await account.ec2.send(new DescribeVpnGatewaysCommand({}))).VpnGateways).toEqual([]);
  });
});
