/** CloudFormation's API: creating, changing, deleting and describing stacks. Each is complete when its call answers. */
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListExportsCommand,
  ListImportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  type Stack,
  type StackResource,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { type Handler, on } from '../aws-api/handler';
import {
  existingStack,
  findStack,
  page,
  refuseExisting,
  requestedDefinition,
  validated,
  validationError,
} from './api-requests';
import { deleteStack } from './delete';
import { createResources } from './deploy';
import { resolvedOutputs, usersOf } from './outputs';
import type { StackDefinition } from './stack-record';
import { sameJson } from './resources/provider';
import {
  type Engine,
  enterStack,
  newStackId,
  setStackStatus,
  type StackRecord,
  storedStack,
} from './stack-record';
import { requiredCapability } from './stack-request';
import { deployedScope } from './stack-scope';
import { updateStack } from './update';
import { changesNothing, planUpdate, type UpdatePlan } from './update-plan';

export function stackHandlers(engine: Engine): Handler[] {
  return [...changing(engine), ...describing(engine), ...listing(engine)];
}

function changing(engine: Engine): Handler[] {
  return [
    on('cloudformation', CreateStackCommand, async (input) => {
      refuseExisting(findStack(engine, input.StackName));
      const definition = await requestedDefinition(engine, input, null);
      const stackName = input.StackName ?? '';
      const stackId = newStackId(engine, stackName);
      const disableRollback = input.DisableRollback === true || input.OnFailure === 'DO_NOTHING';
      const record = enterStack(engine, stackId, {
        stackName,
        parent: null,
        definition,
        status: 'CREATE_IN_PROGRESS',
        capabilities: input.Capabilities,
        disableRollback,
      });
      storedStack(engine, record).stack.EnableTerminationProtection =
        input.EnableTerminationProtection ?? false;
      await createResources(engine, record, disableRollback ? 'DO_NOTHING' : (input.OnFailure ?? 'ROLLBACK'));
      return { StackId: stackId };
    }),
    on('cloudformation', UpdateStackCommand, async (input) => {
      const record = existingStack(engine, input.StackName);
      requireUpdatable(engine, record);
      const definition = await requestedDefinition(engine, input, record);
      if ((await updatePlan(engine, record, definition)) === null)
        throw validationError('No updates are to be performed.');
      await updateStack(engine, record, definition);
      return { StackId: record.stackId };
    }),
    on('cloudformation', DeleteStackCommand, async (input) => {
      const record = findStack(engine, input.StackName);
      // Deleting a stack that is not there succeeds (CloudFormation API reference, DeleteStack).
      if (record === null || statusOf(engine, record) === 'DELETE_COMPLETE') return {};
      refuseBusy(engine, record, 'deleted');
      const { stack } = storedStack(engine, record);
      if (stack.EnableTerminationProtection === true)
        throw validationError(
          `Stack [${record.stackName}] cannot be deleted while TerminationProtection is enabled`,
        );
      const retain = input.RetainResources ?? [];
      if (retain.length > 0 && stack.StackStatus !== 'DELETE_FAILED')
        throw validationError('RetainResources can only be given for a stack whose deletion has failed');
      await deleteStack(engine, record, { retain });
      return {};
    }),
    on('cloudformation', UpdateTerminationProtectionCommand, ({ StackName, EnableTerminationProtection }) => {
      const record = existingStack(engine, StackName);
      storedStack(engine, record).stack.EnableTerminationProtection = EnableTerminationProtection;
      return { StackId: record.stackId };
    }),
  ];
}

export function statusOf(engine: Engine, record: StackRecord): string {
  return storedStack(engine, record).stack.StackStatus ?? '';
}

function refuseBusy(engine: Engine, record: StackRecord, what: string): void {
  const status = statusOf(engine, record);
  if (status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS')
    throw validationError(`Stack:${record.stackId} is in ${status} state and can not be ${what}.`);
}

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

export function requireUpdatable(engine: Engine, record: StackRecord): void {
  const status = statusOf(engine, record);
  if (!UPDATABLE.includes(status))
    throw validationError(`Stack:${record.stackId} is in ${status} state and can not be updated.`);
}

/** What an update would do, or null when it would do nothing. */
export async function updatePlan(
  engine: Engine,
  record: StackRecord,
  definition: StackDefinition,
): Promise<UpdatePlan | null> {
  if (!sameJson(record.definition.tags, definition.tags))
    throw validationError("The lab's CloudFormation does not change the tags of a stack; create it anew.");
  const plan = await validated(() => planUpdate(engine, record, definition));
  return changesNothing(plan) && sameOutputs(engine, record, definition) ? null : plan;
}

function sameOutputs(engine: Engine, record: StackRecord, definition: StackDefinition): boolean {
  const resource = (logicalId: string) => record.resources.get(logicalId);
  const imports = new Set(record.imports);
  const outputs = resolvedOutputs(deployedScope(engine, record, { definition, resource }));
  record.imports = imports;
  return sameJson(outputs, storedStack(engine, record).stack.Outputs ?? []);
}

/** Executes a change set of a new stack: it was entered when the change set was made. */
export async function createReviewed(
  engine: Engine,
  record: StackRecord,
  disableRollback: boolean,
): Promise<void> {
  await createResources(engine, record, disableRollback ? 'DO_NOTHING' : 'ROLLBACK');
}

/** Enters a stack that waits for its change set to be executed. */
export function enterReviewed(engine: Engine, stackName: string, definition: StackDefinition): StackRecord {
  const record = enterStack(engine, newStackId(engine, stackName), {
    stackName,
    parent: null,
    definition,
    status: 'REVIEW_IN_PROGRESS',
    capabilities: capabilitiesOf(definition),
  });
  setStackStatus(engine, record, 'REVIEW_IN_PROGRESS', 'User Initiated');
  return record;
}

function capabilitiesOf({ template }: StackDefinition): Stack['Capabilities'] {
  const { capability } = requiredCapability(template);
  return capability === null ? [] : [capability];
}

function describing(engine: Engine): Handler[] {
  return [
    on('cloudformation', DescribeStacksCommand, ({ StackName, NextToken }) => {
      if (StackName !== undefined)
        return { Stacks: [storedStack(engine, existingStack(engine, StackName)).stack] };
      const stacks = [...engine.records.values()]
        .map((record) => storedStack(engine, record).stack)
        .filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
      const { items, ...rest } = page(engine, stacks.toReversed(), NextToken);
      return { Stacks: items, ...rest };
    }),
    on('cloudformation', DescribeStackEventsCommand, ({ StackName, NextToken }) => {
      const { events } = storedStack(engine, existingStack(engine, StackName));
      const { items, ...rest } = page(engine, events.toReversed(), NextToken);
      return { StackEvents: items, ...rest };
    }),
    on(
      'cloudformation',
      DescribeStackResourcesCommand,
      ({ StackName, LogicalResourceId, PhysicalResourceId }) => {
        const record =
          StackName === undefined ? stackWith(engine, PhysicalResourceId) : existingStack(engine, StackName);
        const resources = [...storedStack(engine, record).resources.values()].filter(
          (resource) => LogicalResourceId === undefined || resource.LogicalResourceId === LogicalResourceId,
        );
        return { StackResources: resources };
      },
    ),
    on('cloudformation', DescribeStackResourceCommand, ({ StackName, LogicalResourceId }) => {
      const record = existingStack(engine, StackName);
      const resource = storedStack(engine, record).resources.get(LogicalResourceId ?? '');
      if (resource === undefined)
        throw validationError(`Resource ${LogicalResourceId} does not exist for stack ${record.stackName}`);
      const { Timestamp: LastUpdatedTimestamp, ...detail } = resource;
      return { StackResourceDetail: { ...detail, LastUpdatedTimestamp } };
    }),
  ];
}

function stackWith(engine: Engine, physicalId: string | undefined): StackRecord {
  const found = [...engine.records.values()].find((record) =>
    [...record.resources.values()].some((resource) => resource.physicalId === physicalId),
  );
  if (found === undefined) throw validationError(`Stack for ${physicalId} does not exist`);
  return found;
}

function listing(engine: Engine): Handler[] {
  const { state } = engine.context;
  return [
    on('cloudformation', ListStackResourcesCommand, ({ StackName, NextToken }) => {
      const resources = [...storedStack(engine, existingStack(engine, StackName)).resources.values()].map(
        summaryOf,
      );
      const { items, ...rest } = page(engine, resources, NextToken);
      return { StackResourceSummaries: items, ...rest };
    }),
    on('cloudformation', ListStacksCommand, ({ StackStatusFilter, NextToken }) => {
      const stacks = [...engine.records.values()]
        .map((record) => storedStack(engine, record).stack)
        .filter(
          ({ StackStatus }) =>
            StackStatus !== undefined && (StackStatusFilter ?? [StackStatus]).includes(StackStatus),
        )
        .map(
          ({
            StackId,
            StackName,
            CreationTime,
            DeletionTime,
            LastUpdatedTime,
            StackStatus,
            StackStatusReason,
            ParentId,
            RootId,
          }) => ({
            StackId,
            StackName,
            CreationTime,
            DeletionTime,
            LastUpdatedTime,
            StackStatus,
            StackStatusReason,
            ParentId,
            RootId,
          }),
        );
      const { items, ...rest } = page(engine, stacks.toReversed(), NextToken);
      return { StackSummaries: items, ...rest };
    }),
    on('cloudformation', ListExportsCommand, ({ NextToken }) => {
      const exports = [...state.exports].map(([Name, { exportingStackId, value }]) => ({
        Name,
        ExportingStackId: exportingStackId,
        Value: value,
      }));
      const { items, ...rest } = page(engine, exports, NextToken);
      return { Exports: items, ...rest };
    }),
    on('cloudformation', ListImportsCommand, ({ ExportName = '', NextToken }) => {
      const users = usersOf(engine, ExportName);
      if (users.length === 0) throw validationError(`Export '${ExportName}' is not imported by any stack.`);
      const { items, ...rest } = page(engine, users, NextToken);
      return { Imports: items, ...rest };
    }),
  ];
}

function summaryOf(resource: StackResource) {
  const {
    LogicalResourceId,
    PhysicalResourceId,
    ResourceType,
    Timestamp,
    ResourceStatus,
    ResourceStatusReason,
  } = resource;
  return {
    LogicalResourceId,
    PhysicalResourceId,
    ResourceType,
    LastUpdatedTimestamp: Timestamp,
    ResourceStatus,
    ResourceStatusReason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' as const },
  };
}
