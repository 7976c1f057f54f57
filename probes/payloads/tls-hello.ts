/**
 * TLS ClientHellos by hand, for what no client library sends (RFC 8446, 4.1.2). Pure: what should be random comes from the
 * nonce, which also stands in the session id, in clear text, whatever the server name says.
 */
import { createHash } from 'node:crypto';
import { markedText } from './marked-payload';

export interface HelloOptions {
  readonly nonce: string;
  /** The server names, each exactly as it shall stand on the wire; empty for none (RFC 6066, 3). */
  readonly names: readonly string[];
  /** Offers X25519MLKEM768 too, as browsers do: a hello of more than one segment. */
  readonly postQuantum?: boolean;
  /** Carries an encrypted hello, for nobody (RFC 9849, 6.2: what a client without a key sends). */
  readonly encryptedHello?: boolean;
  /** Extensions after the usual ones. */
  readonly extensions?: readonly Uint8Array[];
  /** Without the session id that carries the nonce, as QUIC needs it (RFC 9001, 8.4). */
  readonly withoutSession?: boolean;
  readonly protocols?: readonly string[];
}

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const RECORD_VERSION = 0x0301;
const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;
const SESSION_BYTES = 32;
/** TLS 1.3's three, then those of TLS 1.2 that servers still know. */
const CIPHER_SUITES = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009c];
const X25519 = 0x001d;
const X25519_ML_KEM_768 = 0x11ec;
const GROUPS = [X25519, 0x0017, 0x0018];
const SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];

/** A hello in one TLS record. */
export function clientHello(options: HelloOptions): Buffer {
  return record(helloMessage(options));
}

/** A hello as a handshake message, without a record around it: what QUIC carries. */
export function helloMessage(options: HelloOptions): Buffer {
  const { nonce, withoutSession = false } = options;
  const session = withoutSession ? Buffer.alloc(0) : sessionOf(nonce);
  const body = Buffer.concat([
    u16(TLS_1_2),
    derived(nonce, 'random', 32),
    sized(1, session),
    sized(2, words(CIPHER_SUITES)),
    sized(1, Buffer.from([0])),
    sized(2, Buffer.concat(extensionsOf(options))),
  ]);
  return Buffer.concat([Buffer.from([CLIENT_HELLO]), sized(3, body)]);
}

/**
 * The first `bytes` bytes of a hello that announces more than it ever brings: no server can answer it, and no firewall can
 * read its name.
 */
export function unfinishedHello({
  nonce,
  bytes,
}: {
  readonly nonce: string;
  readonly bytes: number;
}): Buffer {
  const announced = 16_000;
  const start = Buffer.concat([
    Buffer.from([HANDSHAKE]),
    u16(RECORD_VERSION),
    u16(announced),
    Buffer.from([CLIENT_HELLO, 0]),
    u16(announced - 4),
    u16(TLS_1_2),
    derived(nonce, 'random', 32),
    sized(1, sessionOf(nonce)),
    // The list of cipher suites fills the rest.
    u16(announced - 400),
  ]);
  return Buffer.concat([start, derived(nonce, 'filler', Math.max(0, bytes - start.length))]).subarray(
    0,
    bytes,
  );
}

function extensionsOf(options: HelloOptions): readonly Buffer[] {
  const { nonce, names, protocols = ['http/1.1'], postQuantum = false, encryptedHello = false } = options;
  const entries = names.map((name) =>
    Buffer.concat([Buffer.from([0]), sized(2, Buffer.from(name, 'latin1'))]),
  );
  const classic = Buffer.concat([u16(X25519), sized(2, derived(nonce, 'x25519', 32))]);
  const shares = postQuantum ? [postQuantumShare(nonce), classic] : [classic];
  return [
    ...(names.length > 0 ? [extension(0, sized(2, Buffer.concat(entries)))] : []),
    extension(0x0a, sized(2, words(postQuantum ? [X25519_ML_KEM_768, ...GROUPS] : GROUPS))),
    extension(0x0b, sized(1, Buffer.from([0]))),
    extension(0x0d, sized(2, words(SIGNATURES))),
    extension(0x10, sized(2, Buffer.concat(protocols.map((name) => sized(1, Buffer.from(name)))))),
    extension(0x2b, sized(1, words([TLS_1_3, TLS_1_2]))),
    extension(0x2d, sized(1, Buffer.from([1]))),
    extension(0x33, sized(2, Buffer.concat(shares))),
    ...(encryptedHello ? [extension(0xfe0d, outerHello(nonce))] : []),
    ...(options.extensions ?? []).map((bytes) => Buffer.from(bytes)),
    // Padding (RFC 7685): over the 2.2 kB of which large hellos are told.
    ...(postQuantum ? [extension(0x15, Buffer.alloc(850))] : []),
  ];
}

const ML_KEM_768_COEFFICIENTS = 768;
/** Of ML-KEM (FIPS 203): a server refuses a key with a coefficient that is not below it. */
const ML_KEM_MODULUS = 3329;

/** An encapsulation key that a server takes for one, before an X25519 key (draft-ietf-tls-ecdhe-mlkem). */
function postQuantumShare(nonce: string): Buffer {
  const seeds = derived(nonce, 'ml-kem', ML_KEM_768_COEFFICIENTS * 2);
  const key = Buffer.alloc((ML_KEM_768_COEFFICIENTS / 2) * 3);
  const coefficient = (index: number): number => seeds.readUInt16BE(index * 2) % ML_KEM_MODULUS;
  for (let pair = 0; pair < ML_KEM_768_COEFFICIENTS / 2; pair++) {
    // Two coefficients of twelve bits in three bytes, the low ones first.
    key.writeUIntLE(coefficient(pair * 2) | (coefficient(pair * 2 + 1) << 12), pair * 3, 3);
  }
  const seed = derived(nonce, 'ml-kem seed', 32);
  const x25519 = derived(nonce, 'x25519 beside ml-kem', 32);
  return Buffer.concat([u16(X25519_ML_KEM_768), sized(2, Buffer.concat([key, seed, x25519]))]);
}

/** The outer form of encrypted_client_hello: HKDF-SHA256 and AES-128-GCM, a key and a text that nobody can open. */
function outerHello(nonce: string): Buffer {
  const configuration = derived(nonce, 'ech configuration', 1);
  const key = sized(2, derived(nonce, 'ech key', 32));
  return Buffer.concat([
    Buffer.from([0, 0, 1, 0, 1]),
    configuration,
    key,
    sized(2, derived(nonce, 'ech text', 208)),
  ]);
}

function sessionOf(nonce: string): Buffer {
  const text = Buffer.from(markedText(nonce));
  if (text.length > SESSION_BYTES) throw new RangeError('the nonce does not fit into a session id');
  return Buffer.concat([text, Buffer.alloc(SESSION_BYTES - text.length)]);
}

const record = (message: Buffer): Buffer =>
  Buffer.concat([Buffer.from([HANDSHAKE]), u16(RECORD_VERSION), sized(2, message)]);

export const extension = (type: number, body: Buffer): Buffer => Buffer.concat([u16(type), sized(2, body)]);

/** Bytes with their length before them, in 1, 2 or 3 bytes. Throws a RangeError when they are too many. */
export function sized(lengthBytes: 1 | 2 | 3, body: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(body.length, 0, lengthBytes);
  return Buffer.concat([length, body]);
}

/** Bytes that look random and are the same for the same nonce and purpose: SHA-256 in counter mode. */
export function derived(nonce: string, purpose: string, bytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, index) =>
    createHash('sha256').update(`${nonce} ${purpose} ${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, bytes);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const words = (values: readonly number[]): Buffer => Buffer.concat(values.map(u16));
