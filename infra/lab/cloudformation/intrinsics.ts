/**
 * Intrinsic functions (CloudFormation template reference, intrinsic-function-reference) and pseudo parameters:
 * a declared value in, a resolved value out. What cannot be resolved is an error at its place, never left as text.
 */
import { cidrBlocks, CidrError } from './cidr-blocks';
import { type Intrinsic, intrinsicOf, readGetAtt, readList, readSub, subParts } from './intrinsic-syntax';
import { fault, literal, type Scope } from './resolution-scope';
import { didYouMean, type Path } from './template-error';
import {
  containsLater,
  isList,
  isObject,
  type Json,
  LATER,
  NO_VALUE,
  scalarText,
  typeName,
  type Value,
} from './values';

type Resolved = Value | typeof NO_VALUE;

/** Resolves a declared value. NO_VALUE only at the top: inside lists and objects it removes its entry. */
export function resolve(value: Json, path: Path, scope: Scope): Resolved {
  const intrinsic = intrinsicOf(value, path, scope.template);
  if (intrinsic !== null) return evaluate(intrinsic, scope);
  if (isList(value)) {
    const items: readonly Json[] = value;
    return items.map((item, at) => resolve(item, [...path, at], scope)).filter((item) => item !== NO_VALUE);
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return Object.fromEntries(
    entries.flatMap(([name, part]): [string, Value][] => {
      const resolved = resolve(part, [...path, name], scope);
      return resolved === NO_VALUE ? [] : [[name, resolved]];
    }),
  );
}

/** As `resolve`, for a place where something must be left: NO_VALUE is an error there. */
export function resolveValue(value: Json, path: Path, scope: Scope): Value {
  const resolved = resolve(value, path, scope);
  if (resolved !== NO_VALUE) return resolved;
  return fault(
    scope,
    path,
    'AWS::NoValue cannot stand here.',
    'It removes a property or a list item, nothing else.',
  );
}

/** As `resolve`, for a place that takes a string: a scalar becomes one. */
export function resolveText(value: Json, path: Path, scope: Scope): string | typeof LATER {
  const resolved = resolveValue(value, path, scope);
  if (resolved === LATER) return LATER;
  return (
    scalarText(resolved) ??
    fault(scope, path, `A string is needed here, not ${typeName(resolved).toLowerCase()}.`)
  );
}

type Evaluation = (intrinsic: Intrinsic, scope: Scope) => Resolved;

const EVALUATIONS: ReadonlyMap<string, Evaluation> = new Map<string, Evaluation>([
  ['Ref', ({ argument, path }, scope) => scope.ref(literal(argument, path, scope), path)],
  ['Fn::GetAtt', getAtt],
  ['Fn::Sub', sub],
  ['Fn::Join', join],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::If', choose],
  ['Fn::FindInMap', findInMap],
  ['Fn::ImportValue', importValue],
  ['Fn::GetAZs', zones],
  ['Fn::Base64', base64],
  ['Fn::Cidr', cidr],
  ['Fn::ToJsonString', toJsonString],
  ['Fn::Length', length],
]);

function evaluate(intrinsic: Intrinsic, scope: Scope): Resolved {
  const evaluation = EVALUATIONS.get(intrinsic.name);
  if (evaluation !== undefined) return evaluation(intrinsic, scope);
  return fault(
    scope,
    intrinsic.path,
    `${intrinsic.name} is only allowed in Conditions.`,
    'Name a condition there and use it here with Fn::If.',
  );
}

function getAtt({ argument, path }: Intrinsic, scope: Scope): Value {
  const { logicalId, attribute } = readGetAtt(argument, path, scope.template);
  const name = resolveText(attribute, [...path, 1], scope);
  return name === LATER ? LATER : scope.attribute(logicalId, name, path);
}

function sub({ argument, path }: Intrinsic, scope: Scope): Value {
  const { text, variables } = readSub(argument, path, scope.template);
  const parts = subParts(text, path, scope.template).map((part): string | typeof LATER => {
    if (typeof part === 'string') return part;
    const own = variables[part.name];
    if (own !== undefined) return resolveText(own, [...path, 1, part.name], scope);
    const dot = part.name.indexOf('.');
    const value =
      dot < 0
        ? scope.ref(part.name, path)
        : scope.attribute(part.name.slice(0, dot), part.name.slice(dot + 1), path);
    if (value === LATER) return LATER;
    const scalar = value === NO_VALUE ? null : scalarText(value);
    return (
      scalar ??
      fault(scope, path, `\${${part.name}} is not a string, and Fn::Sub can only put strings into a text.`)
    );
  });
  return joined(parts, '');
}

function joined(parts: readonly (string | typeof LATER)[], delimiter: string): Value {
  const known = parts.filter((part) => part !== LATER);
  return known.length === parts.length ? known.join(delimiter) : LATER;
}

function join({ argument, path }: Intrinsic, scope: Scope): Value {
  const [delimiter, list] = readList(argument, path, scope.template, {
    function: 'Fn::Join',
    least: 2,
    most: 2,
  });
  if (typeof delimiter !== 'string')
    return fault(scope, path, 'The delimiter of Fn::Join must be a string written out.');
  const items = resolveItems(list, [...path, 1], scope);
  if (items === LATER) return LATER;
  return joined(
    items.map((item) =>
      item === LATER
        ? LATER
        : (scalarText(item) ??
          fault(scope, path, `Fn::Join joins strings, and one item is ${typeName(item).toLowerCase()}.`)),
    ),
    delimiter,
  );
}

/** A list argument: written out, or the value of an intrinsic. */
function resolveItems(list: Json | undefined, path: Path, scope: Scope): readonly Value[] | typeof LATER {
  const items = list === undefined ? undefined : resolveValue(list, path, scope);
  if (items === LATER) return LATER;
  return isList(items)
    ? items
    : fault(scope, path, `A list is needed here, not ${typeName(items).toLowerCase()}.`);
}

function select({ argument, path }: Intrinsic, scope: Scope): Value {
  const [index, list] = readList(argument, path, scope.template, {
    function: 'Fn::Select',
    least: 2,
    most: 2,
  });
  const items = resolveItems(list, [...path, 1], scope);
  const at = resolveText(index ?? '', [...path, 0], scope);
  if (items === LATER || at === LATER) return LATER;
  if (!/^\d+$/.test(at))
    return fault(scope, path, `The index of Fn::Select must be a number from 0, not '${at}'.`);
  const item = items[Number(at)];
  if (item !== undefined) return item;
  return fault(
    scope,
    path,
    `Fn::Select cannot select value at index ${at}: the list has ${items.length} items.`,
  );
}

function split({ argument, path }: Intrinsic, scope: Scope): Value {
  const [delimiter, source] = readList(argument, path, scope.template, {
    function: 'Fn::Split',
    least: 2,
    most: 2,
  });
  if (typeof delimiter !== 'string' || delimiter === '')
    return fault(scope, path, 'The delimiter of Fn::Split must be a string that is not empty.');
  const text = resolveText(source ?? '', [...path, 1], scope);
  return text === LATER ? LATER : text.split(delimiter);
}

function choose({ argument, path }: Intrinsic, scope: Scope): Resolved {
  const [name, yes, no] = readList(argument, path, scope.template, { function: 'Fn::If', least: 3, most: 3 });
  const holds = scope.condition(literal(name, path, scope), [...path, 0]);
  return resolve((holds ? yes : no) ?? null, [...path, holds ? 1 : 2], scope);
}

function findInMap({ argument, path }: Intrinsic, scope: Scope): Value {
  const { template } = scope;
  const keys = readList(argument, path, template, {
    function: 'Fn::FindInMap',
    least: 3,
    most: template.languageExtensions ? 4 : 3,
  });
  const [map = '', top = '', second = ''] = keys
    .slice(0, 3)
    .map((key, at) => resolveText(key, [...path, at], scope));
  if (map === LATER || top === LATER || second === LATER)
    return fault(scope, path, 'Fn::FindInMap cannot look up what a resource returns.');
  const rows = template.mappings[map];
  const row = isObject(rows) ? rows[top] : undefined;
  const found = isObject(row) ? row[second] : undefined;
  if (found !== undefined) return found;
  const fallback = keys[3];
  if (isObject(fallback) && 'DefaultValue' in fallback)
    return resolveValue(
      (fallback as Readonly<Record<string, Json>>)['DefaultValue'] ?? null,
      [...path, 3, 'DefaultValue'],
      scope,
    );
  const known = !isObject(rows)
    ? Object.keys(template.mappings)
    : !isObject(row)
      ? Object.keys(rows)
      : Object.keys(row);
  const missing = !isObject(rows) ? map : !isObject(row) ? top : second;
  return fault(
    scope,
    path,
    `Template error: Unable to get mapping for ${map}::${top}::${second}.`,
    didYouMean(missing, known),
  );
}

function importValue({ argument, path }: Intrinsic, scope: Scope): Value {
  const name = resolveText(argument, path, scope);
  return name === LATER
    ? fault(scope, path, 'The name of an import cannot depend on a resource.')
    : scope.importValue(name, path);
}

function zones({ argument, path }: Intrinsic, scope: Scope): Value {
  const region = resolveText(argument, path, scope);
  if (region === '' || region === scope.region) return [...scope.availabilityZones];
  return fault(
    scope,
    path,
    `The lab knows the Availability Zones of ${scope.region} only, not of ${region === LATER ? 'a Region that a resource returns' : `'${region}'`}.`,
  );
}

function base64({ argument, path }: Intrinsic, scope: Scope): Value {
  const text = resolveText(argument, path, scope);
  return text === LATER ? LATER : Buffer.from(text).toString('base64');
}

function cidr({ argument, path }: Intrinsic, scope: Scope): Value {
  const parts = readList(argument, path, scope.template, { function: 'Fn::Cidr', least: 2, most: 3 });
  const [block = '', count = '', bits] = parts.map((part, at) => resolveText(part, [...path, at], scope));
  if (block === LATER || count === LATER || bits === LATER) return LATER;
  try {
    return cidrBlocks(block, count, bits);
  } catch (error) {
    if (error instanceof CidrError) return fault(scope, path, `Template error: ${error.message}.`);
    throw error;
  }
}

function extension(name: string, path: Path, scope: Scope): void {
  if (!scope.template.languageExtensions)
    fault(
      scope,
      path,
      `${name} needs the language extensions.`,
      "Add 'Transform: AWS::LanguageExtensions' to the template.",
    );
}

function toJsonString({ argument, path }: Intrinsic, scope: Scope): Value {
  extension('Fn::ToJsonString', path, scope);
  const value = resolveValue(argument, path, scope);
  return containsLater(value) ? LATER : JSON.stringify(value);
}

function length({ argument, path }: Intrinsic, scope: Scope): Value {
  extension('Fn::Length', path, scope);
  const items = resolveItems(argument, path, scope);
  return items === LATER ? LATER : items.length;
}
