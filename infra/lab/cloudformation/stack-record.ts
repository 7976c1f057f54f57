/** What the engine keeps of a stack beside what DescribeStacks shows: enough to change it and to delete it. */
import type { ResourceStatus, Stack, StackStatus } from '@aws-sdk/client-cloudformation';
import type { LabApi, LabContext } from '../aws-api/handler';
import { newId, type StoredStack } from '../state';
import type { ParameterValue } from './parameters';
import type { NestedStacks, Tag } from './resources/provider';
import { uuid } from './resources/storage';
import type { Surroundings } from './scope';
import type { DeletionPolicy, Template } from './template';
import type { Json, ValueObject } from './values';

export interface DeployedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, Json>>;
  /** Resolved: what the resource was created with. */
  readonly properties: ValueObject;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: DeletionPolicy;
}

/** The stack as it is deployed, or is to be. */
export interface StackDefinition {
  readonly templateBody: string;
  readonly template: Template;
  /** Where the template lies, for the relative TemplateURLs in it; null for one that came as text. */
  readonly templateUrl: string | null;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly tags: readonly Tag[];
}

export interface StackRecord {
  readonly stackId: string;
  readonly stackName: string;
  readonly parentId: string | null;
  definition: StackDefinition;
  /** In the order of creation. */
  resources: Map<string, DeployedResource>;
  /** Names of other stacks' exports that this one uses. */
  imports: Set<string>;
}

export interface Engine {
  readonly context: LabContext;
  readonly api: LabApi;
  /** The text of a nested stack's template. */
  readonly nestedTemplate: (url: string) => string;
  readonly records: Map<string, StackRecord>;
  readonly nestedStacks: (parent: StackRecord) => NestedStacks;
}

export function surroundingsOf({ context: { state } }: Engine): Surroundings {
  const { account, region, partition, availabilityZones } = state;
  return { account, region, partition, availabilityZones };
}

export interface NewStack {
  readonly stackName: string;
  readonly parent: StackRecord | null;
  readonly definition: StackDefinition;
  readonly status: StackStatus;
  readonly capabilities?: Stack['Capabilities'];
  readonly disableRollback?: boolean;
}

/** The id that the next stack of that name gets. */
export function newStackId({ context: { state } }: Engine, stackName: string): string {
  const unique = uuid(newId(state, 'stack') + newId(state, 'stack'));
  return `arn:${state.partition}:cloudformation:${state.region}:${state.account}:stack/${stackName}/${unique}`;
}

/** Enters a stack without resources into the account. */
export function enterStack(engine: Engine, stackId: string, made: NewStack): StackRecord {
  const { state, now } = engine.context;
  const { stackName, parent, definition, status, capabilities, disableRollback = false } = made;
  const rootId = parent === null ? undefined : (storedStack(engine, parent).stack.RootId ?? parent.stackId);
  const stack: Stack = {
    StackId: stackId,
    StackName: stackName,
    CreationTime: now(),
    StackStatus: status,
    DisableRollback: disableRollback,
    NotificationARNs: [],
    Capabilities: capabilities ?? [],
    EnableTerminationProtection: false,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    ...(parent === null ? {} : { ParentId: parent.stackId, RootId: rootId }),
  };
  const record: StackRecord = {
    stackId,
    stackName,
    parentId: parent?.stackId ?? null,
    definition,
    resources: new Map(),
    imports: new Set(),
  };
  state.stacks.set(stackId, {
    stack,
    templateBody: definition.templateBody,
    resources: new Map(),
    events: [],
  });
  engine.records.set(stackId, record);
  showDefinition(engine, record, definition);
  return record;
}

export function storedStack(
  { context: { state } }: Engine,
  { stackId }: Pick<StackRecord, 'stackId'>,
): StoredStack {
  const stored = state.stacks.get(stackId);
  if (stored === undefined) throw new Error(`${stackId} is not in the lab's state`);
  return stored;
}

/** Makes a definition the stack's own, in the engine's record and in what the API shows. */
export function showDefinition(engine: Engine, record: StackRecord, definition: StackDefinition): void {
  record.definition = definition;
  const stored = storedStack(engine, record);
  const { template, parameters, tags } = definition;
  stored.stack.Description = template.description ?? undefined;
  stored.stack.Tags = tags.map(({ Key, Value }) => ({ Key, Value }));
  stored.stack.Parameters = [...parameters].map(([ParameterKey, { text, resolvedText, noEcho }]) => ({
    ParameterKey,
    ParameterValue: noEcho ? '****' : text,
    ...(resolvedText === null ? {} : { ResolvedValue: resolvedText }),
  }));
  engine.context.state.stacks.set(record.stackId, { ...stored, templateBody: definition.templateBody });
}

/** Sets the stack's status and records it as an event of its own. */
export function setStackStatus(
  engine: Engine,
  record: StackRecord,
  status: StackStatus,
  reason?: string,
): void {
  const { stack } = storedStack(engine, record);
  const { now } = engine.context;
  stack.StackStatus = status;
  stack.StackStatusReason = reason;
  if (status.startsWith('UPDATE')) stack.LastUpdatedTime = now();
  if (status === 'DELETE_COMPLETE') stack.DeletionTime = now();
  addEvent(engine, record, {
    logicalId: record.stackName,
    physicalId: record.stackId,
    type: 'AWS::CloudFormation::Stack',
    status: resourceStatus(status),
    reason,
  });
}

/** A stack's own events have the stack's status; the SDK's type of them is narrower. */
function resourceStatus(status: StackStatus): ResourceStatus {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- AWS returns stack statuses here as well
  return status as string as ResourceStatus;
}

export interface ResourceEvent {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
  readonly reason?: string | undefined;
  readonly properties?: ValueObject | undefined;
}

/** Records an event of a resource, and the resource's state as DescribeStackResources shows it. */
export function setResourceStatus(engine: Engine, record: StackRecord, event: ResourceEvent): void {
  addEvent(engine, record, event);
  storedStack(engine, record).resources.set(event.logicalId, {
    StackId: record.stackId,
    StackName: record.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId === '' ? undefined : event.physicalId,
    ResourceType: event.type,
    Timestamp: engine.context.now(),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  });
}

function addEvent(engine: Engine, record: StackRecord, event: ResourceEvent): void {
  const { state, now } = engine.context;
  storedStack(engine, record).events.push({
    StackId: record.stackId,
    StackName: record.stackName,
    EventId: newId(state, event.logicalId),
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: now(),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ...(event.properties === undefined ? {} : { ResourceProperties: JSON.stringify(event.properties) }),
  });
}
