import { DetachInternetGatewayCommand } from '@aws-sdk/client-ec2';
import { buildStudio, startLabAccount, type LabAccount } from '../lab-account.fixture';
import { sectionValue, type Target } from '../snapshot';
import { takeSnapshot } from '../take-snapshot';

let account: LabAccount;
let target: Target;

beforeAll(async () => {
  account = await startLabAccount({ pageSize: 100 });
  target = await buildStudio(account);
});

afterAll(async () => account.server.close());

const take = () => takeSnapshot(account.connection, target);

test('only internet gateways of the VPC are read', async () => {
  const [gateway] = sectionValue(await take(), 'internetGateways');
  const InternetGatewayId = gateway?.InternetGatewayId ?? '';
  await account.server.api.call('ec2', DetachInternetGatewayCommand, {
    InternetGatewayId,
    VpcId: target.vpcId,
  });
  expect(sectionValue(await take(), 'internetGateways')).toEqual([]);
});

test('a transit gateway whose route tables this account cannot see is unread, not without routes', async () => {
  const { transitGatewayVpcAttachments, transitGatewayRouteTables } = account.state;
  transitGatewayVpcAttachments.set('tgw-attach-0123456789abcdef0', {
    TransitGatewayAttachmentId: 'tgw-attach-0123456789abcdef0',
    TransitGatewayId: 'tgw-0123456789abcdef0',
    VpcId: target.vpcId,
    State: 'available',
  });
  expect((await take()).sections.transitGatewayTables).toMatchObject({
    status: 'unread',
    operation: 'ec2:DescribeTransitGatewayRouteTables',
    error: 'NotReturned',
  });
  transitGatewayRouteTables.set('tgw-rtb-0123456789abcdef0', {
    table: {
      TransitGatewayRouteTableId: 'tgw-rtb-0123456789abcdef0',
      TransitGatewayId: 'tgw-0123456789abcdef0',
    },
    routes: [{ DestinationCidrBlock: '0.0.0.0/0', State: 'active', Type: 'static' }],
  });
  const [table] = sectionValue(await take(), 'transitGatewayTables');
  expect(table?.Routes.map(({ DestinationCidrBlock }) => DestinationCidrBlock)).toEqual(['0.0.0.0/0']);
  expect(table?.complete).toBe(true);
  const many = Array.from({ length: 250 }, (_, n) => ({
    DestinationCidrBlock: `10.9.${n}.0/24`,
    State: 'active' as const,
    Type: 'static' as const,
  }));
  const [stored] = transitGatewayRouteTables.values();
  stored?.routes.push(...many);
  const [long] = sectionValue(await take(), 'transitGatewayTables');
  expect(long).toMatchObject({ complete: true, Routes: { length: 251 } });
  transitGatewayVpcAttachments.clear();
  transitGatewayRouteTables.clear();
});

test.each(['ResourceNotFoundException', 'AccessDeniedException'])(
  "a rule group of AWS's own that it answers %s for is left out; one of the account's own makes all unread",
  async (code) => {
    const MANAGED =
      'arn:aws:network-firewall:us-east-1:aws-managed:stateful-rulegroup/MalwareDomainsActionOrder';
    const [arn = '', stored] = [...account.state.firewallPolicies][0] ?? [];
    if (stored === undefined) throw new Error('no policy');
    const own = stored.FirewallPolicy.StatefulRuleGroupReferences ?? [];
    const withManaged = [...own, { ResourceArn: MANAGED }];
    account.state.firewallPolicies.set(arn, {
      ...stored,
      FirewallPolicy: { ...stored.FirewallPolicy, StatefulRuleGroupReferences: withManaged },
    });
    const isOf = (wanted: string) => (input: unknown) => JSON.stringify(input).includes(wanted);
    const refused = { kind: 'error', on: 'network-firewall:DescribeRuleGroup', code, status: 400 } as const;
    account.server.faults.add({ ...refused, when: isOf(':aws-managed:') });
    const groups = sectionValue(await take(), 'ruleGroups');
    expect(groups.map(({ RuleGroupResponse }) => RuleGroupResponse?.RuleGroupArn)).toEqual(
      own.map(({ ResourceArn }) => ResourceArn),
    );
    account.server.faults.add({ ...refused, when: isOf(own[0]?.ResourceArn ?? '') });
    expect((await take()).sections.ruleGroups).toMatchObject({ status: 'unread', error: code });
    account.server.faults.clear();
    account.state.firewallPolicies.set(arn, stored);
  },
);

test("a role of another account is not taken for this account's role of the same name", async () => {
  const profile = account.state.userProfiles.get(`${target.domainId}/ada`);
  account.state.userProfiles.set(`${target.domainId}/ada`, {
    ...profile,
    UserSettings: { ExecutionRole: 'arn:aws:iam::999999999999:role/studio/studio-user' },
  });
  expect((await take()).sections.executionRoles).toMatchObject({
    status: 'unread',
    operation: 'iam:GetRole',
  });
  account.state.userProfiles.set(`${target.domainId}/ada`, profile ?? {});
});
