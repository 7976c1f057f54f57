/**
 * Logs of the firewall and of the VPC are kept as long as the owner intends.
 *
 * What
 *   `retentionInDays` of each log group in use is at least what the intent says (365 days when it says nothing else).
 *   A log group without it keeps its records for ever.
 *
 * Why
 *   What happened is often asked for months later. Records that were deleted prove nothing.
 *
 * Fix
 *   AWS::Logs::LogGroup `RetentionInDays: 365`.
 *   aws logs put-retention-policy --log-group-name … --retention-in-days 365
 *
 * References
 *   https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
 */
import type { Check } from '../check';
import { eachLogGroup } from './log-destination';

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
    return eachLogGroup(snapshot, ({ logGroupName, retentionInDays }, subject) => {
      // CloudWatch Logs API reference, LogGroup: no retentionInDays means that log events never expire.
      if (retentionInDays === undefined)
        return { outcome: 'pass', subject, because: `${logGroupName} keeps its records for ever.` };
      if (retentionInDays >= least) {
        return {
          outcome: 'pass',
          subject,
          because: `${logGroupName} keeps its records for ${retentionInDays} days.`,
        };
      }
      const because = `${logGroupName} keeps its records for ${retentionInDays} days, and ${least} are intended. Fix: AWS::Logs::LogGroup RetentionInDays: ${least} (aws logs put-retention-policy --log-group-name ${logGroupName} --retention-in-days ${least}).`;
      return { outcome: 'fail', subject, because };
    });
  },
} satisfies Check;
