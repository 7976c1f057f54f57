/**
 * Whether a pipeline may go on: a policy over evidence. Whatever the policy does not tolerate by name blocks; evidence that
 * is too old, of another kind of target or vantage, incomplete, or from the future verifies nothing.
 */
import { targetName } from './assemble';
import type { Evidence, Finding, Severity, Waiver } from './evidence';
import { isDay } from './schema-problems';
import { WAIVERS_CHECK } from './waivers';

export interface GatePolicy {
  /** Failures of these severities block. */
  readonly severities: readonly Severity[];
  /** Areas that are looked at, each of which must have been decided. */
  readonly areas: readonly string[];
  readonly toleratedUnknowns: number;
  /** Null for any age. */
  readonly maximumAgeHours: number | null;
  /** Null where no probe is required. */
  readonly vantage: 'probe-host' | 'processing-job' | null;
  readonly targets: readonly Evidence['run']['target']['kind'][];
}

export interface NamedEvidence {
  /** As it was given, for sentences. */
  readonly path: string;
  readonly evidence: Evidence;
}

export interface GateOptions {
  readonly policy: GatePolicy;
  readonly evidence: readonly NamedEvidence[];
  /** Only what is worse than in this one blocks; null without a baseline. */
  readonly baseline: NamedEvidence | null;
  readonly now: Date;
}

/** Something that blocks. */
export interface Blocker {
  /** Of which file. */
  readonly path: string;
  /** `violation` is a failure; anything else could not be verified. */
  readonly kind: 'violation' | 'not-verified';
  readonly because: string;
  /** The finding, or null where the run as a whole is meant. */
  readonly finding: Finding | null;
}

export interface GateDecision {
  /** 0 lets through, 1 blocks for a violation, 2 blocks for what could not be verified. */
  readonly exitCode: 0 | 1 | 2;
  readonly blockers: readonly Blocker[];
  /** Why, as one paragraph. */
  readonly reason: string;
}

const MS_PER_HOUR = 3_600_000;
/** The clocks of two machines may differ by this much. */
const CLOCK_SKEW_MS = 300_000;

export function gate(options: GateOptions): GateDecision {
  const blockers = options.evidence.flatMap((named) => blockersOf(named, options));
  const exitCode =
    options.evidence.length === 0
      ? 2
      : blockers.some(({ kind }) => kind === 'violation')
        ? 1
        : blockers.length > 0
          ? 2
          : 0;
  return { exitCode, blockers, reason: reasonOf({ exitCode, blockers, options }) };
}

function blockersOf(named: NamedEvidence, options: GateOptions): readonly Blocker[] {
  const { policy } = options;
  const { path, evidence } = named;
  // What is wrong with accepted findings is of every area.
  const looked = evidence.findings.filter(
    ({ check }) => policy.areas.includes(areaOf(check)) || check === WAIVERS_CHECK.id,
  );
  const before = baselineOf(named, options);
  const isNew = (finding: Finding): boolean => !before.has(keyOf(finding, standing(finding, options.now)));
  const failures = looked
    .filter((finding) => standing(finding, options.now) === 'fail' && isNew(finding))
    .filter(({ severity }) => policy.severities.includes(severity))
    .map((finding): Blocker => ({
      path,
      kind: 'violation',
      because: sentence(finding, options.now),
      finding,
    }));
  const unknown = looked.filter((finding) => finding.outcome === 'unknown' && isNew(finding));
  const unverified =
    unknown.length <= policy.toleratedUnknowns
      ? []
      : unknown.map((finding): Blocker => ({
          path,
          kind: 'not-verified',
          because: sentence(finding, options.now),
          finding,
        }));
  const whole = runProblems(named, options).map((because): Blocker => ({
    path,
    kind: 'not-verified',
    because,
    finding: null,
  }));
  return [...failures, ...unverified, ...whole];
}

type Standing = 'fail' | 'waived' | 'unknown' | 'fine';

/** A waiver counts until its last day, seen from the day on which the gate is asked. */
function standing({ outcome, waiver }: Finding, now: Date): Standing {
  if (outcome === 'unknown') return 'unknown';
  if (outcome !== 'fail') return 'fine';
  return waiver !== null && isInForce(waiver, now) ? 'waived' : 'fail';
}

/** What is no day is none that is still to come. */
const isInForce = ({ expires }: Waiver, now: Date): boolean =>
  isDay(expires) && expires >= now.toISOString().slice(0, 10);

function sentence({ check, subject, because, waiver }: Finding, now: Date): string {
  const expired =
    waiver !== null && !isInForce(waiver, now)
      ? `its acceptance by ${waiver.owner} ended with ${waiver.expires}; `
      : '';
  return `${check} about ${subject}: ${expired}${because}`;
}

/** What keeps a run from having verified anything, whatever its findings are. */
function runProblems({ evidence }: NamedEvidence, { policy, now }: GateOptions): readonly string[] {
  const { run, plan, findings, negativeControls = [] } = evidence;
  const found = new Set(findings.map(({ check }) => check));
  const missing = plan.filter((id) => !found.has(id));
  const decided = new Set(findings.map(({ check }) => areaOf(check)));
  const undecided = policy.areas.filter((area) => !decided.has(area));
  const missed = negativeControls.filter(({ caught }) => !caught).map(({ id }) => id);
  return [
    ...(policy.targets.includes(run.target.kind)
      ? []
      : [`it is evidence of ${run.target.kind}, and the policy takes ${policy.targets.join(', ')}`]),
    ...ageProblem(run.finishedAt, { policy, now }),
    ...(policy.vantage === null || run.vantage === policy.vantage
      ? []
      : [`the probes asked from ${run.vantage ?? 'nowhere'}, and the policy requires ${policy.vantage}`]),
    ...(run.endedEarly === null ? [] : [`the run ended early: ${run.endedEarly}`]),
    ...(run.changes ?? []).map(({ section, because }) => `${section} changed during the run: ${because}`),
    ...(run.flowFlushes ?? [])
      .filter(({ status }) => status !== 'COMPLETED')
      .map(({ firewallArn, because }) => `flows of ${firewallArn} were not flushed: ${because}`),
    ...(missed.length === 0 ? [] : [`the run missed its negative controls ${missed.join(', ')}`]),
    ...(missing.length === 0 ? [] : [`planned checks have no finding: ${missing.join(', ')}`]),
    ...(undecided.length === 0 ? [] : [`the run has no finding of the areas ${undecided.join(', ')}`]),
  ];
}

function ageProblem(
  finishedAt: string,
  { policy, now }: Pick<GateOptions, 'policy' | 'now'>,
): readonly string[] {
  const ageMs = now.getTime() - Date.parse(finishedAt);
  if (Number.isNaN(ageMs)) return [`it does not say when the run finished (${finishedAt})`];
  if (ageMs < -CLOCK_SKEW_MS) return [`the run finished in the future (${finishedAt})`];
  if (policy.maximumAgeHours === null || ageMs <= policy.maximumAgeHours * MS_PER_HOUR) return [];
  return [
    `the run finished at ${finishedAt}, ${Math.floor(ageMs / MS_PER_HOUR)} hours ago, and the policy takes at most ${policy.maximumAgeHours}`,
  ];
}

const areaOf = (check: string): string => check.split('/', 1)[0] ?? '';
const keyOf = ({ check, subject }: Finding, how: Standing): string => JSON.stringify([check, subject, how]);

/** What stood in the baseline already, of the same target. A baseline of another target excuses nothing. */
function baselineOf({ evidence }: NamedEvidence, { baseline, now }: GateOptions): ReadonlySet<string> {
  if (baseline === null || !isSameTarget(baseline.evidence, evidence)) return new Set();
  return new Set(baseline.evidence.findings.map((finding) => keyOf(finding, standing(finding, now))));
}

function isSameTarget({ run: { target: a } }: Evidence, { run: { target: b } }: Evidence): boolean {
  return a.account === b.account && a.region === b.region && targetName(a) === targetName(b);
}

interface Reasoned {
  readonly exitCode: GateDecision['exitCode'];
  readonly blockers: readonly Blocker[];
  readonly options: GateOptions;
}

const MOST_NAMED = 3;

function reasonOf({ exitCode, blockers, options: { evidence, baseline } }: Reasoned): string {
  const runs = evidence.length === 1 ? '1 run' : `${evidence.length} runs`;
  const beside = baseline === null ? '' : ` beside the baseline ${baseline.path}`;
  if (evidence.length === 0) return 'Blocked: there is no evidence.';
  if (exitCode === 0) return `Let through: nothing in ${runs}${beside} blocks by this policy.`;
  const violations = blockers.filter(({ kind }) => kind === 'violation');
  const others = blockers.filter(({ kind }) => kind === 'not-verified');
  const counted = [
    ...(violations.length === 0 ? [] : [`${violations.length} violated`]),
    ...(others.length === 0 ? [] : [`${others.length} not verified`]),
  ].join(' and ');
  const first = [...violations, ...others].slice(0, MOST_NAMED);
  const more = blockers.length - first.length;
  const named = first.map(({ path, because }) => `${path}: ${because}`).join(' ');
  return `Blocked: ${counted} in ${runs}${beside}. ${named}${more > 0 ? ` And ${more} more.` : ''}`;
}
