/**
 * The lab's network as the rest of the lab sees it. Everything the kernel is told comes from LabState, so what
 * the API says is what packets meet.
 */
import type { LabState } from '../state';
import type { Hosts } from '../vantage';
import type { LabTools } from './packages';

/** One line of a firewall engine's EVE log, with the firewall and zone it came from. */
export interface FirewallEvent {
  readonly firewallArn: string;
  readonly availabilityZone: string;
  /** The EVE record as parsed JSON; signature ids are those of the rule group, not the engine's own. */
  readonly eve: Record<string, unknown>;
}

/** What a server of the lab's internet saw arrive: ground truth that neither client nor firewall can colour. */
export interface InternetWitness {
  readonly at: string;
  readonly kind: 'tcp' | 'tls' | 'http' | 'dns' | 'udp';
  readonly local: string;
  readonly remote: string;
  readonly name: string | null;
}

export interface EngineStatus {
  readonly firewallArn: string;
  readonly availabilityZone: string;
  readonly pid: number;
  readonly running: boolean;
}

export interface LabNetwork extends Hosts {
  /** Bring the kernel and the engines to what the state says now; resolves when packets meet it. */
  apply(state: LabState): Promise<void>;
  engines(): readonly EngineStatus[];
  /** The last arrivals, oldest first; a bounded number of them. */
  witnesses(): readonly InternetWitness[];
  /** How many older arrivals are no longer held: where it is not 0, none among the witnesses is no proof of none. */
  droppedWitnesses(): number;
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
