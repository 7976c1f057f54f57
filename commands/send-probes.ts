/** The live part of a run: whether probes are sent at all, with which bounds, and from where. */
import type { AwsConnection } from '../infra/snapshot/clients';
import type { Snapshot } from '../infra/snapshot/snapshot';
import type { LiveOptions } from '../probes/firewall-log/live';
import type { LiveEvidence, Observation } from '../probes/probe';
import type { PlannedCheck } from '../suites/assemble';
import type { Intent } from '../suites/intent';
import type { Progress } from './progress';
import type { Run } from './run';
import type { RunOptions } from './run-options';

/** The areas whose checks judge what probes saw. */
export const LIVE_AREAS: readonly string[] = ['egress', 'agreement'];

/** AWS delivers in 3 to 6 minutes on average and promises nothing; the lab delivers at once. */
const DEFAULT_LOG_TIMEOUT_MS = { aws: 1_200_000, lab: 30_000, snapshot: 0 } as const;
/** Into a bucket it delivers in 8 to 12 minutes on average (aws.md 3.7). */
const DEFAULT_BUCKET_LOG_TIMEOUT_MS = 1_800_000;

function defaultLogTimeoutMs(kind: keyof typeof DEFAULT_LOG_TIMEOUT_MS, snapshot: Snapshot): number {
  const { needsBucket } =
    require('../probes/firewall-log/log-groups') as typeof import('../probes/firewall-log/log-groups');
  return kind === 'aws' && needsBucket(snapshot)
    ? DEFAULT_BUCKET_LOG_TIMEOUT_MS
    : DEFAULT_LOG_TIMEOUT_MS[kind];
}

/** How long a flow flush may take, which is not documented for AWS. */
const FLOW_FLUSH = {
  aws: { timeoutMs: 600_000, pollMs: 5_000 },
  lab: { timeoutMs: 30_000, pollMs: 100 },
} as const;

export interface Asking {
  readonly run: Run;
  readonly options: RunOptions;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly intent: Intent | null;
  readonly plan: readonly PlannedCheck[];
  readonly connection: AwsConnection;
  readonly snapshot: Snapshot;
  /** Why live results would not be evidence here, or null. */
  readonly blind: () => string | null;
  /** What the servers saw; null where they are not ours. */
  readonly arrivals: LiveOptions['arrivals'];
}

/** Rejects where the signal ends it, and where a transport cannot even be opened. */
export async function sendProbes(asking: Asking): Promise<LiveEvidence> {
  const { options, progress, signal, intent, plan, connection, snapshot, blind, arrivals } = asking;
  const { kind } = snapshot.target;
  const wanted = plan.some(({ id }) => LIVE_AREAS.some((area) => id.startsWith(`${area}/`)));
  if (!options.probes || !wanted) {
    return { status: 'not-run', because: 'Probes were not asked for in this run.' };
  }
  const { notInForce } = require('./firewall-in-force') as typeof import('./firewall-in-force');
  const reason = blind() ?? notInForce(snapshot);
  if (reason !== null) return { status: 'not-run', because: reason };
  const destinations = intent?.destinations ?? [];
  if (destinations.length === 0) {
    return { status: 'not-run', because: 'No destination is known that must or must not be reachable.' };
  }
  const { TECHNIQUES } =
    require('../probes/evasions/techniques') as typeof import('../probes/evasions/techniques');
  const { runLive } = require('../probes/firewall-log/live') as typeof import('../probes/firewall-log/live');
  const live = await progress.stage('probes', (note) =>
    runLive({
      connection,
      snapshot,
      destinations,
      allowedTimeoutMs: options.allowedProbeTimeoutMs,
      deniedTimeoutMs: options.deniedProbeTimeoutMs,
      logTimeoutMs: options.logTimeoutMs ?? defaultLogTimeoutMs(options.source.kind, snapshot),
      battery: { techniques: TECHNIQUES, listener: intent?.listener ?? null },
      arrivals,
      owedRecords: (observations) => (intent === null ? [] : owedOf({ snapshot, intent }, observations)),
      vantage: vantageOf(asking, intent?.probeHost ?? null),
      ...(options.flushFlows && kind !== 'snapshot' ? { flowFlush: FLOW_FLUSH[kind] } : {}),
      onAnnounce: (text) => progress.line(text),
      onProgress: note,
      signal,
    }),
  );
  // What could not be carried faithfully may have come up only while the probes ran.
  const late = blind();
  return late === null ? live : { status: 'not-run', because: late };
}

function owedOf(
  known: { readonly snapshot: Snapshot; readonly intent: Intent },
  observations: readonly Observation[],
): readonly string[] {
  const { owedRecords } =
    require('../suites/egress/owed-records') as typeof import('../suites/egress/owed-records');
  return owedRecords(known, observations);
}

/** The lab has no images: its containers have this machine's programs. */
const LAB_IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/lab:this-machine';

function vantageOf(
  { run, options: { vantage } }: Asking,
  probeHost: string | null,
): NonNullable<LiveOptions['vantage']> {
  if (vantage.kind === 'probe-host') return { kind: 'probe-host', instanceId: probeHost };
  return { ...vantage, imageUri: vantage.imageUri ?? LAB_IMAGE, runId: run.id };
}
