/**
 * Logging configurations of firewalls.
 *
 * Source: Network Firewall API reference, UpdateLoggingConfiguration: one call adds one destination, removes one, or
 * changes the place of one; type and kind of a destination cannot be changed. That an unknown log group is refused
 * with LogDestinationPermissionException is from MEMORY.
 */
import {
  DescribeLoggingConfigurationCommand,
  type LogDestinationConfig,
  LogDestinationPermissionException,
  UpdateLoggingConfigurationCommand,
} from '@aws-sdk/client-network-firewall';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { findFirewall, invalidRequest } from './stored';

/** The key of LogDestination that says where to, by kind of destination. */
const PLACE_KEYS: Readonly<Record<string, string>> = {
  S3: 'bucketName',
  CloudWatchLogs: 'logGroup',
  KinesisDataFirehose: 'deliveryStream',
};

export function loggingConfigurationHandlers({ state }: LabContext): Handler[] {
  return [
    on('network-firewall', DescribeLoggingConfigurationCommand, (input) => {
      const { arn } = findFirewall(state, { name: input.FirewallName, arn: input.FirewallArn });
      // A firewall that does not log has a configuration without destinations.
      return {
        FirewallArn: arn,
        LoggingConfiguration: state.loggingConfigurations.get(arn) ?? { LogDestinationConfigs: [] },
        EnableMonitoringDashboard: false,
      };
    }),
    on('network-firewall', UpdateLoggingConfigurationCommand, (input) => {
      const { arn, stored } = findFirewall(state, { name: input.FirewallName, arn: input.FirewallArn });
      if (input.EnableMonitoringDashboard === true)
        throw new ApiError('NotImplemented', 'the lab has no monitoring dashboard', { status: 501 });
      const before = state.loggingConfigurations.get(arn)?.LogDestinationConfigs ?? [];
      const after = input.LoggingConfiguration?.LogDestinationConfigs ?? [];
      for (const config of after) checkDestination(state, config);
      checkOneChange(before, after);
      const configuration = { LogDestinationConfigs: after };
      if (after.length === 0) state.loggingConfigurations.delete(arn);
      else state.loggingConfigurations.set(arn, configuration);
      return {
        FirewallArn: arn,
        FirewallName: stored.Firewall.FirewallName,
        LoggingConfiguration: configuration,
        EnableMonitoringDashboard: false,
      };
    }),
  ];
}

function checkDestination(
  state: LabState,
  { LogType: type, LogDestinationType: kind, LogDestination: destination }: LogDestinationConfig,
): void {
  if (type === undefined || !['ALERT', 'FLOW', 'TLS'].includes(type))
    throw invalidRequest(`LogType ${type} is invalid`);
  const key = kind === undefined || !Object.hasOwn(PLACE_KEYS, kind) ? undefined : PLACE_KEYS[kind];
  if (key === undefined) throw invalidRequest(`LogDestinationType ${kind} is invalid`);
  const place = destination?.[key];
  if (place === undefined || place === '') throw invalidRequest(`LogDestination of ${kind} needs ${key}`);
  if (kind === 'CloudWatchLogs' && !state.logGroups.has(place))
    throw new LogDestinationPermissionException({
      $metadata: {},
      message: `The log group ${place} does not exist, or logs cannot be delivered to it`,
    });
}

/** Destinations are told apart by type and kind; what they say besides is the place. */
function checkOneChange(
  before: readonly LogDestinationConfig[],
  after: readonly LogDestinationConfig[],
): void {
  const old = byTypeAndKind(before);
  const wanted = byTypeAndKind(after);
  const added = [...wanted.keys()].filter((key) => !old.has(key));
  const removed = [...old.keys()].filter((key) => !wanted.has(key));
  const moved = [...wanted].filter(([key, place]) => old.has(key) && old.get(key) !== place);
  if (added.length + removed.length + moved.length > 1)
    throw invalidRequest(
      'A call can make only one change to the logging configuration: add, remove or change one LogDestinationConfig',
    );
}

function byTypeAndKind(configs: readonly LogDestinationConfig[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const { LogType, LogDestinationType, LogDestination } of configs) {
    const key = `${LogType} to ${LogDestinationType}`;
    if (places.has(key)) throw invalidRequest(`The logging configuration has ${key} twice`);
    places.set(
      key,
      JSON.stringify(Object.entries(LogDestination ?? {}).sort(([a], [b]) => a.localeCompare(b))),
    );
  }
  return places;
}
