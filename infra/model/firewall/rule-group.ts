/** The stateful rules of one rule group, in the order in which they are written. */
import type { RuleGroup } from '../../snapshot/snapshot';
import { NotKnown, returned } from '../../snapshot/snapshot';
import { ask } from '../known';
import { domainListRules } from './domain-list';
import type { Addresses, Variables } from './header-expression';
import { allAddresses, definitionAddresses, PORTS, portsOf } from './header-expression';
import type { Rule } from './rule';
import { TRANSPORTS } from './rule';
import { ruleOf } from './rule-meaning';
import type { RuleOption, RuleText } from './suricata-rule';
import { parseRules } from './suricata-rule';
import type { UncertainSet } from './uncertain-set';
import { anythingOf, exactly, unionOf } from './uncertain-set';

export interface RuleGroupContext {
  readonly strictOrder: boolean;
  /** The policy's HOME_NET and EXTERNAL_NET, which hold where the group does not set its own. */
  readonly policyVariables: ReadonlyMap<string, Addresses>;
}

/**
 * The rules of a stateful group. What is not understood stays in its place as a rule that may do anything to any
 * packet, so that nothing that it could affect is decided.
 *
 * Facts: aws.md 2.20, 2.21 (Network Firewall API reference, `RulesSource`: a domain list, 5-tuple rules or Suricata
 * text), 2.12 (developer guide, suricata-limitations-caveats: a group's own HOME_NET leaves the policy's EXTERNAL_NET).
 */
export function statefulRules(group: RuleGroup, context: RuleGroupContext): readonly Rule[] {
  const label =
    group.RuleGroupResponse?.RuleGroupName ?? group.RuleGroupResponse?.RuleGroupArn ?? 'a rule group';
  const answer = ask(() => understood(group, label, context));
  const resource = group.RuleGroupResponse?.RuleGroupArn ?? label;
  return answer.known ? answer.value.map((rule) => placed(rule, resource)) : anythingFrom(answer.because);
}

function placed(rule: Rule, resource: string): Rule {
  const { precision } = rule;
  const { place } = precision;
  return place === null ? rule : { ...rule, precision: { ...precision, place: { ...place, resource } } };
}

/** Two rules that stand for one that is not understood: it may pass, and it may drop. */
export function anythingFrom(because: string): readonly Rule[] {
  const rule: Rule = {
    action: 'pass',
    label: because,
    transports: TRANSPORTS,
    application: null,
    source: allAddresses(),
    sourcePorts: exactly([PORTS]),
    destination: allAddresses(),
    destinationPorts: exactly([PORTS]),
    bothWays: true,
    established: 'either',
    toServer: true,
    toClient: true,
    names: [],
    openConditions: [because],
    logs: false,
    precision: {
      place: null,
      conditions: [],
      untested: [because],
      bits: [],
      ipOnly: false,
      scope: 'flow',
      records: false,
      tells: null,
      priority: 0,
    },
  };
  return [rule, { ...rule, action: 'drop' }];
}

/** The variables of a group: its own sets, over those of the policy. */
export function variablesOf(group: RuleGroup, context: RuleGroupContext): Variables {
  const none: Variables = { addresses: new Map(), ports: new Map() };
  const own = group.RuleGroup?.RuleVariables;
  const addresses = Object.entries(own?.IPSets ?? {}).map(
    ([name, set]) =>
      [name, definitionAddresses(returned(set.Definition, `the definition of ${name}`), none)] as const,
  );
  const ports = Object.entries(own?.PortSets ?? {}).map(
    ([name, set]) => [name, definitionPorts(returned(set.Definition, `the definition of ${name}`))] as const,
  );
  return { addresses: new Map([...context.policyVariables, ...addresses]), ports: new Map(ports) };
}

function definitionPorts(items: readonly string[]): UncertainSet {
  if (items.some((item) => item.trim().startsWith('!'))) return anythingOf(PORTS);
  return unionOf(items.map((item) => portsOf(item, { addresses: new Map(), ports: new Map() })));
}

function understood(group: RuleGroup, label: string, context: RuleGroupContext): readonly Rule[] {
  const type = group.RuleGroupResponse?.Type;
  if (type !== 'STATEFUL' && type !== 'STATEFUL_DOMAIN') {
    throw new NotKnown(`${label} is a stateful rule group of type "${type ?? 'not returned'}"`);
  }
  const source = returned(group.RuleGroup?.RulesSource, `RulesSource of ${label}`);
  const variables = variablesOf(group, context);
  if (source.RulesSourceList !== undefined) {
    return domainListRules(source.RulesSourceList, { label, strictOrder: context.strictOrder, variables });
  }
  if (source.RulesString !== undefined) return textRules(source.RulesString, label, variables);
  if (source.StatefulRules !== undefined) {
    return source.StatefulRules.flatMap((rule, index) =>
      fiveTupleRule(rule, `rule ${index + 1} of ${label}`, variables),
    );
  }
  throw new NotKnown(`${label} has rules of a form that this tool does not know`);
}

function textRules(text: string, label: string, variables: Variables): readonly Rule[] {
  return parseRules(text).flatMap((parsed) => {
    if (!parsed.understood) {
      const { line, column, message } = parsed.problem;
      return anythingFrom(`line ${line}, column ${column} of ${label}: ${message}`);
    }
    const sid = parsed.rule.options.find(({ keyword }) => keyword === 'sid')?.value;
    const name =
      sid === undefined || sid === null ? `line ${parsed.rule.line} of ${label}` : `sid ${sid} of ${label}`;
    const rule = ruleOf(parsed.rule, name, variables);
    return rule === null
      ? anythingFrom(
          `line ${parsed.rule.line} of ${label}: the action "${parsed.rule.action}" is not understood`,
        )
      : [rule];
  });
}

type StatefulRule = NonNullable<
  NonNullable<NonNullable<RuleGroup['RuleGroup']>['RulesSource']>['StatefulRules']
>[number];

/** A 5-tuple rule as Suricata text: the same words in members (API reference, `StatefulRule`, `Header`, `RuleOption`). */
function fiveTupleRule(rule: StatefulRule, label: string, variables: Variables): readonly Rule[] {
  const header = returned(rule.Header, `Header of ${label}`);
  const direction = returned(header.Direction, `Direction of ${label}`);
  if (direction !== 'FORWARD' && direction !== 'ANY')
    return anythingFrom(`${label} has the direction "${String(direction)}"`);
  const text: RuleText = {
    action: returned(rule.Action, `Action of ${label}`).toLowerCase(),
    protocol: returned(header.Protocol, `Protocol of ${label}`).toLowerCase(),
    source: returned(header.Source, `Source of ${label}`),
    sourcePort: returned(header.SourcePort, `SourcePort of ${label}`),
    direction: direction === 'ANY' ? '<>' : '->',
    destination: returned(header.Destination, `Destination of ${label}`),
    destinationPort: returned(header.DestinationPort, `DestinationPort of ${label}`),
    options: (rule.RuleOptions ?? []).map(optionOf),
    line: 0,
  };
  const meaning = ruleOf(text, label, variables);
  return meaning === null ? anythingFrom(`${label} has the action "${text.action}"`) : [meaning];
}

/** `sid` with the setting `1`, or in one word `sid:1`, as templates often write it. */
function optionOf(option: {
  readonly Keyword?: string | undefined;
  readonly Settings?: readonly string[] | undefined;
}): RuleOption {
  const written = returned(option.Keyword, 'Keyword of a rule option');
  const settings = option.Settings ?? [];
  const colon = settings.length === 0 ? written.indexOf(':') : -1;
  if (colon >= 0)
    return { keyword: written.slice(0, colon).trim().toLowerCase(), value: written.slice(colon + 1).trim() };
  const keyword = written.toLowerCase();
  return { keyword, value: settings.length === 0 ? null : settings.join(',') };
}
