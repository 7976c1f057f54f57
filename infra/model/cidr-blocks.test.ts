/** Blocks of a set: exactly its addresses, and none that could be larger. */
import * as fc from 'fast-check';
import { covers, union } from './address-set';
import { formatAddress, parseCidr, spaceOf } from './cidr';
import { blocksIn } from './cidr-blocks';

const SHIFT = { ipv4: 26n, ipv6: 122n };
const family = fc.constantFrom('ipv4' as const, 'ipv6' as const);
const ends = fc.array(fc.tuple(fc.nat(63), fc.nat(63)), { maxLength: 6 });

test('the blocks are the set, and every prefix that is all in the set is in one of them', () => {
  fc.assert(
    fc.property(family, ends, (of, pairs) => {
      const shift = SHIFT[of];
      const set = union(
        pairs.map(([a, b]) => ({
          first: BigInt(Math.min(a, b)) << shift,
          last: (BigInt(Math.max(a, b) + 1) << shift) - 1n,
        })),
      );
      const blocks = blocksIn(of, set).map(parseCidr);
      expect(union(blocks)).toEqual(set);
      for (let length = 0; length <= 6; length++)
        for (let base = 0n; base < 1n << BigInt(length); base++) {
          const width = of === 'ipv4' ? 32 : 128;
          const first = base << BigInt(width - length);
          const prefix = parseCidr(`${formatAddress(of, first)}/${length}`);
          if (covers(set, [prefix])) expect(blocks.some((block) => covers([block], [prefix]))).toBe(true);
        }
    }),
    { numRuns: 200 },
  );
});

test('the whole space and single addresses at its ends', () => {
  expect(blocksIn('ipv4', [spaceOf('ipv4')])).toEqual(['0.0.0.0/0']);
  expect(blocksIn('ipv6', [spaceOf('ipv6')])).toEqual(['::/0']);
  const { last } = spaceOf('ipv4');
  expect(
    blocksIn('ipv4', [
      { first: 0n, last: 0n },
      { first: last, last },
    ]),
  ).toEqual(['0.0.0.0/32', '255.255.255.255/32']);
  expect(blocksIn('ipv4', [])).toEqual([]);
});
