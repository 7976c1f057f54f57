/** Route 53 Resolver DNS Firewall: whether its rules, in the order in which they decide, block anything. */
import type { ResolverFirewall } from '../../snapshot/snapshot';
import { NotKnown, returned } from '../../snapshot/snapshot';
import type { Answer } from './uncertain-set';
import { every, some } from './uncertain-set';

export type DnsAssociation = ResolverFirewall['associations'][number];
type Group = ResolverFirewall['ruleGroups'][number];
type WireRule = Group['rules'][number];

/** A rule with the domains of its list; null where they cannot be read, or where it looks for a threat instead. */
export interface DnsRule {
  readonly blocks: boolean;
  readonly label: string;
  readonly domains: readonly string[] | null;
  readonly wire: WireRule;
}

export interface DnsBlocking {
  /** `maybe` where it rests on a list that cannot be read, or on a pattern of which the meaning is not documented. */
  readonly blocks: Answer;
  /** The rule that blocks; or, where none does, the one that answers before a rule that would. */
  readonly by: string | null;
}

/**
 * Whether any query is blocked by the groups of these associations. The first rule that matches a query decides it, so a
 * BLOCK rule counts only for domains that no earlier ALLOW or ALERT rule takes.
 *
 * Facts: Route 53 developer guide, resolver-dns-firewall-rule-groups and -vpc-associations (groups by the priority of
 * their association, rules by their own, lowest number first; ALERT lets the query go), resolver-dns-firewall-domain-lists
 * (a domain may begin with an asterisk; AWS's own lists cannot be read). DERIVED: `*.example.com` takes what ends in
 * `.example.com`; an asterisk that no dot follows is in doubt.
 */
export function dnsBlocking(
  firewall: ResolverFirewall,
  associations: readonly DnsAssociation[],
): DnsBlocking {
  const rules = dnsRules(firewall, associations);
  const judged = rules.flatMap((rule, index) => {
    if (!rule.blocks) return [];
    const earlier = rules.slice(0, index).filter(({ blocks }) => !blocks);
    return [{ rule, earlier, answer: blocksSomething(rule, earlier) }];
  });
  const found =
    judged.find(({ answer }) => answer === 'yes') ?? judged.find(({ answer }) => answer === 'maybe');
  if (found !== undefined) return { blocks: found.answer, by: found.rule.label };
  const shadow = judged.flatMap(({ rule, earlier }) => earlier.filter((one) => takes(one, rule) !== 'no'))[0];
  return { blocks: 'no', by: shadow?.label ?? null };
}

/** The rules of these associations' groups in the order in which they decide. */
export function dnsRules(
  firewall: ResolverFirewall,
  associations: readonly DnsAssociation[],
): readonly DnsRule[] {
  return inOrder(associations, 'association').flatMap((one) => rulesOf(firewall, one));
}

function inOrder<T extends { readonly Priority?: number | undefined }>(
  items: readonly T[],
  what: string,
): readonly T[] {
  if (items.length < 2) return items;
  const priority = (item: T): number => returned(item.Priority, `Priority of a DNS Firewall ${what}`);
  return [...items].sort((a, b) => priority(a) - priority(b));
}

function rulesOf(firewall: ResolverFirewall, { FirewallRuleGroupId }: DnsAssociation): readonly DnsRule[] {
  const group = returned(
    firewall.ruleGroups.find((one) => one.FirewallRuleGroupId === FirewallRuleGroupId),
    `the DNS Firewall rule group ${FirewallRuleGroupId}`,
  );
  return inOrder(group.rules, `rule of ${FirewallRuleGroupId}`).map((wire) => {
    const action = returned(wire.Action, `Action of a rule of ${FirewallRuleGroupId}`);
    if (action !== 'BLOCK' && action !== 'ALLOW' && action !== 'ALERT')
      throw new NotKnown(`a rule of ${FirewallRuleGroupId} has the action "${String(action)}"`);
    return {
      blocks: action === 'BLOCK',
      label: `the ${action} rule ${wire.Name ?? ''} of ${FirewallRuleGroupId}`.replace('  ', ' '),
      domains: domainsOf(group, wire),
      wire,
    };
  });
}

function domainsOf(group: Group, { FirewallDomainListId }: WireRule): readonly string[] | null {
  const domains = FirewallDomainListId === undefined ? undefined : group.domains[FirewallDomainListId];
  return domains?.map((domain) => domain.toLowerCase().replace(/\.$/, '')) ?? null;
}

/** Whether a domain of the rule is left to it; every domain is tried apart, so no two patterns together hide it. */
function blocksSomething(rule: DnsRule, earlier: readonly DnsRule[]): Answer {
  if (rule.domains === null) return not(some(earlier.map((one) => takes(one, rule))));
  return some(
    rule.domains.map((domain) => not(some(earlier.map((one) => takes(one, { ...rule, domains: [domain] }))))),
  );
}

const not = (answer: Answer): Answer => {
  if (answer === 'maybe') return 'maybe';
  return answer === 'yes' ? 'no' : 'yes';
};

/** Whether the earlier rule decides all that the later one would; `no` where it leaves something. */
function takes(earlier: DnsRule, later: DnsRule): Answer {
  const { Qtype } = earlier.wire;
  if (Qtype !== undefined && Qtype !== later.wire.Qtype) return 'no';
  if (earlier.domains !== null) {
    const patterns = earlier.domains;
    return every(
      (later.domains ?? ['*']).map((domain) =>
        some(patterns.map((pattern) => coversDomain(pattern, domain))),
      ),
    );
  }
  const list = earlier.wire.FirewallDomainListId;
  if (list !== undefined) return list === later.wire.FirewallDomainListId ? 'yes' : 'no';
  const [threat, other] = [
    memberOf(earlier.wire, 'DnsThreatProtection'),
    memberOf(later.wire, 'DnsThreatProtection'),
  ];
  if (later.wire.FirewallDomainListId !== undefined) return 'no';
  if (threat !== undefined && other !== undefined && threat !== other) return 'no';
  // Which threshold of confidence takes in which other is not modelled.
  const [least, otherLeast] = [
    memberOf(earlier.wire, 'ConfidenceThreshold'),
    memberOf(later.wire, 'ConfidenceThreshold'),
  ];
  return threat !== undefined && threat === other && least === otherLeast ? 'yes' : 'maybe';
}

/** A member that AWS returns and the SDK's types do not all know yet. */
const memberOf = (rule: WireRule, name: string): unknown =>
  Object.entries(rule).find(([key]) => key === name)?.[1];

/** Whether a pattern takes a domain in; both in lower case and without the last dot. */
export function coversDomain(pattern: string, domain: string): Answer {
  if (pattern === '*' || pattern === domain) return 'yes';
  if (!pattern.startsWith('*') || domain === '*') return 'no';
  const ends = domain.replace(/^\*/, '').endsWith(pattern.slice(1));
  if (!ends) return 'no';
  return pattern.startsWith('*.') && !/^\*[^.]/.test(domain) ? 'yes' : 'maybe';
}
