/**
 * From a CloudWatch log event to a firewall record. What is in it was written by whoever sent the packet: names and
 * sizes are bounded, types are checked, and a line that is not a record is counted, never fatal.
 *
 * Source of the shapes: AWS Network Firewall developer guide, firewall-logging-contents, and the published samples of
 * aws-samples/aws-network-firewall-egress-domain-filter and elastic/integrations (epochs as text or number, ports as
 * text, duplicate keys, `+0000` without a colon).
 */
import type { FirewallRecord } from '../probe';
import { differingMembers } from './repeated-members';

export interface LogEvent {
  readonly message: string;
  /** When it could be read: milliseconds since the epoch, or null when that was not said. */
  readonly ingestionTime: number | null;
}

const MAX_MESSAGE = 256 * 1024;
const MAX_NAME = 512;
const MAX_QUESTIONS = 16;

/** The record in a log event, or null when the event holds none, or one that contradicts itself. */
export function firewallRecord({ message, ingestionTime }: LogEvent): FirewallRecord | null {
  if (message.length > MAX_MESSAGE || contradictsItself(message)) return null;
  const envelope = objectIn(message);
  const event = envelope === null ? null : asObject(envelope['event']);
  if (envelope === null || event === null) return null;
  const at = timeOf(event['timestamp']) ?? epochOf(envelope['event_timestamp']);
  // What every record of AWS's has; without one of them it is something else.
  const firewallName = text(envelope['firewall_name']);
  const availabilityZone = text(envelope['availability_zone']);
  const sourceIp = text(event['src_ip']);
  const destinationIp = text(event['dest_ip']);
  const protocol = text(event['proto']);
  if (at === null || firewallName === null || availabilityZone === null) return null;
  if (sourceIp === null || destinationIp === null || protocol === null) return null;
  const alert = asObject(event['alert']);
  return {
    firewallName,
    availabilityZone,
    at,
    ingestedAt: ingestionTime === null ? null : isoOf(ingestionTime),
    eventType: eventTypeOf(event['event_type']),
    protocol,
    sourceIp,
    sourcePort: port(event['src_port']),
    destinationIp,
    destinationPort: port(event['dest_port']),
    flowStartedAt: timeOf(asObject(event['netflow'])?.['start']),
    action: text(alert?.['action']),
    verdict: text(asObject(event['verdict'])?.['action']),
    signature: text(alert?.['signature']),
    signatureId: whole(alert?.['signature_id']),
    sni: nameIn(asObject(event['tls'])?.['sni']),
    httpHost: hostOf(event),
    raw: message,
  };
}

/**
 * Whether a member that is read here stands in the record twice with different values. Which of them the firewall meant is
 * not known, and the client may have written one of them: such a record is no evidence of anything.
 */
export function contradictsItself(message: string): boolean {
  if (message.length > MAX_MESSAGE || objectIn(message) === null) return false;
  try {
    return differingMembers(message).some((path) =>
      READ_MEMBERS.some((read) => isWithin(read, path) || isWithin(path, read)),
    );
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/** Of the envelope, with all that is below them. */
const READ_MEMBERS: readonly string[] = [
  'firewall_name',
  'availability_zone',
  'event_timestamp',
  ...['timestamp', 'event_type', 'src_ip', 'src_port', 'dest_ip', 'dest_port', 'proto', 'dns'].map(
    (name) => `event.${name}`,
  ),
  ...['action', 'signature', 'signature_id'].map((name) => `event.alert.${name}`),
  'event.netflow.start',
  'event.verdict.action',
  'event.tls.sni',
  ...['hostname', 'url', 'request_headers'].map((name) => `event.http.${name}`),
];

const isWithin = (path: string, above: string): boolean => path === above || path.startsWith(`${above}.`);

/** What of a record can hold a nonce beside its server name: the labels of DNS questions, the segments of an HTTP path. */
export interface Carried {
  readonly labels: readonly string[];
  readonly segments: readonly string[];
}

/** The engine's versions write DNS questions as `dns.query`, `dns.queries` or `dns.rrname` (Suricata user guide, eve-json-format). */
export function carriedIn({ raw }: Pick<FirewallRecord, 'raw'>): Carried {
  const event = asObject(objectIn(raw)?.['event']);
  const dns = asObject(event?.['dns']);
  const asked = [dns?.['query'], dns?.['queries']].flatMap((list) => (Array.isArray(list) ? list : []));
  const names = [dns, ...asked.slice(0, MAX_QUESTIONS).map(asObject)].map((one) => text(one?.['rrname']));
  const url = text(asObject(event?.['http'])?.['url']);
  return {
    labels: names.flatMap((name) => name?.toLowerCase().split('.') ?? []),
    segments: url?.split(/[/?#]/) ?? [],
  };
}

/** HTTP/1 has `hostname`; HTTP/2 carries the host among its request headers. */
function hostOf(event: Record<string, unknown>): string | null {
  const http = asObject(event['http']);
  if (http === null) return null;
  const hostname = nameIn(http['hostname']);
  if (hostname !== null) return hostname;
  const headers = http['request_headers'];
  if (!Array.isArray(headers)) return nameIn(asObject(headers)?.[':authority']);
  const authority = headers.map(asObject).find((header) => header?.['name'] === ':authority');
  return nameIn(authority?.['value']);
}

function objectIn(json: string): Record<string, unknown> | null {
  try {
    return asObject(JSON.parse(json));
  } catch {
    return null;
  }
}

const asObject = (value: unknown): Record<string, unknown> | null => (isObject(value) ? value : null);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= MAX_NAME ? value : null;

/** Too long for a DNS name, it is cut, and names nobody: a record with a name must not pass for one without. */
const nameIn = (value: unknown): string | null =>
  typeof value === 'string' ? value.slice(0, MAX_NAME) : null;

const eventTypeOf = (value: unknown): FirewallRecord['eventType'] =>
  value === 'alert' || value === 'netflow' ? value : 'other';

function whole(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function port(value: unknown): number | null {
  const number = whole(value);
  return number !== null && number <= 65_535 ? number : null;
}

/** `2021-09-09T08:48:08.126655+0000` → ISO 8601 with milliseconds. */
function timeOf(value: unknown): string | null {
  const match = typeof value === 'string' ? EVE_TIME.exec(value) : null;
  if (match === null) return null;
  const zone = match[3] === 'Z' ? 'Z' : `${match[4]}:${match[5]}`;
  return isoOf(Date.parse(`${match[1]}${(match[2] ?? '').slice(0, 4)}${zone}`));
}

const EVE_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|([+-]\d\d):?(\d\d))$/;

/** Epoch seconds, as text in alert and flow records and as a number in TLS records; or milliseconds, which no date can be in seconds. */
function epochOf(value: unknown): string | null {
  const number = whole(value);
  if (number === null) return null;
  const ms = number < LEAST_MILLISECONDS ? number * 1000 : number;
  return ms > LAST_YEAR_MS ? null : isoOf(ms);
}

/** In seconds a date of the year 5138; in milliseconds one of 1973, before there was any firewall. */
const LEAST_MILLISECONDS = 1e11;
/** The end of the year 9999: beyond it no time is written in the usual form. */
const LAST_YEAR_MS = 253_402_300_799_999;

const MAX_DATE_MS = 8.64e15;

const isoOf = (ms: number): string | null =>
  Math.abs(ms) <= MAX_DATE_MS ? new Date(ms).toISOString() : null;
