/**
 * The live part of a run: every probe at once from inside the Studio subnet, the same clients at once from outside the
 * firewall, a sentinel after the last, then the firewall's log.
 */
import { randomBytes } from 'node:crypto';
import { NotKnown, type Snapshot } from '../../infra/snapshot/snapshot';
import type { AwsConnection } from '../../infra/snapshot/clients';
import { probeOf, SENTINEL_NAMES } from '../catalogue';
import type {
  CommandOutput,
  FirewallRecord,
  LiveEvidence,
  LogCompleteness,
  Observation,
  Probe,
} from '../probe';
import { markerName, sentinelScript } from '../script';
import { localTransport } from '../transports/local';
import { ssmTransport } from '../transports/ssm';
import { TransportError, type Transport } from '../transports/transport';
import { controlHost, studioHost } from '../transports/vantage';
import { cloudWatchSource } from './cloudwatch';
import { correlate } from './correlate';
import { alertLog } from './log-groups';
import { waitForLog } from './wait';

export interface LiveDestination {
  /** A probe's id. */
  readonly probe: string;
  readonly expect: 'allowed' | 'denied';
}

export interface LiveOptions {
  readonly connection: AwsConnection;
  readonly snapshot: Snapshot;
  readonly destinations: readonly LiveDestination[];
  readonly allowedTimeoutMs: number;
  readonly deniedTimeoutMs: number;
  readonly logTimeoutMs: number;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Beyond the client's bound: looking names up, starting, printing. */
const SCRIPT_SLACK_MS = 20_000;
/** The verifier's clock and CloudWatch's may differ. */
const CLOCK_SKEW_MS = 60_000;
const SENTINEL_TIMEOUT_MS = 2000;

interface Vantages {
  readonly studio: Transport;
  readonly control: Transport;
}

interface Asked {
  readonly probe: Probe;
  readonly expect: 'allowed' | 'denied';
  readonly nonce: string;
}

export async function runLive(options: LiveOptions): Promise<LiveEvidence> {
  const host = vantageOf(options.snapshot);
  if (host.status === 'none') return { status: 'not-run', because: host.because };
  const control = controlHost(options.snapshot);
  const { connection, signal } = options;
  const vantages: Vantages = {
    studio: await ssmTransport({ connection, instanceId: host.instanceId, signal }),
    control:
      control === null ? localTransport() : await ssmTransport({ connection, instanceId: control, signal }),
  };
  const end = () => void closeAll(vantages);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await ask(options, vantages);
  } finally {
    signal.removeEventListener('abort', end);
    await closeAll(vantages);
  }
}

function vantageOf(snapshot: Snapshot): ReturnType<typeof studioHost> {
  try {
    return studioHost(snapshot);
  } catch (error) {
    if (error instanceof NotKnown) return { status: 'none', because: error.message };
    throw error;
  }
}

async function closeAll({ studio, control }: Vantages): Promise<void> {
  await Promise.allSettled([studio.close(), control.close()]);
}

async function ask(options: LiveOptions, vantages: Vantages): Promise<LiveEvidence> {
  const { destinations, onProgress } = options;
  const asked: readonly Asked[] = destinations.map(({ probe, expect }) => ({
    probe: probeOf(probe),
    expect,
    nonce: newNonce(),
  }));
  const sinceMs = Date.now() - CLOCK_SKEW_MS;
  onProgress(
    `sending ${asked.length + 1} commands to ${vantages.studio.host} and ${asked.length} control runs to ${vantages.control.host}`,
  );
  const both = await Promise.all(
    asked.flatMap((question) => [
      observe({ options, question, vantage: 'studio', transport: vantages.studio }),
      observe({ options, question, vantage: 'control', transport: vantages.control }),
    ]),
  );
  options.signal.throwIfAborted();
  const studio = both.filter((observation) => observation.vantage === 'studio');
  const control = both.filter((observation) => observation.vantage === 'control');
  const { records, log } = await firewallSide({ options, vantages, studio, asked, sinceMs });
  const tied = correlate(studio, records);
  const observations = [
    ...studio.map((observation, index) => ({ ...observation, firewallRecords: tied[index] ?? [] })),
    ...control,
  ];
  return { status: 'run', observations, log };
}

interface Observing {
  readonly options: LiveOptions;
  readonly question: Asked;
  readonly vantage: Observation['vantage'];
  readonly transport: Transport;
}

/** One probe on one vantage point. A transport that fails makes the observation inconclusive; it loses nothing else. */
async function observe({ options, question, vantage, transport }: Observing): Promise<Observation> {
  const { probe, expect, nonce } = question;
  // A control run is expected to get through wherever the target lives.
  const patient = vantage === 'control' || expect === 'allowed';
  const timeoutMs = patient ? options.allowedTimeoutMs : options.deniedTimeoutMs;
  const base = {
    probe: probe.id,
    title: probe.title,
    names: probe.names,
    vantage,
    host: transport.host,
    nonce,
    command: probe.title,
    firewallRecords: [],
  };
  const startedAt = new Date().toISOString();
  try {
    const script = probe.script({ nonce, timeoutMs, marker: vantage === 'studio' });
    const { output, deliveryAttempts } = await transport.run(script, {
      timeoutMs: timeoutMs + SCRIPT_SLACK_MS,
    });
    return { ...base, ...whenAndWhat(output), result: probe.parse(output), deliveryAttempts };
  } catch (error) {
    if (!(error instanceof TransportError) && !options.signal.aborted) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    return {
      ...base,
      startedAt,
      finishedAt: new Date().toISOString(),
      result: { kind: 'inconclusive', detail },
      deliveryAttempts: 1,
      output: { exitCode: null, stdout: '', stderr: '' },
    };
  }
}

const whenAndWhat = ({ exitCode, stdout, stderr, startedAt, finishedAt }: CommandOutput) => ({
  startedAt,
  finishedAt,
  output: { exitCode, stdout, stderr },
});

interface FirewallSide {
  readonly options: LiveOptions;
  readonly vantages: Vantages;
  readonly studio: readonly Observation[];
  readonly asked: readonly Asked[];
  readonly sinceMs: number;
}

interface FirewallSideSeen {
  readonly records: readonly FirewallRecord[];
  readonly log: LogCompleteness;
}

async function firewallSide({
  options,
  vantages,
  studio,
  asked,
  sinceMs,
}: FirewallSide): Promise<FirewallSideSeen> {
  const alerts = alertLog(options.snapshot);
  const nothing = (because: string): FirewallSideSeen => ({
    records: [],
    log: { status: 'incomplete', waitedMs: 0, because },
  });
  if (alerts.status === 'not-readable') return nothing(alerts.because);
  const blocked = studio.filter((observation) => observation.result.kind !== 'succeeded');
  if (blocked.length === 0) return nothing('Nothing was blocked, so there is no block to look for.');

  const denied = new Set(
    asked.filter(({ expect }) => expect === 'denied').flatMap(({ probe }) => probe.names),
  );
  const name =
    SENTINEL_NAMES.find((candidate) => denied.has(candidate)) ?? [...denied][0] ?? blocked[0]?.names[0];
  if (name === undefined) return nothing('There is no denied name that a sentinel could use.');
  const nonce = newNonce();
  try {
    const script = sentinelScript({ nonce, name, timeoutMs: SENTINEL_TIMEOUT_MS });
    await vantages.studio.run(script, { timeoutMs: SENTINEL_TIMEOUT_MS + SCRIPT_SLACK_MS });
  } catch (error) {
    if (error instanceof TransportError) return nothing(`The sentinel could not be sent: ${error.message}`);
    throw error;
  }
  const source = await cloudWatchSource(options.connection, alerts.logGroupNames);
  try {
    const sentinel = markerName(nonce, name);
    const { records, completeness } = await waitForLog({
      source,
      sinceMs,
      timeoutMs: options.logTimeoutMs,
      sentinelNonce: nonce,
      missing: (seen) =>
        blocked
          .filter((observation) => !hasMarker(observation, seen))
          .map((observation) => `the block of ${observation.names[0] ?? observation.probe}`),
      sentinelArrived: (seen) => seen.some((record) => record.sni?.toLowerCase() === sentinel),
      onProgress: options.onProgress,
      signal: options.signal,
    });
    options.onProgress(`${asked.length} probes and control runs; ${logWords(completeness)}`);
    return { records, log: completeness };
  } finally {
    source.close();
  }
}

/** A client that was stopped at its first name never tries the others, but their markers do; the first one counts. */
function hasMarker(observation: Observation, records: readonly FirewallRecord[]): boolean {
  const [first = ''] = observation.names;
  const marker = markerName(observation.nonce, first);
  return records.some((record) => (record.sni ?? record.httpHost)?.toLowerCase() === marker);
}

const logWords = (log: LogCompleteness): string =>
  log.status === 'complete'
    ? `log complete after ${(log.waitedMs / 1000).toFixed(1)} s`
    : `log incomplete: ${log.because}`;

const newNonce = (): string => randomBytes(8).toString('hex');
