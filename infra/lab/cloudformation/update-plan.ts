/** What an update of a stack will do to each of its resources, before it does it. */
import type { Change } from '@aws-sdk/client-cloudformation';
import { attributeNames, providerOf, resolveProperties } from './check';
import { creationOrder } from './order';
import { stackScope } from './scope';
import type { Template } from './template';
import { TemplateError } from './template-error';
import {
  type DeployedResource,
  type Engine,
  type StackDefinition,
  type StackRecord,
  surroundingsOf,
} from './stack-record';
import { exportedValue } from './stack-scope';
import { type Provider, sameJson } from './resources/provider';
import { containsLater, LATER, type ValueObject } from './values';

export type Action = 'create' | 'keep' | 'update' | 'replace';

export interface PlannedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly action: Action;
  /** Names of the properties that change. */
  readonly changed: readonly string[];
}

export interface UpdatePlan {
  /** In the order of creation. */
  readonly resources: readonly PlannedResource[];
  /** Logical ids that the new template does not have, or whose condition no longer holds. */
  readonly removed: readonly string[];
}

/** Names of the properties that differ. */
export function changedProperties(before: ValueObject, after: ValueObject): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => {
    const value = after[name];
    return (value !== undefined && containsLater(value)) || !sameJson(before[name], value);
  });
}

/** A change that AWS would make in place and the lab cannot make. */
export class FrozenProperty extends Error {
  override readonly name = 'FrozenProperty';

  constructor(
    type: string,
    readonly property: string,
  ) {
    super(`The lab cannot change ${property} of an existing ${type}, which AWS would do in place.`);
  }
}

/** What becomes of a resource whose properties these are to be. */
export function actionFor(
  provider: Provider,
  existing: DeployedResource | undefined,
  properties: ValueObject,
): PlannedResource {
  const { type } = provider;
  if (existing === undefined) return { logicalId: '', type, action: 'create', changed: [] };
  const { logicalId } = existing;
  if (existing.type !== type) return { logicalId, type, action: 'replace', changed: [] };
  const changed = changedProperties(existing.properties, properties);
  // The template behind a nested stack may have changed without its URL, so CloudFormation always looks.
  if (changed.length === 0)
    return { logicalId, type, action: type === 'AWS::CloudFormation::Stack' ? 'update' : 'keep', changed };
  const frozen = changed.find(
    (name) => provider.frozen.includes(name) && !containsLater(properties[name] ?? null),
  );
  if (frozen !== undefined) throw new FrozenProperty(type, frozen);
  const inPlace = changed.every((name) => provider.mutable.includes(name));
  return { logicalId, type, action: inPlace ? 'update' : 'replace', changed };
}

interface Planning {
  readonly provider: Provider;
  readonly existing: DeployedResource | undefined;
  readonly properties: ValueObject;
}

function plannedAction(template: Template, { provider, existing, properties }: Planning): PlannedResource {
  try {
    return actionFor(provider, existing, properties);
  } catch (error) {
    if (!(error instanceof FrozenProperty)) throw error;
    const path = ['Resources', existing?.logicalId ?? '', 'Properties', error.property];
    throw new TemplateError({
      place: template.at(path),
      reason: error.message,
      fix: 'Delete the stack and create it anew.',
    });
  }
}

/**
 * Compares a stack with what it is to be. Values of resources that will be new are not known yet, so what refers to
 * them counts as changed: the update itself may find that it is not.
 */
export function planUpdate(engine: Engine, record: StackRecord, definition: StackDefinition): UpdatePlan {
  const { template, parameters } = definition;
  const fresh = new Set<string>();
  const included = new Set<string>();
  const scope = stackScope({
    template,
    surroundings: surroundingsOf(engine),
    stack: { stackName: record.stackName, stackId: record.stackId },
    parameters,
    attributeNames,
    resource: (logicalId) => {
      if (!included.has(logicalId)) return undefined;
      return fresh.has(logicalId) ? LATER : (record.resources.get(logicalId) ?? LATER);
    },
    importValue: (name) => exportedValue(engine, name),
  });
  const order = creationOrder(template, scope);
  for (const logicalId of order) included.add(logicalId);
  const resources: PlannedResource[] = [];
  for (const logicalId of order) {
    const declared = template.resources.get(logicalId);
    if (declared === undefined) continue;
    const provider = providerOf(template, declared);
    const properties = resolveProperties(declared, scope);
    const planned = plannedAction(template, {
      provider,
      existing: record.resources.get(logicalId),
      properties,
    });
    if (planned.action === 'create' || planned.action === 'replace') fresh.add(logicalId);
    resources.push({ ...planned, logicalId });
  }
  return { resources, removed: [...record.resources.keys()].filter((logicalId) => !included.has(logicalId)) };
}

/** Whether the plan leaves every resource as it is; nested stacks are looked into only by the update itself. */
export function changesNothing({ resources, removed }: UpdatePlan): boolean {
  return removed.length === 0 && resources.every(({ action }) => action === 'keep');
}

/** The plan as DescribeChangeSet shows it. */
export function changesOf(record: StackRecord, { resources, removed }: UpdatePlan): Change[] {
  const planned = resources.flatMap(({ logicalId, type, action, changed }): Change[] => {
    if (action === 'keep') return [];
    const change = {
      LogicalResourceId: logicalId,
      ResourceType: type,
      Scope: action === 'create' ? [] : ['Properties' as const],
      Details: changed.map((Name) => ({ Target: { Attribute: 'Properties' as const, Name } })),
    };
    if (action === 'create') return [{ Type: 'Resource', ResourceChange: { ...change, Action: 'Add' } }];
    const PhysicalResourceId = record.resources.get(logicalId)?.physicalId;
    const Replacement = action === 'replace' ? ('True' as const) : ('False' as const);
    return [
      { Type: 'Resource', ResourceChange: { ...change, Action: 'Modify', PhysicalResourceId, Replacement } },
    ];
  });
  const gone = removed.map((logicalId): Change => {
    const resource = record.resources.get(logicalId);
    return {
      Type: 'Resource',
      ResourceChange: {
        Action: 'Remove',
        LogicalResourceId: logicalId,
        PhysicalResourceId: resource?.physicalId,
        ResourceType: resource?.type,
      },
    };
  });
  return [...planned, ...gone];
}
