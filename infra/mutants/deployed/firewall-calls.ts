/** The calls on the firewall's policy and rule groups that entries are made of. */
import {
  DescribeFirewallPolicyCommand,
  DescribeRuleGroupCommand,
  UpdateFirewallPolicyCommand,
  UpdateRuleGroupCommand,
  type FirewallPolicy,
  type RuleGroup,
} from '@aws-sdk/client-network-firewall';
import { made, type Deployed } from './deployed';

/** Changes the firewall policy in place. */
export async function editPolicy(
  { firewall, id }: Deployed,
  edit: (policy: FirewallPolicy) => FirewallPolicy,
): Promise<void> {
  const FirewallPolicyArn = id('FirewallPolicy');
  const { FirewallPolicy: policy, UpdateToken } = await firewall.send(
    new DescribeFirewallPolicyCommand({ FirewallPolicyArn }),
  );
  await firewall.send(
    new UpdateFirewallPolicyCommand({ FirewallPolicyArn, UpdateToken, FirewallPolicy: edit(made(policy)) }),
  );
}

export const setPolicy =
  (part: Partial<FirewallPolicy>) =>
  (at: Deployed): Promise<void> =>
    editPolicy(at, (policy) => ({ ...policy, ...part }));

/** Changes the rule group of the allow list in place. */
export const editAllowList = async (at: Deployed, edit: (group: RuleGroup) => RuleGroup): Promise<void> =>
  editGroup(at, 'DomainAllowStatefulRuleGroup', edit);

/** Changes a stateful rule group of the stack in place. */
export async function editGroup(
  { firewall, id }: Deployed,
  logicalId: 'DomainAllowStatefulRuleGroup' | 'DenyStatefulRuleGroup',
  edit: (group: RuleGroup) => RuleGroup,
): Promise<void> {
  const RuleGroupArn = id(logicalId);
  const { RuleGroup: group, UpdateToken } = await firewall.send(
    new DescribeRuleGroupCommand({ RuleGroupArn, Type: 'STATEFUL' }),
  );
  await firewall.send(
    new UpdateRuleGroupCommand({ RuleGroupArn, Type: 'STATEFUL', UpdateToken, RuleGroup: edit(made(group)) }),
  );
}

type DomainList = NonNullable<NonNullable<RuleGroup['RulesSource']>['RulesSourceList']>;

/** Changes the allow list itself. */
export async function editDomains(at: Deployed, edit: (list: DomainList) => DomainList): Promise<void> {
  await editAllowList(at, (group) => {
    const list = made(group.RulesSource?.RulesSourceList);
    return { ...group, RulesSource: { RulesSourceList: edit(list) } };
  });
}
