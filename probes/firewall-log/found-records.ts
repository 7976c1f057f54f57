/** What was found of the firewall's records among what lies where they are kept. */
import type { FirewallRecord } from '../probe';
import { contradictsItself, firewallRecord, type LogEvent } from './record';

export interface LogRange {
  /** Of the events' own time, in milliseconds since the epoch, both included. Late records are filed under it too. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly signal: AbortSignal;
}

export interface FetchedRecords {
  readonly records: readonly FirewallRecord[];
  /** Lines of the firewall's that hold no record this program understands. */
  readonly unparsed: number;
  /** Records that say something twice and differently. */
  readonly contradictory: number;
  /** Records of other firewalls, and lines of others altogether: a log group may be shared. */
  readonly foreign: number;
  /** Objects of the firewall's own, by name, of which nothing could be understood. */
  readonly garbled: readonly string[];
}

export interface FirewallLogSource {
  /** Every record of the range that has been delivered by now. */
  fetch(range: LogRange): Promise<FetchedRecords>;
  close(): void;
}

/** A log event, with the stream that it lies in; null where nobody else writes. */
export interface FiledEvent extends LogEvent {
  readonly stream: string | null;
}

/**
 * The records of these firewalls among the events; of every firewall with null, where their names were not read. What
 * cannot be read counts as the firewall's own unless its stream, or the lack of an envelope, shows that it is another's.
 */
export function recordsOf(
  events: readonly FiledEvent[],
  firewallNames: ReadonlySet<string> | null,
): FetchedRecords {
  const records: FirewallRecord[] = [];
  const counts = { unparsed: 0, contradictory: 0, foreign: 0 };
  for (const event of events) {
    const record = firewallRecord(event);
    if (record === null) counts[unreadAs(event, firewallNames)] += 1;
    else if (firewallNames === null || firewallNames.has(record.firewallName)) records.push(record);
    else counts.foreign += 1;
  }
  return { records, ...counts, garbled: [] };
}

function unreadAs(
  event: FiledEvent,
  firewallNames: ReadonlySet<string> | null,
): 'unparsed' | 'contradictory' | 'foreign' {
  const { stream, message } = event;
  const owner = stream === null ? null : streamOwner(stream);
  if (owner !== null && firewallNames !== null && !firewallNames.has(owner)) return 'foreign';
  if (contradictsItself(message)) return 'contradictory';
  return stream === null || owner !== null || message.includes('"firewall_name"') ? 'unparsed' : 'foreign';
}

/** The firewall whose stream it is, as AWS names them (aws.md 3.13, REPORT); null for a stream of another form. */
const streamOwner = (stream: string): string | null =>
  /^\/aws\/network-firewall\/[a-z]+\/(.+)_\d{4}-\d\d-\d\d-\d\d$/.exec(stream)?.[1] ?? null;

/** What was found by several sources together. */
export function foundTogether(found: readonly FetchedRecords[]): FetchedRecords {
  const sum = (of: (one: FetchedRecords) => number): number =>
    found.reduce((total, one) => total + of(one), 0);
  return {
    records: found.flatMap(({ records }) => records),
    unparsed: sum(({ unparsed }) => unparsed),
    contradictory: sum(({ contradictory }) => contradictory),
    foreign: sum(({ foreign }) => foreign),
    garbled: found.flatMap(({ garbled }) => garbled),
  };
}
