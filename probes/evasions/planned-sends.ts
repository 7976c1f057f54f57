/** The sends that most techniques are made of, each with the shape that the network sees of it. */
import { flowShape, type FlowShape } from '../../infra/model/flow-shape';
import { markedText } from '../payloads/marked-payload';
import { orderBytes, type TcpSend } from '../sender/sender-order';
import type { PlannedSend } from '../sender/sender-plan';
import { clientHello, type HelloOptions } from '../payloads/tls-hello';
import type { Judge } from '../sender/sender-result';

/** Bytes of an answer that tell TLS, HTTP and alerts apart. */
const FIRST_BYTES = 16;

interface Common {
  /** A name or an address. */
  readonly to: string;
  readonly port: number;
  readonly label?: string;
  readonly judge?: Judge;
  /** What differs from the ordinary. */
  readonly shape?: Partial<FlowShape>;
}

export interface TcpBytes extends Common {
  readonly bytes: Uint8Array | string;
  readonly send?: Partial<Pick<TcpSend, 'chunks' | 'greeting' | 'early' | 'keep'>>;
}

/** Bytes on a TCP connection, without an application protocol unless the shape names one. */
export function tcpBytes({ to, port, bytes, send, shape, ...rest }: TcpBytes): PlannedSend {
  return {
    ...rest,
    send: {
      op: 'tcp',
      to,
      port,
      chunks: [[orderBytes(bytes), 0]],
      greeting: false,
      early: false,
      keep: FIRST_BYTES,
      ...send,
    },
    shape: flowShape({ transport: 'tcp', port, application: null, ...shape }),
  };
}

export interface HelloTo extends Common, HelloOptions {
  /** Where the hello is cut into segments: lengths of all but the last one, and the pause between them. */
  readonly cut?: { readonly bytes: number; readonly pauseMs: number; readonly once: boolean };
}

/** A handmade TLS ClientHello; its first server name, if any, is the flow's. */
export function helloTo({ to, port, label, judge, shape, cut, ...hello }: HelloTo): PlannedSend {
  const bytes = clientHello(hello);
  return tcpBytes({
    to,
    port,
    bytes,
    ...(label === undefined ? {} : { label }),
    ...(judge === undefined ? {} : { judge }),
    ...(cut === undefined ? {} : { send: { chunks: cutBytes(bytes, cut) } }),
    shape: { application: 'tls', name: hello.names[0] ?? null, hello: 'whole', ...shape },
  });
}

function cutBytes(
  bytes: Buffer,
  { bytes: size, pauseMs, once }: NonNullable<HelloTo['cut']>,
): TcpSend['chunks'] {
  const ends = once
    ? [size, bytes.length]
    : Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => (i + 1) * size);
  return ends.map((end, index) => [orderBytes(bytes.subarray(ends[index - 1] ?? 0, end)), pauseMs]);
}

export interface TlsExchange extends Common {
  /** The server name that the client says, exactly; null for none. */
  readonly name: string | null;
  /** What it says once TLS stands. */
  readonly bytes: Uint8Array;
  readonly keep?: number;
}

/** A whole TLS handshake of the host's own OpenSSL, and a request inside. */
export function tlsExchange({ to, port, name, bytes, keep, shape, ...rest }: TlsExchange): PlannedSend {
  return {
    ...rest,
    send: { op: 'tls', to, port, name, data: orderBytes(bytes), keep: keep ?? FIRST_BYTES },
    shape: flowShape({ transport: 'tcp', port, application: 'tls', name, ...shape }),
  };
}

export interface UdpBytes extends Common {
  readonly bytes: Uint8Array;
  readonly keep?: number;
}

/** A datagram, without an application protocol unless the shape names one. */
export function udpBytes({ to, port, bytes, keep, shape, ...rest }: UdpBytes): PlannedSend {
  return {
    ...rest,
    send: { op: 'udp', to, port, data: orderBytes(bytes), keep: keep ?? FIRST_BYTES },
    shape: flowShape({ transport: 'udp', port, application: null, ...shape }),
  };
}

/** Echo requests that carry the nonce. */
export function echoTo(to: string, nonce: string): PlannedSend {
  return {
    send: { op: 'icmp', to, data: orderBytes(markedText(nonce)), keep: 0 },
    shape: flowShape({ transport: 'icmp', port: null, application: null }),
    label: `echo to ${to}`,
  };
}
