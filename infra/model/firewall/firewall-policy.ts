/** What one firewall enforces: its policy with every rule group in place. */
import type { Firewall, FirewallPolicy, RuleGroup, Snapshot } from '../../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../../snapshot/snapshot';
import { ask } from '../known';
import { vpcCidrsOf } from '../subnet';
import type { Addresses } from './header-expression';
import { definitionAddresses, otherAddresses } from './header-expression';
import type { Rule } from './rule';
import { anythingFrom, statefulRules, variablesOf } from './rule-group';
import type { StatelessAction, StatelessRule } from './stateless';
import { statelessAction, statelessRules } from './stateless';
import { anythingOf, exactly } from './uncertain-set';
import { spaceOf } from '../cidr';

/** The drop default of strict order: which packets it drops that no rule decided. */
export type DropDefault = 'none' | 'strict' | 'established' | 'application-layer';

export interface EnforcedPolicy {
  readonly firewallArn: string;
  readonly policyArn: string;
  readonly strictOrder: boolean;
  readonly stateless: {
    readonly rules: readonly StatelessRule[];
    readonly defaultAction: StatelessAction;
    readonly fragmentDefaultAction: StatelessAction;
  };
  /** In the order in which groups and rules are evaluated. */
  readonly rules: readonly Rule[];
  readonly dropDefault: DropDefault;
  /** AWS's own names of the default actions. */
  readonly defaultActions: readonly string[];
  /** Whether the alert default that belongs to the drop default is set. */
  readonly dropDefaultLogs: boolean;
  /** TLS inspection decrypts; which rules then see what is not modelled. */
  readonly inspectsTls: boolean;
}

/** The policy of a firewall, as DescribeFirewallPolicy answered; throws {@link NotKnown} when it is not there. */
export function policyOf(snapshot: Snapshot, firewall: Firewall): FirewallPolicy {
  const arn = returned(firewall.Firewall?.FirewallPolicyArn, 'FirewallPolicyArn');
  const policies = sectionValue(snapshot, 'firewallPolicies');
  return returned(
    policies.find((policy) => policy.FirewallPolicyResponse?.FirewallPolicyArn === arn),
    `the firewall policy ${arn}`,
  );
}

/** The stateless engine of a policy; throws {@link NotKnown} when part of it was not returned. */
export function statelessEngine(snapshot: Snapshot, policy: FirewallPolicy): EnforcedPolicy['stateless'] {
  const body = returned(policy.FirewallPolicy, 'the firewall policy itself');
  const references = [...(body.StatelessRuleGroupReferences ?? [])].sort(byPriority);
  return {
    rules: references.flatMap((reference) => statelessRules(groupOf(snapshot, reference.ResourceArn))),
    defaultAction: statelessAction(body.StatelessDefaultActions, 'StatelessDefaultActions'),
    fragmentDefaultAction: statelessAction(
      body.StatelessFragmentDefaultActions,
      'StatelessFragmentDefaultActions',
    ),
  };
}

/**
 * Everything that decides what a firewall does with a flow.
 *
 * Facts: aws.md 2.4 (Network Firewall API reference, `StatefulEngineOptions.RuleOrder`: DEFAULT_ACTION_ORDER is what
 * holds when no order is given), 2.8 and 2.9 (`StatefulDefaultActions`, strict order only), 2.29
 * (`StatefulRuleGroupOverride`: DROP_TO_ALERT; that it also changes rejects is MEMORY, so a reject is left in doubt).
 */
export function enforcedPolicy(snapshot: Snapshot, firewall: Firewall): EnforcedPolicy {
  const policy = policyOf(snapshot, firewall);
  const body = returned(policy.FirewallPolicy, 'the firewall policy itself');
  const order = body.StatefulEngineOptions?.RuleOrder ?? 'DEFAULT_ACTION_ORDER';
  if (order !== 'STRICT_ORDER' && order !== 'DEFAULT_ACTION_ORDER')
    throw new NotKnown(`RuleOrder is "${String(order)}"`);
  const strictOrder = order === 'STRICT_ORDER';
  const context = { strictOrder, policyVariables: policyVariables(snapshot, firewall, policy) };
  const references = [...(body.StatefulRuleGroupReferences ?? [])];
  if (strictOrder) references.sort(byPriority);
  const rules = references.flatMap((reference) => {
    const arn = returned(reference.ResourceArn, 'ResourceArn of a stateful rule group reference');
    const group = sectionValue(snapshot, 'ruleGroups').find(
      (one) => one.RuleGroupResponse?.RuleGroupArn === arn,
    );
    if (group === undefined) return anythingFrom(`the rules of ${arn} were not returned`);
    return overridden(statefulRules(group, context), reference.Override?.Action);
  });
  return {
    firewallArn: returned(firewall.Firewall?.FirewallArn, 'FirewallArn'),
    policyArn: returned(policy.FirewallPolicyResponse?.FirewallPolicyArn, 'FirewallPolicyArn'),
    strictOrder,
    stateless: statelessEngine(snapshot, policy),
    rules,
    ...defaultsOf(body.StatefulDefaultActions ?? [], strictOrder),
    inspectsTls: body.TLSInspectionConfigurationArn !== undefined,
  };
}

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

function groupOf(snapshot: Snapshot, arn: string | undefined): RuleGroup {
  const groups = sectionValue(snapshot, 'ruleGroups');
  const wanted = returned(arn, 'ResourceArn of a rule group reference');
  return returned(
    groups.find((group) => group.RuleGroupResponse?.RuleGroupArn === wanted),
    `the rule group ${wanted}`,
  );
}

/**
 * HOME_NET and EXTERNAL_NET of a policy: its own, or the prefix of the firewall's VPC, and what is outside it.
 *
 * Facts: aws.md 2.11 (developer guide, stateful-rule-groups-domain-names; "the CIDR range of the VPC": whether that
 * takes in secondary prefixes is not documented, so they are in doubt), 2.12 (EXTERNAL_NET is what HOME_NET is not).
 */
function policyVariables(
  snapshot: Snapshot,
  firewall: Firewall,
  policy: FirewallPolicy,
): ReadonlyMap<string, Addresses> {
  const own = policy.FirewallPolicy?.PolicyVariables?.RuleVariables ?? {};
  const none = { addresses: new Map(), ports: new Map() };
  const set = (name: string): Addresses | null =>
    own[name] === undefined
      ? null
      : definitionAddresses(returned(own[name].Definition, `the definition of ${name}`), none);
  const homeNet = set('HOME_NET') ?? vpcAddresses(snapshot, firewall);
  return new Map([
    ['HOME_NET', homeNet],
    ['EXTERNAL_NET', set('EXTERNAL_NET') ?? otherAddresses(homeNet)],
  ]);
}

function vpcAddresses(snapshot: Snapshot, firewall: Firewall): Addresses {
  if (firewall.Firewall?.VpcId !== snapshot.target.vpcId) {
    return { ipv4: anythingOf(spaceOf('ipv4')), ipv6: anythingOf(spaceOf('ipv6')) };
  }
  const vpc = sectionValue(snapshot, 'vpc');
  const answer = ask(() => vpcCidrsOf(vpc));
  if (!answer.known) return { ipv4: anythingOf(spaceOf('ipv4')), ipv6: anythingOf(spaceOf('ipv6')) };
  const primary = answer.value.filter(({ text }) => text === vpc.CidrBlock);
  const all = answer.value.filter(({ family }) => family === 'ipv4');
  const six = answer.value.filter(({ family }) => family === 'ipv6');
  return {
    ipv4: { sure: exactly(primary).sure, possible: exactly(all).possible },
    ipv6: { sure: [], possible: exactly(six).possible },
  };
}

function overridden(rules: readonly Rule[], action: string | undefined): readonly Rule[] {
  if (action === undefined) return rules;
  if (action !== 'DROP_TO_ALERT') return [...anythingFrom(`an override of "${action}"`), ...rules];
  return rules.map((rule) => {
    if (rule.action === 'drop') return { ...rule, action: 'alert' };
    return rule.action === 'reject'
      ? { ...rule, openConditions: [...rule.openConditions, 'DROP_TO_ALERT'] }
      : rule;
  });
}

function defaultsOf(
  actions: readonly string[],
  strictOrder: boolean,
): Pick<EnforcedPolicy, 'dropDefault' | 'defaultActions' | 'dropDefaultLogs'> {
  if (!strictOrder && actions.length > 0)
    throw new NotKnown(`StatefulDefaultActions ${actions.join(', ')} stand beside action order`);
  const known =
    /^aws:(drop|alert)_(strict|established|established_app_layer|established_app_layer_to_server)$/;
  const other = actions.find((action) => action.startsWith('aws:') && !known.test(action));
  if (other !== undefined)
    throw new NotKnown(`the stateful default action "${other}" is not one that this tool knows`);
  const drops = actions.filter((action) => action.startsWith('aws:drop_'));
  const [drop] = drops;
  if (drops.length > 1) throw new NotKnown(`there are ${drops.length} stateful drop defaults`);
  if (drop === undefined) return { dropDefault: 'none', defaultActions: actions, dropDefaultLogs: false };
  const family = drop.slice('aws:drop_'.length);
  const dropDefault: DropDefault =
    family === 'strict' || family === 'established' ? family : 'application-layer';
  // Alert all covers what every drop default drops (developer guide, suricata-rule-evaluation-order).
  const dropDefaultLogs = actions.includes(`aws:alert_${family}`) || actions.includes('aws:alert_strict');
  return { dropDefault, defaultActions: actions, dropDefaultLogs };
}

function byPriority(
  a: { readonly Priority?: number | undefined },
  b: { readonly Priority?: number | undefined },
): number {
  return (
    returned(a.Priority, 'Priority of a rule group reference') -
    returned(b.Priority, 'Priority of a rule group reference')
  );
}
