/**
 * DNS messages as far as the lab's name servers need them: one question in, A or CNAME records out (RFC 1035). Pure;
 * what is not a question of that form is null, however it is broken.
 */

export interface Question {
  readonly id: number;
  /** Lower case, without the final dot; bytes that are no printable ASCII as `\ddd`. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly recursionDesired: boolean;
  /** The question section as it came, to be sent back as it was. */
  readonly section: Buffer;
}

export const TYPE_A = 1;
export const TYPE_CNAME = 5;
const TYPE_ANY = 255;
const CLASS_IN = 1;
const HEADER_BYTES = 12;

export interface Answer {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'NOTIMP';
  /** Of the alias where there is one, of the name that was asked for otherwise. */
  readonly addresses?: readonly string[];
  readonly alias?: { readonly name: string; readonly ttlSeconds: number };
}

const CODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4 } as const;
const TTL_SECONDS = 30;

/** The question of a query, or null for anything else. */
export function parseQuery(message: Buffer): Question | null {
  if (message.length < HEADER_BYTES + 5) return null;
  const flags = message.readUInt16BE(2);
  const isQuery = (flags & 0x8000) === 0 && (flags & 0x7800) === 0;
  if (!isQuery || message.readUInt16BE(4) !== 1) return null;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63 || at - HEADER_BYTES > 254) return null;
    if (length === 0) break;
    if (at + 1 + length > message.length) return null;
    labels.push(labelText(message.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
  const end = at + 5;
  if (end > message.length) return null;
  return {
    id: message.readUInt16BE(0),
    name: labels.join('.'),
    type: message.readUInt16BE(at + 1),
    class: message.readUInt16BE(at + 3),
    recursionDesired: (flags & 0x0100) !== 0,
    section: Buffer.from(message.subarray(HEADER_BYTES, end)),
  };
}

function labelText(label: Buffer): string {
  return [...label]
    .map((byte) => {
      const character = String.fromCharCode(byte).toLowerCase();
      return /[!-~]/.test(character) && !/[.\\]/.test(character)
        ? character
        : `\\${String(byte).padStart(3, '0')}`;
    })
    .join('');
}

/** The answer as a message. Addresses go into questions for A (or ANY) of class IN only. */
export function formatAnswer(question: Question, answer: Answer): Buffer {
  const wantsAddresses = question.class === CLASS_IN && [TYPE_A, TYPE_ANY].includes(question.type);
  const { alias, addresses = [] } = answer;
  // The question's name, by a pointer to it.
  const asked = Buffer.from([0xc0, HEADER_BYTES]);
  const owner = alias === undefined ? asked : encodeName(alias.name);
  const records = [
    ...(alias === undefined
      ? []
      : [record({ owner: asked, type: TYPE_CNAME, ttlSeconds: alias.ttlSeconds, data: owner })]),
    ...(wantsAddresses ? addresses : []).map((address) =>
      record({
        owner,
        type: TYPE_A,
        ttlSeconds: TTL_SECONDS,
        data: Buffer.from(address.split('.').map(Number)),
      }),
    ),
  ];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(question.id, 0);
  header.writeUInt16BE(0x8080 | (question.recursionDesired ? 0x0100 : 0) | CODES[answer.code], 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question.section, ...records]);
}

interface ResourceRecord {
  readonly owner: Buffer;
  readonly type: number;
  readonly ttlSeconds: number;
  readonly data: Buffer;
}

function record({ owner, type, ttlSeconds, data }: ResourceRecord): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(CLASS_IN, 2);
  fixed.writeUInt32BE(ttlSeconds, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, fixed, data]);
}

function encodeName(name: string): Buffer {
  const labels = name
    .replace(/\.$/, '')
    .split('.')
    .map((label) => Buffer.from(label.slice(0, 63), 'latin1'));
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.from([label.length]), label]),
    Buffer.from([0]),
  ]);
}
