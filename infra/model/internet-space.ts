/** The internet's addresses in the three forms in which a subnet can send to them, and how much of each a set holds. */
import type { AddressSet } from './address-set';
import { subtract } from './address-set';
import type { Family } from './cidr';
import { parseCidr } from './cidr';
import { globalAddresses, NAT64_PREFIX } from './global-address';

export interface InternetSpace {
  readonly name: 'IPv4' | 'IPv6' | 'IPv4 by NAT64';
  /** The family of the destinations as the subnet sends them. */
  readonly family: Family;
  readonly addresses: AddressSet;
  /** How many addresses that are. */
  readonly size: bigint;
}

/**
 * Every space, each once. Facts: aws.md 1.23 (RFC 6052: behind 64:ff9b::/96 is the whole IPv4 internet, which would be
 * lost in the size of IPv6).
 */
export function internetSpaces(): readonly InternetSpace[] {
  const nat64 = parseCidr(NAT64_PREFIX);
  const ipv4 = globalAddresses('ipv4');
  const translated = ipv4.map(({ first, last }) => ({
    first: first + nat64.first,
    last: last + nat64.first,
  }));
  return [
    spaceOf('IPv4', 'ipv4', ipv4),
    spaceOf('IPv6', 'ipv6', subtract(globalAddresses('ipv6'), [nat64])),
    spaceOf('IPv4 by NAT64', 'ipv6', translated),
  ];
}

/** How many addresses a set holds. */
export function sizeOf(set: AddressSet): bigint {
  return set.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

function spaceOf(name: InternetSpace['name'], family: Family, addresses: AddressSet): InternetSpace {
  return { name, family, addresses, size: sizeOf(addresses) };
}
