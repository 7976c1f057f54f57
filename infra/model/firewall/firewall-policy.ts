/** What one firewall enforces: its policy with every rule group in place. */
import type { Firewall, FirewallPolicy, RuleGroup, Snapshot } from '../../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../../snapshot/snapshot';
import { policyVariables } from './nets';
import type { Rule } from './rule';
import { anythingFrom, statefulRules } from './rule-group';
import type { StatelessAction, StatelessRule } from './stateless';
import { statelessAction, statelessRules } from './stateless';

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
  /** What becomes of a connection of which the engine did not see the beginning; null for a word that is not known. */
  readonly streamExceptionPolicy: 'DROP' | 'CONTINUE' | 'REJECT' | null;
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
  const strictOrder = isStrictOrder(body);
  return {
    firewallArn: returned(firewall.Firewall?.FirewallArn, 'FirewallArn'),
    policyArn: returned(policy.FirewallPolicyResponse?.FirewallPolicyArn, 'FirewallPolicyArn'),
    strictOrder,
    stateless: statelessEngine(snapshot, policy),
    rules: rulesOf(snapshot, firewall),
    ...defaultsOf(body.StatefulDefaultActions ?? [], strictOrder),
    inspectsTls: body.TLSInspectionConfigurationArn !== undefined,
    streamExceptionPolicy: streamExceptionPolicy(body),
  };
}

/** Facts: aws.md 2.24 (API reference, `StatefulEngineOptions.StreamExceptionPolicy`: DROP when none is given). */
function streamExceptionPolicy(
  body: NonNullable<FirewallPolicy['FirewallPolicy']>,
): EnforcedPolicy['streamExceptionPolicy'] {
  const word: string = body.StatefulEngineOptions?.StreamExceptionPolicy ?? 'DROP';
  return word === 'DROP' || word === 'CONTINUE' || word === 'REJECT' ? word : null;
}

/** The stateful rules of a firewall's policy, in the order in which groups and rules are evaluated. */
export function rulesOf(snapshot: Snapshot, firewall: Firewall): readonly Rule[] {
  const policy = policyOf(snapshot, firewall);
  const body = returned(policy.FirewallPolicy, 'the firewall policy itself');
  const strictOrder = isStrictOrder(body);
  const context = { strictOrder, policyVariables: policyVariables(snapshot, firewall, policy) };
  const references = [...(body.StatefulRuleGroupReferences ?? [])];
  if (strictOrder) references.sort(byPriority);
  const groups = sectionValue(snapshot, 'ruleGroups');
  return references.flatMap((reference) => {
    const arn = returned(reference.ResourceArn, 'ResourceArn of a stateful rule group reference');
    const group = groups.find((one) => one.RuleGroupResponse?.RuleGroupArn === arn);
    if (group === undefined) return anythingFrom(`the rules of ${arn} were not returned`);
    return overridden(statefulRules(group, context), reference.Override?.Action);
  });
}

/** Whether rules decide in their order; else every pass comes before every drop. */
export function isStrictOrder(body: NonNullable<FirewallPolicy['FirewallPolicy']>): boolean {
  const order = body.StatefulEngineOptions?.RuleOrder ?? 'DEFAULT_ACTION_ORDER';
  if (order === 'STRICT_ORDER' || order === 'DEFAULT_ACTION_ORDER') return order === 'STRICT_ORDER';
  throw new NotKnown(`RuleOrder is "${String(order)}"`);
}

/** A rule group that a policy names; throws {@link NotKnown} when it was not returned. */
export function groupOf(snapshot: Snapshot, arn: string | undefined): RuleGroup {
  const groups = sectionValue(snapshot, 'ruleGroups');
  const wanted = returned(arn, 'ResourceArn of a rule group reference');
  return returned(
    groups.find((group) => group.RuleGroupResponse?.RuleGroupArn === wanted),
    `the rule group ${wanted}`,
  );
}

function overridden(rules: readonly Rule[], action: string | undefined): readonly Rule[] {
  if (action === undefined) return rules;
  if (action !== 'DROP_TO_ALERT') return [...anythingFrom(`an override of "${action}"`), ...rules];
  return rules.map((rule) => {
    if (rule.action === 'drop') return { ...rule, action: 'alert' };
    return rule.action === 'reject'
      ? {
          ...rule,
          openConditions: [...rule.openConditions, 'DROP_TO_ALERT'],
          precision: { ...rule.precision, untested: [...rule.precision.untested, 'DROP_TO_ALERT'] },
        }
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
