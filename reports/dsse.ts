/**
 * DSSE (github.com/secure-systems-lab/dsse, protocol v1.0.2): an envelope that holds a payload and signatures over it. The
 * signature is made of the payload's type and bytes together (`PAE`), so that a payload cannot be passed off as another kind.
 */
import { createHash, verify, type KeyObject } from 'node:crypto';
import { isJsonObject, jsonValue } from './json-object';

export const IN_TOTO_PAYLOAD = 'application/vnd.in-toto+json';

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly { readonly keyId: string; readonly signature: Uint8Array }[];
}

/** What is signed: DSSE's pre-authentication encoding. Lengths are in bytes. */
export function preAuthentication(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The envelope's text; the same envelope always gives the same bytes. */
export function envelopeText({ payloadType, payload, signatures }: Envelope): string {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const signed = signatures.map(({ keyId, signature }) => ({ keyid: keyId, sig: base64(signature) }));
  return `${JSON.stringify({ payloadType, payload: base64(payload), signatures: signed }, null, 1)}\n`;
}

export type ParsedEnvelope =
  | { readonly status: 'parsed'; readonly envelope: Envelope }
  | { readonly status: 'refused'; readonly because: string };

/** An envelope that somebody hands us. Its parts are decoded, nothing of it is believed yet. */
export function parseEnvelope(text: string): ParsedEnvelope {
  const refused = (because: string): ParsedEnvelope => ({ status: 'refused', because });
  const value = jsonValue(text);
  if (!isJsonObject(value)) return refused('it is not a JSON object');
  const { payloadType, signatures } = value;
  const payload = decoded(value['payload']);
  if (typeof payloadType !== 'string' || payload === null) return refused('it has no payload in base64');
  if (!Array.isArray(signatures) || signatures.length === 0) return refused('it has no signature');
  const parsed: Envelope['signatures'][number][] = [];
  for (const one of signatures) {
    const signature = isJsonObject(one) ? decoded(one['sig']) : null;
    if (signature === null) return refused('a signature is not base64');
    const keyId = isJsonObject(one) && typeof one['keyid'] === 'string' ? one['keyid'] : '';
    parsed.push({ keyId, signature });
  }
  return { status: 'parsed', envelope: { payloadType, payload, signatures: parsed } };
}

/** Strictly: Node's own decoder skips what is not base64. DSSE allows both alphabets. */
function decoded(value: unknown): Uint8Array | null {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) return null;
  return Buffer.from(value, 'base64');
}

/** What the keys can be: ECDSA over P-256 with SHA-256 (signature in DER, as AWS KMS and cosign make it), or Ed25519. */
export type Algorithm = 'ECDSA_SHA_256' | 'ED25519';

/** Null for a key of any other kind. */
export function algorithmOf(key: KeyObject): Algorithm | null {
  if (key.asymmetricKeyType === 'ed25519') return 'ED25519';
  const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  return isP256 ? 'ECDSA_SHA_256' : null;
}

/** SHA-256 of the public key in DER (SubjectPublicKeyInfo), as hexadecimal digits. A hint, never a proof. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** Whether one of the signatures is the key's. Whose key it says it is does not count. */
export function isSignedBy({ payloadType, payload, signatures }: Envelope, publicKey: KeyObject): boolean {
  const algorithm = algorithmOf(publicKey);
  if (algorithm === null) return false;
  const signed = preAuthentication(payloadType, payload);
  return signatures.some(({ signature }) => isSignature({ publicKey, signed, signature }));
}

export interface SignatureCheck {
  readonly publicKey: KeyObject;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

export function isSignature({ publicKey, signed, signature }: SignatureCheck): boolean {
  const algorithm = algorithmOf(publicKey);
  if (algorithm === null) return false;
  try {
    return verify(algorithm === 'ED25519' ? null : 'sha256', signed, publicKey, signature);
  } catch {
    // OpenSSL throws for bytes that are no signature at all.
    return false;
  }
}
