import * as resolver from '@aws-sdk/client-route53resolver';
import { newLabState } from '../../state';
import { startApiServer, type ApiServer } from '../server';
import { route53resolverHandlers } from './route53resolver';

let server: ApiServer;
let client: resolver.Route53ResolverClient;

const VPC = 'vpc-0123456789abcdef0';
const AWS_LIST = 'rslvr-fdl-0a11000000000001';

beforeEach(async () => {
  const state = newLabState();
  state.vpcs.set(VPC, { VpcId: VPC });
  const context = { state, hosts: () => null, now: () => new Date(), pageSize: 2 };
  server = await startApiServer({ context, handlers: route53resolverHandlers(context) });
  client = new resolver.Route53ResolverClient({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'LAB', secretAccessKey: 'lab' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

async function createList(): Promise<string> {
  const { FirewallDomainList } = await client.send(
    new resolver.CreateFirewallDomainListCommand({ Name: 'list', CreatorRequestId: 'x' }),
  );
  return FirewallDomainList?.Id ?? '';
}

async function createGroup(): Promise<string> {
  const { FirewallRuleGroup } = await client.send(
    new resolver.CreateFirewallRuleGroupCommand({ Name: 'group', CreatorRequestId: 'x' }),
  );
  return FirewallRuleGroup?.Id ?? '';
}

/** A rule as the API has them today, with members that this generation of the client does not name. */
interface Rule {
  readonly Priority: number;
  readonly FirewallDomainListId?: string;
  readonly DnsThreatProtection?: string;
  readonly ConfidenceThreshold?: string;
  readonly Action?: string;
  readonly BlockResponse?: string | undefined;
}

// In process, as a template's rules are made: this client leaves members that it does not know out of its requests.
function createRule(FirewallRuleGroupId: string, rule: Rule) {
  const block = { FirewallRuleGroupId, Name: 'rule', Action: 'BLOCK', BlockResponse: 'NXDOMAIN' };
  const input: resolver.CreateFirewallRuleCommandInput = JSON.parse(JSON.stringify({ ...block, ...rule }));
  return server.api.call('route53resolver', resolver.CreateFirewallRuleCommand, input);
}

const update = (FirewallDomainListId: string, Operation: 'ADD' | 'REMOVE' | 'REPLACE', Domains: string[]) =>
  client.send(new resolver.UpdateFirewallDomainsCommand({ FirewallDomainListId, Operation, Domains }));

async function domainsOf(FirewallDomainListId: string): Promise<string[]> {
  const domains: string[] = [];
  for await (const page of resolver.paginateListFirewallDomains({ client }, { FirewallDomainListId }))
    domains.push(...(page.Domains ?? []));
  return domains;
}

test('domains are added once, removed and replaced, and listed over several pages', async () => {
  const list = await createList();
  await update(list, 'ADD', ['a.com', '*.b.com', 'c.com']);
  await update(list, 'ADD', ['c.com', 'd.com']);
  expect(await domainsOf(list)).toEqual(['a.com', '*.b.com', 'c.com', 'd.com']);
  await update(list, 'REMOVE', ['a.com', 'd.com']);
  expect(await domainsOf(list)).toEqual(['*.b.com', 'c.com']);
  await update(list, 'REPLACE', ['*']);
  expect(await domainsOf(list)).toEqual(['*']);
  const { FirewallDomainList } = await client.send(
    new resolver.GetFirewallDomainListCommand({ FirewallDomainListId: list }),
  );
  expect(FirewallDomainList?.DomainCount).toBe(1);
});

test.each(['', 'a..b', '*a.com', 'a.*.com', 'a b.com', 'http://a.com'])('%j is no domain', async (domain) => {
  await expect(update(await createList(), 'ADD', [domain])).rejects.toThrow(resolver.ValidationException);
});

test("AWS's own lists can be seen, but their domains cannot be read", async () => {
  const { FirewallDomainList } = await client.send(
    new resolver.GetFirewallDomainListCommand({ FirewallDomainListId: AWS_LIST }),
  );
  expect(FirewallDomainList?.ManagedOwnerName).toBe('Route 53 Resolver DNS Firewall');
  await expect(domainsOf(AWS_LIST)).rejects.toThrow(resolver.AccessDeniedException);
});

test('members newer than the client come back: a rule against tunnelling has no domain list', async () => {
  const group = await createGroup();
  await createRule(group, {
    Priority: 20,
    DnsThreatProtection: 'DNS_TUNNELING',
    ConfidenceThreshold: 'HIGH',
  });
  await createRule(group, { Priority: 10, FirewallDomainListId: await createList() });
  const { FirewallRules } = await client.send(
    new resolver.ListFirewallRulesCommand({ FirewallRuleGroupId: group }),
  );
  expect(FirewallRules?.map(({ Priority }) => Priority)).toEqual([10, 20]);
  expect(FirewallRules?.[1]).toMatchObject({
    DnsThreatProtection: 'DNS_TUNNELING',
    ConfidenceThreshold: 'HIGH',
    FirewallThreatProtectionId: expect.stringMatching(/^rslvr-ftp-/),
  });
});

test.each<[string, (list: string) => Rule]>([
  ['neither list nor threat', () => ({ Priority: 2 })],
  [
    'both',
    (list) => ({
      Priority: 2,
      FirewallDomainListId: list,
      DnsThreatProtection: 'DGA',
      ConfidenceThreshold: 'LOW',
    }),
  ],
  ['a threat without a threshold', () => ({ Priority: 2, DnsThreatProtection: 'DGA' })],
  ['an unknown action', (list) => ({ Priority: 2, FirewallDomainListId: list, Action: 'DROP' })],
  [
    'a block without a response',
    (list) => ({ Priority: 2, FirewallDomainListId: list, BlockResponse: undefined }),
  ],
  [
    'an override without what to answer',
    (list) => ({ Priority: 2, FirewallDomainListId: list, BlockResponse: 'OVERRIDE' }),
  ],
  ['a list that is not there', () => ({ Priority: 2, FirewallDomainListId: 'rslvr-fdl-none' })],
  ['a priority in use', (list) => ({ Priority: 1, FirewallDomainListId: list })],
])('a rule with %s is refused', async (_, rule) => {
  const group = await createGroup();
  await createRule(group, { Priority: 1, FirewallDomainListId: AWS_LIST });
  await expect(createRule(group, rule(await createList()))).rejects.toThrow();
  const { FirewallRules } = await client.send(
    new resolver.ListFirewallRulesCommand({ FirewallRuleGroupId: group }),
  );
  expect(FirewallRules).toHaveLength(1);
});

test('an association is unique by priority, protected when asked, and holds its group', async () => {
  const group = await createGroup();
  const associate = (Priority: number, FirewallRuleGroupId: string) =>
    client.send(
      new resolver.AssociateFirewallRuleGroupCommand({
        Name: 'x',
        CreatorRequestId: 'x',
        VpcId: VPC,
        Priority,
        FirewallRuleGroupId,
        MutationProtection: 'ENABLED',
      }),
    );
  await expect(associate(100, group)).rejects.toThrow(resolver.ValidationException);
  const { FirewallRuleGroupAssociation } = await associate(101, group);
  const id = { FirewallRuleGroupAssociationId: FirewallRuleGroupAssociation?.Id ?? '' };
  await expect(associate(101, await createGroup())).rejects.toThrow(resolver.ValidationException);
  await expect(associate(102, group)).rejects.toThrow(resolver.ConflictException);
  const removeGroup = () =>
    client.send(new resolver.DeleteFirewallRuleGroupCommand({ FirewallRuleGroupId: group }));
  await expect(removeGroup()).rejects.toThrow(resolver.ConflictException);
  const disassociate = () => client.send(new resolver.DisassociateFirewallRuleGroupCommand(id));
  await expect(disassociate()).rejects.toThrow(resolver.ConflictException);
  await client.send(
    new resolver.UpdateFirewallRuleGroupAssociationCommand({ ...id, MutationProtection: 'DISABLED' }),
  );
  await disassociate();
  await removeGroup();
});

test('a VPC fails closed until it is told to fail open', async () => {
  const get = (ResourceId: string) => client.send(new resolver.GetFirewallConfigCommand({ ResourceId }));
  expect((await get(VPC)).FirewallConfig?.FirewallFailOpen).toBe('DISABLED');
  await client.send(
    new resolver.UpdateFirewallConfigCommand({ ResourceId: VPC, FirewallFailOpen: 'ENABLED' }),
  );
  expect((await get(VPC)).FirewallConfig?.FirewallFailOpen).toBe('ENABLED');
  await expect(get('vpc-none')).rejects.toThrow(resolver.ResourceNotFoundException);
});
