/** The evidence document, schema `studio-egress/evidence/v1` (docs/CONTRACT.md; JSON Schema in evidence.schema.json). */
import type { Hop, Witness } from '../infra/model/proof';
import type { Target } from '../infra/snapshot/snapshot';
import type { Observation, LogCompleteness } from '../probes/probe';
import type { Intent } from './intent';

export type Outcome = 'pass' | 'fail' | 'unknown' | 'not-applicable';
export type Severity = 'critical' | 'high' | 'medium' | 'low';

export type { Hop, Witness };

/** What the independent checker (infra/model/certificate-checker.ts) said of a proof's certificate. */
export interface CertificateVerdict {
  /** The claim that the certificate is for, as a sentence. */
  readonly claim: string;
  /** How many states the certificate closes over. */
  readonly states: number;
  readonly verdict: 'accepted' | 'refused';
  /** Why it was refused, or what was checked. */
  readonly because: string;
}

export interface FindingProof {
  readonly witness: Witness | null;
  readonly hops: readonly Hop[];
  /** Of a pass of a claim about every packet; null where there is no such claim. */
  readonly certificate: CertificateVerdict | null;
}

export interface Waiver {
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
}

/** What a check says about one subject. */
export interface Judgement {
  readonly outcome: Outcome;
  /** ARN or id of the resource it is about. */
  readonly subject: string;
  /** One sentence naming the resource, the deciding rule and, for a fail, the fix. */
  readonly because: string;
  readonly proof?: Omit<FindingProof, 'certificate'> & Partial<Pick<FindingProof, 'certificate'>>;
  readonly observations?: readonly Observation[];
  /** Of a fail that the intent accepts by name (a residual risk). */
  readonly waiver?: Waiver;
}

export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly waiver: Waiver | null;
  readonly subject: string;
  readonly because: string;
  readonly controls: readonly string[];
  readonly proof: FindingProof | null;
  readonly observations: readonly Observation[];
}

export interface Evidence {
  readonly schema: 'studio-egress/evidence/v1';
  readonly run: {
    readonly id: string;
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly tool: { readonly name: string; readonly version: string };
    readonly invocation: string;
    readonly target: Target;
    readonly identity: string | null;
    readonly snapshotSha256: string | null;
    /** Set when the run ended before every planned check was decided. */
    readonly endedEarly: string | null;
  };
  readonly intent: Intent;
  readonly plan: readonly string[];
  readonly findings: readonly Finding[];
  /** How long the firewall's log was waited for, or null when no probe ran. */
  readonly firewallLog: LogCompleteness | null;
  readonly summary: {
    readonly pass: number;
    readonly fail: number;
    readonly unknown: number;
    readonly notApplicable: number;
    readonly waived: number;
  };
}
