/** The second witness of a run: a sentinel after the probes, and the firewall's log until it and the blocks are in it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsConnection } from '../../infra/snapshot/clients';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { markerName } from '../dns-name';
import type { FirewallRecord, LogCompleteness, Observation } from '../probe';
import { sentinelScript } from '../script';
import { readScript } from '../script-report';
import { TransportError, type Transport } from '../transports/transport';
import { logSource } from './log-source';
import { nameSeen } from './correlate';
import { isStopped, missingBlocks, wasNamed, wasSeen, type Stopped } from './missing-blocks';
import { deliveryIntervalMs, firewallLog } from './log-groups';
import { SCRIPT_SLACK_MS } from './observe';
import type { LogState } from './log-progress';
import { waitForLog, type Sentinel } from './wait';

export interface FirewallSideOptions extends Stopped {
  readonly connection: AwsConnection;
  readonly snapshot: Snapshot;
  readonly studio: Transport;
  /** Of the sentinels, in the order in which they are sent. */
  readonly sentinelNonces: readonly string[];
  /** When the first probe was sent, by the verifier's clock and less the skew, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly clockSkewMs: number;
  readonly logTimeoutMs: number;
  readonly onProgress: (state: LogState) => void;
  readonly signal: AbortSignal;
}

export interface FirewallSide {
  readonly records: readonly FirewallRecord[];
  readonly log: LogCompleteness;
}

const SENTINEL_TIMEOUT_MS = 2000;
const SENTINEL_NAMES = 3;

export async function firewallSide(options: FirewallSideOptions): Promise<FirewallSide> {
  const alerts = firewallLog(options.snapshot, 'ALERT');
  if (alerts.status === 'not-readable') return nothing(alerts.because);
  const names = sentinelNames(options);
  if (names.length === 0) return nothing(withoutSentinel(options.seen));
  const sent = await sendSentinels(options, names);
  if ('because' in sent) return nothing(sent.because);

  const { sinceMs, clockSkewMs, logTimeoutMs, onProgress, signal } = options;
  const missing = (arrived: readonly FirewallRecord[]): readonly string[] => missingBlocks(options, arrived);
  const source = await logSource(options.connection, alerts);
  try {
    const { records, completeness } = await waitForLog({
      source,
      sinceMs,
      untilMs: Date.now() + clockSkewMs,
      timeoutMs: logTimeoutMs,
      intervalMs: deliveryIntervalMs(options.snapshot, alerts),
      expected: missing([]).length,
      missing,
      sentinels: sent.sentinels,
      unreadable: alerts.unreadable,
      onProgress,
      signal,
    });
    return { records, log: completeness };
  } finally {
    source.close();
  }
}

const nothing = (because: string): FirewallSide => ({
  records: [],
  log: { status: 'incomplete', waitedMs: 0, because },
});

/** Names that this very run saw blocked: what is sent under them must appear in the log. */
function sentinelNames({ seen, techniques }: FirewallSideOptions): readonly string[] {
  const blocked = seen.filter(isStopped).flatMap(({ names, output }) => {
    const { markers } = readScript(output);
    return names.filter((name) => wasSeen(markers.get(name)?.reached));
  });
  const others = blocked.length > 0 ? [] : techniques.filter(wasNamed).flatMap(ownedNames);
  return [...new Set([...blocked, ...others])].slice(0, SENTINEL_NAMES);
}

/** Names below which a technique's own stand: its record came by the same rules. */
const ownedNames = ({ names, nonce }: Observation): readonly string[] =>
  names.flatMap((name) =>
    name.startsWith(`n${nonce}.`) ? [name.slice(nonce.length + 2).replace(/\.$/, '')] : [],
  );

const withoutSentinel = (seen: readonly Observation[]): string =>
  seen.some(isStopped)
    ? 'no connection that was stopped had come as far as its server name, so the firewall could not log one by name'
    : 'nothing was blocked, so there is no block to look for';

/** Between two sentinels: a share of what the log may take, so that an engine that is late once is not late for both. */
const GAP_SHARE = 0.01;
const LONGEST_GAP_MS = 10_000;

/** How far apart the sentinels are sent. */
export const sentinelGapMs = (logTimeoutMs: number): number =>
  Math.min(LONGEST_GAP_MS, logTimeoutMs * GAP_SHARE);

/** Sends the sentinels some time apart. Each must be stopped behind its ClientHello; else why it proves nothing. */
async function sendSentinels(
  options: FirewallSideOptions,
  names: readonly string[],
): Promise<{ readonly sentinels: readonly Sentinel[] } | { readonly because: string }> {
  const { sentinelNonces, logTimeoutMs, signal } = options;
  const gapMs = sentinelGapMs(logTimeoutMs);
  const refusals = await Promise.all(
    sentinelNonces.map(async (nonce, index) => {
      await sleep(index * gapMs, undefined, { signal }).catch(() => {});
      return signal.aborted ? 'the wait for it was given up' : sendSentinel(options, { nonce, names });
    }),
  );
  const refusal = refusals.find((because) => because !== null);
  if (refusal !== undefined) return { because: refusal };
  const sentinels = sentinelNonces.map((nonce): Sentinel => {
    const markers = new Set(names.map((name) => markerName(nonce, name)));
    return { nonce, isOf: (record) => markers.has(nameSeen(record) ?? '') };
  });
  return { sentinels };
}

/** Sends a sentinel. Null when it was stopped behind its ClientHello, as it should be; else why it proves nothing. */
async function sendSentinel(
  { studio }: FirewallSideOptions,
  { nonce, names }: { readonly nonce: string; readonly names: readonly string[] },
): Promise<string | null> {
  const script = sentinelScript({ nonce, names, timeoutMs: SENTINEL_TIMEOUT_MS });
  try {
    const { output } = await studio.run(script, { timeoutMs: SENTINEL_TIMEOUT_MS + SCRIPT_SLACK_MS });
    const reached = [...readScript(output).markers.values()].map((marker) => marker.reached);
    if (reached.some(wasSeen)) return null;
    if (reached.includes('unsent'))
      return 'the sentinel could not be sent: the host has neither curl nor openssl';
    return `the sentinel, sent to ${names.join(', ')} after the probes, did not come to be judged (${reached.join(', ') || 'no answer'})`;
  } catch (error) {
    if (error instanceof TransportError) return `the sentinel could not be sent (${error.message})`;
    throw error;
  }
}
