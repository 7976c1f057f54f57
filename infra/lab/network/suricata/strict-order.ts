/**
 * Which strict-order policies stock Suricata carries exactly. Pure.
 *
 * AWS evaluates strict order as written (aws.md 2.4, NFW developer guide, suricata-rule-evaluation-order); Suricata 7
 * sorts by action: pass, drop, reject, alert. Both agree where a written rule never precedes one of an earlier action
 * that could match the same packet (packet-overlap.ts). An alert ends nothing, so before a drop or a reject its place does not matter
 * (Suricata logs both); before a pass it does, since Suricata ends at the pass and the alert is lost.
 */
import { mayMeet } from './packet-overlap';
import { ACTIONS, type Action, type Rule } from './rule-text';

export interface PlacedRule {
  readonly rule: Rule;
  /** For the sentence: rule group and signature id. */
  readonly label: string;
}

export interface OrderProblem {
  readonly sentence: string;
  /** Whether packets could take another way than in AWS; otherwise only what is logged, or how a block looks, differs. */
  readonly changesVerdict: boolean;
}

/** What rules tell each other beyond a flow's bits; none of it is carried. */
const OTHER_STATE = ['xbits', 'hostbits', 'flowint'];

/** The first problem of each kind, or none. */
export function strictOrderProblems(rules: readonly PlacedRule[]): OrderProblem[] {
  const problems: OrderProblem[] = [];
  const bits = disorderedBits(rules);
  if (bits !== null) {
    problems.push({
      sentence: `${bits.label} keeps state between rules, which Suricata evaluates in another order than strict order`,
      changesVerdict: true,
    });
  }
  const drop = firstPair(rules, ['drop', 'reject'], 'pass');
  if (drop !== null) {
    problems.push({
      sentence: `${drop[0].label} (${drop[0].rule.action}) comes before ${drop[1].label} (pass): Suricata would pass what strict order blocks first`,
      changesVerdict: true,
    });
  }
  const alert = firstPair(rules, ['alert'], 'pass');
  if (alert !== null) {
    problems.push({
      sentence: `${alert[0].label} (alert) comes before ${alert[1].label} (pass): Suricata does not log what it passes`,
      changesVerdict: false,
    });
  }
  const reject = firstPair(rules, ['reject'], 'drop');
  if (reject !== null) {
    problems.push({
      sentence: `${reject[0].label} (reject) comes before ${reject[1].label} (drop): Suricata logs both`,
      changesVerdict: false,
    });
  }
  return problems;
}

/** The first rule with the later action that one with an earlier action precedes, and that one. */
function firstPair(
  rules: readonly PlacedRule[],
  before: readonly Action[],
  after: Action,
): readonly [PlacedRule, PlacedRule] | null {
  const earlier: PlacedRule[] = [];
  for (const placed of rules) {
    const { rule } = placed;
    const first =
      rule.action === after ? earlier.find((candidate) => mayMeet(candidate.rule, rule)) : undefined;
    if (first !== undefined) return [first, placed];
    if (before.includes(rule.action)) earlier.push(placed);
  }
  return null;
}

interface BitUse {
  readonly placed: PlacedRule;
  readonly name: string;
  readonly changes: boolean;
}

/**
 * The first rule whose bits could be read in another order than written. A rule that changes a bit and another that reads
 * it are evaluated as written where their actions are sorted as they are written; within one action Suricata sorts by
 * the use of bits as well (Suricata 7, detect-engine-sigorder.c), so two rules of one action are never taken for ordered.
 */
function disorderedBits(rules: readonly PlacedRule[]): PlacedRule | null {
  const uses: BitUse[] = [];
  for (const placed of rules) {
    for (const { keyword, value } of placed.rule.options) {
      if (OTHER_STATE.includes(keyword)) return placed;
      if (keyword !== 'flowbits') continue;
      const use = bitUse(placed, value ?? '');
      if (use === null) return placed;
      if (use !== 'none') uses.push(use);
    }
  }
  const rank = ({ placed }: BitUse): number => ACTIONS.indexOf(placed.rule.action);
  const wrong = uses.find((later, index) =>
    uses
      .slice(0, index)
      .some(
        (earlier) =>
          earlier.placed !== later.placed &&
          earlier.name === later.name &&
          (earlier.changes || later.changes) &&
          rank(earlier) >= rank(later),
      ),
  );
  return wrong?.placed ?? null;
}

/** One bit, set or read; null for anything else, several bits at once among it. */
function bitUse(placed: PlacedRule, value: string): BitUse | 'none' | null {
  const text = value.replaceAll(/\s/g, '');
  if (text === 'noalert') return 'none';
  const [, command, name] = /^(set|unset|isset|isnotset),([A-Za-z0-9_.-]+)$/.exec(text) ?? [];
  if (command === undefined || name === undefined) return null;
  return { placed, name, changes: command === 'set' || command === 'unset' };
}
