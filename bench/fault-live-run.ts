/**
 * The live part of a run while one operation fails in one way: probes from a vantage point, the firewall's log, and the checks
 * of both. Each runs in a lab with a network of its own, since records of two runs at once could be of either.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_ROOT } from '../commands/run';
import type { LabContext } from '../infra/lab/aws-api/handler';
import type { ApiServer } from '../infra/lab/aws-api/server';
import { raiseLab, type Lab } from '../infra/lab/lab';
import type { AwsConnection } from '../infra/snapshot/clients';
import type { Snapshot } from '../infra/snapshot/snapshot';
import { takeSnapshot } from '../infra/snapshot/take-snapshot';
import { findTarget } from '../infra/snapshot/target';
import { TECHNIQUES } from '../probes/evasions/techniques';
import { runLive, type LiveOptions } from '../probes/firewall-log/live';
import type { LiveEvidence } from '../probes/probe';
import { derivedIntent } from '../suites/derived-intent';
import type { Finding } from '../suites/evidence';
import { judge } from '../suites/judge';
import { checkFiles, loadCheck } from '../suites/registry';
import type { FaultCase } from './fault-cases';
import type { FaultStart } from './fault-run';
import { connectionTo, observedServer } from './fault-server';

export interface LiveStart extends FaultStart {
  readonly vantage: 'probe-host' | 'processing-job';
  /** The operations that are made to fail, of those that the run makes. */
  readonly operations: readonly string[];
  /** Checks that cannot pass without an answer of the operation. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
}

export interface LiveLab {
  /** What each operation answered, before any fault. */
  readonly outputs: ReadonlyMap<string, readonly unknown[]>;
  /** A run with the fault, or without one. Rejects with what the run rejects with. */
  readonly run: (one: FaultCase | null) => Promise<LiveRun>;
  readonly close: () => Promise<void>;
}

export interface LiveRun {
  readonly live: LiveEvidence;
  readonly findings: readonly Finding[];
  /** What the user was told before and while it ran. */
  readonly said: readonly string[];
}

/** One name that is let through, one that is not; and of the techniques one that is stopped and one that is not. */
const DESTINATIONS = [
  { probe: 'wget-kaggle', expect: 'allowed' },
  { probe: 'wget-example', expect: 'denied' },
] as const;
const BATTERY = ['tls-no-sni', 'sni-spoof'];

const BOUNDS = { allowedTimeoutMs: 4_000, deniedTimeoutMs: 3_000, logTimeoutMs: 15_000, deliveryMs: 0 };
const JOB_BOUNDS = { startTimeoutMs: 5_000, logTimeoutMs: 3_000, firstPollMs: 50, slowestPollMs: 500 };
const JOB_IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/lab:this-machine';

/** Deploys the start with its network and reads it. Whoever opens must close. */
export async function openLiveLab(start: LiveStart): Promise<LiveLab> {
  const templatePath = join(PROJECT_ROOT, 'infra', 'stack', start.file);
  const text = readFileSync(templatePath, 'utf8');
  const template = start.template?.(text) ?? text;
  const lab = await raiseLab({ template, templatePath, parameters: {}, network: true });
  try {
    return await opened(start, lab);
  } catch (error) {
    await lab.close();
    throw error;
  }
}

async function opened(start: LiveStart, lab: Lab): Promise<LiveLab> {
  const blind = lab.blind();
  if (blind !== null) throw new Error(`the table needs the lab's network: ${blind}`);
  const outputs = new Map<string, unknown[]>();
  const context: LabContext = {
    state: lab.state,
    hosts: lab.network,
    firewalls: lab.network,
    now: () => new Date(),
  };
  const afterChange = async () => lab.network()?.apply(lab.state);
  const server = await observedServer({ context, outputs, afterChange });
  const target = await findTarget(lab.connection, { stack: lab.stackName });
  const snapshot = await takeSnapshot(lab.connection, { ...target, kind: 'lab' });
  let runs = 0;
  return {
    outputs,
    run: async (one) => {
      runs += 1;
      const connection = connectionTo(server, lab.connection);
      return runWith({ start, lab, server, connection, snapshot, runId: `faults-${runs}` }, one);
    },
    close: async () => {
      await server.close();
      await lab.close();
    },
  };
}

interface Running {
  readonly start: LiveStart;
  readonly lab: Lab;
  readonly server: ApiServer;
  readonly connection: AwsConnection;
  readonly snapshot: Snapshot;
  readonly runId: string;
}

async function runWith(
  { start, lab, server, connection, snapshot, runId }: Running,
  one: FaultCase | null,
): Promise<LiveRun> {
  if (one !== null) server.faults.add(one.fault);
  const said: string[] = [];
  try {
    const live = await runLive({
      connection,
      snapshot,
      destinations: DESTINATIONS,
      ...BOUNDS,
      battery: { techniques: TECHNIQUES.filter(({ id }) => BATTERY.includes(id)), listener: null },
      arrivals: lab.arrivals,
      vantage: vantageOf(start, runId),
      onAnnounce: (sentence) => said.push(sentence),
      onProgress: (sentence) => said.push(sentence),
      signal: new AbortController().signal,
    });
    return { live, findings: judged(snapshot, live), said };
  } finally {
    server.faults.clear();
    await quiet(lab);
  }
}

const QUIET_TIMEOUT_MS = 60_000;

/** Ends what the fault kept the run from ending: its connections would be taken for the next run's. */
async function quiet({ state }: Lab): Promise<void> {
  const until = Date.now() + QUIET_TIMEOUT_MS;
  const jobs = () =>
    [...state.processingJobs.values()].filter(
      ({ description }) => description.ProcessingJobStatus === 'InProgress',
    );
  const commands = () =>
    [...state.commands.values()].flatMap(({ invocations }) =>
      [...invocations.values()].filter(({ Status }) => Status === 'InProgress' || Status === 'Pending'),
    );
  for (const { stopping } of jobs()) stopping.abort();
  while (jobs().length + commands().length > 0) {
    if (Date.now() >= until) throw new Error('what a run has left in the lab does not end');
    await sleep(50);
  }
}

const vantageOf = (start: LiveStart, runId: string): NonNullable<LiveOptions['vantage']> =>
  start.vantage === 'probe-host'
    ? { kind: 'probe-host' }
    : { kind: 'processing-job', imageUri: JOB_IMAGE, roleArn: null, runId, bounds: JOB_BOUNDS };

/** The checks of what probes saw. */
function judged(snapshot: Snapshot, live: LiveEvidence): readonly Finding[] {
  const derived = derivedIntent(snapshot);
  const because = 'The table asks for it.';
  const destinations = DESTINATIONS.map(({ probe, expect }) => ({ probe, expect, because }));
  const intent = { ...derived, destinations };
  return checkFiles()
    .filter(({ area }) => area === 'egress' || area === 'agreement')
    .flatMap((file) => judge(loadCheck(file), { snapshot, intent, live }));
}
