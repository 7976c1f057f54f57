/**
 * What a rule's priority is for. In action order Suricata sorts rules of one action by it, as AWS does; in strict order AWS
 * does not look at it (aws.md 2.5: NFW developer guide, suricata-rule-evaluation-order), while stock Suricata would sort
 * all the same. In AWS's records it is the severity in either order (aws.md 3.17). Pure.
 */
import { classPriority } from './configuration';
import { optionOf, type Rule } from './rule-text';

/** Suricata's own for a rule without `priority` and without a class (Suricata user guide, "Meta keywords"). */
const DEFAULT_PRIORITY = 3;

/** The priority that Suricata would give the rule: its own, or its class's. */
export function priorityOf(rule: Rule): number {
  const own = optionOf(rule, 'priority');
  if (own !== null && /^\d{1,3}$/.test(own)) return Number(own);
  return classPriority(optionOf(rule, 'classtype') ?? '') ?? DEFAULT_PRIORITY;
}

/** The same rule with everybody's priority, so that rules of one action stay in the order in which they are written. */
export function unranked(rule: Rule): Rule {
  const others = rule.options.filter(({ keyword }) => keyword !== 'priority');
  return { ...rule, options: [...others, { keyword: 'priority', value: String(DEFAULT_PRIORITY) }] };
}
