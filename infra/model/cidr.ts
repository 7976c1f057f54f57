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

const ZERO = '0'.charCodeAt(0);
const LETTER_A = 'a'.charCodeAt(0);
const hostParts: bigint[] = [];

/** The whole address space of a family. */
export function spaceOf(family: Family): Interval {
  return { first: 0n, last: (1n << BigInt(WIDTH[family])) - 1n };
}

/** One IPv4 or IPv6 address; throws {@link NotKnown} for anything else. */
export function parseAddress(text: string): Address {
  const family = text.includes(':') ? 'ipv6' : 'ipv4';
  const value = valueOf(family, text);
  if (value === null) throw new NotKnown(`"${text}" is not an IP address in AWS's spelling`);
  return { family, value };
}

/** One prefix; throws {@link NotKnown} for anything else, also when address bits below the prefix are set. */
export function parseCidr(text: string): Cidr {
  const slash = text.indexOf('/');
  const length = slash < 1 ? null : prefixLength(text, slash + 1);
  if (length === null) throw new NotKnown(`"${text}" is not a CIDR block in AWS's spelling`);
  const { family, value } = parseAddress(text.slice(0, slash));
  if (length > WIDTH[family]) throw new NotKnown(`"${text}" has a prefix longer than ${WIDTH[family]} bits`);
  const rest = hostPart(WIDTH[family] - length);
  if ((value & rest) !== 0n) throw new NotKnown(`"${text}" has address bits set below its prefix`);
  return { family, length, text, first: value, last: value | rest };
}

/** A decimal of one to three digits without a leading zero, from an index to the text's end. */
function prefixLength(text: string, from: number): number | null {
  const digits = text.length - from;
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(from) === ZERO)) return null;
  let length = 0;
  for (let index = from; index < text.length; index++) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) return null;
    length = length * 10 + digit;
  }
  return length;
}

/** So many ones, each number made once: a table has thousands of prefixes of a few lengths. */
function hostPart(bits: number): bigint {
  return (hostParts[bits] ??= (1n << BigInt(bits)) - 1n);
}

/** The usual spelling of an address; IPv6 as RFC 5952 wants it. */
export function formatAddress(family: Family, value: bigint): string {
  return family === 'ipv4' ? groupsOf(value, 4, 8n).join('.') : formatIpv6(value);
}

function valueOf(family: Family, text: string): bigint | null {
  if (family === 'ipv6') return ipv6Value(text);
  const value = ipv4Value(text);
  return value < 0 ? null : BigInt(value);
}

/** The number, or -1. Read character by character: ten thousand prefixes are read within milliseconds. */
function ipv4Value(text: string): number {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let octets = 1;
  for (let index = 0; index < text.length; index++) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit >= 0 && digit <= 9) {
      // A further digit after a zero would be an octal number to some readers.
      if (digits > 0 && octet === 0) return -1;
      octet = octet * 10 + digit;
      digits += 1;
      if (octet > 255) return -1;
    } else {
      if (text[index] !== '.' || digits === 0 || octets === 4) return -1;
      value = value * 256 + octet;
      octet = 0;
      digits = 0;
      octets += 1;
    }
  }
  return octets === 4 && digits > 0 ? value * 256 + octet : -1;
}

/** Read character by character as well, into eight groups; null for anything but one address. */
function ipv6Value(text: string): bigint | null {
  const groups: number[] = [];
  let gap = -1;
  let group = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const digit = hexDigit(text.charCodeAt(index));
    if (digit >= 0) {
      group = group * 16 + digit;
      digits += 1;
      if (digits > 4) return null;
      continue;
    }
    if (text[index] !== ':') return null;
    if (digits > 0) groups.push(group);
    // A colon follows a group, or it is the second of the one double colon, which may stand first.
    const isDouble = text[index + 1] === ':';
    if ((digits === 0 && !(index === 0 && isDouble)) || (isDouble && gap >= 0)) return null;
    if (isDouble) {
      gap = groups.length;
      index += 1;
    } else if (index === text.length - 1) return null;
    group = 0;
    digits = 0;
  }
  if (digits > 0) groups.push(group);
  // A double colon stands for one group at least.
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return null;
  if (gap >= 0) for (let left = 8 - groups.length; left > 0; left--) groups.splice(gap, 0, 0);
  return ofGroups(groups);
}

/** The value of a hexadecimal digit by its character code, or -1. */
function hexDigit(code: number): number {
  if (code >= ZERO && code <= ZERO + 9) return code - ZERO;
  const letter = (code | 0x20) - LETTER_A;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

function ofGroups(groups: readonly number[]): bigint {
  let value = 0n;
  for (let index = 0; index < 8; index += 2) {
    const pair = (groups[index] ?? 0) * 65_536 + (groups[index + 1] ?? 0);
    value = value === 0n ? BigInt(pair) : (value << 32n) | BigInt(pair);
  }
  return value;
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
