/**
 * Logs of the firewall and of the VPC are kept as long as the owner intends.
 *
 * What
 *   `retentionInDays` of each log group in use is at least what the intent says (365 days when it says nothing else).
 *   A log group without it keeps its records for ever. No lifecycle rule of an S3 bucket in use deletes records earlier.
 *
 * Why
 *   What happened is often asked for months later. Records that were deleted prove nothing.
 *
 * Fix
 *   AWS::Logs::LogGroup `RetentionInDays: 365`.
 *   aws logs put-retention-policy --log-group-name … --retention-in-days 365
 *   AWS::S3::Bucket `LifecycleConfiguration` with `ExpirationInDays: 365` or more, or without a rule.
 *   aws s3api put-bucket-lifecycle-configuration --bucket … --lifecycle-configuration file://lifecycle.json
 *
 * References
 *   https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
 */
import type { LogGroup } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';
import { expiry, type BucketDestination } from './log-bucket';
import { eachLogStore } from './log-destination';

export default {
  id: 'logging/is-retained',
  statement: 'Logs of the firewall and of the VPC are kept as long as the owner intends.',
  severity: 'medium',
  controls: [
    'AWS-SecurityHub:CloudWatch.16',
    'AWS-Config:cw-loggroup-retention-period-check',
    'NIST-800-53r5:AU-11',
  ],
  judge({ snapshot, intent }) {
    const least = intent.logRetentionDays;
    return eachLogStore(snapshot, {
      group: (group, subject) => groupKeeps(group, { subject, least }),
      bucket: (bucket, subject) => bucketKeeps(bucket, { subject, least }),
    });
  },
} satisfies Check;

function groupKeeps(
  { logGroupName, retentionInDays }: LogGroup,
  { subject, least }: { readonly subject: string; readonly least: number },
): Judgement {
  // CloudWatch Logs API reference, LogGroup: no retentionInDays means that log events never expire.
  if (retentionInDays === undefined)
    return { outcome: 'pass', subject, because: `${logGroupName} keeps its records for ever.` };
  const kept = `${logGroupName} keeps its records for ${retentionInDays} days`;
  if (retentionInDays >= least) return { outcome: 'pass', subject, because: `${kept}.` };
  const because = `${kept}, and ${least} are intended. Fix: AWS::Logs::LogGroup RetentionInDays: ${least} (aws logs put-retention-policy --log-group-name ${logGroupName} --retention-in-days ${least}).`;
  return { outcome: 'fail', subject, because };
}

function bucketKeeps(
  destination: BucketDestination,
  { subject, least }: { readonly subject: string; readonly least: number },
): Judgement {
  const { Bucket } = destination.bucket;
  const early = expiry(destination, { least });
  if (early === null) {
    return {
      outcome: 'pass',
      subject,
      because: `No lifecycle rule of ${Bucket} deletes records within ${least} days.`,
    };
  }
  const because = `Records in ${Bucket} are not kept for the intended ${least} days: ${early}. Fix: AWS::S3::Bucket LifecycleConfiguration, ExpirationInDays: ${least} (aws s3api put-bucket-lifecycle-configuration --bucket ${Bucket}).`;
  return { outcome: 'fail', subject, because };
}
