/** The claim of an allow list: what no allow rule names does not get through the firewall. */
import { NotKnown } from '../../snapshot/snapshot';
import type { Witness } from '../proof';
import { formatAddress } from '../cidr';
import { concreteOf } from './concrete-flow';
import { evaluateFlow, mayPass } from './evaluate';
import { PORTS } from './header-expression';
import type { EnforcedPolicy } from './firewall-policy';
import type { Flow } from './flow';
import type { UnlistedClass } from './unlisted-class';
import { unlistedClass } from './unlisted-class';
import type { Ends } from './unlisted-flows';
import { flowText, unlistedFlows } from './unlisted-flows';
import type { Verdict } from './verdict';
import { verdictOf } from './verdict';

export type UnlistedProof =
  | {
      readonly status: 'holds';
      readonly flows: number;
      /** The rules and defaults that block, each once. */
      readonly blockedBy: readonly string[];
      /** Whether each block writes an alert record. */
      readonly allLogged: boolean;
    }
  | {
      readonly status: 'violated';
      readonly witness: Witness;
      readonly flow: string;
      /** What lets the witness through. */
      readonly by: string;
      /** Whether a rule of the policy passes it, or merely none stops it. */
      readonly byRule: boolean;
      /** The class that the witness stands for. */
      readonly opening: UnlistedClass;
      /** The different kinds of flow that get through, without addresses. */
      readonly kinds: readonly string[];
    }
  | { readonly status: 'undecided'; readonly flow: string; readonly because: string };

/** More kinds of flow times rules than this are not tried; the answer is then undecided. */
const MOST_EVALUATIONS = 10_000_000;
/** Reasons for not knowing that a finding names. */
const MOST_REASONS = 4;

/**
 * Tries one flow of each kind that no allow rule names (see unlisted-flows.ts). A flow that surely gets through makes
 * the claim violated, whatever else is undecided; one that may get through makes it undecided.
 *
 * A flow whose destination a pass rule names by its address is listed, and not judged.
 *
 * Fragments are the stateless engine's matter and are judged apart.
 */
export function unlistedProof(policy: EnforcedPolicy, ends: Ends): UnlistedProof {
  const flows = unlistedFlows(policy, ends);
  if (flows.length === 0) throw new NotKnown('no address is known that Studio reaches the firewall from');
  if (flows.length * (policy.rules.length + 1) > MOST_EVALUATIONS) {
    throw new NotKnown(
      `${flows.length} kinds of flow and ${policy.rules.length} rules are more than are tried`,
    );
  }
  const judged = flows.map((flow) => ({ flow, verdict: verdictFor(policy, flow) }));
  const through = judged.flatMap(({ flow, verdict }) =>
    verdict.outcome === 'passed' ? [{ flow, by: verdict.by }] : [],
  );
  const [first] = through;
  if (first !== undefined) {
    const kinds = [...new Set(through.map(({ flow }) => kindText(flow)))];
    return {
      status: 'violated',
      witness: witnessOf(first.flow),
      flow: flowText(first.flow),
      by: first.by,
      byRule: policy.rules.some(({ action, label }) => action === 'pass' && label === first.by),
      opening: unlistedClass(policy, first.flow, {
        through: through.map(({ flow }) => flow),
        tried: flows,
        by: first.by,
      }),
      kinds,
    };
  }
  const open = judged.flatMap(({ flow, verdict }) =>
    verdict.outcome === 'undecided' ? [{ flow, because: verdict.because }] : [],
  );
  const [firstOpen] = open;
  if (firstOpen !== undefined) {
    const reasons = [...new Set(open.map(({ because }) => because))];
    const because = reasons.slice(0, MOST_REASONS).join('; ');
    return { status: 'undecided', flow: flowText(firstOpen.flow), because };
  }
  return held(judged.map(({ verdict }) => verdict));
}

/**
 * What a class of flows leaves open, one flow of it may answer: conditions on packets (evaluate.ts). What is stopped on
 * every course, early or late, does not get through. A pass that is in doubt stays so: another flow of the class may be
 * the one that it is for.
 */
function verdictFor(policy: EnforcedPolicy, flow: Flow): Verdict {
  const verdict = verdictOf(policy, flow);
  if (verdict.outcome !== 'undecided' || verdict.onlyBlocks !== true) return verdict;
  // Whoever runs code in Studio may choose the port.
  const concrete = { ...concreteOf(flow), clientPorts: [PORTS] };
  if (mayPass(policy, concrete)) return verdict;
  const closer = evaluateFlow(policy, concrete);
  if (closer.outcome === 'undecided')
    return { outcome: 'blocked', by: 'one of several rules in any case', logged: false };
  return { outcome: 'blocked', by: closer.by, logged: closer.logged === true };
}

function held(verdicts: readonly Verdict[]): UnlistedProof {
  const blocks = verdicts.flatMap((verdict) => (verdict.outcome === 'blocked' ? [verdict] : []));
  return {
    status: 'holds',
    flows: verdicts.length,
    blockedBy: [...new Set(blocks.map(({ by }) => by))],
    allLogged: blocks.every(({ logged }) => logged),
  };
}

function kindText(flow: Flow): string {
  return flowText(flow).replace(/ to [0-9a-f.:]+/, '');
}

/** The flow as a finding shows it. */
export function witnessOf(flow: Flow): Witness {
  return {
    protocol: flow.application === null ? flow.transport : `${flow.transport}/${flow.application}`,
    source: formatAddress(flow.family, flow.source),
    destination: formatAddress(flow.family, flow.destination),
    port: flow.port === null ? null : Number(flow.port),
  };
}
