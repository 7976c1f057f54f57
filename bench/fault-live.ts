/** The fault table's live part: every operation that probes, their log and processing jobs call, failing in every way. */
import { alertsInBucket } from '../infra/mutants/deployed/logging';
import { editing } from '../infra/mutants/deployed/template-edit';
import { casesOf, type FaultCase } from './fault-cases';
import { CRASHED, type Comparison } from './fault-comparison';
import { liveComparison } from './fault-live-comparison';
import { openLiveLab, type LiveLab, type LiveRun, type LiveStart } from './fault-live-run';
import type { TriedFault } from './fault-run';
import { clientOf } from './fault-server';

const OF_PROBES = ['allowed-connect', 'allowed-cross-firewall', 'blocks-are-logged', 'denied-are-blocked'];
const EVERY = [...OF_PROBES, 'evasions-are-blocked'].map((name) => `egress/${name}`);
/** A block counts only with its record. */
const ALERTS = ['egress/blocks-are-logged'];
const FLOWS = ['egress/allowed-cross-firewall'];

export const LIVE_STARTS: readonly LiveStart[] = [
  {
    id: 'probe host',
    file: 'studio-firewall.yaml',
    vantage: 'probe-host',
    operations: [
      'ssm:SendCommand',
      'ssm:GetCommandInvocation',
      'ssm:ListCommands',
      'ssm:CancelCommand',
      'logs:FilterLogEvents',
    ],
    needs: {
      'ssm:SendCommand': EVERY,
      'ssm:GetCommandInvocation': EVERY,
      'logs:FilterLogEvents': [...ALERTS, ...FLOWS],
    },
  },
  {
    id: 'log in S3',
    file: 'studio-firewall.yaml',
    template: editing(...alertsInBucket({ isPublic: false, delivers: true })),
    vantage: 'probe-host',
    operations: ['s3:ListObjectsV2', 's3:GetObject'],
    needs: { 's3:ListObjectsV2': ALERTS, 's3:GetObject': ALERTS },
  },
  {
    id: 'processing job',
    file: 'studio-firewall.yaml',
    vantage: 'processing-job',
    operations: [
      'sagemaker:CreateProcessingJob',
      'sagemaker:DescribeProcessingJob',
      'sagemaker:ListProcessingJobs',
      'sagemaker:StopProcessingJob',
      'logs:FilterLogEvents',
    ],
    needs: {
      'sagemaker:CreateProcessingJob': EVERY,
      'sagemaker:DescribeProcessingJob': EVERY,
      'logs:FilterLogEvents': EVERY,
    },
  },
];

/** Labs at a time: a live run mostly waits. */
const LABS = 6;
/**
 * The engine remembers a dropped connection for its idle time, 350 s, and drops from its SYN on what comes from the same port
 * until then. Hosts take ports anew soon enough that one connection in 50 runs of a lab met its predecessor (measured).
 */
const RUNS_OF_A_LAB = 10;

export interface LiveTable {
  readonly tried: readonly TriedFault[];
  /** Operations of the start that none of its runs made, so that nothing was tried with them. */
  readonly notMade: readonly string[];
}

/** Every case of the start that is asked for. */
export async function triedLive(
  start: LiveStart,
  wanted: (operation: string, name: string) => boolean = () => true,
): Promise<LiveTable> {
  const labs = await Promise.all(Array.from({ length: LABS }, async () => openLiveLab(start)));
  const [first] = labs;
  try {
    if (first === undefined) throw new Error('there is no lab');
    const baseline = await first.run(null);
    if (baseline.live.status !== 'run') throw new Error(baseline.live.because);
    const cases = start.operations.flatMap((operation) =>
      casesOf({ operation, outputs: first.outputs.get(operation) ?? [], exported: clientOf(operation) }),
    );
    const waiting = cases.filter(({ operation, name }) => wanted(operation, name));
    const tried: TriedFault[] = [];
    const made = new Set<string>();
    const work = async (place: number): Promise<void> => {
      for (let runs = 1, one = waiting.shift(); one !== undefined; runs += 1, one = waiting.shift()) {
        const lab = labs[place];
        if (lab === undefined) throw new Error('there is no lab');
        tried.push(await triedIn({ lab, start, baseline }, one));
        for (const operation of lab.outputs.keys()) made.add(operation);
        if (runs % RUNS_OF_A_LAB === 0) {
          await lab.close();
          labs[place] = await openLiveLab(start);
        }
      }
    };
    await Promise.all(labs.map((_, place) => work(place)));
    return { tried, notMade: start.operations.filter((operation) => !made.has(operation)) };
  } finally {
    await Promise.all(labs.map((lab) => lab.close()));
  }
}

interface Trying {
  readonly lab: LiveLab;
  readonly start: LiveStart;
  readonly baseline: LiveRun;
}

async function triedIn(trying: Trying, one: FaultCase): Promise<TriedFault> {
  const startedMs = performance.now();
  const compared = await comparedIn(trying, one);
  return { start: trying.start.id, tried: one, ...compared, ms: performance.now() - startedMs };
}

async function comparedIn({ lab, start, baseline }: Trying, one: FaultCase): Promise<Comparison> {
  try {
    const { findings } = await lab.run(one);
    return liveComparison({
      one,
      before: baseline.findings,
      after: findings,
      needs: start.needs[one.operation] ?? [],
    });
  } catch (error) {
    return { ...CRASHED, said: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
}
