/**
 * The lab's place on this machine: one set of namespaces that the kernel takes away with all that is in it.
 *
 * A holder process is pid 1 of a pid namespace and waits for the end of its standard input. When the verifier
 * ends, in whatever way, that pipe closes, the holder exits, and the kernel ends every process, namespace and
 * mount of the lab. Files live on a tmpfs inside, so there is no temp folder to forget; from outside they are
 * reached through the holder's /proc/<pid>/root. The machine's own files are read-only inside, also for root.
 */
import { spawn } from 'node:child_process';
import { closeHolder, enterArguments, openHolder, SandboxError } from './holder';
import { installEnvironment } from './install-environment';
import { sandboxProcess, type CommandEnd, type SandboxProcess } from './sandbox-process';

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
  /** Start a long-lived command; whoever starts it reads (or destroys) its output. */
  spawn(argv: readonly string[], options?: SpawnOptions): SandboxProcess;
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
  const started = new Set<SandboxProcess>();
  let ended = false;
  holder.process.once('exit', () => {
    ended = true;
  });

  const start = (argv: readonly string[], { namespace, env }: SpawnOptions = {}): SandboxProcess => {
    if (ended) throw new SandboxError(`the sandbox has ended; cannot run ${argv[0] ?? ''}`);
    const nsenter = spawn('nsenter', [...enterArguments(holder, namespace), ...argv], {
      env: { ...environment, ...env },
      stdio: 'pipe',
      // Ctrl-C in a terminal is for the verifier, which then closes the lab in order.
      detached: true,
    });
    const command = sandboxProcess(nsenter);
    started.add(command);
    void command.ended.then(() => started.delete(command));
    return command;
  };

  return {
    dir: insideDir,
    how: holder.userNamespace ? 'user-namespace' : 'root',
    hostPath: (inside) => `/proc/${holder.pid}/root${checkedPath(inside)}`,
    exec: async (argv, options) => runToEnd(start(argv, options), argv, options),
    spawn: start,
    running: () => !ended,
    close: async () => {
      await closeHolder(holder.process);
      await Promise.all([...started].map(async ({ exited }) => exited));
    },
  };
}

async function runToEnd(
  command: SandboxProcess,
  argv: readonly string[],
  { stdin, timeoutMs }: ExecOptions,
): Promise<ExecResult> {
  const stdout = collect(command.stdout, maxOutputBytes);
  const stderr = collect(command.stderr, maxOutputBytes);
  command.stdin.end(stdin ?? '');
  const { exitCode, how } = await withinBound(command, argv, timeoutMs);
  if (exitCode !== null) return { exitCode, stdout: stdout(), stderr: stderr() };
  throw new SandboxError(`${argv.join(' ')} ${how}: ${stderr().trim()}`);
}

/** The command's end, or a rejection when the bound has passed; the command is killed then. */
async function withinBound(
  command: SandboxProcess,
  argv: readonly string[],
  timeoutMs: number,
): Promise<CommandEnd> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      command.kill();
      reject(new SandboxError(`${argv.join(' ')} did not end within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([command.ended, expired]);
  } finally {
    clearTimeout(timer);
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
