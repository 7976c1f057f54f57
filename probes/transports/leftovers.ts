/**
 * What an earlier run has left in the account: a verifier that was killed can neither stop its job nor cancel its commands.
 * Both end by their own bounds, which is all that is relied on; what is found beyond its bound is ended, and said. What is
 * still within its bound may be another run's.
 */
import type { ProcessingJobSummary, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Command, CommandStatus, SSMClient } from '@aws-sdk/client-ssm';
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
}

/** Sentences about what was ended, or why it could not be looked for. Never throws. */
export async function endLeftJobs({ connection, nowMs }: LeftoversOptions): Promise<readonly string[]> {
  const client = await sagemakerClient(connection);
  try {
    const jobs = await runningJobs(client);
    const checked = await Promise.all(jobs.map(async (job) => endLeftJob(client, job, nowMs)));
    return checked.flatMap((sentence) => sentence ?? []);
  } catch (error) {
    return [`Jobs that an earlier run left could not be looked for: ${messageOf(error)}.`];
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
    const answer = await retrying((abortSignal) => client.send(command, { abortSignal }), { bounds: BOUNDS });
    return { items: answer.ProcessingJobSummaries ?? [], nextToken: answer.NextToken };
  });
}

async function endLeftJob(
  client: SageMakerClient,
  { ProcessingJobName: name = '', CreationTime: createdAt }: ProcessingJobSummary,
  nowMs: number,
): Promise<string | null> {
  if (!name.startsWith(JOB_PREFIX) || createdAt === undefined) return null;
  const {
    DescribeProcessingJobCommand,
  }: typeof import('@aws-sdk/client-sagemaker') = require('@aws-sdk/client-sagemaker');
  const job = await client.send(new DescribeProcessingJobCommand({ ProcessingJobName: name }));
  const runMs = (job.StoppingCondition?.MaxRuntimeInSeconds ?? 0) * 1000;
  if (runMs === 0 || nowMs - createdAt.getTime() <= runMs + JOB_BOUNDS.startTimeoutMs) return null;
  return (await stopJob(client, name))
    ? `The processing job ${name}, left by an earlier run, was stopped.`
    : `The processing job ${name} was left by an earlier run and could not be stopped.`;
}

/** The same for commands on one host. */
export async function cancelLeftCommands(
  instanceId: string,
  { connection, nowMs }: LeftoversOptions,
): Promise<readonly string[]> {
  const client = await ssmClient(connection);
  try {
    // One after the other: of two at once, one would go on after the other's failure.
    const pending = await openCommands(client, instanceId, 'Pending');
    const running = await openCommands(client, instanceId, 'InProgress');
    const left = [...pending, ...running].filter((command) => isLeft(command, nowMs));
    await Promise.all(left.map(async ({ CommandId }) => cancelCommand(client, CommandId)));
    return left.map(({ CommandId }) => `The command ${CommandId}, left by an earlier run, was cancelled.`);
  } catch (error) {
    return [`Commands that an earlier run left could not be looked for: ${messageOf(error)}.`];
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
    const answer = await retrying((abortSignal) => client.send(command, { abortSignal }), { bounds: BOUNDS });
    return { items: answer.Commands ?? [], nextToken: answer.NextToken };
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

async function cancelCommand(client: SSMClient, commandId: string | undefined): Promise<void> {
  const { CancelCommandCommand }: typeof import('@aws-sdk/client-ssm') = require('@aws-sdk/client-ssm');
  await client.send(new CancelCommandCommand({ CommandId: commandId }));
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

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
