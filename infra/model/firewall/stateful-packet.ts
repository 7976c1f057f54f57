/** What the stateful engine may do with one packet that it sees. */
import type { DecidingRule } from '../prediction';
import type { ConcreteFlow } from './concrete-flow';
import { defaultAnswers } from './default-action';
import type { EnforcedPolicy } from './firewall-policy';
import type { Packet } from './flow-packets';
import type { Bits } from './packet-answer';
import { ruleAnswer } from './packet-answer';
import type { Rule } from './rule';
import type { Answer } from './uncertain-set';

/** How the engine may be done with the packet. */
export interface StatefulChoice {
  readonly does: 'pass the flow' | 'pass the packet' | 'drop' | 'reject' | 'let on';
  readonly by: string;
  readonly rule: DecidingRule | null;
  /** Whether a drop or a reject is surely the end of the flow as well. */
  readonly scope: 'flow' | 'packet';
  /** Whether an alert record says what became of the packet; null where that depends on what is not known. */
  readonly recorded: boolean | null;
  readonly bits: Bits;
  readonly doubts: readonly string[];
}

const ORDER = { pass: 0, drop: 1, reject: 2, alert: 3 } as const;
const ordered = new WeakMap<EnforcedPolicy, readonly Rule[]>();

/** The rules as the engine asks them. Facts: aws.md 2.4, 2.5 (developer guide, suricata-rule-evaluation-order). */
function inOrder(policy: EnforcedPolicy): readonly Rule[] {
  const known = ordered.get(policy);
  if (known !== undefined) return known;
  const rules = policy.strictOrder
    ? policy.rules
    : [...policy.rules].sort(
        (a, b) => ORDER[a.action] - ORDER[b.action] || a.precision.priority - b.precision.priority,
      );
  ordered.set(policy, rules);
  return rules;
}

/**
 * Every way in which the packet may fare, in the order in which rules decide; a choice holds if none before it does.
 *
 * Facts: aws.md 2.7 (developer guide, suricata-rule-evaluation-order: a pass ends the scan of the flow), which stock
 * Suricata does for rules that look into an application's transaction or at addresses alone; for others it passes the packet
 * (src/detect-engine-alert.c; policy.md), so both may be. 3.2 (troubleshooting-logging: drop, reject and alert write a
 * record, a pass with the keyword `alert` only).
 */
export function statefulChoices(
  policy: EnforcedPolicy,
  packet: Packet,
  flow: ConcreteFlow,
  before: Bits,
): readonly StatefulChoice[] {
  const choices: StatefulChoice[] = [];
  const rules = inOrder(policy);
  let bits = before;
  let recorded: boolean | null = false;
  for (const [index, rule] of rules.entries()) {
    const answer = ruleAnswer(rule, packet, flow, bits);
    if (answer === 'no') continue;
    if (rule.action === 'alert') {
      bits = changed(bits, rule, answer);
      recorded = eitherRecord(recorded, recordOf(rule, answer));
      continue;
    }
    const later = rules.slice(index + 1);
    // In action order Suricata goes on after a drop: a reject that matches too is carried out, and an alert written.
    const after = policy.strictOrder || rule.action === 'pass' ? [] : later;
    const met = { packet, flow, bits: changed(bits, rule, 'yes') };
    const others = after.map((one) => (one.precision.records ? recordOf(one, answerOf(one, met)) : false));
    const own = eitherRecord(recorded, rule.precision.records);
    const matched = { ...met, answer, recorded: others.reduce(eitherRecord, own) };
    choices.push(...(rejectBeside(rule, after, matched) ?? ofRule(rule, packet, matched)));
    if (answer === 'yes') return choices;
  }
  return [...choices, ...byDefault(policy, packet, flow, { bits, recorded })];
}

/** Whether a rule writes a record of a packet that it may match. */
function recordOf({ precision: { records } }: Rule, answer: Answer): boolean | null {
  if (!records || answer === 'no') return false;
  return answer === 'yes' ? true : null;
}

/** A record of either counts. */
export function eitherRecord(one: boolean | null, other: boolean | null): boolean | null {
  if (one === true || other === true) return true;
  return one === null || other === null ? null : false;
}

interface Met {
  readonly packet: Packet;
  readonly flow: ConcreteFlow;
  readonly bits: Bits;
}

interface Matched extends Met {
  readonly answer: Answer;
  readonly recorded: boolean | null;
}

const answerOf = (rule: Rule, { packet, flow, bits }: Met): Answer => ruleAnswer(rule, packet, flow, bits);

/**
 * What a drop comes to beside a reject that matches the same packet: the reject tells the client all the same
 * (src/detect-engine-alert.c; measured). Null where there is none.
 */
function rejectBeside(
  drop: Rule,
  after: readonly Rule[],
  matched: Matched,
): readonly StatefulChoice[] | null {
  if (drop.action !== 'drop') return null;
  const rejects = after.filter((rule) => rule.action === 'reject' && isTold(rule, matched.packet));
  const sure = rejects.find((rule) => answerOf(rule, matched) === 'yes');
  if (sure !== undefined) return ofRule(sure, matched.packet, matched);
  const possible = rejects.filter((rule) => answerOf(rule, matched) === 'maybe');
  if (possible.length === 0) return null;
  const told = possible.flatMap((rule) => ofRule(rule, matched.packet, { ...matched, answer: 'maybe' }));
  return [...told, ...ofRule(drop, matched.packet, matched)];
}

function ofRule(rule: Rule, packet: Packet, { answer, bits, recorded }: Matched): readonly StatefulChoice[] {
  const { place, scope, untested } = rule.precision;
  const doubts = answer === 'yes' ? [] : [labelInDoubt(rule.label, untested)];
  const choice = { by: rule.label, rule: place, scope, recorded, bits, doubts };
  if (rule.action === 'drop') return [{ ...choice, does: 'drop' }];
  if (rule.action === 'reject') return [{ ...choice, does: isTold(rule, packet) ? 'reject' : 'drop' }];
  // Suricata keeps no flow of other protocols, and passes packet by packet (measured).
  if (scope === 'flow' && packet.established !== null) return [{ ...choice, does: 'pass the flow' }];
  const reach = `${rule.label} passes ${packet.what}; whether that passes the whole flow, as the developer guide says, or this packet alone, as stock Suricata does`;
  return [
    { ...choice, does: 'pass the flow', doubts: [...doubts, reach] },
    { ...choice, does: 'pass the packet', doubts: [...doubts, reach] },
  ];
}

/** Whether the client is who gets the reset. */
function isTold({ precision: { tells } }: Rule, { way }: Packet): boolean {
  return tells === 'both' || tells === (way === 'to-server' ? 'sender' : 'receiver');
}

/** The rule, and the conditions of it that nothing answers. */
function labelInDoubt(label: string, untested: readonly string[]): string {
  const open = untested.filter((condition) => !label.includes(condition));
  return open.length === 0 ? label : `${label} (${[...new Set(open)].join(', ')})`;
}

/** The bits after a rule that matched, or may have. */
function changed(bits: Bits, rule: Rule, answer: Answer): Bits {
  if (rule.precision.bits.length === 0) return bits;
  const after = new Map(bits);
  for (const { name, to } of rule.precision.bits) {
    const now = after.get(name) ?? 'no';
    const next = to === 'toggle' ? opposite(now) : to === 'set' ? 'yes' : 'no';
    after.set(name, answer === 'yes' || next === now ? next : 'maybe');
  }
  return after;
}

function opposite(answer: Answer): Answer {
  if (answer === 'maybe') return 'maybe';
  return answer === 'yes' ? 'no' : 'yes';
}

function byDefault(
  policy: EnforcedPolicy,
  packet: Packet,
  flow: ConcreteFlow,
  { bits, recorded }: Pick<StatefulChoice, 'bits' | 'recorded'>,
): readonly StatefulChoice[] {
  const { drop, alert } = defaultAnswers(policy, packet, flow);
  const name = policy.defaultActions.filter((action) => action.startsWith('aws:drop_')).join();
  const onRecord = eitherRecord(recorded, alert === 'maybe' ? null : alert === 'yes');
  const dropped: StatefulChoice = {
    does: 'drop',
    by: name,
    rule: { resource: policy.policyArn, rule: name },
    scope: 'packet',
    recorded: onRecord,
    bits,
    doubts: drop === 'yes' ? [] : [`what ${name} does with ${packet.what} is not documented`],
  };
  if (drop === 'yes') return [dropped];
  const letOn: StatefulChoice = {
    ...dropped,
    does: 'let on',
    by: policy.strictOrder ? NO_DEFAULT : ACTION_ORDER,
    rule: null,
    doubts: [],
  };
  return drop === 'maybe' ? [dropped, letOn] : [letOn];
}

const NO_DEFAULT = 'no rule drops it, and no default action of the policy';
const ACTION_ORDER = 'no rule drops it, and what nothing matches passes under DEFAULT_ACTION_ORDER';
