/** Whether a firewall record is of a flow to a certain destination, by address, port and protocol. */
import type { FlowShape } from '../infra/model/flow-shape';
import type { FirewallRecord, SentFlow, TiedRecord } from './probe';

/** The part of a sent flow that a record can be known by (probes/probe.ts: `SentFlow`). */
export interface DirectedFlow {
  readonly shape: Pick<FlowShape, 'transport' | 'protocolNumber' | 'port'>;
  readonly address: string | null;
}

export type Direction = 'to-server' | 'to-client';

/**
 * The direction in which a record's packets went, seen from the client; null for a record of another flow. A flow record
 * is of one direction (aws.md 3.20); what an engine logs of the server's answers has the two ends swapped as well.
 */
export function wentTo({ shape, address }: DirectedFlow, record: FirewallRecord): Direction | null {
  if (address === null || !isProtocol(shape, record.protocol)) return null;
  const server = canonical(address);
  const at = (ip: string, port: number | null): boolean =>
    canonical(ip) === server && (shape.port === null || shape.port === port);
  if (at(record.destinationIp, record.destinationPort)) return 'to-server';
  return at(record.sourceIp, record.sourcePort) ? 'to-client' : null;
}

/** The directions of a flow of which there is no flow record among those that are tied to its client. */
export function directionsOffRecord(flow: SentFlow, tied: readonly TiedRecord[]): readonly Direction[] {
  const seen = tied
    .filter(({ record }) => record.eventType === 'netflow')
    .map(({ record }) => wentTo(flow, record));
  return (['to-server', 'to-client'] as const).filter((direction) => !seen.includes(direction));
}

/** Whether two flows go to the same address, port and protocol, so that records without a name are the same for both. */
export function looksAlike(a: DirectedFlow, b: DirectedFlow): boolean {
  if (a.address === null || b.address === null) return false;
  return (
    a.shape.protocolNumber === b.shape.protocolNumber &&
    a.shape.port === b.shape.port &&
    canonical(a.address) === canonical(b.address)
  );
}

/** EVE writes the protocol's name, or its number where it knows none (Suricata user guide, eve-json-format; MEMORY). */
function isProtocol({ transport, protocolNumber }: DirectedFlow['shape'], written: string): boolean {
  const text = written.toUpperCase();
  if (transport === 'tcp' || transport === 'udp') return text === transport.toUpperCase();
  if (transport === 'icmp') return text === 'ICMP' || text === 'IPV6-ICMP';
  const known = NAMES[protocolNumber];
  return text === known || (/^\d{1,3}$/.test(text) && Number(text) === protocolNumber);
}

/** IANA protocol numbers that the engine writes as names. */
const NAMES: Readonly<Record<number, string>> = { 41: 'IPV6', 47: 'GRE', 50: 'ESP', 51: 'AH', 132: 'SCTP' };

/** One spelling per IPv6 address: EVE writes every zero, clients write RFC 5952's. What is no address stays as it is. */
function canonical(address: string): string {
  if (!address.includes(':')) return address;
  const url = `http://[${address}]/`;
  return URL.canParse(url) ? new URL(url).hostname : address;
}
