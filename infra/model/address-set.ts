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

/** What of the set `of` is not in any of the intervals `without`. Linear once both are sorted. */
export function subtract(of: readonly Interval[], without: readonly Interval[]): AddressSet {
  const holes = union(without);
  const rest: Interval[] = [];
  let next = 0;
  for (const interval of union(of)) {
    while ((holes[next]?.last ?? interval.first) < interval.first) next += 1;
    let first = interval.first;
    for (let hole = holes[next]; hole !== undefined && hole.first <= interval.last; hole = holes[++next]) {
      if (hole.first > first) rest.push({ first, last: hole.first - 1n });
      first = hole.last + 1n;
      // The hole may reach into the next interval as well.
      if (hole.last >= interval.last) break;
    }
    if (first <= interval.last) rest.push({ first, last: interval.last });
  }
  return rest;
}

/** What is in both. Linear once both are sorted. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): AddressSet {
  const others = union(b);
  const both: Interval[] = [];
  let next = 0;
  for (const interval of union(a)) {
    while ((others[next]?.last ?? interval.first) < interval.first) next += 1;
    for (let index = next; index < others.length; index++) {
      const other = others[index];
      if (other === undefined || other.first > interval.last) break;
      both.push({ first: later(interval.first, other.first), last: earlier(interval.last, other.last) });
    }
  }
  return both;
}

/** Whether every address of `inner` is in `outer`. */
export function covers(outer: readonly Interval[], inner: readonly Interval[]): boolean {
  return subtract(inner, outer).length === 0;
}

/** Whether an address is in any of the intervals. */
export function contains(set: readonly Interval[], address: bigint): boolean {
  return set.some(({ first, last }) => first <= address && address <= last);
}

/** Whether an interval has an address in common with a set in canonical form. */
export function meets(set: AddressSet, { first, last }: Interval): boolean {
  let [low, high] = [0, set.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[middle]?.last ?? last) < first) low = middle + 1;
    else high = middle;
  }
  const candidate = set[low];
  return candidate !== undefined && candidate.first <= last;
}

/** Order of two numbers, for sorting. */
export function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function earlier(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
