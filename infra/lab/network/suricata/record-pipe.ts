/**
 * The named pipe that an engine writes its records into. A regular file would have to be watched, and a socket's writer
 * drops what does not fit; a pipe makes the engine wait instead, so that no record is ever lost.
 */
import { closeSync, constants, openSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import type { Sandbox } from '../sandbox';

export interface RecordPipe {
  /** Resolves when everything that was written has been read; call it once the writer has ended. */
  drain(): Promise<void>;
}

const MAKE_TIMEOUT_MS = 5_000;

/** Make the pipe at `inside` and read it from now on. */
export async function openRecordPipe(
  sandbox: Sandbox,
  inside: string,
  onText: (text: string) => void,
): Promise<RecordPipe> {
  const made = await sandbox.exec(['mkfifo', inside], { timeoutMs: MAKE_TIMEOUT_MS });
  if (made.exitCode !== 0) throw new Error(`cannot make ${inside}: ${made.stderr.trim()}`);
  const path = sandbox.hostPath(inside);
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  // Without a writer of our own the pipe would be at its end before the engine opens it.
  const keeper = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const socket = new net.Socket({ fd: reading, readable: true, writable: false });
  socket.setEncoding('utf8').on('data', (chunk) => onText(String(chunk)));
  socket.on('error', () => {});
  return {
    drain: async () => {
      const ended = socket.destroyed ? null : once(socket, 'close');
      closeSync(keeper);
      await ended;
    },
  };
}
