/**
 * Waits for the firewall's log. AWS delivers after 3 to 6 minutes on average and promises nothing (Network Firewall
 * developer guide, firewall-logging-timing), so absence counts only once a sentinel, sent after the last probe, has
 * arrived. The bound ends in `incomplete`, which makes what depends on the log unknown.
 */
import pRetry from 'p-retry';
import type { FirewallRecord, LogCompleteness } from '../probe';
import type { FirewallLogSource } from './cloudwatch';

export interface WaitOptions {
  readonly source: FirewallLogSource;
  readonly sinceMs: number;
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

/** After the sentinel has come, records sent before it get this long to overtake (delivery may reorder). */
const REORDER_GRACE_MS = 2000;

export async function waitForLog(options: WaitOptions): Promise<WaitedLog> {
  const startedAt = Date.now();
  const waitedMs = () => Date.now() - startedAt;
  let latest: readonly FirewallRecord[] = [];
  let sentinelAt: number | null = null;
  try {
    await pRetry(
      async () => {
        latest = (await options.source.fetch(options.sinceMs)).records;
        const missing = options.missing(latest);
        if (options.sentinelArrived(latest)) sentinelAt ??= Date.now();
        const settled = sentinelAt !== null && Date.now() - sentinelAt >= REORDER_GRACE_MS;
        if (sentinelAt !== null && (missing.length === 0 || settled)) return;
        const awaited = sentinelAt === null ? [...missing, 'the sentinel'] : missing;
        options.onProgress(`waiting for the firewall's log: ${awaited.join(', ')}`);
        throw new NotArrived(awaited.join(', '));
      },
      {
        retries: Number.MAX_SAFE_INTEGER,
        maxRetryTime: options.timeoutMs,
        minTimeout: FIRST_POLL_MS,
        maxTimeout: SLOWEST_POLL_MS,
        factor: 1.5,
        signal: options.signal,
        shouldRetry: ({ error }) => error instanceof NotArrived,
      },
    );
    return {
      records: latest,
      completeness: { status: 'complete', waitedMs: waitedMs(), sentinelNonce: options.sentinelNonce },
    };
  } catch (error) {
    return {
      records: latest,
      completeness: { status: 'incomplete', waitedMs: waitedMs(), because: reasonOf(error) },
    };
  }
}

class NotArrived extends Error {}

const reasonOf = (error: unknown): string => {
  if (error instanceof NotArrived) return `these had not arrived when the wait ended: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
};
