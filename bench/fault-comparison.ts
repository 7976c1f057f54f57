/** What a fault did to the findings, and whether it may. The rules are mechanical; what they except is named with the reason. */
import type { SectionName, Snapshot } from '../infra/snapshot/snapshot';
import type { Finding } from '../suites/evidence';
import type { FaultCase } from './fault-cases';
import type { Baseline } from './fault-run';

/**
 * - `same`: every finding as without the fault;
 * - `unknown`: some are unknown, and say what was not answered;
 * - `fail`: something that AWS said does fail a check;
 * - the others are defects.
 */
export type FaultOutcome =
  | 'same'
  | 'unknown'
  | 'fail'
  | 'false pass'
  | 'false alarm'
  | 'cause not named'
  | 'crash';

export const DEFECTS: readonly FaultOutcome[] = ['false pass', 'false alarm', 'cause not named', 'crash'];

export interface Comparison {
  readonly outcome: FaultOutcome;
  /** What a defect consists of; nothing otherwise. */
  readonly said: readonly string[];
  /** The sections that are not as without the fault. */
  readonly changed: readonly SectionName[];
}

export interface Comparing {
  readonly one: FaultCase;
  readonly baseline: Baseline;
  readonly snapshot: Snapshot;
  readonly changed: readonly SectionName[];
  /** Of the checks that were judged again, by id. */
  readonly judged: ReadonlyMap<string, readonly Finding[]>;
}

type Defect = readonly [outcome: FaultOutcome, said: string];

export function comparison(comparing: Comparing): Comparison {
  const { one, changed, judged, baseline } = comparing;
  const defects: Defect[] = [];
  let outcome: FaultOutcome = 'same';
  for (const [id, after] of judged) {
    const before = baseline.findings.filter(({ check }) => check === id);
    defects.push(...defectsOf(comparing, { id, before, after }));
    const fresh = newly(before, after);
    if (fresh.some((finding) => finding.outcome === 'fail')) outcome = 'fail';
    else if (fresh.some((finding) => finding.outcome === 'unknown') && outcome === 'same')
      outcome = 'unknown';
  }
  if (one.consequence === 'answered' && changed.length > 0)
    defects.push(['false alarm', `${changed.join(', ')} changed although the data came`]);
  const [worst] = [...defects].sort(([a], [b]) => DEFECTS.indexOf(a) - DEFECTS.indexOf(b));
  return {
    outcome: worst?.[0] ?? outcome,
    said: defects.map(([kind, said]) => `${kind}: ${said}`),
    changed,
  };
}

interface OfCheck {
  readonly id: string;
  readonly before: readonly Finding[];
  readonly after: readonly Finding[];
}

function defectsOf(comparing: Comparing, of: OfCheck): readonly Defect[] {
  const { one } = comparing;
  const crashed = of.after.filter(({ because }) => because.includes('a defect of this tool'));
  return [
    ...crashed.map((finding): Defect => ['crash', sentence(finding)]),
    ...falsePasses(comparing, of).map((said): Defect => ['false pass', said]),
    ...(one.consequence === 'lost' ? ofLost(comparing, of) : []),
  ];
}

/** A check that complained and is silent now; or one that still passes without a section that its pass rested on. */
function falsePasses(
  { snapshot, baseline, one }: Comparing,
  { id, before, after }: OfCheck,
): readonly string[] {
  if (before.some(isLoud) && !after.some(isLoud))
    return [`${id} was ${outcomesOf(before)} and is ${outcomesOf(after)}`];
  if (one.consequence !== 'lost' || after.some(isLoud)) return [];
  const missing = [...(baseline.reads.get(id) ?? [])].filter(
    (name) => snapshot.sections[name].status === 'unread',
  );
  return missing.map((name) => `${id} is ${outcomesOf(after)} although ${name} is unread`);
}

/** Of data that did not come nothing may fail, and what is unknown names the call. */
function ofLost({ one }: Comparing, { before, after }: OfCheck): readonly Defect[] {
  return newly(before, after).flatMap((finding): Defect[] => {
    if (finding.outcome === 'fail') return [['false alarm', sentence(finding)]];
    if (finding.outcome !== 'unknown' || one.operation === '*') return [];
    return finding.because.includes(one.operation) ? [] : [['cause not named', sentence(finding)]];
  });
}

/** Findings whose outcome their subject did not have before. */
function newly(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const known = new Set(before.map(keyOf));
  return after.filter((finding) => !known.has(keyOf(finding)));
}

const keyOf = ({ subject, outcome }: Finding): string => `${outcome} ${subject}`;
const isLoud = ({ outcome }: Finding): boolean => outcome === 'fail' || outcome === 'unknown';
const sentence = ({ check, subject, outcome, because }: Finding): string =>
  `${check} ${outcome} of ${subject}: ${because}`;
const outcomesOf = (findings: readonly Finding[]): string =>
  [...new Set(findings.map(({ outcome }) => outcome))].sort().join('+');
