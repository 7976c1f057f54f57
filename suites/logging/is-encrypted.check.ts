/**
 * Logs of the firewall and of the VPC are encrypted with a KMS key of the account.
 *
 * What
 *   Each log group in use has a `kmsKeyId`, and each S3 bucket in use encrypts with a KMS key that is named: the log
 *   delivery cannot use the key of S3 that AWS manages.
 *
 * Why
 *   The records name who talked to whom. With a key of one's own, reading them needs a permission that can be denied
 *   and leaves a trace, and access can be withdrawn at once.
 *
 * Fix
 *   AWS::Logs::LogGroup `KmsKeyId`, with a key policy that lets CloudWatch Logs use the key.
 *   aws logs associate-kms-key --log-group-name … --kms-key-id …
 *   AWS::S3::Bucket `BucketEncryption` with `SSEAlgorithm: aws:kms` and `KMSMasterKeyID`.
 *   aws s3api put-bucket-encryption --bucket … --server-side-encryption-configuration file://encryption.json
 *
 * References
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 *   https://docs.aws.amazon.com/config/latest/developerguide/cloudwatch-log-group-encrypted.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/logging-s3.html
 */
import type { LogBucket, LogGroup } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { encryptionFault } from './log-bucket';
import { eachLogStore } from './log-destination';

export default {
  id: 'logging/is-encrypted',
  statement: 'Logs of the firewall and of the VPC are encrypted with a KMS key of the account.',
  severity: 'medium',
  controls: ['AWS-Config:cloudwatch-log-group-encrypted', 'NIST-800-53r5:AU-9', 'NIST-800-53r5:SC-28'],
  judge({ snapshot }) {
    return eachLogStore(snapshot, {
      group: groupEncrypts,
      bucket: ({ bucket }, subject) => bucketEncrypts(bucket, subject),
    });
  },
} satisfies Check;

function groupEncrypts({ logGroupName, kmsKeyId }: LogGroup, subject: string): Judgement {
  // CloudWatch Logs API reference, LogGroup: kmsKeyId is there when a key is associated.
  if (kmsKeyId !== undefined)
    return { outcome: 'pass', subject, because: `${logGroupName} is encrypted with ${kmsKeyId}.` };
  const because = `${logGroupName} has no KMS key. Fix: AWS::Logs::LogGroup KmsKeyId (aws logs associate-kms-key --log-group-name ${logGroupName} --kms-key-id …).`;
  return { outcome: 'fail', subject, because };
}

function bucketEncrypts(bucket: LogBucket, subject: string): Judgement {
  const { Bucket } = bucket;
  const fault = encryptionFault(bucket);
  if (fault === null)
    return { outcome: 'pass', subject, because: `${Bucket} is encrypted with a KMS key of its own.` };
  return { outcome: 'fail', subject, because: `${fault}.` };
}
