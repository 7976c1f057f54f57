/** Findings of one check and one standing, put together: the documentation of a check is said once, not per subject. */
import type { CheckDocumentation, Evidence, Finding, Severity } from '../suites/evidence';
import { areaOf, findingsOf, type Standing } from './verdict';

export interface NumberedFinding {
  readonly finding: Finding;
  /** Anchor in the report: `finding-` and its place in the evidence, from 1. */
  readonly id: string;
}

export interface CheckGroup {
  readonly check: string;
  readonly area: string;
  readonly standing: Standing;
  readonly severity: Severity;
  readonly controls: readonly string[];
  /** Null where the evidence does not hold it (older files). */
  readonly documentation: CheckDocumentation | null;
  readonly findings: readonly NumberedFinding[];
}

/** In the order of findingsOf: disagreements, then the most severe, then as the run had them. */
export function checkGroups(evidence: Evidence, standing: Standing): readonly CheckGroup[] {
  const places = new Map(evidence.findings.map((finding, index) => [finding, index + 1]));
  const groups = new Map<string, { group: Omit<CheckGroup, 'findings'>; findings: NumberedFinding[] }>();
  for (const finding of findingsOf(evidence.findings, standing)) {
    const { check, severity, controls } = finding;
    const key = JSON.stringify([check, severity, controls]);
    const numbered = { finding, id: `finding-${places.get(finding) ?? 0}` };
    const known = groups.get(key);
    if (known !== undefined) known.findings.push(numbered);
    else {
      const documentation = documentationOf(evidence, check);
      const group = { check, area: areaOf(check), standing, severity, controls, documentation };
      groups.set(key, { group, findings: [numbered] });
    }
  }
  return [...groups.values()].map(({ group, findings }) => ({ ...group, findings }));
}

/** Own members alone: a check called `constructor` has no documentation. */
export function documentationOf({ checks }: Evidence, check: string): CheckDocumentation | null {
  return checks !== undefined && Object.hasOwn(checks, check) ? (checks[check] ?? null) : null;
}

/** What the check asserts, or its id where that is not recorded. */
export const statementOf = ({ check, documentation }: Pick<CheckGroup, 'check' | 'documentation'>): string =>
  documentation?.statement ?? check;
