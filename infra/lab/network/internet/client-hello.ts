/**
 * The name in a TLS ClientHello, read from its first bytes, so that a hello is on record even where the handshake ends
 * there (RFC 8446, 4.1.2; RFC 6066, 3). Pure.
 */

export type HelloName =
  | { readonly status: 'more' }
  | { readonly status: 'not-tls' }
  | { readonly status: 'hello'; readonly name: string | null };

const MAX_HELLO_BYTES = 64 * 1024;
const NOT_TLS = { status: 'not-tls' } as const;
const MORE = { status: 'more' } as const;

/** What the bytes so far say. `more` until the hello is whole. */
export function helloName(bytes: Buffer): HelloName {
  const handshake: Buffer[] = [];
  let at = 0;
  // A hello may be cut into several records.
  while (at + 5 <= bytes.length) {
    if (bytes[at] !== 22 || bytes[at + 1] !== 3) return NOT_TLS;
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    handshake.push(bytes.subarray(at + 5, Math.min(end, bytes.length)));
    const hello = wholeHello(Buffer.concat(handshake));
    if (hello !== null) return hello;
    if (end > bytes.length) break;
    at = end;
  }
  if (bytes.length > 0 && bytes[0] !== 22) return NOT_TLS;
  return bytes.length > MAX_HELLO_BYTES ? NOT_TLS : MORE;
}

function wholeHello(handshake: Buffer): HelloName | null {
  if (handshake.length < 4) return null;
  if (handshake[0] !== 1) return NOT_TLS;
  const length = handshake.readUIntBE(1, 3);
  if (length > MAX_HELLO_BYTES) return NOT_TLS;
  if (handshake.length < 4 + length) return null;
  const name = serverName(handshake.subarray(4, 4 + length));
  return name === OUTSIDE ? NOT_TLS : { status: 'hello', name };
}

/** A length that points outside of the message. */
const OUTSIDE = Symbol('outside');

function serverName(hello: Buffer): string | null | typeof OUTSIDE {
  const numberAt = (at: number, bytes: 1 | 2): number =>
    at + bytes <= hello.length ? hello.readUIntBE(at, bytes) : NaN;
  // Version and random, then session id, cipher suites and compression methods, each behind its length.
  let at = 2 + 32;
  at += 1 + numberAt(at, 1);
  at += 2 + numberAt(at, 2);
  at += 1 + numberAt(at, 1);
  if (at === hello.length) return null;
  const end = at + 2 + numberAt(at, 2);
  at += 2;
  // Comparisons with what is not a number are false.
  if (!(end <= hello.length)) return OUTSIDE;
  while (at < end) {
    const type = numberAt(at, 2);
    const next = at + 4 + numberAt(at + 2, 2);
    if (!(next <= end)) return OUTSIDE;
    if (type === 0) {
      const nameEnd = at + 9 + numberAt(at + 7, 2);
      return nameEnd <= next ? hello.toString('latin1', at + 9, nameEnd) : OUTSIDE;
    }
    at = next;
  }
  return null;
}
