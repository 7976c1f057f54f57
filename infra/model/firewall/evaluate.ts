/** What a firewall makes of one concrete flow. */
import type { ConcreteFlow } from './concrete-flow';
import type { EnforcedPolicy } from './firewall-policy';
import type { End, FirewallVerdict } from './firewall-verdict';
import { verdictOfEnds } from './firewall-verdict';
import type { Course } from './flow-course';
import { distinct, endOfCourse, START, stepsOf } from './flow-course';
import type { Packet } from './flow-packets';
import { packetsOf } from './flow-packets';
import { ruleAnswer } from './packet-answer';
import type { Rule } from './rule';
import { statelessChoices } from './stateless-packet';

export type { ConcreteFlow, FirewallVerdict };

/** More courses than this are not followed. */
const MOST_COURSES = 64;

/**
 * Follows the flow's packets through the stateless and the stateful engine, along every course that what is not known
 * leaves open; where the courses end differently the verdict is undecided and says what it depends on. A flow's own
 * facts count: a rule that is not understood leaves open only what it could meet.
 *
 * Facts: those of stateless-packet.ts, stateful-packet.ts, default-action.ts, flow-packets.ts and flow-course.ts.
 */
export function evaluateFlow(policy: EnforcedPolicy, flow: ConcreteFlow): FirewallVerdict {
  return isFragmentedDatagram(flow)
    ? fragmentedVerdict(policy, flow)
    : verdictOfEnds(endsOf(policy, flow, packetsOf(flow.shape)));
}

/** Whether anything that is not known leaves open that bytes go both ways. */
export function mayPass(policy: EnforcedPolicy, flow: ConcreteFlow): boolean {
  const ends = isFragmentedDatagram(flow)
    ? [{ verdict: fragmentedVerdict(policy, flow) }]
    : endsOf(policy, flow, packetsOf(flow.shape));
  return ends.some(({ verdict: { outcome } }) => outcome === 'passed' || outcome === 'undecided');
}

const isFragmentedDatagram = ({ shape }: ConcreteFlow): boolean =>
  shape.fragmented && shape.transport === 'udp';

function endsOf(policy: EnforcedPolicy, flow: ConcreteFlow, packets: readonly Packet[]): readonly End[] {
  let courses: readonly Course[] = [START];
  const ends: End[] = [];
  for (const packet of packets) {
    const steps = courses.map((course) => stepsOf({ policy, flow, packet }, course));
    ends.push(...steps.flatMap((step) => step.ends));
    courses = distinct(steps.flatMap((step) => step.courses));
    if (courses.length > MOST_COURSES) {
      const because = 'more is not known of the policy than can be followed';
      return [{ verdict: { outcome: 'undecided', because }, doubts: [] }];
    }
  }
  return [...ends, ...courses.map((course) => endOfCourse(course, flow))];
}

/**
 * A UDP datagram in fragments: the stateless engine judges each, the stateful one the datagram that they make.
 *
 * Facts: aws.md 2.3. How much of a datagram leaves before its last fragment is judged is not documented (lab.md 6: stock
 * Suricata lets all but the last one go); a rule that judges addresses alone needs no last one.
 */
function fragmentedVerdict(policy: EnforcedPolicy, flow: ConcreteFlow): FirewallVerdict {
  const packets = packetsOf(flow.shape);
  const [first, later, ...rest] = packets;
  if (first === undefined || later === undefined)
    return { outcome: 'undecided', because: 'it has no fragments' };
  const choices = [first, later].flatMap((packet) => statelessChoices(policy, packet, flow));
  const actions = new Set(choices.map(({ action }) => action));
  if (actions.size > 1) {
    const doubts = choices.flatMap(({ doubt }) => doubt ?? []);
    const because =
      doubts.join('; ') || 'the stateless engine treats the fragments of a datagram differently';
    return { outcome: 'undecided', because };
  }
  if (!actions.has('forward')) return verdictOfEnds(endsOf(policy, flow, packets));
  const datagram: Packet = { ...first, what: 'the datagram', fragment: 'reassembled' };
  const verdict = verdictOfEnds(endsOf(policy, flow, [datagram, ...rest]));
  if (verdict.outcome !== 'dropped' && verdict.outcome !== 'rejected') {
    const stops = policy.rules.find((rule) => stopsFragments(rule, datagram, flow));
    if (stops === undefined || verdict.outcome === 'undecided') return verdict;
    const because = `${stops.label} may stop each fragment, which ${verdict.by} does not meet`;
    return { outcome: 'undecided', because };
  }
  const stopsEach = policy.rules.some(({ label, precision }) => label === verdict.by && precision.ipOnly);
  if (stopsEach) return verdict;
  return {
    outcome: 'undecided',
    because: `how much of a fragmented datagram leaves before ${verdict.by} stops it is not documented`,
  };
}

/** Whether a rule on addresses alone may stop a fragment, whatever passes the datagram (measured). */
function stopsFragments(rule: Rule, datagram: Packet, flow: ConcreteFlow): boolean {
  const { action, precision } = rule;
  const blocks = action === 'drop' || action === 'reject';
  return blocks && precision.ipOnly && ruleAnswer(rule, datagram, flow, new Map()) !== 'no';
}
