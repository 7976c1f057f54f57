/** Puts a run's findings together into evidence: every planned check has a finding, and the counts are counted. */
import type { Evidence, Finding, RunTarget, Severity } from './evidence';

export interface PlannedCheck {
  readonly id: string;
  readonly severity: Severity;
  readonly controls: readonly string[];
}

export interface AssembleOptions {
  readonly run: Evidence['run'];
  readonly intent: Evidence['intent'];
  readonly plan: readonly PlannedCheck[];
  readonly findings: readonly Finding[];
  readonly firewallLog: Evidence['firewallLog'];
  readonly flowLog: NonNullable<Evidence['flowLog']> | null;
  readonly checks: NonNullable<Evidence['checks']>;
  readonly excluded: NonNullable<Evidence['excluded']>;
  readonly negativeControls: NonNullable<Evidence['negativeControls']>;
  readonly waivers: NonNullable<Evidence['waivers']> | null;
  readonly since: NonNullable<Evidence['since']> | null;
  readonly topology: NonNullable<Evidence['topology']> | null;
  /** Why a planned check without a finding has none. */
  readonly missingBecause: string;
}

/** A planned check without a finding is `unknown`; a finding nobody planned is refused as a defect. */
export function assembleEvidence(options: AssembleOptions): Evidence {
  const planned = new Set(options.plan.map((check) => check.id));
  const stray = options.findings.find((finding) => !planned.has(finding.check));
  if (stray !== undefined) throw new Error(`a finding of ${stray.check}, which was not planned`);

  const found = new Set(options.findings.map((finding) => finding.check));
  const missing = options.plan
    .filter((check) => !found.has(check.id))
    .map((check): Finding => ({
      check: check.id,
      severity: check.severity,
      outcome: 'unknown',
      waiver: null,
      subject: targetName(options.run.target),
      because: options.missingBecause,
      controls: check.controls,
      proof: null,
      observations: [],
    }));
  const order = new Map(options.plan.map((check, index) => [check.id, index]));
  const findings = [...options.findings, ...missing].sort(
    (a, b) => (order.get(a.check) ?? 0) - (order.get(b.check) ?? 0),
  );
  return {
    schema: 'studio-egress/evidence/v1',
    run: options.run,
    intent: options.intent,
    plan: options.plan.map((check) => check.id),
    findings,
    firewallLog: options.firewallLog,
    flowLog: options.flowLog,
    checks: options.checks,
    excluded: options.excluded,
    negativeControls: options.negativeControls,
    waivers: options.waivers,
    since: options.since,
    topology: options.topology,
    summary: summaryOf(findings),
  };
}

/** What a run is about, in one word: the VPC, or what was asked for where none was found. */
export const targetName = ({ vpcId, domainId, stack, region }: RunTarget): string =>
  vpcId ?? domainId ?? stack ?? region;

export function summaryOf(findings: readonly Finding[]): Evidence['summary'] {
  const count = (outcome: Finding['outcome']) =>
    findings.filter((finding) => finding.outcome === outcome && finding.waiver === null).length;
  return {
    pass: count('pass'),
    fail: count('fail'),
    unknown: count('unknown'),
    notApplicable: count('not-applicable'),
    waived: findings.filter((finding) => finding.waiver !== null).length,
  };
}

export type ExitCode = 0 | 1 | 2;

/**
 * What a run's exit code says: 0 verified, 1 violated, 2 could not be verified. Counted from the findings, not from the
 * summary, which an old or edited file may have wrong. A run that decided nothing, that ended early, that has a planned
 * check without a finding, that missed one of its negative controls, or whose subject changed meanwhile has not verified
 * anything.
 */
export function exitCodeOf({
  run,
  plan,
  findings,
  negativeControls = [],
}: Pick<Evidence, 'run' | 'plan' | 'findings' | 'negativeControls'>): ExitCode {
  const { pass, fail, unknown } = summaryOf(findings);
  const found = new Set(findings.map((finding) => finding.check));
  if (fail > 0) return 1;
  const incomplete =
    run.endedEarly !== null ||
    run.target.vpcId === null ||
    (run.changes ?? []).length > 0 ||
    (run.flowFlushes ?? []).some(({ status }) => status !== 'COMPLETED') ||
    negativeControls.some(({ caught }) => !caught) ||
    plan.length === 0 ||
    plan.some((id) => !found.has(id));
  return unknown > 0 || pass === 0 || incomplete ? 2 : 0;
}
