/**
 * A QUIC version 1 client's Initial packet with a real ClientHello in it, protected as RFC 9001 says (section 5): firewalls
 * can open it, as the keys come from the packet's own connection id. Pure.
 */
import { createCipheriv, createHmac } from 'node:crypto';
import { derived, extension, helloMessage } from './tls-hello';

/** RFC 9001, 5.2. */
const INITIAL_SALT = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex');
const VERSION_1 = Buffer.from([0, 0, 0, 1]);
const PACKET_NUMBER_BYTES = 4;
const TAG_BYTES = 16;
/** RFC 9000, 14.1: a client's Initial fills its datagram to at least so much. */
const MIN_DATAGRAM_BYTES = 1200;

export interface InitialKeys {
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly headerProtection: Buffer;
}

/** The client's keys for an Initial that is sent to a connection id (RFC 9001, 5.2; Appendix A.1). */
export function clientInitialKeys(connectionId: Uint8Array): InitialKeys {
  const secret = expand(hmac(INITIAL_SALT, connectionId), 'client in', 32);
  return {
    key: expand(secret, 'quic key', 16),
    iv: expand(secret, 'quic iv', 12),
    headerProtection: expand(secret, 'quic hp', 16),
  };
}

export interface InitialPacket {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  readonly packetNumber: number;
  /** Frames; PADDING fills up to the least size of a datagram. */
  readonly frames: Uint8Array;
}

/** The protected packet (RFC 9001, 5.3 and 5.4; Appendix A.2). */
export function protectedInitial({ destination, source, packetNumber, frames }: InitialPacket): Buffer {
  const { key, iv, headerProtection } = clientInitialKeys(destination);
  const start = Buffer.concat([
    // Long header, Initial, packet number of four bytes.
    Buffer.from([0xc0 | (PACKET_NUMBER_BYTES - 1)]),
    VERSION_1,
    Buffer.from([destination.length, ...destination, source.length, ...source]),
    // No token.
    Buffer.from([0]),
  ]);
  const around = start.length + 2 + PACKET_NUMBER_BYTES + TAG_BYTES;
  const payload = Buffer.concat([
    frames,
    Buffer.alloc(Math.max(0, MIN_DATAGRAM_BYTES - around - frames.length)),
  ]);
  const number = Buffer.alloc(PACKET_NUMBER_BYTES);
  number.writeUInt32BE(packetNumber);
  const header = Buffer.concat([start, varint(PACKET_NUMBER_BYTES + payload.length + TAG_BYTES), number]);
  const nonce = Buffer.from(iv);
  number.forEach((byte, index) => {
    const at = nonce.length - PACKET_NUMBER_BYTES + index;
    nonce[at] = (nonce[at] ?? 0) ^ byte;
  });
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  cipher.setAAD(header);
  const packet = Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  return hideHeader(packet, header.length - PACKET_NUMBER_BYTES, headerProtection);
}

/** RFC 9001, 5.4.3: the sample begins four bytes behind the packet number's start. */
function hideHeader(packet: Buffer, numberAt: number, key: Buffer): Buffer {
  const sample = packet.subarray(numberAt + 4, numberAt + 4 + 16);
  const mask = createCipheriv('aes-128-ecb', key, null).update(sample);
  const hidden = Buffer.from(packet);
  hidden[0] = (hidden[0] ?? 0) ^ ((mask[0] ?? 0) & 0x0f);
  for (let index = 0; index < PACKET_NUMBER_BYTES; index++) {
    hidden[numberAt + index] = (hidden[numberAt + index] ?? 0) ^ (mask[index + 1] ?? 0);
  }
  return hidden;
}

/** An Initial as a client sends it first, with this server name in its hello. */
export function quicInitial({ nonce, name }: { readonly nonce: string; readonly name: string }): Buffer {
  const source = derived(nonce, 'source connection id', 8);
  const parameters = Buffer.concat([
    // initial_source_connection_id, then max_idle_timeout and the data and stream limits that a server wants to see.
    Buffer.concat([Buffer.from([0x0f, source.length]), source]),
    ...[0x01, 0x04, 0x05, 0x06, 0x07, 0x08].map((id) =>
      Buffer.concat([Buffer.from([id, 2]), varint(10_000)]),
    ),
  ]);
  const hello = helloMessage({
    nonce,
    names: [name],
    protocols: ['h3'],
    withoutSession: true,
    extensions: [extension(0x39, parameters)],
  });
  return protectedInitial({
    destination: derived(nonce, 'destination connection id', 8),
    source,
    packetNumber: 0,
    // CRYPTO, at offset 0 (RFC 9000, 19.6).
    frames: Buffer.concat([Buffer.from([6, 0]), varint(hello.length), hello]),
  });
}

/** RFC 9000, 16, in two bytes. */
function varint(value: number): Buffer {
  if (value >= 0x4000) throw new RangeError(`${value} does not fit into two bytes`);
  return Buffer.from([0x40 | (value >> 8), value & 0xff]);
}

/** HKDF-Expand-Label with an empty context, for at most one block (RFC 8446, 7.1; RFC 5869, 2.3). */
function expand(secret: Buffer, label: string, bytes: number): Buffer {
  const full = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, bytes, full.length]), full, Buffer.from([0, 1])]);
  return hmac(secret, info).subarray(0, bytes);
}

const hmac = (key: Uint8Array, data: Uint8Array): Buffer => createHmac('sha256', key).update(data).digest();
