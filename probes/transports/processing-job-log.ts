/** The log of a processing job: FilterLogEvents over all pages of the streams that begin with its name. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { retrying, type RetryBounds } from '../../infra/snapshot/retry';

/** Of all processing jobs of an account and Region (SageMaker developer guide, logging-cloudwatch). */
const LOG_GROUP = '/aws/sagemaker/ProcessingJobs';
/** A job prints some hundred lines, and a page may be empty and still have a successor. */
const MAX_PAGES = 200;
const BOUNDS: RetryBounds = { retries: 3, firstDelayMs: 200, maxDelayMs: 2000, budgetMs: 20_000 };

/** Between SageMaker's clock, by which a job was created, and that of its container. */
const CLOCKS_MS = 600_000;

export interface JobLog {
  readonly jobName: string;
  /**
   * When SageMaker says that the job was created. The group is that of every job that the account ever had, and without a start
   * AWS looks through all of it, page by empty page (FilterLogEvents, API reference, startTime).
   */
  readonly createdAt: Date | undefined;
  readonly signal: AbortSignal;
}

/**
 * What the job has printed, as far as it has been delivered; nothing before the account's first job has made the group. Throws
 * what the SDK throws, and an Error for a log without an end.
 */
export async function jobLogLines(
  client: CloudWatchLogsClient,
  { jobName, createdAt, signal }: JobLog,
): Promise<readonly string[]> {
  const {
    FilterLogEventsCommand,
  }: typeof import('@aws-sdk/client-cloudwatch-logs') = require('@aws-sdk/client-cloudwatch-logs');
  const lines: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const command = new FilterLogEventsCommand({
      logGroupName: LOG_GROUP,
      logStreamNamePrefix: `${jobName}/`,
      ...(createdAt === undefined ? {} : { startTime: createdAt.getTime() - CLOCKS_MS }),
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    try {
      const answer = await retrying(async (abortSignal) => client.send(command, { abortSignal }), {
        bounds: BOUNDS,
        signal,
      });
      lines.push(...(answer.events ?? []).flatMap(({ message }) => message ?? []));
      nextToken = answer.nextToken;
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
      throw error;
    }
    if (nextToken === undefined) return lines;
  }
  throw new Error(`the log of ${jobName} has more than ${MAX_PAGES} pages`);
}
