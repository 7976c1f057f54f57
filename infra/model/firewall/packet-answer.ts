/** Whether a stateful rule matches one packet. */
import type { Interval } from '../address-set';
import type { ConcreteFlow } from './concrete-flow';
import { namesMatch } from './flow';
import type { Amount, Packet } from './flow-packets';
import { FLAGS } from './flow-packets';
import { PORTS } from './header-expression';
import { bytesThere, payloadAnswer, within } from './payload-answer';
import type { Rule } from './rule';
import type { RuleCondition } from './rule-condition';
import { matchesPattern } from './safe-pattern';
import type { Answer, UncertainSet } from './uncertain-set';
import { every, holds, holdsAll, some } from './uncertain-set';

/**
 * The ports from which a client's kernel chooses one (Linux, net.ipv4.ip_local_port_range). That a rule for a part of
 * them meets the flow by chance is a "maybe"; that a NAT gateway chooses another port is not modelled.
 */
export const CLIENT_PORTS: readonly Interval[] = [{ first: 32_768n, last: 60_999n }];

/** Bits of a flow; one that is not here is not set. */
export type Bits = ReadonlyMap<string, Answer>;

/** The rule's answer at this packet, with the bits as they are before it. */
export function ruleAnswer(rule: Rule, packet: Packet, flow: ConcreteFlow, bits: Bits): Answer {
  const { precision } = rule;
  if (!rule.transports.includes(flow.shape.transport)) return 'no';
  if (precision.ipOnly && !packet.isFirst && packet.established !== null) return 'no';
  const header = some([
    headerAnswer(rule, packet, flow),
    rule.bothWays ? headerAnswer(mirrored(rule), packet, flow) : 'no',
  ]);
  if (header === 'no') return 'no';
  const conditions = precision.conditions.map((condition) =>
    conditionAnswer(condition, { packet, flow, bits, isThere: bytesThere(precision.conditions) }),
  );
  return every([
    header,
    stateAnswer(rule, packet),
    applicationAnswer(rule.application, packet, flow),
    rule.names.length === 0 ? 'yes' : namesAnswer(rule, packet, flow),
    ...conditions,
    precision.untested.length === 0 ? 'yes' : 'maybe',
  ]);
}

export interface Header {
  readonly source: Rule['source'];
  readonly sourcePorts: UncertainSet;
  readonly destination: Rule['destination'];
  readonly destinationPorts: UncertainSet;
}

function mirrored({ source, sourcePorts, destination, destinationPorts }: Header): Header {
  return {
    source: destination,
    sourcePorts: destinationPorts,
    destination: source,
    destinationPorts: sourcePorts,
  };
}

/** Whether addresses and ports match; `maybe` for ports of a fragment that carries none. */
export function headerAnswer(header: Header, packet: Packet, flow: ConcreteFlow): Answer {
  const { family, source, destination, shape } = flow;
  const isOut = packet.way === 'to-server';
  const [client, server] = isOut ? [header.source, header.destination] : [header.destination, header.source];
  const [clientPorts, serverPorts] = isOut
    ? [header.sourcePorts, header.destinationPorts]
    : [header.destinationPorts, header.sourcePorts];
  const reaches = every([holds(server[family], destination), holds(client[family], source)]);
  if (reaches === 'no') return 'no';
  if (shape.port === null || packet.fragment === 'later')
    return every([reaches, portless(clientPorts), portless(serverPorts)]);
  return every([
    reaches,
    holdsAll(clientPorts, flow.clientPorts ?? CLIENT_PORTS),
    holds(serverPorts, BigInt(shape.port)),
  ]);
}

/** A condition on ports and a packet without any. */
function portless(ports: UncertainSet): Answer {
  return holdsAll(ports, [PORTS]) === 'yes' ? 'yes' : 'maybe';
}

/** What `flow` says. A packet of no flow has no direction for Suricata; what Network Firewall makes of it is open. */
function stateAnswer(rule: Rule, packet: Packet): Answer {
  const isOut = packet.way === 'to-server';
  const { established } = rule;
  if (packet.established === null) {
    const asks = !rule.toServer || !rule.toClient || established !== 'either';
    return asks ? 'maybe' : 'yes';
  }
  if (isOut ? !rule.toServer : !rule.toClient) return 'no';
  if (established === 'either') return 'yes';
  return established === 'only' ? packet.established : not(packet.established);
}

const not = (answer: Answer): Answer => (answer === 'maybe' ? 'maybe' : answer === 'yes' ? 'no' : 'yes');

function applicationAnswer(wanted: string | null, packet: Packet, flow: ConcreteFlow): Answer {
  if (wanted === null) return 'yes';
  return isApplication(wanted, flow) === 'no'
    ? 'no'
    : every([isApplication(wanted, flow), packet.recognized]);
}

function isApplication(wanted: string, { shape }: ConcreteFlow): Answer {
  const { application } = shape;
  if (wanted === application) return 'yes';
  // On its port stock Suricata takes nearly anything for QUIC (measured).
  if (wanted === 'quic' && application === null && shape.transport === 'udp' && shape.port === 443)
    return 'maybe';
  // `http` is either version (Suricata user guide, "Rules Format").
  if (wanted === 'http' && (application === 'http1' || application === 'http2')) return 'yes';
  return application === 'http' && (wanted === 'http1' || wanted === 'http2') ? 'maybe' : 'no';
}

/** A name is compared once, with the packet that completes it. */
function namesAnswer(rule: Rule, packet: Packet, flow: ConcreteFlow): Answer {
  if (packet.name !== 'now' || packet.way !== 'to-server') return 'no';
  return namesMatch({ ...rule, openConditions: rule.precision.untested }, { name: readName(flow) });
}

/**
 * The name as the engine reads it: a TLS server name ends at a NUL (policy.md, measured), a host has no port (Suricata
 * user guide, "http.host").
 */
function readName({ shape: { name, application } }: ConcreteFlow): string | null {
  if (name === null) return null;
  return application === 'tls' ? (name.split('\0')[0] ?? '') : name.replace(/:\d{1,5}$/, '');
}

interface Asked {
  readonly packet: Packet;
  readonly flow: ConcreteFlow;
  readonly bits: Bits;
  /** How many bytes the rule's other conditions say are there. */
  readonly isThere: number;
}

/** One condition at one packet. */
function conditionAnswer(condition: RuleCondition, asked: Asked): Answer {
  const { packet, flow, bits, isThere } = asked;
  const { shape } = flow;
  switch (condition.kind) {
    case 'ip-proto':
      return truth(condition.numbers.includes(shape.protocolNumber) !== condition.negated);
    case 'flags':
      return packet.flags === null ? 'no' : flagsAnswer(condition, packet.flags);
    case 'dsize': {
      const size = packet.payload ? { least: 1, most: 65_535 } : { least: 0, most: 0 };
      const answer = within(size, condition);
      return condition.negated ? not(answer) : answer;
    }
    case 'stream-size':
      return streamAnswer(condition, packet);
    case 'flowbit': {
      const set = bits.get(condition.name) ?? 'no';
      return condition.wanted ? set : not(set);
    }
    case 'not-application':
      return otherApplication(condition.application, packet, flow);
    case 'client-hello':
      return truth(packet.name === 'now' && packet.way === 'to-server');
    case 'request-headers':
      // The buffer has the headers of answers as well (measured).
      if (packet.way === 'to-client') return packet.payload && packet.name === 'past' ? 'maybe' : 'no';
      return truth(packet.name === 'now' && !shape.headerless);
    case 'payload-at':
    case 'data-at':
    case 'byte-range':
    case 'stream-only':
      return payloadAnswer(condition, { packet, flow, isThere });
    case 'name-pattern':
      return patternAnswer(condition, packet, flow);
  }
  return condition satisfies never;
}

const truth = (holdsTrue: boolean): Answer => (holdsTrue ? 'yes' : 'no');

type Of<K extends RuleCondition['kind']> = Extract<RuleCondition, { readonly kind: K }>;

function flagsAnswer({ set, ignored, mode }: Of<'flags'>, flags: NonNullable<Packet['flags']>): Answer {
  const has = (flag: string): Answer => flags[flag] ?? 'no';
  const wanted = FLAGS.filter((flag) => set.includes(flag)).map(has);
  if (mode === 'all') return every(wanted);
  if (mode === 'any') return some(wanted);
  const others = FLAGS.filter((flag) => !set.includes(flag) && !ignored.includes(flag));
  return every([...wanted, ...others.map((flag) => not(has(flag)))]);
}

/** A stream's size counts its SYN as a byte (src/detect-stream_size.c: from the initial sequence number). */
function streamAnswer(condition: Of<'stream-size'>, packet: Packet): Answer {
  if (packet.flags === null) return 'no';
  const syn = packet.established === 'yes' ? 1 : 0;
  const sized = ({ least, most }: Amount): Answer =>
    within({ least: least + syn, most: most + 1 }, condition);
  const [client, server] = [sized(packet.fromClient), sized(packet.fromServer)];
  if (condition.side === 'client') return client;
  if (condition.side === 'server') return server;
  return condition.side === 'both' ? every([client, server]) : some([client, server]);
}

/**
 * `app-layer-protocol:!x` matches once the protocol is known to be another, or known not to be any; how many bytes the
 * latter takes differs (policy.md: 5 bytes do not, 600 do).
 */
function otherApplication(unwanted: string, packet: Packet, flow: ConcreteFlow): Answer {
  if (!packet.payload && packet.fromClient.most + packet.fromServer.most === 0) return 'no';
  if (packet.flags?.['S'] === 'yes') return 'no';
  if (flow.shape.application === null) return 'maybe';
  return every([not(isApplication(unwanted, flow)), packet.recognized]);
}

function patternAnswer(
  { pattern, application }: Of<'name-pattern'>,
  packet: Packet,
  flow: ConcreteFlow,
): Answer {
  if (packet.name !== 'now' || packet.way !== 'to-server') return 'no';
  const name = readName(flow);
  if (name === null) return 'no';
  // A host is compared in lower case (Suricata user guide, "http.host").
  const found = matchesPattern(pattern, application === 'http' ? name.toLowerCase() : name);
  return found === null ? 'maybe' : truth(found);
}
