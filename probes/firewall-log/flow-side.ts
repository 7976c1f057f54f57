/**
 * The firewall's FLOW log: a short allowed connection after the probes, and then the log until that and the flows of the
 * allowed clients are in it. A record is written when its flow has ended (Suricata user guide, "EVE JSON output").
 */
import type { FirewallRecord, LogCompleteness, Observation } from '../probe';
import { flowSentinelScript } from '../script';
import { readScript } from '../script-report';
import { TransportError } from '../transports/transport';
import { logSource } from './log-source';
import type { FirewallSideOptions } from './firewall-side';
import { deliveryIntervalMs, firewallLog } from './log-groups';
import { SCRIPT_SLACK_MS } from './observe';
import { waitForLog } from './wait';

export interface FlowSideOptions extends Omit<FirewallSideOptions, 'seen' | 'techniques' | 'sentinelNonces'> {
  readonly sentinelNonce: string;
  /** What the clients that should get through saw from inside the Studio subnet. */
  readonly allowed: readonly Observation[];
}

export interface FlowSide {
  readonly records: readonly FirewallRecord[];
  readonly flowLog: LogCompleteness;
}

const SENTINEL_TIMEOUT_MS = 5000;
/**
 * How far apart the records of two flows that end together may be written: Suricata looks for ended flows row by row, and a row
 * that it has just passed waits for the next round (measured in the lab on a busy machine: seconds).
 */
const FLOW_PASS_MS = 6000;
const SENTINEL_NAMES = 2;
/** How far the clocks of host and firewall may be apart; ssm-invocation.ts uses no times of a host that is further off. */
const HOST_SKEW_MS = 5000;

/** Never throws for what the world does: a log that cannot be read, or is not there, is incomplete and says why. */
export async function flowSide(options: FlowSideOptions): Promise<FlowSide> {
  const flows = firewallLog(options.snapshot, 'FLOW');
  if (flows.status === 'not-readable') return nothing(flows.because);
  const names = [
    ...new Set(
      options.allowed.filter(({ result }) => result.kind === 'succeeded').flatMap(({ names: own }) => own),
    ),
  ].slice(0, SENTINEL_NAMES);
  if (names.length === 0) return nothing('nothing allowed got through, so there is no flow to look for');
  const sentinel = await sendSentinel(options, names);
  if ('because' in sentinel) return nothing(sentinel.because);
  const { sentinelNonce, allowed, sinceMs, clockSkewMs, logTimeoutMs, onProgress, signal } = options;
  const source = await logSource(options.connection, flows);
  try {
    const { records, completeness } = await waitForLog({
      source,
      sinceMs,
      untilMs: Date.now() + clockSkewMs + logTimeoutMs,
      timeoutMs: logTimeoutMs,
      intervalMs: Math.max(deliveryIntervalMs(options.snapshot, flows), FLOW_PASS_MS),
      expected: missingFlows(allowed, []).length,
      missing: (arrived) => missingFlows(allowed, arrived),
      sentinels: [{ nonce: sentinelNonce, isOf: (record) => isSentinels(record, sentinel) }],
      unreadable: flows.unreadable,
      onProgress,
      signal,
    });
    return { records, flowLog: completeness };
  } finally {
    source.close();
  }
}

const nothing = (because: string): FlowSide => ({
  records: [],
  flowLog: { status: 'incomplete', waitedMs: 0, because },
});

interface Sentinel {
  readonly addresses: ReadonlySet<string>;
  readonly sentAtMs: number;
}

async function sendSentinel(
  { studio, sentinelNonce }: FlowSideOptions,
  names: readonly string[],
): Promise<Sentinel | { readonly because: string }> {
  const script = flowSentinelScript({ nonce: sentinelNonce, names, timeoutMs: SENTINEL_TIMEOUT_MS });
  try {
    const { output } = await studio.run(script, { timeoutMs: SENTINEL_TIMEOUT_MS + SCRIPT_SLACK_MS });
    const { markers, addresses } = readScript(output);
    const through = names.filter((name) => markers.get(name)?.reached === 'tls');
    const reached = through.flatMap((name) => addresses.get(name) ?? []);
    if (reached.length > 0) return { addresses: new Set(reached), sentAtMs: Date.parse(output.startedAt) };
    return { because: `the connection to ${names.join(', ')} after the probes did not get through` };
  } catch (error) {
    if (error instanceof TransportError)
      return { because: `the connection after the probes could not be made (${error.message})` };
    throw error;
  }
}

const isSentinels = (record: FirewallRecord, { addresses, sentAtMs }: Sentinel): boolean =>
  record.eventType === 'netflow' &&
  addresses.has(record.destinationIp) &&
  record.flowStartedAt !== null &&
  Date.parse(record.flowStartedAt) >= sentAtMs - HOST_SKEW_MS;

/**
 * Flows of allowed clients that got through and that are not on record in both directions, in words: as many as
 * egress/allowed-cross-firewall will ask for, where a client needs several names.
 */
export function missingFlows(
  allowed: readonly Observation[],
  records: readonly FirewallRecord[],
): readonly string[] {
  const flows = records.filter(({ eventType }) => eventType === 'netflow');
  const out = new Set(flows.map(({ destinationIp }) => destinationIp));
  const back = new Set(flows.map(({ sourceIp }) => sourceIp));
  return allowed
    .filter(({ result }) => result.kind === 'succeeded')
    .flatMap((observation) =>
      observation.flows
        .filter(({ address }) => address === null || !out.has(address) || !back.has(address))
        .map(({ shape }) => `the flow to ${shape.name ?? observation.probe}`),
    );
}
