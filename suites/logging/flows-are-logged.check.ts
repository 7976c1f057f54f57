/**
 * The firewall writes its FLOW records to a destination that exists.
 *
 * What
 *   The logging configuration has a destination of the log type FLOW. A CloudWatch log group is there. An S3 bucket is
 *   there, in this account, its policy lets delivery.logs.amazonaws.com in, and neither its policy nor its access control
 *   list is public; it does not encrypt with the KMS key that AWS manages, which the delivery cannot use (the policy of a
 *   key of one's own is not read). Destinations in Firehose are not read and are unknown.
 *
 * Why
 *   What the firewall lets through leaves no ALERT record. Only FLOW records show that an allowed connection crossed
 *   the firewall, how long it lasted and how much it carried.
 *
 * Fix
 *   AWS::NetworkFirewall::LoggingConfiguration with a second destination of `LogType: FLOW`.
 *   aws network-firewall update-logging-configuration --firewall-arn … --logging-configuration file://logging.json
 *   AWS::S3::BucketPolicy and `PublicAccessBlockConfiguration` of the bucket.
 *   aws s3api put-bucket-policy --bucket … --policy file://policy.json
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging.html
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_LogDestinationConfig.html
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
 */
import type { Check } from '../check';
import { eachFirewall } from '../firewall/each-firewall';
import { recordsAreKept } from './record-arrival';

export default {
  id: 'logging/flows-are-logged',
  statement: 'The firewall writes its FLOW records to a destination that exists.',
  severity: 'medium',
  controls: ['AWS-SecurityHub:NetworkFirewall.2', 'AWS-Config:netfw-logging-enabled', 'NIST-800-53r5:AU-12'],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (_firewall, arn) => [recordsAreKept(snapshot, arn, 'FLOW')]);
  },
} satisfies Check;
