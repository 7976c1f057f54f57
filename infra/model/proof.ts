/** What a claim about every packet comes to: it holds, or here is a packet that breaks it, or it cannot be decided. */

import type { Certified } from './certificate';

/** One step of a packet's way, as a network engineer would write it. */
export interface Hop {
  /** The resource the packet is at: a subnet, gateway, firewall endpoint. */
  readonly at: string;
  /** The route table that decides here, or null where none does (an exit). */
  readonly routeTable: string | null;
  /** The deciding route's destination, AWS's spelling. */
  readonly route: string | null;
  /** The deciding route's target. */
  readonly target: string | null;
  /** What happens here, in words. */
  readonly note: string;
}

/** A packet. Routing does not look at protocol or port, so `protocol` is `any` and `port` null. */
export interface Witness {
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  readonly port: number | null;
}

/** The forward claim of a subnet (routing.ts). */
export type EgressProof =
  | {
      readonly status: 'holds';
      /** Ignoring every prefix, or by classes of destinations. */
      readonly by: 'cut' | 'classes';
      /** Made when it is asked for. */
      readonly certificate: () => Certified;
    }
  | Extract<Proof, { status: 'violated' | 'undecided' }>;

export type Proof =
  | {
      readonly status: 'holds';
      /** Equivalence classes of destinations that were decided; together they are the whole space. */
      readonly classes: number;
      /** How many of them reach an internet exit at all. Zero: the claim holds because nothing leaves. */
      readonly exitingClasses: number;
      /** One way out (or back) that obeys the claim, for the report; empty when nothing leaves. */
      readonly hops: readonly Hop[];
    }
  | {
      readonly status: 'violated';
      readonly witness: Witness;
      readonly hops: readonly Hop[];
      /** The deciding rule as a sentence without a fix. */
      readonly because: string;
      /** How many equivalence classes break the claim. */
      readonly violatingClasses: number;
    }
  | { readonly status: 'undecided'; readonly because: string };
