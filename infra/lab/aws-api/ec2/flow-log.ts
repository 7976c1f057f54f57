/** VPC flow logs, as configuration: the lab's network does not write any records. */
import {
  CreateFlowLogsCommand,
  type CreateFlowLogsRequest,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
  type FlowLog,
  type FlowLogsResourceType,
  type UnsuccessfulItem,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described } from './filters';
import { chosen, existing, given, stored } from './ids';
import { invalidValue, unmodelled } from './parameters';
import { specifiedTags } from './tags';

/** AWS's default format, version 2 (VPC user guide, flow-log-records). */
const defaultFormat = [
  'version',
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
]
  .map((field) => `\${${field}}`)
  .join(' ');

/** Seconds; AWS knows these two intervals. */
const aggregationIntervalsS: readonly number[] = [60, 600];

function requireResource(state: LabState, type: FlowLogsResourceType, id: string): void {
  switch (type) {
    case 'VPC':
      existing(state.vpcs, 'vpc', id, 'resourceId');
      return;
    case 'Subnet':
      existing(state.subnets, 'subnet', id, 'resourceId');
      return;
    case 'NetworkInterface':
      existing(state.networkInterfaces, 'networkInterface', id, 'resourceId');
      return;
    default:
      throw invalidValue(type, 'resourceType', 'The lab has flow logs of VPC, Subnet and NetworkInterface.');
  }
}

type Destination = Pick<
  FlowLog,
  'LogDestinationType' | 'LogDestination' | 'LogGroupName' | 'DeliverLogsPermissionArn'
>;

/** Where records go; a log group needs a role that may write to it (EC2 API reference, CreateFlowLogs). */
function destinationOf(state: LabState, request: CreateFlowLogsRequest): Destination {
  const {
    LogDestinationType = 'cloud-watch-logs',
    LogDestination,
    LogGroupName,
    DeliverLogsPermissionArn,
  } = request;
  if (LogDestinationType !== 'cloud-watch-logs') {
    return { LogDestinationType, LogDestination: given(LogDestination, 'logDestination') };
  }
  const group = /^arn:[a-z-]+:logs:[a-z0-9-]+:\d{12}:log-group:([^:*]+)(:\*)?$/.exec(
    LogDestination ?? '',
  )?.[1];
  if (LogGroupName !== undefined && LogDestination !== undefined) {
    throw new ApiError(
      'InvalidParameter',
      'Please only provide LogGroupName or only provide LogDestination.',
    );
  }
  if (LogDestination !== undefined && group === undefined) {
    throw new ApiError(
      'InvalidParameter',
      `LogDestination: ${LogDestination} is not the ARN of a log group.`,
    );
  }
  const name = given(LogGroupName ?? group, 'logGroupName');
  return {
    LogDestinationType,
    LogGroupName: name,
    LogDestination:
      LogDestination ?? `arn:${state.partition}:logs:${state.region}:${state.account}:log-group:${name}`,
    DeliverLogsPermissionArn: given(DeliverLogsPermissionArn, 'deliverLogsPermissionArn'),
  };
}

function sameLog(a: FlowLog, b: FlowLog): boolean {
  return (
    a.ResourceId === b.ResourceId && a.TrafficType === b.TrafficType && a.LogDestination === b.LogDestination
  );
}

function create({ state, now }: LabContext, request: CreateFlowLogsRequest) {
  unmodelled(request, ['DeliverCrossAccountRole', 'TagFieldSpecifications']);
  const interval = request.MaxAggregationInterval ?? 600;
  if (!aggregationIntervalsS.includes(interval))
    throw invalidValue(String(interval), 'maxAggregationInterval', 'Give 60 or 600 (seconds).');
  const shared = {
    ...destinationOf(state, request),
    TrafficType: given(request.TrafficType, 'trafficType'),
    LogFormat: request.LogFormat ?? defaultFormat,
    MaxAggregationInterval: interval,
    FlowLogStatus: 'ACTIVE',
    DeliverLogsStatus: 'SUCCESS',
  };
  const tags = specifiedTags(request.TagSpecifications, 'vpc-flow-log');
  const FlowLogIds: string[] = [];
  const Unsuccessful: UnsuccessfulItem[] = [];
  for (const resourceId of given(request.ResourceIds, 'resourceId')) {
    requireResource(state, given(request.ResourceType, 'resourceType'), resourceId);
    const log: FlowLog = {
      ...shared,
      ResourceId: resourceId,
      CreationTime: now(),
      Tags: tags.map((tag) => ({ ...tag })),
    };
    if ([...state.flowLogs.values()].some((other) => sameLog(other, log))) {
      const Error = {
        Code: 'FlowLogAlreadyExists',
        Message: 'There is an existing Flow Log with the same configuration and log destination.',
      };
      Unsuccessful.push({ ResourceId: resourceId, Error });
      continue;
    }
    log.FlowLogId = newId(state, 'fl');
    state.flowLogs.set(log.FlowLogId, log);
    FlowLogIds.push(log.FlowLogId);
  }
  return { FlowLogIds, Unsuccessful, ClientToken: request.ClientToken };
}

/** CreateFlowLogs, DeleteFlowLogs, DescribeFlowLogs. */
export function flowLogHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateFlowLogsCommand, (request) => create(context, request)),
    on('ec2', DeleteFlowLogsCommand, ({ FlowLogIds }) => {
      for (const log of chosen(state.flowLogs, 'flowLog', given(FlowLogIds, 'flowLogId'))) {
        state.flowLogs.delete(stored(log.FlowLogId, 'FlowLogId'));
      }
      return { Unsuccessful: [] };
    }),
    on('ec2', DescribeFlowLogsCommand, (request) => {
      const { records, NextToken } = described(chosen(state.flowLogs, 'flowLog', request.FlowLogIds), {
        context,
        request,
        maxResults: [1, 1000],
        filters: request.Filter,
        fields: {
          'deliver-log-status': (log) => [log.DeliverLogsStatus],
          'log-destination-type': (log) => [log.LogDestinationType],
          'flow-log-id': (log) => [log.FlowLogId],
          'log-group-name': (log) => [log.LogGroupName],
          'resource-id': (log) => [log.ResourceId],
          'traffic-type': (log) => [log.TrafficType],
        },
        tags: (log) => log.Tags,
      });
      return { FlowLogs: records, NextToken };
    }),
  ];
}
