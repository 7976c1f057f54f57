/**
 * Where stock Suricata is known to do otherwise than AWS's documents say, and the model follows the documents. Each class
 * is data with its source; pairs of a class are counted, not compared. Nothing else is skipped.
 */
import type { FirewallVerdict } from './firewall/evaluate';
import type { Seen } from './differential-comparison.fixture';
import type { TriedFlow } from './differential-flow.fixture';
import type { TriedPolicy } from './differential-policy.fixture';

export interface Pair {
  readonly policy: TriedPolicy;
  readonly flow: TriedFlow;
  readonly verdict: FirewallVerdict;
  readonly seen: Seen;
}

interface KnownDifference {
  /** One sentence with the fact that it rests on. */
  readonly because: string;
  readonly covers: (pair: Pair) => boolean;
}

const KNOWN: readonly KnownDifference[] = [
  {
    because:
      'in strict order the first rule decides (aws.md 2.4: developer guide); an engine of the lab also applies a reject that comes after the drop',
    covers: ({ policy, verdict, seen }) =>
      isStrict(policy) && verdict.outcome === 'dropped' && seen.outcome === 'blocked' && seen.reset,
  },
  {
    because:
      'in strict order the first rule decides, and default actions are about packets that no rule matches (aws.md 2.4, 2.8); an engine of the lab also writes of later rules and of an alert default what a rule with noalert stopped',
    covers: ({ policy, verdict, seen }) =>
      isStrict(policy) &&
      (verdict.outcome === 'dropped' || verdict.outcome === 'rejected') &&
      verdict.logged === false &&
      policy.stateful.some(({ RulesSource: source }) => source?.RulesString?.includes('noalert;') === true) &&
      seen.outcome === 'blocked' &&
      seen.blockLogged,
  },
];

const isStrict = ({ policy }: TriedPolicy): boolean =>
  policy.StatefulEngineOptions?.RuleOrder === 'STRICT_ORDER';

/** The class of a pair that differs, or null for a disagreement. */
export function knownDifference(pair: Pair): string | null {
  return KNOWN.find(({ covers }) => covers(pair))?.because ?? null;
}
