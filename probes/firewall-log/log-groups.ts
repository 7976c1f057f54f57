/** Where a VPC's firewalls write their records, as the snapshot says. */
import { NotKnown, sectionValue, type Snapshot } from '../../infra/snapshot/snapshot';

export type FirewallLog =
  | { readonly status: 'readable'; readonly logGroupNames: readonly string[] }
  | { readonly status: 'not-readable'; readonly because: string };

/** The CloudWatch log groups of a type. Other destinations cannot be read by this version and are named. */
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
  const groups = destinations
    .filter((destination) => destination.LogDestinationType === 'CloudWatchLogs')
    .map((destination) => destination.LogDestination?.['logGroup'] ?? '');
  const named = [...new Set(groups.filter((name) => name !== ''))];
  if (named.length > 0) return { status: 'readable', logGroupNames: named };
  return { status: 'not-readable', because: notReadable(destinations, type) };
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
    kind === 'CloudWatchLogs' ? 'a CloudWatch log group that AWS did not name' : kind,
  );
  return `the firewall's ${word} go to ${[...new Set(others)].join(', ')}, which this version cannot read; send them to CloudWatch Logs too`;
}
