import { NotKnown } from '../infra/snapshot/snapshot';
import { assembleEvidence, exitCodeOf, summaryOf, type AssembleOptions, type PlannedCheck } from './assemble';
import type { Check, CheckInput } from './check';
import type { Finding, NegativeControl, Outcome } from './evidence';
import { judge } from './judge';
import { checkFiles, loadCheck } from './registry';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checks of this test look at nothing else
const input = { snapshot: { target: { vpcId: 'vpc-1' } } } as CheckInput;
const check = (decide: Check['judge']): Check => ({
  id: 'routing/example',
  statement: 'An example.',
  severity: 'high',
  controls: ['NIST-800-53r5:SC-7'],
  judge: decide,
});

test('a judgement becomes a finding with the severity and controls of its check', () => {
  const [finding] = judge(
    check(() => [{ outcome: 'pass', subject: 's', because: 'b' }]),
    input,
  );
  expect(finding).toMatchObject({
    check: 'routing/example',
    severity: 'high',
    outcome: 'pass',
    controls: ['NIST-800-53r5:SC-7'],
  });
});

test.each([
  [
    'does not know',
    () => {
      throw new NotKnown('routeTables could not be read');
    },
    'routeTables could not be read',
  ],
  [
    'breaks',
    () => {
      throw new TypeError('x is undefined');
    },
    'TypeError: x is undefined',
  ],
  ['decides nothing', () => [], 'decided nothing'],
])('a check that %s is unknown, never a pass', (_case, decide, reason) => {
  const findings = judge(check(decide), input);
  expect(findings.map((finding) => finding.outcome)).toEqual(['unknown']);
  expect(findings[0]?.because).toContain(reason);
});

const plan: readonly PlannedCheck[] = [
  { id: 'a/one', severity: 'low', controls: [] },
  { id: 'a/two', severity: 'critical', controls: [] },
];
const finding = (id: string, outcome: Outcome): Finding => ({
  check: id,
  severity: 'low',
  outcome,
  waiver: null,
  subject: 's',
  because: 'b',
  controls: [],
  proof: null,
  observations: [],
});
const options = (findings: readonly Finding[], endedEarly: string | null = null): AssembleOptions => ({
  run: {
    id: 'r',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:01.000Z',
    tool: { name: 'studio-egress-verifier', version: '0' },
    invocation: 'studio-egress verify',
    target: { kind: 'lab', account: null, region: 'us-east-1', stack: null, vpcId: 'vpc-1', domainId: null },
    identity: null,
    snapshotSha256: null,
    endedEarly,
  },
  intent: {
    source: 'derived',
    file: null,
    sha256: null,
    derivedSections: [],
    destinations: [],
    requiredEndpoints: [],
    logRetentionDays: 365,
    approvedExits: [],
    acceptedInspection: [],
    approvedSecurityGroups: [],
    acceptedRisks: [],
    listener: null,
  },
  plan,
  findings,
  firewallLog: null,
  flowLog: null,
  checks: {},
  excluded: [],
  negativeControls: [],
  waivers: null,
  since: null,
  topology: null,
  missingBecause: 'worker died',
});

test('a planned check without a finding is unknown with the reason it is missing', () => {
  const evidence = assembleEvidence(options([finding('a/one', 'pass')]));
  expect(evidence.findings.map(({ check: id, outcome, because }) => [id, outcome, because])).toEqual([
    ['a/one', 'pass', 'b'],
    ['a/two', 'unknown', 'worker died'],
  ]);
  expect(exitCodeOf(evidence)).toBe(2);
});

test('a finding that was not planned is refused', () => {
  expect(() => assembleEvidence(options([finding('b/other', 'pass')]))).toThrow('not planned');
});

test.each<[string, readonly Outcome[], string | null, number]>([
  ['every check passed', ['pass', 'pass'], null, 0],
  ['one does not apply', ['pass', 'not-applicable'], null, 0],
  ['one is unknown', ['pass', 'unknown'], null, 2],
  ['one failed and one is unknown', ['fail', 'unknown'], null, 1],
  ['nothing applied', ['not-applicable', 'not-applicable'], null, 2],
  ['all passed but the run ended early', ['pass', 'pass'], 'interrupted', 2],
])('exit code when %s', (_case, [one, two], endedEarly, code) => {
  const findings = [finding('a/one', one ?? 'unknown'), finding('a/two', two ?? 'unknown')];
  expect(exitCodeOf(assembleEvidence(options(findings, endedEarly)))).toBe(code);
});

test('a run that missed a negative control, or whose subject changed meanwhile, has verified nothing', () => {
  const passed = options([finding('a/one', 'pass'), finding('a/two', 'pass')]);
  const control = (caught: boolean): NegativeControl => ({
    kind: 'fault',
    id: 'route',
    what: 'A route is wrong.',
    check: 'a/one',
    caught,
    because: 'b',
  });
  const codeOf = (changed: Partial<AssembleOptions>) =>
    exitCodeOf(assembleEvidence({ ...passed, ...changed }));
  expect(codeOf({ negativeControls: [control(true)] })).toBe(0);
  expect(codeOf({ negativeControls: [control(true), control(false)] })).toBe(2);
  const changes = [{ section: 'routeTables' as const, because: 'rtb-1 has another route' }];
  expect(codeOf({ run: { ...passed.run, changes } })).toBe(2);
});

test('a waived finding is counted as waived and not as what it is', () => {
  const waived = { ...finding('a/one', 'fail'), waiver: { reason: 'r', owner: 'o', expires: '2027-01-01' } };
  expect(summaryOf([waived])).toEqual({ pass: 0, fail: 0, unknown: 0, notApplicable: 0, waived: 1 });
});

test('every check file says what it checks and is found by its path', () => {
  const files = checkFiles();
  expect(files.length).toBeGreaterThanOrEqual(11);
  for (const file of files)
    expect(loadCheck(file)).toMatchObject({ id: file.id, statement: expect.stringMatching(/\.$/) });
});
