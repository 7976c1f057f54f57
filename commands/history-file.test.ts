import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifiedEvidence } from '../reports/evidence.fixture';
import { readHistory } from '../reports/history';
import { appendHistory } from './history-file';
import { PROJECT_ROOT } from './run';

const root = mkdtempSync(join(tmpdir(), 'history-file-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const run = { evidence: verifiedEvidence(), evidenceSha256: 'e', manifestSha256: 'm' };

/** A process of its own that appends some lines. */
function appending(path: string, lines: number): Promise<number | null> {
  const program = `
    const { appendHistory } = require('./commands/history-file.ts');
    const { verifiedEvidence } = require('./reports/evidence.fixture.ts');
    const run = { path: ${JSON.stringify(path)}, evidence: verifiedEvidence(), evidenceSha256: 'e', manifestSha256: 'm' };
    (async () => { for (let n = 0; n < ${lines}; n++) await appendHistory({ ...run, lockTimeoutMs: 30000 }); })();`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--require', './bin/typescript.js', '-e', program], {
      cwd: PROJECT_ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 60_000,
    });
    child.once('error', reject);
    child.once('close', resolve);
  });
}

test('runs that end at the same time each get a line of one unbroken chain', async () => {
  const path = join(root, 'together.jsonl');
  expect(await Promise.all([1, 2, 3].map(() => appending(path, 10)))).toEqual([0, 0, 0]);
  const { lines, faults } = readHistory(readFileSync(path, 'utf8'));
  expect(faults).toEqual([]);
  expect(lines).toHaveLength(30);
  expect(existsSync(`${path}.lock`)).toBe(false);
}, 90_000);

test('a lock that a dead run left is taken away; a living one is waited for, within a bound', async () => {
  const path = join(root, 'locked.jsonl');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(`${path}.lock`, `${pid} ${hostname()}\n`);
  await appendHistory({ path, ...run, lockTimeoutMs: 2_000 });
  expect(readHistory(readFileSync(path, 'utf8')).lines).toHaveLength(1);
  writeFileSync(`${path}.lock`, `${process.pid} ${hostname()}\n`);
  await expect(appendHistory({ path, ...run, lockTimeoutMs: 100 })).rejects.toThrow('held by another run');
  expect(readHistory(readFileSync(path, 'utf8')).lines).toHaveLength(1);
});
