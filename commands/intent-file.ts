/** An owner's intent from its file, or a UsageError that names every fault by line and column, before anything is started. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { distance } from 'fastest-levenshtein';
import type { IntentFile } from '../suites/declared-intent';
import { readDeclaration } from '../suites/intent-problems';
import { shown, type Problem } from '../suites/schema-problems';
import { readIntentText, type TextFault } from './intent-document';
import { displayPath } from './run';
import { readableFile } from './run-options';
import { techniqueIds } from './technique-ids';
import { UsageError } from './usage-error';

/** Nobody writes that much by hand. */
const MAX_INTENT_BYTES = 262_144;
const MAX_FAULTS_SHOWN = 50;
const MAX_WORD_CHARACTERS = 60;

/** Throws a UsageError. `option` names the file in errors of opening it. */
export function readIntentFile(option: string, path: string): IntentFile {
  const absolute = readableFile(option, path);
  const name = displayPath(absolute);
  const bytes = bytesOf(absolute, name);
  const text = textOf(bytes, name);
  const declaration = declarationOf(text, name);
  return { path: name, sha256: createHash('sha256').update(bytes).digest('hex'), declaration };
}

/** Of a file that may grow or be endless, no more than the bound. */
function bytesOf(path: string, name: string): Buffer {
  const buffer = Buffer.alloc(MAX_INTENT_BYTES + 1);
  const file = openSync(path, 'r');
  let length = 0;
  try {
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) break;
      length += read;
    }
  } finally {
    closeSync(file);
  }
  if (length > MAX_INTENT_BYTES)
    throw new UsageError(`${name}: an intent has at most ${MAX_INTENT_BYTES} bytes, and this file has more`);
  return buffer.subarray(0, length);
}

function textOf(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UsageError(`${name}: this is not UTF-8 text; save it as UTF-8`, { cause: error });
  }
}

function declarationOf(text: string, name: string): IntentFile['declaration'] {
  const document = readIntentText(text);
  if (document.isWhole && document.value === null && document.faults.length === 0)
    throw new UsageError(`${name}:1:1: the file is empty. Begin it with version: 1`);
  // A text that could not be taken apart would only seem to lack what it has.
  const read = document.isWhole ? readDeclaration(document.value, { techniques: techniqueIds() }) : null;
  if (read?.status === 'sound' && document.faults.length === 0) return read.declaration;
  const problems = read?.status === 'faulty' ? read.problems : [];
  const placed = problems.map((problem) => ({
    ...document.placeOf(problem),
    reason: problem.reason,
    fix: fixOf(problem),
  }));
  const { faults: ofText } = document;
  // Where the text itself is at fault (an alias), its value says nothing.
  const meant = placed.filter(
    ({ line, column }) => !ofText.some((fault) => fault.line === line && fault.column === column),
  );
  const faults = [...ofText, ...meant];
  throw new UsageError(inWords(faults, name));
}

function inWords(faults: readonly TextFault[], name: string): string {
  const sorted = [...faults].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = sorted
    .slice(0, MAX_FAULTS_SHOWN)
    .map(({ line, column, reason, fix }) => `${name}:${line}:${column}: ${reason}. ${fix}.`);
  const more = sorted.length - lines.length;
  const rest = more > 0 ? [`and ${more} more faults`] : [];
  const count = sorted.length === 1 ? 'one fault' : `${sorted.length} faults`;
  return [`${name} is no intent; it has ${count}:`, ...lines, ...rest].join('\n');
}

/** With the nearest known word in front, where one is near. */
function fixOf({ fix, word }: Problem): string {
  if (word === undefined) return fix;
  const written = word.written.slice(0, MAX_WORD_CHARACTERS);
  const [nearest] = [...word.known].sort((a, b) => distance(written, a) - distance(written, b));
  const isNear = nearest !== undefined && distance(written, nearest) <= Math.max(2, nearest.length / 2);
  return isNear ? `Did you mean ${shown(nearest)}? ${fix}` : fix;
}
