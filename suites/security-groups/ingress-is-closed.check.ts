/**
 * Nothing from outside the VPC gets into the security groups of Studio, and NFS only from Studio itself.
 *
 * What
 *   Each ingress rule of the Studio groups, of the one that SageMaker makes for the apps' NFS
 *   (security-group-for-outbound-nfs-<domain>) and of the groups that the mount targets of Studio's home file systems
 *   carry, admits only addresses of the VPC or groups of the VPC; TCP 2049 (NFS) only the Studio groups and SageMaker's.
 *
 * Why
 *   Studio apps need no connection from outside. A rule that admits one is a way in past the firewall as soon as a
 *   route or an address leads there; NFS open to others exposes every user's home directory.
 *
 * Fix
 *   AWS::EC2::SecurityGroup `SecurityGroupIngress`: `SourceSecurityGroupId` of the Studio group instead of a CIDR.
 *   aws ec2 revoke-security-group-ingress --group-id sg-… --ip-permissions …
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 *   https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-and-internet-access.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
 */
import { covers } from '../../infra/model/address-set';
import { FAMILIES } from '../../infra/model/cidr';
import type { GroupBook } from '../../infra/model/group-admission';
import { groupBookOf, rulesOfGroups } from '../../infra/model/group-admission';
import { ask } from '../../infra/model/known';
import { homeFileSystems, NFS_PORT, nfsGroupsOfApps } from '../../infra/model/mount-target';
import type { SecurityGroupRule } from '../../infra/model/security-group';
import { matches } from '../../infra/model/security-group';
import { studioSecurityGroups } from '../../infra/model/studio';
import { vpcCidrsOf } from '../../infra/model/subnet';
import type { SecurityGroup, Snapshot } from '../../infra/snapshot/snapshot';
import { sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'security-groups/ingress-is-closed',
  statement:
    'Nothing from outside the VPC gets into the security groups of Studio, and NFS only from Studio itself.',
  severity: 'high',
  controls: ['AWS-SecurityHub:EC2.18', 'NIST-800-53r5:SC-7(5)', 'PCI-DSS-4.0.1:1.3.1'],
  judge({ snapshot }) {
    const book = groupBookOf(snapshot);
    // The group that SageMaker makes for NFS: facts aws.md 4.10 (its name is a REPORT).
    const apps = [
      ...studioSecurityGroups(snapshot).flatMap(({ groupIds }) => groupIds),
      ...nfsGroupsOfApps(snapshot).map(({ groupId }) => groupId),
    ];
    const homes = ask(() => homeFileSystems(snapshot));
    const servers = homes.known
      ? homes.value.flatMap((home) => home.servers.flatMap((one) => one.groupIds))
      : [];
    const inside: Inside = {
      vpcCidrs: vpcCidrsOf(sectionValue(snapshot, 'vpc')),
      groups: book.groups,
      studio: new Set(apps),
    };
    const judgements = [...new Set([...apps, ...servers])].sort().flatMap((id) => judged(book, id, inside));
    return homes.known ? judgements : [...judgements, unknownHomes(snapshot, homes.because)];
  },
} satisfies Check;

function judged(book: GroupBook, subject: string, inside: Inside): readonly Judgement[] {
  const rules = ask(() => rulesOfGroups(book, [subject], 'ingress'));
  if (!rules.known)
    return [
      { outcome: 'unknown', subject, because: `What ${subject} lets in is not known: ${rules.because}.` },
    ];
  const faults = rules.value.flatMap((rule): Judgement[] => {
    const fault = faultOf(rule, inside);
    if (fault === null) return [];
    return [
      { outcome: 'fail', subject, because: `${subject} admits ${rule.text}: ${fault}. ${fixOf(subject)}` },
    ];
  });
  const because = `${subject} admits only the VPC, and NFS only from Studio (${rules.value.length} ingress ${rules.value.length === 1 ? 'rule' : 'rules'}).`;
  return faults.length > 0 ? faults : [{ outcome: 'pass', subject, because }];
}

function unknownHomes(snapshot: Snapshot, because: string): Judgement {
  return {
    outcome: 'unknown',
    subject: snapshot.target.vpcId,
    because: `Which groups the mount targets of Studio's home directories carry is not known: ${because}.`,
  };
}

interface Inside {
  readonly vpcCidrs: ReturnType<typeof vpcCidrsOf>;
  readonly groups: readonly SecurityGroup[];
  readonly studio: ReadonlySet<string>;
}

function faultOf(rule: SecurityGroupRule, inside: Inside): string | null {
  for (const family of FAMILIES) {
    const own = inside.vpcCidrs.filter((cidr) => cidr.family === family);
    if (!covers(own, rule.addresses[family])) return 'that reaches beyond the VPC';
  }
  const foreign = rule.sources.find(
    ({ groupId, peeringConnectionId }) =>
      peeringConnectionId !== null || !inside.groups.some((group) => group.GroupId === groupId),
  );
  if (foreign) return `${foreign.groupId} is not a security group of this VPC`;
  if (!matches(rule, 'tcp', NFS_PORT)) return null;
  if (FAMILIES.some((family) => rule.addresses[family].length > 0))
    return 'it admits NFS (TCP 2049) by address';
  const other = rule.sources.find(({ groupId }) => !inside.studio.has(groupId));
  return other ? `it admits NFS (TCP 2049) from ${other.groupId}, which is not a group of Studio` : null;
}

function fixOf(groupId: string): string {
  return `Fix: AWS::EC2::SecurityGroup SecurityGroupIngress with SourceSecurityGroupId of the Studio group (aws ec2 revoke-security-group-ingress --group-id ${groupId} …).`;
}
