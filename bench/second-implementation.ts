/**
 * `npm run second-implementation`: the readers at moto's server, and whole runs judged by the service models of botocore, which
 * moto brings along. Both are installed into the cache where a Python with pip and a package index can be had. Without them it
 * says what is missing, and ends well: it is for development alone.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installMoto } from '../infra/second-implementation/moto-server.fixture';

const INSTALL_TIMEOUT_MS = 180_000;
const TEST_TIMEOUT_MS = 300_000;

const moto = installMoto({ timeoutMs: INSTALL_TIMEOUT_MS });
if (moto.status === 'missing') process.stdout.write(`not run: ${moto.because}\n`);
else {
  const jest = join(__dirname, '..', 'node_modules', 'jest', 'bin', 'jest.js');
  const run = spawnSync(process.execPath, [jest, 'infra/second-implementation', '--selectProjects', 'unit'], {
    cwd: join(__dirname, '..'),
    stdio: 'inherit',
    timeout: TEST_TIMEOUT_MS,
  });
  process.exitCode = run.status ?? 1;
}
