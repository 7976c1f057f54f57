/**
 * What the owner intends: what must be reachable and what must not (the "should" of the three answers).
 * Without a declared intent it is derived from the deployed allow list and marked so.
 */
export interface IntendedDestination {
  /** The id of the probe that tries it (probes/catalogue.ts). */
  readonly probe: string;
  readonly expect: 'allowed' | 'denied';
  /** Why: the allow list's entry, or that no entry covers it. */
  readonly because: string;
}

/** A way out of the VPC that does not lead through the firewall, and that the owner wants to be there. */
export interface ApprovedExit {
  /** The route's target: a transit gateway, peering connection, VPN gateway, core network (ARN), interface, endpoint. */
  readonly target: string;
  /** CIDR blocks, AWS's spelling, that may be reached by it. */
  readonly destinations: readonly string[];
  readonly because: string;
}

/** A technique of the evasion battery that still gets through, and that the owner accepts. */
export interface AcceptedRisk {
  /** The technique's id (probes/evasions). */
  readonly technique: string;
  readonly reason: string;
  readonly owner: string;
  /** The last day on which it is accepted, `YYYY-MM-DD` in UTC. */
  readonly expires: string;
}

/** The parts of an intent that are derived from what is deployed where nobody declares them. */
export type DerivedSection = 'destinations' | 'endpoints' | 'securityGroups' | 'logs';

export interface Intent {
  readonly source: 'declared' | 'derived';
  /** The file that declares it, as its path was given; null for a derived intent. */
  readonly file: string | null;
  /** Of the file's bytes, in hexadecimal digits; null for a derived intent. */
  readonly sha256: string | null;
  /** What no owner declared: of a declared intent the sections that its file leaves out, of a derived one all of them. */
  readonly derivedSections: readonly DerivedSection[];
  readonly destinations: readonly IntendedDestination[];
  /** AWS services, by the endpoint's short name (`sagemaker.api`), that must have a VPC endpoint. */
  readonly requiredEndpoints: readonly string[];
  /** Least days that logs must be kept. */
  readonly logRetentionDays: number;
  /** None in a derived intent: a way round the firewall is wanted by somebody, or it is a fault. */
  readonly approvedExits: readonly ApprovedExit[];
  /** Gateway Load Balancer endpoints of other vendors' firewalls that the owner accepts as inspection. */
  readonly acceptedInspection: readonly string[];
  /** Security groups that Studio's network interfaces may carry; derived: those of the domain's default user settings. */
  readonly approvedSecurityGroups: readonly string[];
  /** None in a derived intent: what gets through is accepted by nobody. */
  readonly acceptedRisks: readonly AcceptedRisk[];
  /** A host of the owner's that answers on every TCP and UDP port, for the battery; null for a public one. */
  readonly listener: string | null;
  /** The instance that probes are sent to, which then needs no tag; absent where the tag decides. */
  readonly probeHost?: string;
}
