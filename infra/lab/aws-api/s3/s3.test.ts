/** S3 over the wire: every operation that the lab answers, by the SDK's own client. */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { newLabState, type LabState } from '../../state';
import { type ApiServer, startApiServer } from '../server';
import { openWireService } from '../wire';
import { s3Handlers } from './s3';

const Bucket = 'studio-logs';
let state: LabState;
let server: ApiServer;
let s3: S3Client;
beforeEach(async () => {
  state = newLabState();
  const context = { state, hosts: () => null, now: () => new Date() };
  server = await startApiServer({ context, handlers: s3Handlers(context) });
  s3 = new S3Client({
    endpoint: server.endpoint,
    region: state.region,
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    maxAttempts: 1,
  });
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterEach(async () => {
  s3.destroy();
  await server.close();
});

/** The name and status of the error that a call ends with. */
async function errorOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error: { name: string; $metadata?: { httpStatusCode?: number } }) =>
      `${error.name} ${error.$metadata?.httpStatusCode}`,
  );
}

const policy = (Principal: unknown, Condition?: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*`, Condition },
    ],
  });

test('all of the handlers are operations of the SDK', () => {
  const known = openWireService('s3')?.operations;
  const handlers = s3Handlers({ state, hosts: () => null, now: () => new Date() });
  expect(handlers.filter(({ operation }) => known?.has(operation) !== true)).toEqual([]);
});

test('a new bucket is as S3 makes them', async () => {
  expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe('us-east-1');
  expect((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toEqual([
    {
      Grantee: { Type: 'CanonicalUser', ID: expect.stringMatching(/^[a-f0-9]{64}$/) },
      Permission: 'FULL_CONTROL',
    },
  ]);
  const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
  expect(PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  });
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(ServerSideEncryptionConfiguration?.Rules).toEqual([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
  ]);
  expect(await errorOf(s3.send(new CreateBucketCommand({ Bucket })))).toBe('BucketAlreadyOwnedByYou 409');
  expect(await errorOf(s3.send(new CreateBucketCommand({ Bucket: 'No_Bucket' })))).toBe(
    'InvalidBucketName 400',
  );
});

test('what is not set has an error of its own', async () => {
  expect(await errorOf(s3.send(new GetBucketPolicyCommand({ Bucket })))).toBe('NoSuchBucketPolicy 404');
  expect(await errorOf(s3.send(new GetBucketPolicyStatusCommand({ Bucket })))).toBe('NoSuchBucketPolicy 404');
  expect(await errorOf(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })))).toBe(
    'NoSuchLifecycleConfiguration 404',
  );
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  expect(await errorOf(s3.send(new GetPublicAccessBlockCommand({ Bucket })))).toBe(
    'NoSuchPublicAccessBlockConfiguration 404',
  );
});

test.each([
  new GetBucketAclCommand({ Bucket: 'nobodys' }),
  new GetBucketPolicyCommand({ Bucket: 'nobodys' }),
  new GetBucketEncryptionCommand({ Bucket: 'nobodys' }),
])('a bucket that is not there is an error', async (command) => {
  expect(await errorOf(s3.send(command))).toBe('NoSuchBucket 404');
});

test('a bucket of another account than the expected one is denied', async () => {
  const ExpectedBucketOwner = '999999999999';
  expect(await errorOf(s3.send(new GetBucketAclCommand({ Bucket, ExpectedBucketOwner })))).toBe(
    'AccessDenied 403',
  );
  await s3.send(new GetBucketAclCommand({ Bucket, ExpectedBucketOwner: state.account }));
});

test('policies come back as they were, and the public one is known and blocked', async () => {
  const open = policy('*');
  expect(await errorOf(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: open })))).toBe(
    'AccessDenied 403',
  );
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: open }));
  expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(open);
  expect((await s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus).toEqual({
    IsPublic: true,
  });
  const narrow = policy('*', { StringEquals: { 'aws:SourceAccount': state.account } });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: narrow }));
  expect((await s3.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus).toEqual({
    IsPublic: false,
  });
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  expect(await errorOf(s3.send(new GetBucketPolicyCommand({ Bucket })))).toBe('NoSuchBucketPolicy 404');
  expect(await errorOf(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: 'no <JSON>' })))).toBe(
    'MalformedPolicy 400',
  );
});

test('encryption, public access and lifecycle come back as they were', async () => {
  const Rules = [
    {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: 'aws:kms' as const,
        KMSMasterKeyID: 'arn:aws:kms:us-east-1:1:key/<a&b>',
      },
      BucketKeyEnabled: true,
    },
  ];
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  expect(
    (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration,
  ).toEqual({ Rules });
  const PublicAccessBlockConfiguration = { BlockPublicAcls: true, RestrictPublicBuckets: false };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  expect((await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual(
    PublicAccessBlockConfiguration,
  );
  const rules = [
    { ID: 'year', Status: 'Enabled' as const, Filter: { Prefix: 'alerts/' }, Expiration: { Days: 365 } },
    {
      ID: 'old',
      Status: 'Disabled' as const,
      Filter: { Prefix: '' },
      Expiration: { Date: new Date('2027-01-01') },
    },
  ];
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: rules } }),
  );
  expect((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(rules);
  await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
  await s3.send(new DeleteBucketCommand({ Bucket }));
  expect(state.buckets.size).toBe(0);
});

test('faults are those of S3', async () => {
  server.faults.add({ kind: 'access-denied', on: 's3:GetBucketEncryption', times: 1 });
  const denied = s3.send(new GetBucketEncryptionCommand({ Bucket }));
  await expect(denied).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('s3:GetEncryptionConfiguration'),
  });
  server.faults.add({ kind: 'throttled', on: 's3:*', times: 1 });
  expect(await errorOf(s3.send(new GetBucketAclCommand({ Bucket })))).toBe('SlowDown 503');
});

test('what has no handler is said to be not implemented', async () => {
  expect(await errorOf(s3.send(new ListBucketsCommand({})))).toBe('NotImplemented 501');
});
