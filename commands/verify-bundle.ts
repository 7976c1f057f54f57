/**
 * `studio-egress verify-bundle DIR`: whether an output folder is what a run wrote. It works offline and says precisely what is
 * wrong with which file. 0 intact and signed by the given key, 1 tampered with, 2 cannot be told.
 */
import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkEvidence, checkManifest, checkSignature, type BundleFault } from '../reports/bundle';
import { checkListed, readHistory } from '../reports/history';
import { MANIFEST_NAME, SIGNATURE_NAME } from '../reports/manifest';
import { oneLine } from '../reports/plain-text';
import type { ExitCode } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { parseEvidence } from '../suites/evidence-file';
import { bundleFiles } from './bundle-files';
import { readableFile } from './run-options';
import { readPublicKey } from './signer';
import { UsageError } from './usage-error';

export interface VerifyBundleOptions {
  readonly dir: string;
  /** The public key, in PEM, of whoever is to have signed; null where none is given. */
  readonly key: string | null;
  /** null: `history.jsonl` beside the folder, where there is one. */
  readonly history: string | null;
}

export interface BundleAnswer {
  readonly verdict: 'intact' | 'tampered' | 'cannot be told';
  readonly exitCode: ExitCode;
  readonly filesChecked: number;
  readonly signature: {
    readonly status: 'valid' | 'invalid' | 'none' | 'not-checked';
    readonly keyId: string | null;
  };
  /** The history that was looked at; null where there was none. */
  readonly history: string | null;
  readonly faults: readonly BundleFault[];
  readonly evidence: Evidence | null;
}

/** Their bytes are read further; the numbers are the most that each may have. */
const READ_FURTHER = {
  'evidence.json': 268_435_456,
  [MANIFEST_NAME]: 4_194_304,
  [SIGNATURE_NAME]: 16_777_216,
} as const;

/** Throws a UsageError where there is nothing to check. */
export function verifyBundle({ dir, key, history }: VerifyBundleOptions): BundleAnswer {
  const folder = folderOf(dir);
  const publicKey: KeyObject | null = key === null ? null : readPublicKey('--key', key);
  const { files, refused } = bundleFiles(folder, READ_FURTHER);
  const textOf = (name: keyof typeof READ_FURTHER) => files.get(name)?.bytes?.toString('utf8') ?? null;
  const { manifest, faults: ofFiles } = checkManifest(textOf(MANIFEST_NAME), files);
  const { evidence, faults: ofEvidence } = evidenceOf(textOf('evidence.json'));
  const manifestSha256 = files.get(MANIFEST_NAME)?.sha256 ?? null;
  const { faults: ofSignature, ...signature } = checkSignature({
    text: textOf(SIGNATURE_NAME),
    publicKey,
    manifest,
    manifestSha256,
    evidence,
  });
  const chain = historyFaults({
    folder,
    history,
    evidence,
    manifestSha256,
    evidenceSha256: files.get('evidence.json')?.sha256 ?? null,
  });
  const faults = [
    ...refused.map(({ name, because }): BundleFault => ({
      file: name,
      kind: 'tampered',
      because: `It was not read: ${because}.`,
    })),
    // What is there and could not be read is not missing.
    ...ofFiles.filter(({ file }) => !refused.some(({ name }) => name === file)),
    ...ofEvidence,
    ...(evidence === null ? [] : checkEvidence(evidence, files)),
    ...ofSignature,
    ...chain.faults,
  ];
  const isTampered = faults.some(({ kind }) => kind === 'tampered');
  return {
    verdict: isTampered ? 'tampered' : faults.length > 0 ? 'cannot be told' : 'intact',
    exitCode: isTampered ? 1 : faults.length > 0 ? 2 : 0,
    filesChecked: files.size,
    signature,
    history: chain.file,
    faults,
    evidence,
  };
}

function folderOf(dir: string): string {
  const absolute = resolve(dir);
  if (!existsSync(absolute)) throw new UsageError(`verify-bundle ${dir}: there is no such folder`);
  const real = realpathSync(absolute);
  if (!statSync(real).isDirectory()) throw new UsageError(`verify-bundle ${dir}: this is not a folder`);
  return real;
}

function evidenceOf(text: string | null): { evidence: Evidence | null; faults: readonly BundleFault[] } {
  const fault = (because: string): BundleFault => ({ file: 'evidence.json', kind: 'tampered', because });
  // Where the manifest lists it, its absence is said there, too; a bundle without evidence is none either way.
  if (text === null) return { evidence: null, faults: [fault('There is no evidence that could be read.')] };
  const parsed = parseEvidence(text);
  if (parsed.status === 'parsed') return { evidence: parsed.evidence, faults: [] };
  return { evidence: null, faults: [fault(`It is not evidence: ${parsed.because}.`)] };
}

interface HistoryLook {
  readonly folder: string;
  readonly history: string | null;
  readonly evidence: Evidence | null;
  readonly manifestSha256: string | null;
  readonly evidenceSha256: string | null;
}

const MAX_HISTORY_BYTES = 268_435_456;

function historyFaults(look: HistoryLook): {
  readonly file: string | null;
  readonly faults: readonly BundleFault[];
} {
  const { folder, history, evidence, manifestSha256, evidenceSha256 } = look;
  const beside = join(dirname(folder), 'history.jsonl');
  if (history === null && !existsSync(beside)) return { file: null, faults: [] };
  const path = history === null ? beside : readableFile('--history', history);
  if (statSync(path).size > MAX_HISTORY_BYTES)
    throw new UsageError(`--history ${path}: this is too large for a history`);
  const read = readHistory(readFileSync(path, 'utf8'));
  const faults = [
    ...read.faults,
    ...(evidence === null
      ? []
      : checkListed(read, { runId: evidence.run.id, manifestSha256, evidenceSha256 })),
  ];
  // Nobody said that this run is kept in the history that merely lies beside it.
  const counted = history === null ? faults.filter(({ kind }) => kind === 'tampered') : faults;
  return { file: path, faults: counted.map((fault) => ({ ...fault, file: 'history.jsonl' })) };
}

/** The answer in words, a line for each fault, and what they come to. */
export function bundleAnswerText(dir: string, answer: BundleAnswer): string {
  const { verdict, filesChecked, signature, faults, history } = answer;
  const lines = faults.map(
    ({ file, kind, because }) =>
      `${kind === 'tampered' ? 'TAMPERED' : 'UNDECIDED'} ${oneLine(file)}: ${oneLine(because)}`,
  );
  const signed = {
    valid: `signed by the key ${signature.keyId ?? ''}`,
    invalid: 'its signature does not hold',
    none: 'it is not signed',
    'not-checked': 'its signature was not checked against a key',
  }[signature.status];
  const chain = history === null ? 'no history was looked at' : `the history is ${oneLine(history)}`;
  return [
    ...lines,
    `${verdict.toUpperCase()}: ${oneLine(dir)}: ${filesChecked} files; ${signed}; ${chain}.`,
    '',
  ].join('\n');
}

/** The same for programs. */
export function bundleAnswerJson({ evidence, ...answer }: BundleAnswer): string {
  return `${JSON.stringify({ ...answer, run: evidence?.run.id ?? null }, null, 1)}\n`;
}
