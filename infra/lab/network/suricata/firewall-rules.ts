/**
 * A firewall's policy and rule groups, as the API holds them, compiled to what the lab's engines load: rules for stock
 * Suricata 7, a table for the stateless engine, and what of the policy they cannot carry exactly. Pure.
 *
 * What cannot be carried is compiled closed: where packets could take another way than in AWS, nothing passes at all.
 */
import type { FirewallPolicy, RuleGroup } from '@aws-sdk/client-network-firewall';
import type { LabState } from '../../state';
import { defaultActionRules } from './default-actions';
import { DomainListError, domainListRules } from './domain-list';
import { StatefulRuleError, statefulRule } from './five-tuple';
import { priorityOf, unranked } from './rule-priority';
import {
  formatRule,
  optionOf,
  parseRules,
  RuleSyntaxError,
  signatureIdOf,
  withSignatureId,
  type Rule,
} from './rule-text';
import { strictDoubts } from './strict-doubts';
import { strictOrderProblems, type PlacedRule } from './strict-order';
import { closedTable, StatelessError, statelessTable, type StatelessGroup } from './stateless';
import { groupVariables, policyVariables, VariableError, writeOut, type Variables } from './variables';

/** Where a rule of the engine comes from. */
export interface RuleOrigin {
  /** null for a stateful default action. */
  readonly ruleGroupArn: string | null;
  readonly signatureId: number;
  /** The severity of its records, where the engine's rule has another priority (strict order). */
  readonly severity?: number;
}

export interface CompiledFirewall {
  /** One rule a line; signature ids are the engine's own, unique over all groups. */
  readonly suricataRules: string;
  /** For `nft -f` in the firewall's namespace; packets with STATELESS_PASS_MARK afterwards are not to be queued. */
  readonly statelessNft: string;
  /** What of the policy is not carried faithfully, each as one sentence. */
  readonly unfaithful: readonly string[];
  /** By the engine's signature id. */
  readonly signatureIds: ReadonlyMap<number, RuleOrigin>;
  /** Application-layer protocols that the rules name. */
  readonly protocols: readonly string[];
  readonly streamExceptionPolicy: 'DROP' | 'CONTINUE' | 'REJECT';
  readonly tcpIdleTimeoutSeconds: number;
}

/** Default and bounds: API reference, FlowTimeouts (aws.md 2.24). */
const TCP_IDLE_TIMEOUT_SECONDS = 350;
const POLICY_FIELDS = [
  'StatelessRuleGroupReferences',
  'StatelessDefaultActions',
  'StatelessFragmentDefaultActions',
  'StatelessCustomActions',
  'StatefulRuleGroupReferences',
  'StatefulDefaultActions',
  'StatefulEngineOptions',
  'TLSInspectionConfigurationArn',
  'PolicyVariables',
  'EnableTLSSessionHolding',
];
/** Keywords of AWS's own that stock Suricata does not have (aws.md 2.28). */
const AWS_KEYWORDS = ['aws_domain_category', 'aws_url_category', 'geoip', 'ja4.hash'];

interface Problem {
  readonly sentence: string;
  readonly changesVerdict: boolean;
}

interface Compiled {
  readonly placed: readonly (PlacedRule & RuleOrigin)[];
  readonly problems: readonly Problem[];
}

/** Compile the firewall of this ARN as the state has it now. Throws for a firewall the state does not have. */
export function compileFirewall(state: LabState, firewallArn: string): CompiledFirewall {
  const firewall = state.firewalls.get(firewallArn)?.Firewall;
  if (firewall === undefined) throw new Error(`no firewall ${firewallArn}`);
  const policy = state.firewallPolicies.get(firewall.FirewallPolicyArn ?? '')?.FirewallPolicy;
  if (policy === undefined) {
    return closed([`firewall policy ${firewall.FirewallPolicyArn} is not in this account`]);
  }
  const { placed, problems } = compileStateful(state, policy, firewall.VpcId ?? '');
  const stateless = compileStateless(state, policy);
  const all = [...unknownParts(policy), ...problems, ...stateless.problems];
  const unfaithful = [...new Set(all.map(({ sentence }) => sentence))];
  if (all.some(({ changesVerdict }) => changesVerdict)) return closed(unfaithful);
  const numbered = placed.map((entry, index) => ({ ...entry, engineId: index + 1 }));
  const engine = policy.StatefulEngineOptions;
  return {
    suricataRules: numbered
      .map(({ rule, engineId }) => `${formatRule(withSignatureId(rule, engineId))}\n`)
      .join(''),
    statelessNft: stateless.table,
    unfaithful,
    signatureIds: new Map(
      numbered.map(({ engineId, ruleGroupArn, signatureId, severity }) => [
        engineId,
        { ruleGroupArn, signatureId, ...(severity === undefined ? {} : { severity }) },
      ]),
    ),
    protocols: [...new Set(placed.flatMap(({ rule }) => protocolsOf(rule)))].sort(),
    streamExceptionPolicy: engine?.StreamExceptionPolicy ?? 'DROP',
    tcpIdleTimeoutSeconds: engine?.FlowTimeouts?.TcpIdleTimeoutSeconds ?? TCP_IDLE_TIMEOUT_SECONDS,
  };
}

/** Nothing passes, not even a handshake. */
function closed(unfaithful: readonly string[]): CompiledFirewall {
  return {
    suricataRules: '',
    statelessNft: closedTable(),
    unfaithful,
    signatureIds: new Map(),
    protocols: [],
    streamExceptionPolicy: 'DROP',
    tcpIdleTimeoutSeconds: TCP_IDLE_TIMEOUT_SECONDS,
  };
}

function unknownParts(policy: FirewallPolicy): Problem[] {
  const problems: string[] = [];
  const unknown = Object.entries(policy).filter(
    ([name, value]) => value !== undefined && !POLICY_FIELDS.includes(name),
  );
  if (unknown.length > 0)
    problems.push(`the policy has ${unknown.map(([name]) => name).join(', ')}, which the lab does not know`);
  if (policy.TLSInspectionConfigurationArn !== undefined)
    problems.push('the policy inspects TLS, which the lab does not');
  const exceptions: string = policy.StatefulEngineOptions?.StreamExceptionPolicy ?? 'DROP';
  if (!['DROP', 'CONTINUE', 'REJECT'].includes(exceptions))
    problems.push(`the stream exception policy ${exceptions} is not known`);
  return problems.map((sentence) => ({ sentence, changesVerdict: true }));
}

function compileStateful(state: LabState, policy: FirewallPolicy, vpcId: string): Compiled {
  const order: string = policy.StatefulEngineOptions?.RuleOrder ?? 'DEFAULT_ACTION_ORDER';
  const strict = order === 'STRICT_ORDER';
  if (!strict && order !== 'DEFAULT_ACTION_ORDER') return refused(`rule order ${order} is not known`);
  const variables = readPolicyVariables(state, policy, vpcId);
  if ('sentence' in variables) return { placed: [], problems: [variables] };
  const references = policy.StatefulRuleGroupReferences ?? [];
  const ordered = strict
    ? [...references].sort((one, other) => (one.Priority ?? 0) - (other.Priority ?? 0))
    : references;
  const groups = ordered.map(({ ResourceArn: arn = '', Override: override, DeepThreatInspection: deep }) => {
    if (override?.Action !== undefined)
      return refused(`rule group ${arn} is overridden with ${override.Action}`);
    if (deep === true) return refused(`rule group ${arn} has deep threat inspection`);
    const stored = state.ruleGroups.get(arn);
    if (stored === undefined)
      return refused(`rule group ${arn} is not in this account, so its rules are not known`);
    return compileGroup(arn, stored.RuleGroup, variables, strict);
  });
  const placed = groups.flatMap((group) => group.placed);
  const problems = groups.flatMap((group) => group.problems);
  if (!strict) return { placed, problems };
  const defaults = defaultActionRules(policy.StatefulDefaultActions ?? []);
  const compiledDefaults = defaults.rules.map(({ rule, signatureId }) => ({
    rule,
    signatureId,
    ruleGroupArn: null,
    label: 'the default action',
  }));
  const doubts = strictDoubts({
    placed,
    allowLists: ordered.flatMap(({ ResourceArn: arn = '' }) => (isAllowList(state, arn) ? [arn] : [])),
    drops: (policy.StatefulDefaultActions ?? []).some((action) => action.startsWith('aws:drop_')),
    defaults,
  });
  return {
    placed: [
      ...placed.map((entry) => ({ ...entry, rule: unranked(entry.rule), severity: priorityOf(entry.rule) })),
      ...compiledDefaults,
    ],
    problems: [
      ...problems,
      ...strictOrderProblems(placed),
      ...doubts.map((sentence) => ({ sentence, changesVerdict: false })),
    ],
  };
}

function isAllowList(state: LabState, arn: string): boolean {
  const list = state.ruleGroups.get(arn)?.RuleGroup.RulesSource?.RulesSourceList;
  return list?.GeneratedRulesType === 'ALLOWLIST';
}

function readPolicyVariables(state: LabState, policy: FirewallPolicy, vpcId: string): Variables | Problem {
  const own = policy.PolicyVariables?.RuleVariables;
  const vpc = state.vpcs.get(vpcId);
  const vpcCidr = vpc?.CidrBlock;
  if (vpcCidr === undefined)
    return { sentence: `the firewall's VPC ${vpcId} is not in this account`, changesVerdict: true };
  const blocks = (vpc?.CidrBlockAssociationSet ?? []).length;
  if (own?.['HOME_NET'] === undefined && blocks > 1) {
    const sentence = `VPC ${vpcId} has ${blocks} address blocks and the policy no HOME_NET; which of them AWS takes for it is not documented`;
    return { sentence, changesVerdict: true };
  }
  try {
    return policyVariables({ policy: own, vpcCidr });
  } catch (error) {
    return { sentence: sentenceOf('the policy', error), changesVerdict: true };
  }
}

function compileGroup(arn: string, group: RuleGroup, policy: Variables, strict: boolean): Compiled {
  try {
    const variables = groupVariables(group.RuleVariables, policy);
    const placed = sourceRules(group, strict).map((rule, index) => {
      const signatureId = signatureIdOf(rule);
      const label = `${arn} rule ${index + 1}${signatureId === null ? '' : ` (sid ${signatureId})`}`;
      if (signatureId === null) throw new RuleSyntaxError(`rule ${index + 1} has no sid`);
      const keyword = rule.options.find((option) => AWS_KEYWORDS.includes(option.keyword))?.keyword;
      if (keyword !== undefined)
        throw new RuleSyntaxError(`${label} uses ${keyword}, which stock Suricata does not have`);
      return { rule: writeOut(rule, variables), ruleGroupArn: arn, signatureId, label };
    });
    return { placed, problems: [] };
  } catch (error) {
    return refused(sentenceOf(`rule group ${arn}`, error));
  }
}

function sourceRules(group: RuleGroup, strict: boolean): Rule[] {
  const { RulesString, RulesSourceList, StatefulRules, ...others } = group.RulesSource ?? {};
  const unknown = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (unknown !== undefined)
    throw new RuleSyntaxError(`rules source ${unknown} is not known for a stateful group`);
  if (RulesSourceList !== undefined) return domainListRules(RulesSourceList, strict ? 'strict' : 'action');
  if (StatefulRules !== undefined) return StatefulRules.map((rule) => statefulRule(rule));
  if (RulesString !== undefined) return parseRules(RulesString);
  throw new RuleSyntaxError('a rule group without a source that the lab knows');
}

function compileStateless(state: LabState, policy: FirewallPolicy): { table: string; problems: Problem[] } {
  try {
    const references = [...(policy.StatelessRuleGroupReferences ?? [])];
    const groups = references
      .sort((one, other) => (one.Priority ?? 0) - (other.Priority ?? 0))
      .map(({ ResourceArn: arn = '' }): StatelessGroup => {
        const source = state.ruleGroups.get(arn)?.RuleGroup.RulesSource?.StatelessRulesAndCustomActions;
        if (source === undefined)
          throw new StatelessError(`stateless rule group ${arn} is not in this account`);
        return { label: arn, rules: source.StatelessRules ?? [] };
      });
    const table = statelessTable({
      groups,
      defaultActions: policy.StatelessDefaultActions ?? [],
      fragmentDefaultActions: policy.StatelessFragmentDefaultActions ?? [],
    });
    return { table, problems: [] };
  } catch (error) {
    return {
      table: closedTable(),
      problems: [{ sentence: sentenceOf('the policy', error), changesVerdict: true }],
    };
  }
}

function refused(sentence: string): Compiled {
  return { placed: [], problems: [{ sentence, changesVerdict: true }] };
}

function sentenceOf(what: string, error: unknown): string {
  const expected = [DomainListError, RuleSyntaxError, StatefulRuleError, StatelessError, VariableError];
  if (!(error instanceof Error) || !expected.some((kind) => error instanceof kind)) throw error;
  return `${what} cannot be compiled: ${error.message}`;
}

function protocolsOf(rule: Rule): string[] {
  const named = optionOf(rule, 'app-layer-protocol')?.replace(/^!/, '').split(',')[0];
  return [rule.protocol, ...(named === undefined ? [] : [named])];
}
