/** The gate as a pipeline calls it: the command itself, its files, its exit code. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidenceFixture } from '../reports/evidence.fixture';
import { areas, checkFiles } from '../suites/registry';
import type { Evidence, Finding } from '../suites/evidence';

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'gate-'))));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(dir, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function command(...argv: readonly string[]) {
  const cli = join(__dirname, '..', 'bin', 'studio-egress.js');
  const env = { ...process.env, GITHUB_STEP_SUMMARY: join(dir, 'summary.md') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'gate', ...argv], {
    encoding: 'utf8',
    env,
    cwd: dir,
  });
  return { status, stdout, stderr };
}

/** One finding of each area, just now, in AWS. */
function evidence(change: Partial<Finding> = {}): Evidence {
  const base = evidenceFixture();
  const findings = areas(checkFiles()).map((area): Finding => ({
    check: `${area}/one`,
    severity: 'high',
    outcome: 'pass',
    waiver: null,
    subject: 's',
    because: 'b',
    controls: [],
    proof: null,
    observations: [],
    ...(area === 'routing' ? change : {}),
  }));
  return {
    ...base,
    plan: findings.map(({ check }) => check),
    findings,
    run: {
      ...base.run,
      endedEarly: null,
      finishedAt: new Date().toISOString(),
      target: { ...base.run.target, kind: 'aws' },
    },
  };
}

const POLICY = 'version: 1\nmaximumAgeHours: 30\n';

test('lets through, blocks, and says why in one line', () => {
  const policy = file('gate.yaml', POLICY);
  const good = command(file('good.json', evidence()), '--policy', policy);
  expect(good).toEqual({ status: 0, stdout: expect.stringMatching(/^Let through: .*\n$/), stderr: '' });
  const bad = command(
    file('bad.json', evidence({ outcome: 'fail', because: 'a hole\nand more' })),
    '--policy',
    policy,
  );
  expect(bad.status).toBe(1);
  expect(bad.stdout.split('\n')).toEqual([
    expect.stringContaining('bad.json: routing/one about s: a hole'),
    '',
  ]);
  expect(command(file('open.json', evidence({ outcome: 'unknown' })), '--policy', policy).status).toBe(2);
});

test('a waiver at the gate lets its failure through, a baseline what was there before', () => {
  const policy = file('gate.yaml', POLICY);
  const failing = file('fail.json', evidence({ outcome: 'fail' }));
  const waivers = file(
    'waivers.yaml',
    'version: 1\nwaivers:\n  - {check: routing/one, subject: s, reason: r, owner: o, expires: 9998-12-31}\n',
  );
  expect(command(failing, '--policy', policy, '--waivers', waivers).status).toBe(0);
  const baseline = file('old.json', evidence({ outcome: 'fail' }));
  expect(command(failing, '--policy', policy, '--baseline', baseline).status).toBe(0);
});

test('for GitHub: annotations that cannot be commands, and the summary', () => {
  const failing = file('fail.json', evidence({ outcome: 'fail', because: 'x\n::error::y' }));
  const { stdout } = command(failing, '--policy', file('gate.yaml', POLICY), '--github');
  expect(stdout.split('\n')[0]).toMatch(/^::error title=routing\/one::fail\.json: .*x%0A::error::y$/);
  expect(readFileSync(join(dir, 'summary.md'), 'utf8')).toContain('routing/one');
});

test.each<[string, () => readonly string[], RegExp]>([
  ['no policy', () => [file('e.json', evidence())], /--policy/],
  [
    'a faulty policy',
    () => [file('e.json', evidence()), '--policy', file('p.yaml', 'version: 1\nseverity: all\n')],
    /p\.yaml:2:1: the file has no key "severity"\. Did you mean "severities"/,
  ],
  [
    'an area that is none',
    () => [file('e.json', evidence()), '--policy', file('p.yaml', 'version: 1\nareas: [routng]\n')],
    /p\.yaml:2:9: areas\[0\] is "routng".*Did you mean "routing"/,
  ],
  [
    'no evidence',
    () => [file('e.json', '{}'), '--policy', file('p.yaml', POLICY)],
    /e\.json is not evidence/,
  ],
  [
    'one run twice',
    () => [file('a.json', evidence()), file('b.json', evidence()), '--policy', file('p.yaml', POLICY)],
    /evidence of the same run/,
  ],
])('%s is a usage error, which lets nothing through', (_case, argv, words) => {
  const { status, stderr } = command(...argv());
  expect([status, stderr]).toEqual([3, expect.stringMatching(words)]);
});
