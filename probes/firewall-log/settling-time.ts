/** How long a record may still come that was written before the sentinels. */
import type { FirewallRecord } from '../probe';

/** After the sentinels, what is still missing gets a tenth of the whole bound to arrive, at most two minutes. */
const LONGEST_GRACE_MS = 120_000;
const GRACE_SHARE = 0.1;

/**
 * How long after the sentinels' arrival a record that was sent before them may still come, in milliseconds: the share of the
 * bound, or the interval at which another engine publishes, where that is longer; and as much longer as the slowest of the
 * records that have arrived took than the quickest of the sentinels. By the firewall's clock and the log's, whose difference
 * cancels out.
 */
export function settlingTimeMs({
  timeoutMs,
  intervalMs,
  records,
  sentinels,
}: {
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly records: readonly FirewallRecord[];
  readonly sentinels: readonly (FirewallRecord | null)[];
}): number {
  const graceMs = Math.max(intervalMs, Math.min(LONGEST_GRACE_MS, timeoutMs * GRACE_SHARE));
  const quickest = Math.min(...sentinels.flatMap((record) => (record === null ? [] : lagMs(record))));
  const slowest = records.reduce((most, record) => Math.max(most, ...lagMs(record)), -Infinity);
  const furtherMs = slowest - quickest;
  return graceMs + (Number.isFinite(furtherMs) ? Math.max(0, furtherMs) : 0);
}

const lagMs = ({ at, ingestedAt }: FirewallRecord): readonly number[] =>
  ingestedAt === null ? [] : [Date.parse(ingestedAt) - Date.parse(at)];
