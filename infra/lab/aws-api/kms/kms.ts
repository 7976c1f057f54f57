/**
 * KMS, as far as a verification signs its manifest: asymmetric keys for signing and their aliases. The keys live as long as
 * the lab's API and are of no use elsewhere.
 */
import { generateKeyPairSync, randomUUID, sign, verify, type KeyObject } from 'node:crypto';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  GetPublicKeyCommand,
  InvalidKeyUsageException,
  NotFoundException,
  SignCommand,
  VerifyCommand,
  type KeySpec,
  type SigningAlgorithmSpec,
} from '@aws-sdk/client-kms';
import { ApiError, on, type Handler, type LabContext } from '../handler';
import { signatureOfDigest } from './digest-signature';

interface Key {
  readonly arn: string;
  readonly spec: KeySpec;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** SHA-256, as the one algorithm that is kept here has it. */
const DIGEST_BYTES = 32;
/** AWS KMS API Reference, Sign: a RAW message has at most 4096 bytes. */
const MAX_RAW_BYTES = 4096;
/** The second can be made but does not sign here: a key of the wrong kind must be refused by whoever wants to sign. */
const CURVES: Partial<Record<KeySpec, string>> = { ECC_NIST_P256: 'P-256', ECC_NIST_P384: 'P-384' };
const ALGORITHMS: Partial<Record<KeySpec, SigningAlgorithmSpec>> = {
  ECC_NIST_P256: 'ECDSA_SHA_256',
  ECC_NIST_P384: 'ECDSA_SHA_384',
};

export function kmsHandlers({ state, now }: LabContext): Handler[] {
  const keys = new Map<string, Key>();
  const aliases = new Map<string, string>();
  const keyOf = (id: string | undefined): Key => {
    const name = (id ?? '').replace(/^arn:[^:]*:kms:[^:]*:\d+:(key\/)?/, '');
    const key = keys.get(aliases.get(name) ?? name);
    if (key === undefined)
      throw new NotFoundException({ message: `Key '${id ?? ''}' does not exist`, $metadata: {} });
    return key;
  };
  return [
    on('kms', CreateKeyCommand, ({ KeySpec: spec, KeyUsage }, { region }) => {
      const curve = spec === undefined ? undefined : CURVES[spec];
      if (spec === undefined || curve === undefined || KeyUsage !== 'SIGN_VERIFY')
        throw new ApiError('UnsupportedOperationException', 'The lab keeps elliptic keys for signing only.');
      const id = randomUUID();
      const arn = `arn:${state.partition}:kms:${region}:${state.account}:key/${id}`;
      keys.set(id, { arn, spec, ...generateKeyPairSync('ec', { namedCurve: curve }) });
      return {
        KeyMetadata: { KeyId: id, Arn: arn, KeySpec: spec, KeyUsage, CreationDate: now(), Enabled: true },
      };
    }),
    on('kms', CreateAliasCommand, ({ AliasName, TargetKeyId }) => {
      const id = keyOf(TargetKeyId).arn.split('/').at(-1) ?? '';
      aliases.set(AliasName ?? '', id);
      return {};
    }),
    on('kms', GetPublicKeyCommand, ({ KeyId }) => {
      const { arn, spec, publicKey } = keyOf(KeyId);
      return {
        KeyId: arn,
        KeySpec: spec,
        KeyUsage: 'SIGN_VERIFY' as const,
        SigningAlgorithms: signingAlgorithms(spec),
        PublicKey: publicKey.export({ type: 'spki', format: 'der' }),
      };
    }),
    on('kms', SignCommand, ({ KeyId, Message, MessageType = 'RAW', SigningAlgorithm }) => {
      const key = keyOf(KeyId);
      requireAlgorithm(key, SigningAlgorithm);
      const message = messageOf(Message, MessageType);
      const Signature =
        MessageType === 'DIGEST'
          ? signatureOfDigest(key.privateKey, message)
          : sign('sha256', message, key.privateKey);
      return { KeyId: key.arn, Signature, SigningAlgorithm };
    }),
    on('kms', VerifyCommand, ({ KeyId, Message, Signature, SigningAlgorithm }) => {
      const key = keyOf(KeyId);
      requireAlgorithm(key, SigningAlgorithm);
      const SignatureValid = verify(
        'sha256',
        Message ?? new Uint8Array(),
        key.publicKey,
        Signature ?? new Uint8Array(),
      );
      return { KeyId: key.arn, SignatureValid, SigningAlgorithm };
    }),
  ];
}

const signingAlgorithms = (spec: KeySpec): SigningAlgorithmSpec[] => {
  const algorithm = ALGORITHMS[spec];
  return algorithm === undefined ? [] : [algorithm];
};

function requireAlgorithm({ arn, spec }: Key, algorithm: SigningAlgorithmSpec | undefined): void {
  if (algorithm === 'ECDSA_SHA_256' && spec === 'ECC_NIST_P256') return;
  throw new InvalidKeyUsageException({
    message: `Algorithm ${algorithm ?? ''} is incompatible with key spec ${spec} of ${arn}.`,
    $metadata: {},
  });
}

function messageOf(message: Uint8Array | undefined, type: string): Uint8Array {
  const bytes = message ?? new Uint8Array();
  const fits = type === 'DIGEST' ? bytes.length === DIGEST_BYTES : bytes.length <= MAX_RAW_BYTES;
  if (fits && bytes.length > 0) return bytes;
  throw new ApiError(
    'ValidationException',
    `Digest or message of ${bytes.length} bytes is of the wrong length.`,
  );
}
