/**
 * The shapes of resource properties: what a type's properties may hold, as data. A shape checks a resolved value
 * and gives the TypeScript type of what it lets through, so a provider works with typed properties.
 */
import { didYouMean, type Path } from './template-error';
import { isList, isObject, type Json, LATER, scalarText, typeName, type Value } from './values';

export interface TextShape<V extends string> {
  readonly kind: 'text';
  readonly oneOf?: readonly V[];
}
export interface BooleanShape {
  readonly kind: 'boolean';
}
export interface IntegerShape {
  readonly kind: 'integer';
}
/** Any JSON, or JSON text: policy documents. */
export interface DocumentShape {
  readonly kind: 'document';
}
/** Settings that go to the API as they are written; neither the engine nor the lab looks into them. */
export interface CarriedShape<T> {
  readonly kind: 'carried';
  /** There for the type alone. */
  readonly type?: T;
}
export interface ListShape<S> {
  readonly kind: 'list';
  readonly of: S;
}
/** Members by names of the template's own choice. */
export interface MapShape<S> {
  readonly kind: 'map';
  readonly of: S;
}
export interface ObjectShape<M> {
  readonly kind: 'object';
  readonly members: M;
  /** Members that AWS has and the lab cannot carry. */
  readonly notCarried: readonly string[];
}
export type Members = Readonly<Record<string, Shape>>;
export type Shape = (
  | TextShape<string>
  | BooleanShape
  | IntegerShape
  | DocumentShape
  | CarriedShape<unknown>
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'object'; readonly members: Members; readonly notCarried: readonly string[] }
) & { readonly required?: boolean };

/** The type of the values that a shape lets through. */
export type TypeOf<S> =
  S extends TextShape<infer V>
    ? V
    : S extends BooleanShape
      ? boolean
      : S extends IntegerShape
        ? number
        : S extends DocumentShape
          ? Json
          : S extends CarriedShape<infer T>
            ? T
            : S extends { readonly kind: 'list'; readonly of: infer I }
              ? TypeOf<I>[]
              : S extends { readonly kind: 'map'; readonly of: infer I }
                ? Record<string, TypeOf<I>>
                : S extends { readonly kind: 'object'; readonly members: infer M }
                  ? ObjectOf<M>
                  : never;
type RequiredNames<M> = { [K in keyof M]: M[K] extends { readonly required: true } ? K : never }[keyof M];
type ObjectOf<M> = { [K in RequiredNames<M>]: TypeOf<M[K]> } & {
  [K in Exclude<keyof M, RequiredNames<M>>]?: TypeOf<M[K]>;
};

export const text: TextShape<string> = { kind: 'text' };
export const flag: BooleanShape = { kind: 'boolean' };
export const integer: IntegerShape = { kind: 'integer' };
export const json: DocumentShape = { kind: 'document' };

export function carried<T>(): CarriedShape<T> {
  return { kind: 'carried' };
}

export function oneOf<const V extends string>(...values: readonly V[]): TextShape<V> {
  return { kind: 'text', oneOf: values };
}
export function list<S extends Shape>(of: S): ListShape<S> {
  return { kind: 'list', of };
}
export function mapOf<S extends Shape>(of: S): MapShape<S> {
  return { kind: 'map', of };
}
export function object<M extends Members>(members: M, notCarried: readonly string[] = []): ObjectShape<M> {
  return { kind: 'object', members, notCarried };
}
export function required<S extends Shape>(shape: S): S & { readonly required: true } {
  return { ...shape, required: true };
}

export interface ShapeFault {
  readonly path: Path;
  readonly reason: string;
  readonly fix?: string | undefined;
}

/** The first thing about a value that its shape does not allow, or null. What is not known yet is let through. */
export function shapeFault(shape: Shape, value: Value, path: Path): ShapeFault | null {
  if (value === LATER) return null;
  const wrongType = (wanted: string): ShapeFault => ({
    path,
    reason: `Value of property ${lastName(path)} must be of type ${wanted}, not ${typeName(value)}.`,
  });
  switch (shape.kind) {
    case 'text': {
      const written = scalarText(value);
      if (written === null) return wrongType('String');
      if (shape.oneOf === undefined || shape.oneOf.includes(written)) return null;
      const fix = didYouMean(written, shape.oneOf) ?? `Allowed: ${shape.oneOf.join(', ')}.`;
      return { path, reason: `'${written}' is not a valid value of ${lastName(path)}.`, fix };
    }
    case 'boolean':
      return /^(true|false)$/i.test(scalarText(value) ?? '') ? null : wrongType('Boolean');
    case 'integer':
      return /^-?\d+$/.test(scalarText(value) ?? '') ? null : wrongType('Integer');
    case 'document':
      return null;
    case 'carried':
      return isObject(value) || isList(value) ? null : wrongType('Object');
    case 'list':
      if (!isList(value)) return wrongType('List');
      return firstFault(value.map((item, at) => () => shapeFault(shape.of, item, [...path, at])));
    case 'map':
      if (!isObject(value)) return wrongType('Map');
      return firstFault(
        Object.entries(value).map(
          ([name, item]) =>
            () =>
              shapeFault(shape.of, item, [...path, name]),
        ),
      );
  }
  return isObject(value) ? objectFault(shape, value, path) : wrongType('Object');
}

function objectFault(
  { members, notCarried }: ObjectShape<Members>,
  value: Readonly<Record<string, Value>>,
  path: Path,
): ShapeFault | null {
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(members, name)) continue;
    if (notCarried.includes(name))
      return {
        path: [...path, name],
        reason: `AWS has the property ${name}, but the lab does not carry it.`,
        fix: 'Leave it out to verify the rest.',
      };
    return {
      path: [...path, name],
      reason: `Encountered unsupported property ${name}.`,
      fix: didYouMean(name, Object.keys(members)),
    };
  }
  const missing = Object.entries(members).find(
    ([name, { required: needed }]) => needed === true && !Object.hasOwn(value, name),
  );
  if (missing !== undefined)
    return { path, reason: `Missing required property ${missing[0]}.`, fix: `Add ${missing[0]}.` };
  return firstFault(
    Object.entries(value).map(([name, part]) => () => {
      const shape = members[name];
      return shape === undefined ? null : shapeFault(shape, part, [...path, name]);
    }),
  );
}

function firstFault(checks: readonly (() => ShapeFault | null)[]): ShapeFault | null {
  for (const check of checks) {
    const fault = check();
    if (fault !== null) return fault;
  }
  return null;
}

function lastName(path: Path): string {
  return path.findLast((step) => typeof step === 'string') ?? '';
}

/** A checked value in its shape's own types: 'true' becomes true, 443 in a text becomes '443'. */
export function shaped<S extends Shape>(shape: S, value: Value): TypeOf<S> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- shapeFault found the value to be of the shape
  return converted(shape, value) as TypeOf<S>;
}

function converted(shape: Shape, value: Value): unknown {
  if (value === LATER) throw new Error('a value that is not known yet cannot be given to AWS');
  switch (shape.kind) {
    case 'text':
      return scalarText(value) ?? '';
    case 'boolean':
      return (scalarText(value) ?? '').toLowerCase() === 'true';
    case 'integer':
      return Number(scalarText(value));
    case 'document':
    case 'carried':
      return value;
    case 'list':
      return (isList(value) ? value : []).map((item) => converted(shape.of, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(isObject(value) ? value : {}).map(([name, item]) => [name, converted(shape.of, item)]),
      );
  }
  return Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).flatMap(([name, part]): [string, unknown][] => {
      const member = shape.members[name];
      return member === undefined ? [] : [[name, converted(member, part)]];
    }),
  );
}
