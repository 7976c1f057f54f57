import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrowserError, installedChromium, runBrowser } from './browser';
import { testChromium } from './browser.fixture';
import { evidenceFixture } from './evidence.fixture';
import { renderPdf, withTime } from './pdf';

jest.setTimeout(60_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-egress-browser-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function script(text: string): Promise<string> {
  const file = join(await mkdtemp(join(folder, 'program-')), 'chromium');
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

const leftOver = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('studio-egress-pdf-'));

test('a tagged PDF with an outline; the same evidence gives the same bytes; nothing is left behind', async () => {
  const program = await testChromium();
  const pdf = Buffer.from(await renderPdf(evidenceFixture(), { program, workFolder: folder }));
  const text = pdf.toString('latin1');
  expect(text.startsWith('%PDF-')).toBe(true);
  for (const mark of [
    '/Marked true',
    '/StructTreeRoot',
    '/Type /Outlines',
    '/Lang (en)',
    "(D:20261123140319+00'00')",
  ]) {
    expect(text).toContain(mark);
  }
  expect(pdf.equals(Buffer.from(await renderPdf(evidenceFixture(), { program, workFolder: folder })))).toBe(
    true,
  );
  expect(await leftOver()).toEqual([]);
});

test('a browser that fails, prints nothing, or something else is an error that says so', async () => {
  const failing = await script('echo "no display" >&2; exit 3');
  await expect(renderPdf(evidenceFixture(), { program: failing, workFolder: folder })).rejects.toThrow(
    'ended with 3: no display',
  );
  const idle = await script('exit 0');
  await expect(renderPdf(evidenceFixture(), { program: idle, workFolder: folder })).rejects.toThrow(
    'printed nothing',
  );
  const other = await script(
    'for one in "$@"; do case "$one" in --print-to-pdf=*) echo "<html>" > "${one#*=}";; esac; done',
  );
  await expect(renderPdf(evidenceFixture(), { program: other, workFolder: folder })).rejects.toThrow(
    'is not a PDF',
  );
  const none = join(folder, 'none');
  await expect(renderPdf(evidenceFixture(), { program: none, workFolder: folder })).rejects.toThrow(
    BrowserError,
  );
  expect(await leftOver()).toEqual([]);
});

test('a browser that does not end is ended, and what it started as well', async () => {
  const file = join(folder, 'child');
  const program = await script(`sleep 60 & echo $! > '${file}'; wait`);
  const run = runBrowser({ program, argv: [], homeFolder: folder, timeoutMs: 500 });
  await expect(run).rejects.toThrow('was ended after 0.5 s');
  const pid = Number(await readFile(file, 'utf8'));
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone');
  // Killed: gone, or not yet taken notice of by whoever is its parent now.
  expect(state === 'gone' || / Z /.test(state)).toBe(true);
});

describe('which browser', () => {
  test('the one that the variable names, whatever is on the PATH', async () => {
    const program = await script('');
    expect(installedChromium({ STUDIO_EGRESS_CHROMIUM: program, PATH: '/usr/bin' })).toBe(program);
    expect(() => installedChromium({ STUDIO_EGRESS_CHROMIUM: join(folder, 'none') })).toThrow(BrowserError);
    expect(() => installedChromium({ STUDIO_EGRESS_CHROMIUM: 'chromium' })).toThrow('absolute path');
  });

  test('otherwise the first on the PATH, or none; folders that are relative do not count', async () => {
    const program = await script('');
    expect(installedChromium({ PATH: `.::${join(program, '..')}` })).toBe(program);
    expect(installedChromium({ PATH: folder })).toBeNull();
    expect(installedChromium({})).toBeNull();
  });
});

test('the time is replaced in place, and left alone where the run has none', () => {
  const pdf = Buffer.from(
    "%PDF-1.4\n/CreationDate (D:20990101000000+01'00')\n/ModDate (D:20990101000000-05'00')\n",
  );
  const dated = Buffer.from(withTime(pdf, '2026-11-23T14:03:19.482Z'));
  expect(dated.toString()).toBe(
    "%PDF-1.4\n/CreationDate (D:20261123140319+00'00')\n/ModDate (D:20261123140319+00'00')\n",
  );
  expect(dated).toHaveLength(pdf.length);
  expect(withTime(pdf, 'yesterday')).toBe(pdf);
});
