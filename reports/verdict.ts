/** What a run came to, in words; the same for every report. */
import { exitCodeOf, summaryOf, type ExitCode } from '../suites/assemble';
import type { Evidence, Finding, Severity, Standing } from '../suites/evidence';

export interface Verdict {
  readonly exitCode: ExitCode;
  readonly word: 'verified' | 'violated' | 'could not be verified';
  /** One sentence. */
  readonly sentence: string;
}

/** Follows the exit code (docs/CONTRACT.md), so that the report and the process never disagree. */
export function verdictOf(given: Evidence): Verdict {
  const evidence = recounted(given);
  const decided = exitCodeOf(evidence);
  const exitCode = decided === 0 && missingChecks(evidence).length > 0 ? 2 : decided;
  return { exitCode, word: WORDS[exitCode], sentence: sentenceOf(exitCode, evidence) };
}

/** Evidence may come from a file: what a report says follows from the findings, not from the counts beside them. */
export const recounted = (evidence: Evidence): Evidence => ({
  ...evidence,
  summary: summaryOf(evidence.findings),
});

/** Planned checks without any finding. A run leaves none; a file that was cut may. */
export function missingChecks({ plan, findings }: Evidence): readonly string[] {
  const found = new Set(findings.map(({ check }) => check));
  return plan.filter((check) => !found.has(check));
}

const WORDS = { 0: 'verified', 1: 'violated', 2: 'could not be verified' } as const;

function sentenceOf(exitCode: ExitCode, { summary, run, firewallLog }: Evidence): string {
  const { pass, fail, unknown, notApplicable, waived } = summary;
  const besides = aside([
    [notApplicable, 'not applicable'],
    [waived, 'waived'],
  ]);
  if (exitCode === 0) {
    const unprobed = firewallLog === null ? ' This is the configuration alone: no probe was sent.' : '';
    return `${pass === 1 ? 'The one statement holds' : `All ${pass} statements hold`}${besides}.${unprobed}`;
  }
  const early = run.endedEarly === null ? '' : ` The run ended early: ${run.endedEarly}`;
  const open = `${count(unknown, 'statement')} could not be verified`;
  if (exitCode === 1) {
    const violated = `${count(fail, 'statement')} ${fail === 1 ? 'is' : 'are'} violated`;
    return `${violated}${unknown > 0 ? `; ${open}` : ''}.${early}`;
  }
  if (unknown > 0) return `${open}; nothing was found violated.${early}`;
  return `Nothing was found violated, but the run did not decide everything.${early}`;
}

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** Where a finding stands in a report. A waived one is neither passed nor open. */
export type { Standing };

export const STANDINGS: readonly Standing[] = ['fail', 'unknown', 'waived', 'pass', 'not-applicable'];

export const standingOf = (finding: Finding): Standing =>
  finding.waiver === null ? finding.outcome : 'waived';

/** A flow of which the model and the network say different things: the loudest that a report can have. */
export const isDisagreement = (finding: Finding): boolean =>
  areaOf(finding.check) === 'agreement' && standingOf(finding) === 'fail';

/** Findings of one standing: disagreements, then the most severe first, otherwise in the order of the run. */
export function findingsOf(findings: readonly Finding[], standing: Standing): readonly Finding[] {
  const own = findings.filter((finding) => standingOf(finding) === standing);
  const others = own.filter((finding) => !isDisagreement(finding));
  return [
    ...own.filter(isDisagreement),
    ...SEVERITIES.flatMap((severity) => others.filter((finding) => finding.severity === severity)),
  ];
}

/** The area of a check id: `routing` of `routing/egress-crosses-firewall`. */
export const areaOf = (check: string): string => check.split('/', 1)[0] ?? check;

/** Areas in the order in which the plan names them. */
export const areasOf = (plan: readonly string[]): readonly string[] => [...new Set(plan.map(areaOf))];

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

function aside(parts: readonly (readonly [number, string])[]): string {
  const said = parts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}
