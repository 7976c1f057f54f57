import * as fc from 'fast-check';
import { newWindow } from './limit';
import { newPace, type Pace, type PacedCall } from './pace';

class Busy extends Error {}

const open = (atOnce: number): Pace => newPace({ atOnce, sentAway: (error) => error instanceof Busy });

const answered = (call: PacedCall): Promise<string> => call.attempt(async () => 'answer');
const refused = (call: PacedCall, error: Error = new Busy()): Promise<void> =>
  call.attempt(async () => Promise.reject(error)).catch(() => {});

test('being sent away halves the window, down to one call', async () => {
  const pace = open(8);
  const windows: number[] = [];
  for (let time = 0; time < 5; time++) {
    await pace.call((call) => refused(call));
    windows.push(pace.window());
  }
  expect(windows).toEqual([4, 2, 1, 1, 1]);
});

test('calls that were under way together and are all sent away halve it once', async () => {
  const pace = open(8);
  let release = (): void => {};
  const together = new Promise<void>((resolve) => (release = resolve));
  const calls = Array.from({ length: 8 }, () =>
    pace.call((call) => call.attempt(() => together.then(() => Promise.reject(new Busy()))).catch(() => {})),
  );
  release();
  await Promise.all(calls);
  expect(pace.window()).toBe(4);
});

test('an error that is the answer leaves the window as it is', async () => {
  const pace = open(8);
  await pace.call((call) => refused(call, new Error('access denied')));
  expect(pace.window()).toBe(8);
});

test('each full window of answers widens it by one, up to where it began', async () => {
  const pace = open(4);
  for (const _ of [1, 2, 3]) await pace.call((call) => refused(call));
  expect(pace.window()).toBe(1);
  await pace.call(answered);
  expect(pace.window()).toBe(2);
  for (let time = 0; time < 40; time++) await pace.call(answered);
  expect(pace.window()).toBe(4);
});

test('a service that answers nobody costs so many repeated calls and no more', async () => {
  const pace = open(2);
  let repeated = 0;
  for (let n = 0; n < 200; n++)
    await pace.call(async (call) => {
      await refused(call);
      for (let retry = 0; retry < 5 && call.mayRetry(); retry++) {
        repeated += 1;
        await refused(call);
      }
    });
  expect(repeated).toBe(100);
});

test('a service that answers the second time never runs out of repeated calls', async () => {
  const pace = open(2);
  for (let n = 0; n < 500; n++)
    await pace.call(async (call) => {
      await refused(call);
      expect(call.mayRetry()).toBe(true);
      await answered(call);
    });
});

test('a window whose number changes between pieces of work never holds more than that, and runs everything', async () => {
  const batch = fc.record({
    allowed: fc.integer({ min: 1, max: 5 }),
    turns: fc.array(fc.nat(3), { maxLength: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(batch, { maxLength: 6 }),
      async (atOnce, batches) => {
        const { within, allow } = newWindow(atOnce);
        let inside = 0;
        let done = 0;
        for (const { allowed, turns } of batches) {
          allow(allowed);
          const work = turns.map((count) =>
            within(async () => {
              inside += 1;
              expect(inside).toBeLessThanOrEqual(allowed);
              for (let turn = 0; turn < count; turn++) await Promise.resolve();
              inside -= 1;
              done += 1;
            }),
          );
          await Promise.all(work);
        }
        expect(done).toBe(batches.flatMap(({ turns }) => turns).length);
      },
    ),
    { numRuns: 200 },
  );
});

test('a window that becomes wider lets in who waits, one that becomes narrower ends nothing', async () => {
  const { within, allow } = newWindow(1);
  const started: number[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const work = [0, 1, 2, 3].map((n) =>
    within(async () => {
      started.push(n);
      await held;
    }),
  );
  await Promise.resolve();
  expect(started).toEqual([0]);
  allow(3);
  await Promise.resolve();
  expect(started).toEqual([0, 1, 2]);
  allow(1);
  release();
  await Promise.all(work);
  expect(started).toEqual([0, 1, 2, 3]);
});

test.each([0, -1, 1.5, Number.NaN])('%p calls at once are refused', (atOnce) => {
  expect(() => newWindow(atOnce)).toThrow(RangeError);
});
