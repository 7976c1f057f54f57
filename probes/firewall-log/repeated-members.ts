/**
 * Members that stand twice in one object of a JSON text. `JSON.parse` keeps the last of them, so that whoever can write a
 * later member replaces an earlier one; AWS's own records have such members too (aws.md 3.21: `tls.subject` twice).
 */

/** Deeper than any record; what is nested deeper is taken for contradictory, never for understood. */
const MAX_DEPTH = 64;

/**
 * The paths (`event.tls.sni`, items of a list as `[]`) of members that stand more than once in one object with different
 * values. Two of one text, or of one key written in two ways, are compared as JSON reads them. The text must be what
 * `JSON.parse` takes; throws `RangeError` when it is nested deeper than any record.
 */
export function differingMembers(json: string): readonly string[] {
  const differing: string[] = [];
  walk({ json, differing }, skipSpace(json, 0), []);
  return differing;
}

interface Walk {
  readonly json: string;
  readonly differing: string[];
}

/** Walks the value that begins at `at`; where it ends. */
function walk(scan: Walk, at: number, path: readonly string[]): number {
  if (path.length > MAX_DEPTH) throw new RangeError(`nested deeper than ${MAX_DEPTH} levels`);
  const { json } = scan;
  if (json[at] === '{') return walkObject(scan, at, path);
  if (json[at] === '[') return walkList(scan, at, path);
  if (json[at] === '"') return endOfString(json, at);
  const scalar = /[^,\]}\s]*/y;
  scalar.lastIndex = at;
  return at + (scalar.exec(json)?.[0].length ?? 0);
}

function walkObject(scan: Walk, at: number, path: readonly string[]): number {
  const { json, differing } = scan;
  const seen = new Map<string, string>();
  let next = skipSpace(json, at + 1);
  while (json[next] === '"') {
    const keyEnd = endOfString(json, next);
    const key = String(JSON.parse(json.slice(next, keyEnd)));
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = walk(scan, start, [...path, key]);
    const value = json.slice(start, end);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, value);
    else if (canonical(first) !== canonical(value)) differing.push([...path, key].join('.'));
    next = skipSpace(json, end);
    if (json[next] === ',') next = skipSpace(json, next + 1);
  }
  return next + 1;
}

function walkList(scan: Walk, at: number, path: readonly string[]): number {
  const { json } = scan;
  let next = skipSpace(json, at + 1);
  while (next < json.length && json[next] !== ']') {
    next = skipSpace(json, walk(scan, next, [...path, '[]']));
    if (json[next] === ',') next = skipSpace(json, next + 1);
  }
  return next + 1;
}

const canonical = (text: string): string => JSON.stringify(JSON.parse(text));

function endOfString(json: string, at: number): number {
  let next = at + 1;
  while (next < json.length && json[next] !== '"') next += json[next] === '\\' ? 2 : 1;
  return next + 1;
}

function skipSpace(json: string, at: number): number {
  let next = at;
  while (next < json.length && ' \t\n\r'.includes(json[next] ?? '')) next += 1;
  return next;
}
