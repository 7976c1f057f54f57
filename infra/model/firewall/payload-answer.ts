/** What is known of the bytes that a packet, or the stream up to it, begins with. */
import type { ConcreteFlow } from './concrete-flow';
import type { Amount, Packet } from './flow-packets';
import type { RuleCondition } from './rule-condition';
import type { Answer } from './uncertain-set';
import { every } from './uncertain-set';

type PayloadCondition = Extract<
  RuleCondition,
  { readonly kind: 'payload-at' | 'data-at' | 'byte-range' | 'stream-only' }
>;

interface Asked {
  readonly packet: Packet;
  readonly flow: ConcreteFlow;
  /** How many bytes the rule itself asks to be there. */
  readonly isThere: number;
}

/** Whether a value that lies in one range lies in another. */
export function within(value: Amount, range: Amount): Answer {
  if (value.most < range.least || value.least > range.most) return 'no';
  return range.least <= value.least && value.most <= range.most ? 'yes' : 'maybe';
}

/** The bytes that a rule's own `isdataat` asks for: without them it does not match, whatever else it says. */
export function bytesThere(conditions: readonly RuleCondition[]): number {
  return Math.max(0, ...conditions.map((one) => (one.kind === 'data-at' ? one.offset + 1 : 0)));
}

/** The answer of one condition on bytes. */
export function payloadAnswer(condition: PayloadCondition, asked: Asked): Answer {
  const { packet, isThere } = asked;
  if (condition.kind === 'stream-only') return packet.payload && packet.flags !== null ? 'yes' : 'no';
  if (condition.kind === 'data-at') {
    if (!packet.payload) return 'no';
    return packet.isStart && condition.offset < leastBytes(asked) ? 'yes' : 'maybe';
  }
  if (condition.kind === 'byte-range') return rangeAnswer(condition, asked);
  const { bytes, offset, negated } = condition;
  // Whether a packet without payload lacks the content, or is not asked, is not documented.
  if (!packet.payload) return negated ? 'maybe' : 'no';
  const known = packet.isStart ? startOf(asked) : [];
  const compared = bytes.map((byte, index): Answer => {
    const is = known[offset + index] ?? null;
    if (is === null) return 'maybe';
    return is === byte ? 'yes' : 'no';
  });
  const isPresent = offset + bytes.length <= Math.max(isThere, leastBytes(asked));
  const content = every([...compared, isPresent ? 'yes' : 'maybe']);
  if (!negated || content === 'maybe') return content;
  return content === 'yes' ? 'no' : 'yes';
}

/**
 * The first bytes that a protocol's first packet surely has; null for one that is open.
 *
 * Facts: RFC 8446, 5.1 and 4 (a handshake record of version 3, a ClientHello in it), RFC 4253, 4.2.
 */
const HELLO = [0x16, 0x03, null, null, null, 0x01];
const STARTS: Readonly<Record<string, readonly (number | null)[]>> = {
  ssh: [0x53, 0x53, 0x48, 0x2d],
};

function startOf({ flow: { shape } }: Asked): readonly (number | null)[] {
  if (shape.application !== 'tls') return STARTS[shape.application ?? ''] ?? [];
  // What poses as a hello that never ends may go on with anything.
  return shape.hello === 'unfinished' ? HELLO.slice(0, 2) : HELLO;
}

/** How many bytes there are at least at the start of the payload. A whole ClientHello has more than its random number. */
const LEAST_HELLO = 43;

function leastBytes({ packet, flow: { shape } }: Asked): number {
  if (!packet.isStart || packet.way !== 'to-server') return 1;
  if (shape.application === 'ssh') return STARTS['ssh']?.length ?? 1;
  return shape.hello === 'whole' || shape.hello === 'two-segments' ? LEAST_HELLO : 1;
}

/** A hello of two segments, of which each is at most as long as one of an MTU of 1,500 bytes. */
const MOST_HELLO = 2 * 1_460;

/** The lengths that a ClientHello says of itself: of the record (RFC 8446, 5.1) and of the message (4). */
function rangeAnswer(
  { offset, count, least, most }: Extract<PayloadCondition, { kind: 'byte-range' }>,
  asked: Asked,
): Answer {
  const { packet, flow } = asked;
  if (!packet.payload) return 'no';
  const { application, hello } = flow.shape;
  const isLength = (offset === 3 && count === 2) || (offset === 6 && count === 3);
  if (!packet.isStart || application !== 'tls' || hello === 'unfinished' || !isLength) return 'maybe';
  const isWhole = offset + count <= leastBytes(asked) ? 'yes' : 'maybe';
  return every([within({ least: LEAST_HELLO - offset - count, most: MOST_HELLO }, { least, most }), isWhole]);
}
