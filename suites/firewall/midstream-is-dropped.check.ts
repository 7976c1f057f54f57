/**
 * The firewall drops or rejects connections whose beginning it did not see.
 *
 * What
 *   `StreamExceptionPolicy` is DROP or REJECT, not CONTINUE. AWS documents DROP as what holds when it is not set.
 *
 * Why
 *   With CONTINUE, rules meet a connection without its context: the names of its beginning are not known, and rules for
 *   TLS and HTTP do not match what they should drop.
 *
 * Fix
 *   AWS::NetworkFirewall::FirewallPolicy `StatefulEngineOptions: {StreamExceptionPolicy: DROP}`.
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_StatefulEngineOptions.html
 *   https://docs.aws.amazon.com/network-firewall/latest/developerguide/stream-exception-policy.html
 */
import { policyOf } from '../../infra/model/firewall/firewall-policy';
import { returned } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import { eachFirewall } from './each-firewall';

export default {
  id: 'firewall/midstream-is-dropped',
  statement: 'The firewall drops or rejects connections whose beginning it did not see.',
  severity: 'medium',
  controls: ['NIST-800-53r5:SC-7'],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (firewall) => {
      const policy = policyOf(snapshot, firewall);
      const subject = returned(policy.FirewallPolicyResponse?.FirewallPolicyArn, 'FirewallPolicyArn');
      const body = returned(policy.FirewallPolicy, `the content of ${subject}`);
      // API reference, StatefulEngineOptions: "DROP … This is the default behavior."
      const set = body.StatefulEngineOptions?.StreamExceptionPolicy;
      const setting = set ?? 'DROP, the documented default';
      if (set === 'CONTINUE') {
        const because = `StreamExceptionPolicy of ${subject} is CONTINUE. Fix: StreamExceptionPolicy DROP (AWS::NetworkFirewall::FirewallPolicy StatefulEngineOptions).`;
        return [{ outcome: 'fail', subject, because }];
      }
      const known = set === undefined || set === 'DROP' || set === 'REJECT';
      return [
        {
          outcome: known ? 'pass' : 'unknown',
          subject,
          because: `StreamExceptionPolicy of ${subject} is ${setting}.`,
        },
      ];
    });
  },
} satisfies Check;
