/** The Conditions section (user guide, conditions-section-structure): decided from parameters and mappings alone. */
import { intrinsicOf, readList } from './intrinsic-syntax';
import { resolveText, resolveValue } from './intrinsics';
import type { Scope } from './resolution-scope';
import { didYouMean, type Path, TemplateError } from './template-error';
import { isObject, type Json, LATER, scalarText, type Value } from './values';

/** Decides conditions by name, each once. `scope.condition` is what this function is for. */
export function conditionDecider(scope: Omit<Scope, 'condition'>): Scope['condition'] {
  const decided = new Map<string, boolean>();
  const deciding: string[] = [];
  const { template } = scope;
  const decide: Scope['condition'] = (name, path) => {
    const known = decided.get(name);
    if (known !== undefined) return known;
    const declared = template.conditions.get(name);
    if (declared === undefined) {
      const fix = didYouMean(name, [...template.conditions.keys()]);
      throw new TemplateError({
        place: template.at(path),
        reason: `Template validation error: the condition ${name} is not defined.`,
        fix,
      });
    }
    if (deciding.includes(name)) {
      const circle = [...deciding.slice(deciding.indexOf(name)), name].join(' -> ');
      throw new TemplateError({
        place: template.at(path),
        reason: `Conditions refer to each other in a circle: ${circle}.`,
      });
    }
    deciding.push(name);
    const holds = holdsIn(declared, ['Conditions', name], { ...withoutResources(scope), condition: decide });
    deciding.pop();
    decided.set(name, holds);
    return holds;
  };
  return decide;
}

/** Conditions are decided before any resource exists. */
function withoutResources(scope: Omit<Scope, 'condition'>): Omit<Scope, 'condition'> {
  const { template } = scope;
  const refuse = (name: string, path: Path): never => {
    throw new TemplateError({
      place: template.at(path),
      reason: `Template format error: Unresolved dependencies [${name}]. Cannot reference resources in the Conditions block of the template.`,
    });
  };
  return {
    ...scope,
    ref: (name, path) => (template.resources.has(name) ? refuse(name, path) : scope.ref(name, path)),
    attribute: (logicalId, _attribute, path) => refuse(logicalId, path),
    importValue: (name, path) => refuse(name, path),
  };
}

function holdsIn(declared: Json, path: Path, scope: Scope): boolean {
  const fail = (reason: string): never => {
    throw new TemplateError({ place: scope.template.at(path), reason });
  };
  if (isObject(declared) && Object.keys(declared).length === 1 && 'Condition' in declared) {
    const name = scalarText((declared as Readonly<Record<string, Json>>)['Condition']);
    return name === null
      ? fail('Condition takes the name of a condition.')
      : scope.condition(name, [...path, 'Condition']);
  }
  const intrinsic = intrinsicOf(declared, path, scope.template);
  const operands = (least: number, most: number): readonly Json[] =>
    readList(intrinsic?.argument ?? null, intrinsic?.path ?? path, scope.template, {
      function: intrinsic?.name ?? '',
      least,
      most,
    });
  const holds = (operand: Json, at: number) => holdsIn(operand, [...(intrinsic?.path ?? path), at], scope);
  switch (intrinsic?.name) {
    case 'Fn::And':
      return operands(2, 10).map(holds).every(Boolean);
    case 'Fn::Or':
      return operands(2, 10).map(holds).some(Boolean);
    case 'Fn::Not':
      return !operands(1, 1).map(holds).some(Boolean);
    case 'Fn::Equals': {
      const [left, right] = operands(2, 2).map((operand, at) =>
        comparable(operand, [...intrinsic.path, at], scope),
      );
      return left === right;
    }
    default:
      return fail(
        'A condition is one of Fn::And, Fn::Equals, Fn::Not, Fn::Or, or the name of another condition.',
      );
  }
}

/** Equality compares texts, so that 1 equals '1'; lists and objects by their JSON. */
function comparable(operand: Json, path: Path, scope: Scope): string | typeof LATER {
  const value: Value = resolveValue(operand, path, scope);
  return value !== null && typeof value === 'object'
    ? JSON.stringify(value)
    : resolveText(operand, path, scope);
}
