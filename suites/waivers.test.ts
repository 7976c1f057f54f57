import * as fc from 'fast-check';
import type { Finding, Outcome } from './evidence';
import { WAIVERS_CHECK, withWaivers, type DeclaredWaiver, type WaiversFile } from './waivers';

const TODAY = '2026-11-28';
const PLAN = ['a/one', 'a/two', WAIVERS_CHECK.id];

const finding = (check: string, subject: string, outcome: Outcome): Finding => ({
  check,
  severity: 'high',
  outcome,
  waiver: null,
  subject,
  because: 'b',
  controls: [],
  proof: null,
  observations: [],
});

const entry = (part: Partial<DeclaredWaiver> = {}): DeclaredWaiver => ({
  check: 'a/one',
  subject: 's',
  reason: 'r',
  owner: 'o',
  expires: '2027-01-01',
  line: 3,
  ...part,
});

const file = (...waivers: readonly DeclaredWaiver[]): WaiversFile => ({
  path: 'w.yaml',
  sha256: '0'.repeat(64),
  waivers,
  malformed: [],
});

const run = (of: WaiversFile, ...findings: readonly Finding[]) =>
  withWaivers({ file: of, findings, plan: PLAN, today: TODAY });

const aboutFile = (of: WaiversFile, ...findings: readonly Finding[]): readonly string[] =>
  run(of, ...findings)
    .findings.filter(({ check }) => check === WAIVERS_CHECK.id)
    .map(({ outcome, because }) => `${outcome}: ${because}`);

test('a failure of exactly this check and subject is waived, until the last day', () => {
  for (const expires of [TODAY, '2027-01-01']) {
    const { findings, entries } = run(file(entry({ expires })), finding('a/one', 's', 'fail'));
    expect(findings[0]?.waiver).toEqual({ reason: 'r', owner: 'o', expires });
    expect(entries).toEqual([expect.objectContaining({ status: 'used', line: 3 })]);
    expect(findings[1]).toMatchObject({ check: WAIVERS_CHECK.id, outcome: 'pass', subject: 'w.yaml:3' });
  }
});

test.each<[string, DeclaredWaiver, Finding, string]>([
  [
    'expired',
    entry({ expires: '2026-11-27' }),
    finding('a/one', 's', 'fail'),
    'fail: w.yaml:3: .* ended with',
  ],
  ['another check', entry({ check: 'a/two' }), finding('a/one', 's', 'fail'), 'fail: .*no finding has this'],
  ['another subject', entry({ subject: 'S' }), finding('a/one', 's', 'fail'), 'fail: .*no finding has this'],
  ['a pass', entry(), finding('a/one', 's', 'pass'), 'fail: .*no failure any more'],
  ['an unknown', entry(), finding('a/one', 's', 'unknown'), 'not-applicable: .*only a failure can be'],
  ['not planned', entry({ check: 'b/x' }), finding('a/one', 's', 'fail'), 'not-applicable: .*not among'],
])('nothing is waived, and the entry is a finding: %s', (_case, waiver, found, words) => {
  expect(run(file(waiver), found).findings[0]?.waiver).toBeNull();
  expect(aboutFile(file(waiver), found)).toEqual([expect.stringMatching(words)]);
});

test('a malformed entry is a finding with file, line and column', () => {
  const of = { ...file(), malformed: [{ line: 7, column: 3, because: 'It lacks owner. Add owner.' }] };
  expect(aboutFile(of)).toEqual(['fail: w.yaml:7:3: the entry accepts nothing: It lacks owner. Add owner.']);
});

test('a file that accepts nothing is said to', () => {
  expect(aboutFile(file())).toEqual(['not-applicable: w.yaml accepts nothing.']);
});

test('a waiver that a finding has already stays', () => {
  const waived = {
    ...finding('a/one', 's', 'fail'),
    waiver: { reason: 'risk', owner: 'x', expires: '2030-01-01' },
  };
  expect(run(file(entry()), waived).findings[0]?.waiver?.reason).toBe('risk');
});

test('whatever the file and the findings are: nothing but a failure that an entry in force names is waived', () => {
  const word = fc.constantFrom('a/one', 'a/two');
  const subject = fc.constantFrom('s', 't');
  const outcome = fc.constantFrom<Outcome>('pass', 'fail', 'unknown', 'not-applicable');
  const day = fc.constantFrom('2026-11-27', TODAY, '2026-11-29');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, subject, day), { maxLength: 4 }),
      fc.array(fc.tuple(word, subject, outcome), { maxLength: 5 }),
      (entries, findings) => {
        const of = file(
          ...entries.map(([check, s, expires], line) => entry({ check, subject: s, expires, line })),
        );
        const before = findings.map(([check, s, o]) => finding(check, s, o));
        const { findings: after } = run(of, ...before);
        before.forEach((one, index) => {
          const named = of.waivers.some(
            ({ check, subject: s, expires }) => check === one.check && s === one.subject && expires >= TODAY,
          );
          expect(after[index]?.waiver !== null).toBe(one.outcome === 'fail' && named);
          expect({ ...after[index], waiver: null }).toEqual(one);
        });
        expect(after.length - before.length).toBe(Math.max(1, entries.length));
      },
    ),
  );
});
