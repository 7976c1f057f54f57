/**
 * The routing prover with one line wrong, one edit after another: do its tests notice? Each edit is made in a copy of the
 * sources, where the nearest tests are run with a fixed seed and a bound on their time. Prints one line per edit; ends
 * with 1 when an edit survived that should not (or was noticed although it is listed as equivalent), with 3 when an edit
 * no longer fits the sources or the tests fail without one. `--file NAME` for the edits of one file.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';
import type { ProverEdit, ProverEdits } from './prover-edit';
import { certificateEdits } from './prover-edits-certificate';
import { forwardEdits } from './prover-edits-forward';
import { returnEdits } from './prover-edits-return';
import { routeEdits } from './prover-edits-routes';
import { wideEdits } from './prover-edits-wide';

/** One edit's tests, all of them; an edit that makes one loop for ever is noticed by this. */
const EDIT_TIMEOUT_MS = 300_000;
const SEED = 20_261_127;
const MODEL = join('infra', 'model');

type Outcome =
  | { readonly kind: 'noticed'; readonly by: string }
  | { readonly kind: 'survived' }
  /** The edited file is no program: such an edit says nothing. */
  | { readonly kind: 'does not run'; readonly because: string };

/** A copy of what the prover's tests need, with a configuration of its own. */
function copyOfSources(): string {
  const root = mkdtempSync(join(tmpdir(), 'prover-mutations-'));
  for (const room of ['model', 'mutants', 'snapshot'])
    cpSync(join(PROJECT_ROOT, 'infra', room), join(root, 'infra', room), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(
    join(root, 'sequencer.js'),
    `const order = process.env.PROVER_TESTS.split(' ');
const at = ({ path }) => order.findIndex((name) => path.endsWith('/' + name + '.test.ts'));
module.exports = class {
  sort(tests) { return [...tests].sort((a, b) => at(a) - at(b)); }
  cacheResults() {}
};\n`,
  );
  writeFileSync(
    join(root, 'seed.js'),
    `require('fast-check').configureGlobal({ seed: ${SEED}, endOnFailure: true });\n`,
  );
  // Jest writes no results of its own when it stops at the first failure.
  writeFileSync(
    join(root, 'reporter.js'),
    `module.exports = class {
  onTestResult(_test, { testFilePath, testExecError, numFailingTests, testResults }) {
    if (!testExecError && numFailingTests === 0) return;
    const title = (testResults.find(({ status }) => status === 'failed') || {}).title;
    const error = testExecError && String(testExecError.message || testExecError);
    require('node:fs').writeFileSync(process.env.PROVER_RESULTS, JSON.stringify({ path: testFilePath, title, error }));
  }
};\n`,
  );
  writeFileSync(join(root, 'package.json'), '{}');
  writeFileSync(join(root, 'jest.config.js'), `module.exports = ${JSON.stringify(configurationIn(root))};\n`);
  return root;
}

function configurationIn(root: string): object {
  const jsc = { target: 'es2022', parser: { syntax: 'typescript' } };
  return {
    rootDir: root,
    transform: { '^.+\\.[cm]?[jt]s$': ['@swc/jest', { jsc, module: { type: 'commonjs' } }] },
    transformIgnorePatterns: ['node_modules/(?!(p-retry|is-network-error)/)'],
    cacheDirectory: join(root, 'cache'),
    setupFiles: [join(root, 'seed.js')],
    testSequencer: join(root, 'sequencer.js'),
    reporters: [join(root, 'reporter.js')],
  };
}

interface Failure {
  readonly path: string;
  readonly title?: string;
  readonly error?: string;
}

/** Runs tests in the copy up to the first file that fails. */
async function outcomeIn(root: string, tests: readonly string[]): Promise<Outcome> {
  const output = join(root, 'results.json');
  rmSync(output, { force: true });
  const files = tests.map((name) => join(root, MODEL, `${name}.test.ts`));
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const options = ['--runInBand', '--bail', '--runTestsByPath'];
  const child = spawn('nice', [process.execPath, jest, ...options, ...files], {
    cwd: root,
    env: { ...process.env, PROVER_TESTS: tests.join(' '), PROVER_RESULTS: output },
    stdio: 'ignore',
    timeout: EDIT_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  process.removeListener('exit', stop);
  if (status === 0) return { kind: 'survived' };
  if (status === null) return { kind: 'noticed', by: `the bound of ${EDIT_TIMEOUT_MS} ms` };
  return failureOf(JSON.parse(readFileSync(output, 'utf8')) as Failure);
}

function failureOf({ path, title, error }: Failure): Outcome {
  const file = path.slice(path.lastIndexOf('/') + 1).replace('.test.ts', '');
  return title === undefined
    ? { kind: 'does not run', because: `${file}: ${(error ?? 'no test failed').slice(0, 300)}` }
    : { kind: 'noticed', by: `${file}: ${title}` };
}

async function tryEdit(root: string, edit: ProverEdit, tests: readonly string[]): Promise<Outcome> {
  const path = join(root, MODEL, `${edit.file}.ts`);
  const source = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    source.replace(edit.text, () => edit.by),
  );
  try {
    return await outcomeIn(root, tests);
  } finally {
    writeFileSync(path, source);
  }
}

/** Edits that do not fit the sources any more. */
function misfits(root: string, edits: readonly ProverEdit[]): readonly string[] {
  return edits.flatMap(({ file, text, breaks }) => {
    const found = readFileSync(join(root, MODEL, `${file}.ts`), 'utf8').split(text).length - 1;
    return found === 1 ? [] : [`${file}: ${found} places for "${breaks}"`];
  });
}

function verdictOf({ equivalent }: ProverEdit, outcome: Outcome): string {
  if (outcome.kind === 'does not run') return 'NO PROGRAM';
  if (outcome.kind === 'survived') return equivalent === undefined ? 'SURVIVED' : 'equivalent';
  return equivalent === undefined ? 'killed' : 'NOT EQUIVALENT';
}

function lineOf(edit: ProverEdit, outcome: Outcome, seconds: number): string {
  const why =
    outcome.kind === 'noticed'
      ? outcome.by
      : outcome.kind === 'survived'
        ? (edit.equivalent ?? '-')
        : outcome.because;
  const cells = [
    edit.file.padEnd(27),
    verdictOf(edit, outcome).padEnd(14),
    `${seconds.toFixed(0)} s`.padStart(5),
  ];
  return `${cells.join('  ')}  ${edit.breaks.padEnd(88)}  ${why.split('\n').join(' ')}\n`;
}

function chosen(arguments_: readonly string[]): readonly ProverEdits[] {
  const all = [forwardEdits(), routeEdits(), returnEdits(), wideEdits(), certificateEdits()];
  const [option, name, more] = arguments_;
  if (option === undefined) return all;
  const found = all.map(({ tests, edits }) => ({ tests, edits: edits.filter(({ file }) => file === name) }));
  if (option !== '--file' || more !== undefined || found.every(({ edits }) => edits.length === 0))
    throw new Error('usage: prover-mutations [--file NAME], where NAME is a file that has edits');
  return found.filter(({ edits }) => edits.length > 0);
}

/** Tries every edit; returns how often each verdict was given. */
async function tried(root: string, groups: readonly ProverEdits[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { tests, edits } of groups) {
    const before = await outcomeIn(root, tests);
    if (before.kind !== 'survived') throw new Error(`without any edit: ${JSON.stringify(before)}`);
    for (const edit of edits) {
      const startedMs = performance.now();
      // The file's own test is the likeliest to notice.
      const nearest = [...tests].sort((a, b) => Number(b === edit.file) - Number(a === edit.file));
      const outcome = await tryEdit(root, edit, nearest);
      const verdict = verdictOf(edit, outcome);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      process.stdout.write(lineOf(edit, outcome, (performance.now() - startedMs) / 1000));
    }
  }
  return counts;
}

async function main(): Promise<void> {
  const groups = chosen(process.argv.slice(2));
  const root = copyOfSources();
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(3));
  const edits = groups.flatMap((group) => group.edits);
  const wrong = misfits(root, edits);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  const counts = await tried(root, groups);
  const said = [...counts].map(([verdict, count]) => `${count} ${verdict}`);
  process.stdout.write(`${edits.length} edits: ${said.join(', ')}\n`);
  process.exitCode = [...counts.keys()].every((one) => one === 'killed' || one === 'equivalent') ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
});
