/** What the packet sender (sender.py) can be told to send. Bytes travel in base64. */

interface To {
  /** A name or address of the plan's flows; `resolver` for the VPC's own. */
  readonly to: string;
  /** How many of the first bytes that come back are wanted. */
  readonly keep: number;
}

/** A TCP connection of the kernel's, and bytes on it. */
export interface TcpSend extends To {
  readonly op: 'tcp';
  readonly port: number;
  /** Bytes, and the pause after them in milliseconds; none to send nothing. Each is a segment of its own, or several. */
  readonly chunks: readonly (readonly [data: string, pauseMs: number])[];
  /** Wait for the server to speak first. */
  readonly greeting: boolean;
  /** The first bytes go with the handshake's last ACK. */
  readonly early: boolean;
}

/** A whole TLS handshake by OpenSSL, and bytes inside it; certificates are not looked at. */
export interface TlsSend extends To {
  readonly op: 'tls';
  readonly port: number;
  /** The server name it says; null for none. */
  readonly name: string | null;
  readonly data: string;
}

/** A datagram, up to three times, until one comes back. */
export interface UdpSend extends To {
  readonly op: 'udp';
  readonly port: number;
  readonly data: string;
}

/** Echo requests with a payload, up to three, until one is answered. */
export interface IcmpSend extends To {
  readonly op: 'icmp';
  readonly data: string;
}

/** A SYN that carries data. Needs raw sockets, as all below. */
export interface SynSend extends To {
  readonly op: 'syn';
  readonly port: number;
  readonly data: string;
}

/** One segment of our own making on a connection of the kernel's. */
export interface SegmentSend extends To {
  readonly op: 'segment';
  readonly port: number;
  readonly data: string;
  readonly flags: 'rst' | 'fin' | 'push';
  /** Payload bytes of each IP fragment, a multiple of 8; 0 for a whole packet. */
  readonly fragment: number;
}

/** A datagram in IP fragments of `fragment` bytes, a multiple of 8. */
export interface UdpFragmentsSend extends To {
  readonly op: 'udp-fragments';
  readonly port: number;
  readonly data: string;
  readonly fragment: number;
}

/** A packet of another IP protocol, up to three times. */
export interface ProtocolSend extends To {
  readonly op: 'protocol';
  readonly number: number;
  readonly data: string;
}

export type Send =
  | TcpSend
  | TlsSend
  | UdpSend
  | IcmpSend
  | SynSend
  | SegmentSend
  | UdpFragmentsSend
  | ProtocolSend;

export interface SenderOrder {
  /** From the sender's start to its report, for all sends together: they go at once. */
  readonly timeoutMs: number;
  readonly sends: readonly Send[];
}

/** The bytes of a payload as an order has them. */
export const orderBytes = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');

/**
 * The shell command that has an order carried out. Throws a RangeError when it would not be plain ASCII, or end the quotes
 * it stands in.
 */
export function senderCommand(order: SenderOrder): string {
  const text = JSON.stringify(order).replaceAll(/[\u007f-\uffff]/g, unicodeEscape);
  if (!/^[\x20-\x26\x28-\x7e]*$/.test(text)) throw new RangeError('an order may hold no single quote');
  // Nothing of the host's own may colour the interpreter: no site packages, no environment variables.
  return `exec python3 -E -s -S "$SENDER" '${text}'`;
}

const unicodeEscape = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
