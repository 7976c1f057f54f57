/** Where a VPC's firewalls write their alerts, as the snapshot says. */
import { NotKnown, sectionValue, type Snapshot } from '../../infra/snapshot/snapshot';

export type AlertLog =
  | { readonly status: 'readable'; readonly logGroupNames: readonly string[] }
  | { readonly status: 'not-readable'; readonly because: string };

/** The CloudWatch log groups of type ALERT. Other destinations cannot be read by this version and are named. */
export function alertLog(snapshot: Snapshot): AlertLog {
  let configurations;
  try {
    configurations = sectionValue(snapshot, 'loggingConfigurations');
  } catch (error) {
    if (error instanceof NotKnown) return { status: 'not-readable', because: error.message };
    throw error;
  }
  const alerts = configurations
    .flatMap((configuration) => configuration.LoggingConfiguration?.LogDestinationConfigs ?? [])
    .filter((destination) => destination.LogType === 'ALERT');
  const groups = alerts
    .filter((alert) => alert.LogDestinationType === 'CloudWatchLogs')
    .map((alert) => alert.LogDestination?.['logGroup'] ?? '');
  const named = [...new Set(groups.filter((name) => name !== ''))];
  if (named.length > 0) return { status: 'readable', logGroupNames: named };
  return { status: 'not-readable', because: notReadable(alerts) };
}

function notReadable(alerts: readonly { readonly LogDestinationType?: string | undefined }[]): string {
  if (alerts.length === 0) return 'the firewall has no ALERT logging, so no block can be found in its log';
  const others = alerts.map(({ LogDestinationType: type = 'a destination of no type' }) =>
    type === 'CloudWatchLogs' ? 'a CloudWatch log group that AWS did not name' : type,
  );
  return `the firewall's alerts go to ${[...new Set(others)].join(', ')}, which this version cannot read; send them to CloudWatch Logs too`;
}
