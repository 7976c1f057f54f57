/**
 * The VPC's default security group has no rules, or nothing uses it.
 *
 * What
 *   The group that EC2 calls `default` has neither ingress nor egress rules; or no network interface of the VPC, no
 *   endpoint, no setting of a Studio domain, user profile or space, and no notebook instance carries it.
 *
 * Why
 *   EC2 makes the group with rules that admit all its members and let everything out, and gives it to whatever names no
 *   group. What ends up in it talks to everything else there, past every rule that was written on purpose.
 *
 * Fix
 *   CloudFormation cannot change the group: give what carries it a group of its own (AWS::EC2::Instance
 *   `SecurityGroupIds`, AWS::EC2::VPCEndpoint `SecurityGroupIds`, AWS::SageMaker::Domain
 *   `DefaultUserSettings.SecurityGroups`), and take its rules away.
 *   aws ec2 revoke-security-group-ingress --group-id sg-… --ip-permissions …
 *   aws ec2 revoke-security-group-egress --group-id sg-… --ip-permissions …
 *
 * References
 *   https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
 *   https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
 */
import { standingEndpoints } from '../../infra/model/vpc-endpoint';
import { studioSecurityGroups } from '../../infra/model/studio';
import type { SecurityGroup, Snapshot } from '../../infra/snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../../infra/snapshot/snapshot';
import type { Check } from '../check';
import type { Judgement } from '../evidence';

export default {
  id: 'security-groups/default-is-closed',
  statement: "The VPC's default security group has no rules, or nothing uses it.",
  severity: 'medium',
  // EC2.2 asks for no rules at all, so a pass here would say more than this check does.
  controls: ['NIST-800-53r5:SC-7'],
  judge({ snapshot }) {
    const group = defaultGroup(snapshot);
    const subject = returned(group.GroupId, 'GroupId of the default security group');
    const rules = [
      ...returned(group.IpPermissions, `the ingress rules of ${subject}`),
      ...returned(group.IpPermissionsEgress, `the egress rules of ${subject}`),
    ];
    if (rules.length === 0)
      return [{ outcome: 'pass', subject, because: `${subject}, the VPC's default group, has no rules.` }];
    return [judged(subject, rules.length, usersOf(snapshot, subject))];
  },
} satisfies Check;

function judged(subject: string, rules: number, users: readonly string[]): Judgement {
  const [first] = users;
  if (first === undefined) {
    const because = `${subject}, the VPC's default group, has ${rulesIn(rules)}, and nothing carries it.`;
    return { outcome: 'pass', subject, because };
  }
  const others = users.length > 1 ? ` and ${users.length - 1} more` : '';
  const because = `${subject}, the VPC's default group, has ${rulesIn(rules)} and is carried by ${first}${others}. Fix: give them a group of their own (SecurityGroupIds of the resource; aws ec2 modify-network-interface-attribute --network-interface-id eni-… --groups sg-…), and take the rules away (aws ec2 revoke-security-group-ingress --group-id ${subject} --ip-permissions …; aws ec2 revoke-security-group-egress --group-id ${subject} --ip-permissions …).`;
  return { outcome: 'fail', subject, because };
}

/** Facts: VPC user guide, "Default security groups": each VPC has one, its name is `default`, and no other may be called so. */
function defaultGroup(snapshot: Snapshot): SecurityGroup {
  const { vpcId } = snapshot.target;
  const found = sectionValue(snapshot, 'securityGroups').filter(
    ({ GroupName: name, VpcId: ofVpc }) => name === 'default' && ofVpc === vpcId,
  );
  const [only, second] = found;
  if (only === undefined || second !== undefined)
    throw new NotKnown(
      `AWS returned ${found.length} default security groups of ${vpcId}, where one is possible`,
    );
  return only;
}

/** What carries the group: interfaces first, then what will give it to the interfaces it makes. */
function usersOf(snapshot: Snapshot, groupId: string): readonly string[] {
  const interfaces = sectionValue(snapshot, 'networkInterfaces').filter((one) =>
    returned(one.Groups, `Groups of ${one.NetworkInterfaceId}`).some(({ GroupId: id }) => id === groupId),
  );
  const endpoints = standingEndpoints(snapshot).filter((endpoint) => {
    // Endpoints of other types carry none, and AWS need not say so.
    const { Groups: groups, VpcEndpointType: type } = endpoint;
    const own = type === 'Interface' ? returned(groups, `Groups of ${endpoint.VpcEndpointId}`) : groups;
    return (own ?? []).some(({ GroupId: id }) => id === groupId);
  });
  const settings = studioSecurityGroups(snapshot).filter(({ groupIds }) => groupIds.includes(groupId));
  const notebooks = sectionValue(snapshot, 'notebookInstances').filter((notebook) => {
    const { NotebookInstanceName: name, SecurityGroups: groups, SubnetId: subnetId } = notebook;
    // One without a subnet is in no VPC of ours, and has no groups.
    const own = subnetId === undefined ? groups : returned(groups, `SecurityGroups of the notebook ${name}`);
    return (own ?? []).includes(groupId);
  });
  return [
    ...interfaces.map((one) => `${one.NetworkInterfaceId} in ${one.SubnetId}`),
    ...endpoints.map((one) => `the endpoint ${one.VpcEndpointId}`),
    ...settings.flatMap(({ usedBy }) => usedBy),
    ...notebooks.map((one) => `the notebook instance ${one.NotebookInstanceName}`),
  ];
}

function rulesIn(count: number): string {
  return count === 1 ? '1 rule' : `${count} rules`;
}
