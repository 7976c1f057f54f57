/**
 * Fragmented packets do not pass the firewall uninspected.
 *
 * What
 *   `StatelessFragmentDefaultActions` is `aws:drop` or `aws:forward_to_sfe`, not `aws:pass`.
 *
 * Why
 *   With `aws:pass`, UDP that is sent in fragments goes through without meeting a stateful rule and without a record.
 *   (Fragments of other protocols are dropped by the firewall in any case.)
 *
 * Fix
 *   AWS::NetworkFirewall::FirewallPolicy `StatelessFragmentDefaultActions: [aws:drop]`.
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_FirewallPolicy.html
 *   https://docs.aws.amazon.com/config/latest/developerguide/netfw-policy-default-action-fragment-packets.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/networkfirewall-controls.html
 */
import { policyOf } from '../../infra/model/firewall/firewall-policy';
import { statelessAction } from '../../infra/model/firewall/stateless';
import { returned } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import { eachFirewall } from './each-firewall';

export default {
  id: 'firewall/fragments-are-inspected',
  statement: 'Fragmented packets do not pass the firewall uninspected.',
  severity: 'high',
  controls: [
    'AWS-SecurityHub:NetworkFirewall.5',
    'AWS-Config:netfw-policy-default-action-fragment-packets',
    'NIST-800-53r5:SC-7',
  ],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (firewall) => {
      const policy = policyOf(snapshot, firewall);
      const subject = returned(policy.FirewallPolicyResponse?.FirewallPolicyArn, 'FirewallPolicyArn');
      const action = statelessAction(
        policy.FirewallPolicy?.StatelessFragmentDefaultActions,
        'StatelessFragmentDefaultActions',
      );
      if (action !== 'pass') {
        return [
          {
            outcome: 'pass',
            subject,
            because: `StatelessFragmentDefaultActions of ${subject} is ${action}.`,
          },
        ];
      }
      const because = `StatelessFragmentDefaultActions of ${subject} is aws:pass: UDP in fragments passes uninspected. Fix: aws:drop (AWS::NetworkFirewall::FirewallPolicy StatelessFragmentDefaultActions).`;
      return [{ outcome: 'fail', subject, because }];
    });
  },
} satisfies Check;
