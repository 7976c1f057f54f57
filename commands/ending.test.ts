/**
 * However a run ends, nothing of it is left: no process, namespace, mount or temp folder; and the evidence gathered so far
 * is written.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { family, studioEgress, withEvidence } from './lab-run.fixture';

jest.setTimeout(120_000);

let folder: string;
/** The run's output folder, and a temp folder that it has for itself. */
let out: string;
let temp: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ending-'));
  out = join(folder, 'out');
  temp = join(folder, 'temp');
  mkdirSync(out);
  mkdirSync(temp);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const running = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(statusOf(pid));
const statusOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return 'State: Z';
  }
};

async function goneWithin(pids: readonly number[], timeoutMs: number): Promise<readonly number[]> {
  const deadline = Date.now() + timeoutMs;
  while (pids.some(running) && Date.now() < deadline) await sleep(50);
  return pids.filter(running);
}

/** Starts a run, waits until its probes are under way, and ends it. */
async function endedWhileProbing(signal: NodeJS.Signals) {
  let started = 0;
  const finished = studioEgress(['verify', '--out', out, '--denied-timeout', '20'], {
    env: { TMPDIR: temp },
    onStart: (pid) => (started = pid),
  });
  const deadline = Date.now() + 60_000;
  let members: readonly number[] = [];
  // The sandbox's processes are children of the run; the clients of the probes are among them.
  while (Date.now() < deadline) {
    members = family(started);
    if (members.some((pid) => /^Name:\s+(git|wget)/m.test(statusOf(pid)))) break;
    await sleep(100);
  }
  process.kill(started, signal);
  const run = await finished;
  const left = await goneWithin(members, 5000);
  return { run, members, left, temporary: readdirSync(temp) };
}

test('Ctrl-C ends everything and still writes the evidence so far', async () => {
  const { run, members, left, temporary } = await endedWhileProbing('SIGINT');
  expect(members.length).toBeGreaterThan(3);
  expect(left).toEqual([]);
  expect(temporary).toEqual([]);
  const { evidence } = withEvidence(run, out);
  expect(evidence.run.endedEarly).toMatch(/interrupted/);
  expect(evidence.summary).toMatchObject({ pass: 0, fail: 0 });
  expect(run.exitCode).toBe(2);
});

test('kill -9 of the verifier leaves nothing behind', async () => {
  const { members, left, temporary } = await endedWhileProbing('SIGKILL');
  expect(members.length).toBeGreaterThan(3);
  expect(left).toEqual([]);
  expect(temporary).toEqual([]);
});

test('a run that ends by itself leaves nothing behind', async () => {
  let started = 0;
  const finished = studioEgress(['verify', '--out', out], {
    env: { TMPDIR: temp },
    onStart: (pid) => (started = pid),
  });
  const seen = new Set<number>();
  const watch = setInterval(() => family(started).forEach((pid) => seen.add(pid)), 300);
  const run = await finished.finally(() => clearInterval(watch));
  expect(run.exitCode).toBe(0);
  expect(await goneWithin([...seen], 5000)).toEqual([]);
  expect(readdirSync(temp)).toEqual([]);
  expect(readdirSync(out).sort()).toEqual([
    'evidence.json',
    'junit.xml',
    'manifest.json',
    'report.html',
    'snapshot.json',
  ]);
});
