/**
 * Judges a value by a shape of AWS's service model: required members, members that the model does not know, types, enums,
 * patterns, and the least and most of numbers, lengths and lists (Smithy 2.0 specification, "Constraint traits", which the
 * models were written from). More than botocore's own ParamValidator, which checks neither patterns nor enums nor any maximum.
 */
import type { ServiceModel, Shape } from './service-models.fixture';

export interface Judged {
  readonly model: ServiceModel;
  /** The shape's name; null for an operation without input or output. */
  readonly shape: string | null;
}

/** What is wrong with the value, as `path: what`; empty when nothing is. */
export function breaches({ model, shape }: Judged, value: unknown): readonly string[] {
  if (shape !== null) return ofShape(model, shape, { value, path: '' });
  const extra = isMembers(value) ? Object.keys(value) : [];
  return extra.map((name) => `${name}: the operation has no such thing`);
}

/** Codes that every service may answer with (each service's API reference, "Common Errors"; EC2's own list of client errors). */
export const COMMON_ERRORS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredToken',
  'ExpiredTokenException',
  'InternalFailure',
  'RequestExpired',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'UnauthorizedOperation',
  'UnknownOperationException',
  'ValidationError',
  'ValidationException',
]);

/** Whether the operation may answer with the code: a common one, or one that its model declares; EC2 and S3 declare hardly any. */
export function mayFailWith(model: ServiceModel, operation: string, code: string): boolean {
  const errors = model.operations[operation]?.errors ?? [];
  if (COMMON_ERRORS.has(code) || ['ec2', 'rest-xml'].includes(model.metadata.protocol)) return true;
  return errors.some(({ shape }) => (model.shapes[shape]?.error?.code ?? shape) === code || shape === code);
}

interface At {
  readonly value: unknown;
  readonly path: string;
}

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ofShape(model: ServiceModel, name: string, at: At): readonly string[] {
  const shape = model.shapes[name];
  if (shape === undefined) return [`${at.path}: the model has no shape ${name}`];
  const judge = BY_TYPE[shape.type];
  return judge === undefined ? [] : judge(model, shape, at);
}

type Judge = (model: ServiceModel, shape: Shape, at: At) => readonly string[];

const BY_TYPE: Readonly<Record<string, Judge>> = {
  structure: (model, { members = {}, required = [] }, { value, path }) => {
    if (!isMembers(value)) return [`${path}: is no structure`];
    const given = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
    const names = new Set(given.map(([name]) => name));
    return [
      ...required.filter((name) => !names.has(name)).map((name) => `${below(path, name)}: is required`),
      ...given.flatMap(([name, member]) => {
        const reference = Object.hasOwn(members, name) ? members[name] : undefined;
        const memberPath = below(path, name);
        return reference === undefined
          ? [`${memberPath}: the model has no such member`]
          : ofShape(model, reference.shape, { value: member, path: memberPath });
      }),
    ];
  },
  list: (model, shape, { value, path }) => {
    if (!Array.isArray(value)) return [`${path}: is no list`];
    const items = value.flatMap((item: unknown) =>
      ofShape(model, shape.member?.shape ?? '', { value: item, path: `${path}[]` }),
    );
    return [...outside(shape, value.length, `${path}: items`), ...items];
  },
  map: (model, shape, { value, path }) => {
    if (!isMembers(value)) return [`${path}: is no map`];
    const entries = Object.entries(value);
    return [
      ...outside(shape, entries.length, `${path}: entries`),
      ...entries.flatMap(([key, item]) => [
        ...ofShape(model, shape.key?.shape ?? '', { value: key, path: `${path}{key}` }),
        ...ofShape(model, shape.value?.shape ?? '', { value: item, path: `${path}{}` }),
      ]),
    ];
  },
  string: (_model, shape, { value: text, path }) => {
    if (typeof text !== 'string') return [`${path}: is no text`];
    const known = shape.enum === undefined || shape.enum.includes(text);
    return [
      ...(known ? [] : [`${path}: ${JSON.stringify(text)} is none of the values`]),
      ...outside(shape, Array.from(text).length, `${path}: length`),
      ...(fits(shape.pattern, text)
        ? []
        : [`${path}: ${JSON.stringify(text)} does not fit ${shape.pattern}`]),
    ];
  },
  boolean: (_model, _shape, { value, path }) =>
    typeof value === 'boolean' ? [] : [`${path}: is no boolean`],
  integer: wholeNumber,
  long: wholeNumber,
  float: number,
  double: number,
  timestamp: (_model, _shape, { value, path }) =>
    value instanceof Date && !Number.isNaN(value.getTime()) ? [] : [`${path}: is no time`],
  blob: (_model, shape, { value, path }) => {
    if (typeof value === 'string') return outside(shape, Buffer.byteLength(value), `${path}: bytes`);
    return value instanceof Uint8Array
      ? outside(shape, value.length, `${path}: bytes`)
      : [`${path}: holds no bytes`];
  },
};

function number(_model: ServiceModel, shape: Shape, { value, path }: At): readonly string[] {
  return typeof value === 'number' ? outside(shape, value, `${path}: value`) : [`${path}: is no number`];
}

function wholeNumber(model: ServiceModel, shape: Shape, at: At): readonly string[] {
  return Number.isInteger(at.value) ? number(model, shape, at) : [`${at.path}: is no whole number`];
}

const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function outside({ min = -Infinity, max = Infinity }: Shape, size: number, what: string): readonly string[] {
  return size >= min && size <= max ? [] : [`${what} ${size} not within ${min} to ${max}`];
}

const compiled = new Map<string, RegExp | null>();

/** The whole text, as AWS's services take patterns; what JavaScript cannot compile judges nothing. */
function fits(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  let expression = compiled.get(pattern);
  if (expression === undefined) compiled.set(pattern, (expression = compile(pattern)));
  return expression === null || expression.test(text);
}

function compile(pattern: string): RegExp | null {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(`^(?:${pattern})$`, flags);
    } catch {
      // The next way of reading it, or none.
    }
  }
  return null;
}
