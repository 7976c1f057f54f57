/**
 * What arrived on the internet with a probe's nonce: the sniffer's word for what is on the wire, the servers' for what
 * TLS hides there, each flow and nonce once.
 */
import type { InternetArrival, InternetArrivals } from '../network';

export interface FlowEnds {
  readonly protocol: string;
  readonly remote: string;
  readonly local: string;
}

export interface ArrivalRecord {
  add(arrival: InternetArrival): void;
  /** The end that a flow really came to, before its port was rewritten for a server. */
  redirected(flow: FlowEnds): void;
  /** Something was not seen: from now on absence proves nothing. */
  lost(count: number): void;
  all(): InternetArrivals;
  /** The end that a flow really came to, as far as that is known by now. */
  realLocal(flow: FlowEnds): string;
}

export interface ArrivalRecordOptions {
  /** Ports that a rewritten flow has for its server. */
  readonly rewrittenPorts: readonly number[];
  /** The default is far more than the techniques of one run cause, and about 10 MB. */
  readonly capacity?: number;
}

const defaultCapacity = 50_000;

export function arrivalRecord({
  rewrittenPorts,
  capacity = defaultCapacity,
}: ArrivalRecordOptions): ArrivalRecord {
  const held = new Map<string, InternetArrival>();
  // Servers and sniffer speak each in its own time: a server's word may come before its flow's real end is known.
  const early = new Map<string, readonly InternetArrival[]>();
  const rewritten = new Map<string, string>();
  let dropped = 0;

  const realEnd = ({ protocol, remote, local }: FlowEnds): string | null => {
    if (!rewrittenPorts.includes(Number(local.split(':')[1]))) return local;
    return rewritten.get(`${protocol} ${remote}`) ?? null;
  };
  const hold = (arrival: InternetArrival): void => {
    const key = [arrival.protocol, arrival.remote, arrival.local, arrival.nonce].join(' ');
    if (held.has(key)) return;
    held.set(key, arrival);
    if (held.size > capacity) dropped += removeOldest(held);
  };
  return {
    add: (arrival) => {
      const local = realEnd(arrival);
      if (local !== null) return hold({ ...arrival, local });
      const key = `${arrival.protocol} ${arrival.remote}`;
      early.set(key, [...(early.get(key) ?? []), arrival]);
      if (early.size > capacity) dropped += removeOldest(early);
    },
    redirected: ({ protocol, remote, local }) => {
      const key = `${protocol} ${remote}`;
      rewritten.delete(key);
      rewritten.set(key, local);
      if (rewritten.size > capacity) removeOldest(rewritten);
      for (const arrival of early.get(key) ?? []) hold({ ...arrival, local });
      early.delete(key);
    },
    lost: (count) => {
      dropped += count;
    },
    all: () => ({
      records: [...held.values(), ...[...early.values()].flat()].sort((one, other) =>
        one.at.localeCompare(other.at),
      ),
      dropped,
    }),
    realLocal: (flow) => realEnd(flow) ?? flow.local,
  };
}

function removeOldest(map: Map<string, unknown>): number {
  const [oldest] = map.keys();
  return oldest !== undefined && map.delete(oldest) ? 1 : 0;
}
