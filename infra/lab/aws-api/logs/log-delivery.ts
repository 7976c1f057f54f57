/**
 * The way of a firewall's log record into CloudWatch Logs or S3: the engine's EVE record in AWS's envelope, in the log
 * group that the firewall's logging configuration names, under the event's own time, readable after a delay.
 *
 * Sources: Network Firewall developer guide, firewall-logging-contents (envelope; event_timestamp is text),
 * firewall-logging-timing (late records are filed under the time of the event). Stream names are a REPORT
 * (ministryofjustice/modernisation-platform issue 11558). In S3: the developer guide, "Amazon Simple Storage Service"; AWS gathers
 * the records of minutes in an object, the lab those of a second.
 */
import { gzipSync } from 'node:zlib';
import type { LogDestinationConfig, LogType } from '@aws-sdk/client-network-firewall';
import type { FirewallEvent } from '../../network/network';
import type { LabState } from '../../state';
import { appendObject } from '../s3/object';
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
 * Delivers one record and says whether it was: not when the firewall does not log this type, logs it to Firehose alone, or
 * its log group or bucket no longer exists. Throws on a record without a readable timestamp.
 */
export function deliverFirewallEvent({ state, event, now, delayMs }: Delivery): boolean {
  const { event_type: eventType, timestamp } = event.eve;
  const logType =
    typeof eventType === 'string' && Object.hasOwn(LOG_TYPES, eventType) ? LOG_TYPES[eventType] : undefined;
  const name = state.firewalls.get(event.firewallArn)?.Firewall.FirewallName;
  if (logType === undefined || name === undefined) return false;
  const configs = state.loggingConfigurations.get(event.firewallArn)?.LogDestinationConfigs ?? [];
  const own = configs.filter(({ LogType }) => LogType === logType.type);
  const at = eventTime(timestamp);
  const message = JSON.stringify({
    firewall_name: name,
    availability_zone: event.availabilityZone,
    event_timestamp: String(Math.floor(at.getTime() / 1000)),
    event: event.eve,
  });
  const record: LoggedRecord = { at, message, stream: logType.stream, name, now, delayMs };
  return own.map((destination) => stored(state, destination, record)).some((isStored) => isStored);
}

interface LoggedRecord {
  readonly at: Date;
  readonly message: string;
  /** `alert`, `flow`: AWS's word in names of streams and folders. */
  readonly stream: string;
  readonly name: string;
  readonly now: Date;
  readonly delayMs: number;
}

function stored(
  state: LabState,
  { LogDestinationType: kind, LogDestination: place }: LogDestinationConfig,
  { at, message, stream, name, now, delayMs }: LoggedRecord,
): boolean {
  const hour = at.toISOString().slice(0, 13);
  const visibleMs = now.getTime() + delayMs;
  if (kind === 'CloudWatchLogs') {
    const group = place?.['logGroup'];
    if (group === undefined || !state.logGroups.has(group)) return false;
    storeLogEvent(state, {
      group,
      stream: `/aws/network-firewall/${stream}/${name}_${hour.replace('T', '-')}`,
      event: { timestamp: at.getTime(), ingestionTime: visibleMs, message },
    });
    return true;
  }
  const bucket = kind === 'S3' ? state.buckets.get(place?.['bucketName'] ?? '') : undefined;
  if (bucket === undefined) return false;
  const { account, region } = state;
  const before = (place?.['prefix'] ?? '').replace(/\/+$/, '');
  const folder = `${before === '' ? '' : `${before}/`}AWSLogs/${account}/network-firewall/${stream}/${region}/${name}/`;
  const second = now.toISOString().slice(0, 19).replace(/[-:]/g, '');
  const key = `${folder}${hour.replace(/[-T]/g, '/')}/${account}_network-firewall_${stream}_${region}_${name}_${second}.log.gz`;
  appendObject(bucket, key, { content: gzipSync(`${message}\n`), visibleAt: new Date(visibleMs) });
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
