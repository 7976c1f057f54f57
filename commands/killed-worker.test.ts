/** A check that takes its process down, or a worker that the kernel kills, shows as unknown and never as silence. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { family, studioEgress, withEvidence } from './lab-run.fixture';

jest.setTimeout(120_000);

let out: string;
beforeAll(() => (out = mkdtempSync(join(tmpdir(), 'killed-worker-'))));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Whether a process is one of Jest's workers; false for one that has ended meanwhile. */
function isWorker(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('jest-worker');
  } catch {
    return false;
  }
}

test('the checks of killed workers are unknown, with the reason', async () => {
  let started = 0;
  let killed = 0;
  const killing = setInterval(() => {
    if (started === 0) return;
    for (const pid of family(started).filter(isWorker)) {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    }
  }, 20);
  const run = await studioEgress(['verify', '--no-probes', '--out', out], {
    onStart: (pid) => (started = pid),
  }).finally(() => clearInterval(killing));
  const { evidence } = withEvidence(run, out);
  expect(killed).toBeGreaterThan(0);
  expect(evidence.plan.length).toBeGreaterThan(20);
  expect(evidence.findings.map(({ check, outcome }) => `${check} ${outcome}`)).toEqual(
    evidence.plan.map((check) => `${check} unknown`),
  );
  expect(evidence.findings[0]?.because).toMatch(/did not finish .*terminated/);
  expect(run.exitCode).toBe(2);
});
