import * as fc from 'fast-check';
import { summaryOf } from '../suites/assemble';
import type { Evidence, Finding } from '../suites/evidence';
import { evidenceFixture } from './evidence.fixture';
import { checkListed, nextLine, readHistory, standingAfter, type HistoryLine } from './history';
import { linesByTarget, periodOf, periodText } from './period';
import { keyOf, standingsOf } from './standing';

interface Night {
  readonly day: number;
  readonly outcomes: Readonly<Record<string, Finding['outcome']>>;
  readonly vpcId?: string;
}

const [model] = evidenceFixture().findings;

function night({ day, outcomes, vpcId = 'vpc-0a' }: Night): Evidence {
  const document = evidenceFixture();
  const findings = Object.entries(outcomes).map(([subject, outcome]): Finding => {
    if (model === undefined) throw new Error('the fixture has no finding');
    return { ...model, check: 'routing/egress', subject, outcome, waiver: null };
  });
  const at = (time: string) => `2026-01-${String(day).padStart(2, '0')}T${time}Z`;
  return {
    ...document,
    run: {
      ...document.run,
      id: `run-${day}-${vpcId}`,
      startedAt: at('02:00:00.000'),
      finishedAt: at('02:10:00.000'),
      target: { ...document.run.target, vpcId },
    },
    plan: ['routing/egress'],
    findings,
    summary: summaryOf(findings),
  };
}

function historyOf(nights: readonly Evidence[]): string {
  let text = '';
  for (const evidence of nights) {
    const hashes = { evidenceSha256: `e-${evidence.run.id}`, manifestSha256: `m-${evidence.run.id}` };
    text += `${nextLine({ history: readHistory(text), evidence, ...hashes })}\n`;
  }
  return text;
}

const linesOf = (nights: readonly Evidence[]): readonly HistoryLine[] => readHistory(historyOf(nights)).lines;

test('a line has what changed since the last run of its own target, and the lines together say where all stands', () => {
  const outcome = fc.constantFrom<Finding['outcome']>('pass', 'fail', 'unknown', 'not-applicable');
  const outcomes = fc.dictionary(fc.constantFrom('a', 'b', 'c'), outcome, { minKeys: 1 });
  const run = fc.record({ outcomes, vpcId: fc.constantFrom('vpc-0a', 'vpc-0b') });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 8 }), (runs) => {
      const nights = runs.map((one, index) => night({ day: index + 1, ...one }));
      const { lines, faults } = readHistory(historyOf(nights));
      expect(faults).toEqual([]);
      for (const own of linesByTarget(lines)) {
        const last = nights.findLast(({ run: { target } }) => target.vpcId === own[0]?.target.vpcId);
        if (last === undefined) throw new Error('a target without a run');
        const stands = new Map([...standingAfter(own)].map(([key, { standing }]) => [key, standing]));
        expect(stands).toEqual(new Map(standingsOf(last).map((one) => [keyOf(one), one.standing])));
      }
    }),
  );
});

test('no line before the last can be changed, taken out, doubled or moved', () => {
  const nights = [1, 2, 3, 4].map((day) => night({ day, outcomes: { a: day === 3 ? 'fail' : 'pass' } }));
  const lines = historyOf(nights).trimEnd().split('\n');
  const faultsOf = (changed: readonly string[]) => readHistory(`${changed.join('\n')}\n`).faults;
  expect(faultsOf(lines)).toEqual([]);
  const said = lines.with(2, lines[2]?.replace('"violated"', '"verified"') ?? '');
  expect(faultsOf(said)).toMatchObject([{ because: expect.stringContaining('Line 4: the chain is broken') }]);
  for (const index of [0, 1, 2]) {
    expect(faultsOf(lines.toSpliced(index, 1))).toMatchObject([
      { because: expect.stringContaining(`Line ${index + 1}:`) },
    ]);
    expect(faultsOf(lines.toSpliced(index, 0, lines[index] ?? '')).length).toBe(1);
    expect(
      faultsOf(lines.with(index, lines[index + 1] ?? '').with(index + 1, lines[index] ?? '')).length,
    ).toBe(1);
  }
});

test.each([
  ['', 0],
  ['not JSON\n', 1],
  ['{}\n', 1],
  ['\n', 1],
])('%j is read without an exception, with %s faults', (text, faults) => {
  expect(readHistory(text).faults).toHaveLength(faults);
});

test('a line that was cut off while it was written is said', () => {
  const text = historyOf([night({ day: 1, outcomes: { a: 'pass' } })]);
  const cut = `${text}${text.slice(0, 40)}`;
  expect(readHistory(cut)).toMatchObject({
    lines: [{ run: 'run-1-vpc-0a' }],
    faults: [{ because: 'Line 2: it is cut off.' }],
  });
});

test("a run's folder and its line must say the same", () => {
  const history = readHistory(historyOf([night({ day: 1, outcomes: { a: 'pass' } })]));
  const listed = {
    runId: 'run-1-vpc-0a',
    evidenceSha256: 'e-run-1-vpc-0a',
    manifestSha256: 'm-run-1-vpc-0a',
  };
  expect(checkListed(history, listed)).toEqual([]);
  expect(checkListed(history, { ...listed, manifestSha256: 'x' })).toMatchObject([
    { kind: 'tampered', because: expect.stringContaining('Line 1: it recorded another manifest.json') },
  ]);
  expect(checkListed(history, { ...listed, runId: 'other' })).toMatchObject([{ kind: 'undecided' }]);
});

const DAY_MS = 86_400_000;

test('every night of a period has its line, the missing ones their names, and what failed its time', () => {
  const lines = linesOf([
    night({ day: 1, outcomes: { a: 'pass', b: 'pass' } }),
    night({ day: 2, outcomes: { a: 'fail', b: 'fail' } }),
    // Unknown is not remediated.
    night({ day: 3, outcomes: { a: 'unknown', b: 'fail' } }),
    night({ day: 5, outcomes: { a: 'pass', b: 'fail' } }),
  ]);
  const period = periodOf({
    lines,
    from: '2026-01-01',
    to: '2026-01-06',
    everyMs: DAY_MS,
    now: new Date('2026-01-06T12:00:00.000Z'),
  });
  expect(period.nights.map(({ verdict }) => verdict)).toEqual([
    'verified',
    'violated',
    'violated',
    'missing',
    'violated',
    'not yet',
  ]);
  expect(period).toMatchObject({ withRun: 4, verified: 1, exitCode: 1 });
  expect(period.timeToRemediate).toEqual([
    { check: 'routing/egress', remediated: 1, open: 1, meanMs: 3 * DAY_MS, longestMs: 3 * DAY_MS },
  ]);
  const text = periodText(period);
  expect(text).toContain('4 of 5 nights with a run, 1 verified');
  expect(text).toContain('Missing: 2026-01-04');
  expect(text).toContain('1 remediated in 72.0 h on average');
});

test('a night that looked at less than those before is partial, and what it left out stays open', () => {
  const two = (day: number, outcomes: Night['outcomes']): Evidence => {
    const evidence = night({ day, outcomes });
    const findings = [...evidence.findings, ...night({ day, outcomes: { z: 'pass' } }).findings].map((one) =>
      one.subject === 'z' ? { ...one, check: 'dns/other' } : one,
    );
    return { ...evidence, plan: ['routing/egress', 'dns/other'], findings, summary: summaryOf(findings) };
  };
  const narrow = (day: number): Evidence => {
    const whole = two(day, {});
    return { ...whole, plan: ['dns/other'] };
  };
  const silent = (day: number): Evidence => ({ ...two(day, { a: 'pass' }), firewallLog: null });
  const ask = (nights: readonly Evidence[]) =>
    periodOf({
      lines: linesOf(nights),
      from: '2026-01-01',
      to: `2026-01-0${nights.length}`,
      everyMs: DAY_MS,
      now: new Date('2026-02-01T00:00:00.000Z'),
    });
  const words = (nights: readonly Evidence[]) => ask(nights).nights.map(({ verdict }) => verdict);
  expect(words([two(1, { a: 'pass' }), narrow(2), silent(3)])).toEqual(['verified', 'partial', 'partial']);
  expect(ask([two(1, { a: 'pass' }), narrow(2)]).exitCode).toBe(2);
  const failed = ask([two(1, { a: 'fail' }), narrow(2)]);
  expect(failed.nights.map(({ verdict }) => verdict)).toEqual(['violated', 'partial']);
  expect(failed.timeToRemediate).toMatchObject([{ check: 'routing/egress', remediated: 0, open: 1 }]);
});

test('a period without a fault and without a gap is the only one that ends with 0', () => {
  const ask = (days: readonly number[], outcome: Finding['outcome'] = 'pass') =>
    periodOf({
      lines: linesOf(days.map((day) => night({ day, outcomes: { a: day === 1 ? 'pass' : outcome } }))),
      from: '2026-01-01',
      to: '2026-01-03',
      everyMs: DAY_MS,
      now: new Date('2026-02-01T00:00:00.000Z'),
    }).exitCode;
  expect(ask([1, 2, 3])).toBe(0);
  expect(ask([1, 3])).toBe(2);
  expect(ask([1, 2, 3], 'unknown')).toBe(2);
  expect(ask([1, 2, 3], 'fail')).toBe(1);
});

/** As a run leaves it that did not come to the VPC of the stack. */
function unfound(day: number, stack: string): Evidence {
  const found = night({ day, outcomes: {} });
  const target = { ...found.run.target, account: null, vpcId: null, stack, domainId: null };
  return { ...found, run: { ...found.run, endedEarly: 'AWS did not answer.', target } };
}

const inStack = (stack: string, evidence: Evidence): Evidence => ({
  ...evidence,
  run: { ...evidence.run, target: { ...evidence.run.target, stack } },
});

test('a run that found no VPC is a night of the only target asked for by that name, and nothing else', () => {
  const nights = [
    inStack('studio', night({ day: 1, outcomes: { a: 'pass' } })),
    inStack('other', night({ day: 1, outcomes: { a: 'pass' }, vpcId: 'vpc-0b' })),
    unfound(2, 'studio'),
    inStack('studio', night({ day: 3, outcomes: { a: 'pass' } })),
  ];
  const groups = linesByTarget(linesOf(nights));
  expect(groups.map((lines) => lines.map(({ run }) => run))).toEqual([
    ['run-1-vpc-0a', 'run-2-vpc-0a', 'run-3-vpc-0a'],
    ['run-1-vpc-0b'],
  ]);
  const [lines = []] = groups;
  const period = periodOf({
    lines,
    from: '2026-01-01',
    to: '2026-01-03',
    everyMs: 86_400_000,
    now: new Date('2026-01-09T00:00:00.000Z'),
  });
  expect(period.nights.map(({ verdict }) => verdict)).toEqual([
    'verified',
    'could not be verified',
    'verified',
  ]);
  expect(period.target.vpcId).toBe('vpc-0a');
  expect(period.exitCode).toBe(2);
});

test('where two targets were asked for by that name, or none, the run stands alone', () => {
  const two = [
    inStack('studio', night({ day: 1, outcomes: { a: 'pass' } })),
    inStack('studio', night({ day: 1, outcomes: { a: 'pass' }, vpcId: 'vpc-0b' })),
    unfound(2, 'studio'),
  ];
  expect(linesByTarget(linesOf(two))).toHaveLength(3);
  const [alone = []] = linesByTarget(linesOf([unfound(2, 'studio')]));
  expect(alone).toHaveLength(1);
  const bounds = { from: '2026-01-02', to: '2026-01-02', everyMs: 86_400_000 };
  const period = periodOf({ lines: alone, ...bounds, now: new Date('2026-01-09T00:00:00.000Z') });
  expect(periodText(period)).toMatch(/studio .*could not be verified/s);
  expect(period.exitCode).toBe(2);
});
