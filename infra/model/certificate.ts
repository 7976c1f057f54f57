/**
 * A certificate: what a reader needs to convince himself of a claim without the program that proved it. It is a set of
 * states that holds the claim's source and is closed: whatever route may decide for a destination of a state leads to
 * something harmless or to a destination of another state. infra/model/certificate-checker.ts verifies it.
 */

/** A route table decides here for these destinations. */
export interface State {
  /** The subnet; the gateway for an edge table; the route table for a regional NAT gateway's own. */
  readonly place: string;
  readonly family: 'ipv4' | 'ipv6';
  /**
   * `all`: every destination of the family, and it holds whatever the routes' prefixes are. Otherwise sorted blocks
   * `first-last` of addresses as numbers, both ends inside, for which the table has to be looked up.
   */
  readonly destinations: 'all' | readonly string[];
}

/** Nothing that the subnet sends leaves for the internet without crossing an endpoint of the firewall. */
export interface EgressCertificate {
  readonly claim: 'egress';
  readonly subnet: string;
  readonly states: readonly State[];
}

/** A stretch of the way back: nothing gets from its beginning to its end without crossing an endpoint of the firewall. */
export interface Guard {
  /** A gateway that internet traffic comes in by, or a NAT gateway. */
  readonly from: string;
  /** The subnet that it goes to: a NAT gateway's or the claim's own. */
  readonly to: string;
  readonly states: readonly State[];
}

/** Whatever the subnet sends to the internet is answered over one of the guarded stretches. */
export interface ReturnCertificate {
  readonly claim: 'return';
  readonly subnet: string;
  readonly guards: readonly Guard[];
}

export type Certificate = EgressCertificate | ReturnCertificate;

/** A certificate, or the case for which none is made. */
export type Certified<T extends Certificate = Certificate> =
  | { readonly made: true; readonly certificate: T }
  | { readonly made: false; readonly because: string };

/** What the checker said. */
export interface CheckedCertificate {
  readonly accepted: boolean;
  readonly states: number;
  readonly because: string;
}
