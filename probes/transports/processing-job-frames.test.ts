import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { jobResults } from './processing-job-frames';

const NONCE = 'a'.repeat(32);
const RESULT = {
  exitCode: 0,
  stdout: 'out',
  stderr: '',
  cut: false,
  address: '10.0.1.5',
  startedAtMs: 1_700_000_000_000,
  finishedAtMs: 1_700_000_001_000,
};

/** As the runner frames a result; small chunks, so that there are several. */
function framed(index: number, result: unknown, nonce = NONCE): readonly string[] {
  const data = Buffer.from(JSON.stringify(result));
  const digest = createHash('sha256').update(data).digest('hex').slice(0, 32);
  const chunks =
    deflateSync(data)
      .toString('base64')
      .match(/.{1,40}/g) ?? [];
  return chunks.map(
    (chunk, part) => `studio-egress-job ${nonce} ${index} ${part + 1} ${chunks.length} ${digest} ${chunk}`,
  );
}

const only = (lines: readonly string[]) => jobResults(lines, { nonce: NONCE, count: 1 })[0];

test('a whole result is read, with the times of the container', () => {
  expect(only(framed(0, RESULT))).toEqual({
    status: 'whole',
    cut: false,
    address: '10.0.1.5',
    output: {
      exitCode: 0,
      stdout: 'out',
      stderr: '',
      startedAt: '2023-11-14T22:13:20.000Z',
      finishedAt: '2023-11-14T22:13:21.000Z',
    },
  });
});

test('in any order, any number of times, among anything else, it is the same; without one frame it is none', () => {
  const frames = [...framed(0, RESULT), ...framed(1, { ...RESULT, stdout: 'other' })];
  const whole = jobResults(frames, { nonce: NONCE, count: 2 });
  const noise = fc.constantFrom(
    '',
    'x',
    'studio-egress-job',
    framed(0, { ...RESULT, exitCode: 9 }, 'b'.repeat(32))[0] ?? '',
  );
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...frames, ...frames], { minLength: 0, maxLength: 2 * frames.length }),
      fc.array(noise, { maxLength: 5 }),
      (delivered, other) => {
        const results = jobResults([...other, ...delivered], { nonce: NONCE, count: 2 });
        results.forEach((result, index) => {
          const own = frames.filter((line) => line.split(' ')[2] === String(index));
          const have = own.filter((line) => delivered.includes(line)).length;
          if (have === own.length) expect(result).toEqual(whole[index]);
          else expect(result).toMatchObject({ status: 'partial', have });
        });
      },
    ),
  );
});

test('whatever one character of a frame becomes, no other result is read', () => {
  const frames = framed(0, RESULT);
  fc.assert(
    fc.property(
      fc.nat(frames.length - 1),
      fc.nat(200),
      fc.constantFrom('A', 'z', '0', '9', ' '),
      (at, place, letter) => {
        const damaged = frames.map((line, index) =>
          index === at ? line.slice(0, place) + letter + line.slice(place + 1) : line,
        );
        const result = only(damaged);
        if (result?.status === 'whole') expect(result).toEqual(only(frames));
      },
    ),
  );
});

test.each([
  ['two that differ', [...framed(0, RESULT), ...framed(0, { ...RESULT, exitCode: 1 })], 'contradict'],
  [
    'a part beyond the last',
    framed(0, RESULT).map((line) => line.replace(/ 1 (\d+) /, ' 99 $1 ')),
    'contradict',
  ],
  [
    'a checksum of something else',
    framed(0, RESULT).map((line) => line.replace(/ [0-9a-f]{32} (?=\S+$)/, ` ${'0'.repeat(32)} `)),
    'checksum',
  ],
  ['nothing that can be unpacked', [`studio-egress-job ${NONCE} 0 1 1 ${'0'.repeat(32)} AAAA`], 'unpacked'],
  ['a script that could not be started', framed(0, { error: 'no /bin/sh' }), 'no /bin/sh'],
  ['a result without its times', framed(0, { ...RESULT, startedAtMs: 'soon' }), 'no times'],
  ['a result without a member', framed(0, { ...RESULT, stdout: null }), 'lacks a member'],
  ['a result that is a list', framed(0, []), 'lacks a member'],
  ['no object', framed(0, 7), 'not an object'],
])('%s: damaged', (_case, lines, because) => {
  expect(only(lines)).toEqual({ status: 'damaged', because: expect.stringContaining(because) });
});

test('a result that unpacks to more than a script may print is damaged', () => {
  const bomb = framed(0, { ...RESULT, stdout: 'x'.repeat(2 * 1024 * 1024) });
  expect(only(bomb)).toMatchObject({ status: 'damaged' });
});
