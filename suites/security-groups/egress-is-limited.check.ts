/**
 * The security groups of Studio do not let everything out.
 *
 * What
 *   The egress rules that one app's groups add up to do not open every port of TCP or UDP to the whole internet, in
 *   IPv4 or IPv6. Unions count: 0.0.0.0/1 with 128.0.0.0/1, or two halves of the port range, are everything too. The
 *   group that SageMaker adds to every app for NFS (security-group-for-outbound-nfs-<domain>) counts as well.
 *
 * Why
 *   EC2 gives a group without egress rules one that allows everything. The firewall then stands alone: whatever its
 *   rules miss (a protocol, a port, a way around it) leaves.
 *
 * Fix
 *   AWS::EC2::SecurityGroup `SecurityGroupEgress`: TCP 443 and 80 to the internet, and what Studio needs inside the
 *   VPC (its own group, NFS 2049, the endpoints' group).
 *   aws ec2 revoke-security-group-egress --group-id sg-… --ip-permissions …
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
 */
import { ask, insist } from '../../infra/model/known';
import { nfsGroupsOfApps } from '../../infra/model/mount-target';
import { prefixListsOf } from '../../infra/model/prefix-list';
import { securityGroupRules, unlimited } from '../../infra/model/security-group';
import type { StudioGroups } from '../../infra/model/studio';
import { studioSecurityGroups } from '../../infra/model/studio';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'security-groups/egress-is-limited',
  statement: 'The security groups of Studio do not let everything out.',
  severity: 'medium',
  controls: ['NIST-800-53r5:SC-7(5)', 'PCI-DSS-4.0.1:1.3.2'],
  judge({ snapshot }) {
    return studioSecurityGroups(snapshot).map((groups) => judged(snapshot, groups));
  },
} satisfies Check;

function judged(snapshot: Snapshot, { groupIds: named, usedBy }: StudioGroups): Judgement {
  // Facts: aws.md 4.4 (SageMaker API reference: SageMaker adds a group for NFS), 4.10 (its name is a REPORT).
  const added = nfsGroupsOfApps(snapshot)
    .filter(({ domainId }) => usedBy.some((setting) => setting.endsWith(` of ${domainId}`)))
    .map(({ groupId }) => groupId);
  const groupIds = [...new Set([...named, ...added])];
  const subject = groupIds.join(', ');
  const groups = sectionValue(snapshot, 'securityGroups');
  const prefixLists = ask(() => prefixListsOf(sectionValue(snapshot, 'managedPrefixLists')));
  const rules = ask(() =>
    groupIds.flatMap((id) =>
      securityGroupRules(
        returned(
          groups.find((group) => group.GroupId === id),
          `the security group ${id}`,
        ),
        'egress',
        prefixLists,
      ),
    ),
  );
  const open = unlimited(rules.known ? rules.value : []);
  if (!rules.known)
    return {
      outcome: 'unknown',
      subject,
      because: `What ${subject} lets out is not known: ${rules.because}.`,
    };
  if (open === null) {
    const count = insist(rules).length;
    return {
      outcome: 'pass',
      subject,
      because: `${subject} (${usedBy.join('; ')}; ${count} egress ${count === 1 ? 'rule' : 'rules'}) opens neither TCP nor UDP on every port to the whole internet.`,
    };
  }
  const opening = open.rules.map((rule) => `${rule.groupId} ${rule.text}`).join(' and ');
  const because = `${subject} (${usedBy.join('; ')}) lets every ${open.protocol.toUpperCase()} port out to the whole ${open.internet} internet: ${opening}. Fix: AWS::EC2::SecurityGroup SecurityGroupEgress with TCP 443 and 80 and what Studio needs inside the VPC (aws ec2 revoke-security-group-egress --group-id ${open.rules[0]?.groupId ?? subject} …).`;
  return { outcome: 'fail', subject, because };
}
