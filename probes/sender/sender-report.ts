/** Reads the packet sender's one line back. Strict: what is not exactly a report is none. */
import type { CommandOutput } from '../probe';

const ENDS = [
  'answered',
  'closed',
  'silent',
  'reset',
  'refused',
  'unreachable',
  'stranded',
  'unresolved',
  'alert',
  'forbidden',
  'failed',
] as const;

/**
 * How a send ended. `silent`: nothing came until the bound; `closed`: the peer ended the connection in order; `alert`: TLS
 * ended by an alert or by what is no TLS; `stranded`: the host itself has no route to send it by; `forbidden`: the host does
 * not let it send such packets; `failed`: the sender itself could not, or had not sent all of it when its time was over.
 */
export type SendEnd = (typeof ENDS)[number];

export interface SendReport {
  readonly end: SendEnd;
  /** Time of the TCP handshake; null where there was none. */
  readonly connectMs: number | null;
  /** Payload bytes given to the network, repetitions too. */
  readonly sent: number;
  /** Of a TCP connection: bytes that the peer has confirmed; null where the host does not say, or there was none. */
  readonly acknowledged: number | null;
  /** Bytes that came before ours went. */
  readonly greeting: number;
  /** Bytes that came after ours went, as they are on the wire. */
  readonly received: number;
  /** Bytes inside TLS, where the send was a whole handshake. */
  readonly answered: number;
  /** The first of them: inside TLS, else on the wire. */
  readonly first: Buffer;
}

/** The reports in the order of the sends, or what is wrong with them. Never throws. */
export function readSender(
  output: CommandOutput,
  sends: number,
): readonly SendReport[] | { readonly problem: string } {
  if (output.exitCode !== 0) {
    const exit = output.exitCode === null ? 'its end is not known' : `exit ${output.exitCode}`;
    return { problem: `the sender did not run to its end (${exit}): ${lastLine(output.stdout)}` };
  }
  const reports = parsed(output.stdout)?.map(reportOf);
  if (reports === undefined || reports.length !== sends || !reports.every((report) => report !== null)) {
    return { problem: `the sender's report cannot be read: ${lastLine(output.stdout)}` };
  }
  return reports;
}

function parsed(stdout: string): readonly unknown[] | undefined {
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (lines.length !== 1) return undefined;
  try {
    const value: unknown = JSON.parse(lines[0] ?? '');
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function reportOf(value: unknown): SendReport | null {
  if (!Array.isArray(value) || value.length !== 8) return null;
  const fields: readonly unknown[] = value;
  const [end, connectMs, sent, acknowledged, greeting, received, answered, first] = fields;
  if (!isEnd(end) || !isCountOrNull(connectMs) || !isCountOrNull(acknowledged)) return null;
  if (!isCount(sent) || !isCount(greeting) || !isCount(received) || !isCount(answered)) return null;
  if (typeof first !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(first)) return null;
  return {
    end,
    connectMs,
    sent,
    acknowledged,
    greeting,
    received,
    answered,
    first: Buffer.from(first, 'base64'),
  };
}

const END_WORDS: readonly unknown[] = ENDS;
const isEnd = (value: unknown): value is SendEnd => END_WORDS.includes(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isCountOrNull = (value: unknown): value is number | null => value === null || isCount(value);

const lastLine = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .at(-1)
    ?.replaceAll(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 200) ?? 'no output';
