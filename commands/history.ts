/** `studio-egress history rebuild` and `studio-egress period`. */
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MANIFEST_NAME, sha256 } from '../reports/manifest';
import { nextLine, readHistory, type ReadHistory } from '../reports/history';
import { linesByTarget, periodOf, periodText } from '../reports/period';
import type { ExitCode } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { historyText } from './history-file';
import { readableFile } from './run-options';
import { UsageError } from './usage-error';
import { verifyBundle } from './verify-bundle';

export interface RebuildOptions {
  /** Output folders, or folders of output folders. */
  readonly dirs: readonly string[];
  readonly out: string;
  /** Whether a file that is there may be replaced. */
  readonly replace: boolean;
}

/** A run whose folder is not as it was written is left out, and named; then the exit code is 1. */
export function historyRebuild({ dirs, out, replace }: RebuildOptions): ExitCode {
  if (existsSync(out) && !replace) throw new UsageError(`${out} is there already; --force replaces it`);
  const folders = [...new Set(dirs.flatMap(bundlesIn))];
  if (folders.length === 0)
    throw new UsageError(`history rebuild: no output folder is in ${dirs.join(', ')}`);
  const sound = folders.flatMap((dir) => soundRun(dir));
  const byId = new Map(sound.map((run) => [run.evidence.run.id, run]));
  const runs = [...byId.values()].sort((a, b) => order(a.evidence, b.evidence));
  let text = '';
  for (const run of runs) text += `${nextLine({ history: readHistory(text), ...run })}\n`;
  writeFileSync(`${out}.new`, text);
  renameSync(`${out}.new`, out);
  process.stdout.write(`${out}: ${runs.length} runs of ${folders.length} folders\n`);
  return sound.length < folders.length ? 1 : 0;
}

function bundlesIn(dir: string): readonly string[] {
  const folder = resolve(dir);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`history rebuild ${dir}: there is no such folder`);
  if (existsSync(join(folder, MANIFEST_NAME))) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, MANIFEST_NAME)))
    .map((entry) => join(folder, entry.name));
}

interface SoundRun {
  readonly evidence: Evidence;
  readonly evidenceSha256: string;
  readonly manifestSha256: string;
}

function soundRun(dir: string): readonly SoundRun[] {
  const { evidence, faults } = verifyBundle({ dir, key: null, history: null });
  // The history is what is made again here, so what the old one says does not count.
  const fault = faults.find(({ kind, file }) => kind === 'tampered' && file !== 'history.jsonl');
  if (evidence === null || fault !== undefined) {
    process.stderr.write(`${dir} is left out: ${fault?.file ?? 'evidence.json'}: ${fault?.because ?? ''}\n`);
    return [];
  }
  const hashOf = (name: string) => sha256(readFileSync(join(dir, name)));
  return [{ evidence, evidenceSha256: hashOf('evidence.json'), manifestSha256: hashOf(MANIFEST_NAME) }];
}

/** As they were appended: by their ends. */
const order = (a: Evidence, b: Evidence): number =>
  Date.parse(a.run.finishedAt) - Date.parse(b.run.finishedAt) || (a.run.id < b.run.id ? -1 : 1);

export interface PeriodCommandOptions {
  readonly history: string;
  readonly from: string;
  readonly to: string;
  readonly everyMs: number;
  /** A VPC's id; null for every target of the history. */
  readonly vpcId: string | null;
  readonly json: boolean;
  readonly now: Date;
}

/** A chain that is broken is said first, and makes the exit code 1; what stands before the break is still shown. */
export function period(options: PeriodCommandOptions): ExitCode {
  const { history: path, from, to, everyMs, vpcId, json, now } = options;
  const history: ReadHistory = readHistory(historyText(readableFile('--history', path)));
  const periods = linesByTarget(history.lines)
    .map((own) => periodOf({ lines: own, from, to, everyMs, now }))
    .filter(({ target }) => vpcId === null || target.vpcId === vpcId);
  const broken = history.faults.map(
    ({ because }) => `${path} is broken. ${because} What comes after it is not shown.`,
  );
  if (json) process.stdout.write(`${JSON.stringify({ from, to, broken, periods }, null, 1)}\n`);
  else process.stdout.write([...broken, ...periods.map(periodText)].join('\n'));
  if (periods.length === 0 && !json) process.stdout.write('No run of such a target is in the history.\n');
  if (broken.length > 0) return 1;
  return worst([...periods.map(({ exitCode }) => exitCode), ...(periods.length === 0 ? [2 as const] : [])]);
}

const worst = (codes: readonly ExitCode[]): ExitCode => (codes.includes(1) ? 1 : codes.includes(2) ? 2 : 0);
