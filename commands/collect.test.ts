import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../infra/lab/lab';
import { collect, Interrupted } from './collect';
import { RECOMMENDED, studioEgress } from './lab-run.fixture';
import { startRun } from './run';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'collect test-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a run that is interrupted while the lab is raised says so, instead of calling itself defective', async () => {
  const ending = new AbortController();
  let lab: Lab | null = null;
  const collecting = collect({
    run: startRun({ outDir: folder, invocation: 'test', now: new Date() }),
    options: {
      source: { kind: 'lab', templatePath: RECOMMENDED, parameters: {} },
      suites: null,
      probes: false,
      flushFlows: false,
      vantage: { kind: 'probe-host' },
      intent: null,
      waivers: null,
      formats: [],
      outDir: folder,
      allowedProbeTimeoutMs: 1000,
      deniedProbeTimeoutMs: 1000,
      logTimeoutMs: null,
      invocation: 'test',
    },
    progress: { line: () => {}, stage: async (_name, work) => work(() => {}) },
    signal: ending.signal,
    onLab: (raised) => {
      lab = raised;
      ending.abort();
    },
  });
  try {
    await expect(collecting).rejects.toThrow(Interrupted);
  } finally {
    // oxlint-disable-next-line typescript/no-unnecessary-condition -- set by onLab, which the compiler does not see
    await (lab as Lab | null)?.close();
  }
});

test('a run works from any folder, with relative paths that hold blanks, and no word of Jest comes out', async () => {
  const run = await studioEgress(
    ['verify', '--no-probes', '--suite', 'vpc-only', '--out', 'an out/of blanks'],
    { cwd: folder },
  );
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain('Report: an out/of blanks/report.html');
  expect(run.stderr).not.toMatch(/warning|jest/i);
  const again = await studioEgress(['report', 'an out/of blanks/evidence.json', '--out', 'again'], {
    cwd: folder,
  });
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('again/report.html') });
}, 60_000);
