/**
 * Which addresses can be on the internet, to choose a witness that a reader recognises as one.
 *
 * Facts: IANA IPv4 and IPv6 Special-Purpose Address Registries (column "Globally Reachable"); IPv6 unicast is
 * allocated from 2000::/3 (IANA IPv6 Global Unicast Address Assignments); 64:ff9b::/96 is NAT64's well-known
 * prefix (RFC 6052), which stands for IPv4 destinations.
 */
import type { AddressSet, Interval } from './address-set';
import { subtract } from './address-set';
import type { Family } from './cidr';
import { parseCidr, spaceOf } from './cidr';

/** NAT64's well-known prefix. */
export const NAT64_PREFIX = '64:ff9b::/96';

const IPV4_SPECIAL = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const IPV6_UNICAST = [NAT64_PREFIX, '2000::/3'];
const IPV6_SPECIAL = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** Made at the first question: every class of destinations asks. */
const computed = new Map<Family, AddressSet>();

/** Every address of a family that can be on the internet. */
export function globalAddresses(family: Family): AddressSet {
  const known = computed.get(family);
  if (known) return known;
  const addresses =
    family === 'ipv4'
      ? subtract([spaceOf('ipv4')], IPV4_SPECIAL.map(parseCidr))
      : subtract(IPV6_UNICAST.map(parseCidr), IPV6_SPECIAL.map(parseCidr));
  computed.set(family, addresses);
  return addresses;
}

/** The part of an interval that can be on the internet. */
export function globalPart(family: Family, interval: Interval): AddressSet {
  return globalAddresses(family).flatMap(({ first, last }) => {
    const part = {
      first: first > interval.first ? first : interval.first,
      last: last < interval.last ? last : interval.last,
    };
    return part.first <= part.last ? [part] : [];
  });
}

/** The first address of an interval that can be on the internet, or its first address when none can. */
export function witnessIn(
  family: Family,
  interval: Interval,
): { readonly address: bigint; readonly global: boolean } {
  const first = globalPart(family, interval)[0];
  return first === undefined
    ? { address: interval.first, global: false }
    : { address: first.first, global: true };
}
