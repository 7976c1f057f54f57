/**
 * Whether two address or two port expressions of rule headers surely have nothing in common. Pure; false in doubt.
 * Grammar: Suricata 7 user guide, "Rules Format": `any`, one entry, a list in brackets, `!` before any of them. Of lists
 * within lists, and of IPv6, nothing is said.
 */

/** Lowest and highest, both of them in. */
type Range = readonly [number, number];

interface Expression {
  readonly negated: boolean;
  readonly ranges: readonly Range[];
}

const HIGHEST_PORT = 65_535;
const HIGHEST_ADDRESS = 2 ** 32 - 1;

/** Two exceptions always share the addresses of IPv6. */
export function disjointAddresses(one: string, other: string): boolean {
  if (one.startsWith('!') && other.startsWith('!')) return false;
  return disjoint(read(one, addressRange), read(other, addressRange), HIGHEST_ADDRESS);
}

export function disjointPorts(one: string, other: string): boolean {
  return disjoint(read(one, portRange), read(other, portRange), HIGHEST_PORT);
}

function disjoint(one: Expression | null, other: Expression | null, highest: number): boolean {
  if (one === null || other === null) return false;
  const ones = members(one, highest);
  const others = members(other, highest);
  // What seems to stand for nothing is more likely not understood.
  if (ones.length === 0 || others.length === 0) return false;
  return ones.every(([low, high]) => others.every(([from, to]) => high < from || to < low));
}

/** What an expression stands for, as ranges. */
function members({ negated, ranges }: Expression, highest: number): readonly Range[] {
  if (!negated) return ranges;
  const gaps: Range[] = [];
  let next = 0;
  for (const [low, high] of [...ranges].sort(([a], [b]) => a - b)) {
    if (low > next) gaps.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  return next > highest ? gaps : [...gaps, [next, highest]];
}

/** Null for what is not of the plain forms: an exception within a list changes what the list stands for. */
function read(text: string, rangeOf: (entry: string) => Range | null): Expression | null {
  const negated = text.startsWith('!');
  const body = (negated ? text.slice(1) : text).replaceAll(/\s/g, '');
  const list = /^\[([^[\]!]+)\]$/.exec(body)?.[1];
  if (list === undefined && /[[\]!,]/.test(body)) return null;
  const ranges = (list ?? body).split(',').map((entry) => rangeOf(entry));
  const known = ranges.filter((range) => range !== null);
  return known.length === ranges.length ? { negated, ranges: known } : null;
}

function portRange(entry: string): Range | null {
  if (entry === 'any') return [0, HIGHEST_PORT];
  const parts = /^(\d{1,5})?(:)?(\d{1,5})?$/.exec(entry);
  if (entry === '' || entry === ':' || parts === null) return null;
  const [, from, colon, to] = parts;
  const low = Number(from ?? 0);
  const high = colon === undefined ? low : Number(to ?? HIGHEST_PORT);
  return low <= high && high <= HIGHEST_PORT ? [low, high] : null;
}

function addressRange(entry: string): Range | null {
  if (entry === 'any') return [0, HIGHEST_ADDRESS];
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(entry);
  if (parts === null) return null;
  const octets = parts.slice(1, 5).map(Number);
  const bits = Number(parts[5] ?? 32);
  if (octets.some((octet) => octet > 255) || bits > 32) return null;
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - bits);
  const low = Math.floor(address / size) * size;
  return [low, low + size - 1];
}
