/**
 * The firewall is protected against deletion, a change of its subnets and a change of its policy.
 *
 * What
 *   `DeleteProtection`, `SubnetChangeProtection` and `FirewallPolicyChangeProtection` are all on. (The last keeps the
 *   firewall on its policy; the policy's content can still be edited.)
 *
 * Why
 *   One call, by mistake or on purpose, otherwise takes the firewall away or puts it on a policy that allows everything.
 *
 * Fix
 *   AWS::NetworkFirewall::Firewall `DeleteProtection: true`, `SubnetChangeProtection: true`,
 *   `FirewallPolicyChangeProtection: true`.
 *   aws network-firewall update-firewall-delete-protection --firewall-arn … --delete-protection
 *   aws network-firewall update-subnet-change-protection --firewall-arn … --subnet-change-protection
 *   aws network-firewall update-firewall-policy-change-protection --firewall-arn … --firewall-policy-change-protection
 *
 * References
 *   https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_Firewall.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/networkfirewall-controls.html
 */
import { returned } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import { eachFirewall } from './each-firewall';

const PROTECTIONS = ['DeleteProtection', 'SubnetChangeProtection', 'FirewallPolicyChangeProtection'] as const;

/** The call that turns a protection on (AWS CLI reference, network-firewall). */
const CALLS: Readonly<Record<(typeof PROTECTIONS)[number], string>> = {
  DeleteProtection: 'update-firewall-delete-protection --delete-protection',
  SubnetChangeProtection: 'update-subnet-change-protection --subnet-change-protection',
  FirewallPolicyChangeProtection:
    'update-firewall-policy-change-protection --firewall-policy-change-protection',
};

export default {
  id: 'firewall/is-protected',
  statement:
    'The firewall is protected against deletion, a change of its subnets and a change of its policy.',
  severity: 'medium',
  controls: [
    'AWS-SecurityHub:NetworkFirewall.9',
    'AWS-SecurityHub:NetworkFirewall.10',
    'AWS-Config:netfw-deletion-protection-enabled',
    'AWS-Config:netfw-subnet-change-protection-enabled',
    'NIST-800-53r5:CM-3',
  ],
  judge({ snapshot }) {
    return eachFirewall(snapshot, (firewall, subject) => {
      const off = PROTECTIONS.filter((name) => !returned(firewall.Firewall?.[name], `${name} of ${subject}`));
      if (off.length === 0)
        return [{ outcome: 'pass', subject, because: `${PROTECTIONS.join(', ')} of ${subject} are on.` }];
      const because = `${off.join(', ')} of ${subject} ${off.length === 1 ? 'is' : 'are'} off. Fix: AWS::NetworkFirewall::Firewall ${off.map((name) => `${name}: true`).join(', ')} (${off.map((name) => `aws network-firewall ${CALLS[name]} --firewall-arn ${subject}`).join('; ')}).`;
      return [{ outcome: 'fail', subject, because }];
    });
  },
} satisfies Check;
