import { buildStudio, startLabAccount, type LabAccount } from './lab-account.fixture';
import {
  sectionValue,
  type ApiCall,
  type Section,
  type SectionName,
  type SectionValues,
  type Snapshot,
  type Target,
} from './snapshot';
import { SECTION_NAMES, takeSnapshot, type SnapshotOptions } from './take-snapshot';

let account: LabAccount;
let target: Target;
/** Taken while nothing was wrong. */
let clean: Snapshot;

beforeAll(async () => {
  account = await startLabAccount();
  target = await buildStudio(account);
  clean = await take();
});

afterAll(async () => account.server.close());
afterEach(() => account.server.faults.clear());

const FAST = { retries: 3, firstDelayMs: 1, maxDelayMs: 5, budgetMs: 5_000 };

function take(options: SnapshotOptions = {}): Promise<Snapshot> {
  return takeSnapshot(account.connection, target, { bounds: FAST, ...options });
}

function unreadSections({ sections }: Snapshot): SectionName[] {
  return SECTION_NAMES.filter((name) => sections[name].status === 'unread');
}

function callsOf({ sections }: Snapshot, name: SectionName): readonly ApiCall[] {
  const section: Section<SectionValues[SectionName]> = sections[name];
  return section.status === 'read' ? section.calls : [];
}

test('an account that answers is read in full', () => {
  expect(unreadSections(clean).map((name) => clean.sections[name])).toEqual([]);
  expect(sectionValue(clean, 'vpc').VpcId).toBe(target.vpcId);
  expect(sectionValue(clean, 'vpcAttributes')).toEqual({
    VpcId: target.vpcId,
    EnableDnsSupport: true,
    EnableDnsHostnames: false,
  });
  expect(sectionValue(clean, 'domains')[0]?.DomainId).toBe(target.domainId);
  expect(sectionValue(clean, 'callerIdentity').Account).toBe(target.account);
});

test('a snapshot is the same after a trip through JSON', () => {
  expect(JSON.parse(JSON.stringify(clean))).toEqual(clean);
});

test('a list of several pages is read to its end, and the call says how many there were', () => {
  expect(sectionValue(clean, 'subnets')).toHaveLength(3);
  expect(callsOf(clean, 'subnets')).toEqual([
    {
      operation: 'ec2:DescribeSubnets',
      parameters: { Filters: [{ Name: 'vpc-id', Values: [target.vpcId] }], MaxResults: 1000 },
      pages: 2,
      responses: [expect.anything(), expect.anything()],
    },
  ]);
  expect(sectionValue(clean, 'userProfiles').map(({ UserProfileName }) => UserProfileName)).toEqual([
    'ada',
    'grace',
    'joan',
  ]);
});

test('prefix lists that routes name are read with all of their entries', () => {
  const lists = sectionValue(clean, 'managedPrefixLists');
  expect(
    lists.map(({ PrefixList, Entries }) => [PrefixList.PrefixListName, Entries.map(({ Cidr }) => Cidr)]),
  ).toEqual([['partners', ['192.0.2.0/25', '192.0.2.128/26', '203.0.113.0/24']]]);
});

test('policy documents are kept as they were written, not as IAM encodes them', () => {
  const [role] = sectionValue(clean, 'executionRoles');
  expect(role?.policies.map(({ source, name, document }) => [source, name, JSON.parse(document)])).toEqual(
    ['one', 'two', 'three'].map((name) => [
      'inline',
      name,
      { Version: '2012-10-17', Statement: [{ Sid: `it's (${name})!*` }] },
    ]),
  );
});

test('only the log groups that the logging names are read, not others that begin alike', () => {
  const names = sectionValue(clean, 'logGroups').map(({ logGroupName }) => logGroupName);
  expect(names).toEqual(['/studio/firewall', '/studio/flows']);
});

test('a domain list that AWS manages has no domains in the snapshot, an own list has all', () => {
  const { ruleGroups, config } = sectionValue(clean, 'resolverFirewall');
  expect(config.FirewallFailOpen).toBe('DISABLED');
  expect(ruleGroups[0]?.rules.map(({ Name }) => Name)).toEqual(['tunnels', 'threats']);
  expect(Object.values(ruleGroups[0]?.domains ?? {})).toEqual([
    ['dns.google', '*.dns.google', 'one.one.one.one'],
  ]);
});

test('the firewall is read with its policy, rules, logging and the state of its endpoint', () => {
  const [firewall] = sectionValue(clean, 'firewalls');
  expect(firewall?.FirewallStatus?.Status).toBe('READY');
  expect(sectionValue(clean, 'firewallPolicies')).toHaveLength(1);
  expect(sectionValue(clean, 'ruleGroups')[0]?.RuleGroup?.RulesSource?.RulesSourceList?.Targets).toEqual([
    '.kaggle.com',
  ]);
  expect(sectionValue(clean, 'loggingConfigurations')).toHaveLength(1);
});

/** Sections that cannot be read without another, however far removed. */
const NEEDS: Partial<Record<SectionName, readonly SectionName[]>> = {
  flowLogs: ['subnets'],
  dhcpOptions: ['vpc'],
  managedPrefixLists: ['routeTables', 'securityGroups'],
  transitGatewayTables: ['transitGatewayVpcAttachments'],
  attachedVpcs: ['transitGatewayVpcAttachments'],
  firewallPolicies: ['firewalls'],
  ruleGroups: ['firewalls', 'firewallPolicies'],
  loggingConfigurations: ['firewalls'],
  logGroups: ['firewalls', 'loggingConfigurations'],
  logBuckets: ['firewalls', 'loggingConfigurations'],
  userProfiles: ['domains'],
  spaces: ['domains'],
  apps: ['domains'],
  executionRoles: ['domains', 'userProfiles'],
};

/** Groups of operations, one of each service: denials of different services do not hide one another. */
function oneOfEachService(operations: readonly string[]): string[][] {
  const services = [...new Set(operations.map((operation) => operation.split(':')[0]))];
  const lists = services.map((service) =>
    operations.filter((operation) => operation.startsWith(`${service}:`)),
  );
  return Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, round) =>
    lists.flatMap((list) => list[round] ?? []),
  );
}

test('whichever call is denied, exactly the sections that rest on it are unread', async () => {
  const operations = new Set(
    SECTION_NAMES.flatMap((name) => callsOf(clean, name).map((call) => call.operation)),
  );
  expect(operations.size).toBeGreaterThan(40);
  for (const denied of oneOfEachService([...operations])) {
    account.server.faults.clear();
    for (const on of denied) account.server.faults.add({ on, kind: 'access-denied' });
    const snapshot = await take({ concurrency: 12 });
    const own = SECTION_NAMES.filter((name) =>
      callsOf(clean, name).some((call) => denied.includes(call.operation)),
    );
    const expected = SECTION_NAMES.filter((name) =>
      [name, ...(NEEDS[name] ?? [])].some((each) => own.includes(each)),
    );
    expect([denied, unreadSections(snapshot)]).toEqual([denied, expected]);
    for (const name of expected) {
      const section: Section<SectionValues[SectionName]> = snapshot.sections[name];
      expect(denied).toContain(section.status === 'unread' ? section.missingPermission : null);
    }
  }
}, 120_000);

test('a section that needs an unread one names the call and says which section it needs', async () => {
  account.server.faults.add({ on: 'sagemaker:DescribeDomain', kind: 'access-denied' });
  expect((await take()).sections.spaces).toEqual({
    status: 'unread',
    at: expect.stringMatching(/Z$/),
    operation: 'sagemaker:DescribeDomain',
    error: 'AccessDeniedException',
    message: expect.stringMatching(/^it needs domains, which could not be read: .*not authorized/),
    missingPermission: 'sagemaker:DescribeDomain',
  });
});

test('throttled calls are made again until they answer', async () => {
  account.server.faults.add({ on: 'ec2:DescribeRouteTables', kind: 'throttled', times: 2 });
  account.server.faults.add({ on: 'sagemaker:ListDomains', kind: 'throttled', times: 2 });
  account.server.faults.add({ on: 'iam:GetRole', kind: 'throttled', times: 2 });
  account.server.faults.add({ on: 'route53resolver:ListFirewallRules', kind: 'throttled', times: 2 });
  expect(unreadSections(await take())).toEqual([]);
});

test('lost connections and failures of the service are no answers: the call is made again', async () => {
  account.server.faults.add({ on: 'ec2:DescribeSubnets', kind: 'reset', times: 1 });
  account.server.faults.add({ on: 'ec2:DescribeNetworkAcls', kind: 'truncated', times: 1 });
  account.server.faults.add({ on: 'logs:DescribeLogGroups', kind: 'truncated', times: 1 });
  account.server.faults.add({
    on: 'ec2:DescribeVpcs',
    kind: 'error',
    code: 'InternalError',
    status: 500,
    times: 1,
  });
  expect(unreadSections(await take())).toEqual([]);
});

test('a service that throttles for ever leaves its section unread after a bounded number of attempts', async () => {
  account.server.faults.add({ on: 'ec2:DescribeNatGateways', kind: 'throttled' });
  const before = account.server.calls.length;
  const snapshot = await take();
  expect(unreadSections(snapshot)).toEqual(['natGateways']);
  expect(snapshot.sections.natGateways).toMatchObject({
    error: 'RequestLimitExceeded',
    missingPermission: null,
  });
  const made = account.server.calls
    .slice(before)
    .filter(({ operation }) => operation === 'DescribeNatGateways');
  expect(made).toHaveLength(1 + FAST.retries);
});

test('a refusal is an answer: it is not asked again', async () => {
  account.server.faults.add({ on: 'ec2:DescribeSubnets', kind: 'access-denied' });
  const before = account.server.calls.length;
  await take();
  const made = account.server.calls.slice(before).filter(({ operation }) => operation === 'DescribeSubnets');
  expect(made).toHaveLength(1);
});

test('the service says how long to wait, and that long nobody asks', async () => {
  account.server.faults.add({ on: 'ec2:DescribeSubnets', kind: 'throttled', times: 1, retryAfterMs: 300 });
  const startedMs = performance.now();
  expect(unreadSections(await take())).toEqual([]);
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(300);
});

test('a call without an answer in its time leaves its section unread, and the rest is read', async () => {
  account.server.faults.add({ on: 'ec2:DescribeSubnets', kind: 'late', delayMs: 2_500 });
  const snapshot = await take({ bounds: { ...FAST, budgetMs: 2_000 }, concurrency: 12 });
  expect(unreadSections(snapshot)).toEqual(['subnets', 'flowLogs']);
  expect(snapshot.sections.subnets).toMatchObject({ operation: 'ec2:DescribeSubnets', error: 'OutOfTime' });
});

test('a call that is put off beyond its time says by what', async () => {
  account.server.faults.add({ on: 'ec2:DescribeSubnets', kind: 'throttled', retryAfterMs: 60_000 });
  const { sections } = await take({ bounds: { ...FAST, budgetMs: 500 }, concurrency: 12 });
  expect(sections.subnets).toMatchObject({
    error: 'OutOfTime',
    message: expect.stringMatching(/^no answer within 500 ms, at last (RequestLimitExceeded|Throttling\w*)$/),
  });
});

test('when the time for the whole reading is up, what is not read yet is unread', async () => {
  account.server.faults.add({ on: '*', kind: 'late', delayMs: 1_000 });
  const startedMs = performance.now();
  const snapshot = await take({ budgetMs: 100 });
  expect(performance.now() - startedMs).toBeLessThan(900);
  expect(unreadSections(snapshot)).toEqual([...SECTION_NAMES]);
  expect(snapshot.sections.vpc).toMatchObject({ operation: 'ec2:DescribeVpcs', error: 'OutOfTime' });
});

test('an endpoint where nobody listens leaves every section unread', async () => {
  const snapshot = await takeSnapshot({ ...account.connection, endpoint: 'http://127.0.0.1:9' }, target, {
    bounds: FAST,
  });
  expect(unreadSections(snapshot)).toEqual([...SECTION_NAMES]);
});

test('a VPC that is not there is unread, not an empty network', async () => {
  const snapshot = await takeSnapshot(
    account.connection,
    { ...target, vpcId: 'vpc-00000000000000000' },
    { bounds: FAST },
  );
  expect(snapshot.sections.vpc).toMatchObject({ status: 'unread', operation: 'ec2:DescribeVpcs' });
});

test('each section is reported once, as it is decided', async () => {
  const told: SectionName[] = [];
  await take({ onSection: (name) => void told.push(name) });
  expect(told.toSorted()).toEqual(SECTION_NAMES.toSorted());
});
