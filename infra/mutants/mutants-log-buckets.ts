/** Faults of logs that go to S3. Ids are those of the mutation catalogue. */
import {
  ACL_CHECK,
  alertsInBucket,
  denied,
  flowLogsInBucket,
  ONLY_TLS,
  policyOf,
  set,
  withBucket,
  WRITE,
} from './log-bucket';
import { emptiedFolders, refusedFolders } from './log-folders';
import { change, type Sketch } from './mutant';

const OPEN = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};
const NONE = set(null);

/** What logging/alerts-are-logged must notice of a bucket. */
export function recordsInBucket(): readonly Sketch[] {
  return [...gone(), ...open(), ...refused(), ...refusedFolders(), ...notRead()];
}

function gone(): readonly Sketch[] {
  return [
    [
      'L06b',
      'The bucket does not exist.',
      'fail',
      'studio-records, which does not exist',
      withBucket({
        acl: NONE,
        policy: NONE,
        policyStatus: NONE,
        publicAccessBlock: NONE,
        encryption: NONE,
        lifecycle: NONE,
      }),
    ],
  ];
}

function open(): readonly Sketch[] {
  const grantee = (URI: string) => ({
    Grantee: { Type: 'Group' as const, URI },
    Permission: 'READ' as const,
  });
  return [
    [
      'L06c',
      'The bucket policy is public.',
      'fail',
      'policy is public',
      withBucket({ policyStatus: set({ IsPublic: true }), publicAccessBlock: set(OPEN) }),
    ],
    [
      'L06d',
      'The bucket policy is public, and no public access is blocked.',
      'fail',
      'policy is public',
      withBucket({ policyStatus: set({ IsPublic: true }), publicAccessBlock: NONE }),
    ],
    [
      'L06e',
      'The access control list lets everybody read.',
      'fail',
      'AllUsers',
      withBucket({
        acl: set([grantee('http://acs.amazonaws.com/groups/global/AllUsers')]),
        publicAccessBlock: set({ RestrictPublicBuckets: true }),
      }),
    ],
  ];
}

function refused(): readonly Sketch[] {
  const lacking = 'does not let the log delivery in';
  return [
    [
      'L06m',
      'The bucket encrypts with a key that the delivery cannot use.',
      'fail',
      'the log delivery cannot use it',
      withBucket({
        encryption: set({ Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] }),
      }),
    ],
    [
      'L06f',
      'The bucket has no policy.',
      'fail',
      'has no policy',
      withBucket({ policy: NONE, policyStatus: NONE }),
    ],
    [
      'L06g',
      'The policy lets nobody write.',
      'fail',
      lacking,
      withBucket({ policy: policyOf(ACL_CHECK, ONLY_TLS) }),
    ],
    ['L06h', 'The policy hides the ACL.', 'fail', lacking, withBucket({ policy: policyOf(WRITE) })],
    [
      'L06i',
      'The policy lets another service write.',
      'fail',
      lacking,
      withBucket({
        policy: policyOf(ACL_CHECK, { ...WRITE, Principal: { Service: 'logging.s3.amazonaws.com' } }),
      }),
    ],
    [
      'L06j',
      'The policy lets the delivery write below another prefix.',
      'fail',
      lacking,
      withBucket({
        policy: policyOf(ACL_CHECK, { ...WRITE, Resource: 'arn:aws:s3:::studio-records/AWSLogs/*' }),
      }),
    ],
    [
      'L06k',
      'The policy lets the delivery write for another account.',
      'fail',
      lacking,
      withBucket({
        policy: policyOf(ACL_CHECK, {
          ...WRITE,
          Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } },
        }),
      }),
    ],
    [
      'L06l',
      'Another statement denies everybody to write.',
      'fail',
      lacking,
      withBucket({ policy: policyOf(ACL_CHECK, WRITE, { ...ONLY_TLS, Condition: undefined }) }),
    ],
  ];
}

function notRead(): readonly Sketch[] {
  return [
    [
      'L06n',
      'The encryption may not be read, so whether the delivery can use the key is not known.',
      'unknown',
      'grant s3:GetEncryptionConfiguration',
      withBucket({ encryption: denied('s3:GetEncryptionConfiguration') }),
    ],
    [
      'L20a',
      'The bucket is of another account, or may not be read.',
      'unknown',
      'grant s3:GetBucketAcl',
      withBucket({ acl: denied('s3:GetBucketAcl') }),
    ],
    [
      'L20b',
      'The bucket policy may not be read.',
      'unknown',
      'grant s3:GetBucketPolicy',
      withBucket({ policy: denied('s3:GetBucketPolicy') }),
    ],
    [
      'L20c',
      'A condition of the policy is not known to be met.',
      'unknown',
      'is open',
      withBucket({
        policy: policyOf(ACL_CHECK, { ...WRITE, Condition: { StringEquals: { 'aws:SourceOrgID': 'o-1' } } }),
      }),
    ],
    [
      'L20d',
      'AWS did not return whether the policy is public.',
      'unknown',
      'IsPublic',
      withBucket({ policyStatus: set({}) }),
    ],
    [
      'L20e',
      'The buckets could not be read.',
      'unknown',
      'grant aws:Read',
      (s) => {
        const buckets = alertsInBucket(s);
        const logBuckets = { ...denied('aws:ReadlogBuckets') };
        return { ...buckets, sections: { ...buckets.sections, logBuckets } };
      },
    ],
    [
      'L20f',
      'The bucket was not returned.',
      'unknown',
      'studio-records',
      (s) => change(alertsInBucket(s), 'logBuckets', () => []),
    ],
  ];
}

/** What logging/is-retained must notice of a bucket. */
export function keptInBucket(): readonly Sketch[] {
  const rule = (part: object) =>
    withBucket({ lifecycle: set([{ ID: 'short', Status: 'Enabled', Expiration: { Days: 30 }, ...part }]) });
  return [
    ...emptiedFolders(),
    [
      'L04m',
      'Records in S3 are deleted after a month.',
      'fail',
      'after 30 days',
      rule({ Filter: { Prefix: '' } }),
    ],
    [
      'L04n',
      'A rule for a part of the records deletes them.',
      'fail',
      'after 30 days',
      rule({ Prefix: 'alerts/AWSLogs/111122223333/network-firewall/' }),
    ],
    [
      'L04o',
      'Records are deleted on a fixed date.',
      'fail',
      'on a fixed date',
      rule({ Filter: {}, Expiration: { Date: '2027-01-01T00:00:00.000Z' } }),
    ],
    [
      'L04p',
      'A rule deletes what is large.',
      'unknown',
      'ObjectSizeGreaterThan',
      rule({ Filter: { And: { Prefix: 'alerts/', ObjectSizeGreaterThan: 1000 } } }),
    ],
    ['L04q', 'The status of a rule is not known.', 'unknown', 'Paused', rule({ Status: 'Paused' })],
    [
      'L04r',
      'The lifecycle may not be read.',
      'unknown',
      'grant s3:GetLifecycleConfiguration',
      withBucket({ lifecycle: denied('s3:GetLifecycleConfiguration') }),
    ],
    [
      'L04s',
      'Flow logs in S3 are deleted after a day.',
      'fail',
      'after 1 days',
      (s) =>
        change(flowLogsInBucket(s), 'logBuckets', (list) =>
          list.map((one) => ({
            ...one,
            lifecycle: set([
              { Status: 'Enabled' as const, Filter: { Prefix: 'flows/' }, Expiration: { Days: 1 } },
            ]),
          })),
        ),
    ],
  ];
}

/** What logging/is-encrypted must notice of a bucket. */
export function encryptedInBucket(): readonly Sketch[] {
  const byDefault = (SSEAlgorithm: 'AES256' | 'aws:kms' | 'aws:fsx', KMSMasterKeyID?: string) =>
    withBucket({
      encryption: set({
        Rules: [
          { ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...(KMSMasterKeyID && { KMSMasterKeyID }) } },
        ],
      }),
    });
  return [
    ['L05c', 'The bucket uses the keys of S3.', 'fail', 'studio-records has no KMS key', byDefault('AES256')],
    ['L05d', 'The bucket has no encryption setting.', 'fail', 'no KMS key', withBucket({ encryption: NONE })],
    ['L05e', 'The bucket uses the key that AWS manages.', 'fail', 'AWS manages', byDefault('aws:kms')],
    ['L05f', 'It says so by the alias.', 'fail', 'AWS manages', byDefault('aws:kms', 'alias/aws/s3')],
    ['L05g', 'An algorithm that is not known.', 'unknown', 'aws:fsx', byDefault('aws:fsx')],
    [
      'L05h',
      'The encryption may not be read.',
      'unknown',
      'grant s3:GetEncryptionConfiguration',
      withBucket({ encryption: denied('s3:GetEncryptionConfiguration') }),
    ],
  ];
}
