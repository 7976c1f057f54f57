/**
 * Signing with AWS KMS: GetPublicKey and Sign, which change nothing in the account. The digest is made here (MessageType
 * DIGEST), since KMS takes at most 4096 bytes of a message (AWS KMS API Reference, Sign; facts/reports.md 2).
 */
import { createHash, createPublicKey } from 'node:crypto';
import { algorithmOf } from '../reports/dsse';
import { awsConnection, kmsClient } from '../infra/snapshot/clients';
import { retrying } from '../infra/snapshot/retry';
import type { Signer, SignerOptions } from './signer';
import { UsageError } from './usage-error';

export interface KmsSignerOptions extends Omit<SignerOptions, 'key'> {
  readonly keyId: string;
}

/** AWS KMS Developer Guide, "Key identifiers": id, alias, or the ARN of either. */
const KEY_ID =
  /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[A-Za-z0-9/_-]{1,250}|alias\/[A-Za-z0-9/_-]{1,250}|(mrk-)?[0-9a-f-]{32,36})$/;

/** Asks for the public key, so that what cannot sign is refused before anything is started. Throws a UsageError. */
export async function openKmsSigner(options: KmsSignerOptions): Promise<Signer> {
  const { keyId, profile, announce } = options;
  if (!KEY_ID.test(keyId))
    throw new UsageError(
      `--sign kms:${JSON.stringify(keyId).slice(1, -1)}: this is no KMS key; give its ARN, its id or alias/NAME`,
    );
  // The key decides where it is asked for.
  const region = /^arn:[^:]+:kms:([^:]+):/.exec(keyId)?.[1] ?? options.region;
  const client = await kmsClient(await awsConnection({ region, profile }));
  announce(
    `The manifest will be signed by AWS KMS with ${keyId}: one call of kms:GetPublicKey and one of kms:Sign.`,
  );
  const {
    GetPublicKeyCommand,
    SignCommand,
  }: typeof import('@aws-sdk/client-kms') = require('@aws-sdk/client-kms');
  const ask = async <T>(action: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await retrying(call);
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new UsageError(`--sign kms:${keyId}: ${action} failed (${reason})`, { cause: error });
    }
  };
  const found = await ask('kms:GetPublicKey', (abortSignal) =>
    client.send(new GetPublicKeyCommand({ KeyId: keyId }), { abortSignal }),
  );
  const publicKey =
    found.PublicKey === undefined
      ? null
      : createPublicKey({ key: Buffer.from(found.PublicKey), format: 'der', type: 'spki' });
  if (publicKey === null || found.KeyUsage !== 'SIGN_VERIFY' || algorithmOf(publicKey) !== 'ECDSA_SHA_256')
    throw new UsageError(
      `--sign kms:${keyId}: the key must have KeySpec ECC_NIST_P256 and KeyUsage SIGN_VERIFY; it has ${found.KeySpec ?? 'no KeySpec'} and ${found.KeyUsage ?? 'no KeyUsage'}`,
    );
  return {
    publicKey,
    algorithm: 'ECDSA_SHA_256',
    sign: async (bytes) => {
      const answer = await ask('kms:Sign', (abortSignal) =>
        client.send(
          new SignCommand({
            KeyId: keyId,
            Message: createHash('sha256').update(bytes).digest(),
            MessageType: 'DIGEST',
            SigningAlgorithm: 'ECDSA_SHA_256',
          }),
          { abortSignal },
        ),
      );
      if (answer.Signature === undefined)
        throw new UsageError(`--sign kms:${keyId}: KMS returned no signature`);
      return answer.Signature;
    },
  };
}
