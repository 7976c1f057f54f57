/** A command inside the sandbox, by way of the nsenter that brought it there and waits for it outside. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

/** How a command ended. */
export interface CommandEnd {
  /** null when a signal ended it, or when it could not be started. */
  readonly exitCode: number | null;
  /** One clause: `ended with exit code 2`, `was ended by SIGKILL`, `could not be started: …`. */
  readonly how: string;
}

export interface SandboxProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The command's own pid as this process sees it; null before it runs and after its end. */
  pid(): number | null;
  running(): boolean;
  /** End the command with SIGKILL; does nothing once it has ended. */
  kill(): void;
  /** Resolves when the command has ended, whatever of its output has not been read. Never rejects. */
  readonly exited: Promise<void>;
  /**
   * Resolves when the command has ended and all of its output has been handed on. After `kill` it does not wait for
   * what the command has left running to let go of the output. Never rejects.
   */
  readonly ended: Promise<CommandEnd>;
}

const killAgainMs = 5;
/** Where the kernel does not list a process's children, nsenter is killed after all; the command dies with it. */
const killTries = 200;
/** For what a killed command has written to be read. */
const lingerMs = 200;

/**
 * `child` is nsenter with its standard streams piped. It is never killed itself while it waits for the command: that
 * would leave the dead command to the machine's first process, and the sandbox's namespaces cannot end before that
 * one has taken note, which took a second where it was measured.
 */
export function sandboxProcess(child: ChildProcessWithoutNullStreams): SandboxProcess {
  let startError: Error | null = null;
  // Writing to a command that has ended is no error of ours; its exit code says what happened.
  child.stdin.on('error', () => {});
  const running = (): boolean =>
    startError === null && child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  let killed = false;
  const kill = (tries: number): void => {
    if (!running()) return;
    killed = true;
    const pid = commandPid(child.pid);
    if (pid !== null) {
      endNow(pid);
      // nsenter stops itself with a command that is stopped, and would take no note of its end.
      child.kill('SIGCONT');
    } else if (tries === 0) child.kill('SIGKILL');
    // Between nsenter's start and the command's there is nothing to kill yet.
    else setTimeout(kill, killAgainMs, tries - 1);
  };
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once('error', (error) => {
      startError = error;
      resolve({ exitCode: null, how: `could not be started: ${error.message}` });
    });
    const settle = (): void => {
      const { exitCode, signalCode } = child;
      const how = exitCode === null ? `was ended by ${signalCode}` : `ended with exit code ${exitCode}`;
      resolve({ exitCode, how });
    };
    let linger: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      if (killed) linger = setTimeout(settle, lingerMs);
    });
    child.once('close', () => {
      clearTimeout(linger);
      settle();
    });
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    pid: () => (running() ? commandPid(child.pid) : null),
    running,
    kill: () => kill(killTries),
    exited,
    ended,
  };
}

/** nsenter's only child. */
function commandPid(nsenterPid: number | undefined): number | null {
  try {
    const children = readFileSync(`/proc/${nsenterPid}/task/${nsenterPid}/children`, 'utf8');
    return /^\d+/.test(children) ? Number.parseInt(children, 10) : null;
  } catch {
    return null;
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone since it was looked up.
  }
}
