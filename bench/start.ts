/**
 * Where a run's time goes: the lab's own start, by part, against the whole of `studio-egress verify`, each measured in
 * processes of their own within one run of this command. Prints medians; a ratio is of medians of this run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raiseLab } from '../infra/lab/lab';
import { PROJECT_ROOT } from '../commands/run';

const RUNS = 5;
const VERIFY_RUNS = 3;
const templatePath = join(PROJECT_ROOT, 'infra', 'stack', 'studio-firewall.yaml');

/** One lab, in this process, which the parent started for it alone. */
async function measureLab(): Promise<void> {
  const startedAt = performance.now();
  const lab = await raiseLab({
    template: readFileSync(templatePath, 'utf8'),
    templatePath,
    parameters: {},
    network: true,
  });
  const start = performance.now() - startedAt;
  const blind = lab.blind();
  const closingAt = performance.now();
  await lab.close();
  if (blind !== null) throw new Error(blind);
  process.stdout.write(JSON.stringify({ ...lab.timings, start, close: performance.now() - closingAt }));
}

function inOwnProcess(): Record<string, number> {
  const startedAt = performance.now();
  const { stdout, stderr, status } = spawnSync(process.execPath, [...process.execArgv, __filename, 'lab'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const timings = JSON.parse(stdout) as Record<string, number>;
  // From nothing: Node, the SDK and our sources loaded, the lab up and down again.
  return { ...timings, process: performance.now() - startedAt };
}

function wholeRun(): number {
  const out = mkdtempSync(join(tmpdir(), 'bench-'));
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(PROJECT_ROOT, 'bin', 'studio-egress.js'), 'verify', '--out', out],
    { encoding: 'utf8' },
  );
  const took = performance.now() - startedAt;
  rmSync(out, { recursive: true, force: true });
  if (status !== 0) throw new Error(`verify ended with ${status}\n${stderr}`);
  return took;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function line(name: string, values: readonly number[], whole: number): string {
  const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)];
  const figures = [least, middle, most].map((ms) => `${ms.toFixed(0).padStart(6)} ms`).join('  ');
  return `${name.padEnd(18)} ${figures}   ${(middle / whole).toFixed(3)} of a whole run`;
}

async function main(): Promise<void> {
  if (process.argv[2] === 'lab') return measureLab();
  inOwnProcess(); // fetches the engine's packages where this is the first run
  const labs = Array.from({ length: RUNS }, inOwnProcess);
  const runs = Array.from({ length: VERIFY_RUNS }, wholeRun);
  const whole = median(runs);
  process.stdout.write(`${'part'.padEnd(18)}  minimum     median    maximum\n`);
  for (const part of Object.keys(labs[0] ?? {})) {
    process.stdout.write(
      `${line(
        `lab ${part}`,
        labs.map((lab) => lab[part] ?? Number.NaN),
        whole,
      )}\n`,
    );
  }
  process.stdout.write(`${line('verify', runs, whole)}\n`);
}

void main();
