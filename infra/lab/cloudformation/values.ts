/** The values of a template: plain JSON, and two marks that only the engine puts there. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** What `AWS::NoValue` resolves to: the property that holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

/** A value that is known only once the resource it comes from exists. */
export const LATER = Symbol('known after creation');

/** A resolved value; free of LATER when everything it refers to exists. */
export type Value =
  | null
  | boolean
  | number
  | string
  | typeof LATER
  | readonly Value[]
  | { readonly [name: string]: Value };
export type ValueObject = Readonly<Record<string, Value>>;

export function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value);
}

export function isObject(value: unknown): value is ValueObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return isObject(value);
}

/** Text of a scalar as CloudFormation writes it, or null for what is no scalar. */
export function scalarText(value: Value | undefined): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** How CloudFormation names the type of a value in its errors. */
export function typeName(value: Value | Json | undefined): string {
  if (value === null || value === undefined) return 'Null';
  if (isList(value)) return 'List';
  if (isObject(value)) return 'Object';
  return { string: 'String', number: 'Number', boolean: 'Boolean' }[typeof value as string] ?? typeof value;
}

/** Whether any part of the value is not known yet. */
export function containsLater(value: Value): boolean {
  if (value === LATER) return true;
  if (isList(value)) return value.some(containsLater);
  return isObject(value) && Object.values(value).some(containsLater);
}
