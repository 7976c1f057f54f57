/** The packets of one flow that rules can tell apart, in the order in which the firewall meets them. */
import type { FlowShape } from '../flow-shape';
import type { Way } from './flow';
import type { Answer } from './uncertain-set';

/** Bytes of a stream up to and with a packet; both ends inside. */
export interface Amount {
  readonly least: number;
  readonly most: number;
}

export interface Packet {
  /** For a reader. */
  readonly what: string;
  readonly way: Way;
  /** Letters as in Suricata; null for other transports than TCP. P is open where a sender may or may not set it. */
  readonly flags: Readonly<Record<string, Answer>> | null;
  readonly payload: boolean;
  /** Whether Suricata counts the connection as established when it judges this packet; null where it keeps no flow. */
  readonly established: Answer | null;
  /** The first packet of its way. */
  readonly isFirst: boolean;
  /** Whether the application protocol is recognized by now. */
  readonly recognized: Answer;
  /** What names the server: not there yet, complete with this packet, or passed by. */
  readonly name: 'none yet' | 'now' | 'past';
  /** The packet is the first of its way with payload, so that its first bytes are those of the protocol. */
  readonly isStart: boolean;
  readonly fromClient: Amount;
  readonly fromServer: Amount;
  /** `first` has the ports, `later` has none; `reassembled` is what the stateful engine makes of both. */
  readonly fragment: 'whole' | 'first' | 'later' | 'reassembled';
  /** The flow goes nowhere without it. */
  readonly isVital: boolean;
  /** Whether it comes at all is the other side's affair. */
  readonly mayBeMissing: boolean;
  /** A part of a ClientHello that is whole only later: the client sends it again when it is lost. */
  readonly isPiece: boolean;
}

/** FIN, SYN, RST, PSH, ACK, URG, ECE, CWR. */
export const FLAGS: readonly string[] = ['F', 'S', 'R', 'P', 'A', 'U', 'E', 'C'];

const MOST = Number.MAX_SAFE_INTEGER;
const NOTHING: Amount = { least: 0, most: 0 };
const SOME: Amount = { least: 1, most: MOST };
/** One TCP segment of an MTU of 1,500 bytes, as it is through an internet gateway (MEMORY: EC2 user guide, "Network MTU"). */
const SEGMENT = 1_460;
const ONE_SEGMENT: Amount = { least: 1, most: SEGMENT };
const TWO_SEGMENTS: Amount = { least: 2, most: 2 * SEGMENT };

/**
 * A flow's packets. What follows the first exchange of a TCP connection stands as one more packet of each way; datagrams are
 * followed for one exchange, since each may be the first of a flow of its own.
 *
 * Facts: Suricata user guide, "Flow Keywords" (`established` for TCP after the handshake, for others when both sides
 * were seen), policy.md (measured, stock Suricata 7.0.10: the bare acknowledgement that ends the handshake does not yet
 * match `flow:established`, one that carries data does; TLS is judged by name with the packet that completes the
 * ClientHello; data on a SYN meets the rules of the handshake). aws.md 2.10: for other protocols than TCP the connection
 * is established when both sides were seen. MEMORY: Suricata keeps no flow for protocols other than TCP, UDP and ICMP.
 */
export function packetsOf(shape: FlowShape): readonly Packet[] {
  return shape.transport === 'tcp' ? tcpPackets(shape) : datagrams(shape);
}

function packet(parts: Pick<Packet, 'what' | 'way'> & Partial<Packet>): Packet {
  return {
    flags: null,
    payload: false,
    established: 'no',
    isFirst: false,
    recognized: 'no',
    name: 'none yet',
    isStart: false,
    fromClient: NOTHING,
    fromServer: NOTHING,
    fragment: 'whole',
    isVital: true,
    mayBeMissing: false,
    isPiece: false,
    ...parts,
  };
}

const flagSet = (set: string, open: string = ''): Packet['flags'] =>
  Object.fromEntries(
    FLAGS.map((flag) => [
      flag,
      set.includes(flag) ? ('yes' as const) : open.includes(flag) ? ('maybe' as const) : ('no' as const),
    ]),
  );

/** A sender sets PSH on the last segment of what it has to send (RFC 1122, 4.2.2.2), on an earlier one perhaps. */
const DATA_FLAGS = flagSet('AP');
const PIECE_FLAGS = flagSet('A', 'P');

function tcpPackets(shape: FlowShape): readonly Packet[] {
  const { carriedBy } = shape;
  const onSyn = carriedBy === 'syn';
  const syn = packet({
    what: onSyn ? 'the SYN with data' : 'the SYN',
    way: 'to-server',
    flags: flagSet('S'),
    isFirst: true,
    payload: onSyn,
    isStart: onSyn,
    fromClient: onSyn ? ONE_SEGMENT : NOTHING,
  });
  const synAck = packet({ what: 'the SYN-ACK', way: 'to-client', flags: flagSet('SA'), isFirst: true });
  const ack = packet({
    what: 'the acknowledgement that ends the handshake',
    way: 'to-server',
    flags: flagSet('A'),
    // The client's data acknowledge as well; a server that speaks first waits for it (measured).
    isVital: shape.firstSpeaker === 'server',
  });
  if (onSyn) return [syn, synAck, ack];
  const handshake = carriedBy === 'handshake-ack' ? [syn, synAck] : [syn, synAck, ack];
  const greets = serverData(shape, { isStart: true });
  const greeting = shape.firstSpeaker === 'server' ? [greets, acknowledgementOf(greets)] : [];
  const hello = clientData(shape);
  if (carriedBy === 'rst') return [...handshake, ...greeting, ...hello];
  const isStart = greeting.length === 0;
  const answer = serverData(shape, { isStart });
  if (carriedBy === 'fin') return [...handshake, ...greeting, ...hello, answer, acknowledgementOf(answer)];
  return [
    ...handshake,
    ...greeting,
    ...hello,
    answer,
    acknowledgementOf(answer),
    laterData(shape),
    serverData(shape, { isStart: false }),
  ];
}

function clientData(shape: FlowShape): readonly Packet[] {
  const { carriedBy, hello, fragmented } = shape;
  const flags =
    carriedBy === 'rst' ? flagSet('R', 'AP') : carriedBy === 'fin' ? flagSet('FA', 'P') : DATA_FLAGS;
  const served = shape.firstSpeaker === 'server' ? SOME : NOTHING;
  const data = packet({
    what: "the client's data",
    way: 'to-server',
    flags,
    payload: true,
    established: 'yes',
    recognized: recognizable(shape),
    name: 'now',
    isStart: true,
    fromClient: ONE_SEGMENT,
    fromServer: served,
  });
  const piece: Packet = {
    ...data,
    what: 'a part of the ClientHello',
    flags: carriedBy === 'data' ? PIECE_FLAGS : flags,
    name: 'none yet',
    isPiece: true,
  };
  const few: Packet = { ...piece, recognized: 'maybe' };
  if (fragmented || hello === 'fragments') {
    return [
      { ...data, what: 'the first fragment', fragment: 'first' },
      { ...data, what: 'a later fragment', fragment: 'later', isStart: false },
    ];
  }
  switch (hello) {
    case 'two-segments':
      return [
        piece,
        acknowledgementOf(piece),
        { ...data, what: 'the rest of the ClientHello', isStart: false, fromClient: TWO_SEGMENTS },
      ];
    case 'small-segments':
      // How few bytes make TLS is Suricata's own affair.
      return [
        few,
        acknowledgementOf(few),
        { ...data, what: 'the end of the ClientHello', isStart: false, fromClient: SOME },
      ];
    case 'unfinished':
      return [{ ...piece, isPiece: false }];
    case 'whole':
    case null:
      return [data];
  }
  return hello satisfies never;
}

/** What the other side sends back at once: it carries nothing, and another acknowledgement would do as well. */
function acknowledgementOf({ way, recognized, fromClient, fromServer }: Packet): Packet {
  const back = way === 'to-client' ? 'to-server' : 'to-client';
  return packet({
    what: back === 'to-server' ? "the client's acknowledgement" : "the server's acknowledgement",
    way: back,
    flags: flagSet('A'),
    established: 'yes',
    recognized,
    name: 'past',
    fromClient,
    fromServer,
    isVital: false,
  });
}

function laterData(shape: FlowShape): Packet {
  const unfinished = shape.hello === 'unfinished';
  return packet({
    what: 'more of the client',
    way: 'to-server',
    flags: DATA_FLAGS,
    payload: true,
    established: 'yes',
    recognized: recognizable(shape),
    name: unfinished ? 'none yet' : 'past',
    fromClient: SOME,
    fromServer: SOME,
  });
}

function serverData(shape: FlowShape, { isStart }: { readonly isStart: boolean }): Packet {
  const speaksFirst = isStart && shape.firstSpeaker === 'server';
  // SSH is recognized by either side's banner; of other protocols that is not known.
  const alone = shape.application === 'ssh' ? 'yes' : 'maybe';
  return packet({
    what: speaksFirst ? "the server's greeting" : "the server's answer",
    way: 'to-client',
    flags: DATA_FLAGS,
    payload: true,
    established: 'yes',
    recognized: speaksFirst && shape.application !== null ? alone : recognizable(shape),
    name: shape.hello === 'unfinished' || speaksFirst ? 'none yet' : 'past',
    mayBeMissing: shape.hello === 'unfinished',
    isStart,
    fromClient: speaksFirst ? NOTHING : SOME,
    fromServer: SOME,
  });
}

function datagrams(shape: FlowShape): readonly Packet[] {
  const keepsFlow = shape.transport !== 'other';
  const question = packet({
    what: "the client's packet",
    way: 'to-server',
    payload: true,
    established: keepsFlow ? 'no' : null,
    isFirst: true,
    recognized: recognizable(shape),
    name: 'now',
    isStart: true,
    fromClient: SOME,
  });
  const pieces: readonly Packet[] = shape.fragmented
    ? [
        { ...question, what: 'the first fragment', fragment: 'first' },
        { ...question, what: 'a later fragment', fragment: 'later', isFirst: false, isStart: false },
      ]
    : [question];
  const answer = packet({
    what: 'the answer',
    way: 'to-client',
    payload: true,
    established: keepsFlow ? 'yes' : null,
    isFirst: true,
    recognized: recognizable(shape),
    name: 'past',
    isStart: true,
    fromClient: SOME,
    fromServer: SOME,
  });
  return [...pieces, answer];
}

/** Protocols whose first bytes Suricata knows on any port; others by port, or only where they are switched on. */
const KNOWN_ANYWHERE: ReadonlySet<string> = new Set(['tls', 'http', 'http1', 'http2', 'ssh']);
const KNOWN_BY_PORT: Readonly<Record<string, number>> = { dns: 53, quic: 443 };

/** Whether Suricata recognizes the protocol of the client's first bytes; `yes` as well where there is none to recognize. */
function recognizable({ application, port }: FlowShape): Answer {
  if (application === null || KNOWN_ANYWHERE.has(application)) return 'yes';
  return KNOWN_BY_PORT[application] === port ? 'yes' : 'maybe';
}
