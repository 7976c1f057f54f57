/**
 * The large account judged: every configuration check in one process, with its time, and `studio-egress verify
 * --snapshot` as a whole, with the memory of all its processes. Processor time is what a busy machine leaves as it is. A check that does not pass on a compliant account ends
 * the bench with its words: a time for a wrong answer says nothing.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';
import { parseSnapshot, writeSnapshotFile } from '../infra/snapshot/snapshot-file';
import { derivedIntent } from '../suites/derived-intent';
import { judge } from '../suites/judge';
import { checkFiles, loadCheck } from '../suites/registry';
import { machine, measureApart, milliseconds, table, timed } from './figures';
import { largeAccount } from './large-account';

const FOLDER = join(PROJECT_ROOT, '.cache', 'bench', 'account');
/** A run of an account this size that takes longer is a finding of its own: it ends with exit code null. */
const TIMEOUT_MS = 150_000;
/** The area whose checks judge what probes saw. */
const LIVE_AREAS: ReadonlySet<string> = new Set(['egress', 'agreement']);

interface CheckTime {
  readonly id: string;
  readonly ms: number;
  readonly cpuMs: number;
  readonly findings: number;
  readonly notPassing: readonly string[];
}

interface Measured {
  readonly checks: readonly CheckTime[];
  readonly megabytes: number;
  readonly readMs: number;
  readonly peakMiB: number;
}

function measure(): Measured {
  const text = JSON.stringify(largeAccount());
  const read = timed(() => parseSnapshot(text, 'the large account'));
  const snapshot = read.result;
  const intent = derivedIntent(snapshot);
  const live = { status: 'not-run' as const, because: 'the bench sends no probes' };
  const files = checkFiles().filter(({ area }) => !LIVE_AREAS.has(area));
  const checks = files.map(loadCheck).map((check): CheckTime => {
    const { ms, result } = timed(() => {
      const before = process.cpuUsage();
      const judged = judge(check, { snapshot, intent, live });
      const { user, system } = process.cpuUsage(before);
      return { findings: judged, cpuMs: (user + system) / 1_000 };
    });
    const { findings, cpuMs } = result;
    const notPassing = findings.filter(({ outcome }) => outcome !== 'pass');
    return {
      id: check.id,
      ms,
      cpuMs,
      findings: findings.length,
      notPassing: notPassing.map(({ outcome, because }) => `${outcome}: ${because}`),
    };
  });
  return {
    checks,
    megabytes: text.length / 1e6,
    readMs: read.ms,
    peakMiB: process.resourceUsage().maxRSS / 1_024,
  };
}

interface WholeRun {
  readonly ms: number;
  readonly status: number | null;
  /** Of all its processes together, as far as they were seen. */
  readonly cpuMs: number;
  readonly sumMiB: number;
  /** The largest of them alone. */
  readonly largestMiB: number;
  readonly processes: number;
}

/** The whole command on the snapshot's file. */
async function wholeRun(): Promise<WholeRun> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, 'account.json');
  writeSnapshotFile(path, largeAccount());
  const command = [
    join(PROJECT_ROOT, 'bin', 'studio-egress.js'),
    'verify',
    '--snapshot',
    path,
    '--no-probes',
  ];
  const startedMs = performance.now();
  // Detached, for a process group of its own: by that its Jest workers are known.
  const child = spawn(process.execPath, [...command, '--out', join(FOLDER, 'out')], {
    stdio: 'ignore',
    detached: true,
  });
  const peak = { cpuMs: 0, sumMiB: 0, largestMiB: 0, processes: 0 };
  const watch = setInterval(() => {
    const now = groupNow(child.pid ?? 0);
    peak.cpuMs = Math.max(peak.cpuMs, now.cpuMs);
    peak.sumMiB = Math.max(peak.sumMiB, sum(now.residentMiB));
    peak.largestMiB = Math.max(peak.largestMiB, ...now.residentMiB);
    peak.processes = Math.max(peak.processes, now.residentMiB.length);
  }, 50);
  const timer = setTimeout(() => endGroup(child.pid), TIMEOUT_MS);
  const stop = (): void => endGroup(child.pid);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  process.off('SIGINT', stop).off('SIGTERM', stop);
  clearTimeout(timer);
  clearInterval(watch);
  rmSync(FOLDER, { recursive: true, force: true });
  return { ms: performance.now() - startedMs, status, ...peak };
}

/** A group of its own does not get the terminal's Ctrl-C. */
function endGroup(pid: number | undefined): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

/** What the processes of a group have in memory, where shared pages count for each, and the time they have used. */
function groupNow(group: number): { readonly residentMiB: readonly number[]; readonly cpuMs: number } {
  const residentMiB: number[] = [];
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // The command's name is in parentheses and may hold blanks; the group is the third member after it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      if (Number(stat[2]) !== group) continue;
      residentMiB.push((Number(stat[21]) * 4_096) / 2 ** 20);
      // Its own, and that of its children that have ended.
      ticks += sum(stat.slice(11, 15).map(Number));
    } catch {
      // It has just ended.
    }
  }
  // Linux counts a hundred ticks a second here, whatever its own clock does.
  return { residentMiB, cpuMs: ticks * 10 };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

async function main(): Promise<void> {
  if (process.argv[2] !== undefined) {
    process.stdout.write(JSON.stringify(measure()));
    return;
  }
  process.stdout.write(machine());
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this very file's answer
  const measured = measureApart(__filename, {}) as Measured;
  const slowestFirst = [...measured.checks].sort((a, b) => b.ms - a.ms);
  const total = sum(slowestFirst.map(({ ms }) => ms));
  const rows = slowestFirst.map(({ id, ms, cpuMs, findings }) => [
    id,
    milliseconds(ms),
    milliseconds(cpuMs),
    (ms / total).toFixed(3),
    String(findings),
  ]);
  const run = await wholeRun();
  process.stdout.write(table(['check', 'time', 'processor', 'share', 'findings'], rows));
  process.stdout.write(
    [
      `\n${measured.checks.length} checks in one process: ${milliseconds(total)}, ${milliseconds(sum(slowestFirst.map(({ cpuMs }) => cpuMs)))} of processor time, peak ${measured.peakMiB.toFixed(0)} MiB`,
      `snapshot of ${measured.megabytes.toFixed(1)} MB read and checked: ${milliseconds(measured.readMs)}`,
      `studio-egress verify --snapshot --no-probes: ${milliseconds(run.ms)}, ${milliseconds(run.cpuMs)} of processor time, exit code ${run.status}`,
      `its ${run.processes} processes: at most ${run.sumMiB.toFixed(0)} MiB together, ${run.largestMiB.toFixed(0)} MiB for the largest\n`,
    ].join('\n'),
  );
  for (const { id, notPassing } of slowestFirst) {
    for (const words of notPassing.slice(0, 1))
      process.stdout.write(`${notPassing.length} of ${id} do not pass, ${words}\n`);
  }
  if (run.status !== 0 || slowestFirst.some(({ notPassing }) => notPassing.length > 0)) process.exitCode = 1;
}

void main();
