/** A stateful rule as the evaluation sees it: what it does, and which packets it surely, possibly or never matches. */
import type { Addresses } from './header-expression';
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
  /** Conditions that are not evaluated; they can only narrow what the rule matches. */
  readonly openConditions: readonly string[];
  /** Whether it writes an alert record. */
  readonly logs: boolean;
}

export type Transport = 'tcp' | 'udp' | 'icmp' | 'other';

export const TRANSPORTS: readonly Transport[] = ['tcp', 'udp', 'icmp', 'other'];
