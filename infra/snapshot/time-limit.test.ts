import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { OutOfTime, retrying } from './retry';
import { timeLimit } from './time-limit';

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** What happens all the time in a run of minutes, made to happen now. */
async function collect(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await sleep(10);
    if (typeof collectGarbage === 'function') collectGarbage();
  }
}

/** An attempt that knows its signal and nothing else, as a request that is never answered does. */
const unanswered = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('ended')), { once: true });
  });

test('garbage can be collected here', () => {
  expect(typeof collectGarbage).toBe('function');
});

test('a limit with another signal holds after garbage was collected', async () => {
  const other = new AbortController();
  const { signal } = timeLimit(200, other.signal);
  const ended = once(signal, 'abort');
  await collect();
  await ended;
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('the budget of a call holds after garbage was collected, with and without an outer end', async () => {
  const bounds = { retries: 0, firstDelayMs: 1, maxDelayMs: 1, budgetMs: 200 };
  const calls = [
    retrying(unanswered, { bounds }),
    retrying(unanswered, { bounds, signal: new AbortController().signal }),
    retrying(unanswered, { bounds, signal: timeLimit(60_000).signal }),
    retrying(unanswered, { bounds: { ...bounds, budgetMs: 60_000 }, signal: timeLimit(200).signal }),
  ].map((call) => call.catch((error: unknown) => error));
  await collect();
  for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(OutOfTime);
});

test('the other signal ends it too, and an ended limit does not abort', async () => {
  const other = new AbortController();
  const limited = timeLimit(60_000, other.signal);
  other.abort();
  expect(limited.signal.aborted).toBe(true);
  limited.end();
  const ended = timeLimit(5);
  ended.end();
  await sleep(20);
  expect(ended.signal.aborted).toBe(false);
});
