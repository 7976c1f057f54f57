/**
 * What a run shows while it works: one line a stage with its elapsed time. On a terminal the running stage's
 * line is kept up to date; elsewhere (CI logs, pipes) each stage prints one plain line when it ends, and one every half
 * minute until then.
 */
import type { Writable } from 'node:stream';

export interface Progress {
  /** Runs one stage and shows how it went. `note` replaces what the line says while it runs. */
  stage<T>(name: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>;
  /** A line of its own, between stages. */
  line(text: string): void;
}

export interface ProgressOptions {
  readonly stream: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly now: () => number;
  readonly refreshMs?: number;
  /** Between two lines of a running stage where there is no terminal. */
  readonly plainLineMs?: number;
}

export function newProgress({
  stream,
  now,
  refreshMs = 250,
  plainLineMs = 30_000,
}: ProgressOptions): Progress {
  const live = stream.isTTY === true;
  // A terminal that does not know its width says 0.
  const width = () => Math.max(20, (stream.columns || 100) - 1);
  return {
    // Over the running stage's line, which is shown again when it next changes.
    line: (text) => void stream.write(`${live ? '\r\u001b[K' : ''}${text}\n`),
    async stage(name, work) {
      const startedAt = now();
      let text = '';
      const show = (end: '\n' | '') => {
        const seconds = ((now() - startedAt) / 1000).toFixed(1).padStart(6);
        const line = `${seconds} s  ${name.padEnd(9)} ${text}`;
        if (live) stream.write(`\r\u001b[K${end === '' ? line.slice(0, width()) : line}${end}`);
        else if (end === '\n') stream.write(`${line}\n`);
      };
      const timer = live
        ? setInterval(() => show(''), refreshMs)
        : setInterval(() => show('\n'), plainLineMs);
      const note = (next: string) => {
        text = next;
        show('');
      };
      show('');
      try {
        return await work(note);
      } catch (error) {
        text = `failed: ${firstLine(error)}`;
        throw error;
      } finally {
        clearInterval(timer);
        show('\n');
      }
    },
  };
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
