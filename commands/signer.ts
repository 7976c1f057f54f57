/** Who signs a run's manifest: a private key in a file, or a key in AWS KMS that never leaves it. */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { algorithmOf, type Algorithm } from '../reports/dsse';
import { openKmsSigner } from './kms-signer';
import { readableFile } from './run-options';
import { UsageError } from './usage-error';

export interface Signer {
  readonly publicKey: KeyObject;
  readonly algorithm: Algorithm;
  /** The signature over these bytes. May throw: KMS may deny it. */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
}

export interface SignerOptions {
  /** `KEY.pem`, or `kms:` and a key's id, ARN or alias. */
  readonly key: string;
  readonly region: string | null;
  readonly profile: string | null;
  /** Told what will be asked of AWS, and what is unwise about a key's file. */
  readonly announce: (text: string) => void;
}

const KMS = /^kms:(.*)$/s;

/** Opened before anything is started: a run that cannot be signed is not begun. Throws a UsageError. */
export async function openSigner({ key, region, profile, announce }: SignerOptions): Promise<Signer> {
  const kmsKey = KMS.exec(key)?.[1];
  if (kmsKey === undefined) return fileSigner(key, announce);
  return openKmsSigner({ keyId: kmsKey, region, profile, announce });
}

/** Nobody's key is larger. */
const MAX_KEY_BYTES = 65_536;

function fileSigner(path: string, announce: SignerOptions['announce']): Signer {
  const file = readableFile('--sign', path);
  const { mode, size } = statSync(file);
  if (size > MAX_KEY_BYTES) throw new UsageError(`--sign ${path}: this is too large for a private key`);
  if ((mode & 0o077) !== 0)
    announce(`The key ${path} can be read by others on this machine; chmod 600 it, or sign with a KMS key.`);
  const privateKey = privateKeyOf(path, readFileSync(file));
  const publicKey = createPublicKey(privateKey);
  const algorithm = algorithmOf(publicKey);
  if (algorithm === null) throw new UsageError(`--sign ${path}: the key must be ECDSA over P-256 or Ed25519`);
  return {
    publicKey,
    algorithm,
    sign: async (bytes) => sign(algorithm === 'ED25519' ? null : 'sha256', bytes, privateKey),
  };
}

/** OpenSSL's own words are not passed on: they may quote the key. */
function privateKeyOf(path: string, pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    const isLocked = /ENCRYPTED/.test(pem.toString('latin1'));
    throw new UsageError(
      isLocked
        ? `--sign ${path}: the key is protected by a passphrase, which cannot be given here; use a KMS key instead`
        : `--sign ${path}: this is not a private key in PEM`,
    );
  }
}

/** A public key in PEM, for checking. A private one is refused: it has no business where signatures are checked. */
export function readPublicKey(option: string, path: string): KeyObject {
  const file = readableFile(option, path);
  if (statSync(file).size > MAX_KEY_BYTES)
    throw new UsageError(`${option} ${path}: this is too large for a public key`);
  const pem = readFileSync(file, 'utf8');
  if (/PRIVATE KEY/.test(pem))
    throw new UsageError(`${option} ${path}: this is a private key; give its public half`);
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new UsageError(`${option} ${path}: this is not a public key in PEM`);
  }
  if (algorithmOf(key) === null)
    throw new UsageError(`${option} ${path}: the key must be ECDSA over P-256 or Ed25519`);
  return key;
}
