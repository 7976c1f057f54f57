/**
 * A certificate: what a reader needs to convince himself of a claim without the program that proved it. It is a set of
 * states that holds the claim's source and is closed: whatever route may decide for a destination of a state leads to a
 * harmless end or to a destination of another state. infra/model/certificate-checker.ts verifies it.
 */

import type { Route, Snapshot } from '../snapshot/snapshot';

/** A route table decides here for packets to these destinations. */
export interface State {
  /** The subnet; the gateway for an edge table; the route table for a regional NAT gateway's own. */
  readonly place: string;
  /** CIDR blocks, the largest that fit into the set: every block of addresses that are all in the set is in one of them. */
  readonly destinations: readonly string[];
  /** On a way out of a `return` claim, whose addresses the answers go to from here: the claim's subnet, or that of the NAT gateway crossed last. */
  readonly answers?: string;
}

/**
 * `egress`: nothing that the subnet sends leaves for the internet without crossing an endpoint of the firewall. The
 * states are what is reached before the firewall; nothing leaves there.
 *
 * `return`: whatever the subnet sends to the internet is answered over a stretch on which nothing comes past the
 * firewall. States with `answers` are what is reached on the way out, through the firewall too, up to a gateway or NAT
 * gateway from which a guarded stretch leads back. The others are those stretches: nothing is delivered there.
 */
export interface Certificate {
  readonly claim: 'egress' | 'return';
  readonly subnet: string;
  readonly states: readonly State[];
}

/** A certificate, or the case for which none is made. */
export type Certified =
  | { readonly made: true; readonly certificate: Certificate }
  | { readonly made: false; readonly because: string };

/** What the checker said. */
export interface CheckedCertificate {
  readonly accepted: boolean;
  readonly states: number;
  readonly because: string;
}

export type Checker = (certificate: Certificate) => CheckedCertificate;

/** What the checker reads of the snapshot once for all certificates. */
export interface Facts {
  readonly snapshot: Snapshot;
  readonly leads: Leads;
  readonly tables: readonly TableAt[];
  /** The entries of the prefix lists that were looked at, filled as they are. */
  readonly blocksByList: Map<string, readonly string[]>;
}

/** Where a target leads, by the member that names it and its value; what is not here is not known. */
export type Leads = ReadonlyMap<string, Lead>;

export interface TableAt {
  /** A subnet, gateway or the table itself; `main` and `pool` for what is neither. */
  readonly at: string | undefined;
  readonly state: string | undefined;
  readonly routes: readonly Route[] | undefined;
}

/** Where a route hands packets: to the table of a place, or to an end. `away` leads out of the VPC, but not by an exit. */
export interface Lead {
  readonly by: 'exit' | 'nat' | 'firewall' | 'local' | 'nobody' | 'away' | 'unknown';
  readonly place: string;
}

/** A prefix of a route. */
export interface Entry extends Rule {
  /** The letter of the family and the bits of the prefix. */
  readonly bits: string;
}

/** A route as the checker reads it. */
export interface Rule {
  /** A CIDR block, or the id of a prefix list. */
  readonly destination: string;
  readonly lead: Lead;
  /**
   * Between routes of one prefix the least decides: 0 a static route, 1 a prefix list's, 2 a propagated one; -1 one in
   * doubt, which may decide there and surely decides nowhere; -1000 what stays in its subnet, where no table is asked.
   */
  readonly rank: number;
}

/** Whether a route that leads there does no harm with the addresses of a block. */
export type IsFine = (lead: Lead, block: string) => boolean;

/** A firewall's endpoints, by Availability Zone, as far as the checker reads them. */
export type Zones = Readonly<
  Record<string, { readonly Attachment?: { readonly EndpointId?: string; readonly SubnetId?: string } }>
>;
