/** The written form of intrinsic functions, apart from what they mean. */
import { didYouMean, type Path, type Place, TemplateError } from './template-error';
import { isJsonObject, isList, isObject, type Json, type JsonObject, scalarText, typeName } from './values';

export interface Intrinsic {
  /** `Ref`, `Fn::Sub`, … */
  readonly name: string;
  readonly argument: Json;
  /** The place of the argument. */
  readonly path: Path;
}

/** Where errors are placed; a Template is one. */
export interface Placing {
  readonly at: (path: Path) => Place;
}

export const FUNCTIONS: readonly string[] = [
  'Ref',
  'Fn::And',
  'Fn::Base64',
  'Fn::Cidr',
  'Fn::Equals',
  'Fn::FindInMap',
  'Fn::GetAtt',
  'Fn::GetAZs',
  'Fn::If',
  'Fn::ImportValue',
  'Fn::Join',
  'Fn::Length',
  'Fn::Not',
  'Fn::Or',
  'Fn::Select',
  'Fn::Split',
  'Fn::Sub',
  'Fn::ToJsonString',
];

/** The intrinsic that an object is, or null for plain data. An object that is half one is an error. */
export function intrinsicOf(value: Json, path: Path, placing: Placing): Intrinsic | null {
  if (!isObject(value)) return null;
  const names = Object.keys(value);
  const name = names.find((each) => each === 'Ref' || each.startsWith('Fn::'));
  if (name === undefined) return null;
  const inside = [...path, name];
  if (name === 'Fn::Transform')
    throw new TemplateError({
      place: placing.at(inside),
      reason: 'The lab runs no macros: it cannot expand Fn::Transform.',
    });
  if (name.startsWith('Fn::ForEach'))
    throw new TemplateError({
      place: placing.at(inside),
      reason: 'The lab does not expand Fn::ForEach.',
      fix: 'Write the repeated entries out.',
    });
  if (!FUNCTIONS.includes(name)) {
    throw new TemplateError({
      place: placing.at(inside),
      reason: `Template error: ${name} is not an intrinsic function.`,
      fix: didYouMean(name, FUNCTIONS),
    });
  }
  if (names.length > 1) {
    throw new TemplateError({
      place: placing.at(inside),
      reason: `${name} must be the only key of its object; ${names.filter((each) => each !== name).join(', ')} stand beside it.`,
    });
  }
  const argument = (value as Readonly<Record<string, Json>>)[name] ?? null;
  return { name, argument, path: inside };
}

/** A list argument with as many items as the function takes. */
export function readList(
  argument: Json,
  path: Path,
  placing: Placing,
  {
    function: name,
    least = 1,
    most,
  }: { readonly function: string; readonly least?: number; readonly most: number },
): readonly Json[] {
  const items: readonly Json[] | null = isList(argument) ? argument : null;
  if (items !== null && items.length >= least && items.length <= most) return items;
  const wanted = least === most ? `${most}` : `${least} to ${most}`;
  const given = items === null ? typeName(argument).toLowerCase() : `${items.length}`;
  throw new TemplateError({
    place: placing.at(path),
    reason: `${name} takes a list of ${wanted} values, not ${given}.`,
  });
}

/** `[logicalId, attribute]` or `logicalId.attribute`; the attribute may be an intrinsic. */
export function readGetAtt(
  argument: Json,
  path: Path,
  placing: Placing,
): { logicalId: string; attribute: Json } {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot > 0 && dot < argument.length - 1)
      return { logicalId: argument.slice(0, dot), attribute: argument.slice(dot + 1) };
  } else if (isList(argument)) {
    const [logicalId, attribute, ...more]: readonly Json[] = argument;
    // A nested stack's output may come split at every dot: [Stack, Outputs, Name] is no form CloudFormation takes.
    if (typeof logicalId === 'string' && attribute !== undefined && more.length === 0)
      return { logicalId, attribute };
  }
  throw new TemplateError({
    place: placing.at(path),
    reason: 'Fn::GetAtt takes the logical id of a resource and the name of an attribute.',
    fix: 'Write LogicalId.Attribute.',
  });
}

/** The name that a Ref has, which must be written out. */
export function readRef(argument: Json, path: Path, placing: Placing): string {
  const name = scalarText(argument);
  if (name !== null) return name;
  throw new TemplateError({
    place: placing.at(path),
    reason: `Ref takes a name written out, not ${typeName(argument).toLowerCase()}.`,
  });
}

/** Fn::Sub's text and its own variables. */
export function readSub(
  argument: Json,
  path: Path,
  placing: Placing,
): { readonly text: string; readonly variables: JsonObject } {
  if (typeof argument === 'string') return { text: argument, variables: {} };
  const [text, variables] = isList(argument)
    ? readList(argument, path, placing, { function: 'Fn::Sub', most: 2 })
    : [];
  if (typeof text === 'string' && isJsonObject(variables)) return { text, variables };
  throw new TemplateError({
    place: placing.at(path),
    reason: 'Fn::Sub takes a string, or a list of a string and an object of variables.',
  });
}

export type SubPart = string | { readonly name: string };

/** The literal and variable parts of Fn::Sub's text; `${!Name}` is the literal `${Name}`. */
export function subParts(text: string, path: Path, placing: Placing): readonly SubPart[] {
  const parts: SubPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const inner = match[1] ?? '';
    const name = inner.trim();
    if (inner.startsWith('!')) parts.push(`\${${inner.slice(1)}}`);
    else if (/^[A-Za-z0-9_.:]+$/.test(name)) parts.push({ name });
    else {
      throw new TemplateError({
        place: placing.at(path),
        reason: `'${match[0]}' is no variable: names in Fn::Sub have letters, digits, underscores, periods and colons only.`,
        fix: `For the literal text write \${!${inner}}.`,
      });
    }
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== '');
}

/** Every part of a value with its path, depth first; `visit` returns false to leave a part's inside out. */
export function walk(value: Json, path: Path, visit: (value: Json, path: Path) => boolean): void {
  if (!visit(value, path)) return;
  if (isList(value)) {
    const items: readonly Json[] = value;
    items.forEach((item, at) => walk(item, [...path, at], visit));
  } else if (isObject(value)) {
    for (const [name, part] of Object.entries(value as Readonly<Record<string, Json>>))
      walk(part, [...path, name], visit);
  }
}
