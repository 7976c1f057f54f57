/**
 * What a client sends, apart from the addresses: all that security groups, network ACLs and the firewall's rules can tell
 * one flow from another by. Probes say it of what they send, the model predicts from it.
 */
import type { Transport } from './firewall/rule';

export interface FlowShape {
  readonly transport: Transport;
  /** IANA protocol number: 6, 17, 1, 47, … */
  readonly protocolNumber: number;
  /** Destination port; null for transports without ports. */
  readonly port: number | null;
  /** Suricata's word for the application protocol of the first bytes; null for bytes that it knows no protocol in. */
  readonly application: string | null;
  /** TLS server name or HTTP host exactly as it stands on the wire; null where the flow carries none. */
  readonly name: string | null;
  /** An HTTP request without any header. */
  readonly headerless: boolean;
  /** Sent in IP fragments. */
  readonly fragmented: boolean;
  /** Where a TCP client puts its bytes; `data` is ordinary data of an established connection, and all that others send. */
  readonly carriedBy: 'data' | 'syn' | 'handshake-ack' | 'rst' | 'fin';
  /** Who sends the first payload byte. */
  readonly firstSpeaker: 'client' | 'server';
  /** How a TLS ClientHello, or what poses as one, is cut; null where there is none. */
  readonly hello: 'whole' | 'two-segments' | 'small-segments' | 'fragments' | 'unfinished' | null;
}

/** A flow shape by what differs from the ordinary: client data of an established connection, in whole packets. */
export function flowShape(
  parts: Pick<FlowShape, 'transport' | 'port' | 'application'> & Partial<FlowShape>,
): FlowShape {
  const numbers: Readonly<Record<Transport, number>> = { tcp: 6, udp: 17, icmp: 1, other: 47 };
  return {
    protocolNumber: numbers[parts.transport],
    name: null,
    headerless: false,
    fragmented: false,
    carriedBy: 'data',
    firstSpeaker: 'client',
    hello: parts.application === 'tls' ? 'whole' : null,
    ...parts,
  };
}
