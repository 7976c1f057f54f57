import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import { exitCodeOf } from '../suites/assemble';
import { derivedIntent } from '../suites/derived-intent';
import type { Evidence, Finding } from '../suites/evidence';
import { parseEvidence } from '../suites/evidence-file';
import type { Collected } from './collect';
import { conclude, writeReports } from './conclude';

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'conclude-'))));
afterAll(() => rmSync(dir, { recursive: true }));

const snapshot = referenceSnapshot();
const plan = [
  'routing/egress-crosses-firewall',
  'egress/denied-are-blocked',
  'egress/allowed-connect',
] as const;

const finding = (check: string, outcome: Finding['outcome']): Finding => ({
  check,
  severity: 'high',
  outcome,
  waiver: null,
  subject: 's',
  because: 'as it was.',
  controls: [],
  proof: null,
  observations: [],
});

const COLLECTED: Collected = {
  target: snapshot.target,
  snapshot,
  snapshotSha256: null,
  identity: null,
  intent: derivedIntent(snapshot),
  live: { status: 'not-run', because: 'no probes in this test' },
  plan: plan.map((id) => ({ id, severity: 'high' as const, controls: [] })),
  waivers: null,
  vantage: 'probe-host',
  changes: [],
  endedEarly: null,
};

const PASSES = plan.map((id) => finding(id, 'pass'));

async function concluded(part: Partial<Collected>, findings = PASSES): Promise<Evidence> {
  const { evidence, problems } = await conclude({
    run: {
      id: 'r',
      startedAt: '2026-11-28T00:00:00.000Z',
      outDir: dir,
      tool: { name: 'studio-egress-verifier', version: '0' },
      invocation: 'studio-egress verify',
    },
    collected: { ...COLLECTED, ...part },
    outcome: { findings, unfinished: [] },
    formats: ['junit'],
    history: null,
    now: new Date('2026-11-28T00:01:00.000Z'),
  });
  expect(problems).toEqual([]);
  return evidence;
}

test('a run says how it was read, what it was shown to catch, and what it left out', async () => {
  const evidence = await concluded({});
  expect(exitCodeOf(evidence)).toBe(0);
  expect(evidence.run.reading?.map(({ name }) => name)).toContain('routeTables');
  expect(evidence.negativeControls?.map(({ id, caught }) => [id, caught])).toContainEqual([
    'route-past-the-firewall',
    true,
  ]);
  expect(evidence.excluded?.map(({ check }) => check)).toContain('dns/no-foreign-resolver');
  expect(Object.keys(evidence.checks ?? {}).sort()).toEqual([...plan].sort());
  expect(evidence.topology?.nodes.length).toBeGreaterThan(5);
  const written = readFileSync(join(dir, 'evidence.json'), 'utf8');
  expect(parseEvidence(written)).toEqual({ status: 'parsed', evidence });
});

test('what probes showed while something changed is unknown, a violation stays one, and nothing is verified', async () => {
  const changes = [
    { section: 'routeTables' as const, because: 'rtb-1 is different: Routes.' },
    { section: 'domains' as const, because: 'd-1 is gone.' },
  ];
  const evidence = await concluded({ changes });
  expect(evidence.findings.map(({ check, outcome }) => [check, outcome])).toEqual([
    ['routing/egress-crosses-firewall', 'pass'],
    ['egress/denied-are-blocked', 'unknown'],
    ['egress/allowed-connect', 'unknown'],
  ]);
  expect(evidence.findings[1]?.because).toBe(
    'What was verified changed during the run: routeTables: rtb-1 is different: Routes. (and 1 more changes) Before that: as it was.',
  );
  expect(exitCodeOf(evidence)).toBe(2);
  const failing = PASSES.map((one) =>
    one.check.startsWith('egress/denied') ? { ...one, outcome: 'fail' as const } : one,
  );
  expect(exitCodeOf(await concluded({ changes }, failing))).toBe(1);
});

test('what should have worked and did not while something changed accuses nobody', async () => {
  const changes = [{ section: 'instances' as const, because: 'i-1 is different: State.' }];
  const failing = PASSES.map((one) =>
    one.check === 'egress/allowed-connect' ? { ...one, outcome: 'fail' as const } : one,
  );
  const evidence = await concluded({ changes }, failing);
  expect(evidence.findings.map(({ outcome }) => outcome)).not.toContain('fail');
  expect(exitCodeOf(evidence)).toBe(2);
  expect(exitCodeOf(await concluded({}, failing))).toBe(1);
});

test('accepted failures are marked and the file is judged', async () => {
  const file = {
    path: 'w.yaml',
    sha256: '0'.repeat(64),
    waivers: [
      {
        check: 'egress/allowed-connect',
        subject: 's',
        reason: 'r',
        owner: 'o',
        expires: '2026-11-28',
        line: 3,
      },
    ],
    malformed: [],
  };
  const failing = PASSES.map((one) =>
    one.check === 'egress/allowed-connect' ? { ...one, outcome: 'fail' as const } : one,
  );
  const waivers = [
    ...COLLECTED.plan,
    { id: 'waivers/are-in-force', severity: 'medium' as const, controls: [] },
  ];
  const evidence = await concluded({ waivers: file, plan: waivers }, failing);
  expect(exitCodeOf(evidence)).toBe(0);
  expect(evidence.summary).toMatchObject({ waived: 1, fail: 0 });
  expect(evidence.waivers?.entries).toEqual([expect.objectContaining({ line: 3, status: 'used' })]);
  expect(evidence.checks?.['waivers/are-in-force']?.statement).toMatch(/well formed/);
});

test('a format that cannot be made costs no other, and is said', async () => {
  const folder = mkdtempSync(join(dir, 'formats-'));
  const before = process.env['STUDIO_EGRESS_CHROMIUM'];
  process.env['STUDIO_EGRESS_CHROMIUM'] = join(folder, 'no-such-browser');
  try {
    const problems = await writeReports(folder, await concluded({}), ['pdf', 'junit']);
    expect(problems).toEqual([expect.stringMatching(/^report\.pdf was not made: /)]);
    expect(readdirSync(folder).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['junit.xml', 'manifest.json']);
  } finally {
    if (before === undefined) delete process.env['STUDIO_EGRESS_CHROMIUM'];
    else process.env['STUDIO_EGRESS_CHROMIUM'] = before;
  }
});
