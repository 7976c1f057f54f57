/** From where the Studio side of a run is asked: a probe host by SSM, or processing jobs; and what is said before either is. */
import type { AwsConnection } from '../../infra/snapshot/clients';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { cancelLeftCommands, endLeftJobs } from '../transports/leftovers';
import { MAX_JOBS, processingJobTransport } from '../transports/processing-job';
import { INSTANCE_TYPE } from '../transports/processing-job-creation';
import { JOB_BOUNDS, type JobBounds } from '../transports/processing-job-run';
import { studioJob } from '../transports/processing-job-vantage';
import { ssmTransport } from '../transports/ssm';
import type { Transport } from '../transports/transport';
import { studioHost } from '../transports/vantage';

export type VantageChoice =
  | {
      readonly kind: 'probe-host';
      /** The one that the owner names; null or absent for one that is tagged. */
      readonly instanceId?: string | null;
    }
  | {
      readonly kind: 'processing-job';
      /** An image of ECR with sh, python3 and the clients. */
      readonly imageUri: string;
      /** Instead of the domain's execution role. */
      readonly roleArn: string | null;
      /** Of the run: in the jobs' names and their tag. */
      readonly runId: string;
      /** What AWS needs when absent. */
      readonly bounds?: JobBounds;
    };

export interface StudioVantageOptions {
  readonly connection: AwsConnection;
  readonly snapshot: Snapshot;
  readonly choice: VantageChoice;
  /** Scripts that are sent at once; sentinels follow them. */
  readonly scripts: number;
  /** How long an SSM Agent may take to take a command. */
  readonly deliveryTimeoutMs: number;
  /** How far apart the sentinels are asked, at most. */
  readonly sentinelGapMs: number;
  /** Told, before anything is written to the account or ended in it, what that is. */
  readonly onAnnounce: (text: string) => void;
  readonly signal: AbortSignal;
}

export type StudioVantage =
  | { readonly status: 'none'; readonly because: string }
  | { readonly status: 'found'; readonly transport: Transport };

/** Beyond the gap between two sentinels, so that they travel together. */
const SETTLE_SLACK_MS = 1000;

export async function studioVantage(options: StudioVantageOptions): Promise<StudioVantage> {
  const { choice } = options;
  return choice.kind === 'probe-host' ? bySsm(options, choice.instanceId ?? null) : byJobs(options, choice);
}

async function bySsm(options: StudioVantageOptions, named: string | null): Promise<StudioVantage> {
  const { connection, snapshot, deliveryTimeoutMs, onAnnounce, signal } = options;
  const host = studioHost(snapshot, named);
  if (host.status === 'none') return host;
  const { instanceId } = host;
  host.notes.forEach((note) => onAnnounce(note));
  await cancelLeftCommands(instanceId, { connection, nowMs: Date.now(), onAnnounce });
  const transport = await ssmTransport({ connection, instanceId, deliveryTimeoutMs, signal });
  return { status: 'found', transport };
}

async function byJobs(
  { connection, snapshot, scripts, sentinelGapMs, onAnnounce, signal }: StudioVantageOptions,
  { imageUri, roleArn, runId, bounds = JOB_BOUNDS }: Extract<VantageChoice, { kind: 'processing-job' }>,
): Promise<StudioVantage> {
  const job = studioJob(snapshot, { roleArn });
  if (job.status === 'none') return job;
  const { place, notes } = job;
  notes.forEach((note) => onAnnounce(note));
  await endLeftJobs({ connection, nowMs: Date.now(), onAnnounce });
  const transport = await processingJobTransport({
    connection,
    runId,
    place,
    imageUri,
    expectedScripts: scripts,
    bounds,
    settleMs: sentinelGapMs + SETTLE_SLACK_MS,
    signal,
  });
  onAnnounce(
    `Starting processing jobs studio-egress-${runId}-1 and so on, at most ${MAX_JOBS}, usually two: one for ${scripts} scripts, one for the sentinels after them. Each is one ${INSTANCE_TYPE} (some US cents an hour) for some minutes, in ${place.subnetIds.join(', ')} with ${place.securityGroupIds.join(', ')}, as ${place.roleArn}, from ${imageUri}; SageMaker keeps its record and its log.`,
  );
  return { status: 'found', transport };
}
