/**
 * What an evasion technique is: a flow that a determined notebook would send, a script that sends it, and a parser of
 * what the client saw. One technique is one file in probes/evasions/. Techniques travel together in one script
 * (probes/battery-script.ts), each under a bound of its own.
 */
import type { FlowShape } from '../infra/model/flow-shape';
import type { ClientResult, CommandOutput } from './probe';

/** What a run knows that techniques need. Names are checked DNS names. */
export interface TechniqueContext {
  /** 16 hexadecimal digits of this technique's and this vantage point's own; part of every payload that can carry it. */
  readonly nonce: string;
  /** Bound of the technique on the host. */
  readonly timeoutMs: number;
  /** A name that the allow list covers and that answers HTTPS; null when nothing is allowed. */
  readonly allowedName: string | null;
  /** A name that nothing allows and that answers HTTPS and HTTP. */
  readonly deniedName: string;
  /** A host that answers on every TCP and UDP port; the owner's own, or a public one that answers TCP only. */
  readonly listener: string;
  /** Whether the Studio subnet has IPv6; null where that was not read. */
  readonly ipv6: boolean | null;
  /** Addresses of other subnets and peers of the VPC that a notebook should not reach; null where they were not read. */
  readonly neighbours: readonly string[] | null;
  /** The Region, for names of AWS services. */
  readonly region: string;
}

/** A flow that a technique sends, as far as it is known before it is sent. */
export interface PlannedFlow {
  readonly shape: FlowShape;
  /** DNS name or IP address that it is sent to; `resolver` for the VPC's own. */
  readonly to: string;
}

export interface TechniquePlan {
  readonly flows: readonly PlannedFlow[];
  /**
   * A POSIX shell script: constants and checked values only. It prints what its own `parse` reads, at most 1,000 bytes;
   * `$SENDER` is the path of the packet sender (probes/sender/sender.py), `$dir` an empty folder of its own.
   */
  readonly script: string;
  parse(output: CommandOutput): ClientResult;
}

export interface Technique {
  /** The catalogue's id: `sni-spoof`, `quic`, … */
  readonly id: string;
  /** As a person would say it: `ssh to port 22`. */
  readonly title: string;
  /** What it shows when it gets through, as half a sentence. */
  readonly risk: string;
  /** What would close it, as a sentence: a property, a service, or that nothing in the network's configuration does. */
  readonly closedBy: string;
  /** `allowed` for what must get through (a large hello to an allowed name); its block is the fault. */
  readonly expect: 'allowed' | 'denied';
  /**
   * The plan; or why the technique does not apply here (no IPv6, no allowed name); or why it is not known whether it does,
   * since what decides that was not read.
   */
  plan(
    context: TechniqueContext,
  ): TechniquePlan | { readonly notApplicable: string } | { readonly notKnown: string };
}
