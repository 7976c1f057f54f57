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
  const groups = alerts.flatMap((alert) =>
    alert.LogDestinationType === 'CloudWatchLogs' ? [alert.LogDestination?.['logGroup'] ?? ''] : [],
  );
  const named = [...new Set(groups.filter((name) => name !== ''))];
  if (named.length > 0) return { status: 'readable', logGroupNames: named };
  const others = alerts.map((alert) => alert.LogDestinationType ?? 'a destination without a type');
  return {
    status: 'not-readable',
    because:
      others.length === 0
        ? 'The firewall has no ALERT logging, so no block can be found in its log.'
        : `The firewall's alerts go to ${others.join(', ')}, which this version cannot read.`,
  };
}
