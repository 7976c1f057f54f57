/** What one verification is asked to do, checked before anything is started. */
import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { distance } from 'fastest-levenshtein';
import type { IntentFile } from '../suites/declared-intent';
import type { WaiversFile } from '../suites/waivers';
import type { TargetSelector } from '../infra/snapshot/target';
import { UsageError } from './usage-error';

export type Source =
  | {
      readonly kind: 'lab';
      readonly templatePath: string;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'aws';
      readonly selector: TargetSelector;
      readonly region: string | null;
      readonly profile: string | null;
    }
  | { readonly kind: 'snapshot'; readonly file: string };

export interface RunOptions {
  readonly source: Source;
  /** Areas to judge, or null for all. */
  readonly suites: readonly string[] | null;
  readonly probes: boolean;
  /** From where the Studio side is asked. */
  readonly vantage:
    | { readonly kind: 'probe-host' }
    | { readonly kind: 'processing-job'; readonly imageUri: string | null; readonly roleArn: string | null };
  /** Whether the firewall is to forget the flows of Studio's addresses before the probes. */
  readonly flushFlows: boolean;
  /** What the owner declares; null for an intent derived from the deployed allow list. */
  readonly intent: IntentFile | null;
  /** The findings that the owner accepts; null without a file of them. */
  readonly waivers: WaiversFile | null;
  readonly formats: readonly string[];
  readonly outDir: string | null;
  /** Bound of a probe that is expected to get through; it costs time only when it fails. */
  readonly allowedProbeTimeoutMs: number;
  /** Bound of a probe that is expected to be stopped; a drop always costs all of it. */
  readonly deniedProbeTimeoutMs: number;
  /** How long to wait for the firewall's log; null for what suits the source. */
  readonly logTimeoutMs: number | null;
  /** The command line, for the evidence. */
  readonly invocation: string;
}

/** One of the known words, or a UsageError that names the nearest. */
export function knownWord(kind: string, word: string, known: readonly string[]): string {
  if (known.includes(word)) return word;
  const nearest = [...known].sort((a, b) => distance(word, a) - distance(word, b))[0];
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  throw new UsageError(
    `There is no ${kind} called ${JSON.stringify(word)}${hint} Known: ${known.join(', ')}.`,
  );
}

/** `a,b` → the words, each known, none twice. */
export function knownWords(kind: string, list: string, known: readonly string[]): readonly string[] {
  const words = list.split(',').map((word) => word.trim());
  return [...new Set(words.map((word) => knownWord(kind, word, known)))];
}

/** `Key=Value` pairs; the value may contain `=`. */
export function parameterPairs(pairs: readonly string[]): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--parameter ${JSON.stringify(pair)} is not of the form Key=Value`);
    const key = pair.slice(0, at);
    if (key in result) throw new UsageError(`--parameter ${key} is given twice`);
    result[key] = pair.slice(at + 1);
  }
  return result;
}

/** A file that must be readable. */
export function readableFile(option: string, path: string): string {
  const absolute = resolve(path);
  try {
    accessSync(absolute, constants.R_OK);
  } catch (error) {
    const reason = existsSync(absolute) ? 'it cannot be read' : 'there is no such file';
    throw new UsageError(`${option} ${path}: ${reason}`, { cause: error });
  }
  if (!statSync(absolute).isFile()) throw new UsageError(`${option} ${path}: this is not a file`);
  return absolute;
}

/** Makes the output folder, so that a run does not end with results it cannot write. */
export function writableFolder(option: string, path: string): string {
  const absolute = resolve(path);
  try {
    makeFolder(absolute);
    accessSync(absolute, constants.W_OK);
    needRoom(absolute);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new UsageError(
      `${option} ${path}: the folder cannot be written (${reason}); choose another one or change the rights of ${dirname(absolute)}`,
      { cause: error },
    );
  }
  return absolute;
}

/** A run's files have some megabytes; its report is worth nothing on a disk that cannot take it. */
const LEAST_ROOM_BYTES = 33_554_432;

function needRoom(folder: string): void {
  const { bavail, bsize, blocks } = statfsSync(folder);
  // Some file systems have 0 of 0 blocks: they do not know.
  if (blocks > 0 && bavail * bsize < LEAST_ROOM_BYTES)
    throw Object.assign(new Error('the disk is full'), {
      code: `ENOSPC: less than ${LEAST_ROOM_BYTES / 1_048_576} MiB are free`,
    });
}

/** Step by step: `mkdirSync` with `recursive` never returns where a file system answers ENOENT, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory())
      throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' });
    return;
  }
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Seconds as a person types them → milliseconds. */
export function secondsOption(option: string, text: string, { max }: { readonly max: number }): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0 || seconds > max) {
    throw new UsageError(
      `${option} takes seconds, more than 0 and at most ${max}; not ${JSON.stringify(text)}`,
    );
  }
  return Math.round(seconds * 1000);
}
