/** A stateful rule as the evaluation sees it: what it does, and which packets it surely, possibly or never matches. */
import type { DecidingRule } from '../prediction';
import type { Addresses } from './header-expression';
import type { BitChange, RuleCondition } from './rule-condition';
import type { UncertainSet } from './uncertain-set';

export type Action = 'pass' | 'drop' | 'reject' | 'alert';

/** A piece that the TLS server name or the HTTP host must contain. */
export interface NameContent {
  readonly application: 'tls' | 'http';
  readonly text: string;
  readonly negated: boolean;
  readonly nocase: boolean;
  readonly startsWith: boolean;
  readonly endsWith: boolean;
  /** The name is compared with a dot put before it. */
  readonly dotPrefix: boolean;
}

/** What one concrete packet can be asked beyond what a class of flows can (evaluate.ts). */
export interface RulePrecision {
  /** Where a reader finds the rule; null for a stand-in for what is not understood. */
  readonly place: DecidingRule | null;
  /** Conditions that a packet answers, instead of those of the same keywords among the open ones. */
  readonly conditions: readonly RuleCondition[];
  /** Conditions that nothing answers. */
  readonly untested: readonly string[];
  readonly bits: readonly BitChange[];
  /** Addresses and protocol alone decide: it is asked once for each direction of a flow (aws.md 2.22). */
  readonly ipOnly: boolean;
  /** Whether what it does holds for the whole flow or, in Suricata, for the packet that matches. */
  readonly scope: 'flow' | 'packet';
  /** Whether it writes an alert record when it matches: a pass does so with `alert` only (aws.md 3.2). */
  readonly records: boolean;
  /** Whom a reject tells: the packet's sender, its receiver, or both. */
  readonly tells: 'sender' | 'receiver' | 'both' | null;
  /** `priority`: sorts inside one action, in action order alone (aws.md 2.5); Suricata's own where it is not written. */
  readonly priority: number;
}

export interface Rule {
  readonly action: Action;
  /** For a reader: which rule of which group. */
  readonly label: string;
  /** `ip`, `tcp`, `udp`, `icmp`, or null where the header names an application protocol or one that is not known. */
  readonly transports: readonly Transport[];
  /** The application protocol that it needs, in Suricata's word; null for none. */
  readonly application: string | null;
  readonly source: Addresses;
  readonly sourcePorts: UncertainSet;
  readonly destination: Addresses;
  readonly destinationPorts: UncertainSet;
  /** Written with `<>`: it matches either way round. */
  readonly bothWays: boolean;
  readonly established: 'only' | 'never' | 'either';
  readonly toServer: boolean;
  readonly toClient: boolean;
  readonly names: readonly NameContent[];
  /** Conditions that are not evaluated for a class of flows; they can only narrow what the rule matches. */
  readonly openConditions: readonly string[];
  /** Whether it writes an alert record. */
  readonly logs: boolean;
  readonly precision: RulePrecision;
}

export type Transport = 'tcp' | 'udp' | 'icmp' | 'other';

export const TRANSPORTS: readonly Transport[] = ['tcp', 'udp', 'icmp', 'other'];
