/**
 * moto's server (github.com/getmoto/moto, Apache-2.0) on loopback: somebody else's implementation of AWS's APIs, to try the
 * readers on. For development alone: the product never starts it.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const MOTO_VERSION = '5.2.5';

/** Where moto and what it needs are installed. */
export const MOTO_FOLDER = join(__dirname, '..', '..', '.cache', 'moto');
const PROGRAM = join(MOTO_FOLDER, 'bin', 'moto_server');

export type Moto =
  | { readonly status: 'present'; readonly program: string }
  | { readonly status: 'missing'; readonly because: string };

/** Where moto's server is, if it was installed before. Starts nothing. */
export function installedMoto(): Moto {
  if (existsSync(PROGRAM)) return { status: 'present', program: PROGRAM };
  return {
    status: 'missing',
    because: `${PROGRAM} is not there; "npm run second-implementation" installs it`,
  };
}

/** Installs it into the project's cache, where a Python with pip and a package index can be had. */
export function installMoto({ timeoutMs }: { readonly timeoutMs: number }): Moto {
  const found = installedMoto();
  if (found.status === 'present') return found;
  const untilMs = performance.now() + timeoutMs;
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['python3', ['-m', 'venv', MOTO_FOLDER]],
    [
      join(MOTO_FOLDER, 'bin', 'pip'),
      ['install', '--quiet', '--disable-pip-version-check', `moto[server,ec2]==${MOTO_VERSION}`],
    ],
  ];
  for (const [program, argv] of steps) {
    const left = Math.max(1, untilMs - performance.now());
    const run = spawnSync(program, argv, { encoding: 'utf8', timeout: left });
    if (run.status !== 0) {
      const said = run.error?.message ?? run.stderr.trim().split('\n').at(-1) ?? '';
      return { status: 'missing', because: `${program} ${argv.join(' ')} did not succeed: ${said}` };
    }
  }
  return installedMoto();
}

export interface MotoServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Rejects when it does not answer in time. It ends with `close`. */
export async function startMoto(
  program: string,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<MotoServer> {
  const port = await freePort();
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_ACCOUNT_ID: '123456789012' },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const untilMs = performance.now() + timeoutMs;
  try {
    while (!(await answers(endpoint))) {
      if (child.exitCode !== null) throw new Error(`moto's server ended with ${child.exitCode}`);
      if (performance.now() > untilMs) throw new Error(`moto's server did not answer in ${timeoutMs} ms`);
      await sleep(100);
    }
  } catch (error) {
    await ended(child);
    throw error;
  }
  return { endpoint, close: () => ended(child) };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/moto-api/`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await gone;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
