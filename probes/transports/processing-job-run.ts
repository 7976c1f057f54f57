/**
 * One SageMaker processing job, from its creation until each of its scripts has a result or cannot have one any more. Its
 * output is read from CloudWatch Logs, where a job's standard output goes without a bucket (SageMaker developer guide,
 * logging-cloudwatch; the stream's name begins with the job's: MEMORY).
 *
 * Bounds: SageMaker ends the job at StoppingCondition.MaxRuntimeInSeconds; a job that does not start, or whose log does not
 * come, is given up and stopped. The job costs one instance of INSTANCE_TYPE for the minutes it runs.
 */
import { randomBytes } from 'node:crypto';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { DescribeProcessingJobResponse, SageMakerClient } from '@aws-sdk/client-sagemaker';
import pRetry, { AbortError } from 'p-retry';
import { CallFailed, failureInWords } from '../../infra/snapshot/call-failed';
import { isTransient } from '../../infra/snapshot/clients';
import { OutOfTime } from '../../infra/snapshot/retry';
import { jobResults, type JobResult } from './processing-job-frames';
import { CONTAINER_SLACK_MS, createJob, maxRuntimeSeconds, stopJob } from './processing-job-creation';
import type { JobScript } from './processing-job-payload';
import { jobLogLines } from './processing-job-log';
import type { JobPlace } from './processing-job-vantage';
import { TransportError, type Delivered } from './transport';

export interface JobBounds {
  /** From the job's creation until SageMaker says that it runs or has ended: an instance, two addresses, the image. */
  readonly startTimeoutMs: number;
  /** After the job's end, until CloudWatch Logs has all that it printed. */
  readonly logTimeoutMs: number;
  /** Between two looks; it grows to `slowestPollMs`. */
  readonly firstPollMs: number;
  readonly slowestPollMs: number;
}

/** Minutes are usual for the start (facts: aws.md 5.13; MEMORY). */
export const JOB_BOUNDS: JobBounds = {
  startTimeoutMs: 900_000,
  logTimeoutMs: 120_000,
  firstPollMs: 200,
  slowestPollMs: 10_000,
};

export interface JobClients {
  readonly sagemaker: SageMakerClient;
  readonly logs: CloudWatchLogsClient;
}

export interface AskedScript extends JobScript {
  readonly resolve: (delivered: Delivered) => void;
  readonly reject: (error: TransportError) => void;
}

export interface JobRun {
  readonly clients: JobClients;
  readonly name: string;
  readonly runId: string;
  readonly place: JobPlace;
  readonly imageUri: string;
  readonly asked: readonly AskedScript[];
  readonly bounds: JobBounds;
  readonly signal: AbortSignal;
}

/** Settles every asked script. Never rejects; stops the job unless SageMaker has said that it has ended. */
export async function runJob(run: JobRun): Promise<void> {
  const progress: Progress = { calls: 0, open: new Set(run.asked.keys()), endedAtMs: null, status: null };
  const nonce = randomBytes(16).toString('hex');
  try {
    await createJob(run.clients.sagemaker, {
      ...run,
      scripts: run.asked,
      nonce,
      onAttempt: () => (progress.calls += 1),
    });
  } catch (error) {
    // It may be there all the same: the answer can be what was lost.
    await stopJob(run.clients.sagemaker, run.name);
    return rejectAll(run, progress, failureInWords(new CallFailed('sagemaker:CreateProcessingJob', error)));
  }
  const failure = await untilSettled(run, nonce, progress).then(
    () => null,
    (error: unknown) => messageOf(error),
  );
  // Also where all has been heard: the container may still be ending.
  if (progress.endedAtMs === null) await stopJob(run.clients.sagemaker, run.name);
  if (failure !== null) rejectAll(run, progress, failure);
}

interface Progress {
  calls: number;
  /** Places of scripts that nobody has heard of yet. */
  readonly open: Set<number>;
  /** By the verifier's clock: when SageMaker was first seen to say that the job has ended. */
  endedAtMs: number | null;
  status: string | null;
}

function rejectAll({ asked, name }: JobRun, { open }: Progress, because: string): void {
  for (const index of open)
    asked[index]?.reject(new TransportError(`the processing job ${name}: ${because}`));
  open.clear();
}

class NotSettled extends Error {}

async function untilSettled(run: JobRun, nonce: string, progress: Progress): Promise<void> {
  const { bounds, signal, asked } = run;
  const sinceMs = Date.now();
  const longestMs =
    bounds.startTimeoutMs + maxRuntimeSeconds(asked) * 1000 + bounds.logTimeoutMs + CONTAINER_SLACK_MS;
  try {
    await pRetry(() => look(run, { nonce, progress, sinceMs }), {
      retries: Infinity,
      maxRetryTime: longestMs,
      minTimeout: bounds.firstPollMs,
      maxTimeout: bounds.slowestPollMs,
      factor: 1.3,
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw new Error('was given up: the run ended', { cause: error });
    if (error instanceof NotSettled) {
      const why = error.message === '' ? `it is ${progress.status}` : `at the end ${error.message}`;
      throw new Error(`was not finished within ${Math.round(longestMs / 1000)} s: ${why}`, {
        cause: error,
      });
    }
    throw error;
  }
}

interface Look {
  readonly nonce: string;
  readonly progress: Progress;
  readonly sinceMs: number;
}

/** One look at job and log. Throws NotSettled while there is a reason to look again. */
async function look(run: JobRun, { nonce, progress, sinceMs }: Look): Promise<void> {
  const { clients, name, asked, bounds, signal } = run;
  // The job first: what had been printed when it ended is then in the log, or on its way there.
  const job = await transient('sagemaker:DescribeProcessingJob', async () => describeJob(run, progress));
  const lines = await transient('logs:FilterLogEvents', async () => {
    progress.calls += 1;
    return jobLogLines(clients.logs, { jobName: name, createdAt: job.CreationTime, signal });
  });
  settle(run, progress, jobResults(lines, { nonce, count: asked.length }));
  const status = job.ProcessingJobStatus ?? 'no status';
  progress.status = status;
  if (['Completed', 'Failed', 'Stopped'].includes(status)) progress.endedAtMs ??= Date.now();
  if (progress.open.size === 0) return;
  if (progress.endedAtMs !== null) {
    const failure = status === 'Completed' ? null : failureOf(job);
    // A job that failed has no more to say than what is there; its words are wanted soon.
    const patienceMs = failure === null ? bounds.logTimeoutMs : bounds.logTimeoutMs / 4;
    if (Date.now() - progress.endedAtMs < patienceMs) throw new NotSettled();
    rejectUnheard(run, progress, { failure, results: jobResults(lines, { nonce, count: asked.length }) });
    return;
  }
  if (job.ProcessingStartTime === undefined && Date.now() - sinceMs > bounds.startTimeoutMs)
    throw new AbortError(`it did not start within ${Math.round(bounds.startTimeoutMs / 1000)} s (${status})`);
  throw new NotSettled();
}

async function describeJob(
  { clients, name, signal }: JobRun,
  progress: Progress,
): Promise<DescribeProcessingJobResponse> {
  const {
    DescribeProcessingJobCommand,
  }: typeof import('@aws-sdk/client-sagemaker') = require('@aws-sdk/client-sagemaker');
  progress.calls += 1;
  return clients.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: name }), {
    abortSignal: signal,
  });
}

/** A busy or unreachable service is asked again at the next look; a refusal is final. */
async function transient<T>(operation: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const words = failureInWords(new CallFailed(operation, error));
    if (isTransient(error) || error instanceof OutOfTime) throw new NotSettled(words);
    throw new AbortError(words);
  }
}

function settle({ asked, name }: JobRun, progress: Progress, results: readonly JobResult[]): void {
  for (const index of progress.open) {
    const result = results[index];
    if (result?.status !== 'whole') continue;
    progress.open.delete(index);
    if (result.cut)
      asked[index]?.reject(
        new TransportError(`the processing job ${name}: the output of a script was cut at 64 KB`),
      );
    else
      asked[index]?.resolve({
        output: result.output,
        deliveryAttempts: progress.calls,
        host: `processing-job:${name}${result.address === null ? '' : ` at ${result.address}`}`,
      });
  }
}

interface Unheard {
  readonly failure: string | null;
  readonly results: readonly JobResult[];
}

function rejectUnheard({ asked, name }: JobRun, { open }: Progress, { failure, results }: Unheard): void {
  for (const index of open) {
    const because = failure ?? lostOf(results[index]);
    asked[index]?.reject(new TransportError(`the processing job ${name}: ${because}`));
  }
  open.clear();
}

function lostOf(result: JobResult | undefined): string {
  if (result?.status === 'damaged') return `the result of a script is damaged: ${result.because}`;
  return result?.status === 'partial' && result.of > 0
    ? `the result of a script came in part, ${result.have} of ${result.of} frames`
    : 'it ended and the result of a script never came to CloudWatch Logs; may its role write there?';
}

/** SageMaker's reason (no capacity, no free address, no image, the container's own end), bounded: it may hold a log. */
function failureOf({
  ProcessingJobStatus: status,
  FailureReason: reason,
  ExitMessage: exit,
}: DescribeProcessingJobResponse): string {
  if (status === 'Stopped') return 'it was stopped, by somebody or at its bound';
  const words = [reason, exit].filter((text) => text !== undefined && text !== '').join('; ');
  return `it failed: ${words.slice(0, 500) || 'SageMaker gave no reason'}`;
}

const messageOf = (error: unknown): string =>
  error instanceof Error
    ? error.name === 'Error'
      ? error.message
      : `${error.name}: ${error.message}`
    : String(error);
