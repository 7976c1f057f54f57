/**
 * The collecting half of a run: find the target, read it, send the probes. What was gathered before something
 * went wrong is kept: `collect` answers with as much as there is and why it ended.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../infra/lab/lab';
import type { AwsConnection } from '../infra/snapshot/clients';
import type { Snapshot, Target } from '../infra/snapshot/snapshot';
import type { TargetSelector } from '../infra/snapshot/target';
import type { LiveEvidence } from '../probes/probe';
import type { Intent } from '../suites/intent';
import type { PlannedCheck } from '../suites/assemble';
import type { Evidence, RunChange, RunTarget } from '../suites/evidence';
import { declaredIntent } from '../suites/declared-intent';
import { derivedIntent } from '../suites/derived-intent';
import { checkFiles, loadCheck } from '../suites/registry';
import { WAIVERS_CHECK, type WaiversFile } from '../suites/waivers';
import { accountIn, askedFor, regionIn } from './asked-for';
import type { Progress } from './progress';
import type { Run } from './run';
import type { RunOptions } from './run-options';
import { LIVE_AREAS, sendProbes, type Asking } from './send-probes';

export interface Collected {
  /** From the moment that AWS can be asked: first what was asked for, then what was found. */
  readonly target: RunTarget | null;
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

/** Ended by the user before there was anything to ask, so that there is no evidence. */
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
    // Without a target there is nothing to report; of one that was named wrongly nothing can be said (decision 0022).
    if (context.signal.aborted && gathered.target === null) throw new Interrupted();
    if (!context.signal.aborted && (gathered.target === null || isNamedWrongly(error))) throw error;
    gathered.endedEarly = context.signal.aborted ? reasonOf(context.signal) : messageOf(error);
  }
  return gathered;
}

const isNamedWrongly = (error: unknown): boolean => error instanceof Error && error.name === 'TargetError';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const reasonOf = ({ reason }: AbortSignal): string => messageOf(reason);

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
    const { connection, selector, kind, blind, arrivals } = await connect(context, gathered);
    signal.throwIfAborted();
    const { findTarget } = require('../infra/snapshot/target') as typeof import('../infra/snapshot/target');
    gathered.target = askedFor({ kind, region: connection.region, selector });
    const found = await findTarget(connection, selector, { signal }).catch((error: unknown) => {
      if (gathered.target !== null) gathered.target = { ...gathered.target, account: accountIn(error) };
      throw error;
    });
    const target: Target = { ...found, kind };
    gathered.target = target;
    await settled(context, { connection, target });
    const { takeSnapshot } =
      require('../infra/snapshot/take-snapshot') as typeof import('../infra/snapshot/take-snapshot');
    const snapshot = await progress.stage('snapshot', async (note) => {
      note(`reading ${found.vpcId}`);
      const taken = await takeSnapshot(connection, target, { signal });
      note(describeSections(taken));
      return taken;
    });
    keepSnapshot(context, gathered, snapshot, { asTarget: kind });
    signal.throwIfAborted();
    const { targetSince } = require('./target-since') as typeof import('./target-since');
    gathered.changes = await targetSince({ connection, selector, target, signal });
    if (options.probes) gathered.changes = [...gathered.changes, ...otherVersionsIn(snapshot)];
    gathered.live = await probed(context, gathered, { connection, snapshot, blind, arrivals });
    await readAgain(context, gathered, connection, snapshot);
  }
  signal.throwIfAborted();
}

/** The firewall may enforce another version than the one that is judged: then what probes saw is evidence of neither. */
function otherVersionsIn(snapshot: Snapshot): readonly RunChange[] {
  const { otherVersions } = require('./firewall-in-force') as typeof import('./firewall-in-force');
  return otherVersions(snapshot).map((because) => ({ section: 'firewalls', because }));
}

/** Probes that could not be sent cost what they would have shown; what was read is still judged. */
async function probed(
  { run, options, progress, signal }: CollectOptions,
  { intent, plan }: Gathering,
  asking: Omit<Asking, 'run' | 'options' | 'progress' | 'signal' | 'intent' | 'plan'>,
): Promise<LiveEvidence> {
  try {
    return await sendProbes({ run, options, progress, signal, intent, plan, ...asking });
  } catch (error) {
    if (signal.aborted) throw error;
    return { status: 'not-run', because: `The probes could not be carried out: ${messageOf(error)}` };
  }
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

/** What the probes rest on, once more. Where nothing ran, nothing rests on it. */
async function readAgain(
  { progress, signal }: CollectOptions,
  gathered: Gathering,
  connection: AwsConnection,
  snapshot: Snapshot,
): Promise<void> {
  const ran = gathered.live;
  if (ran.status !== 'run') return;
  const { changesSince } = require('../infra/snapshot/change') as typeof import('../infra/snapshot/change');
  const { hostsSince } = require('./hosts-since') as typeof import('./hosts-since');
  await progress.stage('re-read', async (note) => {
    const [changes, hosts] = await Promise.all([
      changesSince(connection, snapshot, { signal }),
      hostsSince({ connection, snapshot, live: ran, signal }),
    ]);
    gathered.live = hosts.live;
    gathered.changes = [...gathered.changes, ...hosts.changes, ...changes];
    const found = gathered.changes.length;
    note(found === 0 ? 'nothing has changed meanwhile' : `${found} changes meanwhile`);
  });
}

interface Connected extends Pick<Asking, 'connection' | 'blind' | 'arrivals'> {
  readonly selector: TargetSelector;
  readonly kind: 'lab' | 'aws';
}

async function connect(
  { options, progress, onLab }: CollectOptions,
  gathered: Gathering,
): Promise<Connected> {
  const source = options.source;
  if (source.kind === 'aws') {
    const { awsConnection } =
      require('../infra/snapshot/clients') as typeof import('../infra/snapshot/clients');
    const { selector, region, profile } = source;
    const connection = await awsConnection({ region, profile }).catch((error: unknown) => {
      const refusedIn = regionIn(error);
      if (refusedIn !== null) gathered.target = askedFor({ kind: 'aws', region: refusedIn, selector });
      throw error;
    });
    return { connection, selector, kind: 'aws', blind: () => null, arrivals: null };
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
  gathered.target = stated.target;
  gathered.snapshot = stated;
  gathered.snapshotSha256 = createHash('sha256').update(text).digest('hex');
  const identity = stated.sections.callerIdentity;
  gathered.identity = identity.status === 'read' ? identity.value.Arn : null;
  writeSnapshot(join(run.outDir, 'snapshot.json'), text);
  gathered.intent = options.intent === null ? derivedIntent(stated) : declaredIntent(options.intent, stated);
}

/** A disk that fills up leaves half a file, which nobody must take for a whole one. */
function writeSnapshot(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    rmSync(path, { force: true });
    throw new Error(`snapshot.json was not written: ${messageOf(error)}`, { cause: error });
  }
}

function describeSections(snapshot: Snapshot): string {
  const sections = Object.entries(snapshot.sections);
  const unread = sections.filter(([, section]) => section.status === 'unread').map(([name]) => name);
  const read = `${sections.length - unread.length} sections read`;
  return unread.length === 0 ? read : `${read}, ${unread.length} unread: ${unread.join(', ')}`;
}
