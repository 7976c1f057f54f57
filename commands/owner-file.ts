/** A file that an owner writes by hand (intent, waivers, a gate's policy): read whole, within bounds, its faults in words. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { distance } from 'fastest-levenshtein';
import { shown, type Problem } from '../suites/schema-problems';
import { readIntentText, type IntentDocument, type TextFault } from './intent-document';
import { displayPath } from './run';
import { readableFile } from './run-options';
import { UsageError } from './usage-error';

/** Nobody writes that much by hand. */
const MAX_BYTES = 262_144;
const MAX_FAULTS_SHOWN = 50;
const MAX_WORD_CHARACTERS = 60;

export interface OwnerFile {
  /** As a person at this prompt would write its path. */
  readonly path: string;
  /** Of its bytes. */
  readonly sha256: string;
  readonly document: IntentDocument;
}

export interface OwnerFileOptions {
  /** Names the file in errors of opening it, as `--intent`. */
  readonly option: string;
  readonly path: string;
  /** What the file is, for its errors: `an intent`. */
  readonly what: string;
}

/** Throws a UsageError for a file that cannot be read, is too large, is no UTF-8 text, or is empty. */
export function readOwnerFile({ option, path, what }: OwnerFileOptions): OwnerFile {
  const absolute = readableFile(option, path);
  const name = displayPath(absolute);
  const bytes = bytesOf(absolute, { name, what });
  const document = readIntentText(textOf(bytes, name));
  if (document.isWhole && document.value === null && document.faults.length === 0)
    throw new UsageError(`${name}:1:1: the file is empty. Begin it with version: 1`);
  return { path: name, sha256: createHash('sha256').update(bytes).digest('hex'), document };
}

/** Of a file that may grow or be endless, no more than the bound. */
function bytesOf(path: string, { name, what }: { readonly name: string; readonly what: string }): Buffer {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
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
  if (length > MAX_BYTES)
    throw new UsageError(`${name}: ${what} has at most ${MAX_BYTES} bytes, and this file has more`);
  return buffer.subarray(0, length);
}

function textOf(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UsageError(`${name}: this is not UTF-8 text; save it as UTF-8`, { cause: error });
  }
}

/** The problems where they stand in the text. Where the text itself is at fault (an alias), its value says nothing. */
export function placedFaults(document: IntentDocument, problems: readonly Problem[]): readonly TextFault[] {
  const placed = problems.map((problem) => ({
    ...document.placeOf(problem),
    reason: problem.reason,
    fix: fixOf(problem),
  }));
  const { faults: ofText } = document;
  const meant = placed.filter(
    ({ line, column }) => !ofText.some((fault) => fault.line === line && fault.column === column),
  );
  return [...ofText, ...meant];
}

/** `what` as in `an intent`. */
export function faultsInWords(
  faults: readonly TextFault[],
  { name, what }: { readonly name: string; readonly what: string },
): string {
  const sorted = [...faults].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = sorted
    .slice(0, MAX_FAULTS_SHOWN)
    .map(({ line, column, reason, fix }) => `${name}:${line}:${column}: ${reason}. ${fix}.`);
  const more = sorted.length - lines.length;
  const rest = more > 0 ? [`and ${more} more faults`] : [];
  const count = sorted.length === 1 ? 'one fault' : `${sorted.length} faults`;
  return [`${name} is no ${what.replace(/^an? /, '')}; it has ${count}:`, ...lines, ...rest].join('\n');
}

/** With the nearest known word in front, where one is near. */
function fixOf({ fix, word }: Problem): string {
  if (word === undefined) return fix;
  const written = word.written.slice(0, MAX_WORD_CHARACTERS);
  const [nearest] = [...word.known].sort((a, b) => distance(written, a) - distance(written, b));
  const isNear = nearest !== undefined && distance(written, nearest) <= Math.max(2, nearest.length / 2);
  return isNear ? `Did you mean ${shown(nearest)}? ${fix}` : fix;
}
