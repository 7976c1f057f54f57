/** HOME_NET and EXTERNAL_NET as each rule group of a firewall understands them. */
import type { Firewall, Snapshot } from '../../snapshot/snapshot';
import { returned } from '../../snapshot/snapshot';
import { groupOf, policyOf } from './firewall-policy';
import type { Addresses } from './header-expression';
import { policyVariables } from './nets';
import { variablesOf } from './rule-group';

/** What HOME_NET and EXTERNAL_NET mean in one stateful rule group. */
export interface GroupNets {
  readonly arn: string;
  readonly homeNet: Addresses;
  readonly externalNet: Addresses;
  /** Whether its rules say them; domain lists always do (aws.md 2.11). */
  readonly usesNets: boolean;
}

/** The meaning of the two variables in every stateful group of a firewall's policy. */
export function groupNets(snapshot: Snapshot, firewall: Firewall): readonly GroupNets[] {
  const policy = policyOf(snapshot, firewall);
  const context = { strictOrder: false, policyVariables: policyVariables(snapshot, firewall, policy) };
  const references =
    returned(policy.FirewallPolicy, 'the firewall policy itself').StatefulRuleGroupReferences ?? [];
  return references.map((reference) => {
    const group = groupOf(snapshot, reference.ResourceArn);
    const { addresses } = variablesOf(group, context);
    const source = returned(group.RuleGroup?.RulesSource, `RulesSource of ${reference.ResourceArn}`);
    return {
      arn: returned(reference.ResourceArn, 'ResourceArn'),
      homeNet: returned(addresses.get('HOME_NET'), 'HOME_NET'),
      externalNet: returned(addresses.get('EXTERNAL_NET'), 'EXTERNAL_NET'),
      usesNets:
        source.RulesSourceList !== undefined || /\$(HOME|EXTERNAL)_NET\b/.test(JSON.stringify(source)),
    };
  });
}
