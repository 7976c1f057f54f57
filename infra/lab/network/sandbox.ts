/**
 * The lab's place on this machine: one set of namespaces that the kernel takes away with all that is in it.
 *
 * A holder process is pid 1 of a pid namespace and waits for the end of its standard input. When the verifier
 * ends, in whatever way, that pipe closes, the holder exits, and the kernel ends every process, namespace and
 * mount of the lab. Files live on a tmpfs inside, so there is no temp folder to forget; from outside they are
 * reached through the holder's /proc/<pid>/root. The machine's own files are read-only inside, also for root.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { closeHolder, endOf, enterArguments, openHolder, SandboxError } from './holder';
import { installEnvironment } from './install-environment';

export { SandboxError };

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  /** A network namespace made with `ip netns add` inside; the sandbox's own without it. */
  readonly namespace?: string;
  /** Added to the sandbox's own plain environment; nothing is inherited from the verifier's. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ExecOptions extends SpawnOptions {
  readonly stdin?: string;
  readonly timeoutMs: number;
}

export interface Sandbox {
  /** A folder on the tmpfs, as seen from inside. */
  readonly dir: string;
  readonly how: 'user-namespace' | 'root';
  /** Where an absolute path of the inside lies for this process, outside. */
  hostPath(inside: string): string;
  /** Run a command to its end. Rejects with {@link SandboxError} when the bound passes or it cannot start. */
  exec(argv: readonly string[], options: ExecOptions): Promise<ExecResult>;
  /**
   * Start a long-lived command with piped standard streams; whoever starts it reads (or destroys) its output.
   * The returned process is nsenter, which ends as the command ends; when it is killed the command dies too.
   */
  spawn(argv: readonly string[], options?: SpawnOptions): ChildProcess;
  /** End a command started by `spawn` with SIGKILL. Quicker to clean up after than killing nsenter. */
  kill(child: ChildProcess): void;
  /** The pid of the command that `spawn` started, as this process sees it; null before it runs and after its end. */
  pidOf(child: ChildProcess): number | null;
  /** False once the holder has ended: everything inside is gone then. */
  running(): boolean;
  /** End everything inside and wait until it has ended. Safe to call twice. */
  close(): Promise<void>;
}

export interface OpenSandboxOptions {
  /**
   * A folder with packages extracted by `dpkg -x`, whose usr/ is laid over /usr inside, so that programs look
   * installed without the system being touched; null to use the system as it is.
   */
  readonly usrOverlay: string | null;
}

const insideDir = '/run/lab';
/** More than any command of the lab says; what goes beyond is cut, so that a wild command cannot fill memory. */
const maxOutputBytes = 8 * 1024 * 1024;

/**
 * Open a sandbox: in a user namespace, or as root without one where the kernel refuses user namespaces.
 * Takes about 50 ms. Rejects with {@link SandboxError}, carrying what the system said.
 */
export async function openSandbox({ usrOverlay }: OpenSandboxOptions): Promise<Sandbox> {
  const holder = await openHolder({ dir: insideDir, usrOverlay });
  const environment = {
    ...installEnvironment(holder.overlay ? null : usrOverlay),
    HOME: insideDir,
    TMPDIR: `${insideDir}/tmp`,
    LC_ALL: 'C.UTF-8',
  };
  const started = new Set<ChildProcess>();
  let ended = false;
  holder.process.once('exit', () => {
    ended = true;
  });

  const start = (argv: readonly string[], { namespace, env }: SpawnOptions = {}): ChildProcess => {
    if (ended) throw new SandboxError(`the sandbox has ended; cannot run ${argv[0] ?? ''}`);
    const child = spawn('nsenter', [...enterArguments(holder, namespace), ...argv], {
      env: { ...environment, ...env },
      stdio: 'pipe',
      detached: true,
    });
    // Writing to a command that has ended is no error of ours; its exit code says what happened.
    child.stdin.on('error', () => {});
    started.add(child);
    child.once('close', () => started.delete(child));
    child.once('error', () => started.delete(child));
    return child;
  };

  return {
    dir: insideDir,
    how: holder.userNamespace ? 'user-namespace' : 'root',
    hostPath: (inside) => `/proc/${holder.pid}/root${checkedPath(inside)}`,
    exec: async (argv, options) => runToEnd(start(argv, options), argv, options),
    spawn: start,
    kill: killCommand,
    pidOf: commandPid,
    running: () => !ended,
    close: async () => {
      await closeHolder(holder.process);
      await Promise.all([...started].map(async (child) => endOf(child)));
    },
  };
}

async function runToEnd(
  child: ChildProcess,
  argv: readonly string[],
  { stdin, timeoutMs }: ExecOptions,
): Promise<ExecResult> {
  const stdout = collect(child.stdout, maxOutputBytes);
  const stderr = collect(child.stderr, maxOutputBytes);
  child.stdin?.end(stdin ?? '');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      killCommand(child);
      reject(new SandboxError(`${argv.join(' ')} did not end within ${timeoutMs} ms`));
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new SandboxError(`${argv.join(' ')} cannot be run: ${error.message}`));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (code !== null) resolve({ exitCode: code, stdout: stdout(), stderr: stderr() });
      else reject(new SandboxError(`${argv.join(' ')} was killed: ${stderr().trim()}`));
    });
  });
}

/**
 * nsenter's only child. When nsenter itself is killed the command's zombie falls to the machine's init, and the
 * namespace cannot end before that has reaped it; so the command is what gets killed.
 */
function commandPid(child: ChildProcess): number | null {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return null;
  try {
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    return /^\d+/.test(children) ? Number.parseInt(children, 10) : null;
  } catch {
    return null;
  }
}

function killCommand(child: ChildProcess): void {
  const pid = commandPid(child);
  try {
    if (pid !== null) process.kill(pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // Gone between the two lines.
  }
}

/** Read a stream to its end, keeping no more than the first bytes of it. */
export function collect(stream: NodeJS.ReadableStream | null, maxBytes: number): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (bytes < maxBytes) chunks.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function checkedPath(inside: string): string {
  if (!inside.startsWith('/')) throw new SandboxError(`"${inside}" is not an absolute path of the sandbox`);
  return inside;
}
