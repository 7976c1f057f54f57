/** Log groups and their streams. */
import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DisassociateKmsKeyCommand,
  InvalidParameterException,
  type LogGroup,
  type LogStream,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LabState, StoredLogEvent } from '../../state';
import { type Handler, type LabContext, on } from '../handler';
import { paginate } from '../paging';

// CloudWatch Logs API reference, PutRetentionPolicy.
const RETENTION_DAYS = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

export function invalidParameter(message: string): InvalidParameterException {
  return new InvalidParameterException({ $metadata: {}, message });
}

/** The group by its name or its ARN (with or without `:*`); throws ResourceNotFoundException. */
export function findLogGroup(
  state: LabState,
  identifier: string | undefined,
): { readonly name: string; readonly group: LogGroup } {
  if (identifier === undefined)
    throw invalidParameter('Exactly one of logGroupName and logGroupIdentifier is required');
  const name = identifier.startsWith('arn:')
    ? identifier.replace(/:\*$/, '').split(':log-group:')[1]
    : identifier;
  const group = name === undefined ? undefined : state.logGroups.get(name);
  if (name === undefined || group === undefined)
    throw new ResourceNotFoundException({
      $metadata: {},
      message: 'The specified log group does not exist.',
    });
  return { name, group };
}

/** The events of a group's streams that can be read at this time, by stream name; a stream that is not there yet is left out. */
export function readableStreams(
  state: LabState,
  groupName: string,
  nowMs: number,
): Map<string, StoredLogEvent[]> {
  const streams = new Map<string, StoredLogEvent[]>();
  for (const [name, events] of state.logEvents.get(groupName) ?? []) {
    const readable = events.filter((event) => event.ingestionTime <= nowMs);
    if (readable.length > 0 || events.length === 0) streams.set(name, readable);
  }
  return streams;
}

export function logGroupHandlers({ state, now, pageSize }: LabContext): Handler[] {
  return [
    on('logs', CreateLogGroupCommand, ({ logGroupName = '', kmsKeyId, logGroupClass = 'STANDARD' }) => {
      if (!/^[\w.\-/#]{1,512}$/.test(logGroupName))
        throw invalidParameter(`Invalid log group name ${logGroupName}`);
      if (state.logGroups.has(logGroupName))
        throw new ResourceAlreadyExistsException({
          $metadata: {},
          message: 'The specified log group already exists',
        });
      const logGroupArn = `arn:${state.partition}:logs:${state.region}:${state.account}:log-group:${logGroupName}`;
      const key = kmsKeyId === undefined ? {} : { kmsKeyId };
      state.logGroups.set(logGroupName, {
        logGroupName,
        logGroupArn,
        arn: `${logGroupArn}:*`,
        creationTime: now().getTime(),
        metricFilterCount: 0,
        storedBytes: 0,
        logGroupClass,
        ...key,
      });
      state.logEvents.set(logGroupName, new Map());
      return {};
    }),
    on('logs', DeleteLogGroupCommand, ({ logGroupName }) => {
      const { name } = findLogGroup(state, logGroupName);
      state.logGroups.delete(name);
      state.logEvents.delete(name);
      return {};
    }),
    on('logs', PutRetentionPolicyCommand, ({ logGroupName, retentionInDays }) => {
      const { name, group } = findLogGroup(state, logGroupName);
      if (retentionInDays === undefined || !RETENTION_DAYS.has(retentionInDays))
        throw invalidParameter(
          `Invalid retention value ${retentionInDays}: one of ${[...RETENTION_DAYS].join(', ')} days`,
        );
      state.logGroups.set(name, { ...group, retentionInDays });
      return {};
    }),
    on('logs', DeleteRetentionPolicyCommand, ({ logGroupName }) => {
      const { name, group } = findLogGroup(state, logGroupName);
      const { retentionInDays: _, ...kept } = group;
      state.logGroups.set(name, kept);
      return {};
    }),
    on('logs', AssociateKmsKeyCommand, ({ logGroupName, kmsKeyId }) => {
      const { name, group } = findLogGroup(state, logGroupName);
      state.logGroups.set(name, { ...group, kmsKeyId });
      return {};
    }),
    on('logs', DisassociateKmsKeyCommand, ({ logGroupName }) => {
      const { name, group } = findLogGroup(state, logGroupName);
      const { kmsKeyId: _, ...kept } = group;
      state.logGroups.set(name, kept);
      return {};
    }),
    on('logs', DescribeLogGroupsCommand, (input) => {
      const {
        logGroupNamePrefix: prefix,
        logGroupNamePattern: pattern,
        logGroupIdentifiers: identifiers,
      } = input;
      if ([prefix, pattern, identifiers].filter((given) => given !== undefined).length > 1)
        throw invalidParameter(
          'Only one of logGroupNamePrefix, logGroupNamePattern and logGroupIdentifiers can be given',
        );
      const wanted =
        identifiers === undefined
          ? null
          : new Set(identifiers.map((identifier) => identifier.replace(/:\*$/, '')));
      const groups = [...state.logGroups.values()].filter(
        ({ logGroupName = '', logGroupArn = '' }) =>
          logGroupName.startsWith(prefix ?? '') &&
          logGroupName.toLowerCase().includes((pattern ?? '').toLowerCase()) &&
          (wanted === null || wanted.has(logGroupName) || wanted.has(logGroupArn)),
      );
      const sorted = groups.sort((a, b) => (a.logGroupName ?? '').localeCompare(b.logGroupName ?? ''));
      const page = paginate(sorted, {
        token: input.nextToken,
        limit: input.limit,
        pageSize,
        invalidToken: () => invalidParameter('The specified nextToken is invalid.'),
      });
      return { logGroups: page.items, nextToken: page.nextToken };
    }),
    on('logs', CreateLogStreamCommand, ({ logGroupName, logStreamName = '' }) => {
      const { name } = findLogGroup(state, logGroupName);
      if (!/^[^:*]{1,512}$/.test(logStreamName))
        throw invalidParameter(`Invalid log stream name ${logStreamName}`);
      const streams = state.logEvents.get(name);
      if (streams?.has(logStreamName))
        throw new ResourceAlreadyExistsException({
          $metadata: {},
          message: 'The specified log stream already exists',
        });
      streams?.set(logStreamName, []);
      return {};
    }),
    on('logs', DescribeLogStreamsCommand, (input) => {
      const { name, group } = findLogGroup(state, input.logGroupName ?? input.logGroupIdentifier);
      const streams = [...readableStreams(state, name, now().getTime())]
        .filter(([stream]) => stream.startsWith(input.logStreamNamePrefix ?? ''))
        .map(([stream, events]) => describeStream({ name: stream, events, group }));
      const page = paginate(sortStreams(streams, input), {
        token: input.nextToken,
        limit: input.limit,
        pageSize,
        invalidToken: () => invalidParameter('The specified nextToken is invalid.'),
      });
      return { logStreams: page.items, nextToken: page.nextToken };
    }),
  ];
}

function describeStream({
  name,
  events,
  group,
}: {
  name: string;
  events: readonly StoredLogEvent[];
  group: LogGroup;
}): LogStream {
  const times = events.map((event) => event.timestamp);
  const ingestions = events.map((event) => event.ingestionTime);
  const filled =
    events.length === 0
      ? {}
      : {
          firstEventTimestamp: Math.min(...times),
          lastEventTimestamp: Math.max(...times),
          lastIngestionTime: Math.max(...ingestions),
        };
  // A stream begins with its first event; an empty one was made by hand, at a time the account does not keep.
  const creationTime = events.length === 0 ? group.creationTime : Math.min(...ingestions);
  return {
    logStreamName: name,
    arn: `${group.logGroupArn}:log-stream:${name}`,
    creationTime,
    storedBytes: 0,
    ...filled,
  };
}

function sortStreams(
  streams: readonly LogStream[],
  { orderBy, descending }: { orderBy?: string | undefined; descending?: boolean | undefined },
): LogStream[] {
  const sorted = [...streams].sort((a, b) =>
    orderBy === 'LastEventTime'
      ? (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0)
      : (a.logStreamName ?? '').localeCompare(b.logStreamName ?? ''),
  );
  return descending === true ? sorted.reverse() : sorted;
}
