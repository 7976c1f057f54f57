/**
 * The way of a firewall's log record into CloudWatch Logs: the engine's EVE record in AWS's envelope, in the log
 * group that the firewall's logging configuration names, under the event's own time, readable after a delay.
 *
 * Sources: Network Firewall developer guide, firewall-logging-contents (envelope; event_timestamp is text),
 * firewall-logging-timing (late records are filed under the time of the event). Stream names are a REPORT
 * (ministryofjustice/modernisation-platform issue 11558).
 */
import type { LogType } from '@aws-sdk/client-network-firewall';
import type { FirewallEvent } from '../../network/network';
import type { LabState } from '../../state';
import { storeLogEvent } from './log-event';

export interface Delivery {
  readonly state: LabState;
  readonly event: FirewallEvent;
  readonly now: Date;
  /** How long the record cannot be read after the delivery begins. */
  readonly delayMs: number;
}

// What AWS delivers, by the record's event_type. The engine's other records (drop, stats, …) never leave the firewall.
const LOG_TYPES: Readonly<Record<string, { readonly type: LogType; readonly stream: string }>> = {
  alert: { type: 'ALERT', stream: 'alert' },
  netflow: { type: 'FLOW', stream: 'flow' },
};

/**
 * Delivers one record and says whether it was: not when the firewall does not log this type, logs it elsewhere than
 * CloudWatch Logs, or its log group no longer exists. Throws on a record without a readable timestamp.
 */
export function deliverFirewallEvent({ state, event, now, delayMs }: Delivery): boolean {
  const { event_type: eventType, timestamp } = event.eve;
  const logType =
    typeof eventType === 'string' && Object.hasOwn(LOG_TYPES, eventType) ? LOG_TYPES[eventType] : undefined;
  const name = state.firewalls.get(event.firewallArn)?.Firewall.FirewallName;
  if (logType === undefined || name === undefined) return false;
  const configs = state.loggingConfigurations.get(event.firewallArn)?.LogDestinationConfigs ?? [];
  const group = configs.find(
    (config) => config.LogType === logType.type && config.LogDestinationType === 'CloudWatchLogs',
  )?.LogDestination?.['logGroup'];
  if (group === undefined || !state.logGroups.has(group)) return false;

  const at = eventTime(timestamp);
  const message = JSON.stringify({
    firewall_name: name,
    availability_zone: event.availabilityZone,
    event_timestamp: String(Math.floor(at.getTime() / 1000)),
    event: event.eve,
  });
  const hour = at.toISOString().slice(0, 13).replace('T', '-');
  const stream = `/aws/network-firewall/${logType.stream}/${name}_${hour}`;
  storeLogEvent(state, {
    group,
    stream,
    event: { timestamp: at.getTime(), ingestionTime: now.getTime() + delayMs, message },
  });
  return true;
}

/** EVE writes the offset without a colon (`+0000`), which `Date` does not promise to read. */
function eventTime(timestamp: unknown): Date {
  const match =
    typeof timestamp === 'string'
      ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6})([+-]\d\d):?(\d\d)$/.exec(timestamp)
      : null;
  const at = new Date(match === null ? Number.NaN : `${match[1]?.slice(0, 23)}${match[2]}:${match[3]}`);
  if (Number.isNaN(at.getTime()))
    throw new Error(`the engine's record has no readable timestamp: ${String(timestamp)}`);
  return at;
}
