/** Where a VPC's firewalls write their records, as the snapshot says. */
import {
  NotKnown,
  sectionValue,
  type LoggingConfiguration,
  type Snapshot,
} from '../../infra/snapshot/snapshot';

export type FirewallLog =
  | {
      readonly status: 'readable';
      readonly logGroupNames: readonly string[];
      /** Of firewalls that write to no log group. */
      readonly folders: readonly LogFolder[];
    }
  | { readonly status: 'not-readable'; readonly because: string };

/** Where a firewall's records of one type lie in a bucket; the hours of the day are folders below it. */
export interface LogFolder {
  readonly bucket: string;
  /** Ends with a slash. */
  readonly prefix: string;
}

/**
 * The CloudWatch log groups of a type, and the S3 folders of firewalls without one: CloudWatch Logs has a record minutes
 * earlier (aws.md 3.7). A Firehose stream cannot be read by anyone but its own destination.
 */
export function firewallLog(snapshot: Snapshot, type: 'ALERT' | 'FLOW'): FirewallLog {
  let configurations;
  try {
    configurations = sectionValue(snapshot, 'loggingConfigurations');
  } catch (error) {
    if (error instanceof NotKnown) return { status: 'not-readable', because: error.message };
    throw error;
  }
  const destinations = configurations
    .flatMap((configuration) => configuration.LoggingConfiguration?.LogDestinationConfigs ?? [])
    .filter((destination) => destination.LogType === type);
  const places = configurations.map((configuration) => placesOf(snapshot, configuration, type));
  const logGroupNames = [...new Set(places.flatMap(({ groups }) => groups))];
  const folders = places.flatMap(({ groups, folders: all }) => (groups.length > 0 ? [] : all));
  if (logGroupNames.length + folders.length > 0) return { status: 'readable', logGroupNames, folders };
  return { status: 'not-readable', because: notReadable(destinations, type) };
}

function placesOf(
  { target }: Snapshot,
  { FirewallArn: arn = '', LoggingConfiguration: configuration }: LoggingConfiguration,
  type: 'ALERT' | 'FLOW',
): { readonly groups: readonly string[]; readonly folders: readonly LogFolder[] } {
  const own = (configuration?.LogDestinationConfigs ?? []).filter(({ LogType }) => LogType === type);
  const groups = own
    .filter(({ LogDestinationType }) => LogDestinationType === 'CloudWatchLogs')
    .flatMap(({ LogDestination }) => LogDestination?.['logGroup'] || []);
  const name = arn.slice(arn.indexOf('/') + 1);
  const account = arn.split(':')[4] ?? target.account ?? '';
  const folders = own
    .filter(({ LogDestinationType }) => LogDestinationType === 'S3')
    .flatMap(({ LogDestination }): readonly LogFolder[] => {
      const bucket = LogDestination?.['bucketName'];
      const before = (LogDestination?.['prefix'] ?? '').replace(/\/+$/, '');
      const below = `AWSLogs/${account}/network-firewall/${type.toLowerCase()}/${target.region}/${name}/`;
      if (bucket === undefined || bucket === '' || name === '') return [];
      return [{ bucket, prefix: before === '' ? below : `${before}/${below}` }];
    });
  return { groups, folders };
}

function notReadable(
  destinations: readonly { readonly LogDestinationType?: string | undefined }[],
  type: 'ALERT' | 'FLOW',
): string {
  const word = type === 'ALERT' ? 'alerts' : 'flow records';
  if (destinations.length === 0)
    return type === 'ALERT'
      ? 'the firewall has no ALERT logging, so no block can be found in its log'
      : 'the firewall has no FLOW logging, so no flow can be found in its log';
  const others = destinations.map(({ LogDestinationType: kind = 'a destination of no type' }) =>
    kind === 'CloudWatchLogs' || kind === 'S3' ? `a place of ${kind} that AWS did not name` : kind,
  );
  return `the firewall's ${word} go to ${[...new Set(others)].join(', ')}, which cannot be read; send them to CloudWatch Logs or S3 as well (UpdateLoggingConfiguration)`;
}
