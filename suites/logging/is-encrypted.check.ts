/**
 * Logs of the firewall and of the VPC are encrypted with a KMS key of the account.
 *
 * What
 *   Each log group in use has a `kmsKeyId`.
 *
 * Why
 *   The records name who talked to whom. With a key of one's own, reading them needs a permission that can be denied
 *   and leaves a trace, and access can be withdrawn at once.
 *
 * Fix
 *   AWS::Logs::LogGroup `KmsKeyId`, with a key policy that lets CloudWatch Logs use the key.
 *   aws logs associate-kms-key --log-group-name … --kms-key-id …
 *
 * References
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 *   https://docs.aws.amazon.com/config/latest/developerguide/cloudwatch-log-group-encrypted.html
 */
import type { Check } from '../check';
import { eachLogGroup } from './log-destination';

export default {
  id: 'logging/is-encrypted',
  statement: 'Logs of the firewall and of the VPC are encrypted with a KMS key of the account.',
  severity: 'medium',
  controls: ['AWS-Config:cloudwatch-log-group-encrypted', 'NIST-800-53r5:AU-9', 'NIST-800-53r5:SC-28'],
  judge({ snapshot }) {
    return eachLogGroup(snapshot, ({ logGroupName, kmsKeyId }, subject) => {
      // CloudWatch Logs API reference, LogGroup: kmsKeyId is there when a key is associated.
      if (kmsKeyId !== undefined)
        return { outcome: 'pass', subject, because: `${logGroupName} is encrypted with ${kmsKeyId}.` };
      const because = `${logGroupName} has no KMS key. Fix: AWS::Logs::LogGroup KmsKeyId (aws logs associate-kms-key --log-group-name ${logGroupName} --kms-key-id …).`;
      return { outcome: 'fail', subject, because };
    });
  },
} satisfies Check;
