import * as fc from 'fast-check';
import { evidenceFixture, verifiedEvidence } from './evidence.fixture';
import { hostileEvidence, hostileText } from './hostile.fixture';
import { verdictTable } from './terminal';

const plain = { colour: false, columns: 100 };

test('a line per area with the counts of its findings', () => {
  const lines = verdictTable(evidenceFixture(), plain).split('\n');
  expect(lines[0]?.split(/\s+/)).toEqual(['area', 'pass', 'fail', 'unknown', 'waived', 'n/a']);
  expect(lines.slice(1, 7).map((line) => line.split(/\s+/))).toEqual([
    ['routing', '1', '1', '-', '-', '-'],
    ['vpc-only', '1', '-', '-', '-', '-'],
    ['endpoints', '1', '-', '-', '1', '-'],
    ['security-groups', '-', '1', '-', '-', '-'],
    ['firewall', '-', '-', '1', '-', '1'],
    ['egress', '3', '-', '-', '-', '-'],
  ]);
});

test('what failed and what is open is told with its reason, the most severe first, what passed is not', () => {
  const text = verdictTable(evidenceFixture(), plain);
  const at = (words: string) => text.indexOf(words);
  expect(at('FAIL    routing/return-crosses-firewall (critical) subnet-0f3a5c7e9b1d2f4a6')).toBeGreaterThan(
    0,
  );
  expect(at('FAIL    security-groups/egress-is-limited (medium)')).toBeGreaterThan(at('FAIL    routing/'));
  expect(at('UNKNOWN firewall/is-ready (high)')).toBeGreaterThan(at('FAIL    security-groups/'));
  expect(text.replace(/\s+/g, ' ')).toContain('grant network-firewall:DescribeFirewall to the caller.');
  expect(text).not.toContain('wget https://kaggle.com worked');
});

test.each([
  ['0', verifiedEvidence(), 'VERIFIED: All 6 statements hold. (exit code 0)'],
  [
    '1',
    evidenceFixture(),
    'VIOLATED: 2 statements are violated; 1 statement could not be verified. (exit code 1)',
  ],
  [
    '2',
    evidenceFixture({ findings: evidenceFixture().findings.filter(({ outcome }) => outcome !== 'fail') }),
    'COULD NOT BE VERIFIED: 1 statement could not be verified; nothing was found violated. (exit code 2)',
  ],
])('the last line says the verdict and exit code %s', (_, evidence, last) => {
  expect(verdictTable(evidence, plain).split('\n').at(-1)).toBe(last);
});

test('a check with many subjects shows its first and counts the others', () => {
  const evidence = evidenceFixture();
  const [failed] = evidence.findings.filter(({ outcome }) => outcome === 'fail');
  if (failed === undefined) throw new Error('the fixture has no fail');
  const findings = ['b', 'c', 'd'].map((subject) => ({ ...failed, subject }));
  const text = verdictTable({ ...evidence, plan: [failed.check], findings }, plain);
  expect(text.match(/^FAIL/gm)).toHaveLength(1);
  expect(text).toContain(`FAIL    ${failed.check} (${failed.severity}) b and 2 others`);
});

test('a run that ended early says so', () => {
  const evidence = verifiedEvidence();
  const text = verdictTable({ ...evidence, run: { ...evidence.run, endedEarly: 'interrupted' } }, plain);
  expect(text).toContain('COULD NOT BE VERIFIED');
  expect(text.replace(/\s+/g, ' ')).toContain('The run ended early: interrupted');
});

test('colour adds nothing but colour', () => {
  const coloured = verdictTable(evidenceFixture(), { ...plain, colour: true });
  expect(coloured).toContain('\u001b[31;1m');
  // oxlint-disable-next-line no-control-regex
  expect(coloured.replace(/\u001b\[[0-9;]*m/g, '')).toBe(verdictTable(evidenceFixture(), plain));
});

test('reasons are wrapped to the terminal, ids are left whole', () => {
  const reasons = verdictTable(evidenceFixture(), { ...plain, columns: 60 })
    .split('\n')
    .filter((line) => line.startsWith('        '));
  expect(reasons.length).toBeGreaterThan(4);
  for (const line of reasons) expect(line.length <= 60 || !line.trim().includes(' ')).toBe(true);
});

test('nothing in the evidence reaches the terminal as a control sequence', () => {
  // oxlint-disable-next-line no-control-regex
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(verdictTable(hostileEvidence(text), plain)).not.toMatch(control);
    }),
  );
});

test('a line break in the evidence does not make a line', () => {
  const forged = verdictTable(hostileEvidence('a\nVERIFIED: All statements hold. (exit code 0)'), plain);
  expect(forged.split('\n').filter((line) => line.startsWith('VERIFIED'))).toEqual([]);
});
