/** The firewall's records from CloudWatch Logs: FilterLogEvents over all pages, by the events' own time. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CallFailed, NotReturned } from '../../infra/snapshot/call-failed';
import { isTransient, logsClient, type AwsConnection } from '../../infra/snapshot/clients';
import { OutOfTime, retrying } from '../../infra/snapshot/retry';
import { recordsOf, type FiledEvent, type FirewallLogSource, type LogRange } from './found-records';

// A page is as small as AWS likes (aws.md 3.10), and a busy firewall fills many.
const MAX_PAGES = 10_000;
const MAX_EVENTS = 1_000_000;

export interface CloudWatchOptions {
  readonly logGroupNames: readonly string[];
  /** Whose records count, where others write into the same groups; null for everybody's. */
  readonly firewallNames: ReadonlySet<string> | null;
}

/** Reads the named log groups. A group that cannot be read fails the fetch: half a log is not the log. */
export async function cloudWatchSource(
  connection: AwsConnection,
  { logGroupNames, firewallNames }: CloudWatchOptions,
): Promise<FirewallLogSource> {
  const client = await logsClient(connection);
  // Of a fetch that one group has failed, the others are still under way, and would be asked again.
  const ended = new AbortController();
  return {
    fetch: async (asked) => {
      const range = { ...asked, signal: AbortSignal.any([asked.signal, ended.signal]) };
      const groups = await Promise.all(logGroupNames.map((name) => eventsOf(client, name, range)));
      return recordsOf(groups.flat(), firewallNames);
    },
    close: () => {
      ended.abort();
      client.destroy();
    },
  };
}

async function eventsOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  { sinceMs, untilMs, signal }: LogRange,
): Promise<readonly FiledEvent[]> {
  const {
    FilterLogEventsCommand,
  }: typeof import('@aws-sdk/client-cloudwatch-logs') = require('@aws-sdk/client-cloudwatch-logs');
  const events: FiledEvent[] = [];
  let nextToken: string | undefined;
  // A page may be empty and still have a successor (FilterLogEvents, API reference); only a missing token ends the log.
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const command = new FilterLogEventsCommand({
      logGroupName,
      startTime: sinceMs,
      endTime: untilMs,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const answer = await retrying((abortSignal) => client.send(command, { abortSignal }), { signal }).catch(
      (error: unknown) => {
        throw new CallFailed('logs:FilterLogEvents', ofGroup(error, logGroupName));
      },
    );
    // A list that is not there is not an empty one.
    if (answer.events === undefined)
      throw new CallFailed(
        'logs:FilterLogEvents',
        new NotReturned(`AWS did not return events of ${logGroupName}`),
      );
    for (const { message, ingestionTime, logStreamName } of answer.events) {
      if (message === undefined) continue;
      events.push({ message, ingestionTime: ingestionTime ?? null, stream: logStreamName ?? null });
    }
    if (events.length > MAX_EVENTS)
      throw new Error(`${logGroupName} has more than ${MAX_EVENTS} events since the probes began`);
    if (answer.nextToken === undefined) return events;
    if (answer.nextToken === nextToken)
      throw new Error(`${logGroupName} answers the same page for ever: its token leads to itself`);
    nextToken = answer.nextToken;
  }
  throw new Error(`${logGroupName} has more than ${MAX_PAGES} pages since the probes began`);
}

/** What refuses a whole class of log groups (REPORT: aws/karpenter-provider-aws pull request 9567); the class of a group stays. */
const WRONG_CLASS = 'InvalidOperationException';

/** A final refusal with the group's name, which AWS's own words need not have; its kind stays. */
function ofGroup(error: unknown, logGroupName: string): unknown {
  if (!(error instanceof Error) || isTransient(error) || error instanceof OutOfTime) return error;
  const remedy =
    error.name === WRONG_CLASS ? '; send the records to a log group of the class STANDARD instead' : '';
  const named = new Error(`log group ${logGroupName}: ${error.message}${remedy}`, { cause: error });
  named.name = error.name;
  return named;
}
