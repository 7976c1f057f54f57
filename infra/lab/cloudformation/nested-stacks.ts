/** AWS::CloudFormation::Stack: a stack whose parent creates, changes and deletes it. */
import { deleteStack } from './delete';
import { createResources } from './deploy';
import type { Created, NestedStackRequest, NestedStacks } from './resources/provider';
import { newId } from '../state';
import {
  type Engine,
  enterStack,
  newStackId,
  setStackStatus,
  type StackDefinition,
  type StackRecord,
  storedStack,
} from './stack-record';
import { defineStack, nestedUrl, parameterTexts } from './stack-request';
import { TemplateError } from './template-error';
import { updateStack } from './update';
import { sameJson } from './resources/provider';

export function nestedStacks(engine: Engine, parent: StackRecord): NestedStacks {
  return {
    create: (request) => create(engine, parent, request),
    update: (stackId, request) => update(engine, parent, { stackId, request }),
    remove: async (stackId, { rollback }) => {
      const record = recordOf(engine, stackId);
      const { stack } = storedStack(engine, record);
      if (stack.StackStatus === 'DELETE_COMPLETE') return;
      await deleteStack(engine, record, { rollback });
      if (!isComplete(engine, record, 'DELETE_COMPLETE'))
        throw new Error(
          `Embedded stack ${stackId} was not successfully deleted: ${stack.StackStatusReason ?? stack.StackStatus}`,
        );
    },
  };
}

function recordOf({ records }: Engine, stackId: string): StackRecord {
  const record = records.get(stackId);
  if (record === undefined) throw new Error(`Stack with id ${stackId} does not exist`);
  return record;
}

function isComplete(engine: Engine, record: StackRecord, status: string): boolean {
  return storedStack(engine, record).stack.StackStatus === status;
}

/** The lab's own bound, against templates that contain themselves. */
const MAX_DEPTH = 10;

function depthOf(engine: Engine, { parentId }: StackRecord): number {
  const parent = parentId === null ? undefined : engine.records.get(parentId);
  return parent === undefined ? 1 : 1 + depthOf(engine, parent);
}

async function define(
  engine: Engine,
  parent: StackRecord,
  { stackName, request }: { readonly stackName: string; readonly request: NestedStackRequest },
): Promise<StackDefinition> {
  const url = nestedUrl(parent.definition.templateUrl, request.templateUrl);
  if (depthOf(engine, parent) >= MAX_DEPTH)
    throw new Error(
      `Stacks are nested more than ${MAX_DEPTH} deep at ${url}; does a template contain itself?`,
    );
  const templateBody = engine.nestedTemplate(url);
  const tags = [...parent.definition.tags, ...request.tags];
  try {
    return await defineStack(engine, {
      stackName,
      templateBody,
      templateUrl: url,
      given: request.parameters,
      tags,
    });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new Error(`in ${url}: ${error.message}`, { cause: error });
  }
}

async function create(engine: Engine, parent: StackRecord, request: NestedStackRequest): Promise<Created> {
  const run = newId(engine.context.state, 'nested').slice(-12).toUpperCase();
  const stackName = `${parent.stackName}-${request.logicalId}`.slice(0, 115) + `-${run}`;
  const definition = await define(engine, parent, { stackName, request });
  const stackId = newStackId(engine, stackName);
  const record = enterStack(engine, stackId, { stackName, parent, definition, status: 'CREATE_IN_PROGRESS' });
  await createResources(engine, record, 'ROLLBACK');
  if (isComplete(engine, record, 'CREATE_COMPLETE')) return created(engine, record);
  const { stack } = storedStack(engine, record);
  const reason = `Embedded stack ${stackId} was not successfully created: ${stack.StackStatusReason ?? 'no reason given'}`;
  // Its parent is about to be taken back, and would delete it then.
  if (isComplete(engine, record, 'ROLLBACK_COMPLETE'))
    setStackStatus(engine, record, 'DELETE_COMPLETE', stack.StackStatusReason);
  throw new Error(reason);
}

interface Updating {
  readonly stackId: string;
  readonly request: NestedStackRequest;
}

async function update(engine: Engine, parent: StackRecord, { stackId, request }: Updating): Promise<Created> {
  const record = recordOf(engine, stackId);
  const definition = await define(engine, parent, { stackName: record.stackName, request });
  const same =
    definition.templateBody === record.definition.templateBody &&
    sameJson(parameterTexts(definition.parameters), parameterTexts(record.definition.parameters));
  if (same) return created(engine, record);
  await updateStack(engine, record, definition);
  if (isComplete(engine, record, 'UPDATE_COMPLETE')) return created(engine, record);
  const { stack } = storedStack(engine, record);
  throw new Error(
    `Embedded stack ${stackId} was not successfully updated: ${stack.StackStatusReason ?? 'no reason given'}`,
  );
}

/** The outputs of a nested stack are its attributes: `Fn::GetAtt: [Stack, Outputs.Name]`. */
function created(engine: Engine, record: StackRecord): Created {
  const { stack } = storedStack(engine, record);
  const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }): [string, string] => [
    `Outputs.${OutputKey}`,
    OutputValue,
  ]);
  return { physicalId: record.stackId, attributes: Object.fromEntries(outputs) };
}
