/** Sets of addresses of one family, as sorted intervals that neither overlap nor touch. */

/** Both ends are inside. */
export interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

export type AddressSet = readonly Interval[];

/** The union of any intervals, in canonical form. */
export function union(intervals: readonly Interval[]): AddressSet {
  const sorted = [...intervals].sort((a, b) => compare(a.first, b.first));
  const merged: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of sorted) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous.last + 1n) merged.push({ first, last });
    else if (last > previous.last) previous.last = last;
  }
  return merged;
}

/** What of the set `of` is not in any of the intervals `without`. */
export function subtract(of: readonly Interval[], without: readonly Interval[]): AddressSet {
  const holes = union(without);
  return union(of).flatMap((interval) => {
    const rest: Interval[] = [];
    let first = interval.first;
    for (const hole of holes) {
      if (hole.last < first) continue;
      if (hole.first > interval.last) break;
      if (hole.first > first) rest.push({ first, last: hole.first - 1n });
      first = hole.last + 1n;
    }
    if (first <= interval.last) rest.push({ first, last: interval.last });
    return rest;
  });
}

/** What is in both. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): AddressSet {
  return subtract(a, subtract(a, b));
}

/** Whether every address of `inner` is in `outer`. */
export function covers(outer: readonly Interval[], inner: readonly Interval[]): boolean {
  return subtract(inner, outer).length === 0;
}

/** Whether an address is in any of the intervals. */
export function contains(set: readonly Interval[], address: bigint): boolean {
  return set.some(({ first, last }) => first <= address && address <= last);
}

/** Order of two numbers, for sorting. */
export function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
