import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsConnection, ConnectionError, isTransient } from './clients';

const inherited = process.env;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clients-'));
  const ours = Object.entries(inherited).filter(([name]) => !name.startsWith('AWS_'));
  process.env = {
    ...Object.fromEntries(ours),
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
});

afterEach(() => {
  process.env = inherited;
  rmSync(folder, { recursive: true });
});

test('without a region anywhere the setting is named', async () => {
  const connecting = awsConnection({ region: null, profile: null });
  await expect(connecting).rejects.toThrow(ConnectionError);
  await expect(connecting).rejects.toThrow(/No AWS region is set: pass --region, set AWS_REGION/);
});

test('what is no region is refused before AWS is asked', async () => {
  await expect(awsConnection({ region: 'virginia', profile: null })).rejects.toThrow(
    '"virginia" is not an AWS region; one is written like us-east-1',
  );
});

test('without credentials the ways to get some are named', async () => {
  await expect(awsConnection({ region: 'us-east-1', profile: null })).rejects.toThrow(
    /No AWS credentials were found: run "aws sso login" or "aws configure"/,
  );
});

test('a profile gives its region and credentials', async () => {
  writeFileSync(join(folder, 'config'), '[profile audit]\nregion = eu-central-1\n');
  writeFileSync(
    join(folder, 'credentials'),
    '[audit]\naws_access_key_id = AKIDAUDIT\naws_secret_access_key = secret\n',
  );
  const { region, profile, credentials } = await awsConnection({ region: null, profile: 'audit' });
  expect([region, profile]).toEqual(['eu-central-1', 'audit']);
  const resolved = typeof credentials === 'function' ? await credentials() : credentials;
  expect(resolved?.accessKeyId).toBe('AKIDAUDIT');
});

test('a profile that does not exist is refused by its name', async () => {
  await expect(awsConnection({ region: 'us-east-1', profile: 'nobody' })).rejects.toThrow(
    /No AWS credentials were found for the profile nobody/,
  );
});

test.each([
  ['throttling', { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }, true],
  ['throttling of EC2', { name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } }, true],
  ['a failure of the service', { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }, true],
  ['a lost connection', { code: 'ECONNRESET' }, true],
  ['a refused connection', { code: 'ECONNREFUSED' }, true],
  ['a request that took too long', { name: 'TimeoutError' }, true],
  ['a lost connection that the SDK wrapped', { message: 'AWS SDK error wrapper for Error: aborted' }, true],
  ['a refusal', { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } }, false],
  ['a wrong request', { name: 'ValidationException', $metadata: { httpStatusCode: 400 } }, false],
  ['an unknown operation', { name: 'NotImplemented', $metadata: { httpStatusCode: 501 } }, false],
  ['an interruption of our own', { name: 'AbortError' }, false],
  ['a defect', { name: 'TypeError' }, false],
])('%s: worth asking again is %j -> %s', (_, members, expected) => {
  expect(isTransient(Object.assign(new Error('x'), members))).toBe(expected);
});
