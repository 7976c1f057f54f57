/** Creating a stack: resource by resource in the order of dependency; a failure takes everything back. */
import { providerOf, resolveProperties } from './check';
import type { Scope } from './resolution-scope';
import { creationOrder } from './order';
import { setOutputs } from './outputs';
import { ResourceFailure } from './resource-failure';
import type { Created } from './resources/provider';
import {
  type DeployedResource,
  type Engine,
  setResourceStatus,
  setStackStatus,
  type StackRecord,
} from './stack-record';
import { deployedScope, resourceContext } from './stack-scope';
import type { ResourceDeclaration } from './template';
import { TemplateError } from './template-error';
import type { ValueObject } from './values';

export type OnFailure = 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';

/**
 * Creates all resources of a stack that was just entered. Ends in CREATE_COMPLETE; or, after a failure, in
 * ROLLBACK_COMPLETE with nothing left, unless `onFailure` says to leave it. Never throws for what AWS refuses.
 */
export async function createResources(
  engine: Engine,
  record: StackRecord,
  onFailure: OnFailure,
): Promise<void> {
  setStackStatus(engine, record, 'CREATE_IN_PROGRESS', 'User Initiated');
  try {
    const scope = deployedScope(engine, record, {
      definition: record.definition,
      resource: (logicalId) => record.resources.get(logicalId),
    });
    for (const logicalId of creationOrder(record.definition.template, scope)) {
      const created = await createResource(engine, record, { scope, logicalId });
      record.resources.set(logicalId, created);
    }
    setOutputs(engine, record, scope);
  } catch (error) {
    const failure = asFailure(error);
    if (onFailure === 'DO_NOTHING') setStackStatus(engine, record, 'CREATE_FAILED', failure);
    else await rollBack(engine, record, { failure, remove: onFailure === 'DELETE' });
    return;
  }
  setStackStatus(engine, record, 'CREATE_COMPLETE');
}

function asFailure(error: unknown): string {
  if (error instanceof ResourceFailure)
    return `The following resource(s) failed to create: [${error.logicalId}]. ${error.message}`;
  if (error instanceof TemplateError) return error.message;
  throw error;
}

export interface Creating {
  readonly scope: Scope;
  readonly logicalId: string;
}

/** Creates one resource. When it fails half way, what exists of it is entered in the record, for the rollback. */
export async function createResource(
  engine: Engine,
  record: StackRecord,
  { scope, logicalId }: Creating,
): Promise<DeployedResource> {
  const { template } = scope;
  const declared = declarationOf(scope, logicalId);
  const { type } = declared;
  const provider = providerOf(template, declared);
  let properties: ValueObject = {};
  const progress: { made: Created | null } = { made: null };
  setResourceStatus(engine, record, { logicalId, physicalId: '', type, status: 'CREATE_IN_PROGRESS' });
  try {
    properties = resolveProperties(declared, scope);
    const context = resourceContext(engine, record, {
      logicalId,
      made: (created) => (progress.made = created),
    });
    const created = await provider.create(properties, context);
    const { physicalId } = created;
    setResourceStatus(engine, record, { logicalId, physicalId, type, status: 'CREATE_COMPLETE', properties });
    return deployed(declared, created, properties);
  } catch (error) {
    const failure = new ResourceFailure(error, { template, logicalId, properties });
    const { made } = progress;
    if (made !== null) record.resources.set(logicalId, deployed(declared, made, properties));
    setResourceStatus(engine, record, {
      logicalId,
      physicalId: made?.physicalId ?? '',
      type,
      status: 'CREATE_FAILED',
      reason: failure.message,
      properties,
    });
    throw failure;
  }
}

export function declarationOf({ template }: Scope, logicalId: string): ResourceDeclaration {
  const declared = template.resources.get(logicalId);
  if (declared === undefined) throw new Error(`${logicalId} is not in the template`);
  return declared;
}

export function deployed(
  declared: ResourceDeclaration,
  created: Created,
  properties: ValueObject,
): DeployedResource {
  const { logicalId, type, deletionPolicy, updateReplacePolicy } = declared;
  const { physicalId, attributes } = created;
  return { logicalId, type, physicalId, attributes, properties, deletionPolicy, updateReplacePolicy };
}

/**
 * Deletes what was created, in reverse. AWS keeps resources with DeletionPolicy Retain here as well; the lab does
 * not, so that a template that fails leaves nothing behind (as RetainExceptOnCreate has it in AWS).
 */
async function rollBack(
  engine: Engine,
  record: StackRecord,
  { failure, remove }: { readonly failure: string; readonly remove: boolean },
): Promise<void> {
  setStackStatus(engine, record, remove ? 'DELETE_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS', failure);
  const left: string[] = [];
  for (const resource of [...record.resources.values()].toReversed()) {
    const problem = await removeResource(engine, record, resource, { rollback: true });
    if (problem === null) record.resources.delete(resource.logicalId);
    else left.push(problem);
  }
  if (left.length > 0) {
    const reason = `${failure} What could not be deleted: ${left.join(' ')}`;
    setStackStatus(engine, record, remove ? 'DELETE_FAILED' : 'ROLLBACK_FAILED', reason);
  } else setStackStatus(engine, record, remove ? 'DELETE_COMPLETE' : 'ROLLBACK_COMPLETE', failure);
}

/** Deletes a resource; returns what stood against it, or null. */
export async function removeResource(
  engine: Engine,
  record: StackRecord,
  resource: DeployedResource,
  { rollback }: { readonly rollback: boolean },
): Promise<string | null> {
  const { logicalId, physicalId, type, properties, attributes } = resource;
  const { template } = record.definition;
  const event = { logicalId, physicalId, type };
  setResourceStatus(engine, record, { ...event, status: 'DELETE_IN_PROGRESS' });
  try {
    const provider = providerOf(template, {
      ...resource,
      metadata: {},
      dependsOn: [],
      condition: null,
      properties: {},
    });
    const context = resourceContext(engine, record, { logicalId, made: () => {} });
    await provider.remove({ physicalId, attributes, properties }, context, { rollback });
  } catch (error) {
    const failure = new ResourceFailure(error, { template, logicalId, properties });
    setResourceStatus(engine, record, { ...event, status: 'DELETE_FAILED', reason: failure.message });
    return failure.message;
  }
  setResourceStatus(engine, record, { ...event, status: 'DELETE_COMPLETE' });
  return null;
}
