/**
 * One flow of the differential test: the shape that the model judges, and the bytes that the client sends for it. The
 * bytes are made from the shape, so that the two cannot drift apart.
 */
import type { ConcreteFlow } from './firewall/evaluate';
import type { FlowShape } from './flow-shape';
import { parseAddress } from './cidr';
import type { WireFlow } from './differential-client.fixture';
import { quicInitial } from './differential-quic.fixture';

export interface TriedFlow {
  readonly shape: FlowShape;
  readonly source: string;
  readonly destination: string;
}

/** A hello that does not fit one segment, as those with a post-quantum key do. */
const LARGE_HELLO_BYTES = 2300;
const FIRST_SEGMENT_BYTES = 1400;
const SMALL_SEGMENT_BYTES = 40;
/** More than one Ethernet frame holds. */
const FRAGMENTED_BYTES = 2000;
/** Of connections whose packets the client builds itself: its kernel's own resets are dropped there. */
const RAW_KEY = 60_000;
/** At most this many flows at once. */
const BATCH_FLOWS = 64;

/** What the model is asked. */
export function concreteFlow({ shape, source, destination }: TriedFlow): ConcreteFlow {
  return {
    shape,
    family: 'ipv4',
    source: parseAddress(source).value,
    destination: parseAddress(destination).value,
  };
}

/**
 * What goes on the wire. The place in the batch makes the source port, which records are told apart by; batches of a lane
 * are numbered, so that no connection has the ends of one just before it.
 */
export function wireFlow(
  { shape, source, destination }: TriedFlow,
  { index, batch }: { readonly index: number; readonly batch: number },
): WireFlow {
  if (index >= BATCH_FLOWS) throw new Error(`more than ${BATCH_FLOWS} flows at once`);
  const kind = kindOf(shape);
  const [first, batches] = kind.startsWith('raw') ? [RAW_KEY, 80] : [20_000, 600];
  return {
    kind,
    source,
    key: first + (batch % batches) * BATCH_FLOWS + index,
    destination,
    port: shape.port ?? 0,
    protocol: shape.protocolNumber,
    rounds: roundsOf(shape),
    pauseMs: shape.hello === 'small-segments' ? 1 : 15,
    waitsForGreeting: shape.firstSpeaker === 'server',
    carriedBy: shape.carriedBy === 'handshake-ack' || shape.carriedBy === 'fin' ? shape.carriedBy : 'data',
  };
}

/** Whether the client's bytes are all there is: nobody answers them, whatever the firewall does. */
export function isOneWay({ shape }: TriedFlow): boolean {
  return shape.carriedBy === 'syn' || shape.carriedBy === 'rst' || shape.hello === 'unfinished';
}

function kindOf({ transport, carriedBy }: FlowShape): WireFlow['kind'] {
  if (carriedBy === 'syn') return 'raw-syn';
  return carriedBy === 'rst' ? 'raw-rst' : transport;
}

function roundsOf(shape: FlowShape): readonly (readonly string[])[] {
  const once = questionOf(shape);
  // A second question finds what stops a conversation after its first answer.
  return shape.carriedBy === 'data' && repeats(shape) ? [once, once] : [once];
}

/** Datagrams are asked once: what is established between them only an answer says. */
function repeats({ application, transport, headerless, name }: FlowShape): boolean {
  if (transport !== 'tcp') return false;
  return application === null || (application === 'http' && !headerless && name !== null);
}

function questionOf(shape: FlowShape): readonly string[] {
  const { application, name, headerless, transport, fragmented } = shape;
  if (application === 'tls') return helloPieces(shape).map((piece) => piece.toString('hex'));
  if (application === 'http') return [hex(httpRequest({ name, headerless }))];
  if (application === 'ssh') return [hex('SSH-2.0-OpenSSH_9.2p1 near\r\n')];
  if (application === 'dns') return [dnsQuestion(transport === 'tcp').toString('hex')];
  if (application === 'quic')
    return [quicInitial(clientHello({ name, bytes: 0 }).subarray(5)).toString('hex')];
  if (application !== null) throw new Error(`no bytes are known for ${application}`);
  if (transport === 'other') return [OTHER_BYTES[shape.protocolNumber] ?? hex('zq nobody’s protocol')];
  if (transport === 'icmp' || transport === 'udp')
    // Not what begins a QUIC packet of either form (RFC 9000, 17).
    return [hex(' zq nobody’s protocol '.padEnd(fragmented ? FRAGMENTED_BYTES : 40, '.'))];
  return [hex('zq nobody speaks this\n')];
}

/** GRE of an experimental payload; ESP; an SCTP INIT. */
const OTHER_BYTES: Readonly<Record<number, string>> = {
  47: '000088b5'.padEnd(88, '7a'),
  50: '0000007b00000001'.padEnd(88, '7a'),
  132: '138813880000000000000000010000140000000100020000000a000a00000001',
};

const hex = (text: string): string => Buffer.from(text).toString('hex');

function httpRequest({ name, headerless }: Pick<FlowShape, 'name' | 'headerless'>): string {
  if (headerless) return 'GET / HTTP/1.0\r\n\r\n';
  const host = name === null ? '' : `Host: ${name}\r\n`;
  return `GET / HTTP/${name === null ? '1.0' : '1.1'}\r\n${host}User-Agent: near\r\n\r\n`;
}

function dnsQuestion(overTcp: boolean): Buffer {
  const question = Buffer.from('123401000001000000000000066b6167676c6503636f6d0000010001', 'hex');
  return overTcp ? Buffer.concat([uint16(question.length), question]) : question;
}

function helloPieces({ name, hello }: FlowShape): readonly Buffer[] {
  if (hello === 'two-segments') {
    const large = clientHello({ name, bytes: LARGE_HELLO_BYTES });
    return [large.subarray(0, FIRST_SEGMENT_BYTES), large.subarray(FIRST_SEGMENT_BYTES)];
  }
  const whole = clientHello({ name, bytes: 0 });
  if (hello === 'unfinished') return [clientHello({ name, bytes: 4000 }).subarray(0, 300)];
  if (hello !== 'small-segments') return [whole];
  const count = Math.ceil(whole.length / SMALL_SEGMENT_BYTES);
  return Array.from({ length: count }, (_, index) =>
    whole.subarray(index * SMALL_SEGMENT_BYTES, (index + 1) * SMALL_SEGMENT_BYTES),
  );
}

/** A TLS 1.2 ClientHello in one record (RFC 5246, 7.4.1.2; RFC 6066, 3; padding: RFC 7685). */
function clientHello({ name, bytes }: { readonly name: string | null; readonly bytes: number }): Buffer {
  const extensions = [
    ...(name === null
      ? []
      : [extension(0, listOf(Buffer.concat([Buffer.from([0]), listOf(Buffer.from(name))])))]),
    extension(10, Buffer.from('0004001d0017', 'hex')),
    extension(11, Buffer.from('0100', 'hex')),
    extension(13, Buffer.from('00060403080404 01'.replaceAll(' ', ''), 'hex')),
  ];
  const build = (all: readonly Buffer[]): Buffer => {
    const ciphers = Buffer.from('c02bc02fc02cc030', 'hex');
    const body = [Buffer.from([3, 3]), Buffer.alloc(32, 0x5a), Buffer.from([0]), listOf(ciphers)];
    const hello = Buffer.concat([...body, Buffer.from([1, 0]), listOf(Buffer.concat(all))]);
    const handshake = Buffer.concat([Buffer.from([1, 0]), uint16(hello.length), hello]);
    return Buffer.concat([Buffer.from([22, 3, 1]), listOf(handshake)]);
  };
  const short = build(extensions);
  const missing = bytes - short.length - 4;
  return missing < 0 ? short : build([...extensions, extension(21, Buffer.alloc(missing))]);
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
/** With its length in two bytes before it. */
const listOf = (content: Buffer): Buffer => Buffer.concat([uint16(content.length), content]);
const extension = (type: number, content: Buffer): Buffer => Buffer.concat([uint16(type), listOf(content)]);
