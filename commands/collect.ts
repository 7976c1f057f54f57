/**
 * The collecting half of a run: find the target, read it, send the probes. What was gathered before something
 * went wrong is kept: `collect` answers with as much as there is and why it ended.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../infra/lab/lab';
import type { AwsConnection } from '../infra/snapshot/clients';
import type { Snapshot, Target } from '../infra/snapshot/snapshot';
import type { TargetSelector } from '../infra/snapshot/target';
import type { LiveOptions } from '../probes/firewall-log/live';
import type { LiveEvidence } from '../probes/probe';
import type { Intent } from '../suites/intent';
import type { PlannedCheck } from '../suites/assemble';
import type { Evidence, RunChange } from '../suites/evidence';
import { declaredIntent } from '../suites/declared-intent';
import { derivedIntent } from '../suites/derived-intent';
import { checkFiles, loadCheck } from '../suites/registry';
import { WAIVERS_CHECK, type WaiversFile } from '../suites/waivers';
import type { Progress } from './progress';
import type { Run } from './run';
import type { RunOptions } from './run-options';

export interface Collected {
  readonly target: Target | null;
  readonly snapshot: Snapshot | null;
  readonly snapshotSha256: string | null;
  readonly identity: string | null;
  readonly intent: Intent | null;
  readonly live: LiveEvidence;
  readonly plan: readonly PlannedCheck[];
  readonly waivers: WaiversFile | null;
  /** Where probes are sent from. */
  readonly vantage: NonNullable<Evidence['run']['vantage']>;
  /** What was found to have changed since the snapshot was taken. */
  readonly changes: readonly RunChange[];
  /** Why collecting ended before its time, or null. */
  readonly endedEarly: string | null;
}

export interface CollectOptions {
  readonly run: Run;
  readonly options: RunOptions;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Told of the lab as soon as there is one, so that whoever ends the run can end it. */
  readonly onLab: (lab: Lab) => void;
}

/** Ended by the user before the target was known, so that there is no evidence. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  override readonly message = 'The run was interrupted before anything was read; there is no report.';
}

type Gathering = { -readonly [K in keyof Collected]: Collected[K] };

export async function collect(context: CollectOptions): Promise<Collected> {
  const gathered: Gathering = {
    target: null,
    snapshot: null,
    snapshotSha256: null,
    identity: null,
    intent: null,
    live: { status: 'not-run', because: 'The run ended before any probe was sent.' },
    plan: plannedChecks(context.options),
    waivers: context.options.waivers,
    vantage: context.options.vantage.kind,
    changes: [],
    endedEarly: null,
  };
  try {
    await gather(context, gathered);
  } catch (error) {
    if (gathered.target === null) throw context.signal.aborted ? new Interrupted() : error; // nothing to report
    if (context.signal.aborted) gathered.endedEarly = 'The run was interrupted.';
    else gathered.endedEarly = error instanceof Error ? error.message : String(error);
  }
  return gathered;
}

/**
 * Every check of the asked-for areas, with what the report needs of it if it is never decided. Without probes the checks
 * of what probes saw are left out, as was asked; the report says that no probe was sent.
 */
export function plannedChecks({
  suites,
  probes,
  waivers,
}: Pick<RunOptions, 'suites' | 'probes' | 'waivers'>): readonly PlannedCheck[] {
  const checks = checkFiles()
    .filter((file) => suites === null || suites.includes(file.area))
    .filter((file) => probes || !LIVE_AREAS.includes(file.area))
    .map((file) => {
      const { id, severity, controls } = loadCheck(file);
      return { id, severity, controls };
    });
  return waivers === null ? checks : [...checks, WAIVERS_CHECK];
}

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

/** The areas whose checks judge what probes saw. */
export const LIVE_AREAS: readonly string[] = ['egress', 'agreement'];

async function gather(context: CollectOptions, gathered: Gathering): Promise<void> {
  const { options, progress, signal } = context;
  const source = options.source;
  if (source.kind === 'snapshot') {
    const { readSnapshotFile } =
      require('../infra/snapshot/snapshot-file') as typeof import('../infra/snapshot/snapshot-file');
    keepSnapshot(context, gathered, readSnapshotFile(source.file), { asTarget: 'snapshot' });
    gathered.live = {
      status: 'not-run',
      because: 'A saved snapshot was judged; a snapshot cannot be probed.',
    };
  } else {
    const { connection, selector, kind, blind, arrivals } = await connect(context);
    signal.throwIfAborted();
    const { findTarget } = require('../infra/snapshot/target') as typeof import('../infra/snapshot/target');
    const found = await findTarget(connection, selector);
    gathered.target = { ...found, kind };
    await settled(context, { connection, target: gathered.target });
    const { takeSnapshot } =
      require('../infra/snapshot/take-snapshot') as typeof import('../infra/snapshot/take-snapshot');
    const snapshot = await progress.stage('snapshot', async (note) => {
      note(`reading ${found.vpcId}`);
      const taken = await takeSnapshot(connection, { ...found, kind });
      note(describeSections(taken));
      return taken;
    });
    keepSnapshot(context, gathered, snapshot, { asTarget: kind });
    signal.throwIfAborted();
    gathered.live = await probe({ context, gathered, connection, snapshot, blind, arrivals });
    if (gathered.live.status === 'run') gathered.changes = await changed(context, connection, snapshot);
  }
  signal.throwIfAborted();
}

/** How long a firewall that is being changed is waited for, and how often it is asked. */
const FIREWALL_WAIT = {
  aws: { timeoutMs: 600_000, pollMs: 10_000 },
  lab: { timeoutMs: 10_000, pollMs: 250 },
} as const;

async function settled(
  { options, progress, signal }: CollectOptions,
  { connection, target }: { readonly connection: AwsConnection; readonly target: Target },
): Promise<void> {
  if (!options.probes || target.kind === 'snapshot') return;
  const { awaitSettledFirewalls } = require('./firewall-in-force') as typeof import('./firewall-in-force');
  const bounds = FIREWALL_WAIT[target.kind];
  await progress.stage('firewall', (note) =>
    awaitSettledFirewalls({ connection, target, ...bounds, onProgress: note, signal }),
  );
}

async function changed(
  { progress }: CollectOptions,
  connection: AwsConnection,
  snapshot: Snapshot,
): Promise<readonly RunChange[]> {
  const { changesSince } = require('../infra/snapshot/change') as typeof import('../infra/snapshot/change');
  return progress.stage('re-read', async (note) => {
    const changes = await changesSince(connection, snapshot);
    note(changes.length === 0 ? 'nothing has changed meanwhile' : `${changes.length} changes meanwhile`);
    return changes;
  });
}

interface Connected {
  readonly connection: AwsConnection;
  readonly selector: TargetSelector;
  readonly kind: 'lab' | 'aws';
  /** Why live results would not be evidence here, or null. */
  readonly blind: () => string | null;
  /** What the servers saw; null where they are not ours. */
  readonly arrivals: LiveOptions['arrivals'];
}

async function connect({ options, progress, onLab }: CollectOptions): Promise<Connected> {
  const source = options.source;
  if (source.kind === 'aws') {
    const { awsConnection } =
      require('../infra/snapshot/clients') as typeof import('../infra/snapshot/clients');
    const connection = await awsConnection({ region: source.region, profile: source.profile });
    return { connection, selector: source.selector, kind: 'aws', blind: () => null, arrivals: null };
  }
  if (source.kind !== 'lab') throw new Error('a saved snapshot needs no connection');
  const { raiseLab } = require('../infra/lab/lab') as typeof import('../infra/lab/lab');
  const lab = await progress.stage('lab', (note) =>
    raiseLab({
      template: readFileSync(source.templatePath, 'utf8'),
      templatePath: source.templatePath,
      parameters: source.parameters,
      network: options.probes,
      onProgress: note,
      onLab,
    }),
  );
  const { connection, blind, arrivals } = lab;
  return { connection, selector: { stack: lab.stackName }, kind: 'lab', blind, arrivals };
}

function keepSnapshot(
  { run, options }: CollectOptions,
  gathered: Gathering,
  snapshot: Snapshot,
  { asTarget }: { readonly asTarget: Target['kind'] },
): void {
  const stated: Snapshot = { ...snapshot, target: { ...snapshot.target, kind: asTarget } };
  const text = `${JSON.stringify(stated, null, 1)}\n`;
  writeFileSync(join(run.outDir, 'snapshot.json'), text);
  gathered.target = stated.target;
  gathered.snapshot = stated;
  gathered.snapshotSha256 = createHash('sha256').update(text).digest('hex');
  const identity = stated.sections.callerIdentity;
  gathered.intent = options.intent === null ? derivedIntent(stated) : declaredIntent(options.intent, stated);
  gathered.identity = identity.status === 'read' ? identity.value.Arn : null;
}

/** How long a flow flush may take, which is not documented for AWS. */
const FLOW_FLUSH = {
  aws: { timeoutMs: 600_000, pollMs: 5_000 },
  lab: { timeoutMs: 30_000, pollMs: 100 },
} as const;

interface ProbeStage {
  readonly context: CollectOptions;
  readonly gathered: Gathering;
  readonly connection: AwsConnection;
  readonly snapshot: Snapshot;
  readonly blind: () => string | null;
  readonly arrivals: LiveOptions['arrivals'];
}

async function probe({
  context,
  gathered,
  connection,
  snapshot,
  blind,
  arrivals,
}: ProbeStage): Promise<LiveEvidence> {
  const { options, progress, signal } = context;
  const { kind } = snapshot.target;
  const wanted = gathered.plan.some(({ id }) => LIVE_AREAS.some((area) => id.startsWith(`${area}/`)));
  if (!options.probes || !wanted) {
    return { status: 'not-run', because: 'Probes were not asked for in this run.' };
  }
  const { notInForce } = require('./firewall-in-force') as typeof import('./firewall-in-force');
  const reason = blind() ?? notInForce(snapshot);
  if (reason !== null) return { status: 'not-run', because: reason };
  const destinations = gathered.intent?.destinations ?? [];
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
      battery: { techniques: TECHNIQUES, listener: gathered.intent?.listener ?? null },
      arrivals,
      vantage: vantageOf(context, gathered.intent?.probeHost ?? null),
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

/** The lab has no images: its containers have this machine's programs. */
const LAB_IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/lab:this-machine';

function vantageOf(
  { run, options: { vantage } }: CollectOptions,
  probeHost: string | null,
): NonNullable<LiveOptions['vantage']> {
  if (vantage.kind === 'probe-host') return { kind: 'probe-host', instanceId: probeHost };
  return { ...vantage, imageUri: vantage.imageUri ?? LAB_IMAGE, runId: run.id };
}

function describeSections(snapshot: Snapshot): string {
  const sections = Object.entries(snapshot.sections);
  const unread = sections.filter(([, section]) => section.status === 'unread').map(([name]) => name);
  const read = `${sections.length - unread.length} sections read`;
  return unread.length === 0 ? read : `${read}, ${unread.length} unread: ${unread.join(', ')}`;
}
