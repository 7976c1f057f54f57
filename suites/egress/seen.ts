/** What one observation says by itself: whether the target was reached, what arrived, what the client could see. */
import type { Arrival, Observation, SentFlow } from '../../probes/probe';

/** What the client can tell by itself of who stopped it; null for silence. */
export function answeredItself({ result }: Observation): 'dns' | 'no-route' | 'reset' | null {
  if (result.kind === 'dns-failed' || (result.kind === 'timed-out' && result.stage === 'dns')) return 'dns';
  if (result.kind === 'no-route') return 'no-route';
  return result.kind === 'reset' || result.kind === 'refused' ? 'reset' : null;
}

/**
 * Whether it asked for connections and nobody answered its SYN: of what it had to say nothing was sent, so no rule has
 * judged that. A packet that was lost looks the same.
 */
export const neverConnected = ({ result, flows }: Observation): boolean =>
  result.kind === 'timed-out' &&
  result.stage === 'tcp' &&
  flows.every(({ shape }) => shape.transport === 'tcp' && shape.carriedBy !== 'syn');

const DNS_PORT = 53;

/**
 * The largest arrival of a probe at a server that keeps watch, or null. Looking its names up is no leak of it: the VPC's
 * resolver carries the nonce to a name server whatever is asked next, so arrivals there count only for what asks DNS.
 */
export function leakedBy({ arrivals, flows, nonce }: Observation): Arrival | null {
  const asksDns = flows.some(({ shape }) => shape.port === DNS_PORT);
  const own = (arrivals ?? []).filter(
    (arrival) => arrival.nonce === nonce && (asksDns || portOf(arrival.local) !== DNS_PORT),
  );
  return [...own].sort((a, b) => b.bytes - a.bytes)[0] ?? null;
}

/** Whether an answer that its client saw shows one direction alone: a confirmation by the kernel, the server's own first words. */
export const showsOneDirection = (flow: SentFlow): boolean =>
  isOneWay(flow) || flow.shape.firstSpeaker === 'server';

/**
 * Whether all that its client has is the other kernel's confirmation of its bytes (probes/sender/sender-result.ts): they
 * arrived, and not a byte came back.
 */
export const isConfirmedAlone = ({ result }: Observation): boolean =>
  result.kind === 'succeeded' && /\bbytes (on the SYN )?were confirmed\b/.test(result.detail);

/**
 * How many of its bytes the other side's kernel confirmed to a client that got no answer (probes/sender/sender-result.ts):
 * so many have left, whatever was stopped behind them.
 */
export function confirmedBytes({ result }: Observation): number {
  if (result.kind !== 'timed-out' && result.kind !== 'reset') return 0;
  return Number(/\b(\d{1,9}) of them confirmed\b/.exec(result.detail)?.[1] ?? 0);
}

/** Whether nobody answers such a flow even where nothing stops it. */
export function isOneWay({ shape }: SentFlow): boolean {
  return (
    shape.transport === 'other' ||
    (shape.carriedBy !== 'data' && shape.carriedBy !== 'handshake-ack') ||
    shape.hello === 'unfinished'
  );
}

/** Of `address:port`; null for an address alone, which in IPv6 has colons as well. */
function portOf(local: string): number | null {
  const port = /^(?:[^:]+|\[[^\]]+\]):(\d{1,5})$/.exec(local)?.[1];
  return port === undefined ? null : Number(port);
}
