/**
 * Where each subject of each check stands after a run, once. Runs are compared, signed and kept by this: a check and a subject
 * stay the same from night to night, sentences do not.
 */
import { exitCodeOf } from '../suites/assemble';
import type { Evidence, Finding } from '../suites/evidence';
import { missingChecks, standingOf, STANDINGS, type Standing } from './verdict';

export interface Subject {
  readonly check: string;
  readonly subject: string;
  readonly standing: Standing;
  /** The finding that decides: the worst of those with this check and subject. */
  readonly finding: Finding;
}

/** By check and subject, in the order of the findings. Of several about the same the worst counts. */
export function standingsOf(evidence: Pick<Evidence, 'findings'>): readonly Subject[] {
  const byKey = new Map<string, Subject>();
  for (const finding of evidence.findings) {
    const { check, subject } = finding;
    const key = keyOf({ check, subject });
    const standing = standingOf(finding);
    const other = byKey.get(key);
    if (other === undefined || isWorse(standing, other.standing))
      byKey.set(key, { check, subject, standing, finding });
  }
  return [...byKey.values()];
}

/** A pass is worse than not applicable, as STANDINGS has them: whatever says more about the subject counts. */
const isWorse = (standing: Standing, than: Standing): boolean =>
  STANDINGS.indexOf(standing) < STANDINGS.indexOf(than);

export const keyOf = ({ check, subject }: Pick<Subject, 'check' | 'subject'>): string =>
  JSON.stringify([check, subject]);

export const VERDICTS = ['verified', 'violated', 'could not be verified'] as const;

export type VerdictWord = (typeof VERDICTS)[number];

/** A run's verdict in a word, by its exit code. */
export function verdictWord(evidence: Evidence): VerdictWord {
  const code = exitCodeOf(evidence);
  return VERDICTS[code === 0 && missingChecks(evidence).length > 0 ? 2 : code];
}
