/**
 * A template's text as plain JSON in long-form intrinsics (`!Ref x` is `{ Ref: x }`), with the line and column of
 * every node. Reads what CloudFormation reads and refuses what it refuses: "supports the YAML 1.1 specification
 * with a few exceptions: the binary, omap, pairs, set and timestamp tags, aliases, hash merges" (CloudFormation
 * user guide, template-formats).
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  type YAMLError,
} from 'yaml';
import { describePath, didYouMean, type Path, type Place, TemplateError } from './template-error';
import type { Json } from './values';

export interface TemplateDocument {
  readonly value: Json;
  /** The place of a path, or of the nearest part around it that stands in the text. */
  readonly at: (path: Path) => Place;
}

/** CloudFormation's quota for a template body in S3 (user guide, cloudformation-limits). */
export const MAX_TEMPLATE_BYTES = 1_048_576;

const LONG_FORM: ReadonlyMap<string, string> = new Map([
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...[
    'And',
    'Base64',
    'Cidr',
    'Equals',
    'FindInMap',
    'GetAtt',
    'GetAZs',
    'If',
    'ImportValue',
    'Join',
    'Length',
    'Not',
    'Or',
    'Select',
    'Split',
    'Sub',
    'ToJsonString',
    'Transform',
  ].map((name): [string, string] => [`!${name}`, `Fn::${name}`]),
]);

const CORE_TAG = /^tag:yaml\.org,2002:(str|int|float|bool|null|seq|map)$/;

/** Reads a template's text; throws a TemplateError for text that CloudFormation could not read. */
export function readTemplateText(text: string): TemplateDocument {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_TEMPLATE_BYTES)
    throw new TemplateError({
      place: { path: '', line: null, column: null },
      reason: `The template has ${bytes} bytes; CloudFormation takes at most ${MAX_TEMPLATE_BYTES}.`,
    });
  const lines = new LineCounter();
  const document = parsed(text, lines);
  const [error] = document.errors;
  if (error !== undefined) throw syntaxError(error, text);
  const places = new Map<string, Place>();
  const reader: Reader = {
    lines,
    note: (path, offset) => {
      const { line, col } = lines.linePos(offset);
      const place = { path: describePath(path), line, column: col };
      if (!places.has(place.path)) places.set(place.path, place);
      return place;
    },
  };
  const value = document.contents === null ? null : toJson(document.contents, [], reader);
  return { value, at: (path) => nearestPlace(places, path) };
}

function parsed(text: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, { version: '1.2', logLevel: 'silent', lineCounter, stringKeys: false });
  } catch (error) {
    // The parser recurses: a text of nothing but brackets ends its stack.
    if (error instanceof RangeError)
      throw new TemplateError({
        place: { path: '', line: null, column: null },
        reason: 'The template is nested too deeply to be read.',
      });
    throw error;
  }
}

function syntaxError({ message, linePos, pos, code }: YAMLError, source: string): TemplateError {
  const place = { path: '', line: linePos?.[0].line ?? null, column: linePos?.[0].col ?? null };
  if (code === 'DUPLICATE_KEY') {
    const [key = ''] = /^[^\s:#,{}]+/.exec(source.slice(pos[0])) ?? [];
    return new TemplateError({
      place,
      reason: `The key ${key} stands twice in one mapping.`,
      fix: 'Remove or rename one of the two.',
    });
  }
  const [firstLine = message] = message.split('\n');
  const reason = firstLine.replace(/ at line \d+, column \d+:?$/, '');
  return new TemplateError({ place, reason: `This is not valid YAML or JSON: ${reason}.` });
}

/** A path of the error itself, its line of the nearest ancestor that is in the text. */
function nearestPlace(places: ReadonlyMap<string, Place>, path: Path): Place {
  for (let length = path.length; length >= 0; length--) {
    const place = places.get(describePath(path.slice(0, length)));
    if (place !== undefined) return { ...place, path: describePath(path) };
  }
  return { path: describePath(path), line: null, column: null };
}

interface Reader {
  readonly lines: LineCounter;
  note(path: Path, offset: number): Place;
}

function toJson(node: Node | null, path: Path, reader: Reader): Json {
  if (node === null) return null;
  const place = reader.note(path, node.range?.[0] ?? 0);
  if (isAlias(node)) {
    throw new TemplateError({
      place,
      reason: 'CloudFormation does not support YAML aliases.',
      fix: `Write the value of *${node.source} out.`,
    });
  }
  const longForm = longFormOf(node, place);
  const inside = longForm === null ? path : [...path, longForm];
  const value = contents(node, inside, reader);
  if (longForm === null) return value;
  reader.note(inside, node.range?.[0] ?? 0);
  return { [longForm]: value };
}

function contents(node: Node, path: Path, reader: Reader): Json {
  if (isMap(node)) return Object.fromEntries(node.items.map((pair) => entry(pair, path, reader)));
  if (isSeq(node)) return node.items.map((item, at) => toJson(asNode(item), [...path, at], reader));
  if (isScalar(node)) return scalar(node, reader.note(path, node.range?.[0] ?? 0));
  return null;
}

function entry(pair: Pair, path: Path, reader: Reader): [string, Json] {
  const key = asNode(pair.key);
  if (key === null || !isScalar(key)) {
    throw new TemplateError({
      place: reader.note(path, key?.range?.[0] ?? 0),
      reason: 'A key must be a plain name.',
    });
  }
  const name = keyText(key);
  const place = reader.note([...path, name], key.range?.[0] ?? 0);
  if (name === '<<' && key.type === Scalar.PLAIN) {
    throw new TemplateError({
      place,
      reason: 'CloudFormation does not support YAML merge keys (<<).',
      fix: 'Write the merged entries out.',
    });
  }
  return [name, toJson(asNode(pair.value), [...path, name], reader)];
}

/** A key as it is written: `2012-10-17`, `true` and `1` are names here. */
function keyText(key: Scalar): string {
  if (typeof key.value === 'string') return key.value;
  return typeof key.source === 'string' ? key.source : String(key.value);
}

function asNode(part: unknown): Node | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a parsed document holds nodes only
  return (part ?? null) as Node | null;
}

function longFormOf(node: Node, place: Place): string | null {
  const tag = node.tag;
  if (tag === undefined || CORE_TAG.test(tag)) return null;
  const longForm = LONG_FORM.get(tag);
  if (longForm === undefined) {
    throw new TemplateError({
      place,
      reason: `${tag} is not a tag that CloudFormation knows.`,
      fix: didYouMean(tag, [...LONG_FORM.keys()]),
    });
  }
  return longForm;
}

// Plain scalars that YAML 1.1, CloudFormation's version, reads otherwise than 1.2, this parser's.
const BOOLEAN_1_1 = /^(yes|no|on|off)$/i;
const OCTAL_1_1 = /^[-+]?0[0-9_]+$/;
const SEXAGESIMAL_1_1 = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/;

function scalar(node: Scalar, place: Place): Json {
  const { value, source, tag } = node;
  if (node.type === Scalar.PLAIN && tag === undefined && source !== undefined) {
    if (BOOLEAN_1_1.test(source)) return /^(yes|on)$/i.test(source);
    if (OCTAL_1_1.test(source) || SEXAGESIMAL_1_1.test(source)) {
      throw new TemplateError({
        place,
        reason: `CloudFormation reads ${source} as an octal or base 60 number.`,
        fix: `Quote it ('${source}') or write the number that is meant.`,
      });
    }
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TemplateError({
    place,
    reason: `${source ?? typeof value} is not a value that a template can hold.`,
    fix: 'Quote it.',
  });
}
