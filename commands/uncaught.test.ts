/** An error that nobody caught, in a timer or a promise: the run ends in order, and never with Node's exit code 1, "violated". */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { studioEgress } from './lab-run.fixture';

jest.setTimeout(60_000);

/** Once the run is under way: it listens for such errors from its beginning. */
const once = (act: string) =>
  `const poll = setInterval(() => { if (process.listenerCount('uncaughtException') > 0) { clearInterval(poll); setTimeout(() => { ${act} }, 500); } }, 20);`;

test.each([
  ['a timer', once(`throw new Error('loose')`)],
  ['a promise', once(`void Promise.reject(new Error('loose'))`)],
])('%s: the report says so, exit code 2', async (_name, script) => {
  const folder = mkdtempSync(join(tmpdir(), 'uncaught-'));
  // It never answers, so the run is under way when the error comes.
  const silent = createServer(() => {});
  try {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const loose = join(folder, 'loose.js');
    writeFileSync(loose, script);
    const run = await studioEgress(['verify', '--stack', 'studio', '--out', join(folder, 'out')], {
      env: {
        NODE_OPTIONS: `--require ${loose}`,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${address.port}`,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'x',
      },
    });
    expect(run.exitCode).toBe(2);
    const evidence = readFileSync(join(folder, 'out', 'evidence.json'), 'utf8');
    expect(JSON.parse(evidence)).toMatchObject({
      run: { endedEarly: 'An error that nobody caught, which is a defect of this tool: loose' },
      summary: { pass: 0, fail: 0 },
    });
  } finally {
    silent.closeAllConnections();
    silent.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
