/** What a template is resolved in: the meaning of its names. */
import type { Template } from './template';
import { describePath, type Path, TemplateError } from './template-error';
import { type Json, type NO_VALUE, scalarText, typeName, type Value } from './values';

/** What the names in a template stand for. */
export interface Scope {
  readonly template: Template;
  readonly region: string;
  readonly availabilityZones: readonly string[];
  /** A parameter, a pseudo parameter or a resource. */
  ref(name: string, path: Path): Value | typeof NO_VALUE;
  attribute(logicalId: string, attribute: string, path: Path): Value;
  condition(name: string, path: Path): boolean;
  importValue(name: string, path: Path): Value;
}

/** A fault of the template at that place. */
export function fault(scope: Scope, path: Path, reason: string, fix?: string): never {
  throw new TemplateError({ place: scope.template.at(path), reason, fix });
}

/** A name that a function wants written out, not computed. */
export function literal(value: Json | undefined, path: Path, scope: Scope): string {
  return (
    scalarText(value) ??
    fault(
      scope,
      path,
      `${describeFunction(path)} needs a name written out here, not ${typeName(value).toLowerCase()}.`,
    )
  );
}

function describeFunction(path: Path): string {
  const name = path.findLast(
    (step): step is string => typeof step === 'string' && (step === 'Ref' || step.startsWith('Fn::')),
  );
  return name ?? describePath(path);
}
