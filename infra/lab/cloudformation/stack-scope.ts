/** A stack's template resolved against what is deployed: its resources so far, and other stacks' exports. */
import { attributeNames } from './check';
import type { Scope } from './resolution-scope';
import type { ResourceContext } from './resources/provider';
import { namedCalls } from './resource-failure';
import { stackScope } from './scope';
import {
  type DeployedResource,
  type Engine,
  type StackDefinition,
  type StackRecord,
  surroundingsOf,
} from './stack-record';
import type { Value } from './values';

export interface DeployedScopeOptions {
  readonly definition: StackDefinition;
  /** The resource as the template sees it now. */
  readonly resource: (logicalId: string) => DeployedResource | undefined;
}

export function deployedScope(
  engine: Engine,
  record: StackRecord,
  { definition, resource }: DeployedScopeOptions,
): Scope {
  return stackScope({
    template: definition.template,
    surroundings: surroundingsOf(engine),
    stack: { stackName: record.stackName, stackId: record.stackId },
    parameters: definition.parameters,
    attributeNames,
    resource,
    importValue: (name) => {
      record.imports.add(name);
      return exportedValue(engine, name);
    },
  });
}

export function exportedValue({ context: { state } }: Engine, name: string): Value | undefined {
  return state.exports.get(name)?.value;
}

/** What a provider works with, for one resource of a stack. */
export function resourceContext(
  engine: Engine,
  record: StackRecord,
  { logicalId, made }: Pick<ResourceContext, 'logicalId' | 'made'>,
): ResourceContext {
  return {
    api: namedCalls(engine.api),
    state: engine.context.state,
    now: engine.context.now,
    stackName: record.stackName,
    stackId: record.stackId,
    logicalId,
    stackTags: record.definition.tags,
    made,
    stacks: engine.nestedStacks(record),
  };
}
