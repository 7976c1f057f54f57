/**
 * What is wrong with a value by a JSON Schema, every fault with its place and what would be right. It reads the keywords of
 * suites/intent.schema.json and throws for any other, so that the schema cannot ask for what nobody checks. A general
 * validator says which keyword failed; an owner who wrote a file by hand must be told what to write instead.
 */

export interface Schema {
  /** What the value must be, as the end of a sentence. */
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Either references, told apart by a member that is constant in each, or members of which one must be there. */
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** Where a value stands, or is missing, in a document: the names and indexes that lead to it. */
export type Path = readonly (string | number)[];

export interface Problem {
  readonly path: Path;
  /** Set where the fault is the key at the end of the path, not its value. */
  readonly at?: 'key';
  /** A sentence without its full stop: the place, the value, and what is wrong with it. */
  readonly reason: string;
  /** What to write instead, as a sentence without its full stop. */
  readonly fix: string;
  /** A word that is not known, and those that are. */
  readonly word?: { readonly written: string; readonly known: readonly string[] };
}

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    '$schema $id title description $defs $ref type const enum pattern format minimum maximum minItems maxItems ' +
    'items required additionalProperties properties oneOf'
  ).split(' '),
);

/** Every fault of a value, in the order of the document. Throws for a schema that says what is not understood here. */
export function schemaProblems(root: Schema, value: unknown): readonly Problem[] {
  return problems({ root, schema: root, path: [] }, value);
}

interface Asked {
  readonly root: Schema;
  readonly schema: Schema;
  readonly path: Path;
}

function problems(asked: Asked, value: unknown): readonly Problem[] {
  const { root, schema } = asked;
  const unknown = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword));
  if (unknown !== undefined) throw new Error(`the schema's keyword ${unknown} is not understood`);
  if (schema.$ref !== undefined) return problems({ ...asked, schema: referred(root, schema.$ref) }, value);
  if (schema.oneOf?.[0]?.$ref !== undefined) return ofChosen(asked, value);
  if (schema.const !== undefined) return value === schema.const ? [] : [wrong(asked, value)];
  if (schema.enum !== undefined)
    return typeof value === 'string' && schema.enum.includes(value)
      ? []
      : [{ ...wrong(asked, value), word: { written: asWord(value), known: schema.enum } }];
  switch (schema.type) {
    case 'object':
      return isMembers(value) ? ofMembers(asked, value) : [wrong(asked, value)];
    case 'array':
      return Array.isArray(value) ? ofItems(asked, value) : [wrong(asked, value)];
    case 'string':
      return typeof value === 'string' && isText(schema, value) ? [] : [wrong(asked, value)];
    case 'integer':
      return isWhole(schema, value) ? [] : [wrong(asked, value)];
    default:
      throw new Error(`the schema's type ${schema.type ?? '(none)'} is not understood`);
  }
}

function referred(root: Schema, reference: string): Schema {
  const name = /^#\/\$defs\/(\w+)$/.exec(reference)?.[1];
  const schema = name === undefined ? undefined : root.$defs?.[name];
  if (schema === undefined) throw new Error(`the schema refers to ${reference}, which is not there`);
  return schema;
}

function isText({ pattern, format }: Schema, text: string): boolean {
  if (format !== undefined && format !== 'date') throw new Error(`the format ${format} is not understood`);
  // JSON Schema: a pattern is a regular expression of ECMA-262 with its flag u.
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(text)) return false;
  return format === undefined || isDay(text);
}

function isWhole({ minimum = -Infinity, maximum = Infinity }: Schema, value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum;
}

/** RFC 3339, `full-date`: a day that the calendar has. */
export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (days[month - 1] ?? 0);
}

function ofItems(asked: Asked, list: readonly unknown[]): readonly Problem[] {
  const { schema, path } = asked;
  const { minItems = 0, maxItems = Infinity, items } = schema;
  if (items === undefined) throw new Error('the schema has a list without items');
  const size: readonly Problem[] =
    list.length < minItems
      ? [{ path, reason: `${placed(path)} is an empty list`, fix: 'Add an entry, or leave the section out' }]
      : list.length > maxItems
        ? [
            {
              path,
              reason: `${placed(path)} has ${list.length} entries`,
              fix: `Keep at most ${maxItems}`,
            },
          ]
        : [];
  return [
    ...size,
    ...list.flatMap((item, index) => problems({ ...asked, schema: items, path: [...path, index] }, item)),
  ];
}

type Members = Readonly<Record<string, unknown>>;

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ofMembers(asked: Asked, value: Members): readonly Problem[] {
  const { schema, path } = asked;
  const { properties = {}, required = [] } = schema;
  if (schema.additionalProperties !== false)
    throw new Error('the schema leaves open what else may stand here');
  const known = Object.keys(properties);
  const inside = Object.entries(value).flatMap(([name, member]): readonly Problem[] => {
    const at = [...path, name];
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (own !== undefined) return problems({ ...asked, schema: own, path: at }, member);
    const reason = `${placed(path)} has no key ${shown(name)}`;
    return [
      { path: at, at: 'key', reason, fix: `Use one of ${known.join(', ')}`, word: { written: name, known } },
    ];
  });
  const missing = required
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => {
      const own = properties[name];
      const target = own?.$ref === undefined ? own : referred(asked.root, own.$ref);
      const what = target?.const === undefined ? target?.description : shown(target.const);
      return { path: [...path, name], reason: `${placed(path)} lacks ${name}`, fix: `Add ${name}: ${what}` };
    });
  return [...inside, ...missing, ...ofAlternatives(asked, value)];
}

/** Of members of which exactly one must be there. */
function ofAlternatives({ schema, path }: Asked, value: Members): readonly Problem[] {
  if (schema.oneOf === undefined) return [];
  const names = schema.oneOf.map(({ required }) => {
    if (required?.[0] === undefined || required.length > 1)
      throw new Error('the schema has alternatives that are not understood');
    return required[0];
  });
  const given = names.filter((name) => Object.hasOwn(value, name));
  if (given.length === 1) return [];
  const reason =
    given.length === 0
      ? `${placed(path)} lacks ${names.join(' or ')}`
      : `${placed(path)} has both ${given.join(' and ')}`;
  // Of two that exclude each other the first may count where contradictions are looked for.
  const at = [...path, given[1] ?? names[0] ?? ''];
  return [{ path: at, at: 'key', reason, fix: `Give exactly one of ${names.join(', ')}` }];
}

/** Of objects that a constant member tells apart: the faults by the one that is meant, not by all. */
function ofChosen(asked: Asked, value: unknown): readonly Problem[] {
  const { root, schema, path } = asked;
  const branches = (schema.oneOf ?? []).map(({ $ref = '' }) => referred(root, $ref));
  const mark = Object.keys(branches[0]?.properties ?? {}).find((name) =>
    branches.every(({ properties }) => properties?.[name]?.const !== undefined),
  );
  if (mark === undefined) throw new Error('nothing tells the alternatives of the schema apart');
  const words = branches.map(({ properties }) => String(properties?.[mark]?.const));
  if (!isMembers(value))
    return [
      wrong({ ...asked, schema: { description: `an entry with ${mark}: ${words.join(' or ')}` } }, value),
    ];
  const given = Object.hasOwn(value, mark) ? value[mark] : undefined;
  const chosen = branches.find(({ properties }) => properties?.[mark]?.const === given);
  if (chosen !== undefined) return problems({ ...asked, schema: chosen }, value);
  if (given === undefined)
    return [
      {
        path: [...path, mark],
        reason: `${placed(path)} lacks ${mark}`,
        fix: `Add ${mark}: ${words.join(', ')}`,
      },
    ];
  const reason = `${placed([...path, mark])} is ${shown(given)}`;
  const fix = `Write one of ${words.join(', ')}`;
  return [{ path: [...path, mark], reason, fix, word: { written: asWord(given), known: words } }];
}

const asWord = (value: unknown): string => (typeof value === 'string' ? value : shown(value));

function wrong({ schema, path }: Asked, value: unknown): Problem {
  const reason = `${placed(path)} ${value === null ? 'is empty' : `is ${shown(value)}`}`;
  const article = schema.type === 'object' && path.length > 0 ? `keys of its own: ` : '';
  const what =
    article === ''
      ? (schema.description ?? schema.type ?? '')
      : `${article}${Object.keys(schema.properties ?? {}).join(', ')}`;
  return { path, reason, fix: `Write ${what}` };
}

/** A place as a person writes it: `destinations[2].name`. */
export function placed(path: Path): string {
  const text = path
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : `.${/^[\w-]{1,40}$/.test(part) ? part : shown(part)}`,
    )
    .join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}

const MAX_SHOWN_CHARACTERS = 80;

/** A value of somebody's file in one short line, control characters as escapes. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isMembers(value)) return 'a mapping of keys';
  const text = JSON.stringify(value) ?? typeof value;
  const short = text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
  return short.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
