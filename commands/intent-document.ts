/**
 * The text of an intent's file as plain data, with the line and column of everything in it. Plain YAML only: no aliases and
 * anchors (a few lines of them can stand for millions), no tags, no second document, no key twice. JSON is YAML, too.
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
  type Scalar,
} from 'yaml';
import { placed, shown, type Path, type Problem } from '../suites/schema-problems';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something wrong with the text itself. */
export interface TextFault extends Place {
  readonly reason: string;
  readonly fix: string;
}

export interface IntentDocument {
  readonly value: unknown;
  readonly faults: readonly TextFault[];
  /** Whether the value is what the text says, but for its faults; false where the text could not be taken apart. */
  readonly isWhole: boolean;
  /** Where a problem is: its key or value, or the nearest part around it that stands in the text. */
  readonly placeOf: (problem: Pick<Problem, 'path' | 'at'>) => Place;
}

const START: Place = { line: 1, column: 1 };

/** Never throws: whatever the text is, the document says what is wrong with it. */
export function readIntentText(text: string): IntentDocument {
  const lines = new LineCounter();
  const document = parsed(text, lines);
  if (document === null) {
    const fault = {
      ...START,
      reason: 'the file is nested too deeply to be read',
      fix: 'Write it as a plain list of sections',
    };
    return { value: null, faults: [fault], isWhole: false, placeOf: () => START };
  }
  const reading: Reading = { places: new Map(), faults: [], lines };
  const value = document.contents === null ? null : dataOf(document.contents, [], reading);
  const syntax = document.errors.map(({ message, linePos, code }): TextFault => {
    const [first] = linePos ?? [];
    const place = first === undefined ? START : { line: first.line, column: first.col };
    if (code === 'MULTIPLE_DOCS')
      return { ...place, reason: 'a second document begins here', fix: 'Keep one, without the line ---' };
    const [sentence = message] = message.split('\n');
    const reason = `this is not YAML: ${sentence.replace(/ at line \d+, column \d+:?$/, '')}`;
    return { ...place, reason, fix: 'Correct the line, or put the text in quotes' };
  });
  return {
    value,
    faults: [...syntax, ...reading.faults],
    isWhole: syntax.length === 0,
    placeOf: (problem) => nearest(reading, problem),
  };
}

/** Null for a text whose nesting ends the parser's stack. */
function parsed(text: string, lineCounter: LineCounter) {
  try {
    // Keys are compared in dataOf: the parser's own comparison takes the square of their number.
    return parseDocument(text, { version: '1.2', logLevel: 'error', lineCounter, uniqueKeys: false });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

interface Reading {
  /** By the path as JSON, `k` in front for the key and `v` for the value. */
  readonly places: Map<string, Place>;
  readonly faults: TextFault[];
  readonly lines: LineCounter;
}

function nearest({ places }: Reading, { path, at }: Pick<Problem, 'path' | 'at'>): Place {
  for (let length = path.length; length >= 0; length--) {
    const own = JSON.stringify(path.slice(0, length));
    const place = (at === 'key' ? places.get(`k${own}`) : undefined) ?? places.get(`v${own}`);
    if (place !== undefined) return place;
  }
  return START;
}

function placeAt({ lines }: Reading, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function dataOf(node: Node | null, path: Path, reading: Reading): unknown {
  if (node === null) return null;
  const place = placeAt(reading, node.range?.[0] ?? 0);
  reading.places.set(`v${JSON.stringify(path)}`, place);
  const refused = refusalOf(node);
  if (refused !== null)
    reading.faults.push({ ...place, reason: `${placed(path)} ${refused.reason}`, fix: refused.fix });
  if (isMap(node)) return membersOf(node.items, path, reading);
  if (isSeq(node)) return node.items.map((item, index) => dataOf(asNode(item), [...path, index], reading));
  return isScalar(node) ? plainValue(node) : null;
}

function refusalOf(node: Node): { readonly reason: string; readonly fix: string } | null {
  if (isAlias(node))
    return { reason: `is the alias ${shown(`*${node.source}`)}`, fix: 'Write its value out' };
  if (node.tag !== undefined)
    return { reason: `has the tag ${shown(node.tag)}`, fix: 'Write the value without a tag' };
  if ('anchor' in node && node.anchor !== undefined)
    return {
      reason: `has the anchor ${shown(`&${node.anchor}`)}`,
      fix: 'Remove it; aliases are not read',
    };
  return null;
}

function membersOf(pairs: readonly Pair[], path: Path, reading: Reading): Readonly<Record<string, unknown>> {
  const members = new Map<string, unknown>();
  for (const pair of pairs) {
    const key = asNode(pair.key);
    const place = placeAt(reading, key?.range?.[0] ?? 0);
    const refused = key === null ? null : refusalOf(key);
    if (key === null || !isScalar(key) || refused !== null) {
      const reason = `${placed(path)} has a key that ${refused?.reason ?? 'is no plain word'}`;
      reading.faults.push({ ...place, reason, fix: refused?.fix ?? 'Write a plain word before the colon' });
      continue;
    }
    const name = keyText(key);
    if (members.has(name)) {
      const reason = `${placed(path)} has the key ${shown(name)} twice`;
      reading.faults.push({ ...place, reason, fix: 'Put what belongs together under one of them' });
      continue;
    }
    reading.places.set(`k${JSON.stringify([...path, name])}`, place);
    members.set(name, dataOf(asNode(pair.value), [...path, name], reading));
  }
  return Object.fromEntries(members);
}

/** A key as it is written: `1` and `true` are words here. */
function keyText(key: Scalar): string {
  if (typeof key.value === 'string') return key.value;
  return typeof key.source === 'string' ? key.source : String(key.value);
}

/** Numbers beyond JSON's (`.inf`, `.nan`) as the text that they are written with, so that no check takes them for one. */
function plainValue({ value, source }: Scalar): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return source ?? 'something that is no plain value';
}

function asNode(part: unknown): Node | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a parsed document holds nodes only
  return (part ?? null) as Node | null;
}
