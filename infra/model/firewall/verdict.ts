/** What a firewall does with a kind of flow: blocks it, lets it through, or this model cannot tell. */
import type { EnforcedPolicy } from './firewall-policy';
import type { Flow, Way } from './flow';
import { matches, matchesStateless } from './flow';
import { namesDestination } from './named-destination';
import type { Rule } from './rule';
import type { StatelessAction } from './stateless';
import type { Answer } from './uncertain-set';

export type Verdict =
  | { readonly outcome: 'blocked'; readonly by: string; readonly logged: boolean }
  | { readonly outcome: 'passed'; readonly by: string }
  /** A pass rule names the destination by its address. */
  | { readonly outcome: 'listed'; readonly by: string }
  | {
      readonly outcome: 'undecided';
      readonly because: string;
      /** No pass is in doubt: only whether something blocks. */
      readonly onlyBlocks?: boolean;
    };

/**
 * The moments of a flow at which rules meet it: its first packet, the first answer, and the client's data. A TCP
 * flow's application protocol is known with its data only; of other flows each packet is data.
 */
type Moment = 'first' | 'answer' | 'data';

/** A rule, or a default action, as it meets the flow at one moment. */
interface Encounter {
  readonly does: 'pass' | 'block';
  readonly answer: Answer;
  readonly label: string;
  readonly logs: boolean;
  readonly needsApplication: boolean;
  readonly isDefault: boolean;
  /** A pass rule that names the destination: what it lets through is listed. */
  readonly names: boolean;
}

/**
 * Follows a flow through the stateless and the stateful engine.
 *
 * Facts: aws.md 2.1 (stateless engine first), 2.5 (action order: pass, drop, reject, alert), 2.6 (what nothing matches
 * passes), 2.7 (a pass ends the inspection of the flow), 2.22 (a rule without flow state meets the first packet), 2.10
 * and the Network Firewall developer guide, suricata-rule-evaluation-order: `drop_established` drops what the client
 * sends in established TCP connections and every packet of connectionless protocols; the application layer variants
 * drop what no rule passes after the connection is established, and say nothing about UDP and ICMP. DERIVED: protocols
 * other than TCP are connectionless in this sense. What a pass of the handshake alone does is not documented alike
 * (aws.md 2.7; measured on Suricata: the whole flow passes), so it is in doubt.
 */
export function verdictOf(policy: EnforcedPolicy, flow: Flow): Verdict {
  const out = statelessVerdict(policy, flow, 'to-server');
  if (out.action === null) return { outcome: 'undecided', because: out.by };
  if (out.action === 'drop') return { outcome: 'blocked', by: out.by, logged: false };
  if (out.action === 'pass') return { outcome: 'passed', by: out.by };
  if (policy.inspectsTls && flow.transport === 'tcp') {
    return { outcome: 'undecided', because: 'what TLS inspection makes of a flow is not modelled' };
  }
  const verdict = statefulVerdict(policy, flow);
  const back = statelessVerdict(policy, flow, 'to-client');
  // Answers that the stateful engine never sees leave connections not established, for which its rules wait.
  if (verdict.outcome === 'blocked' && flow.transport === 'tcp' && back.action !== 'forward') {
    return { outcome: 'undecided', because: `answers do not meet the stateful engine: ${back.by}` };
  }
  return verdict;
}

/** The stateless engine's action for the packets of one way; null when it is in doubt. */
export function statelessVerdict(
  policy: Pick<EnforcedPolicy, 'stateless'>,
  flow: Flow,
  way: Way,
): { readonly action: StatelessAction | null; readonly by: string } {
  for (const rule of policy.stateless.rules) {
    const answer = matchesStateless(rule, flow, way);
    if (answer === 'maybe') return { action: null, by: `whether ${rule.label} matches is not known` };
    if (answer === 'yes') return { action: rule.action, by: rule.label };
  }
  return { action: policy.stateless.defaultAction, by: 'StatelessDefaultActions' };
}

function statefulVerdict(policy: EnforcedPolicy, flow: Flow): Verdict {
  const moments: readonly Moment[] =
    flow.transport === 'tcp' ? ['first', 'answer', 'data'] : ['first', 'answer'];
  let mayPass: string | null = null;
  let mayBlock: string | null = null;
  for (const moment of moments) {
    const encounters = encountersAt(policy, flow, moment);
    for (const [index, encounter] of encounters.entries()) {
      if (encounter.names) {
        if (encounter.answer === 'yes') return { outcome: 'listed', by: encounter.label };
        continue;
      }
      if (encounter.answer === 'maybe' && encounter.does === 'pass') mayPass ??= encounter.label;
      if (encounter.answer === 'maybe' && encounter.does === 'block') mayBlock ??= encounter.label;
      if (encounter.answer !== 'yes') continue;
      if (encounter.does === 'block') return mayPass === null ? blocked(encounter) : doubt(mayPass, 'pass');
      const earlier = mayBlock ?? blockBeforeData(encounter, encounters.slice(index + 1));
      return earlier === null ? { outcome: 'passed', by: encounter.label } : doubt(earlier, 'block');
    }
  }
  if (mayBlock !== null) return { ...doubt(mayBlock, 'block'), onlyBlocks: mayPass === null };
  return { outcome: 'passed', by: policy.strictOrder ? NO_DEFAULT : ACTION_ORDER };
}

const NO_DEFAULT = 'no rule drops it, and the policy has no drop default';
const ACTION_ORDER = 'no rule drops it, and what nothing matches passes under DEFAULT_ACTION_ORDER';

const blocked = ({ label, logs }: Encounter): Verdict => ({ outcome: 'blocked', by: label, logged: logs });

const doubt = (label: string, action: string): Extract<Verdict, { readonly outcome: 'undecided' }> => ({
  outcome: 'undecided',
  because: `whether this makes the firewall ${action} it cannot be told: ${label}`,
});

/** A rule for any established connection can meet the bare acknowledgement before the data that a pass waits for. */
function blockBeforeData(pass: Encounter, later: readonly Encounter[]): string | null {
  if (!pass.needsApplication) return null;
  return (
    later.find(
      (one) => one.does === 'block' && !one.isDefault && !one.needsApplication && one.answer !== 'no',
    )?.label ?? null
  );
}

function encountersAt(policy: EnforcedPolicy, flow: Flow, moment: Moment): readonly Encounter[] {
  const rules = policy.rules.flatMap((rule): readonly Encounter[] => {
    if (rule.action === 'alert') return [];
    const answer = answerAt(rule, flow, moment);
    if (answer === 'no') return [];
    return [
      {
        does: rule.action === 'pass' ? 'pass' : 'block',
        answer,
        label: answer === 'maybe' ? labelInDoubt(rule) : rule.label,
        logs: rule.logs,
        needsApplication: rule.application !== null,
        isDefault: false,
        names:
          rule.action === 'pass' &&
          namesDestination(policy, rule, flow, moment === 'answer' ? 'to-client' : 'to-server'),
      },
    ];
  });
  const ordered = policy.strictOrder
    ? rules
    : [...rules.filter(({ does }) => does === 'pass'), ...rules.filter(({ does }) => does === 'block')];
  const fallback = defaultAt(policy, flow, moment);
  return fallback === null ? ordered : [...ordered, fallback];
}

/** The rule, and the conditions of it that are not evaluated. */
function labelInDoubt({ label, openConditions }: Rule): string {
  const open = openConditions.filter((condition) => !label.includes(condition));
  return open.length === 0 ? label : `${label} (${open.join(', ')})`;
}

/** Whether a rule meets the flow at a moment. What happens only after data has left is a "maybe" at best. */
function answerAt(rule: Rule, flow: Flow, moment: Moment): Answer {
  const doubtful = (answer: Answer): Answer => (answer === 'no' ? 'no' : 'maybe');
  if (moment === 'answer') {
    const back = matches(rule, flow, 'to-client');
    // Of other transports than TCP, established means that an answer was seen.
    const late =
      flow.transport !== 'tcp' && rule.established === 'only' ? matches(rule, flow, 'to-server') : 'no';
    return doubtful(back === 'no' ? late : back);
  }
  const answer = matches(rule, flow, 'to-server');
  if (flow.transport !== 'tcp') return rule.established === 'only' ? 'no' : answer;
  const needsData = rule.application !== null || rule.names.length > 0;
  if (moment === 'data') return rule.established === 'never' ? 'no' : answer;
  if (rule.established === 'only' || needsData) return 'no';
  // A pass for the handshake alone may or may not let the rest through.
  return rule.established === 'never' && rule.action === 'pass' ? doubtful(answer) : answer;
}

const bytesOf = ({ transport }: Flow): string =>
  transport === 'tcp' ? 'bytes of no known protocol' : transport;

function defaultAt(policy: EnforcedPolicy, flow: Flow, moment: Moment): Encounter | null {
  const encounter: Encounter = {
    does: 'block',
    answer: 'yes',
    label: policy.defaultActions.filter((action) => action.startsWith('aws:drop_')).join(),
    logs: policy.dropDefaultLogs,
    needsApplication: false,
    isDefault: true,
    names: false,
  };
  const decisive: Moment = flow.transport === 'tcp' ? 'data' : 'first';
  switch (policy.dropDefault) {
    case 'none':
      return null;
    case 'strict':
      return moment === 'first' ? encounter : null;
    case 'established':
      return moment === decisive ? encounter : null;
    case 'application-layer':
      if (moment !== decisive) return null;
      // Nor is it documented how many bytes pass before it is clear that no protocol is in them (default-action.ts).
      return flow.transport === 'tcp' && flow.application !== null
        ? encounter
        : { ...encounter, answer: 'maybe', label: `${encounter.label} for ${bytesOf(flow)}` };
  }
  return policy.dropDefault satisfies never;
}
