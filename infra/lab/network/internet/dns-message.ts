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
const ANSWER_CODES = ['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'NOTIMP'] as const;
const TTL_SECONDS = 30;
/** A pointer to the name, type, class, lifetime, length and an IPv4 address. */
const ADDRESS_RECORD_BYTES = 2 + 10 + 4;

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

/** The question as a query with another id. */
export function formatQuery({ recursionDesired, section }: Question, id: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(recursionDesired ? 0x0100 : 0, 2);
  header.writeUInt16BE(1, 4);
  return Buffer.concat([header, section]);
}

/** The answer to the question, as {@link formatAnswer} writes answers without an alias; null for any other message. */
export function parseAnswer(message: Buffer, { section }: Question): Answer | null {
  const recordsAt = HEADER_BYTES + section.length;
  if (message.length < recordsAt || message.readUInt16BE(2) < 0x8000) return null;
  if (!message.subarray(HEADER_BYTES, recordsAt).equals(section)) return null;
  const code = ANSWER_CODES.find((name) => CODES[name] === (message.readUInt16BE(2) & 0xf));
  const count = message.readUInt16BE(6);
  if (code === undefined || message.length !== recordsAt + count * ADDRESS_RECORD_BYTES) return null;
  const addresses = Array.from({ length: count }, (_, index) => {
    const end = recordsAt + (index + 1) * ADDRESS_RECORD_BYTES;
    return [...message.subarray(end - 4, end)].join('.');
  });
  return addresses.length === 0 ? { code } : { code, addresses };
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
