/** The reference network's logs in an S3 bucket that is all right, and changes of that bucket. */
import type { LogBucket, Snapshot, UnreadSection } from '../snapshot/snapshot';
import { change, edited, type Mutant } from './mutant';

const ACCOUNT = '111122223333';
const NAME = 'studio-records';
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/logs`;

/** The policy that the log delivery needs, with the conditions that AWS's guide shows. */
const DELIVERY = {
  Effect: 'Allow',
  Principal: { Service: 'delivery.logs.amazonaws.com' },
};
const SOURCE = {
  StringEquals: { 'aws:SourceAccount': [ACCOUNT] },
  ArnLike: { 'aws:SourceArn': [`arn:aws:logs:us-east-1:${ACCOUNT}:*`] },
};
export const ACL_CHECK = {
  ...DELIVERY,
  Sid: 'AclCheck',
  Action: 's3:GetBucketAcl',
  Resource: `arn:aws:s3:::${NAME}`,
  Condition: SOURCE,
};
export const WRITE = {
  ...DELIVERY,
  Sid: 'Write',
  Action: 's3:PutObject',
  Resource: `arn:aws:s3:::${NAME}/alerts/AWSLogs/${ACCOUNT}/*`,
  Condition: {
    StringEquals: { ...SOURCE.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' },
    ArnLike: SOURCE.ArnLike,
  },
};
/** What nearly every bucket denies; the log delivery uses TLS. */
export const ONLY_TLS = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [`arn:aws:s3:::${NAME}`, `arn:aws:s3:::${NAME}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

export const policyOf = (...statements: readonly object[]): LogBucket['policy'] =>
  set(JSON.stringify({ Version: '2012-10-17', Statement: statements }));

export const set = <T>(value: T | null) => ({ status: 'read' as const, value });

/** A setting that the caller may not read. */
export const denied = (permission: string): UnreadSection => ({
  status: 'unread',
  at: '2026-01-02T03:04:05.678Z',
  operation: permission,
  error: 'AccessDenied',
  message: 'Access Denied',
  missingPermission: permission,
});

function bucket(): LogBucket {
  return {
    Bucket: NAME,
    acl: set([{ Grantee: { Type: 'CanonicalUser', ID: 'a'.repeat(64) }, Permission: 'FULL_CONTROL' }]),
    policy: policyOf(ACL_CHECK, WRITE, ONLY_TLS),
    policyStatus: set({ IsPublic: false }),
    publicAccessBlock: set({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    }),
    encryption: set({
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY } }],
    }),
    lifecycle: set([
      { ID: 'year', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 365 } },
      { ID: 'others', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } },
      { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
      { ID: 'parts', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
    ]),
  };
}

/** The reference with its ALERT records in the bucket instead of a log group. */
export function alertsInBucket(snapshot: Snapshot): Snapshot {
  const buckets = change(snapshot, 'logBuckets', (list) => [...list, bucket()]);
  return change(buckets, 'loggingConfigurations', (list) =>
    list.map((one) => ({
      ...one,
      LoggingConfiguration: {
        LogDestinationConfigs: edited(
          one.LoggingConfiguration?.LogDestinationConfigs ?? [],
          ({ LogType }) => LogType === 'ALERT',
          (destination) => ({
            ...destination,
            LogDestinationType: 'S3',
            LogDestination: { bucketName: NAME, prefix: 'alerts' },
          }),
        ),
      },
    })),
  );
}

/** The same with settings of the bucket changed. */
export const withBucket =
  (part: Partial<LogBucket>): Mutant['mutate'] =>
  (s) =>
    change(alertsInBucket(s), 'logBuckets', (list) => list.map((one) => ({ ...one, ...part })));

/** The reference with the VPC's flow logs in the bucket, below a prefix of their own. */
export function flowLogsInBucket(snapshot: Snapshot): Snapshot {
  const buckets = change(snapshot, 'logBuckets', (list) => [...list, bucket()]);
  return change(buckets, 'flowLogs', (list) =>
    list.map(({ LogGroupName: _dropped, ...one }) => ({
      ...one,
      LogDestinationType: 's3' as const,
      LogDestination: `arn:aws:s3:::${NAME}/flows/`,
    })),
  );
}
