/**
 * Updating a stack: in the order of dependency each resource is created, changed in place or replaced; what is no
 * longer wanted goes at the end. A failure puts everything back (user guide, using-cfn-updating-stacks).
 */
import { providerOf, resolveProperties } from './check';
import { createResource, declarationOf, deployed, removeResource } from './deploy';
import type { Scope } from './resolution-scope';
import { creationOrder } from './order';
import { setOutputs } from './outputs';
import { ResourceFailure } from './resource-failure';
import {
  type DeployedResource,
  type Engine,
  setResourceStatus,
  setStackStatus,
  showDefinition,
  type StackDefinition,
  type StackRecord,
} from './stack-record';
import { deployedScope, resourceContext } from './stack-scope';
import { TemplateError } from './template-error';
import { actionFor, FrozenProperty } from './update-plan';
import type { ValueObject } from './values';

/** What an update has done so far, for taking it back. */
type Done =
  | { readonly kind: 'created'; readonly logicalId: string }
  | { readonly kind: 'updated'; readonly before: DeployedResource; readonly attempted: ValueObject }
  | { readonly kind: 'replaced'; readonly before: DeployedResource };

/** Ends in UPDATE_COMPLETE or, after a failure, in UPDATE_ROLLBACK_COMPLETE. Never throws for what AWS refuses. */
export async function updateStack(
  engine: Engine,
  record: StackRecord,
  definition: StackDefinition,
): Promise<void> {
  const old = record.definition;
  const oldResources = new Map(record.resources);
  const oldImports = new Set(record.imports);
  const done: Done[] = [];
  setStackStatus(engine, record, 'UPDATE_IN_PROGRESS', 'User Initiated');
  showDefinition(engine, record, definition);
  try {
    record.imports = new Set();
    const scope = deployedScope(engine, record, {
      definition,
      resource: (logicalId) => record.resources.get(logicalId),
    });
    const order = creationOrder(definition.template, scope);
    for (const logicalId of order) await bringUpToDate(engine, record, { scope, logicalId, done });
    setOutputs(engine, record, scope);
    await cleanUp(engine, record, { order, old: [...oldResources.values()], done });
  } catch (error) {
    const failure = failureText(error);
    record.imports = oldImports;
    await putBack(engine, record, { failure, definition: old, resources: oldResources, done });
    return;
  }
  setStackStatus(engine, record, 'UPDATE_COMPLETE');
}

function failureText(error: unknown): string {
  if (error instanceof ResourceFailure)
    return `The following resource(s) failed to update: [${error.logicalId}]. ${error.message}`;
  if (error instanceof TemplateError || error instanceof FrozenProperty) return error.message;
  throw error;
}

interface Updating {
  readonly scope: Scope;
  readonly logicalId: string;
  readonly done: Done[];
}

async function bringUpToDate(
  engine: Engine,
  record: StackRecord,
  { scope, logicalId, done }: Updating,
): Promise<void> {
  const declared = declarationOf(scope, logicalId);
  const provider = providerOf(scope.template, declared);
  const existing = record.resources.get(logicalId);
  if (existing === undefined) {
    done.push({ kind: 'created', logicalId });
    record.resources.set(logicalId, await createResource(engine, record, { scope, logicalId }));
    return;
  }
  const properties = resolveProperties(declared, scope);
  const { action } = actionFor(provider, existing, properties);
  if (action === 'keep') {
    record.resources.set(logicalId, deployed(declared, existing, properties));
    return;
  }
  if (action === 'update') {
    done.push({ kind: 'updated', before: existing, attempted: properties });
    record.resources.set(logicalId, await changeResource(engine, record, { scope, existing, properties }));
    return;
  }
  done.push({ kind: 'replaced', before: existing });
  // Until the new one exists there is none to take back.
  record.resources.delete(logicalId);
  record.resources.set(logicalId, await createResource(engine, record, { scope, logicalId }));
}

interface Changing {
  readonly scope: Scope;
  readonly existing: DeployedResource;
  readonly properties: ValueObject;
}

/** Changes a resource in place to what the scope's template says of it. */
async function changeResource(
  engine: Engine,
  record: StackRecord,
  { scope, existing, properties }: Changing,
): Promise<DeployedResource> {
  const { logicalId, type, physicalId } = existing;
  const declared = declarationOf(scope, logicalId);
  const event = { logicalId, physicalId, type, properties };
  setResourceStatus(engine, record, { ...event, status: 'UPDATE_IN_PROGRESS' });
  try {
    const context = resourceContext(engine, record, { logicalId, made: () => {} });
    const change = { current: existing, before: existing.properties, after: properties };
    const created = await providerOf(scope.template, declared).update(change, context);
    setResourceStatus(engine, record, {
      ...event,
      physicalId: created.physicalId,
      status: 'UPDATE_COMPLETE',
    });
    return deployed(declared, created, properties);
  } catch (error) {
    const failure = new ResourceFailure(error, { template: scope.template, logicalId, properties });
    setResourceStatus(engine, record, { ...event, status: 'UPDATE_FAILED', reason: failure.message });
    throw failure;
  }
}

interface CleaningUp {
  readonly order: readonly string[];
  /** What there was before the update, in the order of creation. */
  readonly old: readonly DeployedResource[];
  readonly done: readonly Done[];
}

/** Deletes what the new template does not have and what was replaced. What resists is left, as in AWS, with an event. */
async function cleanUp(engine: Engine, record: StackRecord, { order, old, done }: CleaningUp): Promise<void> {
  setStackStatus(engine, record, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const replaced = new Set(done.flatMap((step) => (step.kind === 'replaced' ? [step.before] : [])));
  for (const resource of old.toReversed()) {
    const { logicalId, deletionPolicy, updateReplacePolicy } = resource;
    if (replaced.has(resource)) {
      await dispose(engine, record, { resource, policy: updateReplacePolicy });
      const successor = record.resources.get(logicalId);
      if (successor !== undefined) showComplete(engine, record, successor);
    } else if (!order.includes(logicalId)) {
      await dispose(engine, record, { resource, policy: deletionPolicy });
    }
  }
  // The record keeps its resources in the order of creation, which deletion reverses.
  record.resources = new Map(
    order.flatMap((logicalId) => {
      const resource = record.resources.get(logicalId);
      return resource === undefined ? [] : [[logicalId, resource] as const];
    }),
  );
}

interface Disposing {
  readonly resource: DeployedResource;
  readonly policy: DeployedResource['deletionPolicy'];
}

async function dispose(engine: Engine, record: StackRecord, { resource, policy }: Disposing): Promise<void> {
  const { logicalId, physicalId, type } = resource;
  if (policy === 'Retain' || policy === 'RetainExceptOnCreate')
    setResourceStatus(engine, record, { logicalId, physicalId, type, status: 'DELETE_SKIPPED' });
  else await removeResource(engine, record, resource, { rollback: false });
}

function showComplete(
  engine: Engine,
  record: StackRecord,
  { logicalId, physicalId, type }: DeployedResource,
): void {
  setResourceStatus(engine, record, { logicalId, physicalId, type, status: 'UPDATE_COMPLETE' });
}

interface PuttingBack {
  readonly failure: string;
  readonly definition: StackDefinition;
  readonly resources: Map<string, DeployedResource>;
  readonly done: readonly Done[];
}

async function putBack(
  engine: Engine,
  record: StackRecord,
  { failure, definition, resources, done }: PuttingBack,
): Promise<void> {
  setStackStatus(engine, record, 'UPDATE_ROLLBACK_IN_PROGRESS', failure);
  const left: string[] = [];
  for (const step of done.toReversed()) {
    const problem =
      step.kind === 'updated' ? await changeBack(engine, record, step) : await takeBack(engine, record, step);
    if (problem !== null) left.push(problem);
  }
  showDefinition(engine, record, definition);
  // A changed resource may have new attributes even when it was changed back (an association's id).
  record.resources = new Map(
    [...resources].map(([logicalId, before]) => [logicalId, record.resources.get(logicalId) ?? before]),
  );
  for (const resource of record.resources.values()) showComplete(engine, record, resource);
  if (left.length === 0) setStackStatus(engine, record, 'UPDATE_ROLLBACK_COMPLETE', failure);
  else
    setStackStatus(
      engine,
      record,
      'UPDATE_ROLLBACK_FAILED',
      `${failure} What could not be put back: ${left.join(' ')}`,
    );
}

async function takeBack(
  engine: Engine,
  record: StackRecord,
  step: Exclude<Done, { kind: 'updated' }>,
): Promise<string | null> {
  const logicalId = step.kind === 'created' ? step.logicalId : step.before.logicalId;
  const made = record.resources.get(logicalId);
  const problem = made === undefined ? null : await removeResource(engine, record, made, { rollback: true });
  record.resources.delete(logicalId);
  if (step.kind === 'replaced') record.resources.set(logicalId, step.before);
  return problem;
}

/** The change may have been made in part: what was attempted counts as what is there. */
async function changeBack(
  engine: Engine,
  record: StackRecord,
  { before, attempted }: Extract<Done, { kind: 'updated' }>,
): Promise<string | null> {
  const { logicalId, type } = before;
  const { template } = record.definition;
  const current = record.resources.get(logicalId) ?? before;
  const declared = template.resources.get(logicalId);
  if (declared === undefined) throw new Error(`${logicalId} was updated, but is not in the template`);
  try {
    const context = resourceContext(engine, record, { logicalId, made: () => {} });
    const change = { current, before: attempted, after: before.properties };
    record.resources.set(logicalId, {
      ...before,
      ...(await providerOf(template, declared).update(change, context)),
      properties: before.properties,
    });
    return null;
  } catch (error) {
    const failure = new ResourceFailure(error, { template, logicalId, properties: before.properties });
    const { physicalId } = current;
    setResourceStatus(engine, record, {
      logicalId,
      physicalId,
      type,
      status: 'UPDATE_FAILED',
      reason: failure.message,
    });
    return failure.message;
  }
}
