/** Log buckets over the wire: which are read, and what S3's answers become. */
import { DeleteFlowLogsCommand, CreateFlowLogsCommand, DescribeFlowLogsCommand } from '@aws-sdk/client-ec2';
import { bucketOf, makeBucket } from '../../lab/aws-api/s3/bucket';
import { buildStudio, startLabAccount, type LabAccount } from '../lab-account.fixture';
import { sectionValue, settingValue, type LogBucket, type Target } from '../snapshot';
import { takeSnapshot } from '../take-snapshot';

let account: LabAccount;
let target: Target;

beforeAll(async () => {
  account = await startLabAccount({ pageSize: 100 });
  target = await buildStudio(account);
});
afterEach(() => {
  account.server.faults.clear();
  account.state.buckets.clear();
});
afterAll(async () => account.server.close());

const take = (of = target) => takeSnapshot(account.connection, of);
const askedOfS3 = (since: number) =>
  account.server.calls.slice(since).filter(({ service }) => service === 's3');

/** Sends the FLOW records to a bucket; the ALERT records stay in their log group. */
function logTo(bucketName: string): void {
  const { loggingConfigurations } = account.state;
  for (const [arn, { LogDestinationConfigs = [] }] of loggingConfigurations)
    loggingConfigurations.set(arn, {
      LogDestinationConfigs: [
        ...LogDestinationConfigs.filter(({ LogType }) => LogType === 'ALERT'),
        { LogType: 'FLOW', LogDestinationType: 'S3', LogDestination: { bucketName } },
      ],
    });
}

const only = ([bucket, ...others]: readonly LogBucket[]): LogBucket => {
  if (bucket === undefined || others.length > 0) throw new Error('not one bucket');
  return bucket;
};

test('where no bucket is named, S3 is not asked', async () => {
  const since = account.server.calls.length;
  expect(sectionValue(await take(), 'logBuckets')).toEqual([]);
  expect(askedOfS3(since)).toEqual([]);
});

test('the bucket that is named is read, no other, and only as one of the account', async () => {
  makeBucket(account.state, 'studio-records').policy = '{"Statement":[]}';
  makeBucket(account.state, 'other');
  logTo('studio-records');
  const since = account.server.calls.length;
  const bucket = only(sectionValue(await take(), 'logBuckets'));
  expect(bucket.Bucket).toBe('studio-records');
  expect(settingValue(bucket.acl, '')).toHaveLength(1);
  expect(settingValue(bucket.policy, '')).toBe('{"Statement":[]}');
  expect(settingValue(bucket.policyStatus, '')).toEqual({ IsPublic: false });
  expect(settingValue(bucket.publicAccessBlock, '')?.RestrictPublicBuckets).toBe(true);
  expect(
    settingValue(bucket.encryption, '')?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
  ).toBe('AES256');
  expect(settingValue(bucket.lifecycle, '')).toBe(null);
  const asked = { Bucket: 'studio-records', ExpectedBucketOwner: account.state.account };
  expect(askedOfS3(since).map(({ input }) => input)).toEqual([asked, asked, asked, asked, asked, asked]);
});

test('what S3 has not set is an answer', async () => {
  makeBucket(account.state, 'studio-records');
  Object.assign(bucketOf(account.state, { Bucket: 'studio-records' }), {
    publicAccessBlock: null,
    encryption: null,
  });
  logTo('studio-records');
  const { policy, policyStatus, publicAccessBlock, encryption, lifecycle } = only(
    sectionValue(await take(), 'logBuckets'),
  );
  for (const setting of [policy, policyStatus, publicAccessBlock, encryption, lifecycle])
    expect(setting).toEqual({ status: 'read', value: null });
});

test('a bucket that does not exist is an answer too', async () => {
  logTo('studio-records');
  const { Bucket: _dropped, ...settings } = only(sectionValue(await take(), 'logBuckets'));
  for (const setting of Object.values(settings)) expect(setting).toEqual({ status: 'read', value: null });
});

test('what may not be read is unread by itself, with the action that is lacking', async () => {
  makeBucket(account.state, 'studio-records');
  logTo('studio-records');
  account.server.faults.add({ on: 's3:GetBucketEncryption', kind: 'access-denied' });
  account.server.faults.add({
    on: 's3:GetBucketLifecycleConfiguration',
    kind: 'error',
    code: 'AccessDenied',
    status: 403,
    message: 'Access Denied',
  });
  const bucket = only(sectionValue(await take(), 'logBuckets'));
  expect(bucket.encryption).toMatchObject({
    status: 'unread',
    missingPermission: 's3:GetEncryptionConfiguration',
  });
  expect(bucket.lifecycle).toMatchObject({
    status: 'unread',
    operation: 's3:GetBucketLifecycleConfiguration',
    missingPermission: 's3:GetLifecycleConfiguration',
  });
  expect(bucket.policy.status).toBe('read');
});

test.each(['cut', 'garbage', 'html'] as const)('an answer that is no policy (%s) is unread', async (body) => {
  makeBucket(account.state, 'studio-records').policy = '{"Statement":[]}';
  logTo('studio-records');
  account.server.faults.add({ on: 's3:GetBucketPolicy', kind: 'malformed', body });
  const bucket = only(sectionValue(await take(), 'logBuckets'));
  expect(bucket.policy).toMatchObject({ status: 'unread', operation: 's3:GetBucketPolicy' });
  expect(bucket.acl.status).toBe('read');
});

test('a bucket of another account is unread, and so are all when the own account is not known', async () => {
  makeBucket(account.state, 'studio-records');
  logTo('studio-records');
  // The network is the other account's as well: what stands in a VPC that is shared with it would not be read.
  const vpc = account.state.vpcs.get(target.vpcId);
  const owner = vpc?.OwnerId;
  if (vpc !== undefined) vpc.OwnerId = '999999999999';
  const foreign = only(sectionValue(await take({ ...target, account: '999999999999' }), 'logBuckets'));
  if (vpc !== undefined) vpc.OwnerId = owner;
  expect(foreign.acl).toMatchObject({
    status: 'unread',
    error: 'AccessDenied',
    message: expect.stringContaining("look at it from its owner's account"),
  });
  expect((await take({ ...target, account: null })).sections.logBuckets).toMatchObject({
    status: 'unread',
    operation: 'sts:GetCallerIdentity',
  });
});

test('a bucket of another Region is read there', async () => {
  const stored = makeBucket(account.state, 'studio-records');
  stored.region = 'eu-west-1';
  stored.policy = '{"Statement":[]}';
  logTo('studio-records');
  const bucket = only(sectionValue(await take(), 'logBuckets'));
  expect(settingValue(bucket.policy, '')).toBe('{"Statement":[]}');
  expect(settingValue(bucket.lifecycle, '')).toBe(null);
  expect(settingValue(bucket.encryption, '')?.Rules).toHaveLength(1);
});

test('the bucket of a flow log is read as well', async () => {
  makeBucket(account.state, 'studio-flows');
  logTo('studio-flows');
  const { api } = account.server;
  const { FlowLogs } = await api.call('ec2', DescribeFlowLogsCommand, {});
  await api.call('ec2', DeleteFlowLogsCommand, {
    FlowLogIds: (FlowLogs ?? []).flatMap(({ FlowLogId }) => FlowLogId ?? []),
  });
  makeBucket(account.state, 'vpc-flows');
  await api.call('ec2', CreateFlowLogsCommand, {
    ResourceType: 'VPC',
    ResourceIds: [target.vpcId],
    TrafficType: 'ALL',
    LogDestinationType: 's3',
    LogDestination: 'arn:aws:s3:::vpc-flows/below/',
  });
  const buckets = sectionValue(await take(), 'logBuckets');
  expect(buckets.map(({ Bucket }) => Bucket)).toEqual(['studio-flows', 'vpc-flows']);
});
