/** Ids that are the same whenever the same is reported: RFC 9562 version 5 UUIDs and SHA-256 fingerprints. */
import { createHash } from 'node:crypto';

/** The namespace of every UUID of this program; its value means nothing, only that it never changes. */
const NAMESPACE = Buffer.from('5d0f3f0e6f0b4c0f9a3e7c2b1d8a4e66', 'hex');

/** Parts are kept apart by their lengths, so that no two lists of parts are one text. */
const joined = (parts: readonly string[]): string => parts.map((part) => `${part.length}:${part}`).join('');

/** A name-based UUID (RFC 9562, 5.5) of the parts. */
export function uuidOf(...parts: readonly string[]): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(joined(parts)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** SHA-256 of the parts, 64 hex digits. */
export const fingerprintOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(joined(parts)).digest('hex');
