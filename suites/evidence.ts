/** The evidence document, schema `studio-egress/evidence/v1` (docs/CONTRACT.md; JSON Schema in evidence.schema.json). */
import type { Hop, Witness } from '../infra/model/proof';
import type { Topology, TopologyEdge, TopologyNode } from '../infra/model/topology';
import type { ApiCall, SectionName, Target } from '../infra/snapshot/snapshot';
import type { FlowFlush, LogCompleteness, Observation } from '../probes/probe';
import type { Intent } from './intent';

export type Outcome = 'pass' | 'fail' | 'unknown' | 'not-applicable';
export type Severity = 'critical' | 'high' | 'medium' | 'low';

export type { Hop, Topology, TopologyEdge, TopologyNode, Witness };

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

/** What a check is about, from its documentation header: the report must be readable without the program. */
export interface CheckDocumentation {
  readonly statement: string;
  readonly why: string;
  readonly fix: string;
  readonly references: readonly string[];
}

/** How a section of the snapshot was read: every call with AWS's request ids and the hashes of its answers. */
export interface SectionReading {
  readonly name: SectionName;
  readonly status: 'read' | 'unread';
  /** When it was read, or when reading it failed. */
  readonly at: string;
  /** Of an unread section: the call that failed and why. */
  readonly because: string | null;
  readonly calls: readonly ApiCall[];
}

/** Something that was no longer as it had been read when the probes were sent or the run ended. */
export interface RunChange {
  readonly section: SectionName;
  readonly because: string;
}

/** Where the program ran. A member that could not be found out is null. */
export interface RunEnvironment {
  readonly node: string;
  readonly platform: string;
  /** The version control's commit that the program was run from. */
  readonly commit: string | null;
  readonly lockSha256: string | null;
  /** What started the run, as the environment says: `github-actions`, `gitlab-ci`, …, or null. */
  readonly ci: string | null;
}

/** A check that the run left out on purpose. */
export interface ExcludedCheck {
  readonly check: string;
  readonly because: string;
}

/** What this run was shown to catch: a fault made in a copy of what it read, or a name that had to be stopped. */
export interface NegativeControl {
  readonly kind: 'fault' | 'denied-name';
  /** The fault's name, or the probe's id. */
  readonly id: string;
  /** What was broken, or what was asked for, as a sentence. */
  readonly what: string;
  /** The check that must notice. */
  readonly check: string;
  readonly caught: boolean;
  /** What the check said. */
  readonly because: string;
}

/** An entry of the file of accepted findings, and what became of it in this run. */
export interface WaiverEntry extends Waiver {
  readonly check: string;
  readonly subject: string;
  /** 1-based line of the entry in the file. */
  readonly line: number;
  readonly status: 'used' | 'unused' | 'expired';
}

/** Where a finding stands: its outcome, or waived. */
export type Standing = 'fail' | 'unknown' | 'waived' | 'pass' | 'not-applicable';

/** A statement about one subject in two runs; null where one of them has no such finding. */
export interface ChangedFinding {
  readonly check: string;
  readonly subject: string;
  readonly before: Standing | null;
  readonly now: Standing | null;
}

/** An earlier run of the same target, as the history keeps it. */
export interface EarlierRun {
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly verdict: string;
  readonly fail: number;
  readonly unknown: number;
}

/** This run beside the earlier ones of the same target that were in the history when it ended. */
export interface SinceEarlier {
  /** The latest last; the last is what this run is compared with. */
  readonly runs: readonly EarlierRun[];
  readonly changed: readonly ChangedFinding[];
  /** Findings that stand as they did. */
  readonly unchanged: number;
}

/** What a run is about. Without a VPC where it ended before that was found: then nothing is decided. */
export type RunTarget = Omit<Target, 'vpcId'> & { readonly vpcId: string | null };

/** Members marked "absent in older files" came after the first files of this schema were written. */
export interface Evidence {
  readonly schema: 'studio-egress/evidence/v1';
  readonly run: {
    readonly id: string;
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly tool: { readonly name: string; readonly version: string };
    readonly invocation: string;
    readonly target: RunTarget;
    readonly identity: string | null;
    readonly snapshotSha256: string | null;
    /** Set when the run ended before every planned check was decided. */
    readonly endedEarly: string | null;
    /** Where the probes asked from; null when none was sent. Absent in older files. */
    readonly vantage?: 'probe-host' | 'processing-job' | null;
    /** Absent in older files. */
    readonly reading?: readonly SectionReading[];
    /** Absent in older files. */
    readonly changes?: readonly RunChange[];
    /** Flow flushes that were asked for; only COMPLETED is one. Absent where none was, and in older files. */
    readonly flowFlushes?: readonly FlowFlush[];
    /** Absent in older files. */
    readonly environment?: RunEnvironment;
  };
  readonly intent: Intent;
  readonly plan: readonly string[];
  readonly findings: readonly Finding[];
  /** How long the firewall's log was waited for, or null when no probe ran. */
  readonly firewallLog: LogCompleteness | null;
  /** The same of its FLOW records. Absent in older files. */
  readonly flowLog?: LogCompleteness | null;
  /** By check id, of every planned check. Absent in older files. */
  readonly checks?: Readonly<Record<string, CheckDocumentation>>;
  /** Checks of this version that are not in the plan. Absent in older files. */
  readonly excluded?: readonly ExcludedCheck[];
  /** Absent in older files; empty when none could be made. */
  readonly negativeControls?: readonly NegativeControl[];
  /** The file of accepted findings; null when there was none. Absent in older files. */
  readonly waivers?: {
    readonly file: string;
    readonly sha256: string;
    readonly entries: readonly WaiverEntry[];
  } | null;
  /** Null where no earlier run of the target was in the history, or there was none. Absent in older files. */
  readonly since?: SinceEarlier | null;
  /** The network as it was read, to be drawn; null when it could not be made. Absent in older files. */
  readonly topology?: Topology | null;
  readonly summary: {
    readonly pass: number;
    readonly fail: number;
    readonly unknown: number;
    readonly notApplicable: number;
    readonly waived: number;
  };
}
