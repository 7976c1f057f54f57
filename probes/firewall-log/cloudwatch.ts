/** The firewall's records from CloudWatch Logs: FilterLogEvents over all pages, by the events' own time. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { logsClient, type AwsConnection } from '../../infra/snapshot/clients';
import { retrying } from '../../infra/snapshot/retry';
import type { FirewallRecord } from '../probe';
import { firewallRecord, type LogEvent } from './record';

export interface LogRange {
  /** Of the events' own time, in milliseconds since the epoch, both included. Late records are filed under it too. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly signal: AbortSignal;
}

export interface FetchedRecords {
  readonly records: readonly FirewallRecord[];
  /** Events that hold no record this program understands. */
  readonly unparsed: number;
}

export interface FirewallLogSource {
  /** Every record of the range that has been delivered by now. */
  fetch(range: LogRange): Promise<FetchedRecords>;
  close(): void;
}

// A run lasts minutes, and a page holds 10,000 events: more pages than this means that the range is wrong.
const MAX_PAGES = 500;

/** Reads the named log groups. A group that cannot be read fails the fetch: half a log is not the log. */
export async function cloudWatchSource(
  connection: AwsConnection,
  logGroupNames: readonly string[],
): Promise<FirewallLogSource> {
  const client = await logsClient(connection);
  return {
    fetch: async (range) => {
      const groups = await Promise.all(logGroupNames.map((name) => eventsOf(client, name, range)));
      const parsed = groups.flat().map(firewallRecord);
      const records = parsed.filter((record) => record !== null);
      return { records, unparsed: parsed.length - records.length };
    },
    close: () => client.destroy(),
  };
}

async function eventsOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  { sinceMs, untilMs, signal }: LogRange,
): Promise<readonly LogEvent[]> {
  const {
    FilterLogEventsCommand,
  }: typeof import('@aws-sdk/client-cloudwatch-logs') = require('@aws-sdk/client-cloudwatch-logs');
  const events: LogEvent[] = [];
  let nextToken: string | undefined;
  // A page may be empty and still have a successor (FilterLogEvents, API reference); only a missing token ends the log.
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const command = new FilterLogEventsCommand({
      logGroupName,
      startTime: sinceMs,
      endTime: untilMs,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const answer = await retrying((abortSignal) => client.send(command, { abortSignal }), { signal });
    for (const { message, ingestionTime } of answer.events ?? []) {
      if (message !== undefined) events.push({ message, ingestionTime: ingestionTime ?? null });
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) return events;
  }
  throw new Error(`${logGroupName} has more than ${MAX_PAGES} pages since the probes began`);
}
