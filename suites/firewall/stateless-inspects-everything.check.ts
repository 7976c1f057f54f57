/**
 * The stateless engine hands every whole packet to the stateful engine or drops it.
 *
 * What
 *   `StatelessDefaultActions` is not `aws:pass`, and no stateless rule passes packets between Studio and the internet,
 *   either way, unless an earlier rule already takes all of them.
 *
 * Why
 *   What the stateless engine passes is not inspected by any rule with a name and never logged. A rule that passes
 *   only answers blinds the stateful engine: without them no connection is established for it.
 *
 * Fix
 *   AWS::NetworkFirewall::FirewallPolicy `StatelessDefaultActions: [aws:forward_to_sfe]`; change the named rule's action
 *   to `aws:forward_to_sfe` and write the exception as a stateful rule.
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-policy-processing.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/stateless-default-actions.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/networkfirewall-controls.html
 */
import { policyOf, statelessEngine } from '../../infra/model/firewall/firewall-policy';
import { inspectedSources } from '../../infra/model/firewall/inspected-sources';
import { uninspected } from '../../infra/model/firewall/uninspected';
import { returned } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import { eachFirewall } from './each-firewall';

const FIX =
  'Fix: forward it to the stateful engine instead (aws:forward_to_sfe in AWS::NetworkFirewall::FirewallPolicy or RuleGroup).';

export default {
  id: 'firewall/stateless-inspects-everything',
  statement: 'The stateless engine hands every whole packet to the stateful engine or drops it.',
  severity: 'critical',
  controls: [
    'AWS-SecurityHub:NetworkFirewall.4',
    'AWS-Config:netfw-policy-default-action-full-packets',
    'NIST-800-53r5:SC-7',
  ],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (firewall) => {
      const policy = policyOf(snapshot, firewall);
      const subject = returned(policy.FirewallPolicyResponse?.FirewallPolicyArn, 'FirewallPolicyArn');
      const engine = statelessEngine(snapshot, policy);
      const found = uninspected(engine, inspectedSources(snapshot).sources);
      if (found.length > 0) {
        return found.map((what) => ({
          outcome: 'fail' as const,
          subject,
          because: `${what} in ${subject}. ${FIX}`,
        }));
      }
      const because = `The stateless engine of ${subject} passes nothing between Studio and the internet (StatelessDefaultActions: ${engine.defaultAction}, ${engine.rules.length} rules).`;
      return [{ outcome: 'pass', subject, because }];
    });
  },
} satisfies Check;
