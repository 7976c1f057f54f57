import * as fc from 'fast-check';
import { summaryOf } from '../suites/assemble';
import type { Evidence, Finding } from '../suites/evidence';
import { compareEvidence, diffText, type ChangeKind } from './diff';
import { evidenceFixture } from './evidence.fixture';
import type { Standing } from './verdict';

const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };

function finding(standing: Standing, subject = 'subnet-0a', check = 'routing/egress'): Finding {
  return {
    check,
    subject,
    severity: 'high',
    outcome: standing === 'waived' ? 'fail' : standing,
    waiver: standing === 'waived' ? waiver : null,
    because: 'because',
    controls: [],
    proof: null,
    observations: [],
  };
}

/** A run with these findings, and with a pass of another check so that it decides something. */
function run(
  findings: readonly Finding[],
  plan: readonly string[] = ['routing/egress', 'dns/other'],
): Evidence {
  const all = [...findings, finding('pass', 'vpc-0a', 'dns/other')];
  return evidenceFixture({ findings: all, plan, summary: summaryOf(all) });
}

const of = (standing: Standing | null): Evidence => run(standing === null ? [] : [finding(standing)]);

test.each<[Standing | null, Standing | null, ChangeKind | null, 0 | 1 | 2]>([
  ['pass', 'fail', 'new-failure', 1],
  [null, 'fail', 'new-failure', 1],
  ['unknown', 'fail', 'new-failure', 1],
  ['waived', 'fail', 'new-failure', 1],
  ['not-applicable', 'fail', 'new-failure', 1],
  ['fail', 'fail', 'still-failing', 0],
  ['pass', 'unknown', 'became-unknown', 2],
  ['fail', 'unknown', 'became-unknown', 2],
  ['unknown', 'unknown', 'still-unknown', 0],
  ['fail', 'pass', 'fixed', 0],
  ['waived', 'pass', 'fixed', 0],
  ['unknown', 'pass', 'decided', 0],
  ['fail', 'waived', 'waived', 0],
  ['pass', 'pass', null, 0],
  ['pass', 'not-applicable', 'other', 0],
  ['fail', 'not-applicable', 'other', 0],
])('%s, then %s: %s', (before, after, kind, exitCode) => {
  const diff = compareEvidence(of(before), of(after));
  expect(diff.changes.map((change) => change.kind)).toEqual(kind === null ? [] : [kind]);
  expect(diff.exitCode).toBe(exitCode);
});

test('a failure that the newer run did not look at is not fixed, and the answer is not known', () => {
  const diff = compareEvidence(of('fail'), run([], ['dns/other']));
  expect(diff.changes).toMatchObject([{ kind: 'not-checked', before: 'fail', after: null }]);
  expect(diff.exitCode).toBe(2);
  expect(diff.notes.join()).toContain('routing/egress');
});

test('a subject that is gone is not fixed either', () => {
  const still = [finding('pass', 'subnet-0b')];
  const diff = compareEvidence(run([finding('fail'), ...still]), run(still));
  expect(diff.changes.map(({ kind }) => kind)).toEqual(['gone']);
});

test('of several findings about the same the worst counts', () => {
  const diff = compareEvidence(
    run([finding('pass')]),
    run([finding('pass'), finding('fail'), finding('unknown')]),
  );
  expect(diff.changes).toMatchObject([{ kind: 'new-failure', because: 'because' }]);
});

test('a newer run that ended early shows nothing', () => {
  const newer = of('pass');
  const ended = { ...newer, run: { ...newer.run, endedEarly: 'The run was interrupted.' } };
  expect(compareEvidence(of('pass'), ended)).toMatchObject({ exitCode: 2 });
});

test('two networks are compared, and it is said that they are two', () => {
  const older = of('pass');
  const target = { ...older.run.target, vpcId: 'vpc-0b' };
  const { notes } = compareEvidence(older, { ...older, run: { ...older.run, target } });
  expect(notes.join()).toContain('vpcId was vpc-0123456789abcdef0 and is vpc-0b');
});

test('nothing new is ever open between a run and itself, and a worse run never looks well', () => {
  const standing = fc.constantFrom<Standing>('pass', 'fail', 'unknown', 'waived', 'not-applicable');
  const findings = fc.array(fc.record({ standing, subject: fc.constantFrom('a', 'b', 'c') }), {
    maxLength: 6,
  });
  const made = (list: readonly { standing: Standing; subject: string }[]) =>
    run(list.map((one) => finding(one.standing, one.subject)));
  fc.assert(
    fc.property(findings, findings, (before, after) => {
      const older = made(before);
      const newer = made(after);
      if (before.length > 0) expect(compareEvidence(older, older).exitCode).toBe(0);
      const diff = compareEvidence(older, newer);
      const fails = (list: typeof before, subject: string) =>
        list.some((one) => one.subject === subject && one.standing === 'fail');
      const isWorse = ['a', 'b', 'c'].some((subject) => fails(after, subject) && !fails(before, subject));
      expect(diff.exitCode === 1).toBe(isWorse);
    }),
  );
});

test('what strangers wrote does not reach the terminal as it is', () => {
  const hostile = finding('fail', 'subnet\u001b[31m\nFIXED: all');
  const text = diffText(compareEvidence(of('pass'), run([hostile])));
  expect(text).not.toContain('\u001b');
  expect(text.split('\n').filter((line) => line.startsWith('FIXED'))).toEqual([]);
});
