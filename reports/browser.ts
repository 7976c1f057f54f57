/** A Chromium that is installed on this machine, run once without a window. It is never fetched here and always ended. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** What failed, and what the reader can do about it. */
export class BrowserError extends Error {
  override readonly name = 'BrowserError';
}

/** Names the browser's program; counts before what is on the PATH. */
export const CHROMIUM_VARIABLE = 'STUDIO_EGRESS_CHROMIUM';

/** In the order of preference. `chromium-browser` is not among them: on Ubuntu it is a stub that asks for a snap. */
export const CHROMIUM_PROGRAMS = [
  'chromium',
  'google-chrome',
  'google-chrome-stable',
  'chromium-headless-shell',
] as const;

/** The program's path, or null where there is none. Throws BrowserError where the variable names what is not a program. */
export function installedChromium(environment: NodeJS.ProcessEnv): string | null {
  const named = environment[CHROMIUM_VARIABLE] ?? '';
  if (named !== '') {
    if (isAbsolute(named) && isProgram(named)) return named;
    throw new BrowserError(
      `${CHROMIUM_VARIABLE} is ${JSON.stringify(named)}, which is not the absolute path of a program`,
    );
  }
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const found = CHROMIUM_PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name)));
  return found.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Nothing is asked of the network, nothing is kept, and the user's own profile is not touched. */
export function chromiumArguments(profileFolder: string): readonly string[] {
  return [
    '--headless',
    // Chromium refuses to run its sandbox as root; the page is this program's own and holds no foreign script.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-crash-reporter',
    `--user-data-dir=${profileFolder}`,
  ];
}

export interface BrowserRun {
  readonly program: string;
  readonly argv: readonly string[];
  /** Its HOME: browsers write there whatever they are told. */
  readonly homeFolder: string;
  readonly timeoutMs: number;
}

/** Runs to the end. Throws BrowserError when it fails, or is ended with all its processes after its time. */
export function runBrowser({ program, argv, homeFolder, timeoutMs }: BrowserRun): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, {
      // A process group of its own, so that the browser's children end with it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: homeFolder },
    });
    let said = '';
    let late = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    const timer = setTimeout(() => {
      late = true;
      endGroup(child.pid);
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new BrowserError(`${program} does not start: ${error.message}`, { cause: error }));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      endGroup(child.pid);
      if (late) reject(new BrowserError(`${program} was ended after ${timeoutMs / 1000} s`));
      else if (code !== 0) reject(new BrowserError(`${program} ended with ${code}: ${lastLine(said)}`));
      else resolve();
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
