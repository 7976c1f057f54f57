/**
 * Retrying a read from AWS: the transport, throttling and the service's own failures (5xx), never an answer. One of
 * the three places that wait with p-retry.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { errorInWords } from './call-error';
import { isTransient } from './clients';
import { timeLimit } from './time-limit';

export interface RetryBounds {
  /** Further attempts after the first. */
  readonly retries: number;
  /** Before the second attempt; doubled for each further one, with a random part. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** For all attempts of one call and the waits between them. */
  readonly budgetMs: number;
}

export const READ_BOUNDS: RetryBounds = {
  retries: 5,
  firstDelayMs: 200,
  maxDelayMs: 5_000,
  budgetMs: 60_000,
};

export interface RetryOptions {
  readonly bounds?: RetryBounds;
  /** Ends the call before its own budget is spent. */
  readonly signal?: AbortSignal;
  /** Asked before each further attempt; false ends the call with what the last attempt threw. */
  readonly mayRetry?: () => boolean;
}

/** No answer within the call's budget, or none before the whole reading had to end. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/**
 * Makes the call until it answers, fails for good, or its bounds are met; then throws what the last attempt threw,
 * or {@link OutOfTime}. `attempt` must hand the signal to the SDK, so that no attempt outlives the budget.
 */
export async function retrying<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { bounds = READ_BOUNDS, signal: outer, mayRetry = () => true }: RetryOptions = {},
): Promise<T> {
  const { signal, end } = timeLimit(bounds.budgetMs, outer);
  // What kept it from being answered until then is the reason to name.
  let last: unknown = null;
  try {
    return await pRetry(() => attempt(signal), {
      retries: bounds.retries,
      minTimeout: bounds.firstDelayMs,
      maxTimeout: bounds.maxDelayMs,
      factor: 2,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => isTransient(error) && mayRetry(),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (!signal.aborted) last = error;
        // The service says how long it wants to be left alone; our own delay then comes on top.
        const askedMs = retriesLeft > 0 && isTransient(error) ? retryAfterMs(error) : 0;
        if (askedMs > 0) await sleep(askedMs, undefined, { signal });
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    const limit = outer?.aborted === true ? 'the time for the whole reading' : `${bounds.budgetMs} ms`;
    const kept = last === null ? '' : `, at last ${errorInWords(last).code}`;
    throw new OutOfTime(`no answer within ${limit}${kept}`, { cause: error });
  } finally {
    end();
  }
}

/** What the answer's `x-amz-retry-after` (milliseconds) or `retry-after` (seconds) asks for; 0 when it asks for nothing. */
function retryAfterMs(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('$response' in error)) return 0;
  const response = error.$response;
  if (typeof response !== 'object' || response === null || !('headers' in response)) return 0;
  const headers = new Map<string, unknown>(Object.entries(response.headers ?? {}));
  const milliseconds = numberOf(headers.get('x-amz-retry-after'));
  return milliseconds ?? (numberOf(headers.get('retry-after')) ?? 0) * 1000;
}

function numberOf(text: unknown): number | null {
  return typeof text === 'string' && /^\d{1,6}(\.\d+)?$/.test(text) ? Number(text) : null;
}
