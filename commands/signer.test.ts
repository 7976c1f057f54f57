import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateAliasCommand, CreateKeyCommand, KMSClient, VerifyCommand } from '@aws-sdk/client-kms';
import * as fc from 'fast-check';
import { newLabState } from '../infra/lab/state';
import type { LabContext } from '../infra/lab/aws-api/handler';
import { startApiServer } from '../infra/lab/aws-api/server';
import { allHandlers } from '../infra/lab/aws-api/services';
import { isSignature } from '../reports/dsse';
import { openSigner } from './signer';

const root = mkdtempSync(join(tmpdir(), 'signer-'));
const said: string[] = [];
const announce = (text: string) => said.push(text);
const open = (key: string) => openSigner({ key, region: null, profile: null, announce });

let server: Awaited<ReturnType<typeof startApiServer>>;
let client: KMSClient;
const before = { ...process.env };
beforeAll(async () => {
  const context: LabContext = { state: newLabState(), hosts: () => null, now: () => new Date(0) };
  server = await startApiServer({ context, handlers: (api) => allHandlers(context, api) });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AK',
    AWS_SECRET_ACCESS_KEY: 'SK',
  });
  client = new KMSClient({ maxAttempts: 1 });
});
afterAll(async () => {
  process.env = before;
  client.destroy();
  await server.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => said.splice(0));

function keyFile(name: string, pem: string | Buffer, mode = 0o600): string {
  const path = join(root, name);
  writeFileSync(path, pem);
  chmodSync(path, mode);
  return path;
}

const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;

test.each([
  ['ed25519', () => generateKeyPairSync('ed25519').privateKey],
  ['p256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey],
])('a file with a key of %s signs', async (name, make) => {
  const signer = await open(keyFile(`${name}.pem`, make().export(pkcs8)));
  const signed = Buffer.from('what is signed');
  const signature = await signer.sign(signed);
  expect(isSignature({ publicKey: signer.publicKey, signed, signature })).toBe(true);
  expect(said).toEqual([]);
});

test('a key that others can read is used, and that is said', async () => {
  await open(keyFile('open.pem', generateKeyPairSync('ed25519').privateKey.export(pkcs8), 0o644));
  expect(said).toEqual([expect.stringContaining('chmod 600')]);
});

test('what cannot sign is refused before anything is started, and nothing of it is repeated', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  await expect(open(keyFile('rsa.pem', rsa.export(pkcs8)))).rejects.toThrow(
    'must be ECDSA over P-256 or Ed25519',
  );
  const locked = rsa.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'x' });
  await expect(open(keyFile('locked.pem', locked))).rejects.toThrow('protected by a passphrase');
  const refusal = open(keyFile('text.pem', 'hunter2')).catch((error: Error) => error.message);
  expect(await refusal).toMatch(/this is not a private key in PEM$/);
  expect(await refusal).not.toContain('hunter2');
  await expect(open(join(root, 'nothing.pem'))).rejects.toThrow('there is no such file');
});

test('a key of KMS signs a digest, and KMS itself finds the signature sound', async () => {
  const { KeyMetadata } = await client.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
  );
  const KeyId = KeyMetadata?.Arn ?? '';
  await client.send(new CreateAliasCommand({ AliasName: 'alias/evidence', TargetKeyId: KeyId }));
  for (const name of [KeyId, 'alias/evidence']) {
    const signer = await open(`kms:${name}`);
    // More than KMS takes of a message.
    const signed = Buffer.alloc(10_000, 7);
    const signature = await signer.sign(signed);
    expect(isSignature({ publicKey: signer.publicKey, signed, signature })).toBe(true);
  }
  expect(said.join()).toContain('kms:Sign');
  const small = Buffer.from('small');
  const signature = await (await open(`kms:${KeyId}`)).sign(small);
  const verified = await client.send(
    new VerifyCommand({ KeyId, Message: small, Signature: signature, SigningAlgorithm: 'ECDSA_SHA_256' }),
  );
  expect(verified.SignatureValid).toBe(true);
});

test('a key of KMS that is of another kind, is not there or is no key is refused', async () => {
  const { KeyMetadata } = await client.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_P384', KeyUsage: 'SIGN_VERIFY' }),
  );
  await expect(open(`kms:${KeyMetadata?.Arn ?? ''}`)).rejects.toThrow('must have KeySpec ECC_NIST_P256');
  await expect(open('kms:alias/nothing')).rejects.toThrow('kms:GetPublicKey failed (NotFoundException');
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      await expect(open(`kms:!${text}`)).rejects.toThrow('this is no KMS key');
    }),
    { numRuns: 20 },
  );
});
