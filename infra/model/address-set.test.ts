import * as fc from 'fast-check';
import type { Interval } from './address-set';
import { contains, covers, intersect, subtract, union } from './address-set';

const SIZE = 24;
const interval = fc
  .tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1))
  .map(([a, b]): Interval => ({ first: BigInt(Math.min(a, b)), last: BigInt(Math.max(a, b)) }));
const intervals = fc.array(interval, { maxLength: 6 });
const members = (set: readonly Interval[]): readonly number[] =>
  Array.from({ length: SIZE }, (_, index) => index).filter((index) => contains(set, BigInt(index)));

test('union, difference and intersection hold the addresses that sets hold', () => {
  fc.assert(
    fc.property(intervals, intervals, (a, b) => {
      const [inA, inB] = [new Set(members(a)), new Set(members(b))];
      expect(members(union([...a, ...b]))).toEqual(members([...a, ...b]));
      expect(members(subtract(a, b))).toEqual([...inA].filter((x) => !inB.has(x)));
      expect(members(intersect(a, b))).toEqual([...inA].filter((x) => inB.has(x)));
      expect(covers(a, b)).toBe([...inB].every((x) => inA.has(x)));
    }),
  );
});

test('results are sorted and neither overlap nor touch', () => {
  fc.assert(
    fc.property(intervals, intervals, (a, b) => {
      for (const set of [union(a), subtract(a, b), intersect(a, b)]) {
        set.forEach(({ first, last }, index) => {
          expect(first <= last).toBe(true);
          const previous = set[index - 1];
          expect(previous === undefined || first > previous.last + 1n).toBe(true);
        });
      }
    }),
  );
});
