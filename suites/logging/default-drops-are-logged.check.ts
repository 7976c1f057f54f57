/**
 * What the firewall drops by default, because no rule passed it, is on record.
 *
 * What
 *   Under strict order, the drop default stands beside the alert default of its family (`aws:drop_established` beside
 *   `aws:alert_established`), or beside `aws:alert_strict`, which alerts on everything.
 *
 * Why
 *   A default drop writes no record by itself. Most of what a strict policy blocks would then disappear in silence.
 *
 * Fix
 *   AWS::NetworkFirewall::FirewallPolicy `StatefulDefaultActions: [aws:drop_established, aws:alert_established]`.
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/suricata-rule-evaluation-order.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/troubleshooting-logging.html
 */
import { enforcedPolicy } from '../../infra/model/firewall/firewall-policy';
import type { Check } from '../check';
import { eachFirewall } from '../firewall/each-firewall';

export default {
  id: 'logging/default-drops-are-logged',
  statement: 'What the firewall drops by default, because no rule passed it, is on record.',
  severity: 'medium',
  controls: ['NIST-800-53r5:AU-2', 'NIST-800-53r5:AU-12', 'NIST-800-53r5:SI-4'],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (firewall) => {
      const {
        policyArn: subject,
        dropDefault,
        dropDefaultLogs,
        defaultActions,
        strictOrder,
      } = enforcedPolicy(snapshot, firewall);
      const actions = defaultActions.join(', ');
      if (dropDefault === 'none') {
        const because = `${subject} drops nothing by default (${strictOrder ? 'strict order without a drop default' : 'action order'}).`;
        return [{ outcome: 'not-applicable', subject, because }];
      }
      if (dropDefaultLogs)
        return [
          { outcome: 'pass', subject, because: `The default drops of ${subject} are logged (${actions}).` },
        ];
      const alert = defaultActions
        .filter((action) => action.startsWith('aws:drop_'))
        .join()
        .replace('drop', 'alert');
      const because = `The default drops of ${subject} are not logged (${actions}). Fix: add ${alert} (AWS::NetworkFirewall::FirewallPolicy StatefulDefaultActions).`;
      return [{ outcome: 'fail', subject, because }];
    });
  },
} satisfies Check;
