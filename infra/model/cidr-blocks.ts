/** A set of addresses as CIDR blocks. */
import type { AddressSet } from './address-set';
import type { Family } from './cidr';
import { formatAddress, WIDTH } from './cidr';

/** The largest blocks that fit into a set, in order: every block of addresses that are all in the set is in one of them. */
export function blocksIn(family: Family, set: AddressSet): readonly string[] {
  const width = BigInt(WIDTH[family]);
  const blocks: string[] = [];
  for (const { first, last } of set) {
    for (let next = first; next <= last;) {
      let bits = 0n;
      while (bits < width && isAligned(next, bits + 1n) && next + (1n << (bits + 1n)) - 1n <= last)
        bits += 1n;
      blocks.push(`${formatAddress(family, next)}/${width - bits}`);
      next += 1n << bits;
    }
  }
  return blocks;
}

function isAligned(address: bigint, bits: bigint): boolean {
  return (address & ((1n << bits) - 1n)) === 0n;
}
