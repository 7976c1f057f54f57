/** The ways that one flow may take through the firewall, packet by packet. */
import type { DecidingRule } from '../prediction';
import type { ConcreteFlow } from './concrete-flow';
import type { EnforcedPolicy } from './firewall-policy';
import type { End } from './firewall-verdict';
import type { Packet } from './flow-packets';
import type { Bits } from './packet-answer';
import type { StatefulChoice } from './stateful-packet';
import { eitherRecord, statefulChoices } from './stateful-packet';
import type { StatelessChoice } from './stateless-packet';
import { statelessChoices } from './stateless-packet';

interface Decider {
  readonly by: string;
  readonly rule: DecidingRule | null;
}

/** How the flow stands after some packets. */
export interface Course {
  readonly bits: Bits;
  /** The first packet with client bytes that arrived, and with server bytes that came in. */
  readonly sent: string | null;
  readonly received: string | null;
  /** What passed the flow as a whole. */
  readonly passedBy: Decider | null;
  /** What let the last packet by. */
  readonly letBy: Decider | null;
  readonly recorded: boolean | null;
  /** The stateful engine has seen the flow's first packet. */
  readonly seen: boolean;
  /** What let a packet past the stateful engine. */
  readonly past: string | null;
  /** The end of the handshake did not arrive, so that the engine may not count the connection as established yet. */
  readonly isUnsettled: boolean;
  readonly doubts: readonly string[];
}

export const START: Course = {
  bits: new Map(),
  sent: null,
  received: null,
  passedBy: null,
  letBy: null,
  recorded: false,
  seen: false,
  past: null,
  isUnsettled: false,
  doubts: [],
};

export interface Steps {
  readonly courses: readonly Course[];
  readonly ends: readonly End[];
}

interface Place {
  readonly policy: EnforcedPolicy;
  readonly flow: ConcreteFlow;
  readonly packet: Packet;
}

const on = (course: Course): Steps => ({ courses: [course], ends: [] });
const over = (end: End): Steps => ({ courses: [], ends: [end] });

function together(steps: readonly Steps[]): Steps {
  return { courses: steps.flatMap(({ courses }) => courses), ends: steps.flatMap(({ ends }) => ends) };
}

/** The course after a packet that need not arrive did not. */
function without(course: Course, { established }: Packet): Course {
  return { ...course, isUnsettled: course.isUnsettled || established === 'no' };
}

/** All that may become of a course at the flow's next packet. */
export function stepsOf(place: Place, course: Course): Steps {
  const { policy, flow } = place;
  // Measured: a FIN with data that the engine sees instead of the handshake's end does not match `established`.
  const unsettled = course.isUnsettled && course.sent === null && place.packet.established === 'yes';
  const packet: Packet = unsettled ? { ...place.packet, established: 'maybe' } : place.packet;
  return together(
    statelessChoices(policy, packet, flow).map((choice) => {
      const doubts = choice.doubt === null ? course.doubts : [...course.doubts, choice.doubt];
      return byStateless({ policy, flow, packet }, { ...course, doubts }, choice);
    }),
  );
}

function byStateless(place: Place, course: Course, choice: StatelessChoice): Steps {
  const { packet } = place;
  switch (choice.action) {
    case 'drop':
      return packet.isVital
        ? over(stopped(course, packet, { ...choice, recorded: false }))
        : on(without(course, packet));
    case 'pass':
      return on({ ...delivered(course, packet, choice), past: choice.by });
    case 'forward':
      return forwarded(place, course);
  }
  return choice.action satisfies never;
}

/**
 * A packet that reaches the stateful engine. One of a connection of which it did not see all is midstream.
 *
 * Facts: aws.md 2.24 (developer guide, stream-exception-policy), lab.md 6 (measured: a SYN-ACK without its SYN is dropped
 * without a record), aws.md 6.15 (when the engine sees one way only, reports and documents disagree), 2.26 (TLS
 * inspection).
 */
function forwarded(place: Place, course: Course): Steps {
  const { policy, packet, flow } = place;
  const isTcp = flow.shape.transport === 'tcp';
  if (policy.inspectsTls && isTcp)
    return over(undecided(course, 'what TLS inspection makes of a flow is not modelled'));
  if (course.passedBy !== null) return on(delivered(course, packet, course.passedBy));
  if (course.past === null) return judged(place, { ...course, seen: true });
  if (isTcp && !course.seen && course.sent === null) return midstream(policy, course, packet);
  if (isTcp || !course.seen) {
    if (!packet.isVital) return on(without(course, packet));
    const because = `the stateful engine sees a part of the flow only, since ${course.past} lets packets past it`;
    return over(undecided(course, because));
  }
  return judged(place, course);
}

function midstream(policy: EnforcedPolicy, course: Course, packet: Packet): Steps {
  // What need not arrive ends nothing by itself (measured).
  if (!packet.isVital) return on(without(course, packet));
  const word = policy.streamExceptionPolicy;
  const decider = {
    by: `StreamExceptionPolicy ${word}`,
    rule: { resource: policy.policyArn, rule: 'StreamExceptionPolicy' },
    recorded: false,
  };
  if (word === 'DROP') return over(stopped(course, packet, decider));
  if (word === 'REJECT') {
    // The guide promises the client a reset; stock Suricata sends it to the sender of the packet (measured).
    const doubts = [...course.doubts, 'whether StreamExceptionPolicy REJECT tells the client as well'];
    const ends = (['dropped', 'rejected'] as const).map((outcome) =>
      stopped({ ...course, doubts }, packet, decider, outcome),
    );
    return { courses: [], ends };
  }
  return over(
    undecided(course, `what becomes of ${packet.what} when the engine did not see what came before`),
  );
}

function judged(place: Place, course: Course): Steps {
  const { policy, packet, flow } = place;
  return together(
    statefulChoices(policy, packet, flow, course.bits).map((choice) => chosen(place, course, choice)),
  );
}

function chosen({ packet }: Place, before: Course, choice: StatefulChoice): Steps {
  const { bits, recorded } = choice;
  const doubts = [...before.doubts, ...choice.doubts];
  const course: Course = { ...before, bits, doubts, recorded: eitherRecord(before.recorded, recorded) };
  switch (choice.does) {
    case 'pass the flow':
      return on({ ...delivered(course, packet, choice), passedBy: choice });
    case 'pass the packet':
    case 'let on':
      return on(delivered(course, packet, choice));
    case 'reject':
      return rejected(course, packet, choice);
    case 'drop':
      return dropped(course, packet, choice);
  }
  return choice.does satisfies never;
}

/**
 * A dropped packet ends the flow where it must arrive and comes again the same. A part of a ClientHello comes again
 * together with the rest.
 *
 * Facts: policy.md (measured: stock Suricata passes an allowed hello of two segments although it drops the first), aws.md
 * 3.6 and 6.10 (reports: Network Firewall drops it), 2.10 (developer guide: a default drop can meet a single packet).
 */
function dropped(course: Course, packet: Packet, choice: StatefulChoice): Steps {
  if (choice.scope === 'flow' || (packet.isVital && !packet.isPiece))
    return over(stopped(course, packet, choice));
  const doubt = packet.isPiece
    ? `${choice.by} drops ${packet.what}, after which stock Suricata still passes an allowed name and Network Firewall is reported not to`
    : `${choice.by} drops ${packet.what}, and whether that ends the flow is not documented`;
  const doubted = { ...course, doubts: [...course.doubts, doubt] };
  return together([over(stopped(doubted, packet, choice)), on(without(doubted, packet))]);
}

/** A reset for a packet that need not arrive may come after the data that follow it at once (measured). */
function rejected(course: Course, packet: Packet, choice: StatefulChoice): Steps {
  if (packet.isVital || choice.scope === 'flow') return over(stopped(course, packet, choice, 'rejected'));
  const doubt = `${choice.by} rejects ${packet.what}, and what follows it at once may arrive before the reset`;
  const doubted = { ...course, doubts: [...course.doubts, doubt] };
  return together([over(stopped(doubted, packet, choice, 'rejected')), on(without(doubted, packet))]);
}

function delivered(course: Course, packet: Packet, { by, rule }: Decider): Course {
  const isOut = packet.way === 'to-server';
  const what = packet.payload ? packet.what : null;
  return {
    ...course,
    letBy: { by, rule },
    sent: course.sent ?? (isOut ? what : null),
    received: course.received ?? (isOut ? null : what),
  };
}

function undecided({ doubts }: Course, because: string): End {
  return { verdict: { outcome: 'undecided', because }, doubts };
}

function stopped(
  { sent, received, doubts }: Course,
  packet: Packet,
  { by, rule, recorded }: Decider & { readonly recorded: boolean | null },
  outcome: 'dropped' | 'rejected' = 'dropped',
): End {
  // Of a packet that does not come nothing is on record.
  const decided = { by, rule, logged: packet.mayBeMissing && recorded === true ? null : recorded };
  const gone = [sent === null ? '' : `${sent} leaves`, received === null ? '' : `${received} comes in`];
  const how = gone.filter((part) => part !== '').join(' and ');
  if (how === '') return { verdict: { outcome, ...decided }, doubts };
  return {
    verdict: { outcome: 'leaks', ...decided, how: `${how} before ${packet.what} is stopped` },
    doubts,
  };
}

/** How a flow ends that nothing stopped. Nobody answers data on a SYN or a RST (policy.md, measured). */
export function endOfCourse(course: Course, { shape }: ConcreteFlow): End {
  const { doubts, recorded } = course;
  const decider = course.passedBy ?? course.letBy ?? { by: 'nothing', rule: null };
  const decided = { by: decider.by, rule: decider.rule, logged: recorded };
  const { carriedBy } = shape;
  if (shape.transport === 'tcp' && (carriedBy === 'syn' || carriedBy === 'rst') && course.sent !== null) {
    const how = `${course.sent} leaves, and no answer to it comes`;
    // No record says that anything was stopped.
    return { verdict: { outcome: 'leaks', ...decided, logged: false, how }, doubts };
  }
  return { verdict: { outcome: 'passed', ...decided }, doubts };
}

/** Courses that go on alike, once each: with the labels of the one that rests on less, and what either rests on. */
export function distinct(courses: readonly Course[]): readonly Course[] {
  const byKey = new Map<string, Course>();
  for (const course of courses) {
    const { bits, sent, received, passedBy, recorded, seen, past, isUnsettled } = course;
    const passed = passedBy !== null;
    const key = JSON.stringify([[...bits], sent, received, passed, recorded, seen, past, isUnsettled]);
    const known = byKey.get(key) ?? course;
    const base = known.doubts.length <= course.doubts.length ? known : course;
    byKey.set(key, { ...base, doubts: [...new Set([...known.doubts, ...course.doubts])] });
  }
  return [...byKey.values()];
}
