/** Scripts on this machine: the control run of a verification in AWS, from wherever the verifier runs. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Delivered, RunOptions, Transport } from './transport';
import { TransportError } from './transport';

const MAX_OUTPUT_BYTES = 64 * 1024;

export function localTransport(): Transport {
  const running = new Set<ChildProcess>();
  return {
    host: 'local',
    run: (script, options) => runLocally(script, options, running),
    close: async () => running.forEach(endGroup),
  };
}

function runLocally(
  script: string,
  { timeoutMs }: RunOptions,
  running: Set<ChildProcess>,
): Promise<Delivered> {
  const startedAt = new Date().toISOString();
  return new Promise((resolve, reject) => {
    // A session of its own, so that the bound ends the client as well as its shell.
    const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const stdout = capture(child.stdout);
    const stderr = capture(child.stderr);
    const timer = setTimeout(() => endGroup(child), timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      running.delete(child);
      reject(new TransportError(`/bin/sh could not be started: ${error.message}`, { cause: error }));
    });
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      running.delete(child);
      const finishedAt = new Date().toISOString();
      resolve({
        output: { exitCode, stdout: stdout(), stderr: stderr(), startedAt, finishedAt },
        deliveryAttempts: 1,
      });
    });
  });
}

function capture(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < MAX_OUTPUT_BYTES) chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).subarray(0, MAX_OUTPUT_BYTES).toString('utf8');
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
