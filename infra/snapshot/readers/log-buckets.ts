/** The S3 buckets that logs go to: exactly those that are named, and only as buckets of the account that is verified. */
import type { GetBucketAclCommandInput } from '@aws-sdk/client-s3';
import { CallFailed, NotReturned } from '../call-failed';
import type { BucketSetting, LogBucket, LoggingConfiguration, SectionValues } from '../snapshot';
import type { Reading, SectionReaders } from './reading';

export const logBucketReaders = {
  logBuckets: async (reading) => {
    const ofFirewalls = (await reading.section('loggingConfigurations')).flatMap(bucketsOf);
    const ofFlowLogs = ((await reading.sectionIfRead('flowLogs')) ?? []).flatMap(bucketOfFlowLog);
    const names = [...new Set([...ofFirewalls, ...ofFlowLogs])].sort();
    return Promise.all(names.map((name) => readBucket(reading, name)));
  },
} satisfies Partial<SectionReaders>;

function bucketsOf({ LoggingConfiguration: configuration }: LoggingConfiguration): string[] {
  return (configuration?.LogDestinationConfigs ?? []).flatMap(({ LogDestinationType, LogDestination }) =>
    LogDestinationType === 'S3' ? (LogDestination?.['bucketName'] ?? []) : [],
  );
}

/** EC2 API reference, FlowLog: LogDestination is `arn:aws:s3:::bucket/subfolder/`. */
function bucketOfFlowLog({ LogDestination }: SectionValues['flowLogs'][number]): string[] {
  const [, bucket] = /^arn:[a-z-]+:s3:::([^/]+)/.exec(LogDestination ?? '') ?? [];
  return bucket === undefined ? [] : [bucket];
}

/** The error by which S3 says that a setting is not there (S3 API reference, each operation and "Error responses"). */
const ABSENT: Readonly<Record<string, string>> = {
  GetBucketPolicy: 'NoSuchBucketPolicy',
  GetBucketPolicyStatus: 'NoSuchBucketPolicy',
  GetPublicAccessBlock: 'NoSuchPublicAccessBlockConfiguration',
  GetBucketEncryption: 'ServerSideEncryptionConfigurationNotFoundError',
  GetBucketLifecycleConfiguration: 'NoSuchLifecycleConfiguration',
};

/** Actions that are not called as the operation (Service Authorization Reference, Amazon S3). */
const ACTIONS: Readonly<Record<string, string>> = {
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
};

async function readBucket({ target, ask }: Reading, Bucket: string): Promise<LogBucket> {
  if (target.account === null)
    throw new CallFailed(
      'sts:GetCallerIdentity',
      new NotReturned('the account is not known, so it cannot be told whose the log buckets are'),
    );
  // Loaded here: most accounts log to CloudWatch, and S3's package would cost every one of them a tenth of a second.
  const s3: typeof import('@aws-sdk/client-s3') = require('@aws-sdk/client-s3');
  // S3 denies access to a bucket that somebody else has, instead of answering for a stranger's bucket of that name.
  const input: GetBucketAclCommandInput = { Bucket, ExpectedBucketOwner: target.account };
  const [acl, policy, policyStatus, publicAccessBlock, encryption, lifecycle] = await Promise.all([
    setting('GetBucketAcl', ask('s3', s3.GetBucketAclCommand, input), ({ Grants }) => Grants),
    setting('GetBucketPolicy', ask('s3', s3.GetBucketPolicyCommand, input), policyOf),
    setting(
      'GetBucketPolicyStatus',
      ask('s3', s3.GetBucketPolicyStatusCommand, input),
      ({ PolicyStatus }) => PolicyStatus,
    ),
    setting(
      'GetPublicAccessBlock',
      ask('s3', s3.GetPublicAccessBlockCommand, input),
      ({ PublicAccessBlockConfiguration }) => PublicAccessBlockConfiguration,
    ),
    setting(
      'GetBucketEncryption',
      ask('s3', s3.GetBucketEncryptionCommand, input),
      ({ ServerSideEncryptionConfiguration }) => ServerSideEncryptionConfiguration,
    ),
    setting(
      'GetBucketLifecycleConfiguration',
      ask('s3', s3.GetBucketLifecycleConfigurationCommand, input),
      ({ Rules }) => Rules,
    ),
  ]);
  return { Bucket, acl, policy, policyStatus, publicAccessBlock, encryption, lifecycle };
}

/** S3 answers with the document alone, in no form of its own: what is no JSON object came from somebody else, or in part. */
function policyOf({ Policy }: { readonly Policy?: string | undefined }): string | undefined {
  if (Policy === undefined) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(Policy);
  } catch {
    return undefined;
  }
  return typeof document === 'object' && document !== null && !Array.isArray(document) ? Policy : undefined;
}

async function setting<A, T>(
  operation: string,
  answer: Promise<A>,
  member: (answer: A) => T | undefined,
): Promise<BucketSetting<T>> {
  const unread = (error: string, message: string, missingPermission: string | null) => {
    const at = new Date().toISOString();
    return { status: 'unread' as const, at, operation: `s3:${operation}`, error, message, missingPermission };
  };
  try {
    const value = member(await answer);
    if (value !== undefined) return { status: 'read', value };
    return unread('NotReturned', 'AWS answered without the setting', null);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const { code, message, missingPermission: said } = error;
    if (code === 'NoSuchBucket' || code === ABSENT[operation]) return { status: 'read', value: null };
    // Where AWS's message names no action, the operation's name stands for it, and nothing says whose refusal it is:
    // a bucket of another account, such as that of an organization's log archive, is refused by its ExpectedBucketOwner.
    if (said !== `s3:${operation}`) return unread(code, message, said);
    const doubt = `${message}; or the bucket is not the verified account's own, then look at it from its owner's account`;
    return unread(code, doubt, `s3:${ACTIONS[operation] ?? operation}`);
  }
}
