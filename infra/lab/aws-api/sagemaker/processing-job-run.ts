/**
 * How a processing job of the lab goes from InProgress to its end. Its container is a host in the first of its subnets, behind
 * a network interface that carries the job's security groups; what it prints arrives in the account's CloudWatch Logs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DescribeProcessingJobResponse } from '@aws-sdk/client-sagemaker';
import type { LabState, StoredProcessingJob } from '../../state';
import type { HostCommandResult } from '../../vantage';
import type { LabContext } from '../handler';
import { storeLogEvent } from '../logs/log-event';
import type { CheckedJob } from './processing-job-request';

/** Of all processing jobs of an account (SageMaker developer guide, logging-cloudwatch). */
export const PROCESSING_LOG_GROUP = '/aws/sagemaker/ProcessingJobs';
/** Until the network has raised the container's host, which follows the call. */
const HOST_TIMEOUT_MS = 30_000;
const HOST_POLL_MS = 20;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/** Runs the job's container and records how it went. Never rejects: a host that is lost is SageMaker's own failure. */
export async function runProcessingJob(
  context: LabContext,
  job: StoredProcessingJob,
  { command, maxRuntimeMs }: CheckedJob,
): Promise<void> {
  const { state, now } = context;
  try {
    const isUp = await hostUp(context, job);
    if (!isUp) throw new Error('the network has not raised its host');
    record(job, { ProcessingStartTime: now() });
    const result = await context.hosts()?.run(job.hostId, {
      script: `exec ${command.map(shellQuoted).join(' ')}\n`,
      timeoutMs: maxRuntimeMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      signal: job.stopping.signal,
    });
    if (result === undefined) throw new Error('the network is gone');
    print(context, job, result);
    record(job, { ...ended(job, result), ProcessingEndTime: now() });
  } catch (error) {
    const status = job.stopping.signal.aborted ? 'Stopped' : 'Failed';
    const reason = status === 'Failed' ? { FailureReason: `InternalServerError: ${String(error)}` } : {};
    record(job, { ProcessingJobStatus: status, ...reason, ProcessingEndTime: now() });
  }
  state.networkInterfaces.delete(job.hostId);
}

function record(job: StoredProcessingJob, change: Partial<DescribeProcessingJobResponse>): void {
  job.description = { ...job.description, ...change };
}

async function hostUp({ hosts }: LabContext, { hostId, stopping }: StoredProcessingJob): Promise<boolean> {
  const deadline = Date.now() + HOST_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (hosts()?.reachable().includes(hostId) === true) return true;
    await sleep(HOST_POLL_MS, undefined, { signal: stopping.signal });
  }
  return false;
}

/** A job that was stopped, or ran into its bound, is Stopped; the exit code decides about the others. */
function ended(
  { stopping }: StoredProcessingJob,
  { exitCode, stderr }: HostCommandResult,
): Partial<DescribeProcessingJobResponse> {
  if (stopping.signal.aborted || exitCode === null) return { ProcessingJobStatus: 'Stopped' };
  if (exitCode === 0) return { ProcessingJobStatus: 'Completed' };
  return {
    ProcessingJobStatus: 'Failed',
    FailureReason: `AlgorithmError: See job logs for more information; the container ended with exit code ${exitCode}`,
    ExitMessage: stderr.slice(-256),
  };
}

function print(
  { state, now }: LabContext,
  { description: { ProcessingJobName: name }, startedAtMs }: StoredProcessingJob,
  { stdout, stderr }: HostCommandResult,
): void {
  makeLogGroup(state, now());
  const at = now().getTime();
  for (const message of `${stdout}\n${stderr}`.split('\n')) {
    if (message === '') continue;
    // The stream's name: MEMORY.
    storeLogEvent(state, {
      group: PROCESSING_LOG_GROUP,
      stream: `${name}/algo-1-${Math.floor(startedAtMs / 1000)}`,
      event: { timestamp: at, ingestionTime: at, message },
    });
  }
}

/** The account's first job makes the group (MEMORY). */
function makeLogGroup(state: LabState, now: Date): void {
  if (state.logGroups.has(PROCESSING_LOG_GROUP)) return;
  const logGroupArn = `arn:${state.partition}:logs:${state.region}:${state.account}:log-group:${PROCESSING_LOG_GROUP}`;
  state.logGroups.set(PROCESSING_LOG_GROUP, {
    logGroupName: PROCESSING_LOG_GROUP,
    logGroupArn,
    arn: `${logGroupArn}:*`,
    creationTime: now.getTime(),
    metricFilterCount: 0,
    storedBytes: 0,
    logGroupClass: 'STANDARD',
  });
  state.logEvents.set(PROCESSING_LOG_GROUP, new Map());
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
