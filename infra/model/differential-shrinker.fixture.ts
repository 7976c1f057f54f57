/** Makes a disagreement small: fewer groups, rules, names and settings, with the one flow, as long as it stays. */
import type { RuleGroup } from '@aws-sdk/client-network-firewall';
import type { Lane } from './differential-network.fixture';
import type { TriedPolicy } from './differential-policy.fixture';
import { tryOnce, type Disagreement } from './differential-run.fixture';

const SILENCE_MS = 400;

/** The smallest policy found under which the same flow still differs. */
export async function smallest(lane: Lane, found: Disagreement): Promise<Disagreement> {
  let best = found;
  for (let changed = true; changed;) {
    changed = false;
    for (const policy of smaller(best.policy)) {
      const next = await stillDiffers(lane, policy, best);
      if (next === null) continue;
      [best, changed] = [next, true];
      break;
    }
  }
  return best;
}

async function stillDiffers(
  lane: Lane,
  policy: TriedPolicy,
  { flow }: Disagreement,
): Promise<Disagreement | null> {
  const tried = await tryOnce({ lane, policy, flows: [flow], silenceMs: SILENCE_MS });
  if ('notCarried' in tried) return null;
  const [result] = tried.results;
  return result?.kind === 'disagrees' ? result.disagreement : null;
}

/** Every policy with one thing less. */
function smaller(tried: TriedPolicy): readonly TriedPolicy[] {
  const { policy, stateful, stateless } = tried;
  const { PolicyVariables: _variables, ...bare } = policy;
  const { StreamExceptionPolicy: _exceptions, ...engine } = policy.StatefulEngineOptions ?? {};
  return [
    ...without(stateful).map((groups) => ({ ...tried, stateful: groups })),
    ...without(stateless).map((groups) => ({ ...tried, stateless: groups })),
    ...(policy.PolicyVariables === undefined ? [] : [{ ...tried, policy: bare }]),
    ...(policy.StatefulEngineOptions?.StreamExceptionPolicy === undefined
      ? []
      : [{ ...tried, policy: { ...policy, StatefulEngineOptions: engine } }]),
    ...without(policy.StatefulDefaultActions ?? []).map((StatefulDefaultActions) => ({
      ...tried,
      policy: { ...policy, StatefulDefaultActions: [...StatefulDefaultActions] },
    })),
    ...eachSmaller(stateful).map((groups) => ({ ...tried, stateful: groups })),
    ...eachSmaller(stateless).map((groups) => ({ ...tried, stateless: groups })),
  ];
}

function without<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.map((_item, index) => items.filter((_other, at) => at !== index));
}

function eachSmaller(groups: readonly RuleGroup[]): readonly (readonly RuleGroup[])[] {
  return groups.flatMap((group, index) =>
    smallerGroups(group).map((small) => groups.map((other, at) => (at === index ? small : other))),
  );
}

function smallerGroups(group: RuleGroup): readonly RuleGroup[] {
  const source = group.RulesSource;
  const having = (RulesSource: RuleGroup['RulesSource']): RuleGroup => ({ ...group, RulesSource });
  const atLeastOne = <T>(items: readonly T[]): readonly (readonly T[])[] =>
    items.length > 1 ? without(items) : [];
  const { RuleVariables: variables, ...bare } = group;
  const text = JSON.stringify(source);
  const unused =
    variables !== undefined && !text.includes('$') && source?.RulesSourceList === undefined ? [bare] : [];
  // A line that ends in a backslash goes on in the next.
  const written = source?.RulesString?.split(/(?<!\\)\n/) ?? [];
  const lines = atLeastOne(written)
    .filter((left) => left.some((line) => /^[a-z]/.test(line)))
    .map((left) => having({ RulesString: left.join('\n') }));
  const tuples = atLeastOne(source?.StatefulRules ?? []).map((rules) =>
    having({ StatefulRules: [...rules] }),
  );
  const list = source?.RulesSourceList;
  const names =
    list === undefined
      ? []
      : atLeastOne(list.Targets ?? []).map((Targets) =>
          having({ RulesSourceList: { ...list, Targets: [...Targets] } }),
        );
  const stateless = atLeastOne(source?.StatelessRulesAndCustomActions?.StatelessRules ?? []).map((rules) =>
    having({ StatelessRulesAndCustomActions: { StatelessRules: [...rules] } }),
  );
  return [...lines, ...tuples, ...names, ...stateless, ...unused];
}
