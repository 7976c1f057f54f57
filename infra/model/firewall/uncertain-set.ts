/** Sets of addresses or ports of which a part may be unknown: what is surely inside, and what is possibly inside. */
import type { AddressSet, Interval } from '../address-set';
import { contains, covers, intersect, subtract, union } from '../address-set';

/** An answer about one packet: it may be that the configuration does not tell. */
export type Answer = 'yes' | 'maybe' | 'no';

/** `sure` is a part of `possible`. */
export interface UncertainSet {
  readonly sure: AddressSet;
  readonly possible: AddressSet;
}

/** A set that is fully known. */
export function exactly(intervals: readonly Interval[]): UncertainSet {
  const set = union(intervals);
  return { sure: set, possible: set };
}

/** A set of which nothing is known but the space that it lies in. */
export function anythingOf(space: Interval): UncertainSet {
  return { sure: [], possible: [space] };
}

export function unionOf(sets: readonly UncertainSet[]): UncertainSet {
  return {
    sure: union(sets.flatMap(({ sure }) => sure)),
    possible: union(sets.flatMap(({ possible }) => possible)),
  };
}

/** What is in one set and not in the other. */
export function difference(set: UncertainSet, without: UncertainSet): UncertainSet {
  return {
    sure: subtract(set.sure, without.possible),
    possible: subtract(set.possible, without.sure),
  };
}

/** Whether one value is inside. */
export function holds(set: UncertainSet, value: bigint): Answer {
  if (contains(set.sure, value)) return 'yes';
  return contains(set.possible, value) ? 'maybe' : 'no';
}

/** Whether every value of the intervals is inside; `no` only when none is. */
export function holdsAll(set: UncertainSet, intervals: readonly Interval[]): Answer {
  if (covers(set.sure, intervals)) return 'yes';
  return intersect(set.possible, intervals).length === 0 ? 'no' : 'maybe';
}

/** All of the conditions together. */
export function every(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('maybe') ? 'maybe' : 'yes';
}

/** Any of the alternatives. */
export function some(answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('maybe') ? 'maybe' : 'no';
}
