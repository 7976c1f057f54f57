/** Scripts on this machine: the control run of a verification in AWS, from wherever the verifier runs. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Delivered, RunOptions, Transport } from './transport';
import { TransportError } from './transport';

const MAX_OUTPUT_BYTES = 64 * 1024;
/** A script that is told to end takes its client and its folder with it; `timeout -k 1` needs a second for that. */
const ENDING_MS = 2000;

export function localTransport(): Transport {
  const running = new Set<Running>();
  let closed = false;
  return {
    host: 'local',
    run: async (script, options) => {
      if (closed) throw new TransportError('the script was not started: the run ended');
      return runLocally(script, options, running);
    },
    close: async () => {
      closed = true;
      const ending = [...running];
      ending.forEach(end);
      await Promise.all(ending.map(({ closed }) => closed));
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  /** Resolves when the process and its output have ended. */
  readonly closed: Promise<number | null>;
}

async function runLocally(
  script: string,
  { timeoutMs }: RunOptions,
  running: Set<Running>,
): Promise<Delivered> {
  const startedAt = new Date().toISOString();
  // A session of its own, so that the bound ends everything in it and the terminal's Ctrl-C does not.
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout = capture(child.stdout);
  const stderr = capture(child.stderr);
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const started = new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  // Before anything is waited for: whoever closes meanwhile must find it.
  const run: Running = { child, closed };
  running.add(run);
  await started.catch((error: unknown) => {
    running.delete(run);
    throw new TransportError(`/bin/sh could not be started: ${String(error)}`, { cause: error });
  });
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    end(run);
  }, timeoutMs);
  const exitCode = await closed;
  clearTimeout(timer);
  running.delete(run);
  if (stdout.isCut())
    throw new TransportError('the output of the script was cut at 64 KB; half a result is none');
  const finishedAt = new Date().toISOString();
  const output = { stdout: stdout.text(), stderr: stderr.text(), startedAt, finishedAt };
  return { output: { ...output, exitCode: expired ? null : exitCode }, deliveryAttempts: 1 };
}

/** Asks the script to end, and after a while no longer asks. */
function end({ child, closed }: Running): void {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => {
    signalGroup(child, 'SIGKILL');
    // A process that left the session may still hold the pipes.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, ENDING_MS);
  void closed.then(() => clearTimeout(timer));
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Already gone.
  }
}

interface Capture {
  text(): string;
  isCut(): boolean;
}

function capture(stream: NodeJS.ReadableStream): Capture {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < MAX_OUTPUT_BYTES) chunks.push(chunk);
    size += chunk.length;
  });
  return {
    text: () => Buffer.concat(chunks).subarray(0, MAX_OUTPUT_BYTES).toString('utf8'),
    isCut: () => size > MAX_OUTPUT_BYTES,
  };
}
