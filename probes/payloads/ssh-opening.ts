/**
 * The first bytes of an SSH client: its version, its key exchange offer and its key (RFC 4253, 4.2 and 7; RFC 8731). A
 * server that reads them answers with its own key, which no mere greeting can be taken for. Pure.
 */
import { markedText } from './marked-payload';
import { derived, sized } from './tls-hello';

const KEX_INIT = 20;
const KEX_ECDH_INIT = 30;

/** One choice of key exchange, so that its key can go along without waiting; the rest is what servers have. */
const OFFERS = [
  'curve25519-sha256',
  'ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256',
  'aes128-ctr,aes256-ctr,aes128-gcm@openssh.com,chacha20-poly1305@openssh.com',
  'aes128-ctr,aes256-ctr,aes128-gcm@openssh.com,chacha20-poly1305@openssh.com',
  'hmac-sha2-256,hmac-sha2-512,hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-256,hmac-sha2-512,hmac-sha2-256-etm@openssh.com',
  'none',
  'none',
  '',
  '',
];

export function sshOpening(nonce: string): Buffer {
  const lists = OFFERS.map((names) => wide(Buffer.from(names)));
  const offer = Buffer.concat([
    Buffer.from([KEX_INIT]),
    derived(nonce, 'ssh cookie', 16),
    ...lists,
    Buffer.alloc(5),
  ]);
  const key = Buffer.concat([Buffer.from([KEX_ECDH_INIT]), wide(derived(nonce, 'ssh key', 32))]);
  return Buffer.concat([Buffer.from(`SSH-2.0-probe ${markedText(nonce)}\r\n`), packet(offer), packet(key)]);
}

/** RFC 4253, 6: length, padding's length, payload, at least four bytes of padding to a multiple of eight. */
function packet(payload: Buffer): Buffer {
  const padding = 8 - ((5 + payload.length) % 8) + (8 - ((5 + payload.length) % 8) < 4 ? 8 : 0);
  return wide(Buffer.concat([Buffer.from([padding]), payload, Buffer.alloc(padding)]));
}

/** With a length of four bytes. */
const wide = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0]), sized(3, bytes)]);
