/**
 * What an earlier run has left in the account: a verifier that was killed can neither stop its job nor cancel its commands.
 * Both end by their own bounds, which is all that is relied on; what is found beyond its bound is ended, and said. What is
 * still within its bound may be another run's.
 */
import type { ProcessingJobSummary, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Command, CommandStatus, SSMClient } from '@aws-sdk/client-ssm';
import { CallFailed, failureInWords, NotReturned } from '../../infra/snapshot/call-failed';
import { sagemakerClient, ssmClient, type AwsConnection } from '../../infra/snapshot/clients';
import { retrying, type RetryBounds } from '../../infra/snapshot/retry';
import { JOB_PREFIX } from './processing-job';
import { stopJob } from './processing-job-creation';
import { JOB_BOUNDS } from './processing-job-run';
import { COMMENT } from './ssm';

const BOUNDS: RetryBounds = { retries: 2, firstDelayMs: 200, maxDelayMs: 1000, budgetMs: 15_000 };
const MAX_PAGES = 10;

export interface LeftoversOptions {
  readonly connection: AwsConnection;
  readonly nowMs: number;
  /** Told, before anything is ended, what that is; and afterwards what could not be. */
  readonly onAnnounce: (text: string) => void;
}

/** Stops jobs that an earlier run left. Never throws: what cannot be looked for or stopped is said. */
export async function endLeftJobs(options: LeftoversOptions): Promise<void> {
  const client = await sagemakerClient(options.connection);
  try {
    const jobs = await runningJobs(client);
    await Promise.all(jobs.map(async (job) => endLeftJob(client, job, options)));
  } catch (error) {
    options.onAnnounce(`Jobs that an earlier run left could not be looked for: ${inWords(error)}.`);
  } finally {
    client.destroy();
  }
}

async function runningJobs(client: SageMakerClient): Promise<readonly ProcessingJobSummary[]> {
  const {
    ListProcessingJobsCommand,
  }: typeof import('@aws-sdk/client-sagemaker') = require('@aws-sdk/client-sagemaker');
  return allPages(async (NextToken) => {
    const command = new ListProcessingJobsCommand({
      NameContains: JOB_PREFIX,
      StatusEquals: 'InProgress',
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    const answer = await asked('sagemaker:ListProcessingJobs', async (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    const items = returned('sagemaker:ListProcessingJobs', answer.ProcessingJobSummaries);
    return { items, nextToken: answer.NextToken };
  });
}

async function endLeftJob(
  client: SageMakerClient,
  { ProcessingJobName: name = '', CreationTime: createdAt }: ProcessingJobSummary,
  { nowMs, onAnnounce }: LeftoversOptions,
): Promise<void> {
  if (!name.startsWith(JOB_PREFIX) || createdAt === undefined) return;
  const {
    DescribeProcessingJobCommand,
  }: typeof import('@aws-sdk/client-sagemaker') = require('@aws-sdk/client-sagemaker');
  const command = new DescribeProcessingJobCommand({ ProcessingJobName: name });
  const job = await asked('sagemaker:DescribeProcessingJob', async (abortSignal) =>
    client.send(command, { abortSignal }),
  );
  const runMs = (job.StoppingCondition?.MaxRuntimeInSeconds ?? 0) * 1000;
  if (runMs === 0 || nowMs - createdAt.getTime() <= runMs + JOB_BOUNDS.startTimeoutMs) return;
  onAnnounce(`Stopping the processing job ${name}, which an earlier run left.`);
  if (!(await stopJob(client, name))) onAnnounce(`The processing job ${name} could not be stopped.`);
}

/** The same for commands on one host. */
export async function cancelLeftCommands(
  instanceId: string,
  { connection, nowMs, onAnnounce }: LeftoversOptions,
): Promise<void> {
  const client = await ssmClient(connection);
  try {
    // One after the other: of two at once, one would go on after the other's failure.
    const pending = await openCommands(client, instanceId, 'Pending');
    const running = await openCommands(client, instanceId, 'InProgress');
    const left = [...pending, ...running].filter((command) => isLeft(command, nowMs));
    for (const { CommandId } of left)
      onAnnounce(`Cancelling the command ${CommandId}, which an earlier run left on ${instanceId}.`);
    await Promise.all(left.map(async ({ CommandId }) => cancelCommand(client, CommandId, onAnnounce)));
  } catch (error) {
    onAnnounce(`Commands that an earlier run left could not be looked for: ${inWords(error)}.`);
  } finally {
    client.destroy();
  }
}

async function openCommands(
  client: SSMClient,
  instanceId: string,
  status: CommandStatus,
): Promise<readonly Command[]> {
  const { ListCommandsCommand }: typeof import('@aws-sdk/client-ssm') = require('@aws-sdk/client-ssm');
  return allPages(async (NextToken) => {
    const command = new ListCommandsCommand({
      InstanceId: instanceId,
      Filters: [{ key: 'Status', value: status }],
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    const answer = await asked('ssm:ListCommands', async (abortSignal) =>
      client.send(command, { abortSignal }),
    );
    return { items: returned('ssm:ListCommands', answer.Commands), nextToken: answer.NextToken };
  });
}

/** Beyond delivery and execution, which SSM bounds one after the other (aws.md 5.6). */
function isLeft(
  { Comment, RequestedDateTime: sentAt, TimeoutSeconds = 0, Parameters: parameters }: Command,
  nowMs: number,
): boolean {
  const seconds = Number(parameters?.['executionTimeout']?.[0]);
  if (Comment !== COMMENT || sentAt === undefined || !Number.isFinite(seconds)) return false;
  return nowMs - sentAt.getTime() > (TimeoutSeconds + seconds) * 1000;
}

async function cancelCommand(
  client: SSMClient,
  commandId: string | undefined,
  onAnnounce: LeftoversOptions['onAnnounce'],
): Promise<void> {
  const { CancelCommandCommand }: typeof import('@aws-sdk/client-ssm') = require('@aws-sdk/client-ssm');
  const command = new CancelCommandCommand({ CommandId: commandId });
  await asked('ssm:CancelCommand', async (abortSignal) => client.send(command, { abortSignal })).catch(
    (error: unknown) => onAnnounce(`The command ${commandId} could not be cancelled: ${inWords(error)}.`),
  );
}

/** Throws {@link CallFailed}. */
async function asked<T>(operation: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return retrying(ask, { bounds: BOUNDS }).catch((error: unknown) => {
    throw new CallFailed(operation, error);
  });
}

/** A list that is not there is not an empty one. */
function returned<T>(operation: string, list: readonly T[] | undefined): readonly T[] {
  if (list === undefined) throw new CallFailed(operation, new NotReturned('AWS did not return the list'));
  return list;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken: string | undefined;
}

async function allPages<T>(read: (nextToken: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, nextToken } = await read(token);
    found.push(...items);
    if (nextToken === undefined) return found;
    token = nextToken;
  }
  return found;
}

const inWords = (error: unknown): string =>
  error instanceof CallFailed ? failureInWords(error) : String(error);
