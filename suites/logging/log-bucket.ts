/** S3 buckets as destinations of logs: whether records get there, who else can, how long they are kept and by which key. */
import { deliveryDecision } from '../../infra/model/log-delivery';
import type { LogBucket, Snapshot } from '../../infra/snapshot/snapshot';
import { NotKnown, returned, sectionValue, settingValue } from '../../infra/snapshot/snapshot';

/** A bucket that records go to, and the folders of it where they lie. */
export interface BucketDestination {
  readonly bucket: LogBucket;
  readonly folders: readonly string[];
}

/** What is wrong with a bucket, as a part of a sentence; null for nothing. */
export type Fault = string | null;

/** The bucket of that name as it was read. */
export function logBucketOf(snapshot: Snapshot, name: string): LogBucket {
  return returned(
    sectionValue(snapshot, 'logBuckets').find(({ Bucket }) => Bucket === name),
    `the bucket ${name}`,
  );
}

/** Whether there is such a bucket in the account. Throws NotKnown for one that cannot be read, as one of another account. */
export function bucketExists({ Bucket, acl }: LogBucket): boolean {
  return settingValue(acl, `the bucket ${Bucket}, which another account may own,`) !== null;
}

const EVERYBODY = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/;

/**
 * Why others get at the records. S3 User Guide, "Blocking public access to your Amazon S3 storage": RestrictPublicBuckets leaves a public policy to the
 * account and AWS services, IgnorePublicAcls makes a public ACL void. The account's own block is not read: it can only close
 * more.
 */
export function publicFault(bucket: LogBucket): Fault {
  const { Bucket } = bucket;
  const block = settingValue(bucket.publicAccessBlock, `the public access block of ${Bucket}`);
  const fix = `Fix: AWS::S3::Bucket PublicAccessBlockConfiguration with all four true (aws s3api put-public-access-block --bucket ${Bucket})`;
  const status = settingValue(bucket.policyStatus, `the policy status of ${Bucket}`);
  const isPublic = status === null ? false : returned(status.IsPublic, `IsPublic of ${Bucket}`);
  if (isPublic && block?.RestrictPublicBuckets !== true) return `whose policy is public. ${fix}`;
  if (block?.IgnorePublicAcls === true) return null;
  const grants = settingValue(bucket.acl, `the access control list of ${Bucket}`) ?? [];
  const open = grants.find(({ Grantee }) => EVERYBODY.test(Grantee?.URI ?? ''));
  return open === undefined
    ? null
    : `whose access control list grants ${open.Permission} to ${open.Grantee?.URI}. ${fix}`;
}

/** Why records do not get in, or not into every folder. */
export function deliveryFault(snapshot: Snapshot, { bucket, folders }: BucketDestination): Fault {
  const faults = folders.flatMap((folder) => folderFault(snapshot, bucket, folder) ?? []);
  return faults[0] ?? null;
}

function folderFault(snapshot: Snapshot, bucket: LogBucket, folder: string): Fault {
  const { Bucket } = bucket;
  const policy = settingValue(bucket.policy, `the policy of ${Bucket}`);
  const fix = `Fix: AWS::S3::BucketPolicy that allows the service delivery.logs.amazonaws.com s3:GetBucketAcl on the bucket and s3:PutObject on its objects (aws s3api put-bucket-policy --bucket ${Bucket})`;
  if (policy === null) return `which has no policy that would let the log delivery in. ${fix}`;
  const { region, account } = snapshot.target;
  const delivery = { bucket: Bucket, folder, region, account: returned(account, 'the account') };
  const decision = deliveryDecision(policy, delivery);
  if (decision.answer === 'undecided')
    throw new NotKnown(
      `whether the policy of ${Bucket} lets the log delivery in is open: ${decision.because}`,
    );
  return decision.answer === 'allowed'
    ? null
    : `whose policy does not let the log delivery in (${decision.because}). ${fix}`;
}

type LifecycleRule = NonNullable<Extract<LogBucket['lifecycle'], { status: 'read' }>['value']>[number];

/** The rule by which records are deleted before their time, in words; null when none is. */
export function expiry({ bucket, folders }: BucketDestination, { least }: { readonly least: number }): Fault {
  const rules = settingValue(bucket.lifecycle, `the lifecycle rules of ${bucket.Bucket}`) ?? [];
  for (const [index, rule] of rules.entries()) {
    const name = `the lifecycle rule "${rule.ID ?? index + 1}" of ${bucket.Bucket}`;
    const days = daysKept(rule, name);
    if (days === null || days >= least) continue;
    if (folders.some((folder) => applies(rule, { folder, name })))
      return `${name} deletes them ${days === 0 ? 'on a fixed date' : `after ${days} days`}`;
  }
  return null;
}

/** After how many days a rule deletes, 0 for a fixed date; null for one that deletes nothing that is current. */
function daysKept({ Status, Expiration }: LifecycleRule, name: string): number | null {
  if (Status === 'Disabled') return null;
  if (Status !== 'Enabled') throw new NotKnown(`Status of ${name} is "${Status ?? 'not returned'}"`);
  if (Expiration?.Date !== undefined) return 0;
  return Expiration?.Days ?? null;
}

/** Whether a rule is about some of the records; throws NotKnown where its filter is about more than their names. */
function applies(
  { Filter: filter, Prefix }: LifecycleRule,
  { folder, name }: { readonly folder: string; readonly name: string },
): boolean {
  const prefix = filter?.Prefix ?? filter?.And?.Prefix ?? Prefix ?? '';
  if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) return false;
  const others = Object.keys({ ...filter, ...filter?.And }).filter((key) => !['Prefix', 'And'].includes(key));
  if (others.length === 0) return true;
  throw new NotKnown(
    `${name} deletes some objects by ${others.join(', ')}, and whether records are among them is open`,
  );
}

/** By whose key a bucket encrypts: that of S3, that which AWS manages in KMS, or one of the customer's. */
type KeyOwner = 's3' | 'aws' | 'customer';

/** S3 API reference, ServerSideEncryptionByDefault: without a key of its own, `aws:kms` takes the one that AWS manages. */
function keyOwner({ Bucket, encryption }: LogBucket): KeyOwner {
  const setting = settingValue(encryption, `the encryption of ${Bucket}`);
  const byDefault = setting?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  const algorithm = byDefault?.SSEAlgorithm;
  if (algorithm === undefined || algorithm === 'AES256') return 's3';
  if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse')
    throw new NotKnown(`SSEAlgorithm of ${Bucket} is "${algorithm}"`);
  const key = byDefault?.KMSMasterKeyID;
  return key === undefined || /alias\/aws\//.test(key) ? 'aws' : 'customer';
}

/**
 * Why the log delivery cannot encrypt what it writes. Network Firewall developer guide, "Amazon Simple Storage Service": a
 * KMS key that AWS manages is not supported. The policy of a customer's key is not read.
 */
export function keyFault(bucket: LogBucket): Fault {
  if (keyOwner(bucket) !== 'aws') return null;
  return `which encrypts with the KMS key that AWS manages; the log delivery cannot use it. Fix: ${KEY_FIX} (aws s3api put-bucket-encryption --bucket ${bucket.Bucket})`;
}

const KEY_FIX = 'AWS::S3::Bucket BucketEncryption, SSEAlgorithm: aws:kms with KMSMasterKeyID';

/** Why the bucket's objects are not encrypted with a key of the account, with the fix. */
export function encryptionFault(bucket: LogBucket): Fault {
  const owner = keyOwner(bucket);
  if (owner === 'customer') return null;
  const { Bucket } = bucket;
  const fix = `Fix: ${KEY_FIX} (aws s3api put-bucket-encryption --bucket ${Bucket})`;
  return owner === 's3'
    ? `${Bucket} has no KMS key. ${fix}`
    : `${Bucket} uses the KMS key that AWS manages. ${fix}`;
}
