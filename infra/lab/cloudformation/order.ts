/** The order in which resources are created: whatever one refers to, or names in DependsOn, comes before it. */
import { referencesOf } from './references';
import type { Template } from './template';
import { didYouMean, type Path, TemplateError } from './template-error';

export interface OrderOptions {
  /** Decides a condition by name; resources whose condition is false are left out. */
  readonly condition: (name: string, path: Path) => boolean;
}

/** Logical ids in an order of creation; the reverse is an order of deletion. Throws on a circle. */
export function creationOrder(template: Template, { condition }: OrderOptions): readonly string[] {
  const included = [...template.resources.values()]
    .filter(
      (declared) =>
        declared.condition === null ||
        condition(declared.condition, ['Resources', declared.logicalId, 'Condition']),
    )
    .map(({ logicalId }) => logicalId);
  const needs = new Map(
    included.map((logicalId) => [logicalId, dependenciesOf(template, logicalId, { condition })]),
  );
  const order: string[] = [];
  const placed = new Set<string>();
  const path: string[] = [];
  const place = (logicalId: string): void => {
    if (placed.has(logicalId)) return;
    const start = path.indexOf(logicalId);
    if (start >= 0) throw circle(template, path.slice(start));
    path.push(logicalId);
    for (const needed of needs.get(logicalId) ?? []) if (needs.has(needed)) place(needed);
    path.pop();
    placed.add(logicalId);
    order.push(logicalId);
  };
  included.forEach(place);
  return order;
}

/** The logical ids that a resource depends on, itself left out unless its properties refer to it. */
export function dependenciesOf(
  template: Template,
  logicalId: string,
  { condition }: OrderOptions,
): ReadonlySet<string> {
  const declared = template.resources.get(logicalId);
  if (declared === undefined) return new Set();
  const path = ['Resources', logicalId, 'Properties'];
  const referenced = referencesOf(declared.properties, path, template, { taken: condition })
    .filter(({ kind, name }) => kind !== 'condition' && template.resources.has(name))
    .map(({ name }) => name);
  for (const name of declared.dependsOn) {
    if (template.resources.has(name)) continue;
    throw new TemplateError({
      place: template.at(['Resources', logicalId, 'DependsOn']),
      reason: `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template.`,
      fix: didYouMean(name, [...template.resources.keys()]),
    });
  }
  return new Set([...declared.dependsOn, ...referenced]);
}

function circle(template: Template, members: readonly string[]): TemplateError {
  const [first = ''] = members;
  return new TemplateError({
    place: template.at(['Resources', first]),
    reason: `Circular dependency between resources: [${members.join(', ')}] (${[...members, first].join(' -> ')}).`,
    fix:
      members.length === 1
        ? 'A resource cannot refer to itself.'
        : 'Break the circle, for example by moving a rule into a resource of its own.',
  });
}
