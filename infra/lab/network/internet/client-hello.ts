/**
 * The name in a TLS ClientHello, read from its first bytes, so that a hello is on record even where the handshake ends
 * there (RFC 8446, 4.1.2; RFC 6066, 3). Pure.
 */

export type HelloName =
  /** Nothing new can be said of fewer than `atLeast` bytes. */
  | { readonly status: 'more'; readonly atLeast: number }
  | { readonly status: 'not-tls' }
  | {
      readonly status: 'hello';
      /** The first name of the list, byte for byte; null where there is none. */
      readonly name: string | null;
      /** False for a list of names, and for a name that no host can have: TLS libraries refuse those. */
      readonly regular: boolean;
    };

/** More than any client's hello; whoever sends more is not waited for. */
const MAX_HELLO_BYTES = 32 * 1024;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_HEADER_BYTES = 4;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const NOT_TLS = { status: 'not-tls' } as const;

/** What the bytes so far say. `more` until the hello is whole. */
export function helloName(bytes: Buffer): HelloName {
  if (bytes.length > 0 && bytes[0] !== HANDSHAKE) return NOT_TLS;
  const parts: Buffer[] = [];
  let had = 0;
  let needed = MESSAGE_HEADER_BYTES;
  let at = 0;
  // A hello may be cut into several records, and other records may follow it.
  while (had < needed && at + RECORD_HEADER_BYTES <= bytes.length) {
    if (bytes[at] !== HANDSHAKE || bytes[at + 1] !== 3) return NOT_TLS;
    const end = at + RECORD_HEADER_BYTES + bytes.readUInt16BE(at + 3);
    const part = bytes.subarray(at + RECORD_HEADER_BYTES, Math.min(end, bytes.length));
    parts.push(part);
    had += part.length;
    if (had >= MESSAGE_HEADER_BYTES && needed === MESSAGE_HEADER_BYTES) {
      const header = Buffer.concat(parts);
      if (header[0] !== CLIENT_HELLO) return NOT_TLS;
      needed += header.readUIntBE(1, 3);
    }
    if (end > bytes.length) break;
    at = end;
  }
  if (had < needed) {
    if (bytes.length > MAX_HELLO_BYTES) return NOT_TLS;
    return { status: 'more', atLeast: Math.min(bytes.length + needed - had, MAX_HELLO_BYTES + 1) };
  }
  return serverName(Buffer.concat(parts).subarray(MESSAGE_HEADER_BYTES, needed));
}

/** The extension that names the server, wherever the lengths on the way to it point inside of the message. */
function serverName(hello: Buffer): HelloName {
  const numberAt = (at: number, bytes: 1 | 2): number =>
    at + bytes <= hello.length ? hello.readUIntBE(at, bytes) : NaN;
  // Version and random, then session id, cipher suites and compression methods, each behind its length.
  let at = 2 + 32;
  at += 1 + numberAt(at, 1);
  at += 2 + numberAt(at, 2);
  at += 1 + numberAt(at, 1);
  if (at === hello.length) return { status: 'hello', name: null, regular: true };
  const end = at + 2 + numberAt(at, 2);
  at += 2;
  // Comparisons with what is not a number are false.
  if (!(end <= hello.length)) return NOT_TLS;
  while (at < end) {
    const type = numberAt(at, 2);
    const next = at + 4 + numberAt(at + 2, 2);
    if (!(next <= end)) return NOT_TLS;
    if (type === 0) return nameList(hello.subarray(at + 4, next));
    at = next;
  }
  return { status: 'hello', name: null, regular: true };
}

/** A list's length, then for each name its type, its length and itself. */
function nameList(list: Buffer): HelloName {
  if (list.length < 5) return NOT_TLS;
  const end = 5 + list.readUInt16BE(3);
  if (end > list.length) return NOT_TLS;
  const name = list.toString('latin1', 5, end);
  const alone = list.readUInt16BE(0) === list.length - 2 && list[2] === 0 && end === list.length;
  return { status: 'hello', name, regular: alone && /^[!-~]{1,255}$/.test(name) };
}
