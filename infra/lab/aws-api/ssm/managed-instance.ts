/** Managed instances: hosts with an SSM Agent. Their PingStatus says whether the lab's network can reach them now. */
import {
  AddTagsToResourceCommand,
  DescribeInstanceInformationCommand,
  InvalidFilterKey,
  InvalidInstanceId,
  InvalidNextToken,
  InvalidResourceId,
  InvalidResourceType,
  ListTagsForResourceCommand,
  type DescribeInstanceInformationRequest,
  type InstanceInformation,
} from '@aws-sdk/client-ssm';
import type { LabState, StoredManagedInstance } from '../../state';
import { ApiError, on, type Handler, type LabContext } from '../handler';
import { paginate } from '../paging';

export function managedInstanceHandlers(context: LabContext): Handler[] {
  const { state, pageSize } = context;
  return [
    on('ssm', DescribeInstanceInformationCommand, (input) => {
      const filters = filtersOf(input);
      const wanted = [...state.managedInstances.values()]
        .filter((instance) => filters.every((filter) => matches(context, instance, filter)))
        .map((instance) => currentInformation(context, instance));
      const { items, nextToken } = paginate(wanted, {
        token: input.NextToken,
        limit: input.MaxResults,
        pageSize,
        invalidToken: invalidNextToken,
      });
      return { InstanceInformationList: items, NextToken: nextToken };
    }),
    on('ssm', ListTagsForResourceCommand, ({ ResourceType, ResourceId }) => {
      const instance = taggedInstance(state, ResourceType, ResourceId);
      return { TagList: [...instance.tags].map(([Key, Value]) => ({ Key, Value })) };
    }),
    on('ssm', AddTagsToResourceCommand, ({ ResourceType, ResourceId, Tags }) => {
      const instance = taggedInstance(state, ResourceType, ResourceId);
      for (const { Key, Value } of Tags ?? []) instance.tags.set(Key ?? '', Value ?? '');
      return {};
    }),
  ];
}

export function invalidNextToken(message: string): InvalidNextToken {
  return new InvalidNextToken({ message, Message: message, $metadata: {} });
}

/** Whether a command can be delivered to the host now: registered with SSM, and raised in the lab's network. */
export function isReachable({ state, hosts }: LabContext, instanceId: string): boolean {
  return state.managedInstances.has(instanceId) && (hosts()?.reachable().includes(instanceId) ?? false);
}

/** Tags of a host: an EC2 instance's are EC2's, those of other hosts (`mi-…`) are SSM's own. */
export function tagsOf(state: LabState, instance: StoredManagedInstance): ReadonlyMap<string, string> {
  const tags = state.instances.get(instance.information.InstanceId ?? '')?.Tags;
  return tags === undefined ? instance.tags : new Map(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

/** A host that stopped pinging keeps its record with `ConnectionLost` (SSM API reference, PingStatus; aws.md 5.5). */
function currentInformation(
  context: LabContext,
  { information }: StoredManagedInstance,
): InstanceInformation {
  if (!isReachable(context, information.InstanceId ?? ''))
    return { ...information, PingStatus: 'ConnectionLost' };
  return { ...information, PingStatus: 'Online', LastPingDateTime: context.now() };
}

interface Filter {
  readonly key: string;
  readonly values: readonly string[];
}

/** The two forms in which the operation takes filters; they cannot be mixed (API reference). */
function filtersOf({
  Filters,
  InstanceInformationFilterList,
  MaxResults,
}: DescribeInstanceInformationRequest): Filter[] {
  if (MaxResults !== undefined && (MaxResults < 5 || MaxResults > 50))
    throw new ApiError(
      'ValidationException',
      `1 validation error detected: Value '${MaxResults}' at 'maxResults' failed to satisfy constraint: Member must have value between 5 and 50`,
    );
  if (Filters !== undefined && InstanceInformationFilterList !== undefined)
    throw new ApiError(
      'ValidationException',
      'Filters and InstanceInformationFilterList cannot be used together',
    );
  return [
    ...(Filters ?? []).map(({ Key, Values }) => ({ key: Key ?? '', values: Values ?? [] })),
    ...(InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
      key: key ?? '',
      values: valueSet ?? [],
    })),
  ];
}

function matches(context: LabContext, instance: StoredManagedInstance, { key, values }: Filter): boolean {
  const information = currentInformation(context, instance);
  const tags = tagsOf(context.state, instance);
  if (key.startsWith('tag:')) return values.includes(tags.get(key.slice('tag:'.length)) ?? '');
  if (key === 'tag-key') return values.some((value) => tags.has(value));
  if (key === 'InstanceIds') {
    values.forEach(checkInstanceId);
    return values.includes(information.InstanceId ?? '');
  }
  const members: Readonly<Record<string, string | undefined>> = {
    AgentVersion: information.AgentVersion,
    IamRole: information.IamRole,
    PingStatus: information.PingStatus,
    PlatformTypes: information.PlatformType,
    ResourceType: information.ResourceType,
    SourceIds: information.SourceId,
    SourceTypes: information.SourceType,
  };
  if (!Object.hasOwn(members, key))
    throw new InvalidFilterKey({ message: `The filter key ${key} is not valid`, $metadata: {} });
  return values.includes(members[key] ?? '');
}

function checkInstanceId(instanceId: string): void {
  if (/^(i|mi)-[0-9a-f]{8,17}$/.test(instanceId)) return;
  const message = `The instance ID ${instanceId} is not valid`;
  throw new InvalidInstanceId({ message, Message: message, $metadata: {} });
}

/** SSM tags only hosts that are not EC2 instances; the others are tagged by EC2 (AddTagsToResource, API reference). */
function taggedInstance(
  state: LabState,
  resourceType: string | undefined,
  resourceId: string | undefined,
): StoredManagedInstance {
  if (resourceType !== 'ManagedInstance')
    throw new InvalidResourceType({
      message: `${resourceType} is not a type the lab keeps tags for`,
      $metadata: {},
    });
  const instance = state.managedInstances.get(resourceId ?? '');
  if (instance === undefined || !resourceId?.startsWith('mi-'))
    throw new InvalidResourceId({ message: `${resourceId} is not a managed instance`, $metadata: {} });
  return instance;
}
