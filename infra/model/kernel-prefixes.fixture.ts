/** Random prefixes for the comparisons with the kernel, and the addresses that are worth asking about. For tests only. */
import * as fc from 'fast-check';
import type { Family } from './cidr';
import { formatAddress, parseCidr, spaceOf, WIDTH } from './cidr';

/** The VPC's own block. */
export const LOCAL: Readonly<Record<Family, string>> = { ipv4: '10.2.0.0/16', ipv6: '2600:1f18::/56' };

/**
 * Prefixes that nest and touch: most are of a few addresses and of those with one bit turned over, at every length.
 * The two halves of the space and its single addresses are among them more often than chance would have it.
 */
export function prefixes(family: Family): fc.Arbitrary<string> {
  const width = WIDTH[family];
  const origins = [
    parseCidr(LOCAL[family]).first,
    0n,
    spaceOf(family).last,
    0x0a02_03ffn << BigInt(width - 32),
  ];
  const address = fc.oneof(fc.constantFrom(...origins), fc.bigInt({ min: 0n, max: spaceOf(family).last }));
  const length = fc.oneof(fc.integer({ min: 0, max: width }), fc.constantFrom(0, 1, 8, 16, width - 1, width));
  return fc.tuple(address, length, fc.option(fc.nat(width - 1))).map(([value, bits, flipped]) => {
    const turned = flipped === null ? value : value ^ (1n << BigInt(flipped));
    const below = BigInt(width - bits);
    return `${formatAddress(family, (turned >> below) << below)}/${bits}`;
  });
}

/**
 * What a Linux host answers without looking at the table: 0.0.0.0 and :: are the host itself, loopback addresses are
 * in its local table, IPv6 multicast is sent on every link. A router, which is what AWS's VPC is, has none of these.
 */
const NOT_ASKED: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ['0.0.0.0/32', '127.0.0.0/8'],
  ipv6: ['::/128', '::1/128', 'ff00::/8'],
};

/** Those of the addresses that exist and that a Linux host asks its tables about, each once. */
export function askable(family: Family, addresses: readonly bigint[]): readonly bigint[] {
  const { last: end } = spaceOf(family);
  const within = addresses.filter((address) => address >= 0n && address <= end);
  return [...new Set(within)].filter((address) => !NOT_ASKED[family].some((cidr) => holds(cidr, address)));
}

/** A prefix's first, middle and last address, and its neighbours outside. */
export function aroundPrefix(prefix: string): readonly bigint[] {
  const { first, last } = parseCidr(prefix);
  return [first - 1n, first, (first + last) / 2n, last, last + 1n];
}

/** Whether a prefix has nothing of the VPC's own block. */
export function isOutside(prefix: string, family: Family): boolean {
  const { first, last } = parseCidr(prefix);
  const own = parseCidr(LOCAL[family]);
  return last < own.first || first > own.last;
}

function holds(prefix: string, address: bigint): boolean {
  const { first, last } = parseCidr(prefix);
  return first <= address && address <= last;
}
