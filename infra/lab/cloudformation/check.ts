/**
 * What can be said about a template before anything is created: that its names exist, in every branch, and that it
 * resolves, as far as it can without resources, to properties that the resource types have.
 */
import { resolve, resolveValue } from './intrinsics';
import type { Scope } from './resolution-scope';
import { creationOrder } from './order';
import type { ParameterValue } from './parameters';
import { shapeFault } from './property-shape';
import { type Reference, referencesOf } from './references';
import type { Provider } from './resources/provider';
import { PROVIDERS, unknownType } from './resources/types';
import { PSEUDO_PARAMETERS, type StackNames, stackScope, type Surroundings } from './scope';
import type { ResourceDeclaration, Template } from './template';
import { didYouMean, type Path, TemplateError } from './template-error';
import { isObject, LATER, type Value, type ValueObject } from './values';

function fail(
  template: Template,
  path: Path,
  { reason, fix }: { readonly reason: string; readonly fix?: string | undefined },
): never {
  throw new TemplateError({ place: template.at(path), reason, fix });
}

/** Every type is known and every name refers to something, also where no condition leads. */
export function checkReferences(template: Template): void {
  for (const { logicalId, type, condition, properties, metadata } of template.resources.values()) {
    const path = ['Resources', logicalId];
    if (!PROVIDERS.has(type)) fail(template, [...path, 'Type'], unknownType(type));
    if (condition !== null) checkCondition(template, condition, [...path, 'Condition']);
    const references = [
      ...referencesOf(properties, [...path, 'Properties'], template),
      ...referencesOf(metadata, [...path, 'Metadata'], template),
    ];
    for (const reference of references) checkReference(template, reference, 'Resources');
  }
  for (const { name, value, condition, exportName } of template.outputs.values()) {
    const path = ['Outputs', name];
    if (condition !== null) checkCondition(template, condition, [...path, 'Condition']);
    const references = [
      ...referencesOf(value, [...path, 'Value'], template),
      ...referencesOf(exportName ?? '', [...path, 'Export', 'Name'], template),
    ];
    for (const reference of references) checkReference(template, reference, 'Outputs');
  }
}

function checkCondition(template: Template, name: string, path: Path): void {
  if (template.conditions.has(name)) return;
  fail(template, path, {
    reason: `Template format error: Unresolved condition ${name}.`,
    fix: didYouMean(name, [...template.conditions.keys()]),
  });
}

function checkReference(template: Template, reference: Reference, section: string): void {
  const { kind, name, path } = reference;
  if (kind === 'condition') return checkCondition(template, name, path);
  const known = kind === 'name' ? [...template.parameters.keys(), ...PSEUDO_PARAMETERS] : [];
  const declared = template.resources.get(name);
  if (declared === undefined) {
    if (known.includes(name)) return;
    fail(template, path, {
      reason: `Template format error: Unresolved resource dependencies [${name}] in the ${section} block of the template.`,
      fix: didYouMean(name, [...template.resources.keys(), ...known]),
    });
  }
  if (kind !== 'attribute' || reference.attribute === null) return;
  const attributes = attributeNames(declared.type);
  if (attributes === null || attributes.includes(reference.attribute)) return;
  fail(template, path, {
    reason: `Template error: resource ${name} does not support attribute type ${reference.attribute} in Fn::GetAtt.`,
    fix:
      didYouMean(reference.attribute, attributes) ??
      `${declared.type} has ${attributes.join(', ') || 'none'}.`,
  });
}

/** Names of the attributes of a type; null when any may do. */
export function attributeNames(type: string): readonly string[] | null {
  return PROVIDERS.get(type)?.attributes ?? null;
}

export function providerOf(template: Template, declared: ResourceDeclaration): Provider {
  return (
    PROVIDERS.get(declared.type) ??
    fail(template, ['Resources', declared.logicalId, 'Type'], unknownType(declared.type))
  );
}

/** A resource's properties in a scope, checked against its type. Parts that come of other resources may be LATER. */
export function resolveProperties(declared: ResourceDeclaration, scope: Scope): ValueObject {
  const { template } = scope;
  const path = ['Resources', declared.logicalId, 'Properties'];
  const resolved = resolve(declared.properties, path, scope);
  if (!isObject(resolved)) return fail(template, path, { reason: 'Properties must be an object.' });
  const provider = providerOf(template, declared);
  const fault = shapeFault(provider.shape, resolved, path);
  if (fault !== null) fail(template, fault.path, fault);
  const wrong = provider.check(resolved);
  if (wrong !== null) fail(template, path, { reason: wrong });
  return resolved;
}

export interface DryRun {
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly surroundings: Surroundings;
  readonly stack: StackNames;
  /** Exports of other stacks; all are there, but unknown, when there is no account to ask. */
  readonly importValue: (name: string) => Value | undefined;
}

/** Resolves the template as a deployment would, with no resource there yet. Returns the order of creation. */
export function dryRun(run: DryRun): readonly string[] {
  const { template } = run;
  checkReferences(template);
  const included = new Set<string>();
  const scope = stackScope({
    ...run,
    attributeNames,
    resource: (logicalId) => (included.has(logicalId) ? LATER : undefined),
  });
  for (const name of template.conditions.keys()) scope.condition(name, ['Conditions', name]);
  const order = creationOrder(template, scope);
  for (const logicalId of order) included.add(logicalId);
  for (const logicalId of order) {
    const declared = template.resources.get(logicalId);
    if (declared !== undefined) resolveProperties(declared, scope);
  }
  for (const { name, value, condition } of template.outputs.values()) {
    if (condition === null || scope.condition(condition, ['Outputs', name, 'Condition']))
      resolveValue(value, ['Outputs', name, 'Value'], scope);
  }
  return order;
}
