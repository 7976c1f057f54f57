import { once } from 'node:events';
import { CallFailed } from '../../infra/snapshot/call-failed';
import { OutOfTime } from '../../infra/snapshot/retry';
import type { FirewallRecord } from '../probe';
import type { LogState } from './log-progress';
import type { FetchedRecords, FirewallLogSource, LogRange } from './found-records';
import { blockOfName } from './record.fixture';
import { settlingTimeMs } from './settling-time';
import { waitForLog, type WaitOptions } from './wait';

const SENTINEL = blockOfName('nsentinel1.example.com');
const LATER_SENTINEL = blockOfName('nsentinel2.example.com');
const BLOCK = blockOfName('nprobe1111.github.com');

/** A log that answers a look after another; the last answer stays. */
function logOf(...looks: readonly (readonly FirewallRecord[] | Error)[]) {
  return logWith({}, ...looks);
}

/** The same with lines that are no records, among them. */
function logWith(
  lines: Partial<Omit<FetchedRecords, 'records'>>,
  ...looks: readonly (readonly FirewallRecord[] | Error)[]
) {
  const ranges: LogRange[] = [];
  const source: FirewallLogSource = {
    fetch: async (range): Promise<FetchedRecords> => {
      const look = looks[Math.min(ranges.length, looks.length - 1)] ?? [];
      ranges.push(range);
      if (look instanceof Error) throw look;
      return { records: look, unparsed: 0, contradictory: 0, foreign: 0, garbled: [], ...lines };
    },
    close: () => {},
  };
  return { source, ranges };
}

const options = (source: FirewallLogSource, overrides: Partial<WaitOptions> = {}): WaitOptions => ({
  source,
  sinceMs: 1000,
  untilMs: 2000,
  timeoutMs: 2000,
  intervalMs: 0,
  expected: 1,
  unreadable: [],
  missing: (records) => (records.includes(BLOCK) ? [] : ['the block of github.com']),
  sentinels: [{ nonce: 'sentinel1', isOf: (record) => record === SENTINEL }],
  onProgress: () => {},
  signal: new AbortController().signal,
  ...overrides,
});

/** As the SDK's errors are, for what asks whether to try again. */
const serviceError = (name: string, status: number): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });

test('the log is complete once the sentinel and every block are in it', async () => {
  const { source, ranges } = logOf([], [BLOCK], [BLOCK, SENTINEL]);
  const notes: LogState[] = [];
  const { records, completeness } = await waitForLog(
    options(source, { onProgress: (state) => notes.push(state) }),
  );
  expect(records).toEqual([BLOCK, SENTINEL]);
  expect(completeness).toEqual({
    status: 'complete',
    sentinelNonce: 'sentinel1',
    waitedMs: expect.any(Number),
    sentinelsAtMs: expect.any(Number),
  });
  expect(ranges.map(({ sinceMs, untilMs }) => [sinceMs, untilMs])).toEqual(ranges.map(() => [1000, 2000]));
  const state = { expected: 1, sentinels: 1, sentinelsArrived: 0, timeoutMs: 2000 };
  expect(notes).toMatchObject([
    { ...state, arrived: 0, missing: ['the block of github.com'] },
    { ...state, arrived: 1, missing: [] },
  ]);
});

test('a block that is overtaken by the sentinel still counts as on record', async () => {
  const { source } = logOf([SENTINEL], [SENTINEL, BLOCK]);
  const { records, completeness } = await waitForLog(options(source, { timeoutMs: 4000 }));
  expect(records).toContain(BLOCK);
  expect(completeness.status).toBe('complete');
});

test('a block that does not come some time after the sentinel is absent from a complete log', async () => {
  const { source, ranges } = logOf([SENTINEL]);
  const { records, completeness } = await waitForLog(options(source));
  expect(records).toEqual([SENTINEL]);
  // From the sentinel's arrival, a tenth of the bound.
  const arrivedMs = completeness.status === 'complete' ? (completeness.sentinelsAtMs ?? NaN) : NaN;
  expect(completeness.waitedMs - arrivedMs).toBeGreaterThanOrEqual(200);
  expect(ranges.length).toBeGreaterThan(1);
});

test('without the sentinel the log is incomplete when the bound is met, and what is there is kept', async () => {
  const { source } = logOf([BLOCK]);
  const { records, completeness } = await waitForLog(options(source, { timeoutMs: 600 }));
  expect(records).toEqual([BLOCK]);
  expect(completeness).toEqual({
    status: 'incomplete',
    waitedMs: expect.any(Number),
    because: 'these had not arrived when the wait ended: the sentinel',
  });
  expect(completeness.waitedMs).toBeLessThan(1500);
});

test('a sentinel that comes just before the bound leaves no time to say that something is absent', async () => {
  // The third look is some 500 ms after the first, and a tenth of the bound would be 60 ms more.
  const { source } = logOf([], [], [SENTINEL]);
  const { completeness } = await waitForLog(options(source, { timeoutMs: 520 }));
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because: expect.stringContaining('github.com'),
  });
});

test('a busy service is asked again', async () => {
  const { source } = logOf(serviceError('ThrottlingException', 400), [BLOCK, SENTINEL]);
  expect((await waitForLog(options(source))).completeness.status).toBe('complete');
});

test('a service that is busy at the end does not hide what had not arrived', async () => {
  const { source } = logOf([], serviceError('ThrottlingException', 400));
  const { completeness } = await waitForLog(options(source, { timeoutMs: 600 }));
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because:
      'these had not arrived when the wait ended: the block of github.com, the sentinel; at the end the log could not be read (ThrottlingException: ThrottlingException)',
  });
});

/** Answers as given, then not before it is cut short. */
function silentAfter(answered: FirewallLogSource, looks: number): FirewallLogSource {
  let looked = 0;
  const fetch: FirewallLogSource['fetch'] = async (range) => {
    looked += 1;
    if (looked <= looks) return answered.fetch(range);
    if (!range.signal.aborted) await once(range.signal, 'abort');
    throw new CallFailed(
      's3:ListObjectsV2',
      new OutOfTime('no answer within the time for the whole reading'),
    );
  };
  return { fetch, close: () => {} };
}

test.each([
  ['answers', [BLOCK], /^these had not arrived when the wait ended: the sentinel$/],
  ['fails', serviceError('SlowDown', 503), /^the log could not be read \(SlowDown: SlowDown\)$/],
])('that the bound cuts a look short is no news of a log that %s before', async (_how, before, expected) => {
  const { completeness } = await waitForLog(options(silentAfter(logOf(before).source, 2)));
  expect(completeness).toMatchObject({ status: 'incomplete', because: expect.stringMatching(expected) });
});

test('a log that answers nothing in its whole time is named', async () => {
  const { completeness } = await waitForLog(options(silentAfter(logOf().source, 0)));
  expect(completeness).toMatchObject({ because: expect.stringContaining('s3:ListObjectsV2 gave no answer') });
});

test('a service that is busy all the time is named', async () => {
  const { source } = logOf(serviceError('ThrottlingException', 400));
  const { completeness } = await waitForLog(options(source, { timeoutMs: 600 }));
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because: 'the log could not be read (ThrottlingException: ThrottlingException)',
  });
});

test('a refusal ends the wait at once, with the service’s words', async () => {
  const refused = new CallFailed('logs:FilterLogEvents', serviceError('AccessDeniedException', 400));
  const { source, ranges } = logOf(refused);
  const { completeness } = await waitForLog(options(source, { timeoutMs: 60_000 }));
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because:
      'the log could not be read (logs:FilterLogEvents answered AccessDeniedException: AccessDeniedException; grant logs:FilterLogEvents to the caller)',
  });
  expect(ranges).toHaveLength(1);
});

test('a signal ends the wait at once, and what is there is kept', async () => {
  const { source } = logOf([BLOCK]);
  const ending = new AbortController();
  setTimeout(() => ending.abort(), 50);
  const { records, completeness } = await waitForLog(
    options(source, { timeoutMs: 60_000, signal: ending.signal }),
  );
  expect(records).toEqual([BLOCK]);
  expect(completeness).toMatchObject({ status: 'incomplete', because: 'the wait for it was given up' });
  expect(completeness.waitedMs).toBeLessThan(2000);
});

test('one of two sentinels is not enough, in whatever order they come', async () => {
  const sentinels = [
    { nonce: 'sentinel1', isOf: (record: FirewallRecord) => record === SENTINEL },
    { nonce: 'sentinel2', isOf: (record: FirewallRecord) => record === LATER_SENTINEL },
  ];
  for (const only of [SENTINEL, LATER_SENTINEL]) {
    const { source } = logOf([BLOCK, only]);
    const { completeness } = await waitForLog(options(source, { sentinels, timeoutMs: 500 }));
    expect(completeness).toMatchObject({
      status: 'incomplete',
      because: expect.stringContaining('the sentinel'),
    });
  }
  const { source } = logOf([LATER_SENTINEL], [LATER_SENTINEL, BLOCK], [LATER_SENTINEL, BLOCK, SENTINEL]);
  expect((await waitForLog(options(source, { sentinels }))).completeness).toMatchObject({
    status: 'complete',
    sentinelNonce: 'sentinel2',
  });
});

const delayed = (seconds: number): FirewallRecord =>
  blockOfName('a.example', {
    at: '2026-11-23T15:00:00.000Z',
    ingestedAt: new Date(Date.parse('2026-11-23T15:00:00.000Z') + seconds * 1000).toISOString(),
  });

test.each([
  ['nothing that arrived was slower', [delayed(60)], [delayed(60)], 120_000],
  ['a record took four minutes longer', [delayed(60), delayed(300)], [delayed(60)], 360_000],
  ['the quickest sentinel counts', [delayed(300)], [delayed(290), delayed(60)], 360_000],
  ['a sentinel was the slowest', [delayed(10)], [delayed(60)], 120_000],
  ['a clock runs ahead', [delayed(-300)], [delayed(-360)], 180_000],
  ['the delays are not known', [blockOfName('a.example')], [blockOfName('b.example')], 120_000],
])('absence counts after the usual grace and what was seen: %s', (_case, records, sentinels, settlingMs) => {
  expect(settlingTimeMs({ timeoutMs: 1_200_000, intervalMs: 0, records, sentinels })).toBe(settlingMs);
});

test('where records are published together, another engine may be a whole interval behind', async () => {
  const bounds = { timeoutMs: 1_200_000, records: [delayed(60)], sentinels: [delayed(60)] };
  expect(settlingTimeMs({ ...bounds, intervalMs: 300_000 })).toBe(300_000);
  expect(settlingTimeMs({ ...bounds, intervalMs: 60_000 })).toBe(120_000);
  const { source } = logOf([SENTINEL]);
  const { completeness } = await waitForLog(options(source, { intervalMs: 600 }));
  expect(completeness.status).toBe('complete');
  expect(completeness.waitedMs).toBeGreaterThanOrEqual(600);
  const tooLong = await waitForLog(options(source, { intervalMs: 300_000, timeoutMs: 400 }));
  expect(tooLong.completeness.status).toBe('incomplete');
});

test.each([
  ['unparsed', { unparsed: 2 }, '2 events could not be read'],
  ['contradictory', { contradictory: 1 }, '1 records say something twice'],
  ['garbled', { garbled: ['s3://b/1', 's3://b/2'] }, 's3://b/1 and 1 more could not be unpacked'],
] as const)(
  'what is missing may be among %s lines, so that its absence does not count',
  async (_kind, lines, said) => {
    const { source } = logWith(lines, [SENTINEL]);
    const { completeness } = await waitForLog(options(source));
    expect(completeness).toMatchObject({ status: 'incomplete', because: expect.stringContaining(said) });
    const whole = logWith(lines, [SENTINEL, BLOCK]);
    expect((await waitForLog(options(whole.source))).completeness.status).toBe('complete');
  },
);

test('what is missing may be where it cannot be read; other firewalls’ lines change nothing', async () => {
  const { source } = logWith({ foreign: 9 }, [SENTINEL]);
  expect((await waitForLog(options(source))).completeness.status).toBe('complete');
  const unreadable = ['the alerts of fw-b go to KinesisDataFirehose'];
  expect((await waitForLog(options(source, { unreadable }))).completeness).toMatchObject({
    status: 'incomplete',
    because: expect.stringContaining('fw-b'),
  });
});
