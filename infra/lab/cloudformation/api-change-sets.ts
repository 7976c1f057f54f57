/** CloudFormation's API: change sets, by which `aws cloudformation deploy` creates and updates stacks. */
import {
  ChangeSetNotFoundException,
  CreateChangeSetCommand,
  type CreateChangeSetInput,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetOutput,
  ExecuteChangeSetCommand,
  InvalidChangeSetStatusException,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { type Handler, on } from '../aws-api/handler';
import { newId } from '../state';
import {
  existingStack,
  findStack,
  page,
  refuseExisting,
  requestedDefinition,
  validationError,
} from './api-requests';
import { createReviewed, enterReviewed, requireUpdatable, statusOf, updatePlan } from './api-stacks';
import type { Engine, StackDefinition, StackRecord } from './stack-record';
import { showDefinition } from './stack-record';
import { uuid } from './resources/storage';
import { updateStack } from './update';
import { changesOf, planUpdate } from './update-plan';

interface ChangeSet {
  readonly description: DescribeChangeSetOutput & {
    readonly ChangeSetId: string;
    readonly ChangeSetName: string;
  };
  readonly record: StackRecord;
  readonly definition: StackDefinition;
  readonly disableRollback: boolean;
}

/** The reason that the AWS CLI knows a change set without changes by. */
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

export function changeSetHandlers(engine: Engine): Handler[] {
  const changeSets = new Map<string, ChangeSet>();
  const find = (name: string | undefined, stackName: string | undefined): ChangeSet => {
    const byId = changeSets.get(name ?? '');
    const stack = findStack(engine, stackName);
    const found =
      byId ??
      [...changeSets.values()].find(
        (each) => each.description.ChangeSetName === name && each.record === stack,
      );
    if (found === undefined)
      throw new ChangeSetNotFoundException({ message: `ChangeSet [${name}] does not exist`, $metadata: {} });
    return found;
  };
  return [
    on('cloudformation', CreateChangeSetCommand, async (input) => {
      const changeSet = await newChangeSet(engine, input);
      const { ChangeSetId, StackId } = changeSet.description;
      changeSets.set(ChangeSetId, changeSet);
      return { Id: ChangeSetId, StackId };
    }),
    on('cloudformation', DescribeChangeSetCommand, ({ ChangeSetName, StackName, NextToken }) => {
      const { description } = find(ChangeSetName, StackName);
      const { items, ...rest } = page(engine, description.Changes ?? [], NextToken);
      return { ...description, Changes: items, ...rest };
    }),
    on('cloudformation', ExecuteChangeSetCommand, async ({ ChangeSetName, StackName, DisableRollback }) => {
      const changeSet = find(ChangeSetName, StackName);
      const { description, record, definition } = changeSet;
      if (description.ExecutionStatus !== 'AVAILABLE') {
        const message = `ChangeSet [${description.ChangeSetId}] cannot be executed in its current status of [${description.Status}]`;
        throw new InvalidChangeSetStatusException({ message, $metadata: {} });
      }
      // All of a stack's change sets are outdated once one is executed.
      for (const [id, other] of changeSets) if (other.record === record) changeSets.delete(id);
      if (statusOf(engine, record) === 'REVIEW_IN_PROGRESS') {
        showDefinition(engine, record, definition);
        await createReviewed(engine, record, DisableRollback ?? changeSet.disableRollback);
      } else {
        requireUpdatable(engine, record);
        await updateStack(engine, record, definition);
      }
      return {};
    }),
    on('cloudformation', DeleteChangeSetCommand, ({ ChangeSetName, StackName }) => {
      changeSets.delete(find(ChangeSetName, StackName).description.ChangeSetId);
      return {};
    }),
    on('cloudformation', ListChangeSetsCommand, ({ StackName, NextToken }) => {
      const record = existingStack(engine, StackName);
      const own = [...changeSets.values()].filter((each) => each.record === record);
      const summaries = own.map(
        ({
          description: {
            ChangeSetId,
            ChangeSetName,
            StackId,
            Status,
            StatusReason,
            ExecutionStatus,
            CreationTime,
          },
        }) => ({
          ChangeSetId,
          ChangeSetName,
          StackId,
          StackName: record.stackName,
          Status,
          StatusReason,
          ExecutionStatus,
          CreationTime,
        }),
      );
      const { items, ...rest } = page(engine, summaries, NextToken);
      return { Summaries: items, ...rest };
    }),
  ];
}

async function newChangeSet(engine: Engine, input: CreateChangeSetInput): Promise<ChangeSet> {
  const { ChangeSetName = '', ChangeSetType = 'UPDATE' } = input;
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(ChangeSetName))
    throw validationError(`'${ChangeSetName}' is not a valid changeSetName`);
  if (ChangeSetType === 'IMPORT')
    throw validationError("The lab's CloudFormation does not import resources.");
  const existing = findStack(engine, input.StackName);
  const isNew = existing === null || statusOf(engine, existing) === 'REVIEW_IN_PROGRESS';
  if (ChangeSetType === 'CREATE' && !isNew) refuseExisting(existing);
  if (ChangeSetType === 'UPDATE' && existing === null)
    throw validationError(`Stack [${input.StackName}] does not exist`);
  if (existing !== null && !isNew) requireUpdatable(engine, existing);
  const definition = await requestedDefinition(engine, input, existing);
  const record = existing ?? enterReviewed(engine, input.StackName ?? '', definition);
  const plan = isNew ? planUpdate(engine, record, definition) : await updatePlan(engine, record, definition);
  const { state, now } = engine.context;
  const unique = uuid(newId(state, 'changeset') + newId(state, 'changeset'));
  const ChangeSetId = `arn:${state.partition}:cloudformation:${state.region}:${state.account}:changeSet/${ChangeSetName}/${unique}`;
  return {
    record,
    definition,
    disableRollback: input.OnStackFailure === 'DO_NOTHING',
    description: {
      ChangeSetId,
      ChangeSetName,
      StackId: record.stackId,
      StackName: record.stackName,
      Description: input.Description,
      CreationTime: now(),
      Capabilities: input.Capabilities,
      Parameters: [...definition.parameters].map(([ParameterKey, { text, noEcho }]) => ({
        ParameterKey,
        ParameterValue: noEcho ? '****' : text,
      })),
      Tags: definition.tags.map(({ Key, Value }) => ({ Key, Value })),
      ...(plan === null
        ? { Status: 'FAILED', StatusReason: NO_CHANGES, ExecutionStatus: 'UNAVAILABLE' }
        : { Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' }),
      Changes: plan === null ? [] : changesOf(record, plan),
    },
  };
}
