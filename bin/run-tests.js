// The test command: type check, lint, format, then every test; says how many ran. Stops at nothing, so that one
// run shows everything that is wrong.
const { spawnSync } = require('node:child_process');
const { mkdirSync, readFileSync, rmSync } = require('node:fs');
const { availableParallelism } = require('node:os');
const { join } = require('node:path');

const root = join(__dirname, '..');
const resultsPath = join(root, '.cache', 'test-results.json');
const tool = (name) => join(root, 'node_modules', '.bin', name);
const extra = process.argv.slice(2);
// Jest leaves one processor to itself, which on a machine with two halves the speed; the longest tests wait for the lab's
// clients and logs most of their time. Half the processors of larger machines, for each of those tests raises a lab.
const workers = extra.some((option) => /^(-w|--maxWorkers|-i|--runInBand)/.test(option))
  ? []
  : [`--maxWorkers=${Math.max(2, Math.floor(availableParallelism() / 2))}`];

const steps = [
  { name: 'types', command: [tool('tsc'), '--noEmit'] },
  { name: 'lint', command: [tool('oxlint'), '--type-aware', '--deny-warnings'] },
  { name: 'format', command: [tool('oxfmt'), '--check', '.'] },
  {
    name: 'tests',
    command: [
      tool('jest'),
      '--selectProjects',
      'unit',
      ...workers,
      '--json',
      `--outputFile=${resultsPath}`,
      ...extra,
    ],
  },
];

mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(resultsPath, { force: true });
const failed = [];
for (const { name, command } of steps) {
  const startedAt = Date.now();
  // Jest prints its JSON to standard output too; the file has it.
  const stdio = name === 'tests' ? ['ignore', 'ignore', 'inherit'] : ['ignore', 'inherit', 'inherit'];
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const { status } = spawnSync(command[0], command.slice(1), { cwd: root, stdio, env });
  if (status !== 0) failed.push(name);
  console.log(
    `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
  );
}

let passedTests = 0;
let failedTests = 1;
try {
  const results = JSON.parse(readFileSync(resultsPath, 'utf8'));
  passedTests = results.numPassedTests;
  failedTests = results.numFailedTests + results.numRuntimeErrorTestSuites;
  // A test that did not run is not a test that passed.
  if (results.numPendingTests + results.numTodoTests > 0) failed.push('tests that did not run');
} catch {
  failed.push('no test results');
}
if (failed.length > 0) console.log(`Failed: ${[...new Set(failed)].join(', ')}`);
console.log(`${passedTests} passed, ${failedTests} failed`);
process.exitCode = failed.length === 0 && passedTests > 0 ? 0 : 1;
