/**
 * The firewall writes its FLOW records to a destination that exists.
 *
 * What
 *   The logging configuration has a destination of the log type FLOW, and the CloudWatch log group that it names is
 *   there. Destinations in S3 and Firehose are not read by this version and are unknown.
 *
 * Why
 *   What the firewall lets through leaves no ALERT record. Only FLOW records show that an allowed connection crossed
 *   the firewall, how long it lasted and how much it carried.
 *
 * Fix
 *   AWS::NetworkFirewall::LoggingConfiguration with a second destination of `LogType: FLOW`.
 *   aws network-firewall update-logging-configuration --firewall-arn … --logging-configuration file://logging.json
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging.html
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_LogDestinationConfig.html
 */
import type { Check } from '../check';
import { eachFirewall } from '../firewall/each-firewall';
import { recordsAreKept } from './log-destination';

export default {
  id: 'logging/flows-are-logged',
  statement: 'The firewall writes its FLOW records to a destination that exists.',
  severity: 'medium',
  controls: ['AWS-SecurityHub:NetworkFirewall.2', 'AWS-Config:netfw-logging-enabled', 'NIST-800-53r5:AU-12'],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (_firewall, arn) => [recordsAreKept(snapshot, arn, 'FLOW')]);
  },
} satisfies Check;
