/** DNS questions, and as much of an answer as tells who gave it (RFC 1035, 4). Pure. */
import { derived } from './tls-hello';

export interface DnsAnswer {
  /** Response code: 0 NOERROR, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED, … */
  readonly code: number;
  /** Types of the answer records whose owner is the question's own name. */
  readonly ownAnswers: readonly number[];
  readonly answers: number;
  /** Owner of the SOA record in the authority section, in lower case; null where there is none. */
  readonly zone: string | null;
  /** Whether every record that it counts could be read: nothing of it was cut, by the server or on the way. */
  readonly whole: boolean;
}

const TYPE_A = 1;
const TYPE_SOA = 6;
const HEADER_BYTES = 12;
const RECURSION_DESIRED = 0x0100;
const TRUNCATED = 0x0200;

/** A recursive question for a name's address. Its id comes from the nonce. */
export function dnsQuery(nonce: string, name: string): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const numbers = Buffer.alloc(10);
  numbers.writeUInt16BE(RECURSION_DESIRED, 0);
  numbers.writeUInt16BE(1, 2);
  return Buffer.concat([dnsId(nonce), numbers, ...labels, Buffer.from([0, 0, TYPE_A, 0, 1])]);
}

/** With its length before it, as TCP and TLS carry it (RFC 1035, 4.2.2). */
export function dnsOverStream(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

const dnsId = (nonce: string): Buffer => derived(nonce, 'dns id', 2);

/** The answer to this nonce's question for this name, or null for what is none. Never throws. */
export function dnsAnswer(message: Buffer, nonce: string, name: string): DnsAnswer | null {
  const question = dnsQuery(nonce, name);
  if (message.length < question.length || !message.subarray(0, 2).equals(question.subarray(0, 2)))
    return null;
  const flags = message.readUInt16BE(2);
  const isResponse = (flags & 0x8000) !== 0;
  const asked = message.subarray(HEADER_BYTES, question.length).toString('latin1').toLowerCase();
  if (!isResponse || asked !== question.subarray(HEADER_BYTES).toString('latin1').toLowerCase()) return null;
  const [answers, authorities] = [message.readUInt16BE(6), message.readUInt16BE(8)];
  const records = recordsOf(message, question.length, answers + authorities);
  return {
    code: flags & 0x0f,
    answers,
    ownAnswers: records
      .slice(0, answers)
      .flatMap(({ owner, type }) => (owner === name.toLowerCase() ? [type] : [])),
    zone: records.slice(answers).find(({ type }) => type === TYPE_SOA)?.owner ?? null,
    whole: (flags & TRUNCATED) === 0 && records.length === answers + authorities,
  };
}

interface DnsRecord {
  readonly owner: string;
  readonly type: number;
}

/** As many records as can be read; an answer may be cut. */
function recordsOf(message: Buffer, start: number, count: number): readonly DnsRecord[] {
  const records: DnsRecord[] = [];
  let at = start;
  while (records.length < count) {
    const owner = nameAt(message, at);
    if (owner === null || owner.end + 10 > message.length) break;
    records.push({ owner: owner.name, type: message.readUInt16BE(owner.end) });
    at = owner.end + 10 + message.readUInt16BE(owner.end + 8);
  }
  return records;
}

/** Jumps are backwards only, so that it ends. */
function nameAt(message: Buffer, start: number): { readonly name: string; readonly end: number } | null {
  const labels: string[] = [];
  let at = start;
  let lowest = start;
  let end: number | null = null;
  for (;;) {
    const length = message[at];
    if (length === undefined) return null;
    if (length === 0) return { name: labels.join('.').toLowerCase(), end: end ?? at + 1 };
    if (length >= 0xc0) {
      const target = ((length & 0x3f) << 8) | (message[at + 1] ?? 0xff);
      if (target >= lowest) return null;
      end ??= at + 2;
      at = lowest = target;
    } else {
      if (length > 63 || at + 1 + length > message.length) return null;
      labels.push(message.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
  }
}
