/** What the benches share: the machine, medians, growth exponents, aligned tables, measuring in a process of its own. */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The slope of the least-squares line through the logarithms: 1 is linear growth, 2 quadratic. */
export function growthExponent(points: readonly { readonly size: number; readonly ms: number }[]): number {
  const logs = points.map(({ size, ms }) => ({ x: Math.log(size), y: Math.log(ms) }));
  const meanX = sum(logs.map(({ x }) => x)) / logs.length;
  const meanY = sum(logs.map(({ y }) => y)) / logs.length;
  return sum(logs.map(({ x, y }) => (x - meanX) * (y - meanY))) / sum(logs.map(({ x }) => (x - meanX) ** 2));
}

/** Milliseconds with as many digits as say something. */
export function milliseconds(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
}

/** What the figures were measured on; other work on the machine makes them worse. */
export function machine(): string {
  const [cpu] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  return `${cpus().length} x ${cpu?.model ?? 'unknown CPU'}, Node ${process.version}, load average ${load} at the start\n`;
}

/** Rows under headings, columns aligned; the first column to the left, all others to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return `${[headings, ...rows].map(line).join('\n')}\n`;
}

/** Milliseconds that a call takes, after the garbage of what was before has been collected. */
export function timed<T>(work: () => T): { readonly ms: number; readonly result: T } {
  // Only with --expose-gc, which measureApart gives.
  globalThis.gc?.();
  const startedMs = performance.now();
  const result = work();
  return { ms: performance.now() - startedMs, result };
}

/**
 * Run a bench file again as a process of its own, with a question as its last argument, and read the answer that it
 * prints as JSON. Throws when it fails: a bench that measures wrong answers is a defect.
 */
export function measureApart(file: string, question: object): unknown {
  const argv = ['--expose-gc', ...process.execArgv, file, JSON.stringify(question)];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`measuring ${JSON.stringify(question)} failed:\n${stderr}`);
  const answer: unknown = JSON.parse(stdout);
  return answer;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
