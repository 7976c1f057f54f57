/**
 * Findings that an owner accepts by a file: each entry of exactly one check about exactly one subject, with a reason, an
 * owner and a last day. Only a failure can be accepted: what is unknown may be anything. An entry that has expired, that
 * nothing needs, or that is malformed is a finding itself.
 */
import type { PlannedCheck } from './assemble';
import type { CheckDocumentation, Finding, Waiver, WaiverEntry } from './evidence';
import { isMembers, schemaProblems, type Problem, type Schema } from './schema-problems';
import waiversSchema from './waivers.schema.json';

/** An entry of the file that has no fault. */
export interface DeclaredWaiver extends Waiver {
  readonly check: string;
  readonly subject: string;
  /** 1-based line of the entry. */
  readonly line: number;
}

/** An entry that cannot be taken as it is. */
export interface MalformedWaiver {
  readonly line: number;
  readonly column: number;
  /** What is wrong and what to write instead, as sentences. */
  readonly because: string;
}

export interface WaiversFile {
  /** As it was given. */
  readonly path: string;
  /** Of its bytes. */
  readonly sha256: string;
  readonly waivers: readonly DeclaredWaiver[];
  readonly malformed: readonly MalformedWaiver[];
}

/** The check that the file itself is judged by. It is planned where there is a file. */
export const WAIVERS_CHECK: PlannedCheck = { id: 'waivers/are-in-force', severity: 'medium', controls: [] };

export const WAIVERS_DOCUMENTATION: CheckDocumentation = {
  statement: 'Every entry of the file of accepted findings is well formed, in force, and needed.',
  why: 'An acceptance that outlives its reason hides the next failure of the same kind, and nobody looks at it again.',
  fix: 'Correct the named line, renew its day with a new decision, or delete the entry.',
  references: [],
};

/** Every fault of the file's value, entry by entry. */
export function waiverProblems(value: unknown): readonly Problem[] {
  const schema: Schema = waiversSchema;
  return schemaProblems(schema, value);
}

export interface WaivedFindings {
  /** The findings, those that are accepted with their waiver, and those about the file. */
  readonly findings: readonly Finding[];
  readonly entries: readonly WaiverEntry[];
}

export interface WaivingOptions {
  readonly file: WaiversFile;
  readonly findings: readonly Finding[];
  /** Ids of the checks that the run decides: what was not asked for can need no acceptance. */
  readonly plan: readonly string[];
  /** The day, as 2027-01-31. */
  readonly today: string;
}

export function withWaivers({ file, findings, plan, today }: WaivingOptions): WaivedFindings {
  const inForce = file.waivers.filter(({ expires }) => expires >= today);
  const used = new Set<DeclaredWaiver>();
  const waived = findings.map((finding) => {
    const waiver = inForce.find((entry) => isAbout(entry, finding));
    if (waiver === undefined || finding.outcome !== 'fail') return finding;
    used.add(waiver);
    const { reason, owner, expires } = waiver;
    return finding.waiver === null ? { ...finding, waiver: { reason, owner, expires } } : finding;
  });
  const statusOf = (entry: DeclaredWaiver): WaiverEntry['status'] =>
    entry.expires < today ? 'expired' : used.has(entry) ? 'used' : 'unused';
  const entries = file.waivers.map((entry) => ({ ...entry, status: statusOf(entry) }));
  const about = entries.map((entry) => findingOf(entry, { file, findings, plan }));
  return { findings: [...waived, ...about, ...malformedFindings(file), ...emptyFinding(file)], entries };
}

const isAbout = (entry: DeclaredWaiver, { check, subject }: Finding): boolean =>
  entry.check === check && entry.subject === subject;

function findingOf(
  entry: WaiverEntry,
  { file, findings, plan }: Pick<WaivingOptions, 'file' | 'findings' | 'plan'>,
): Finding {
  const at = `${file.path}:${entry.line}`;
  const what = `the acceptance of ${entry.check} about ${entry.subject}`;
  if (entry.status === 'expired')
    return finding(at, 'fail', `${at}: ${what} ended with ${entry.expires}. Fix: decide anew, or delete it.`);
  if (entry.status === 'used')
    return finding(at, 'pass', `${at}: ${what} by ${entry.owner} holds until ${entry.expires}.`);
  if (!plan.includes(entry.check))
    return finding(at, 'not-applicable', `${at}: ${entry.check} is not among the checks of this run.`);
  const own = findings.filter((one) => isAbout(entry, one));
  if (own.some(({ outcome }) => outcome === 'unknown'))
    return finding(
      at,
      'not-applicable',
      `${at}: ${entry.check} about ${entry.subject} is unknown, and only a failure can be accepted.`,
    );
  const because =
    own.length === 0 ? 'no finding has this check and subject' : 'what it accepts is no failure any more';
  return finding(at, 'fail', `${at}: ${what} is not needed: ${because}. Fix: delete it.`);
}

const malformedFindings = ({ path, malformed }: WaiversFile): readonly Finding[] =>
  malformed.map(({ line, column, because }) => {
    const at = `${path}:${line}`;
    return finding(at, 'fail', `${path}:${line}:${column}: the entry accepts nothing: ${because}`);
  });

/** A planned check has a finding. */
const emptyFinding = ({ path, waivers, malformed }: WaiversFile): readonly Finding[] =>
  waivers.length + malformed.length > 0 ? [] : [finding(path, 'not-applicable', `${path} accepts nothing.`)];

function finding(subject: string, outcome: Finding['outcome'], because: string): Finding {
  const { id: check, severity, controls } = WAIVERS_CHECK;
  return {
    check,
    severity,
    outcome,
    waiver: null,
    subject,
    because,
    controls,
    proof: null,
    observations: [],
  };
}

/** The entry that a problem's path leads into, or null for one of the file as a whole. */
export function entryOf({ path }: Problem): number | null {
  const [list, index] = path;
  return list === 'waivers' && typeof index === 'number' ? index : null;
}

/** The entries of a value in which the schema finds no fault, by index. */
export function soundEntries(
  value: unknown,
  faulty: ReadonlySet<number>,
): readonly (readonly [number, Omit<DeclaredWaiver, 'line'>])[] {
  if (!isMembers(value) || !Array.isArray(value['waivers'])) return [];
  return value['waivers'].flatMap((entry: unknown, index) =>
    faulty.has(index)
      ? []
      : // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema found no fault in it
        [[index, entry as Omit<DeclaredWaiver, 'line'>] as const],
  );
}
