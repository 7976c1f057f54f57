import * as fc from 'fast-check';
import { evidenceFixture } from '../reports/evidence.fixture';
import type { Evidence, Finding, Outcome, Severity } from './evidence';
import { gate, type GateOptions, type GatePolicy } from './gate';

const NOW = new Date('2026-11-28T03:00:00.000Z');
const STRICT: GatePolicy = {
  severities: ['critical', 'high', 'medium', 'low'],
  areas: ['routing'],
  toleratedUnknowns: 0,
  maximumAgeHours: 24,
  vantage: null,
  targets: ['aws'],
};

const finding = (outcome: Outcome, part: Partial<Finding> = {}): Finding => ({
  check: 'routing/one',
  severity: 'high',
  outcome,
  waiver: null,
  subject: 's',
  because: 'the reason',
  controls: [],
  proof: null,
  observations: [],
  ...part,
});

function evidence(findings: readonly Finding[], run: Partial<Evidence['run']> = {}): Evidence {
  const base = evidenceFixture();
  return {
    ...base,
    plan: [...new Set(findings.map(({ check }) => check))],
    findings,
    run: {
      ...base.run,
      endedEarly: null,
      finishedAt: '2026-11-28T02:00:00.000Z',
      target: { ...base.run.target, kind: 'aws' },
      ...run,
    },
  };
}

function decide(of: Evidence, part: Partial<GateOptions> & { readonly policy?: GatePolicy } = {}) {
  return gate({
    policy: STRICT,
    evidence: [{ path: 'e.json', evidence: of }],
    baseline: null,
    now: NOW,
    ...part,
  });
}

const good = evidence([finding('pass')]);

test('what the policy asks for and holds is let through', () => {
  expect(decide(good)).toMatchObject({
    exitCode: 0,
    blockers: [],
    reason: expect.stringMatching(/^Let through/),
  });
});

test('without evidence nothing is let through', () => {
  expect(decide(good, { evidence: [] }).exitCode).toBe(2);
});

const inWaiver = (expires: string) => finding('fail', { waiver: { reason: 'r', owner: 'o', expires } });

test.each<[string, Evidence, number, RegExp]>([
  ['a failure', evidence([finding('fail')]), 1, /1 violated .*routing\/one about s: the reason/],
  ['an unknown', evidence([finding('unknown')]), 2, /1 not verified/],
  [
    'both',
    evidence([finding('fail'), finding('unknown', { subject: 't' })]),
    1,
    /1 violated and 1 not verified/,
  ],
  ['a waiver in force', evidence([inWaiver('2026-11-28')]), 0, /^Let through/],
  ['a waiver that has expired since', evidence([inWaiver('2026-11-27')]), 1, /ended with 2026-11-27/],
  [
    'old evidence',
    evidence([finding('pass')], { finishedAt: '2026-11-26T00:00:00.000Z' }),
    2,
    /51 hours ago/,
  ],
  [
    'evidence of the future',
    evidence([finding('pass')], { finishedAt: '2026-11-28T04:00:00.000Z' }),
    2,
    /future/,
  ],
  ['no time', evidence([finding('pass')], { finishedAt: 'yesterday' }), 2, /does not say when/],
  [
    'the lab',
    evidence([finding('pass')], { target: { ...good.run.target, kind: 'lab' } }),
    2,
    /evidence of lab/,
  ],
  ['a run that ended early', evidence([finding('pass')], { endedEarly: 'interrupted' }), 2, /ended early/],
  [
    'a change meanwhile',
    evidence([finding('pass')], { changes: [{ section: 'routeTables', because: 'rtb-1' }] }),
    2,
    /routeTables changed/,
  ],
  ['a planned check without finding', { ...good, plan: ['routing/one', 'routing/two'] }, 2, /routing\/two/],
  [
    'another area only',
    evidence([finding('pass', { check: 'dns/x' })]),
    2,
    /no finding of the areas routing/,
  ],
  [
    'a missed negative control',
    {
      ...good,
      negativeControls: [
        { kind: 'fault', id: 'hole', what: 'w', check: 'routing/one', caught: false, because: 'b' },
      ],
    },
    2,
    /negative controls hole/,
  ],
  [
    'a faulty waivers file',
    evidence([finding('pass'), finding('fail', { check: 'waivers/are-in-force' })]),
    1,
    /waivers/,
  ],
])('%s', (_case, of, exitCode, words) => {
  const decision = decide(of);
  expect([decision.exitCode, decision.reason]).toEqual([exitCode, expect.stringMatching(words)]);
});

test('a vantage that is required must have been the one', () => {
  const policy: GatePolicy = { ...STRICT, vantage: 'processing-job' };
  const from = (vantage: Evidence['run']['vantage']) =>
    decide(evidence([finding('pass')], { vantage }), { policy });
  expect([from('processing-job'), from('probe-host'), from(null)].map(({ exitCode }) => exitCode)).toEqual([
    0, 2, 2,
  ]);
});

test('severities, areas and a number of unknowns can be tolerated, and nothing else', () => {
  const of = evidence([
    finding('fail', { severity: 'low' }),
    finding('fail', { check: 'dns/x', subject: 'd' }),
    finding('unknown', { subject: 'u' }),
    finding('pass', { subject: 'p' }),
  ]);
  const policy: GatePolicy = { ...STRICT, severities: ['critical', 'high'], toleratedUnknowns: 1 };
  expect(decide(of, { policy }).exitCode).toBe(0);
  expect(decide(of, { policy: { ...policy, toleratedUnknowns: 0 } }).exitCode).toBe(2);
  expect(decide(of, { policy: { ...policy, areas: ['routing', 'dns'] } }).exitCode).toBe(1);
  expect(decide(of).exitCode).toBe(1);
});

test('beside a baseline only what is worse blocks, and only of the same target', () => {
  const before = evidence([
    finding('fail'),
    finding('unknown', { subject: 'u' }),
    finding('pass', { subject: 'p' }),
  ]);
  const baseline = { path: 'old.json', evidence: before };
  expect(decide(before, { baseline }).exitCode).toBe(0);
  const worse = evidence([...before.findings.slice(0, 2), finding('fail', { subject: 'p' })]);
  expect(decide(worse, { baseline }).blockers.map(({ finding: found }) => found?.subject)).toEqual(['p']);
  // What was unknown and now is known to fail is worse; what was waived then and is not now, too.
  expect(decide(evidence([finding('fail', { subject: 'u' })]), { baseline }).exitCode).toBe(1);
  const waived = { path: 'old.json', evidence: evidence([inWaiver('2027-01-01')]) };
  expect(decide(evidence([finding('fail')]), { baseline: waived }).exitCode).toBe(1);
  const elsewhere = {
    ...before,
    run: { ...before.run, target: { ...before.run.target, vpcId: 'vpc-other' } },
  };
  expect(decide(before, { baseline: { path: 'old.json', evidence: elsewhere } }).exitCode).toBe(1);
});

test('whatever the policy: a failure of a blocking severity in its areas never gets through unwaived', () => {
  const severity = fc.constantFrom<Severity>('critical', 'high', 'medium', 'low');
  const outcome = fc.constantFrom<Outcome>('pass', 'fail', 'unknown', 'not-applicable');
  const check = fc.constantFrom('routing/one', 'dns/x');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(check, severity, outcome), { minLength: 1, maxLength: 6 }),
      fc.uniqueArray(severity, { minLength: 1 }),
      fc.nat({ max: 2 }),
      (found, severities, toleratedUnknowns) => {
        const findings = found.map(([id, s, o], index) =>
          finding(o, { check: id, severity: s, subject: String(index) }),
        );
        const { exitCode } = decide(evidence(findings), {
          policy: { ...STRICT, severities, toleratedUnknowns },
        });
        const own = findings.filter((one) => one.check === 'routing/one');
        const fails = own.filter((one) => one.outcome === 'fail' && severities.includes(one.severity));
        const unknown = own.filter((one) => one.outcome === 'unknown');
        const open = unknown.length > toleratedUnknowns || own.length === 0;
        expect(exitCode).toBe(fails.length > 0 ? 1 : open ? 2 : 0);
      },
    ),
  );
});
