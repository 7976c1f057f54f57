/**
 * Waits for the firewall's log. AWS delivers after 3 to 6 minutes on average, into a bucket after 8 to 12, and promises
 * nothing (Network Firewall developer guide, firewall-logging-timing), so absence counts only once every sentinel, sent
 * after the last probe, has arrived, and some time more has passed: an endpoint is many engines, each of which delivers in
 * its own time (DERIVED). How much more, the delays of what has arrived say. The bound ends in `incomplete`, which makes
 * what depends on the log unknown.
 */
import pRetry from 'p-retry';
import { CallFailed, failureInWords } from '../../infra/snapshot/call-failed';
import { isTransient } from '../../infra/snapshot/clients';
import { OutOfTime } from '../../infra/snapshot/retry';
import { timeLimit } from '../../infra/snapshot/time-limit';
import type { FirewallRecord, LogCompleteness } from '../probe';
import type { LogState } from './log-progress';
import { settlingTimeMs } from './settling-time';
import type { FetchedRecords, FirewallLogSource } from './found-records';

export interface WaitOptions {
  readonly source: FirewallLogSource;
  /** Of the events' own time, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly timeoutMs: number;
  /** Each engine's records come together so far apart; 0 where they come one by one. */
  readonly intervalMs: number;
  /** How many records are waited for, the sentinels not among them. */
  readonly expected: number;
  /** Which of them have not arrived yet, in words; empty when everything has. */
  readonly missing: (records: readonly FirewallRecord[]) => readonly string[];
  /** In the order in which they were sent; each tells its own record. */
  readonly sentinels: readonly Sentinel[];
  /** Where else records go that cannot be read, as sentences without a full stop: what is missing may be there. */
  readonly unreadable: readonly string[];
  readonly onProgress: (state: LogState) => void;
  readonly signal: AbortSignal;
}

export interface Sentinel {
  readonly nonce: string;
  readonly isOf: (record: FirewallRecord) => boolean;
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

export async function waitForLog(options: WaitOptions): Promise<WaitedLog> {
  const { timeoutMs, signal, sentinels } = options;
  const startedAt = performance.now();
  const waitedMs = (): number => Math.round(performance.now() - startedAt);
  const seen: Seen = { records: [], sentinelsAtMs: null, awaited: null, failed: null };
  const bounded = timeLimit(timeoutMs, signal);
  try {
    await pRetry(() => look({ options, seen, waitedMs, signal: bounded.signal }), {
      retries: Infinity,
      maxRetryTime: timeoutMs,
      minTimeout: FIRST_POLL_MS,
      maxTimeout: Math.max(LEAST_SLOWEST_POLL_MS, Math.min(SLOWEST_POLL_MS, timeoutMs * SLOWEST_POLL_SHARE)),
      factor: 1.5,
      signal,
      shouldRetry: ({ error }) => error instanceof NotArrived,
    });
    const sentinelNonce = sentinels.at(-1)?.nonce ?? '';
    return {
      records: seen.records,
      completeness: {
        status: 'complete',
        waitedMs: waitedMs(),
        sentinelNonce,
        ...(seen.sentinelsAtMs === null ? {} : { sentinelsAtMs: seen.sentinelsAtMs }),
      },
    };
  } catch (error) {
    const because = signal.aborted ? 'the wait for it was given up' : reasonOf(error);
    return { records: seen.records, completeness: { status: 'incomplete', waitedMs: waitedMs(), because } };
  } finally {
    bounded.end();
  }
}

/** What the looks so far have found. */
interface Seen {
  records: readonly FirewallRecord[];
  /** When the last of the sentinels was seen to have arrived. */
  sentinelsAtMs: number | null;
  /** What the last look that was answered did not find, in words. */
  awaited: string | null;
  /** Why the looks after that one were not answered, in words. */
  failed: string | null;
}

interface Look {
  readonly options: WaitOptions;
  readonly seen: Seen;
  readonly waitedMs: () => number;
  readonly signal: AbortSignal;
}

/** One look at the log. Throws NotArrived while there is a reason to look again. */
async function look({ options, seen, waitedMs, signal }: Look): Promise<void> {
  const { sinceMs, untilMs, timeoutMs, intervalMs, sentinels, expected } = options;
  const beganMs = waitedMs();
  const found = await options.source.fetch({ sinceMs, untilMs, signal }).catch((error: unknown) => {
    // A busy or unreachable service is asked again until the bound; a refusal is final.
    const cause = error instanceof CallFailed ? error.cause : error;
    if (!isTransient(cause) && !(cause instanceof OutOfTime)) throw error;
    // The bound cuts a look short that was only just begun: that says nothing of the service.
    const isCutShort = signal.aborted && waitedMs() - beganMs < SLOWEST_POLL_MS;
    if (!isCutShort || (seen.failed === null && seen.awaited === null))
      seen.failed = `the log could not be read (${inWords(error)})`;
    const atTheEnd = seen.failed === null ? '' : `; at the end ${seen.failed}`;
    throw new NotArrived(seen.awaited === null ? (seen.failed ?? '') : `${seen.awaited}${atTheEnd}`);
  });
  seen.failed = null;
  const { records } = found;
  seen.records = records;
  const here = sentinels.map((sentinel) => records.find(sentinel.isOf) ?? null);
  const absent = here.filter((record) => record === null).length;
  if (absent === 0) seen.sentinelsAtMs ??= waitedMs();
  const missing = options.missing(records);
  if (seen.sentinelsAtMs !== null) {
    if (missing.length === 0) return;
    const settlingMs = settlingTimeMs({ timeoutMs, intervalMs, records, sentinels: here });
    if (waitedMs() - seen.sentinelsAtMs >= settlingMs) return absenceCounts(options, found, missing);
  }
  const awaited = [...missing, ...(absent === 0 ? [] : ['the sentinel'])].join(', ');
  options.onProgress({
    expected,
    arrived: Math.max(0, expected - missing.length),
    sentinels: sentinels.length,
    sentinelsArrived: sentinels.length - absent,
    missing,
    waitedMs: waitedMs(),
    timeoutMs,
  });
  seen.awaited = `these had not arrived when the wait ended: ${awaited}${strange(found)}`;
  throw new NotArrived(seen.awaited);
}

/** Throws what ends the wait where the missing may lie in what was not understood, or where it cannot be looked for. */
function absenceCounts({ unreadable }: WaitOptions, found: FetchedRecords, missing: readonly string[]): void {
  const [elsewhere] = unreadable;
  if (strange(found) === '' && elsewhere === undefined) return;
  const why =
    elsewhere === undefined
      ? `it may be among what could not be read${strange(found)}`
      : `${elsewhere}, and it may be there`;
  throw new NotFindable(`${missing.join(', ')} did not arrive, and ${why}`);
}

function strange({ unparsed, contradictory, garbled }: FetchedRecords): string {
  const [object, ...others] = garbled;
  const further = others.length === 0 ? '' : ` and ${others.length} more`;
  const parts = [
    ...(object === undefined ? [] : [`${object}${further} could not be unpacked`]),
    ...(unparsed === 0 ? [] : [`${unparsed} events could not be read`]),
    ...(contradictory === 0 ? [] : [`${contradictory} records say something twice and differently`]),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

class NotArrived extends Error {}
class NotFindable extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof NotArrived || error instanceof NotFindable) return error.message;
  return `the log could not be read (${inWords(error)})`;
}

function inWords(error: unknown): string {
  if (error instanceof CallFailed) return failureInWords(error);
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
