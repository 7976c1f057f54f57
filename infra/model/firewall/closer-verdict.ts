/** What a firewall does with a kind of flow, looked at more closely where the kind alone does not tell. */
import { concreteOf } from './concrete-flow';
import { evaluateFlow } from './evaluate';
import type { EnforcedPolicy } from './firewall-policy';
import type { Flow } from './flow';
import type { Verdict } from './verdict';
import { verdictOf } from './verdict';

/**
 * The verdict on the kind, or else on one ordinary flow of it, whose packets answer conditions that a kind does not. For
 * questions about that flow, such as whether a name is reached; a claim about every flow of the kind needs more
 * (unlisted-proof.ts). A flow that is stopped late is blocked: its exchange does not come about.
 */
export function closerVerdict(policy: EnforcedPolicy, flow: Flow): Verdict {
  const verdict = verdictOf(policy, flow);
  if (verdict.outcome !== 'undecided') return verdict;
  const closer = evaluateFlow(policy, concreteOf(flow));
  switch (closer.outcome) {
    case 'passed':
      return { outcome: 'passed', by: closer.by };
    case 'dropped':
    case 'rejected':
    case 'leaks':
      return { outcome: 'blocked', by: closer.by, logged: closer.logged === true };
    case 'undecided':
      return verdict;
  }
  return closer satisfies never;
}
