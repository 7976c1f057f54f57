/**
 * Scripts by SageMaker processing jobs in the domain's subnets and security groups: the truer vantage, since its network
 * interface is SageMaker's own (aws.md 5.13). A job takes minutes to start, so scripts are gathered and travel together; no
 * input reaches a running job, so what is asked once the answers are known needs a further job.
 *
 * Bounds of a run: at most {@link MAX_JOBS} jobs, one instance each, each ended by SageMaker at its MaxRuntimeInSeconds and by
 * `close`. Delivery and verdict are apart, as everywhere: a job that fails is a TransportError of each of its scripts that has
 * no whole result.
 */
import { setMaxListeners } from 'node:events';
import { logsClient, sagemakerClient, type AwsConnection } from '../../infra/snapshot/clients';
import { JOB_BOUNDS, runJob, type AskedScript, type JobBounds } from './processing-job-run';
import { jobBatches } from './processing-job-payload';
import type { JobPlace } from './processing-job-vantage';
import { TransportError, type Delivered, type RunOptions, type Transport } from './transport';

export interface ProcessingJobOptions {
  readonly connection: AwsConnection;
  /** Letters, digits and dashes, at most 40: part of the jobs' names, and their tag. */
  readonly runId: string;
  readonly place: JobPlace;
  readonly imageUri: string;
  /** How many scripts the first job waits for. */
  readonly expectedScripts: number;
  readonly bounds?: JobBounds;
  /** How long the first job waits for its scripts. */
  readonly gatherTimeoutMs?: number;
  /** A later job leaves when no script has come for so long. */
  readonly settleMs: number;
  readonly signal?: AbortSignal;
}

/** Of one run: for the probes, for the sentinels, and as many again where one is full. */
export const MAX_JOBS = 4;
const GATHER_TIMEOUT_MS = 90_000;
const CLOSING_MS = 6000;
export const JOB_PREFIX = 'studio-egress-';

export async function processingJobTransport(options: ProcessingJobOptions): Promise<Transport> {
  if (!/^[A-Za-z0-9](-?[A-Za-z0-9]){0,39}$/.test(options.runId))
    throw new RangeError(`${JSON.stringify(options.runId)} cannot be part of a job's name`);
  const { connection } = options;
  const clients = { sagemaker: await sagemakerClient(connection), logs: await logsClient(connection) };
  const closing = new AbortController();
  const signal =
    options.signal === undefined ? closing.signal : AbortSignal.any([closing.signal, options.signal]);
  setMaxListeners(0, signal);
  const running = new Set<Promise<void>>();
  let jobs = 0;
  const depart = (asked: readonly AskedScript[]): void => {
    for (const batch of batchesOf(asked)) {
      jobs += 1;
      if (jobs > MAX_JOBS) {
        const error = new TransportError(`a run starts at most ${MAX_JOBS} processing jobs`);
        for (const one of batch) one.reject(error);
        continue;
      }
      const { runId, place, imageUri, bounds = JOB_BOUNDS } = options;
      const name = `${JOB_PREFIX}${runId}-${jobs}`;
      const job = runJob({ clients, name, runId, place, imageUri, asked: batch, bounds, signal });
      running.add(job);
      void job.finally(() => running.delete(job));
    }
  };
  const gathering = gatherer({ ...options, signal, depart });
  return {
    host: `processing-job:${JOB_PREFIX}${options.runId}`,
    run: async (script, bounds) => gathering.ask(script, bounds),
    close: async () => {
      closing.abort();
      gathering.end();
      await within(CLOSING_MS, Promise.allSettled(running));
      clients.sagemaker.destroy();
      clients.logs.destroy();
    },
  };
}

/** A script that fits into no job is refused alone. */
function batchesOf(asked: readonly AskedScript[]): readonly (readonly AskedScript[])[] {
  const nonce = '0123456789abcdef'.repeat(2);
  const fitting = asked.filter((one) => {
    try {
      return jobBatches([one], { nonce }).length === 1;
    } catch (error) {
      one.reject(
        new TransportError(error instanceof Error ? error.message : String(error), { cause: error }),
      );
      return false;
    }
  });
  return jobBatches(fitting, { nonce });
}

interface Gathering extends Pick<ProcessingJobOptions, 'expectedScripts' | 'gatherTimeoutMs' | 'settleMs'> {
  readonly signal: AbortSignal;
  readonly depart: (asked: readonly AskedScript[]) => void;
}

interface Gatherer {
  ask(script: string, bounds: RunOptions): Promise<Delivered>;
  end(): void;
}

/** The first job leaves when all that are expected have come, or in time; later ones when no more come. */
function gatherer(gathering: Gathering): Gatherer {
  const { expectedScripts, gatherTimeoutMs = GATHER_TIMEOUT_MS, settleMs, signal, depart } = gathering;
  let waiting: AskedScript[] = [];
  let isFirst = expectedScripts > 0;
  let openedAtMs: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  const reset = (): readonly AskedScript[] => {
    clearTimeout(timer);
    const asked = waiting;
    [waiting, timer, openedAtMs, isFirst] = [[], undefined, null, false];
    return asked;
  };
  const leave = (): void => {
    const asked = reset();
    if (asked.length > 0) depart(asked);
  };
  const end = (): void => reset().forEach(({ reject }) => reject(new TransportError(NOT_SENT)));
  signal.addEventListener('abort', end, { once: true });
  return {
    ask: async (script, { timeoutMs }) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new TransportError(NOT_SENT));
        openedAtMs ??= Date.now();
        const delayMs = isFirst ? 0 : Date.now() - openedAtMs;
        waiting.push({ script, timeoutMs, delayMs, resolve, reject });
        if (isFirst && waiting.length >= expectedScripts) return leave();
        if (!isFirst) clearTimeout(timer);
        if (!isFirst || timer === undefined) timer = setTimeout(leave, isFirst ? gatherTimeoutMs : settleMs);
      }),
    end,
  };
}

const NOT_SENT = 'the script was not sent: the run ended';

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([work, bound]);
  clearTimeout(timer);
}
