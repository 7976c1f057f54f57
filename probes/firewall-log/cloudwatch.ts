/** The firewall's records from CloudWatch Logs: FilterLogEvents over all pages, by the events' own time. */
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import pRetry from 'p-retry';
import { isTransient, logsClient, type AwsConnection } from '../../infra/snapshot/clients';
import type { FirewallRecord } from '../probe';
import { firewallRecord } from './record';

export interface FetchedRecords {
  readonly records: readonly FirewallRecord[];
  /** Events that hold no record this program understands. */
  readonly unparsed: number;
}

export interface FirewallLogSource {
  /** Every record of the named groups whose event time is at or after `sinceMs`. */
  fetch(sinceMs: number): Promise<FetchedRecords>;
  close(): void;
}

// A busy firewall writes far less than this in one run; more means that the time range is wrong.
const MAX_PAGES = 2000;

export async function cloudWatchSource(
  connection: AwsConnection,
  logGroupNames: readonly string[],
): Promise<FirewallLogSource> {
  const client = await logsClient(connection);
  return {
    fetch: async (sinceMs) => {
      const groups = await Promise.all(logGroupNames.map((name) => eventsOf(client, name, sinceMs)));
      const parsed = groups.flat().map(firewallRecord);
      const records = parsed.filter((record) => record !== null);
      return { records, unparsed: parsed.length - records.length };
    },
    close: () => client.destroy(),
  };
}

async function eventsOf(client: CloudWatchLogsClient, logGroupName: string, sinceMs: number) {
  const { FilterLogEventsCommand } =
    require('@aws-sdk/client-cloudwatch-logs') as typeof import('@aws-sdk/client-cloudwatch-logs');
  const events: { message: string; ingestionTime: number | null }[] = [];
  let nextToken: string | undefined;
  // A page may be empty and still have a successor; only a missing token ends the log.
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const command = new FilterLogEventsCommand({
      logGroupName,
      startTime: sinceMs,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const answer = await pRetry(async () => client.send(command), {
      retries: 5,
      minTimeout: 200,
      maxTimeout: 5000,
      shouldRetry: ({ error }) => isTransient(error),
    });
    for (const { message, ingestionTime } of answer.events ?? []) {
      if (message !== undefined) events.push({ message, ingestionTime: ingestionTime ?? null });
    }
    nextToken = answer.nextToken;
    if (nextToken === undefined) return events;
  }
  throw new Error(`${logGroupName} has more than ${MAX_PAGES} pages since the probes began`);
}
