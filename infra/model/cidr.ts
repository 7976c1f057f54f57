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
const DOT = '.'.charCodeAt(0);
const COLON = ':'.charCodeAt(0);
const LETTER_A = 'a'.charCodeAt(0);
const hostParts: bigint[] = [];

/** The whole address space of a family. */
export function spaceOf(family: Family): Interval {
  return { first: 0n, last: (1n << BigInt(WIDTH[family])) - 1n };
}

/** One IPv4 or IPv6 address; throws {@link NotKnown} for anything else. */
export function parseAddress(text: string): Address {
  if (text.includes(':'))
    return { family: 'ipv6', value: valueOf(ipv6Groups(text, text.length) ?? refuse(text)) };
  const value = ipv4Value(text, text.length);
  return { family: 'ipv4', value: BigInt(value < 0 ? refuse(text) : value) };
}

/** One prefix; throws {@link NotKnown} for anything else, also when address bits below the prefix are set. */
export function parseCidr(text: string): Cidr {
  const slash = text.indexOf('/');
  const length = slash < 1 ? -1 : prefixLength(text, slash + 1);
  if (length < 0) throw new NotKnown(`"${text}" is not a CIDR block in AWS's spelling`);
  return text.includes(':') ? ipv6Cidr(text, slash, length) : ipv4Cidr(text, slash, length);
}

function ipv4Cidr(text: string, slash: number, length: number): Cidr {
  const value = ipv4Value(text, slash);
  if (value < 0) refuse(text.slice(0, slash));
  if (length > WIDTH.ipv4) tooLong(text, WIDTH.ipv4);
  const rest = length === WIDTH.ipv4 ? 0 : 0xffff_ffff >>> length;
  if ((value & rest) !== 0) hasHostBits(text);
  return { family: 'ipv4', length, text, first: BigInt(value), last: BigInt(value + rest) };
}

function ipv6Cidr(text: string, slash: number, length: number): Cidr {
  const value = valueOf(ipv6Groups(text, slash) ?? refuse(text.slice(0, slash)));
  if (length > WIDTH.ipv6) tooLong(text, WIDTH.ipv6);
  const rest = hostPart(WIDTH.ipv6 - length);
  if ((value & rest) !== 0n) hasHostBits(text);
  return { family: 'ipv6', length, text, first: value, last: value | rest };
}

function refuse(text: string): never {
  throw new NotKnown(`"${text}" is not an IP address in AWS's spelling`);
}

function tooLong(text: string, width: number): never {
  throw new NotKnown(`"${text}" has a prefix longer than ${width} bits`);
}

function hasHostBits(text: string): never {
  throw new NotKnown(`"${text}" has address bits set below its prefix`);
}

/** A decimal of one to three digits without a leading zero, from an index to the text's end; -1 for anything else. */
function prefixLength(text: string, from: number): number {
  const digits = text.length - from;
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(from) === ZERO)) return -1;
  let length = 0;
  for (let index = from; index < text.length; index++) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit < 0 || digit > 9) return -1;
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

/** The number that a text is up to an index, or -1. Read character by character: ten thousand prefixes are read within milliseconds. */
function ipv4Value(text: string, end: number): number {
  let value = 0;
  let octet = 0;
  let digits = 0;
  let octets = 1;
  for (let index = 0; index < end; index++) {
    const code = text.charCodeAt(index);
    const digit = code - ZERO;
    if (digit >= 0 && digit <= 9) {
      // A further digit after a zero would be an octal number to some readers.
      if (digits > 0 && octet === 0) return -1;
      octet = octet * 10 + digit;
      digits += 1;
      if (octet > 255) return -1;
    } else {
      if (code !== DOT || digits === 0 || octets === 4) return -1;
      value = value * 256 + octet;
      octet = 0;
      digits = 0;
      octets += 1;
    }
  }
  return octets === 4 && digits > 0 ? value * 256 + octet : -1;
}

interface Groups {
  readonly groups: readonly number[];
  /** The index of the group that a double colon stands before, or -1. */
  readonly gap: number;
}

/** Read character by character as well, up to an index; null for anything but one address. */
function ipv6Groups(text: string, end: number): Groups | null {
  const groups: number[] = [];
  let gap = -1;
  let group = 0;
  let digits = 0;
  for (let index = 0; index < end; index++) {
    const code = text.charCodeAt(index);
    const digit = hexDigit(code);
    if (digit >= 0) {
      group = group * 16 + digit;
      digits += 1;
      if (digits > 4) return null;
      continue;
    }
    if (code !== COLON) return null;
    if (digits > 0) groups.push(group);
    // A colon follows a group, or it is the second of the one double colon, which may stand first.
    const isDouble = index + 1 < end && text.charCodeAt(index + 1) === COLON;
    if ((digits === 0 && !(index === 0 && isDouble)) || (isDouble && gap >= 0)) return null;
    if (isDouble) {
      gap = groups.length;
      index += 1;
    } else if (index === end - 1) return null;
    group = 0;
    digits = 0;
  }
  if (digits > 0) groups.push(group);
  // A double colon stands for one group at least.
  return (gap < 0 ? groups.length === 8 : groups.length <= 7) ? { groups, gap } : null;
}

/** The value of a hexadecimal digit by its character code, or -1. */
function hexDigit(code: number): number {
  if (code >= ZERO && code <= ZERO + 9) return code - ZERO;
  const letter = (code | 0x20) - LETTER_A;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

function valueOf(groups: Groups): bigint {
  let value = 0n;
  for (let index = 0; index < 8; index += 2) {
    const pair = groupAt(groups, index) * 65_536 + groupAt(groups, index + 1);
    value = value === 0n ? BigInt(pair) : (value << 32n) | BigInt(pair);
  }
  return value;
}

/** A group of the eight; those that a double colon stands for are zero. */
function groupAt({ groups, gap }: Groups, index: number): number {
  if (gap < 0 || index < gap) return groups[index] ?? 0;
  const behind = index - (8 - groups.length);
  return behind < gap ? 0 : (groups[behind] ?? 0);
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
