/** Rule groups of the DNS Firewall and the rules in them. */
import {
  CreateFirewallRuleCommand,
  CreateFirewallRuleGroupCommand,
  DeleteFirewallRuleCommand,
  DeleteFirewallRuleGroupCommand,
  GetFirewallRuleGroupCommand,
  ListFirewallRuleGroupsCommand,
  ListFirewallRulesCommand,
  UpdateFirewallRuleCommand,
  type FirewallRule,
  type FirewallRuleGroup,
} from '@aws-sdk/client-route53resolver';
import { newId, type LabState } from '../../state';
import { on, type Handler, type LabContext } from '../handler';
import {
  checkEnum,
  checkName,
  conflict,
  invalid,
  listPage,
  notFound,
  required,
  resolverArn,
} from './answers';
import { checkDomainListExists } from './domain-list';

/**
 * A rule as the API has it today. The SDK's client is older and does not name these members, but its wire carries
 * every member: a rule of DNS Firewall Advanced has a threat protection in place of a domain list.
 */
interface CurrentRule extends FirewallRule {
  readonly FirewallThreatProtectionId?: string;
  readonly DnsThreatProtection?: string;
  readonly ConfidenceThreshold?: string;
}

export function ruleGroupHandlers(context: LabContext): Handler[] {
  return [...groups(context), ...rules(context)];
}

interface StoredGroup {
  readonly group: FirewallRuleGroup;
  rules: FirewallRule[];
}

/** The group, or ResourceNotFoundException. */
export function findRuleGroup(state: LabState, id: string | undefined): StoredGroup {
  const stored = state.firewallRuleGroups.get(required('FirewallRuleGroupId', id));
  if (stored === undefined) throw notFound(`[RSLVR-02802] Firewall rule group with ID ${id} does not exist`);
  return stored;
}

function groups(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    on('route53resolver', CreateFirewallRuleGroupCommand, ({ Name, CreatorRequestId }) => {
      const Id = newId(state, 'rslvr-frg');
      const group: FirewallRuleGroup = {
        Id,
        Arn: resolverArn(state, `firewall-rule-group/${Id}`),
        Name: checkName(Name),
        RuleCount: 0,
        Status: 'COMPLETE',
        OwnerId: state.account,
        ShareStatus: 'NOT_SHARED',
        ...(CreatorRequestId === undefined ? {} : { CreatorRequestId }),
        CreationTime: now().toISOString(),
        ModificationTime: now().toISOString(),
      };
      state.firewallRuleGroups.set(Id, { group, rules: [] });
      return { FirewallRuleGroup: group };
    }),
    on('route53resolver', GetFirewallRuleGroupCommand, ({ FirewallRuleGroupId }) => ({
      FirewallRuleGroup: current(findRuleGroup(state, FirewallRuleGroupId)),
    })),
    on('route53resolver', ListFirewallRuleGroupsCommand, (input) => {
      const { items, NextToken } = listPage(context, input, [...state.firewallRuleGroups.values()]);
      return {
        FirewallRuleGroups: items.map(
          ({ group: { Id, Arn, Name, OwnerId, CreatorRequestId, ShareStatus } }) => ({
            Id,
            Arn,
            Name,
            OwnerId,
            CreatorRequestId,
            ShareStatus,
          }),
        ),
        NextToken,
      };
    }),
    on('route53resolver', DeleteFirewallRuleGroupCommand, ({ FirewallRuleGroupId }) => {
      const stored = findRuleGroup(state, FirewallRuleGroupId);
      const associations = [...state.firewallRuleGroupAssociations.values()];
      if (associations.some((association) => association.FirewallRuleGroupId === FirewallRuleGroupId))
        throw conflict(`The rule group ${FirewallRuleGroupId} is associated with a VPC`);
      state.firewallRuleGroups.delete(stored.group.Id ?? '');
      return { FirewallRuleGroup: current(stored) };
    }),
  ];
}

function rules(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    on('route53resolver', CreateFirewallRuleCommand, (input) => {
      const stored = findRuleGroup(state, input.FirewallRuleGroupId);
      const rule = newRule(context, input);
      checkRule(state, rule);
      checkPlace(stored, rule);
      stored.rules = [...stored.rules, rule];
      return { FirewallRule: rule };
    }),
    on('route53resolver', ListFirewallRulesCommand, (input) => {
      const wanted = findRuleGroup(state, input.FirewallRuleGroupId)
        .rules.filter(
          ({ Priority, Action }) =>
            (input.Priority ?? Priority) === Priority && (input.Action ?? Action) === Action,
        )
        .toSorted((left, right) => (left.Priority ?? 0) - (right.Priority ?? 0));
      const { items, NextToken } = listPage(context, input, wanted);
      return { FirewallRules: items, NextToken };
    }),
    on('route53resolver', UpdateFirewallRuleCommand, (input) => {
      const stored = findRuleGroup(state, input.FirewallRuleGroupId);
      const old = findRule(stored, input);
      const rule: CurrentRule = { ...old, ...input, ModificationTime: now().toISOString() };
      checkRule(state, rule);
      const others = stored.rules.filter((other) => other !== old);
      checkPlace({ ...stored, rules: others }, rule);
      stored.rules = [...others, rule];
      return { FirewallRule: rule };
    }),
    on('route53resolver', DeleteFirewallRuleCommand, (input) => {
      const stored = findRuleGroup(state, input.FirewallRuleGroupId);
      const rule = findRule(stored, input);
      stored.rules = stored.rules.filter((other) => other !== rule);
      return { FirewallRule: rule };
    }),
  ];
}

function current({ group, rules }: StoredGroup): FirewallRuleGroup {
  return { ...group, RuleCount: rules.length };
}

/** Every member that the caller gave is kept, also those that the client's types do not know. */
function newRule({ state, now }: LabContext, input: CreateFirewallRuleCommand['input']): CurrentRule {
  const rule: CurrentRule = {
    ...input,
    CreationTime: now().toISOString(),
    ModificationTime: now().toISOString(),
  };
  if (rule.DnsThreatProtection === undefined) return rule;
  return { ...rule, FirewallThreatProtectionId: newId(state, 'rslvr-ftp') };
}

function checkRule(state: LabState, rule: CurrentRule): void {
  checkName(rule.Name);
  required('Priority', rule.Priority);
  checkEnum('Action', required('Action', rule.Action), ['ALLOW', 'BLOCK', 'ALERT']);
  checkEnum('BlockResponse', rule.BlockResponse, ['NODATA', 'NXDOMAIN', 'OVERRIDE']);
  if ((rule.FirewallDomainListId === undefined) === (rule.DnsThreatProtection === undefined))
    throw invalid('A rule needs either FirewallDomainListId or DnsThreatProtection');
  if (rule.FirewallDomainListId !== undefined) checkDomainListExists(state, rule.FirewallDomainListId);
  if (rule.DnsThreatProtection !== undefined) {
    checkEnum('DnsThreatProtection', rule.DnsThreatProtection, ['DGA', 'DNS_TUNNELING', 'DICTIONARY_DGA']);
    checkEnum('ConfidenceThreshold', required('ConfidenceThreshold', rule.ConfidenceThreshold), [
      'LOW',
      'MEDIUM',
      'HIGH',
    ]);
    if (rule.Action === 'ALLOW') throw invalid('ALLOW is not valid for a rule of DNS Firewall Advanced');
  }
  if ((rule.Action === 'BLOCK') !== (rule.BlockResponse !== undefined))
    throw invalid('BlockResponse is required for the action BLOCK, and for that only');
  if (rule.BlockResponse === 'OVERRIDE') {
    required('BlockOverrideDomain', rule.BlockOverrideDomain);
    required('BlockOverrideDnsType', rule.BlockOverrideDnsType);
    required('BlockOverrideTtl', rule.BlockOverrideTtl);
  }
}

/** Priorities, and pairs of a domain list and a query type, are unique in a group (CreateFirewallRule). */
function checkPlace({ rules }: Pick<StoredGroup, 'rules'>, rule: CurrentRule): void {
  if (rules.some(({ Priority }) => Priority === rule.Priority))
    throw invalid(`[RSLVR-02009] The priority ${rule.Priority} is already in use in the rule group`);
  const same = rules.some(
    (other) =>
      rule.FirewallDomainListId !== undefined &&
      other.FirewallDomainListId === rule.FirewallDomainListId &&
      other.Qtype === rule.Qtype,
  );
  if (same)
    throw conflict(`The domain list ${rule.FirewallDomainListId} is already used by a rule of the group`);
}

interface RuleKey {
  readonly FirewallDomainListId?: string | undefined;
  readonly FirewallThreatProtectionId?: string;
  readonly Qtype?: string;
}

function findRule({ rules }: StoredGroup, key: RuleKey): CurrentRule {
  const candidates: readonly CurrentRule[] = rules;
  const found = candidates.find((rule) =>
    key.FirewallThreatProtectionId === undefined
      ? rule.FirewallDomainListId !== undefined &&
        rule.FirewallDomainListId === key.FirewallDomainListId &&
        rule.Qtype === key.Qtype
      : rule.FirewallThreatProtectionId === key.FirewallThreatProtectionId,
  );
  if (found === undefined) throw notFound('[RSLVR-02803] The firewall rule does not exist');
  return found;
}
