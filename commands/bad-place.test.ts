/** Where a run's output goes: a disk that is full, a reader who has left, a terminal that was closed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { studioEgress, type CommandRun } from './lab-run.fixture';
import { PROJECT_ROOT } from './run';

jest.setTimeout(90_000);

let folder: string;
let snapshot: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bad-place-'));
  await studioEgress(['verify', '--no-probes', '--format', 'junit', '--out', folder]);
  snapshot = join(folder, 'snapshot.json');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A shell of constants; `$1` is Node, `$2` the command, `$3` the snapshot, `$4` the output folder. */
async function shell(script: string, out: string, around: readonly string[] = []): Promise<CommandRun> {
  const words = [process.execPath, join(PROJECT_ROOT, 'bin', 'studio-egress.js'), snapshot, out];
  return studioEgress(words, { program: [...around, 'bash', '-c', script, 'bash'], timeoutMs: 60_000 });
}

const VERIFY = '"$1" "$2" verify --no-probes --snapshot "$3" --out "$4"';
const IN_A_SMALL_FILE_SYSTEM = ['unshare', '--user', '--map-root-user', '--mount'];

test('a full disk is refused before anything is started', async () => {
  const out = mkdtempSync(join(folder, 'full-'));
  const run = await shell(`mount -t tmpfs -o size=1m none "$4" && ${VERIFY}`, out, IN_A_SMALL_FILE_SYSTEM);
  expect(run.stderr).toMatch(/--out .*cannot be written \(ENOSPC: less than 32 MiB are free\)/);
  expect(run.exitCode).toBe(3);
});

test('a disk that fills up meanwhile costs files, not the verdict', async () => {
  const out = mkdtempSync(join(folder, 'fills-'));
  // Files end at 40 KiB, as on a disk with no more room: the snapshot and the evidence are larger.
  const run = await shell(`trap '' XFSZ; ulimit -f 40; ${VERIFY}`, out);
  expect(run.stdout).toMatch(/COULD NOT BE VERIFIED/);
  expect(run.stderr).toMatch(/The run ended early: snapshot\.json was not written: EFBIG/);
  expect(run.stderr).toMatch(/evidence\.json was not made: EFBIG/);
  // No half of a file is left that could be taken for a whole one.
  expect(readdirSync(out).sort()).toEqual(['junit.xml', 'manifest.json']);
  expect(run.stderr).not.toMatch(/\n\s+at |defect/);
  expect(run.exitCode).toBe(2);
});

test.each([
  ['a reader that leaves', `set -o pipefail; ${VERIFY} | head -c 1 >&2`],
  ['no output at all', `${VERIFY} >&- 2>&-`],
])('%s changes neither the exit code nor the folder', async (_name, script) => {
  const out = mkdtempSync(join(folder, 'unread-'));
  const run = await shell(script, out);
  expect(run.exitCode).toBe(0);
  expect(readdirSync(out).sort()).toEqual([
    'evidence.json',
    'junit.xml',
    'manifest.json',
    'report.html',
    'snapshot.json',
  ]);
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toMatch(/<\/html>\s*$/);
});
