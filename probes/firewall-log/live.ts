/**
 * The live part of a run: every probe at once from inside the Studio subnet, the same clients at once from outside the
 * firewall, a sentinel after the last, then the firewall's log.
 */
import { randomBytes } from 'node:crypto';
import type { AwsConnection } from '../../infra/snapshot/clients';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import type { LiveEvidence, LogCompleteness, Observation } from '../probe';
import type { Technique } from '../technique';
import { flushFlows } from '../transports/flow-flush';
import { localTransport } from '../transports/local';
import { ssmTransport } from '../transports/ssm';
import type { Transport } from '../transports/transport';
import { controlHost } from '../transports/vantage';
import { plannedBattery, runBattery, withArrivals, type Arrivals, type PlannedBattery } from './battery';
import { batteryContext } from './battery-context';
import { correlate } from './correlate';
import { firewallSide, sentinelGapMs } from './firewall-side';
import { flowSide } from './flow-side';
import { firewallLog, usualDelivery } from './log-groups';
import { logProgress } from './log-progress';
import { observe, SCRIPT_SLACK_MS, type Asked } from './observe';
import { studioVantage, type VantageChoice } from './studio-vantage';

export interface LiveDestination {
  /** A probe's id. */
  readonly probe: string;
  readonly expect: 'allowed' | 'denied';
}

export interface LiveOptions {
  readonly connection: AwsConnection;
  readonly snapshot: Snapshot;
  readonly destinations: readonly LiveDestination[];
  /** Bound of a client that is expected to get through, and of every control run. */
  readonly allowedTimeoutMs: number;
  /** Bound of a client that is expected to be stopped: a block costs all of it. */
  readonly deniedTimeoutMs: number;
  readonly logTimeoutMs: number;
  /** Time for the first command to reach an agent that is online; a minute when absent. */
  readonly deliveryMs?: number;
  /** The evasion battery, or null to leave it out. */
  readonly battery: { readonly techniques: readonly Technique[]; readonly listener: string | null } | null;
  /**
   * Of which of these observations, judged as they stand, the firewall owes a record: probes by id. Their records are waited
   * for as well; the way of each connection is not known here.
   */
  readonly owedRecords?: (observations: readonly Observation[]) => readonly string[];
  /** Everything that the lab's servers have seen arrive by now; null where no server keeps watch. */
  readonly arrivals: (() => Promise<Arrivals | null>) | null;
  /** From where the Studio side is asked; a probe host when absent. */
  readonly vantage?: VantageChoice;
  /** Flush the flows of Studio's addresses first, and how long that may take; not done when absent. */
  readonly flowFlush?: { readonly timeoutMs: number; readonly pollMs: number };
  /** Told, before anything is sent, what goes where: commands or jobs are all that a run leaves in the account. */
  readonly onAnnounce: (text: string) => void;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The clocks of the verifier and of the firewall may differ by this much. */
const CLOCK_SKEW_MS = 300_000;
/** Time for the first command to reach an agent that is online, unless told. */
const DELIVERY_MS = 60_000;
/** Commands that an SSM Agent runs at a time (amazon-ssm-agent README, CommandWorkersLimit; MEMORY). */
const COMMANDS_AT_A_TIME = 5;

/**
 * What the destinations look like from both vantage points, and what the firewall's log says of it. `not-run` when there
 * is no host to ask from. A transport that fails makes its observation inconclusive and loses nothing else; the signal
 * ends everything, cancels the commands, and rejects unless all probes had already answered.
 */
export async function runLive(options: LiveOptions): Promise<LiveEvidence> {
  const { connection, snapshot, signal, destinations } = options;
  const battery = batteryOf(options);
  const scripts = destinations.length + battery.inside.length;
  const rounds = Math.ceil((scripts + sentinelsOf(options)) / COMMANDS_AT_A_TIME);
  const deliveryTimeoutMs =
    (options.deliveryMs ?? DELIVERY_MS) + rounds * (options.allowedTimeoutMs + SCRIPT_SLACK_MS);
  const studio = await studioVantage({
    connection,
    snapshot,
    scripts,
    deliveryTimeoutMs,
    signal,
    choice: options.vantage ?? { kind: 'probe-host' },
    sentinelGapMs: sentinelGapMs(options.logTimeoutMs),
    onAnnounce: options.onAnnounce,
  });
  if (studio.status === 'none') return { status: 'not-run', because: studio.because };
  const control = controlHost(snapshot);
  const vantages: Vantages = {
    studio: studio.transport,
    control:
      control === null
        ? localTransport()
        : await ssmTransport({ connection, instanceId: control, deliveryTimeoutMs, signal }),
  };
  const end = (): void => void closeAll(vantages);
  signal.addEventListener('abort', end, { once: true });
  try {
    const { flowFlush } = options;
    const flowFlushes =
      flowFlush === undefined ? {} : { flowFlushes: await flushFlows({ ...options, ...flowFlush }) };
    return { ...(await ask(options, vantages, battery)), ...flowFlushes };
  } finally {
    signal.removeEventListener('abort', end);
    await closeAll(vantages);
  }
}

interface Vantages {
  readonly studio: Transport;
  readonly control: Transport;
}

async function closeAll({ studio, control }: Vantages): Promise<void> {
  await Promise.allSettled([studio.close(), control.close()]);
}

async function ask(
  options: LiveOptions,
  { studio, control }: Vantages,
  battery: PlannedBattery,
): Promise<Extract<LiveEvidence, { status: 'run' }>> {
  const { destinations, allowedTimeoutMs, deniedTimeoutMs, onAnnounce, onProgress, signal } = options;
  const asked = destinations.map((destination): Asked => ({ ...destination, nonce: newNonce() }));
  const sinceMs = Date.now() - CLOCK_SKEW_MS;
  onAnnounce(
    `Sending ${asked.length + battery.inside.length + sentinelsOf(options)} ${studio.host.startsWith('ssm:') ? 'commands' : 'scripts'} to ${studio.host} and ${asked.length + controlRunsOf(battery)} control runs to ${control.host}.`,
  );
  onProgress('waiting for the clients');
  const inside = asked.map((one) => {
    const timeoutMs = one.expect === 'allowed' ? allowedTimeoutMs : deniedTimeoutMs;
    return observe({ asked: one, vantage: 'studio', transport: studio, timeoutMs });
  });
  // A control run is expected to get through wherever its target lives.
  const outside = asked.map((one) =>
    observe({ asked: one, vantage: 'control', transport: control, timeoutMs: allowedTimeoutMs }),
  );
  const [seenInside, seenOutside, tried] = await Promise.all([
    Promise.all(inside),
    Promise.all(outside),
    runBattery(battery, { studio, control, timeoutMs: deniedTimeoutMs }),
  ]);
  signal.throwIfAborted();
  const side = {
    ...options,
    studio,
    seen: seenInside,
    techniques: tried.inside,
    sinceMs,
    clockSkewMs: CLOCK_SKEW_MS,
  };
  const allowed = new Set(seenInside.filter((_, index) => asked[index]?.expect === 'allowed'));
  const arrivedByNow = await arrivalsOf(options);
  const owed = (inside: readonly Observation[]): readonly string[] =>
    options.owedRecords?.(withArrivals([...inside, ...seenOutside, ...tried.outside], arrivedByNow)) ?? [];
  const progressOf = logProgress({ delivery: usualDelivery(options.snapshot), onProgress });
  const [alerts, flows] = await Promise.all([
    firewallSide({
      ...side,
      owed,
      sentinelNonces: Array.from({ length: ALERT_SENTINELS }, newNonce),
      onProgress: progressOf('alerts'),
    }),
    flowSide({ ...side, allowed, sentinelNonce: newNonce(), onProgress: progressOf('flows') }),
  ]);
  const arrivals = await arrivalsOf(options);
  onProgress(
    `${asked.length} probes, ${tried.inside.length} techniques, ${seenOutside.length + tried.outside.length} control runs; ${inWords(alerts.log)}`,
  );
  const seen = [...seenInside, ...tried.inside];
  const tied = correlate(seen, [...alerts.records, ...flows.records]);
  const observations = [
    ...seen.map((observation, index) => ({ ...observation, firewallRecords: tied[index] ?? [] })),
    ...seenOutside,
    ...tried.outside,
  ];
  return {
    status: 'run',
    observations: withArrivals(observations, arrivals),
    log: alerts.log,
    flowLog: flows.flowLog,
    notSent: tried.notSent,
  };
}

/** Servers that have ended keep no watch: nothing that they did not see is proof of anything. */
const arrivalsOf = async ({ arrivals }: LiveOptions): Promise<Arrivals | null> =>
  (await arrivals?.().catch(() => null)) ?? null;

/** Connections after the last probe, some seconds apart, for the ALERT log. */
const ALERT_SENTINELS = 2;

/** Those, and one for the FLOW log where that can be read. */
const sentinelsOf = ({ snapshot }: LiveOptions): number =>
  ALERT_SENTINELS + (firewallLog(snapshot, 'FLOW').status === 'readable' ? 1 : 0);

/** The battery's, and the lookup of its names before them. */
const controlRunsOf = ({ outside }: PlannedBattery): number =>
  outside.length === 0 ? 0 : outside.length + 1;

function batteryOf({ battery, snapshot, destinations, deniedTimeoutMs }: LiveOptions): PlannedBattery {
  if (battery === null) return { inside: [], outside: [], notSent: [] };
  const { techniques, listener } = battery;
  const context = batteryContext({ snapshot, destinations, listener });
  return plannedBattery({ techniques, context, timeoutMs: deniedTimeoutMs });
}

const inWords = (log: LogCompleteness): string =>
  log.status === 'complete'
    ? `the firewall's log was complete after ${(log.waitedMs / 1000).toFixed(1)} s`
    : `the firewall's log is incomplete: ${log.because}`;

const newNonce = (): string => randomBytes(8).toString('hex');
