import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkAclsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import { codeOf, createSubnet, createVpc, openAccount, type TestAccount } from './account-for-tests';

let account: TestAccount;
let VpcId: string;
beforeEach(async () => {
  account = await openAccount();
  VpcId = await createVpc(account);
});
afterEach(() => account.close());

async function createGroup(GroupName: string): Promise<string | undefined> {
  const { GroupId } = await account.ec2.send(
    new CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'test' }),
  );
  return GroupId;
}

async function group(GroupId: string | undefined) {
  const { SecurityGroups } = await account.ec2.send(
    new DescribeSecurityGroupsCommand({ GroupIds: [GroupId ?? ''] }),
  );
  return SecurityGroups?.[0];
}

const https = (CidrIp: string) => ({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp }] });

describe('security groups', () => {
  test('a new group lets everything out and nothing in', async () => {
    expect(await group(await createGroup('studio'))).toMatchObject({
      IpPermissions: [],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    expect(await codeOf(createGroup('studio'))).toBe('InvalidGroup.Duplicate');
    expect(await codeOf(createGroup('default'))).toBe('InvalidParameterValue');
  });

  test('rules are gathered by protocol and ports, refused when they are there, and removed one by one', async () => {
    const { ec2 } = account;
    const GroupId = await createGroup('studio');
    const authorize = (CidrIp: string) =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [https(CidrIp)] }));
    await authorize('10.0.0.0/16');
    await authorize('192.168.1.5/24');
    expect((await group(GroupId))?.IpPermissions).toMatchObject([
      {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        IpRanges: [{ CidrIp: '10.0.0.0/16' }, { CidrIp: '192.168.1.0/24' }],
      },
    ]);
    expect(await codeOf(authorize('10.0.0.0/16'))).toBe('InvalidPermission.Duplicate');
    expect(await codeOf(authorize('10.0.0.0'))).toBe('InvalidParameterValue');
    const everything = {
      GroupId,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    };
    await ec2.send(new RevokeSecurityGroupEgressCommand(everything));
    expect((await group(GroupId))?.IpPermissionsEgress).toEqual([]);
    expect(await codeOf(ec2.send(new RevokeSecurityGroupEgressCommand(everything)))).toBe(
      'InvalidPermission.NotFound',
    );
  });

  test('a refused call changes nothing, even when its first rule was fine', async () => {
    const GroupId = await createGroup('studio');
    const IpPermissions = [https('10.0.0.0/16'), https('nonsense/1')];
    expect(
      await codeOf(account.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))),
    ).toBe('InvalidParameterValue');
    expect((await group(GroupId))?.IpPermissions).toEqual([]);
  });

  test('a rule has an id of its own, by which it can be removed', async () => {
    const { ec2 } = account;
    const GroupId = await createGroup('studio');
    const { SecurityGroupRules } = await ec2.send(
      new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [https('10.0.0.0/16')] }),
    );
    const id = SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? '';
    const listed = await ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [GroupId ?? ''] }] }),
    );
    expect(listed.SecurityGroupRules).toMatchObject([
      { IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv4: '0.0.0.0/0' },
      { SecurityGroupRuleId: id, IsEgress: true, IpProtocol: 'tcp', CidrIpv4: '10.0.0.0/16' },
    ]);
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: [id] }));
    expect((await group(GroupId))?.IpPermissionsEgress).toHaveLength(1);
  });

  test('a group that a rule or an interface names stays', async () => {
    const { ec2 } = account;
    const [named, naming] = [await createGroup('named'), await createGroup('naming')];
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: naming,
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: named }] }],
      }),
    );
    expect((await group(naming))?.IpPermissions?.[0]?.UserIdGroupPairs).toEqual([
      { GroupId: named, UserId: '123456789012' },
    ]);
    const SubnetId = await createSubnet(account, VpcId, '10.0.1.0/24');
    await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId, Groups: [naming ?? ''] }));
    for (const GroupId of [named, naming]) {
      expect(await codeOf(ec2.send(new DeleteSecurityGroupCommand({ GroupId })))).toBe('DependencyViolation');
    }
    const { SecurityGroups } = await ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['default'] }] }),
    );
    expect(
      await codeOf(ec2.send(new DeleteSecurityGroupCommand({ GroupId: SecurityGroups?.[0]?.GroupId }))),
    ).toBe('CannotDelete');
  });

  test('a rule cannot name a group that is not there', async () => {
    const GroupId = await createGroup('studio');
    const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-00000000000000000' }] }];
    expect(
      await codeOf(account.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))),
    ).toBe('InvalidGroup.NotFound');
  });
});

describe('network ACLs', () => {
  const allowHttps = {
    RuleNumber: 100,
    Egress: true,
    Protocol: 'tcp',
    RuleAction: 'allow' as const,
    CidrBlock: '0.0.0.0/0',
    PortRange: { From: 443, To: 443 },
  };

  async function createAcl(): Promise<string> {
    const { NetworkAcl } = await account.ec2.send(new CreateNetworkAclCommand({ VpcId }));
    return NetworkAcl?.NetworkAclId ?? '';
  }

  async function entries(id: string) {
    const { NetworkAcls } = await account.ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [id] }));
    return NetworkAcls?.[0]?.Entries?.filter((entry) => (entry.RuleNumber ?? 0) < 32_767);
  }

  test('one of my own denies everything until it gets entries; those can be replaced and deleted', async () => {
    const { ec2 } = account;
    const NetworkAclId = await createAcl();
    expect(await entries(NetworkAclId)).toEqual([]);
    await ec2.send(new CreateNetworkAclEntryCommand({ NetworkAclId, ...allowHttps }));
    expect(await entries(NetworkAclId)).toEqual([{ ...allowHttps, Protocol: '6' }]);
    expect(await codeOf(ec2.send(new CreateNetworkAclEntryCommand({ NetworkAclId, ...allowHttps })))).toBe(
      'NetworkAclEntryAlreadyExists',
    );
    await ec2.send(new ReplaceNetworkAclEntryCommand({ NetworkAclId, ...allowHttps, RuleAction: 'deny' }));
    expect(await entries(NetworkAclId)).toMatchObject([{ RuleAction: 'deny' }]);
    await ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber: 100, Egress: true }));
    expect(
      await codeOf(
        ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber: 100, Egress: true })),
      ),
    ).toBe('InvalidNetworkAclEntry.NotFound');
    expect(
      await codeOf(
        ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber: 32_767, Egress: true })),
      ),
    ).toBe('InvalidNetworkAclEntry.NotFound');
  });

  test('a subnet moves from one to another; the one in use and the default one stay', async () => {
    const { ec2 } = account;
    const NetworkAclId = await createAcl();
    const SubnetId = await createSubnet(account, VpcId, '10.0.1.0/24');
    const before = await ec2.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [SubnetId] }] }),
    );
    const [defaultAcl] = before.NetworkAcls ?? [];
    const AssociationId = defaultAcl?.Associations?.[0]?.NetworkAclAssociationId;
    await ec2.send(new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }));
    const after = await ec2.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: 'association.subnet-id', Values: [SubnetId] }] }),
    );
    expect(after.NetworkAcls?.map((acl) => acl.NetworkAclId)).toEqual([NetworkAclId]);
    expect(await codeOf(ec2.send(new DeleteNetworkAclCommand({ NetworkAclId })))).toBe('DependencyViolation');
    expect(
      await codeOf(ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: defaultAcl?.NetworkAclId }))),
    ).toBe('InvalidParameterValue');
  });

  test.each([
    [{ ...allowHttps, RuleNumber: 0 }, 'InvalidParameterValue'],
    [{ ...allowHttps, RuleNumber: 32_767 }, 'InvalidParameterValue'],
    [{ ...allowHttps, PortRange: undefined }, 'MissingParameter'],
    [{ ...allowHttps, PortRange: { From: 2, To: 1 } }, 'InvalidParameterValue'],
    [{ ...allowHttps, Protocol: 'https' }, 'InvalidParameterValue'],
    [{ ...allowHttps, Ipv6CidrBlock: '::/0' }, 'InvalidParameterCombination'],
    [{ ...allowHttps, CidrBlock: '0.0.0.0' }, 'InvalidParameterValue'],
  ])('the entry %j is refused', async (entry, code) => {
    const NetworkAclId = await createAcl();
    expect(await codeOf(account.ec2.send(new CreateNetworkAclEntryCommand({ NetworkAclId, ...entry })))).toBe(
      code,
    );
  });
});
