/**
 * The firewall writes its ALERT records to a destination that exists.
 *
 * What
 *   The logging configuration has a destination of the log type ALERT. A CloudWatch log group is there. An S3 bucket is
 *   there, in this account, its policy lets delivery.logs.amazonaws.com in, and neither its policy nor its access control
 *   list is public; it does not encrypt with the KMS key that AWS manages, which the delivery cannot use (the policy of a
 *   key of one's own is not read). Destinations in Firehose are not read and are unknown.
 *
 * Why
 *   ALERT records are the only trace of what the firewall blocked. Without them nobody can tell a blocked connection
 *   from a broken one, and nothing shows who tried what.
 *
 * Fix
 *   AWS::NetworkFirewall::LoggingConfiguration with `LogType: ALERT`, `LogDestinationType: CloudWatchLogs`.
 *   aws network-firewall update-logging-configuration --firewall-arn … --logging-configuration file://logging.json
 *   AWS::S3::BucketPolicy and `PublicAccessBlockConfiguration` of the bucket.
 *   aws s3api put-bucket-policy --bucket … --policy file://policy.json
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging.html
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_LogDestinationConfig.html
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/networkfirewall-controls.html
 */
import type { Check } from '../check';
import { eachFirewall } from '../firewall/each-firewall';
import { recordsAreKept } from './record-arrival';

export default {
  id: 'logging/alerts-are-logged',
  statement: 'The firewall writes its ALERT records to a destination that exists.',
  severity: 'high',
  controls: [
    'AWS-SecurityHub:NetworkFirewall.2',
    'AWS-Config:netfw-logging-enabled',
    'NIST-800-53r5:AU-2',
    'NIST-800-53r5:AU-12',
  ],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (_firewall, arn) => [recordsAreKept(snapshot, arn, 'ALERT')]);
  },
} satisfies Check;
