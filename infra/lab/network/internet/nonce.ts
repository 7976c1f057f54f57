/**
 * Nonces in what arrives: 16 hexadecimal digits that a probe has put into its bytes, so that a server can tell which
 * probe they are from. Pure; runs in the server processes. The sniffer (sniffer.py) looks for the same, on its own.
 */

/** More than a probe sends before its nonce; what comes later is not searched. */
export const SEARCHED_BYTES = 8 * 1024;

/** A label of a DNS message stands behind its length. */
const LABEL_LENGTH = String.fromCharCode('n0123456789abcdef'.length);
/**
 * `n<nonce>` as a whole label of a DNS message, `n<nonce>.` in a server name or a Host, `studio-egress:<nonce>` in raw
 * bytes, `/studio-egress/<nonce>` in a path.
 */
const NONCE = new RegExp(`(?:${LABEL_LENGTH}n|studio-egress[:/])([0-9a-f]{16})|n([0-9a-f]{16})\\.`, 'gi');

/** Every nonce in the first bytes, in lower case, each once. */
export function noncesIn(bytes: Buffer): readonly string[] {
  const text = bytes.toString('latin1', 0, SEARCHED_BYTES);
  const found = [...text.matchAll(NONCE)].map((match) => (match[1] ?? match[2] ?? '').toLowerCase());
  return [...new Set(found)];
}
