/**
 * IP addresses and prefixes as numbers. The parser is strict: what is not exactly one address or prefix is
 * rejected, never guessed, because a guessed prefix (`010.0.0.0/8`, `10.2/16`, `10.2.3.1/16`) is a hole that
 * nobody sees. Rejections are {@link NotKnown}, so that the question answers `unknown`.
 */
import { NotKnown } from '../snapshot/snapshot';
import type { Interval } from './address-set';

export type Family = 'ipv4' | 'ipv6';

export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** Address width in bits. */
export const WIDTH: Readonly<Record<Family, number>> = { ipv4: 32, ipv6: 128 };

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** A prefix; `first` and `last` are its lowest and highest address, both inside. */
export interface Cidr extends Interval {
  readonly family: Family;
  readonly length: number;
  /** As AWS spelled it. */
  readonly text: string;
}

/** The whole address space of a family. */
export function spaceOf(family: Family): Interval {
  return { first: 0n, last: (1n << BigInt(WIDTH[family])) - 1n };
}

/** One IPv4 or IPv6 address; throws {@link NotKnown} for anything else. */
export function parseAddress(text: string): Address {
  const value = text.includes(':') ? ipv6Value(text) : ipv4Value(text);
  if (value === null) throw new NotKnown(`"${text}" is not an IP address in AWS's spelling`);
  return { family: text.includes(':') ? 'ipv6' : 'ipv4', value };
}

/** One prefix; throws {@link NotKnown} for anything else, also when address bits below the prefix are set. */
export function parseCidr(text: string): Cidr {
  const parts = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  const [addressText, lengthText] = [parts?.[1], parts?.[2]];
  if (addressText === undefined || lengthText === undefined) {
    throw new NotKnown(`"${text}" is not a CIDR block in AWS's spelling`);
  }
  const { family, value } = parseAddress(addressText);
  const length = Number(lengthText);
  if (length > WIDTH[family]) throw new NotKnown(`"${text}" has a prefix longer than ${WIDTH[family]} bits`);
  const size = 1n << BigInt(WIDTH[family] - length);
  if (value % size !== 0n) throw new NotKnown(`"${text}" has address bits set below its prefix`);
  return { family, length, text, first: value, last: value + size - 1n };
}

/** The usual spelling of an address; IPv6 as RFC 5952 wants it. */
export function formatAddress(family: Family, value: bigint): string {
  return family === 'ipv4' ? groupsOf(value, 4, 8n).join('.') : formatIpv6(value);
}

function ipv4Value(text: string): bigint | null {
  const octets = text.split('.');
  if (octets.length !== 4) return null;
  let value = 0n;
  for (const octet of octets) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) return null;
    value = (value << 8n) | BigInt(octet);
  }
  return value;
}

function ipv6Value(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if (head === undefined) return null;
  const given = head.length + (tail?.length ?? 0);
  // A double colon stands for one group at least; without one, all eight are there.
  if (tail === undefined ? given !== 8 : given > 7) return null;
  const groups = [...head, ...Array.from({ length: 8 - given }, () => '0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function groupsOf(value: bigint, count: number, bits: bigint): bigint[] {
  const mask = (1n << bits) - 1n;
  return Array.from({ length: count }, (_, index) => (value >> (BigInt(count - 1 - index) * bits)) & mask);
}

function formatIpv6(value: bigint): string {
  const groups = groupsOf(value, 8, 16n).map((group) => group.toString(16));
  const run = longestZeroRun(groups);
  if (run.length < 2) return groups.join(':');
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`;
}

function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== '0') start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  });
  return best;
}
