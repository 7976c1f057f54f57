/** Every place that the firewall's records of one type lie in, as one source. */
import type { AwsConnection } from '../../infra/snapshot/clients';
import { cloudWatchSource } from './cloudwatch';
import { foundTogether, type FirewallLogSource } from './found-records';
import type { FirewallLog } from './log-groups';
import { s3Source } from './s3-objects';

/** A place that cannot be read fails the fetch: half a log is not the log. */
export async function logSource(
  connection: AwsConnection,
  { logGroupNames, folders, firewallNames }: Extract<FirewallLog, { status: 'readable' }>,
): Promise<FirewallLogSource> {
  const sources = await Promise.all([
    ...(logGroupNames.length > 0 ? [cloudWatchSource(connection, { logGroupNames, firewallNames })] : []),
    ...(folders.length > 0 ? [s3Source(connection, folders)] : []),
  ]);
  return {
    fetch: async (range) =>
      foundTogether(await Promise.all(sources.map(async (source) => source.fetch(range)))),
    close: () => sources.forEach((source) => source.close()),
  };
}
