import type { FirewallRecord } from '../probe';
import type { FetchedRecords, FirewallLogSource, LogRange } from './cloudwatch';
import { blockOfName } from './record.fixture';
import { waitForLog, type WaitOptions } from './wait';

const SENTINEL = blockOfName('nsentinel1.example.com');
const BLOCK = blockOfName('nprobe1111.github.com');

/** A log that answers a look after another; the last answer stays. */
function logOf(...looks: readonly (readonly FirewallRecord[] | Error)[]) {
  const ranges: LogRange[] = [];
  const source: FirewallLogSource = {
    fetch: async (range): Promise<FetchedRecords> => {
      const look = looks[Math.min(ranges.length, looks.length - 1)] ?? [];
      ranges.push(range);
      if (look instanceof Error) throw look;
      return { records: look, unparsed: 0 };
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
  sentinelNonce: 'sentinel1',
  missing: (records) => (records.includes(BLOCK) ? [] : ['the block of github.com']),
  sentinelArrived: (records) => records.includes(SENTINEL),
  onProgress: () => {},
  signal: new AbortController().signal,
  ...overrides,
});

/** As the SDK's errors are, for what asks whether to try again. */
const serviceError = (name: string, status: number): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });

test('the log is complete once the sentinel and every block are in it', async () => {
  const { source, ranges } = logOf([], [BLOCK], [BLOCK, SENTINEL]);
  const notes: string[] = [];
  const { records, completeness } = await waitForLog(
    options(source, { onProgress: (text) => notes.push(text) }),
  );
  expect(records).toEqual([BLOCK, SENTINEL]);
  expect(completeness).toEqual({
    status: 'complete',
    sentinelNonce: 'sentinel1',
    waitedMs: expect.any(Number),
  });
  expect(ranges.map(({ sinceMs, untilMs }) => [sinceMs, untilMs])).toEqual(ranges.map(() => [1000, 2000]));
  expect(notes).toEqual([
    "waiting for the firewall's log, 0 s of at most 2 s: the block of github.com, the sentinel",
    "waiting for the firewall's log, 0 s of at most 2 s: the sentinel",
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
  expect(completeness.status).toBe('complete');
  expect(completeness.waitedMs).toBeGreaterThanOrEqual(200);
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
    because: 'these had not arrived when the wait ended: the block of github.com, the sentinel',
  });
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
  const { source, ranges } = logOf(serviceError('AccessDeniedException', 400));
  const { completeness } = await waitForLog(options(source, { timeoutMs: 60_000 }));
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because: 'the log could not be read (AccessDeniedException: AccessDeniedException)',
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
