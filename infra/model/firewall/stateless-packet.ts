/** What the stateless engine may do with one packet. */
import type { DecidingRule } from '../prediction';
import type { ConcreteFlow } from './concrete-flow';
import type { EnforcedPolicy } from './firewall-policy';
import type { Packet } from './flow-packets';
import { FLAGS } from './flow-packets';
import { headerAnswer } from './packet-answer';
import type { FlagTest, StatelessAction, StatelessRule } from './stateless';
import type { Answer } from './uncertain-set';
import { every, some } from './uncertain-set';

export interface StatelessChoice {
  readonly action: StatelessAction;
  readonly by: string;
  readonly rule: DecidingRule | null;
  /** What would have to be so that is not known; null for what surely happens if no choice before it does. */
  readonly doubt: string | null;
}

/**
 * Every action that the packet may meet, in the order in which the rules are asked; the last one is sure.
 *
 * Facts: aws.md 2.1, 2.2 (developer guide, firewall-policy-processing: each packet on its own, rules by priority, then
 * the default; custom actions only count), 2.3 (API reference, `FirewallPolicy.StatelessFragmentDefaultActions`: for
 * UDP; fragments of other protocols are dropped in silence). DERIVED: that drop comes before any rule, and a rule for
 * ports may or may not match a fragment that carries none.
 */
export function statelessChoices(
  policy: Pick<EnforcedPolicy, 'stateless' | 'policyArn'>,
  packet: Packet,
  flow: ConcreteFlow,
): readonly StatelessChoice[] {
  if (packet.fragment === 'reassembled') {
    return [{ action: 'forward', by: 'the stateless engine', rule: null, doubt: null }];
  }
  const isFragment = packet.fragment !== 'whole';
  if (isFragment && flow.shape.transport !== 'udp') {
    const by = `Network Firewall drops fragments of ${flow.shape.transport.toUpperCase()} in silence`;
    return [{ action: 'drop', by, rule: null, doubt: null }];
  }
  const choices: StatelessChoice[] = [];
  for (const rule of policy.stateless.rules) {
    const answer = statelessAnswer(rule, packet, flow);
    if (answer === 'no') continue;
    const choice = { action: rule.action, by: rule.label, rule: rule.place };
    if (answer === 'yes') return [...choices, { ...choice, doubt: null }];
    choices.push({ ...choice, doubt: `whether ${rule.label} matches ${packet.what} is not known` });
  }
  const by = isFragment ? 'StatelessFragmentDefaultActions' : 'StatelessDefaultActions';
  const action = isFragment ? policy.stateless.fragmentDefaultAction : policy.stateless.defaultAction;
  return [...choices, { action, by, rule: { resource: policy.policyArn, rule: by }, doubt: null }];
}

function statelessAnswer(rule: StatelessRule, packet: Packet, flow: ConcreteFlow): Answer {
  const { protocols, flagTests } = rule;
  if (protocols !== null && !protocols.includes(flow.shape.protocolNumber)) return 'no';
  const { flags } = packet;
  const flagged =
    flagTests === null ? 'yes' : flags === null ? 'no' : some(flagTests.map((test) => tested(test, flags)));
  return every([headerAnswer(rule, packet, flow), flagged]);
}

/** Facts: API reference, `TCPFlagField`: of the flags in the mask those that are named are set, and no other. */
function tested({ set, mask }: FlagTest, flags: NonNullable<Packet['flags']>): Answer {
  return every(
    FLAGS.filter((flag) => mask.includes(flag)).map((flag): Answer => {
      const has = flags[flag] ?? 'no';
      if (has === 'maybe') return 'maybe';
      return (has === 'yes') === set.includes(flag) ? 'yes' : 'no';
    }),
  );
}
