/**
 * The story of the blog post, told through the product's own interfaces: only .kaggle.com is allowed; then .github.com is
 * added and git clone works; then .pypi.org and .pythonhosted.org, and pip works. Each block is found in the log.
 */
import {
  DescribeRuleGroupCommand,
  NetworkFirewallClient,
  UpdateRuleGroupCommand,
} from '@aws-sdk/client-network-firewall';
import type { Lab } from '../infra/lab/lab';
import { labForTest, verifyLab, type VerifiedRun } from './lab-run.fixture';

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

const egress = (): Promise<VerifiedRun> => verifyLab({ lab, argv: ['--suite', 'egress'] });

/** How each probe ended inside the Studio subnet, and whether the firewall has a drop on record by the probe's nonce. */
function seen(run: VerifiedRun): Record<string, string> {
  const observations = run.evidence.findings.flatMap((finding) => finding.observations);
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
  expect(run.exitCode).toBe(0);
});

test('with .github.com on the list, git clone works and pip install does not', async () => {
  await allow('.github.com');
  const run = await egress();
  expect(seen(run)).toMatchObject({ 'git-clone-github': 'works', 'pip-install-pypi': 'timed-out, logged' });
  expect(run.exitCode).toBe(0);
});

test('with .pypi.org and .pythonhosted.org on the list, pip install works and example.com does not', async () => {
  await allow('.pypi.org', '.pythonhosted.org');
  const run = await egress();
  expect(seen(run)).toMatchObject({ 'pip-install-pypi': 'works', 'wget-example': 'timed-out, logged' });
  expect(run.exitCode).toBe(0);
});
