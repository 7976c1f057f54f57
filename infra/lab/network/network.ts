/**
 * The lab's network as the rest of the lab sees it. Everything the kernel is told comes from LabState, so what
 * the API says is what packets meet.
 */
import type { LabState } from '../state';
import type { Firewalls, Hosts } from '../vantage';
import type { LabTools } from './packages';

/** One line of a firewall engine's EVE log, with the firewall and zone it came from. */
export interface FirewallEvent {
  readonly firewallArn: string;
  readonly availabilityZone: string;
  /** The EVE record as parsed JSON; signature ids are those of the rule group, not the engine's own. */
  readonly eve: Record<string, unknown>;
}

/**
 * What a server of the lab's internet saw arrive: ground truth that neither client nor firewall can colour. `tcp` is a
 * connection, whether or not anything is ever sent on it; `payload` its client's first bytes.
 */
export interface InternetWitness {
  readonly at: string;
  readonly kind: 'tcp' | 'payload' | 'tls' | 'http' | 'dns' | 'udp';
  readonly local: string;
  readonly remote: string;
  readonly name: string | null;
  /** Payload bytes of `payload` (the first read of a connection), `udp` and `dns`; absent for the other kinds. */
  readonly bytes?: number;
}

/** Bytes with a probe's nonce that came to the internet, seen on the wire or, where TLS hides them, by a server. */
export interface InternetArrival {
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
  /** 16 hexadecimal digits, in lower case. */
  readonly nonce: string;
  /** `tcp`, `udp`, `icmp`, or an IP protocol number. */
  readonly protocol: string;
  /** `address:port`; an address alone for protocols without ports, and for fragments whose first never came. */
  readonly remote: string;
  readonly local: string;
  /** Payload bytes: of the packet, or of the TCP connection up to the nonce. */
  readonly bytes: number;
}

/** Each nonce once for each flow, oldest first. */
export interface InternetArrivals {
  readonly records: readonly InternetArrival[];
  /** How many packets, flows or records were lost: where it is not 0, no record is no proof of no arrival. */
  readonly dropped: number;
}

export interface EngineStatus {
  readonly firewallArn: string;
  readonly availabilityZone: string;
  readonly pid: number;
  readonly running: boolean;
}

export interface LabNetwork extends Hosts, Firewalls {
  /** Bring the kernel and the engines to what the state says now; resolves when packets meet it. */
  apply(state: LabState): Promise<void>;
  engines(): readonly EngineStatus[];
  /** The last arrivals, oldest first; a bounded number of them. */
  witnesses(): readonly InternetWitness[];
  /** How many older arrivals are no longer held: where it is not 0, none among the witnesses is no proof of none. */
  droppedWitnesses(): number;
  /**
   * What arrived with a nonce; resolves when everything that had come in before the call is on record. Rejects when
   * the servers or the sniffer have ended.
   */
  arrivals(): Promise<InternetArrivals>;
  /**
   * Parts of the state that this network does not carry faithfully (a strict-order policy stock Suricata cannot
   * express, a transit gateway, …), each as one sentence. While any is present, live results are not evidence.
   */
  unfaithful(): readonly string[];
  /**
   * Rules of the VPC's resolver that the lab's does not apply (lists of AWS's own, threat detection), one sentence
   * each. They can only block names; nothing that the firewall decides depends on them.
   */
  notEmulated(): readonly string[];
  close(): Promise<void>;
}

export interface RaiseNetworkOptions {
  readonly state: LabState;
  /** What `ensureTools` has found or fetched. */
  readonly tools: LabTools;
  readonly onFirewallEvent: (event: FirewallEvent) => void;
}

/** Whether this machine can carry the network, and how; `missing` says what to do when it cannot. */
export type NetworkSupport =
  | { readonly status: 'supported'; readonly how: 'user-namespace' | 'root' }
  | { readonly status: 'unsupported'; readonly missing: readonly string[] };
