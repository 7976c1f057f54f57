/** Writing and filtering log events. */
import {
  FilterLogEventsCommand,
  type FilterLogEventsRequest,
  type FilteredLogEvent,
  type LogGroup,
  PutLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LabState, StoredLogEvent } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { DEFAULT_PAGE_SIZE } from '../paging';
import { parseFilterPattern } from './filter-pattern';
import { findLogGroup, invalidParameter, readableStreams } from './log-group';

// AWS ends a page when it has looked through some megabytes, whatever it found there, so that a page may be empty
// and yet have a successor. Here a page looks through this many events per item of an ordinary page.
const SCANNED_PER_ITEM = 20;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Stores an event in a stream of an existing group; the stream is made when it is not there. `ingestionTime` may lie
 * in the future: the event cannot be read before.
 */
export function storeLogEvent(
  state: LabState,
  { group, stream, event }: { group: string; stream: string; event: Omit<StoredLogEvent, 'eventId'> },
): void {
  const streams = state.logEvents.get(group);
  if (streams === undefined) throw new Error(`no log group ${group}`);
  const events = streams.get(stream) ?? [];
  // AWS's ids have 56 digits and grow; so do these, which makes them an order among events of one time.
  events.push({ ...event, eventId: String(state.nextId++).padStart(56, '0') });
  streams.set(stream, events);
}

export function logEventHandlers({ state, now, pageSize = DEFAULT_PAGE_SIZE }: LabContext): Handler[] {
  return [
    on('logs', PutLogEventsCommand, ({ logGroupName, logStreamName = '', logEvents = [] }) => {
      const { name } = findLogGroup(state, logGroupName);
      if (!state.logEvents.get(name)?.has(logStreamName))
        throw new ResourceNotFoundException({
          $metadata: {},
          message: 'The specified log stream does not exist.',
        });
      const nowMs = now().getTime();
      const times = logEvents.map(({ timestamp = 0 }) => timestamp);
      if (times.some((time, index) => time < (times[index - 1] ?? 0)))
        throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
      if (times.some((time) => time < nowMs - 14 * DAY_MS || time > nowMs + DAY_MS / 12))
        throw invalidParameter(
          'The lab takes no log events older than 14 days or more than 2 hours in the future',
        );
      for (const { timestamp = 0, message = '' } of logEvents)
        storeLogEvent(state, {
          group: name,
          stream: logStreamName,
          event: { timestamp, message, ingestionTime: nowMs },
        });
      return {};
    }),
    on('logs', FilterLogEventsCommand, (input) => {
      const { name, group } = findLogGroup(state, input.logGroupName ?? input.logGroupIdentifier);
      refuseOtherClasses(group);
      const { limit = 10_000, nextToken } = input;
      if (limit < 1 || limit > 10_000) throw invalidParameter(`limit ${limit} is not between 1 and 10000`);
      const test = parseFilterPattern(input.filterPattern);
      const candidates = candidateEvents(state, { name, input, nowMs: now().getTime() });
      const position = nextToken === undefined ? null : parseToken(nextToken);
      return scan({
        candidates: position === null ? candidates : candidates.filter((event) => isAfter(event, position)),
        test,
        limit,
        scanned: pageSize * SCANNED_PER_ITEM,
      });
    }),
  ];
}

/** Code and words: REPORT (karpenter-provider-aws, pull request 9567), for INFREQUENT_ACCESS. */
function refuseOtherClasses({ logGroupName, logGroupClass = 'STANDARD' }: LogGroup): void {
  if (logGroupClass === 'STANDARD') return;
  throw new ApiError(
    'InvalidOperationException',
    `The log group ${logGroupName} is of log-group-class ${logGroupClass}. FilterLogEvents is not supported for this log class.`,
  );
}

type Candidate = StoredLogEvent & { readonly logStreamName: string };

/** The readable events of the wanted streams and times, in order of time. */
function candidateEvents(
  state: LabState,
  { name, input, nowMs }: { name: string; input: FilterLogEventsRequest; nowMs: number },
): Candidate[] {
  const { logStreamNames, logStreamNamePrefix, startTime = 0, endTime = Infinity } = input;
  if (logStreamNames !== undefined && logStreamNamePrefix !== undefined)
    throw invalidParameter('logStreamNames and logStreamNamePrefix cannot both be given');
  const candidates: Candidate[] = [];
  for (const [logStreamName, events] of readableStreams(state, name, nowMs)) {
    if (
      !logStreamName.startsWith(logStreamNamePrefix ?? '') ||
      logStreamNames?.includes(logStreamName) === false
    )
      continue;
    for (const event of events)
      if (event.timestamp >= startTime && event.timestamp <= endTime)
        candidates.push({ ...event, logStreamName });
  }
  return candidates.sort((a, b) => (isAfter(a, b) ? 1 : -1));
}

interface Scan {
  readonly candidates: readonly Candidate[];
  readonly test: (message: string) => boolean;
  /** Events found, at most. */
  readonly limit: number;
  /** Events looked at, at most. */
  readonly scanned: number;
}

function scan({ candidates, test, limit, scanned }: Scan): {
  events: FilteredLogEvent[];
  searchedLogStreams: [];
  nextToken: string | undefined;
} {
  const events: FilteredLogEvent[] = [];
  let last: Candidate | undefined;
  for (const candidate of candidates.slice(0, scanned)) {
    if (events.length === limit) break;
    last = candidate;
    if (test(candidate.message)) events.push(candidate);
  }
  const nextToken = last === undefined || last === candidates.at(-1) ? undefined : tokenOf(last);
  return { events, searchedLogStreams: [], nextToken };
}

type Position = Pick<StoredLogEvent, 'timestamp' | 'eventId'>;

function isAfter(a: Position, b: Position): boolean {
  return a.timestamp > b.timestamp || (a.timestamp === b.timestamp && a.eventId > b.eventId);
}

// A token names an event, not a count: late events are filed before it and must not shift what follows.
function tokenOf({ timestamp, eventId }: Position): string {
  return Buffer.from(`${timestamp}/${eventId}`).toString('base64url');
}

function parseToken(token: string): Position {
  const match = /^(\d{1,16})\/(\d{56})$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  if (match?.[1] === undefined || match[2] === undefined)
    throw invalidParameter('The specified nextToken is invalid.');
  return { timestamp: Number(match[1]), eventId: match[2] };
}
