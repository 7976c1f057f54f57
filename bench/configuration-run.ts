/**
 * What `studio-egress verify --no-probes` costs against what it cannot do without: a bare start of Jest with one trivial
 * test. Whole processes, one after the other in turn, medians; the ratio is of this run's medians.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';
import { machine, median, milliseconds, table } from './figures';
import { range } from './zoned-plan';

const RUNS = 5;
const FOLDER = join(PROJECT_ROOT, '.cache', 'bench', 'configuration-run');

/** One process to its end; its time in milliseconds. */
function wholeProcess(argv: readonly string[]): number {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', cwd: PROJECT_ROOT });
  const took = performance.now() - startedMs;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}\n${stderr}`);
  return took;
}

function main(): void {
  try {
    process.stdout.write(`${machine()}${measured()}`);
  } finally {
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

function measured(): string {
  rmSync(FOLDER, { recursive: true, force: true });
  const trivial = join(FOLDER, 'trivial');
  mkdirSync(trivial, { recursive: true });
  writeFileSync(join(trivial, 'trivial.test.js'), "test('one', () => expect(1).toBe(1));\n");
  // Jest as it comes, with its cache where it leaves nothing behind.
  const config = JSON.stringify({ rootDir: trivial, cacheDirectory: join(FOLDER, 'jest-cache') });
  const jest = [join(PROJECT_ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), '--config', config];
  const out = join(FOLDER, 'out');
  const verify = [join(PROJECT_ROOT, 'bin', 'studio-egress.js'), 'verify', '--no-probes', '--out', out];
  const runs = range(RUNS + 1).map(() => {
    rmSync(out, { recursive: true, force: true });
    return { jest: wholeProcess(jest), verify: wholeProcess(verify) };
  });
  const warm = runs.slice(1);
  const rows = (['jest', 'verify'] as const).map((name) => {
    const all = warm.map((run) => run[name]);
    return [
      name === 'jest' ? 'jest, one trivial test' : 'studio-egress verify --no-probes',
      milliseconds(Math.min(...all)),
      milliseconds(median(all)),
      milliseconds(Math.max(...all)),
      (median(all) / median(warm.map((run) => run.jest))).toFixed(2),
    ];
  });
  return table(['whole process', 'minimum', 'median', 'maximum', 'ratio'], rows);
}

main();
