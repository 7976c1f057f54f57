/**
 * The browser for the tests of the report: the one that is installed, otherwise a copy of the distribution's own package
 * below .cache. There is no third way: a test that did not run is not a test that passed.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { fetchPackages } from '../infra/lab/network/package-fetch';
import { chromiumArguments, installedChromium } from './browser';

const CACHE = join(__dirname, '..', '.cache', 'chromium');
/** The smaller of Debian's two builds; and letters, which a server may have none of. */
const PACKAGES = ['chromium-headless-shell', 'fonts-dejavu-core'];

/** The program's path. Throws with the reason where no browser can be had. */
export async function testChromium(): Promise<string> {
  const installed = installedChromium(process.env);
  if (installed !== null) return installed;
  const launcher = join(CACHE, 'chromium');
  if (!existsSync(launcher)) await fetchChromium(launcher);
  return launcher;
}

/** Beside another worker that fetches the same: whoever is first is kept. */
async function fetchChromium(launcher: string): Promise<void> {
  const work = `${CACHE}-${process.pid}`;
  await mkdir(work, { recursive: true });
  try {
    await fetchPackages({ packages: PACKAGES, folder: work, onProgress: () => {} });
    const fetched = join(work, 'rootfs');
    await writeLauncher(fetched);
    await rename(fetched, CACHE).catch((error: Error) => {
      if (!existsSync(launcher)) throw error;
    });
    await promisify(execFile)(launcher, ['--version'], { timeout: 20_000 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the report is tested in a real browser, and there is none: install chromium or google-chrome. (${why})`,
      { cause: error },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The program among the unpacked packages, with their libraries and fonts, as it will stand in the cache. */
async function writeLauncher(fetched: string): Promise<void> {
  const libraries = await libraryFolders(join(fetched, 'usr/lib'));
  const fonts = ['/usr/share/fonts', join(CACHE, 'usr/share/fonts')].map((name) => `<dir>${name}</dir>`);
  await writeFile(
    join(fetched, 'fonts.conf'),
    `<?xml version="1.0"?><fontconfig>${fonts.join('')}<cachedir>${join(CACHE, 'fontcache')}</cachedir></fontconfig>\n`,
  );
  const path = libraries.map((name) => join(CACHE, 'usr/lib', name)).join(':');
  const program = join(CACHE, 'usr/lib/chromium/chromium-headless-shell');
  await writeFile(
    join(fetched, 'chromium'),
    `#!/bin/sh\nLD_LIBRARY_PATH='${path}' FONTCONFIG_FILE='${join(CACHE, 'fonts.conf')}' exec '${program}' "$@"\n`,
    { mode: 0o755 },
  );
}

/** Below a folder, those with shared libraries in them: some packages keep theirs in one of their own (pulseaudio). */
async function libraryFolders(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder)) {
    if (!name.includes('-linux-gnu')) continue;
    const entries = await readdir(join(folder, name), { withFileTypes: true });
    const below = entries.filter((entry) => entry.isDirectory()).map((entry) => join(name, entry.name));
    for (const one of [name, ...below])
      if ((await readdir(join(folder, one))).some((file) => /\.so(\.|$)/.test(file))) found.push(one);
  }
  return found;
}

/** Ended by the caller. Its profile is Playwright's own temporary one. */
export async function startBrowser(): Promise<Browser> {
  const args = chromiumArguments('').filter((argument) => !argument.startsWith('--user-data-dir'));
  return chromium.launch({ executablePath: await testChromium(), args, timeout: 30_000 });
}
