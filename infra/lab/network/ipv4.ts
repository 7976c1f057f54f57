/** IPv4 addresses and blocks as the lab reads them from records: strictly, since their text goes to the kernel. */

export interface Block {
  /** The first address, as an unsigned 32-bit number. */
  readonly first: number;
  readonly prefixLength: number;
}

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const addressPattern = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);

/** Throws for anything but four decimal octets. */
export function parseAddress(text: string): number {
  const match = addressPattern.exec(text);
  if (!match) throw new Error(`"${text}" is not an IPv4 address`);
  return match.slice(1).reduce((value, part) => value * 256 + Number(part), 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** Throws for anything but `address/length` with no bits set beyond the length. */
export function parseBlock(text: string): Block {
  const match = /^([\d.]+)\/(\d|[12]\d|3[0-2])$/.exec(text);
  if (!match) throw new Error(`"${text}" is not an IPv4 block`);
  const [first, prefixLength] = [parseAddress(match[1] ?? ''), Number(match[2])];
  if (first % 2 ** (32 - prefixLength) !== 0) throw new Error(`"${text}" has bits set beyond its length`);
  return { first, prefixLength };
}

export function formatBlock({ first, prefixLength }: Block): string {
  return `${formatAddress(first)}/${prefixLength}`;
}

export function containsAddress(block: Block, address: number): boolean {
  return address >= block.first && address < block.first + 2 ** (32 - block.prefixLength);
}

export function overlaps(a: Block, b: Block): boolean {
  return containsAddress(a, b.first) || containsAddress(b, a.first);
}

/** An address of the block by its place in it: AWS's router is 1, its resolver 2. */
export function addressAt(block: string, place: number): string {
  return formatAddress(parseBlock(block).first + place);
}
