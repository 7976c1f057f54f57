/**
 * What a processing job printed, read from its log: numbered frames with a checksum over the whole, since CloudWatch Logs may
 * deliver late, twice and in another order. Nothing but a whole and undamaged result is a result. A script cannot forge one:
 * its output stands inside a frame, packed, and it does not know the nonce.
 */
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { CommandOutput } from '../probe';

export type JobResult =
  | {
      readonly status: 'whole';
      readonly output: CommandOutput;
      readonly cut: boolean;
      /** IPv4 of the interface that leads to the internet; null where the container had none. */
      readonly address: string | null;
    }
  /** Some of its frames have not arrived, or none: `have` of `of` (0 when no frame says how many there are). */
  | { readonly status: 'partial'; readonly have: number; readonly of: number }
  | { readonly status: 'damaged'; readonly because: string };

const FRAME =
  /^studio-egress-job ([0-9a-f]{32}) (\d{1,3}) (\d{1,3}) (\d{1,3}) ([0-9a-f]{32}) ([A-Za-z0-9+/=]{1,4000})\s*$/;
/** Two streams of 64 KB with every character escaped, and the little that stands around them. */
const MAX_RESULT_BYTES = 1024 * 1024;

interface Parts {
  readonly of: number;
  readonly digest: string;
  readonly chunks: Map<number, string>;
  contradiction: boolean;
}

/** The result of each of the job's scripts, by its place; a log line that is no frame of this nonce is none of ours. */
export function jobResults(
  lines: Iterable<string>,
  { nonce, count }: { readonly nonce: string; readonly count: number },
): readonly JobResult[] {
  const byScript = new Map<number, Parts>();
  for (const line of lines) {
    const [, of, index, part, parts, digest, chunk] = FRAME.exec(line) ?? [];
    if (of !== nonce || digest === undefined || chunk === undefined) continue;
    keep(byScript, Number(index), { part: Number(part), of: Number(parts), digest, chunk });
  }
  return Array.from({ length: count }, (_, index) => resultOf(byScript.get(index)));
}

interface Frame {
  readonly part: number;
  readonly of: number;
  readonly digest: string;
  readonly chunk: string;
}

function keep(byScript: Map<number, Parts>, index: number, { part, of, digest, chunk }: Frame): void {
  const known = byScript.get(index) ?? { of, digest, chunks: new Map(), contradiction: false };
  byScript.set(index, known);
  const before = known.chunks.get(part);
  // The same event twice is CloudWatch's way; two that differ are nobody's.
  const differs = known.of !== of || known.digest !== digest || (before !== undefined && before !== chunk);
  if (differs || part < 1 || part > of) known.contradiction = true;
  else known.chunks.set(part, chunk);
}

function resultOf(parts: Parts | undefined): JobResult {
  if (parts === undefined) return { status: 'partial', have: 0, of: 0 };
  const { of, digest, chunks, contradiction } = parts;
  if (contradiction) return damaged('frames of its result contradict each other');
  if (chunks.size < of) return { status: 'partial', have: chunks.size, of };
  const text = Array.from({ length: of }, (_, index) => chunks.get(index + 1) ?? '').join('');
  try {
    const data = inflateSync(Buffer.from(text, 'base64'), { maxOutputLength: MAX_RESULT_BYTES });
    const actual = createHash('sha256').update(data).digest('hex').slice(0, digest.length);
    return actual === digest ? readResult(data.toString('utf8')) : damaged('its checksum does not agree');
  } catch {
    return damaged('its frames cannot be unpacked');
  }
}

const damaged = (because: string): JobResult => ({ status: 'damaged', because });

function readResult(text: string): JobResult {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return damaged('it is not an object');
  const member = new Map<string, unknown>(Object.entries(value));
  const error = member.get('error');
  if (typeof error === 'string') return damaged(`the script could not be started: ${error.slice(0, 300)}`);
  const [exitCode, stdout, stderr] = [member.get('exitCode'), member.get('stdout'), member.get('stderr')];
  const [startedAt, finishedAt] = [timeOf(member.get('startedAtMs')), timeOf(member.get('finishedAtMs'))];
  const [cut, address] = [member.get('cut'), member.get('address')];
  const isCode = exitCode === null || (typeof exitCode === 'number' && Number.isInteger(exitCode));
  if (!isCode || typeof stdout !== 'string' || typeof stderr !== 'string' || typeof cut !== 'boolean')
    return damaged('it lacks a member');
  if (startedAt === null || finishedAt === null) return damaged('it has no times');
  const own = typeof address === 'string' && /^\d{1,3}(\.\d{1,3}){3}$/.test(address) ? address : null;
  return { status: 'whole', cut, address: own, output: { exitCode, stdout, stderr, startedAt, finishedAt } };
}

function timeOf(value: unknown): string | null {
  const time = new Date(typeof value === 'number' ? value : Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
