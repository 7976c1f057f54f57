/**
 * The firewall writes its ALERT records to a destination that exists.
 *
 * What
 *   The logging configuration has a destination of the log type ALERT, and the CloudWatch log group that it names is
 *   there. Destinations in S3 and Firehose are not read by this version and are unknown.
 *
 * Why
 *   ALERT records are the only trace of what the firewall blocked. Without them nobody can tell a blocked connection
 *   from a broken one, and nothing shows who tried what.
 *
 * Fix
 *   AWS::NetworkFirewall::LoggingConfiguration with `LogType: ALERT`, `LogDestinationType: CloudWatchLogs`.
 *   aws network-firewall update-logging-configuration --firewall-arn … --logging-configuration file://logging.json
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging.html
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_LogDestinationConfig.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/networkfirewall-controls.html
 */
import type { Check } from '../check';
import { eachFirewall } from '../firewall/each-firewall';
import { recordsAreKept } from './log-destination';

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
