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
      /** Whose records count where a log group is shared; null where AWS did not return whose the configurations are. */
      readonly firewallNames: ReadonlySet<string> | null;
      /** Firewalls whose records of the type go where they cannot be read, as sentences without a full stop. */
      readonly unreadable: readonly string[];
    }
  | { readonly status: 'not-readable'; readonly because: string };

/** Where a firewall's records of one type lie in a bucket; the hours of the day are folders below it. */
export interface LogFolder {
  readonly bucket: string;
  /** Ends with a slash. */
  readonly prefix: string;
  /** Whose records belong there. */
  readonly firewallName: string;
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
  if (logGroupNames.length + folders.length > 0) {
    const firewallNames = namesOf(configurations);
    const unreadable = configurations.flatMap((one, index) => elsewhere(one, places[index], type));
    return { status: 'readable', logGroupNames, folders, firewallNames, unreadable };
  }
  return { status: 'not-readable', because: notReadable(destinations, type) };
}

/** The names of the firewalls; null when one of them is not known. */
function namesOf(configurations: readonly LoggingConfiguration[]): ReadonlySet<string> | null {
  const names = configurations.map(({ FirewallArn: arn = '' }) => arn.slice(arn.indexOf('/') + 1));
  return names.includes('') ? null : new Set(names);
}

type Places = ReturnType<typeof placesOf>;

function elsewhere(
  { FirewallArn: arn = 'a firewall', LoggingConfiguration: configuration }: LoggingConfiguration,
  places: Places | undefined,
  type: 'ALERT' | 'FLOW',
): readonly string[] {
  if (places === undefined || places.groups.length + places.folders.length > 0) return [];
  const own = (configuration?.LogDestinationConfigs ?? []).filter(({ LogType }) => LogType === type);
  return own.map(
    ({ LogDestinationType: kind }) => `the ${type} records of ${arn} go to ${kind}, which cannot be read`,
  );
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
      return [{ bucket, prefix: before === '' ? below : `${before}/${below}`, firewallName: name }];
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

/** What AWS says of the time that delivery takes (aws.md 3.7: averages, no promise); null in a lab, which delivers at once. */
export function usualDelivery(snapshot: Snapshot): string | null {
  if (snapshot.target.kind === 'lab') return null;
  return needsBucket(snapshot)
    ? 'AWS delivers to S3 in 8 to 12 minutes on average'
    : 'AWS delivers in 3 to 6 minutes on average';
}

/** Network Firewall publishes its files into a bucket every five minutes (developer guide, "Amazon Simple Storage Service"). */
const BUCKET_INTERVAL_MS = 300_000;

/** How far apart an engine's records of this log come, at most; 0 where they come one by one, as from a lab. */
export function deliveryIntervalMs({ target }: Snapshot, log: FirewallLog): number {
  const isPublished = log.status === 'readable' && log.folders.length > 0;
  return target.kind !== 'lab' && isPublished ? BUCKET_INTERVAL_MS : 0;
}

/** Whether some firewall's records can be read from S3 alone. */
export function needsBucket(snapshot: Snapshot): boolean {
  const logs = (['ALERT', 'FLOW'] as const).map((type) => firewallLog(snapshot, type));
  return logs.some((log) => log.status === 'readable' && log.folders.length > 0);
}
