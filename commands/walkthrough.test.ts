/**
 * The story of the blog post, told through the product's own interfaces: only .kaggle.com is allowed; then .github.com is
 * added and git clone works; then .pypi.org and .pythonhosted.org, and pip works. Each block is found in the log.
 */
import {
  DescribeRuleGroupCommand,
  NetworkFirewallClient,
  UpdateRuleGroupCommand,
} from '@aws-sdk/client-network-firewall';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Lab } from '../infra/lab/lab';
import { expectExit, labForTest, RECOMMENDED_INTENT, verifyLab, type VerifiedRun } from './lab-run.fixture';

jest.setTimeout(180_000);

let lab: Lab;
beforeAll(async () => {
  lab = await labForTest();
});
afterAll(async () => {
  await lab?.close();
});

const RULE_GROUP = 'domain-allow-sagemaker-sagemaker-studio-vpc-firewall';

/** What a person does in the console: open the rule group, add a domain, save. */
async function allow(...domains: readonly string[]): Promise<void> {
  const client = new NetworkFirewallClient(lab.connection);
  const group = { RuleGroupName: RULE_GROUP, Type: 'STATEFUL' } as const;
  const { UpdateToken, RuleGroup } = await client.send(new DescribeRuleGroupCommand(group));
  const list = RuleGroup?.RulesSource?.RulesSourceList;
  if (RuleGroup === undefined || list === undefined) throw new Error('the rule group has no domain list');
  const Targets = [...(list.Targets ?? []), ...domains];
  const RulesSource = { RulesSourceList: { ...list, Targets } };
  await client.send(
    new UpdateRuleGroupCommand({ ...group, UpdateToken, RuleGroup: { ...RuleGroup, RulesSource } }),
  );
  client.destroy();
}

/** The stack's own intent, with these clients' destinations allowed as well. */
async function egress(...allowedClients: readonly string[]): Promise<VerifiedRun> {
  const intent: { destinations: { client: string; expect: string }[] } = parse(
    readFileSync(RECOMMENDED_INTENT, 'utf8'),
  );
  for (const destination of intent.destinations)
    if (allowedClients.includes(destination.client)) destination.expect = 'allowed';
  const folder = mkdtempSync(join(tmpdir(), 'walkthrough-'));
  const file = join(folder, 'intent.yaml');
  writeFileSync(file, stringify(intent));
  try {
    return await verifyLab({ lab, argv: ['--suite', 'egress', '--intent', file] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How each probe ended inside the Studio subnet, and whether the firewall has a drop on record by the probe's nonce. */
function seen(run: VerifiedRun): Record<string, string> {
  const intended = ['egress/allowed-connect', 'egress/denied-are-blocked'];
  const observations = intended.flatMap((check) => run.of(check)).flatMap((finding) => finding.observations);
  const studio = observations.filter((observation) => observation.vantage === 'studio');
  return Object.fromEntries(
    studio.map(({ probe, result, firewallRecords }) => {
      const logged = firewallRecords.some(({ by, record }) => by === 'nonce' && record.verdict === 'drop');
      return [probe, `${result.kind === 'succeeded' ? 'works' : result.kind}${logged ? ', logged' : ''}`];
    }),
  );
}

test('at first kaggle is reached, and git clone and pip install are stopped and logged', async () => {
  const run = await egress();
  expect(seen(run)).toEqual({
    'wget-kaggle': 'works',
    'git-clone-github': 'timed-out, logged',
    'pip-install-pypi': 'timed-out, logged',
    'wget-example': 'timed-out, logged',
  });
  expectExit(run, 0);
});

test('with .github.com on the list, git clone works and pip install does not', async () => {
  await allow('.github.com');
  const run = await egress('git');
  expect(seen(run)).toMatchObject({ 'git-clone-github': 'works', 'pip-install-pypi': 'timed-out, logged' });
  expectExit(run, 0);
});

test('with .pypi.org and .pythonhosted.org on the list, pip install works and example.com does not', async () => {
  await allow('.pypi.org', '.pythonhosted.org');
  const run = await egress('git', 'pip');
  expect(seen(run)).toMatchObject({ 'pip-install-pypi': 'works', 'wget-example': 'timed-out, logged' });
  expectExit(run, 0);
});
