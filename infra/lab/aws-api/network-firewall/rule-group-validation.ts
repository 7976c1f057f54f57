/**
 * What Network Firewall refuses in a rule group. Rules in Suricata's language are checked for their outer form only:
 * their grammar is the engine's business, and a rule that it cannot load shows when the network is raised.
 *
 * Source: Network Firewall API reference (RulesSource, RulesSourceList, StatefulRule, StatelessRule, RuleVariables)
 * and developer guide, nwfw-rule-group-capacity.
 */
import type {
  RuleGroup,
  RulesSource,
  RulesSourceList,
  StatefulRule,
  StatelessRule,
} from '@aws-sdk/client-network-firewall';
import { invalidRequest } from './stored';

const SOURCES = [
  'RulesString',
  'RulesSourceList',
  'StatefulRules',
  'StatelessRulesAndCustomActions',
] as const;
const STATELESS_ACTIONS = new Set(['aws:pass', 'aws:drop', 'aws:forward_to_sfe']);

/** Throws InvalidRequestException, or returns the capacity that the rules need. */
export function validateRuleGroup(
  ruleGroup: RuleGroup,
  { type, capacity }: { type: string; capacity: number },
): number {
  const source = ruleGroup.RulesSource ?? {};
  const given = SOURCES.filter((name) => source[name] !== undefined);
  if (given.length !== 1)
    throw invalidRequest(
      `RulesSource must have exactly one of ${SOURCES.join(', ')}, not ${given.join(', ') || 'none'}`,
    );
  if ((type === 'STATELESS') !== (given[0] === 'StatelessRulesAndCustomActions'))
    throw invalidRequest(`A rule group of type ${type} cannot have ${given[0]}`);
  if (type !== 'STATELESS' && type !== 'STATEFUL')
    throw invalidRequest(`The lab knows rule groups of type STATEFUL and STATELESS, not ${type}`);
  const { RuleOrder: order } = ruleGroup.StatefulRuleOptions ?? {};
  if (
    order !== undefined &&
    (type === 'STATELESS' || !['DEFAULT_ACTION_ORDER', 'STRICT_ORDER'].includes(order))
  )
    throw invalidRequest(`StatefulRuleOptions.RuleOrder ${order} is invalid for a ${type} rule group`);
  validateVariables(ruleGroup);
  const consumed = validateSource(source);
  if (consumed > capacity)
    throw invalidRequest(
      `The rules need a capacity of ${consumed}, which exceeds the rule group's capacity of ${capacity}`,
    );
  return consumed;
}

function validateSource({
  RulesString: text,
  RulesSourceList: list,
  StatefulRules: stateful,
  StatelessRulesAndCustomActions: stateless,
}: RulesSource): number {
  if (text !== undefined) return validateRulesString(text);
  if (list !== undefined) return validateDomainList(list);
  if (stateful !== undefined) return validateStatefulRules(stateful);
  return validateStatelessRules(
    stateless?.StatelessRules ?? [],
    new Set((stateless?.CustomActions ?? []).map((action) => action.ActionName)),
  );
}

function validateDomainList({
  Targets: targets = [],
  TargetTypes: types = [],
  GeneratedRulesType: generated,
}: RulesSourceList): number {
  if (targets.length === 0) throw invalidRequest('RulesSourceList.Targets is empty');
  if (types.length === 0 || types.some((type) => type !== 'TLS_SNI' && type !== 'HTTP_HOST'))
    throw invalidRequest(
      `RulesSourceList.TargetTypes [${types.join(', ')}] must be of TLS_SNI and HTTP_HOST`,
    );
  if (!['ALLOWLIST', 'DENYLIST', 'REJECTLIST', 'ALERTLIST'].includes(generated ?? ''))
    throw invalidRequest(`RulesSourceList.GeneratedRulesType ${generated} is invalid`);
  // A domain name, or a leading dot for the name and all below it; a wildcard is not of this syntax.
  const wrong = targets.find(
    (target) =>
      !/^\.?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(target),
  );
  if (wrong !== undefined)
    throw invalidRequest(
      `RulesSourceList.Targets: ${wrong} is not a domain specification (example.com, or .example.com with all its subdomains)`,
    );
  return targets.length * new Set(types).size;
}

function validateStatefulRules(rules: readonly StatefulRule[]): number {
  const sids = new Set<string>();
  for (const { Action: action = '', RuleOptions: options = [], Header: header } of rules) {
    if (!['PASS', 'DROP', 'ALERT', 'REJECT'].includes(action))
      throw invalidRequest(`StatefulRules: Action ${action} is invalid`);
    if (header?.Direction !== 'FORWARD' && header?.Direction !== 'ANY')
      throw invalidRequest(`StatefulRules: Direction ${header?.Direction} is invalid`);
    const sid = options.find((option) => option.Keyword === 'sid')?.Settings?.[0];
    if (sid === undefined) throw invalidRequest('StatefulRules: every rule needs the option sid');
    if (sids.has(sid)) throw invalidRequest(`StatefulRules: sid ${sid} is used twice`);
    sids.add(sid);
  }
  return rules.length;
}

function validateRulesString(text: string): number {
  if (text.length > 2_000_000) throw invalidRequest('RulesString is longer than 2,000,000 characters');
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/);
  const sids = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const rule = line.trim();
    if (rule === '' || rule.startsWith('#')) continue;
    const sid = /^[a-z]\S*\s+.*\(.*\bsid\s*:\s*(\d+)\s*;.*\)$/i.exec(rule)?.[1];
    if (sid === undefined)
      throw invalidRequest(
        `RulesString, line ${index + 1}: not a rule with options in parentheses and a sid: ${rule.slice(0, 80)}`,
      );
    if (sids.has(sid)) throw invalidRequest(`RulesString, line ${index + 1}: sid ${sid} is used twice`);
    sids.add(sid);
  }
  return sids.size;
}

/** A rule's capacity is the product of how many settings each of its criteria has, where none counts as one. */
function validateStatelessRules(
  rules: readonly StatelessRule[],
  customActions: ReadonlySet<string | undefined>,
): number {
  const priorities = new Set<number>();
  let capacity = 0;
  for (const { Priority: priority, RuleDefinition: definition } of rules) {
    if (priority === undefined || priority < 1 || priority > 65_535)
      throw invalidRequest(`StatelessRules: Priority ${priority} is not between 1 and 65535`);
    if (priorities.has(priority)) throw invalidRequest(`StatelessRules: Priority ${priority} is used twice`);
    priorities.add(priority);
    validateStatelessActions(definition?.Actions ?? [], { customActions, where: 'StatelessRules' });
    const match = definition?.MatchAttributes ?? {};
    for (const { AddressDefinition: address } of [...(match.Sources ?? []), ...(match.Destinations ?? [])])
      checkCidr(address, 'StatelessRules');
    const counts = [
      match.Sources,
      match.Destinations,
      match.SourcePorts,
      match.DestinationPorts,
      match.Protocols,
    ].map((settings) => settings?.length ?? 0);
    capacity += counts.reduce((product, count) => product * Math.max(1, count), 1);
  }
  return capacity;
}

/** Exactly one of AWS's stateless actions, and besides it only custom actions that are defined. */
export function validateStatelessActions(
  actions: readonly string[],
  { customActions, where }: { customActions: ReadonlySet<string | undefined>; where: string },
): void {
  const standard = actions.filter((action) => STATELESS_ACTIONS.has(action));
  if (standard.length !== 1)
    throw invalidRequest(
      `${where}: exactly one of ${[...STATELESS_ACTIONS].join(', ')} is needed, not [${actions.join(', ')}]`,
    );
  const unknown = actions.find((action) => !STATELESS_ACTIONS.has(action) && !customActions.has(action));
  if (unknown !== undefined) throw invalidRequest(`${where}: the custom action ${unknown} is not defined`);
}

function validateVariables({ RuleVariables: variables }: RuleGroup): void {
  const names = [...Object.keys(variables?.IPSets ?? {}), ...Object.keys(variables?.PortSets ?? {})];
  const wrong = names.find((name) => !/^[A-Za-z][A-Za-z0-9_]{0,31}$/.test(name));
  if (wrong !== undefined) throw invalidRequest(`RuleVariables: the name ${wrong} is invalid`);
  for (const [name, { Definition: definition = [] }] of Object.entries(variables?.IPSets ?? {})) {
    if (definition.length === 0) throw invalidRequest(`RuleVariables: ${name} is empty`);
    for (const address of definition) checkCidr(address, `RuleVariables: ${name}`);
  }
}

/** Addresses and CIDR blocks of both families, as IP sets take them; a leading `!` negates. */
export function checkCidr(text: string | undefined, where: string): void {
  const match = /^!?([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text ?? '');
  const [, address = '', prefix] = match ?? [];
  const bits = address.includes(':') ? 128 : 32;
  const octets = address.split('.').map(Number);
  const plausible =
    bits === 128 || (octets.length === 4 && octets.every((octet) => octet >= 0 && octet <= 255));
  if (match === null || !plausible || Number(prefix ?? bits) > bits)
    throw invalidRequest(`${where}: ${String(text)} is not an IP address or CIDR block`);
}
