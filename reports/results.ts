/**
 * What every machine format lists: the findings, the planned checks that have none, and what went wrong with the run as a
 * whole. One list for all, so that no format can be silent about what another one says.
 */
import { targetName } from '../suites/assemble';
import type { Evidence, Finding, Severity } from '../suites/evidence';
import { fingerprintOf, uuidOf } from './identity';
import { oneLine } from './plain-text';
import { areaOf, missingChecks, standingOf, verdictOf, type Standing } from './verdict';

export interface Result {
  readonly finding: Finding;
  /** `note`: something about the run that did not by itself keep it from being verified. */
  readonly standing: Standing | 'note';
  /** Check and subject on one line; no two results of a document have the same. */
  readonly name: string;
  /** Version 5 UUID, the same in every run for the same account, region, VPC, check and subject. */
  readonly uuid: string;
  /** SHA-256 of the same. */
  readonly fingerprint: string;
}

/** The area of what is about the run itself; no check has it. */
export const RUN_AREA = 'run';

/** In the order of the run; what is about the run comes last. */
export function resultsOf(evidence: Evidence): readonly Result[] {
  const findings: readonly Reported[] = [
    ...evidence.findings.map((finding) => ({ finding, standing: standingOf(finding) })),
    ...missingChecks(evidence).map((check) => ({
      finding: about(evidence, check, 'Planned, but there is no finding of it.'),
      standing: 'unknown' as const,
    })),
  ];
  return named(evidence, [...findings, ...runProblems(evidence, findings)]);
}

type Reported = Pick<Result, 'finding' | 'standing'>;

function runProblems(evidence: Evidence, findings: readonly Reported[]): readonly Reported[] {
  const { run, plan } = evidence;
  const undecided = (name: string, because: string): Reported => ({
    finding: about(evidence, `${RUN_AREA}/${name}`, because),
    standing: 'unknown',
  });
  const decisive = [
    ...(run.endedEarly === null ? [] : [undecided('ended-early', `The run ended early: ${run.endedEarly}`)]),
    ...(plan.length === 0 ? [undecided('nothing-planned', 'No check was planned.')] : []),
  ];
  const { exitCode, sentence } = verdictOf(evidence);
  const silent = decisive.length === 0 && !findings.some(({ standing }) => standing === 'unknown');
  return [
    ...decisive,
    ...(exitCode === 2 && silent ? [undecided('nothing-verified', sentence)] : []),
    ...runNotes(evidence).map(({ name, because }): Reported => ({
      finding: { ...about(evidence, `${RUN_AREA}/${name}`, because), severity: 'low' },
      standing: 'note',
    })),
  ];
}

function runNotes(evidence: Evidence): readonly { readonly name: string; readonly because: string }[] {
  const { run, firewallLog, flowLog = null, excluded = [], negativeControls = [] } = evidence;
  const incomplete = (name: string, log: Evidence['firewallLog']) =>
    log === null || log.status === 'complete'
      ? []
      : [{ name, because: `The log is not known to be complete: ${log.because}` }];
  return [
    ...incomplete('alert-log-incomplete', firewallLog),
    ...incomplete('flow-log-incomplete', flowLog),
    ...(run.changes ?? []).map(({ section, because }) => ({
      name: 'changed-meanwhile',
      because: `${section} changed during the run: ${because}`,
    })),
    ...(run.flowFlushes ?? [])
      .filter(({ status }) => status !== 'COMPLETED')
      .map(({ firewallArn, scope, because }) => ({
        name: 'flows-not-flushed',
        because: `The flows of ${firewallArn} (${scope}) were to be flushed and were not: ${because}`,
      })),
    ...negativeControls
      .filter(({ caught }) => !caught)
      .map(({ id, what, check, because }) => ({
        name: 'control-not-caught',
        because: `${check} did not notice ${id} (${what}): ${because}`,
      })),
    ...(excluded.length === 0
      ? []
      : [
          {
            name: 'excluded-checks',
            because: `Left out on purpose: ${excluded.map(({ check, because }) => `${check} (${because})`).join('; ')}`,
          },
        ]),
  ];
}

const about = (evidence: Evidence, check: string, because: string): Finding => ({
  check,
  severity: 'high',
  outcome: 'unknown',
  waiver: null,
  subject: targetName(evidence.run.target),
  because,
  controls: [],
  proof: null,
  observations: [],
});

/** Equal names get a number behind; a run's order is fixed, so the number is as well. */
function named({ run }: Evidence, reported: readonly Reported[]): readonly Result[] {
  const { account, region } = run.target;
  const taken = new Set<string>();
  const last = new Map<string, number>();
  return reported.map(({ finding, standing }) => {
    const plain = oneLine(`${finding.check} ${finding.subject}`);
    let name = plain;
    // A subject may itself end in a number like ours, so each name is looked at.
    for (let n = (last.get(plain) ?? 1) + 1; taken.has(name); n += 1) {
      name = `${plain} #${n}`;
      last.set(plain, n);
    }
    taken.add(name);
    const key = [account ?? '', region, targetName(run.target), name] as const;
    return { finding, standing, name, uuid: uuidOf('result', ...key), fingerprint: fingerprintOf(...key) };
  });
}

/** The statement of a check, from its documentation; its id where an older file has none. */
export function statementOf({ checks = {} }: Evidence, check: string): string {
  const documentation = Object.hasOwn(checks, check) ? checks[check] : undefined;
  return documentation === undefined ? oneLine(check) : oneLine(documentation.statement);
}

/** How to put it right, from a check's documentation, or null. */
export function fixOf({ checks = {} }: Evidence, check: string): string | null {
  const documentation = Object.hasOwn(checks, check) ? checks[check] : undefined;
  return documentation === undefined || documentation.fix === '' ? null : documentation.fix;
}

/** What stands where a format has one field for text: why, with the outcome in words where it is no plain pass or fail. */
export function messageOf({ finding, standing }: Result): string {
  const { because, waiver, outcome } = finding;
  if (waiver !== null)
    return `Waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason} (${outcome}: ${because})`;
  if (standing === 'unknown') return `Could not be verified: ${because}`;
  if (standing === 'not-applicable') return `Not applicable: ${because}`;
  return because;
}

/** The parts of a message that lead to it: hops of the witness and what the clients saw, a line each. */
export function evidenceLines({ proof, observations }: Finding): readonly string[] {
  const hops = (proof?.hops ?? []).map(
    (hop, index) =>
      `${index + 1}. ${hop.at}${hop.routeTable === null ? '' : ` [${hop.routeTable}: ${hop.route} -> ${hop.target}]`} ${hop.note}`,
  );
  const seen = observations.map(
    ({ probe, vantage, result, firewallRecords }) =>
      `${probe} from ${vantage}: ${result.kind} (${result.detail}), ${firewallRecords.length} records of the firewall`,
  );
  return [...hops, ...seen].map(oneLine);
}

/** `NIST-800-53r5:SC-7(5)` → framework and id; what has no colon is of no framework. */
export function controlOf(control: string): { readonly framework: string; readonly id: string } {
  const at = control.indexOf(':');
  return at < 1
    ? { framework: '', id: control }
    : { framework: control.slice(0, at), id: control.slice(at + 1) };
}

/** 0 to 1, as HDF's impact and, times ten, GitHub's security-severity. */
export const IMPACT: Readonly<Record<Severity, number>> = { critical: 1, high: 0.7, medium: 0.5, low: 0.3 };

/** A time of the evidence, normalised; throws {@link ReportError} where the file has something else there. */
export function instantOf(text: string, place: string): Date {
  const instant = new Date(text);
  const millis = instant.getTime();
  // Four-digit years only: the formats' own patterns know no others.
  if (!(millis >= 0 && millis < Date.UTC(9999, 0)))
    throw new ReportError(`${place} is not a time: ${JSON.stringify(text)}`);
  return instant;
}

/** The evidence cannot be reported in this format. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/** Areas of the results, the run's own last. */
export const resultAreas = (results: readonly Result[]): readonly string[] => {
  const areas = [...new Set(results.map(({ finding }) => areaOf(finding.check)))];
  return [...areas.filter((area) => area !== RUN_AREA), ...areas.filter((area) => area === RUN_AREA)];
};
