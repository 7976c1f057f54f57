/**
 * The proof against Z3, an SMT solver, on the same claims: the verdicts must agree for every Studio subnet, and the
 * times are compared. Z3 gets the claim as SMT-LIB text (z3-claim.ts), the proof the snapshot; each row is a process of
 * its own with a bound on time and memory. Rows that could not be measured say why.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { machine, milliseconds, table } from './figures';
import { installZ3 } from './z3-install';
import type { Measured, Row } from './z3-row';
import { measure } from './z3-row';

const TIMEOUT_MS = 60_000;
const MOST_MEMORY_MIB = 2_048;

const published = { name: 'published stack', family: 'ipv4', tables: 0, routes: 0, listEntries: 0 } as const;
const fifty = { name: '50 x 100', tables: 50, routes: 100, listEntries: 0 } as const;
const large = { name: '1 x 1000 + list of 10000', tables: 1, routes: 1_000, listEntries: 10_000 } as const;
const ROWS: readonly Row[] = [
  ...[0, 1].map((holes) => ({ ...published, holes })),
  ...(['ipv4', 'ipv6'] as const).flatMap((family) => [
    ...[0, 5].map((holes) => ({ ...fifty, family, holes })),
    ...[0, 1].map((holes) => ({ ...large, family, holes })),
  ]),
];

/** The row measured in a process of its own, or why it could not be. A wrong verdict ends the bench. */
async function measuredApart(row: Row, z3Path: string): Promise<Measured | string> {
  const argv = ['--expose-gc', ...process.execArgv, __filename, JSON.stringify(row), z3Path];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr, stopped] = ['', '', ''];
  child.stdout.on('data', (data) => (stdout += String(data)));
  child.stderr.on('data', (data) => (stderr += String(data)));
  const stop = (because: string): void => {
    stopped = because;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => stop(`no end within ${TIMEOUT_MS / 1_000} s`), TIMEOUT_MS);
  const watch = setInterval(() => {
    if (residentMiB(child.pid) > MOST_MEMORY_MIB) stop(`more than ${MOST_MEMORY_MIB} MiB of memory`);
  }, 100);
  const status = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  clearInterval(watch);
  if (stopped !== '') return `not measured: ${stopped}`;
  if (status !== 0) throw new Error(`z3 and the proof on ${row.name}:\n${stderr}`);
  return JSON.parse(stdout) as Measured;
}

function residentMiB(pid: number | undefined): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096) / 2 ** 20;
  } catch {
    return 0; // it has just ended
  }
}

async function main(): Promise<void> {
  const [, , question, z3Path] = process.argv;
  if (question !== undefined && z3Path !== undefined) {
    const answer = await measure(JSON.parse(question) as Row, z3Path);
    // Z3's threads would keep the process alive.
    process.stdout.write(JSON.stringify(answer), () => process.exit(0));
    return;
  }
  process.stdout.write(machine());
  const z3 = installZ3();
  const cells: string[][] = [];
  for (const row of ROWS) {
    const measured = 'path' in z3 ? await measuredApart(row, z3.path) : `not measured: ${z3.missingBecause}`;
    const figures =
      typeof measured === 'string'
        ? ['', '', '', measured]
        : [
            String(measured.subnets),
            milliseconds(measured.z3Ms),
            milliseconds(measured.proofMs),
            `${(measured.z3Ms / measured.proofMs).toFixed(0)} x`,
          ];
    cells.push([row.name, row.family, String(row.holes), ...figures]);
  }
  const headings = ['tables x routes', 'family', 'holes', 'subnets', 'z3', 'proof', 'z3 / proof'];
  process.stdout.write(table(headings, cells));
}

void main();
