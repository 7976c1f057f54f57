/** The end of a run's output folder: its manifest is signed, and its line put into the history, as far as that was asked for. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { MANIFEST_NAME, sha256 } from '../reports/manifest';
import type { Evidence } from '../suites/evidence';
import { appendHistory } from './history-file';
import { signManifest } from './manifest-file';
import { PROJECT_ROOT } from './run';
import { writableFolder } from './run-options';
import { openSigner, type Signer } from './signer';
import { UsageError } from './usage-error';

export interface SealOptions {
  /** `KEY.pem` or `kms:KEY`; null for no signature. */
  readonly sign: string | null;
  /** The history's file. null: `reports/out/history.jsonl` for runs of the default output folder, else none. */
  readonly history: string | null;
  readonly region: string | null;
  readonly profile: string | null;
}

export interface Seal {
  readonly signer: Signer | null;
  /** Absolute path, or null for none. */
  readonly history: string | null;
  readonly isHistoryAskedFor: boolean;
}

export interface OpenSealOptions extends SealOptions {
  /** The output folder that was asked for; null for the default. */
  readonly outDir: string | null;
  readonly announce: (text: string) => void;
}

/** Before anything is started, so that a run which could not be sealed is not begun. Throws a UsageError. */
export async function openSeal(options: OpenSealOptions): Promise<Seal> {
  const { sign, history, outDir, region, profile, announce } = options;
  if (history !== null) {
    const path = resolve(history);
    if (outDir !== null && dirname(path) === resolve(outDir))
      throw new UsageError(
        `--history ${history}: a history cannot lie in a run's own output folder, which it goes on after`,
      );
    writableFolder('--history', dirname(path));
  }
  const signer = sign === null ? null : await openSigner({ key: sign, region, profile, announce });
  const usual = outDir === null ? join(PROJECT_ROOT, 'reports', 'out', 'history.jsonl') : null;
  return {
    signer,
    history: history === null ? usual : resolve(history),
    isHistoryAskedFor: history !== null,
  };
}

export interface Sealed {
  /** What could not be done, as sentences. */
  readonly problems: readonly string[];
  /** Whether something that was asked for is missing, so that the run has not done what it should. */
  readonly isIncomplete: boolean;
}

/** Never throws: the evidence is written, and what could not be sealed is said. */
export async function sealRun(outDir: string, evidence: Evidence, seal: Seal): Promise<Sealed> {
  const problems: string[] = [];
  let isIncomplete = false;
  const { signer, history } = seal;
  if (signer !== null) {
    await attempt(
      () => signManifest(outDir, evidence, signer),
      (reason) => {
        problems.push(`The manifest is not signed: ${reason}`);
        isIncomplete = true;
      },
    );
  }
  if (history !== null) {
    await attempt(
      () => appendHistory({ path: history, evidence, ...hashesOf(outDir) }),
      (reason) => {
        problems.push(`The run is not in the history: ${reason}`);
        isIncomplete ||= seal.isHistoryAskedFor;
      },
    );
  }
  return { problems, isIncomplete };
}

async function attempt(act: () => Promise<void>, onFailure: (reason: string) => void): Promise<void> {
  try {
    await act();
  } catch (error) {
    onFailure(error instanceof Error ? error.message : String(error));
  }
}

export function hashesOf(outDir: string): {
  readonly evidenceSha256: string;
  readonly manifestSha256: string;
} {
  const hashOf = (name: string) => {
    const path = join(outDir, name);
    if (!existsSync(path)) throw new Error(`${basename(outDir)} has no ${name}`);
    return sha256(readFileSync(path));
  };
  return { evidenceSha256: hashOf('evidence.json'), manifestSha256: hashOf(MANIFEST_NAME) };
}
