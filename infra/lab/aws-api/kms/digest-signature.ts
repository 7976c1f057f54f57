/**
 * ECDSA over P-256 of a digest that somebody else made (FIPS 186-5, 6.4.1). OpenSSL, as Node offers it, hashes what it signs,
 * and KMS with MessageType DIGEST does not. For the lab alone: the arithmetic takes no care of timing.
 */
import { createECDH, randomBytes, type KeyObject } from 'node:crypto';

/** The order of P-256's base point (NIST SP 800-186, 3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The signature in DER, as KMS answers it. */
export function signatureOfDigest(privateKey: KeyObject, digest: Uint8Array): Uint8Array {
  const d = numberOf(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
  const z = numberOf(digest);
  for (;;) {
    const k = numberOf(randomBytes(32)) % ORDER;
    if (k === 0n) continue;
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(bytesOf(k));
    const r = numberOf(curve.getPublicKey().subarray(1, 33)) % ORDER;
    const s = (inverse(k) * (z + r * d)) % ORDER;
    if (r !== 0n && s !== 0n) return sequence([integer(r), integer(s)]);
  }
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

/** By Fermat: the order is prime. */
function inverse(value: bigint): bigint {
  let result = 1n;
  let base = value % ORDER;
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}

/** DER's INTEGER: as short as it can be, with a zero in front where the first bit would make it negative. */
function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, positive.length), positive]);
}

function sequence(parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
}
