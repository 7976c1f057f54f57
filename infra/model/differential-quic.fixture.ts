/** A QUIC version 1 Initial packet with a TLS ClientHello, protected as RFC 9001, 5 says, so that an engine can read it. */
import { createCipheriv, createHmac } from 'node:crypto';

/** RFC 9001, 5.2. */
const INITIAL_SALT = Buffer.from('38762cf7f55934b34d179ae6a4c80cadccbb7f0a', 'hex');
const DATAGRAM_BYTES = 1200;
const TAG_BYTES = 16;
const PACKET_NUMBER_BYTES = 4;

/** `handshake` is the ClientHello as a handshake message, without a record around it. */
export function quicInitial(handshake: Buffer): Buffer {
  const connection = Buffer.from('0102030405060708', 'hex');
  const source = Buffer.from('a1a2a3a4', 'hex');
  const secret = expand(hmac(INITIAL_SALT, connection), 'client in', 32);
  const [key, iv, mask] = [
    expand(secret, 'quic key', 16),
    expand(secret, 'quic iv', 12),
    expand(secret, 'quic hp', 16),
  ];
  const crypto = Buffer.concat([Buffer.from([6, 0]), varint(handshake.length), handshake]);
  const open = Buffer.concat([
    Buffer.from([0xc0 | (PACKET_NUMBER_BYTES - 1), 0, 0, 0, 1, connection.length]),
    connection,
    Buffer.from([source.length]),
    source,
    Buffer.from([0]),
  ]);
  const padded = DATAGRAM_BYTES - open.length - 2 - PACKET_NUMBER_BYTES - TAG_BYTES;
  const payload = Buffer.concat([crypto, Buffer.alloc(Math.max(0, padded - crypto.length))]);
  const number = Buffer.alloc(PACKET_NUMBER_BYTES);
  const header = Buffer.concat([open, varint(payload.length + PACKET_NUMBER_BYTES + TAG_BYTES), number]);
  const cipher = createCipheriv('aes-128-gcm', key, iv);
  cipher.setAAD(header);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
  return protectHeader(header, sealed, mask);
}

/** RFC 9001, 5.4: the packet number and part of the first byte are masked by a sample of what follows. */
function protectHeader(header: Buffer, sealed: Buffer, key: Buffer): Buffer {
  const block = createCipheriv('aes-128-ecb', key, null);
  const masked = block.update(sealed.subarray(0, 16));
  const packet = Buffer.concat([header, sealed]);
  packet[0] = (packet[0] ?? 0) ^ ((masked[0] ?? 0) & 0x0f);
  const at = header.length - PACKET_NUMBER_BYTES;
  for (let index = 0; index < PACKET_NUMBER_BYTES; index += 1)
    packet[at + index] = (packet[at + index] ?? 0) ^ (masked[index + 1] ?? 0);
  return packet;
}

const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('sha256', key).update(data).digest();

/** HKDF-Expand-Label of RFC 8446, 7.1, for at most 32 bytes. */
function expand(secret: Buffer, label: string, bytes: number): Buffer {
  const full = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, bytes, full.length]), full, Buffer.from([0])]);
  return hmac(secret, Buffer.concat([info, Buffer.from([1])])).subarray(0, bytes);
}

/** Two bytes, enough for what is written here (RFC 9000, 16). */
function varint(value: number): Buffer {
  if (value >= 0x4000) throw new Error(`${value} does not fit`);
  return Buffer.from([0x40 | (value >> 8), value & 0xff]);
}
