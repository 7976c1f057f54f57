/** CIDR arithmetic for the lab's EC2 API: strict parsing, canonical text, containment and overlap, for both families. */
import { isIPv4, isIPv6 } from 'node:net';

export interface Cidr {
  readonly family: 4 | 6;
  /** First and last address as numbers. */
  readonly first: bigint;
  readonly last: bigint;
  /** Bits of the prefix, 0–32 or 0–128. */
  readonly prefixLength: number;
  /** Canonical text: host bits cleared, IPv6 compressed as RFC 5952 says. */
  readonly text: string;
}

function ipv4Number(address: string): bigint {
  return address.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function ipv6Number(address: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const tail = dotted?.[2] === undefined ? null : ipv4Number(dotted[2]);
  const hex =
    tail === null ? address : `${dotted?.[1]}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  const [left = '', right] = hex.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const head = groups(left);
  const rest = right === undefined ? [] : groups(right);
  const zeros = Array.from({ length: 8 - head.length - rest.length }, () => '0');
  return [...head, ...zeros, ...rest].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** The address as a number, or null when the text is not an address. Zone indices (`%eth0`) are not addresses here. */
export function addressNumber(address: string): { readonly family: 4 | 6; readonly value: bigint } | null {
  if (isIPv4(address)) return { family: 4, value: ipv4Number(address) };
  if (isIPv6(address) && !address.includes('%')) return { family: 6, value: ipv6Number(address) };
  return null;
}

function ipv6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  );
  let best = { at: 0, length: 0 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (groups[at + length] === '0') length++;
    if (length > best.length) best = { at, length };
  }
  if (best.length < 2) return groups.join(':');
  return `${groups.slice(0, best.at).join(':')}::${groups.slice(best.at + best.length).join(':')}`;
}

/** An address as text, from its number. */
export function addressText(family: 4 | 6, value: bigint): string {
  if (family === 6) return ipv6Text(value);
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.');
}

/** A CIDR block with its host bits cleared (as EC2 does for every block it is given), or null when it is not one. */
export function parseCidr(text: string): Cidr | null {
  const [address = '', length = '', ...rest] = text.split('/');
  const parsed = addressNumber(address);
  if (parsed === null || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return null;
  const bits = parsed.family === 4 ? 32 : 128;
  const prefixLength = Number(length);
  if (prefixLength > bits) return null;
  const size = 1n << BigInt(bits - prefixLength);
  const first = parsed.value - (parsed.value % size);
  return {
    family: parsed.family,
    first,
    last: first + size - 1n,
    prefixLength,
    text: `${addressText(parsed.family, first)}/${prefixLength}`,
  };
}

/** Whether every address of `inner` lies in `outer` (equal blocks do). */
export function within(inner: Cidr, outer: Cidr): boolean {
  return inner.family === outer.family && inner.first >= outer.first && inner.last <= outer.last;
}

/** Whether two blocks share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}
