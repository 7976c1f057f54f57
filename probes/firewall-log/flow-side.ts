/**
 * The firewall's FLOW log: a short allowed connection after the probes, and then the log until that and the flows of the
 * allowed clients are in it. A record is written when its flow has ended (Suricata user guide, "EVE JSON output").
 */
import { directionsOffRecord } from '../flow-destination';
import type { FirewallRecord, LogCompleteness, Observation } from '../probe';
import { wasReached } from '../reached-target';
import { flowSentinelScript } from '../script';
import { readScript } from '../script-report';
import { TransportError } from '../transports/transport';
import { correlate } from './correlate';
import { logSource } from './log-source';
import type { FirewallSideOptions } from './firewall-side';
import { deliveryIntervalMs, firewallLog } from './log-groups';
import { SCRIPT_SLACK_MS } from './observe';
import { waitForLog } from './wait';

export interface FlowSideOptions extends Omit<FirewallSideOptions, 'sentinelNonces' | 'owed'> {
  readonly sentinelNonce: string;
  /** Those of `seen` that should get through. */
  readonly allowed: ReadonlySet<Observation>;
}

export interface FlowSide {
  readonly records: readonly FirewallRecord[];
  readonly flowLog: LogCompleteness;
}

const SENTINEL_TIMEOUT_MS = 5000;
/**
 * How far apart the records of two flows that ended together may be written: the engine looks for ended flows row by row, a
 * tenth of its table a second when it has little to do (Suricata 7, src/flow-manager.c, GetWorkUnitSizing), so a row that it
 * has just passed waits some ten seconds more. Measured in the lab: from 3 to 12 s after the end of the flow.
 */
const FLOW_PASS_MS = 12_000;
const SENTINEL_NAMES = 2;
/** How far the clocks of host and firewall may be apart; ssm-invocation.ts uses no times of a host that is further off. */
const HOST_SKEW_MS = 5000;

/** Never throws for what the world does: a log that cannot be read, or is not there, is incomplete and says why. */
export async function flowSide(options: FlowSideOptions): Promise<FlowSide> {
  const flows = firewallLog(options.snapshot, 'FLOW');
  if (flows.status === 'not-readable') return nothing(flows.because);
  const names = [
    ...new Set(
      [...options.allowed]
        .filter(({ result }) => result.kind === 'succeeded')
        .flatMap(({ names: own }) => own),
    ),
  ].slice(0, SENTINEL_NAMES);
  if (names.length === 0) return nothing('nothing allowed got through, so there is no flow to look for');
  const sentinel = await sendSentinel(options, names);
  if ('because' in sentinel) return nothing(sentinel.because);
  const { sentinelNonce, sinceMs, clockSkewMs, logTimeoutMs, onProgress, signal } = options;
  const source = await logSource(options.connection, flows);
  try {
    const { records, completeness } = await waitForLog({
      source,
      sinceMs,
      untilMs: Date.now() + clockSkewMs + logTimeoutMs,
      timeoutMs: logTimeoutMs,
      intervalMs: Math.max(deliveryIntervalMs(options.snapshot, flows), FLOW_PASS_MS),
      expected: missingFlows(options, []).length,
      missing: (arrived) => missingFlows(options, arrived),
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
 * Flows of allowed clients that got through and that are not on record in both directions, in words: as
 * egress/allowed-cross-firewall will ask for them, tied as it will find them. The sentinel goes to the same addresses, and
 * its record is nobody's here.
 */
export function missingFlows(
  { seen, techniques, allowed }: Pick<FlowSideOptions, 'seen' | 'techniques' | 'allowed'>,
  records: readonly FirewallRecord[],
): readonly string[] {
  const tied = correlate([...seen, ...techniques], records);
  return seen.flatMap((observation, index) => {
    if (!allowed.has(observation) || !wasReached(observation)) return [];
    return observation.flows
      .filter((flow) => directionsOffRecord(flow, tied[index] ?? []).length > 0)
      .map(({ shape }) => `the flow to ${shape.name ?? observation.probe}`);
  });
}
