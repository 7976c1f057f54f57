/**
 * Least privilege, both ways: everything that whole runs call is permitted by the policy that `studio-egress permissions` prints
 * for their target, with its resources and conditions; and everything that the policy permits is called.
 */
import { readFileSync } from 'node:fs';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { raiseLab, type Lab } from '../infra/lab/lab';
import { decide, principalOf, type Principal } from '../infra/model/iam/evaluation';
import { openDeployed } from '../infra/mutants/deployed/deployed';
import { FULL_ACCOUNT } from '../infra/mutants/deployed/full-account';
import { PERMISSIONS, type Purpose } from '../infra/snapshot/iam-actions';
import { purposesOf, verifierPolicy, type IamPolicy, type Vantage } from '../infra/snapshot/verifier-policy';
import { askedOfIam, type AskedCall, type IamQuestion } from './asked-of-iam.fixture';
import { interruptedRun } from './interrupted-run.fixture';
import { labSettings, RECOMMENDED, RECOMMENDED_INTENT, studioEgress, verifyLab } from './lab-run.fixture';

jest.setTimeout(240_000);

const JOB_IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/probes:1';
const VANTAGES = ['probe-host', 'processing-job'] as const satisfies readonly Vantage[];
type Probing = (typeof VANTAGES)[number];

const ARGV: Readonly<Record<Probing, readonly string[]>> = {
  'probe-host': ['--flush-flows'],
  'processing-job': ['--vantage', 'processing-job', '--job-image', JOB_IMAGE],
};
const FURTHER: Readonly<Record<Probing, readonly Purpose[]>> = {
  'probe-host': ['flow-flush', 'signing'],
  'processing-job': [],
};

interface Recorded {
  readonly calls: readonly AskedCall[];
  /** As it was printed for the target. */
  readonly printed: IamPolicy;
}

let lab: Lab;
const recorded = new Map<Probing, Recorded>();

const of = (vantage: Probing): Recorded => {
  const found = recorded.get(vantage);
  if (found === undefined) throw new Error(`nothing was recorded of ${vantage}`);
  return found;
};

beforeAll(async () => {
  const template = FULL_ACCOUNT.template?.(readFileSync(RECOMMENDED, 'utf8')) ?? '';
  lab = await raiseLab({ template, templatePath: RECOMMENDED, parameters: {}, network: true });
  const at = await openDeployed(lab.connection, { account: lab.state.account, stackName: lab.stackName });
  await FULL_ACCOUNT.api?.(at);
  at.close();
  // It does not carry what lies behind transit gateway and peering; here it is asked what is called, not what gets through.
  expect(lab.network()).not.toBeNull();
  for (const vantage of VANTAGES) recorded.set(vantage, await run(vantage));
});
afterAll(async () => lab.close());

/** A whole run and one that is interrupted. */
async function run(vantage: Probing): Promise<Recorded> {
  const before = lab.server.calls.length;
  const also = FURTHER[vantage].length === 0 ? [] : ['--also', FURTHER[vantage].join()];
  const target = ['--stack', lab.stackName, '--vantage', vantage, ...also];
  const { stdout } = await studioEgress(['permissions', ...target], { env: labSettings(lab) });
  const key = await lab.server.api.call('kms', CreateKeyCommand, {
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
  });
  const signed = FURTHER[vantage].includes('signing') ? ['--sign', `kms:${key.KeyMetadata?.Arn}`] : [];
  const timeouts = ['--probe-timeout', '4', '--denied-timeout', '1'];
  const argv = ['--intent', RECOMMENDED_INTENT, ...timeouts, ...signed, ...ARGV[vantage]];
  const { evidence } = await verifyLab({ lab, argv });
  expect(evidence.run.vantage).toBe(vantage);
  const until = vantage === 'probe-host' ? hasCommands : hasJob;
  await interruptedRun({ lab, argv: ARGV[vantage], until });
  return { calls: lab.server.calls.slice(before), printed: JSON.parse(stdout) };
}

const hasCommands = (): boolean =>
  [...lab.state.commands.values()].flatMap(({ invocations }) =>
    [...invocations.values()].filter(({ Status }) => Status === 'InProgress' || Status === 'Pending'),
  ).length > 5;

const hasJob = (): boolean =>
  [...lab.state.processingJobs.values()].some(
    ({ description: { ProcessingJobStatus, ProcessingStartTime } }) =>
      ProcessingJobStatus === 'InProgress' && ProcessingStartTime !== undefined,
  );

function principal(policy: IamPolicy): Principal {
  const document = JSON.stringify(policy);
  const policies = [{ source: 'inline' as const, name: 'printed', document }];
  return principalOf({
    RoleArn: 'arn:aws:iam::123456789012:role/verifier',
    policies,
    permissionsBoundary: null,
  });
}

/** What is not certainly allowed, each once. */
function refused(policy: IamPolicy, questions: readonly IamQuestion[]): readonly string[] {
  const who = principal(policy);
  const said = questions.flatMap(({ action, resource, context }) => {
    const { answer, because } = decide(who, { action, resource, contexts: [context] });
    return answer === 'allowed' ? [] : [`${action} on ${resource} is ${answer}: ${because}`];
  });
  return [...new Set(said)];
}

const questionsOf = ({ calls }: Recorded): readonly IamQuestion[] =>
  calls.flatMap((call) => askedOfIam(call, lab.state));

test.each(VANTAGES)(
  'from %s every call is permitted by the policy of the target, and by the one of any',
  (vantage) => {
    const { printed } = of(vantage);
    const questions = questionsOf(of(vantage));
    expect(questions.length).toBeGreaterThan(300);
    expect(refused(printed, questions)).toEqual([]);
    const purposes = purposesOf(vantage, FURTHER[vantage]);
    expect(refused(verifierPolicy({ purposes, target: null }), questions)).toEqual([]);
  },
);

/** Actions of a policy's statements by which no question is allowed. */
function unused({ Statement, ...policy }: IamPolicy, questions: readonly IamQuestion[]): readonly string[] {
  return Statement.flatMap((statement) =>
    statement.Action.filter((action) => {
      const alone = { ...policy, Statement: [{ ...statement, Action: [action] }] };
      const asked = questions.filter((question) => question.action === action);
      return asked.every((question) => refused(alone, [question]).length > 0);
    }).map((action) => `${statement.Sid} ${action}`),
  );
}

test.each(VANTAGES)('from %s nothing is permitted that is not called', (vantage) => {
  const { printed } = of(vantage);
  const questions = questionsOf(of(vantage));
  expect(unused(printed, questions)).toEqual([]);
  const wider = printed.Statement.map((one) => ({ ...one, Action: [...one.Action, 's3:DeleteObject'] }));
  expect(unused({ ...printed, Statement: wider }, questions)).toHaveLength(wider.length);
});

test('every operation of the list is called, but for the one that Security Hub has', () => {
  const called = new Set(
    VANTAGES.flatMap((vantage) =>
      of(vantage).calls.map(({ service, operation }) => `${service}:${operation}`),
    ),
  );
  const never = PERMISSIONS.filter(({ operation }) => operation !== null && !called.has(operation));
  expect(never.map(({ purpose }) => purpose)).toEqual(['security-hub']);
});

test('a policy for another target, tag or role does not do', () => {
  const { printed } = of('processing-job');
  const questions = questionsOf(of('processing-job'));
  const edited = (from: string, to: string): IamPolicy =>
    JSON.parse(JSON.stringify(printed).replaceAll(from, to));
  for (const [from, to] of [
    ['"control-host"', '"probe-host"'],
    ['role/studio/analyst', 'role/analyst'],
    [lab.stackName, 'other'],
    ['processing-job/studio-egress-', 'processing-job/other-'],
    ['AWSLogs', 'logs'],
    ['s3.*.amazonaws.com"', 'rds.*.amazonaws.com"'],
  ] as const)
    expect([from, refused(edited(from, to), questions).length > 0]).toEqual([from, true]);
});

test.each<[string, string, object]>([
  [
    'a firewall policy',
    'network-firewall:DescribeFirewallPolicy',
    { FirewallPolicyArn: theirs('firewall-policy/p') },
  ],
  ['a rule group', 'network-firewall:DescribeRuleGroup', { RuleGroupArn: theirs('stateful-rulegroup/g') }],
  [
    "a rule group of AWS's",
    'network-firewall:DescribeRuleGroup',
    { RuleGroupArn: 'arn:aws:network-firewall:us-east-1:aws-managed:stateful-rulegroup/Threats' },
  ],
  ['a firewall', 'network-firewall:DescribeFirewall', { FirewallArn: theirs('firewall/f') }],
  ["a policy of AWS's", 'iam:GetPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
])('%s that another account has is permitted to be read', (_what, name, input) => {
  const [service = '', operation = ''] = name.split(':');
  for (const vantage of VANTAGES)
    expect(refused(of(vantage).printed, askedOfIam({ service, operation, input }, lab.state))).toEqual([]);
});

function theirs(resource: string): string {
  return `arn:aws:network-firewall:us-east-1:444455556666:${resource}`;
}
