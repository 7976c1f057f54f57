/** The process that holds the lab's namespaces: how it is started, entered and ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { holderScript } from './holder-script';
import { installEnvironment } from './install-environment';

/** The sandbox could not be opened, or a command in it could not be run. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

export interface Holder {
  readonly process: ChildProcess;
  /** Of the namespaces' first process, as this process sees it. */
  readonly pid: number;
  readonly userNamespace: boolean;
  /** Whether extracted packages could be laid over /usr. */
  readonly overlay: boolean;
}

export interface HolderOptions {
  /** The folder for the lab's files, inside. */
  readonly dir: string;
  /** The folder whose usr/ is laid over /usr inside, or null. */
  readonly usrOverlay: string | null;
}

const openTimeoutMs = 10_000;
const closeTimeoutMs = 5_000;

/** Start a holder in a user namespace, or, as root, without one where that is refused. Rejects with SandboxError. */
export async function openHolder(options: HolderOptions): Promise<Holder> {
  try {
    return await startHolder({ ...options, userNamespace: true });
  } catch (error) {
    if (process.getuid?.() !== 0) throw error;
    return startHolder({ ...options, userNamespace: false });
  }
}

interface StartHolderOptions extends HolderOptions {
  readonly userNamespace: boolean;
}

async function startHolder({ dir, usrOverlay, userNamespace }: StartHolderOptions): Promise<Holder> {
  const unshare = [
    ...(userNamespace ? ['--user', '--map-root-user'] : []),
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--',
  ];
  const shell = ['/bin/sh', '-c', holderScript, 'studio-egress-lab', dir, usrOverlay ?? ''];
  const child = spawn('unshare', [...unshare, ...shell], {
    env: { ...installEnvironment(null), LC_ALL: 'C.UTF-8' },
    stdio: 'pipe',
    // Ctrl-C in a terminal is for the verifier, which then closes the lab in order.
    detached: true,
  });
  child.stdin.on('error', () => {});
  const failed = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => reject(new SandboxError(`unshare cannot be run: ${error.message}`)));
  });
  try {
    const { pid, overlay } = await Promise.race([readReady(child), failed]);
    return { process: child, pid, userNamespace, overlay };
  } catch (error) {
    await closeHolder(child);
    throw error;
  }
}

/** Read the holder's one line, `ready <pid> <overlay|plain>`; rejects with what it said instead. */
async function readReady(child: ChildProcess): Promise<{ pid: number; overlay: boolean }> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => fail(`not ready within ${openTimeoutMs} ms`), openTimeoutMs);
    const fail = (why: string): void => {
      clearTimeout(timer);
      const said = [why, stderr.trim()].filter(Boolean).join(': ');
      reject(new SandboxError(`the lab's namespaces could not be made: ${said}`));
    };
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4096);
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const ready = /^ready (\d+) (overlay|plain)\n/m.exec(stdout);
      if (!ready) return;
      clearTimeout(timer);
      resolve({ pid: Number(ready[1]), overlay: ready[2] === 'overlay' });
    });
    child.once('close', (code, signal) => fail(`unshare ended with ${code ?? signal ?? 'nothing'}`));
  });
}

/** nsenter's arguments up to the command: the holder's namespaces, and death together with nsenter. */
export function enterArguments(
  { pid, userNamespace }: Holder,
  namespace: string | undefined,
): readonly string[] {
  if (namespace !== undefined && !/^[a-z0-9][a-z0-9-]*$/.test(namespace)) {
    throw new SandboxError(`"${namespace}" is not a name of a network namespace`);
  }
  const proc = `/proc/${pid}`;
  return [
    ...(userNamespace ? [`--user=${proc}/ns/user`, '--preserve-credentials'] : []),
    `--mount=${proc}/ns/mnt`,
    `--pid=${proc}/ns/pid`,
    `--net=${namespace === undefined ? `${proc}/ns/net` : `${proc}/root/run/netns/${namespace}`}`,
    '--',
    // nsenter stays outside as the parent; what it started must not outlive it.
    'setpriv',
    '--pdeathsig',
    'KILL',
    '--',
  ];
}

/** End the holder, and with it all that is inside; resolves when it has ended. */
export async function closeHolder(holder: ChildProcess): Promise<void> {
  holder.stdin?.end();
  // --kill-child makes unshare's death the death of the namespace's first process, and so of all the others.
  const timer = setTimeout(() => holder.kill('SIGKILL'), closeTimeoutMs);
  await endOf(holder);
  clearTimeout(timer);
}

export async function endOf(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await once(child, 'exit');
}
