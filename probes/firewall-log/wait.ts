/**
 * Waits for the firewall's log. AWS delivers after 3 to 6 minutes on average and promises nothing (Network Firewall
 * developer guide, firewall-logging-timing), so absence counts only once a sentinel, sent after the last probe, has
 * arrived, and some time more has passed: an endpoint is many engines, each of which delivers in its own time (DERIVED).
 * The bound ends in `incomplete`, which makes what depends on the log unknown.
 */
import pRetry from 'p-retry';
import { isTransient } from '../../infra/snapshot/clients';
import { OutOfTime } from '../../infra/snapshot/retry';
import type { FirewallRecord, LogCompleteness } from '../probe';
import type { FirewallLogSource } from './cloudwatch';

export interface WaitOptions {
  readonly source: FirewallLogSource;
  /** Of the events' own time, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly timeoutMs: number;
  readonly sentinelNonce: string;
  /** What has not arrived yet, in words; empty when everything has. */
  readonly missing: (records: readonly FirewallRecord[]) => readonly string[];
  readonly sentinelArrived: (records: readonly FirewallRecord[]) => boolean;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface WaitedLog {
  readonly records: readonly FirewallRecord[];
  readonly completeness: LogCompleteness;
}

const FIRST_POLL_MS = 200;
const SLOWEST_POLL_MS = 10_000;
/** Of the whole bound, but not below a second: a log that is expected soon is looked at more often. */
const SLOWEST_POLL_SHARE = 0.04;
const LEAST_SLOWEST_POLL_MS = 1000;

/** After the sentinel, what is still missing gets a tenth of the whole bound to arrive, at most two minutes. */
const LONGEST_GRACE_MS = 120_000;
const GRACE_SHARE = 0.1;

export async function waitForLog(options: WaitOptions): Promise<WaitedLog> {
  const { timeoutMs, signal, sentinelNonce } = options;
  const startedAt = performance.now();
  const waitedMs = (): number => Math.round(performance.now() - startedAt);
  const seen: Seen = { records: [], sentinelAtMs: null, awaited: null };
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    await pRetry(() => look({ options, seen, waitedMs, signal: bounded }), {
      retries: Infinity,
      maxRetryTime: timeoutMs,
      minTimeout: FIRST_POLL_MS,
      maxTimeout: Math.max(LEAST_SLOWEST_POLL_MS, Math.min(SLOWEST_POLL_MS, timeoutMs * SLOWEST_POLL_SHARE)),
      factor: 1.5,
      signal,
      shouldRetry: ({ error }) => error instanceof NotArrived,
    });
    return {
      records: seen.records,
      completeness: { status: 'complete', waitedMs: waitedMs(), sentinelNonce },
    };
  } catch (error) {
    const because = signal.aborted ? 'the wait for it was given up' : reasonOf(error);
    return { records: seen.records, completeness: { status: 'incomplete', waitedMs: waitedMs(), because } };
  }
}

/** What the looks so far have found. */
interface Seen {
  records: readonly FirewallRecord[];
  sentinelAtMs: number | null;
  /** What the last look that was answered did not find, in words. */
  awaited: string | null;
}

interface Look {
  readonly options: WaitOptions;
  readonly seen: Seen;
  readonly waitedMs: () => number;
  readonly signal: AbortSignal;
}

/** One look at the log. Throws NotArrived while there is a reason to look again. */
async function look({ options, seen, waitedMs, signal }: Look): Promise<void> {
  const { sinceMs, untilMs, timeoutMs, onProgress } = options;
  const { records, unparsed } = await options.source
    .fetch({ sinceMs, untilMs, signal })
    .catch((error: unknown) => {
      // A busy or unreachable service is asked again until the bound; a refusal is final.
      if (isTransient(error) || error instanceof OutOfTime) {
        throw new NotArrived(seen.awaited ?? `the log could not be read (${messageOf(error)})`);
      }
      throw error;
    });
  seen.records = records;
  if (options.sentinelArrived(records)) seen.sentinelAtMs ??= waitedMs();
  const missing = options.missing(records);
  if (seen.sentinelAtMs !== null) {
    const graceMs = Math.min(LONGEST_GRACE_MS, timeoutMs * GRACE_SHARE);
    if (missing.length === 0 || waitedMs() - seen.sentinelAtMs >= graceMs) return;
  }
  const awaited = (seen.sentinelAtMs === null ? [...missing, 'the sentinel'] : missing).join(', ');
  const strange = unparsed === 0 ? '' : `; ${unparsed} events could not be read`;
  onProgress(
    `waiting for the firewall's log, ${seconds(waitedMs())} of at most ${seconds(timeoutMs)}: ${awaited}${strange}`,
  );
  seen.awaited = `these had not arrived when the wait ended: ${awaited}${strange}`;
  throw new NotArrived(seen.awaited);
}

class NotArrived extends Error {}

const reasonOf = (error: unknown): string =>
  error instanceof NotArrived ? error.message : `the log could not be read (${messageOf(error)})`;

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
