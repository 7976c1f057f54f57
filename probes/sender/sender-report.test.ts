import * as fc from 'fast-check';
import type { CommandOutput } from '../probe';
import { readSender } from './sender-report';

const output = (stdout: string, exitCode: number | null = 0): CommandOutput => ({
  exitCode,
  stdout,
  stderr: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:00:01.000Z',
});

const GOOD: readonly unknown[] = ['answered', 12, 517, 517, 0, 1400, 0, 'FgMD'];
const line = (...reports: readonly unknown[]): string => `${JSON.stringify(reports)}\n`;

test('one line with a report for each send', () => {
  expect(readSender(output(line(GOOD, ['silent', null, 0, null, 0, 0, 0, ''])), 2)).toEqual([
    {
      end: 'answered',
      connectMs: 12,
      sent: 517,
      acknowledged: 517,
      greeting: 0,
      received: 1400,
      answered: 0,
      first: Buffer.from('160303', 'hex'),
    },
    {
      end: 'silent',
      connectMs: null,
      sent: 0,
      acknowledged: null,
      greeting: 0,
      received: 0,
      answered: 0,
      first: Buffer.alloc(0),
    },
  ]);
});

test.each<[string, CommandOutput]>([
  ['no line', output('')],
  ['two lines', output(line(GOOD) + line(GOOD))],
  ['a cut line', output(line(GOOD).slice(0, -5))],
  ['one report too few', output(line())],
  ['one report too many', output(line(GOOD, GOOD))],
  ['words around it', output(`warning\n${line(GOOD)}`)],
  ['a sender that was ended', output(line(GOOD), 124)],
  ['an end that is not known', output(line(GOOD), null)],
  ['a traceback', output('Traceback (most recent call last):\nKeyError: 1\n', 1)],
])('no report: %s', (_case, broken) => {
  expect(readSender(broken, 1)).toEqual({ problem: expect.stringMatching(/^the sender/) });
});

test('a field of another kind makes the report none', () => {
  const wrong: readonly unknown[] = ['', 'answered', -1, 1.5, null, {}, [], true, 'Fg*D', undefined];
  for (let index = 0; index < GOOD.length; index++) {
    for (const value of wrong) {
      const report = GOOD.with(index, value);
      const read = readSender(output(line(report)), 1);
      const same = JSON.stringify(report[index]) === JSON.stringify(GOOD[index]);
      const nullable = value === null && (index === 1 || index === 3);
      const text = index === 7 && (value === '' || value === 'answered');
      if (!same && !nullable && !text && JSON.stringify(value) !== undefined)
        expect([index, value, 'problem' in read]).toEqual([index, value, true]);
    }
  }
  expect('problem' in readSender(output(line([...GOOD, 1])), 1)).toBe(true);
});

test('whatever a host prints, it never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), fc.nat(3), (text, sends) => {
      expect(
        Array.isArray(readSender(output(text), sends)) || 'problem' in readSender(output(text), sends),
      ).toBe(true);
    }),
  );
});
