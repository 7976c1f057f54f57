/** What a fault did to the verdicts of a live run, and whether it may. */
import type { Finding } from '../suites/evidence';
import type { FaultCase } from './fault-cases';
import {
  CRASHED,
  ofLoud,
  outcomesOf,
  sentence,
  withDefects,
  type Comparison,
  type Defect,
} from './fault-comparison';

export interface ComparingLive {
  readonly one: FaultCase;
  readonly before: readonly Finding[];
  readonly after: readonly Finding[];
  /** Checks that cannot pass without an answer of the operation. */
  readonly needs: readonly string[];
}

/** By check and subject: a probe or technique has one verdict of each. */
export function liveComparison({ one, before, after, needs }: ComparingLive): Comparison {
  const was = new Map(before.map((finding) => [keyOf(finding), finding]));
  const changed = after.filter((finding) => was.get(keyOf(finding))?.outcome !== finding.outcome);
  const defects = changed.flatMap((finding) => ofChanged(one, was.get(keyOf(finding)), finding));
  const crashed = after.filter(({ because }) => because.includes('a defect of this tool'));
  const missing = before.filter(({ check }) => !after.some((finding) => finding.check === check));
  const failing = changed.filter(({ outcome }) => outcome === 'fail').map(sentence);
  const found: Comparison = {
    ...CRASHED,
    outcome: failing.length > 0 ? 'fail' : changed.length > 0 ? 'unknown' : 'same',
    said: [],
    loud: [...new Set(changed.map(({ check }) => check))],
    failing,
  };
  return withDefects(found, [
    ...crashed.map((finding): Defect => ['crash', sentence(finding)]),
    ...missing.map(({ check }): Defect => ['crash', `${check} says nothing`]),
    ...defects,
    ...(one.consequence === 'lost' ? withoutNeed(after, needs) : []),
  ]);
}

function ofChanged(one: FaultCase, before: Finding | undefined, after: Finding): readonly Defect[] {
  if (after.outcome === 'fail' || after.outcome === 'unknown') return ofLoud(one, after);
  const was = before === undefined ? 'absent' : outcomesOf([before]);
  return [['false pass', `${sentence(after)} (was ${was})`]];
}

const withoutNeed = (after: readonly Finding[], needs: readonly string[]): readonly Defect[] =>
  after
    .filter(({ check, outcome }) => outcome === 'pass' && needs.includes(check))
    .map((finding): Defect => ['false pass', `${sentence(finding)} needed what was lost`]);

const keyOf = ({ check, subject }: Finding): string => `${check} ${subject}`;
