import {
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteSubnetCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ModifySubnetAttributeCommand,
  RunInstancesCommand,
  type RunInstancesRequest,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  codeOf,
  createSubnet,
  createVpc,
  openAccount,
  type TestAccount,
  testTime,
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

function addInstanceProfile(name: string): void {
  account.state.instanceProfiles.set(name, {
    InstanceProfileName: name,
    InstanceProfileId: 'AIPAEXAMPLE',
    Arn: `arn:aws:iam::123456789012:instance-profile/${name}`,
    Path: '/',
    Roles: [],
    CreateDate: testTime,
  });
}

describe('instances', () => {
  test('run at once, each with an interface of its own in the subnet', async () => {
    const TagSpecifications = [
      { ResourceType: 'instance' as const, Tags: [{ Key: 'studio-egress:role', Value: 'probe-host' }] },
    ];
    const instances = await run({
      MinCount: 2,
      MaxCount: 2,
      MetadataOptions: { HttpTokens: 'required' },
      TagSpecifications,
    });
    expect(instances.map((instance) => instance.PrivateIpAddress)).toEqual(['10.0.1.4', '10.0.1.5']);
    const instance = await read(instances[0]?.InstanceId);
    expect(instance).toMatchObject({
      State: { Name: 'running' },
      SubnetId,
      VpcId,
      MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
      SecurityGroups: [{ GroupName: 'default' }],
      NetworkInterfaces: [
        { PrivateIpAddress: '10.0.1.4', SourceDestCheck: true, Attachment: { DeviceIndex: 0 } },
      ],
      Tags: TagSpecifications[0]?.Tags,
    });
    expect(instance?.PublicIpAddress).toBeUndefined();
    const { NetworkInterfaces } = await account.ec2.send(
      new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [instance?.InstanceId ?? ''] }],
      }),
    );
    expect(NetworkInterfaces).toMatchObject([
      { Status: 'in-use', InterfaceType: 'interface', PrivateIpAddress: '10.0.1.4' },
    ]);
    const found = await account.ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'tag:studio-egress:role', Values: ['probe-host'] }] }),
    );
    expect(found.Reservations).toHaveLength(2);
  });

  test('only those with an instance profile register with SSM, until they are terminated', async () => {
    addInstanceProfile('probe');
    const [plain] = await run();
    const [managed] = await run({ IamInstanceProfile: { Name: 'probe' } });
    const id = managed?.InstanceId ?? '';
    expect([...account.state.managedInstances.keys()]).toEqual([id]);
    expect(account.state.managedInstances.get(id)?.information).toMatchObject({
      PingStatus: 'Online',
      PlatformType: 'Linux',
      IPAddress: managed?.PrivateIpAddress,
    });
    expect(plain?.IamInstanceProfile).toBeUndefined();
    await account.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(account.state.managedInstances.size).toBe(0);
    expect(await codeOf(run({ IamInstanceProfile: { Name: 'other' } }))).toBe('InvalidParameterValue');
  });

  test('get a public address where the subnet or the call says so', async () => {
    await account.ec2.send(
      new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }),
    );
    const [mapped] = await run();
    expect(mapped).toMatchObject({
      PublicIpAddress: '198.51.100.10',
      NetworkInterfaces: [{ Association: { PublicIp: '198.51.100.10', IpOwnerId: 'amazon' } }],
    });
    const [asked] = await run({
      SubnetId: undefined,
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId, AssociatePublicIpAddress: false }],
    });
    expect(asked?.PublicIpAddress).toBeUndefined();
  });

  test('leave no interface behind, and their subnet can then go', async () => {
    const { ec2 } = account;
    const [instance] = await run();
    expect(await codeOf(ec2.send(new DeleteSubnetCommand({ SubnetId })))).toBe('DependencyViolation');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance?.InstanceId ?? ''] }));
    expect(await read(instance?.InstanceId)).toMatchObject({
      State: { Name: 'terminated' },
      NetworkInterfaces: [],
    });
    expect(await codeOf(ec2.send(new DeleteSubnetCommand({ SubnetId })))).toBe('no error');
  });

  test('a launch that the subnet has no addresses for makes none at all', async () => {
    expect(await codeOf(run({ MinCount: 12, MaxCount: 12 }))).toBe('InsufficientFreeAddressesInSubnet');
    expect(account.state.instances.size).toBe(0);
    await run({ MinCount: 11, MaxCount: 11 });
    const { Subnets } = await account.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(0);
    expect([...account.state.instances.values()].at(-1)?.PrivateIpAddress).toBe('10.0.1.14');
  });

  test('show a change of their interface, and are route targets by it', async () => {
    const { ec2 } = account;
    const [instance] = await run();
    const NetworkInterfaceId = instance?.NetworkInterfaces?.[0]?.NetworkInterfaceId;
    await ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, SourceDestCheck: { Value: false } }),
    );
    expect(await read(instance?.InstanceId)).toMatchObject({ SourceDestCheck: false });
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const RouteTableId = RouteTable?.RouteTableId ?? '';
    await ec2.send(
      new CreateRouteCommand({
        RouteTableId,
        DestinationCidrBlock: '0.0.0.0/0',
        InstanceId: instance?.InstanceId,
      }),
    );
    const route = async () =>
      (await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }))).RouteTables?.[0]
        ?.Routes?.[1];
    expect(await route()).toMatchObject({
      InstanceId: instance?.InstanceId,
      NetworkInterfaceId,
      State: 'active',
    });
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instance?.InstanceId ?? ''] }));
    expect((await route())?.State).toBe('blackhole');
  });
});
