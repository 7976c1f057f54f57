/** Fn::Cidr: address blocks of one size from a larger one (template reference, intrinsic-function-reference-cidr). */

export class CidrError extends Error {
  override readonly name = 'CidrError';
}

/**
 * The first `count` (1 to 256) blocks of `cidrBits` host bits inside `ipBlock`, IPv4 or IPv6. Without `cidrBits`
 * the blocks are single addresses.
 */
export function cidrBlocks(ipBlock: string, count: string, cidrBits = '0'): readonly string[] {
  const block = parseBlock(ipBlock);
  const number = /^\d+$/.test(count) ? Number(count) : Number.NaN;
  if (!(number >= 1 && number <= 256)) throw new CidrError(`Fn::Cidr makes 1 to 256 blocks, not '${count}'`);
  const hostBits = /^\d+$/.test(cidrBits) ? Number(cidrBits) : Number.NaN;
  if (!(hostBits >= 0 && hostBits <= block.bits)) {
    throw new CidrError(`cidrBits of Fn::Cidr must be 0 to ${block.bits}, not '${cidrBits}'`);
  }
  const size = 1n << BigInt(hostBits);
  const capacity =
    hostBits > block.bits - block.prefix ? 0n : (1n << BigInt(block.bits - block.prefix)) / size;
  if (BigInt(number) > capacity) {
    throw new CidrError(
      `Fn::Cidr cannot take ${number} blocks of ${hostBits} host bits from ${ipBlock}, which holds ${capacity}`,
    );
  }
  return Array.from(
    { length: number },
    (_, at) => `${block.write(block.base + BigInt(at) * size)}/${block.bits - hostBits}`,
  );
}

interface Block {
  readonly base: bigint;
  readonly prefix: number;
  readonly bits: 32 | 128;
  write(address: bigint): string;
}

function parseBlock(text: string): Block {
  const [address = '', prefixText = '', ...more] = text.split('/');
  const v6 = address.includes(':');
  const bits = v6 ? 128 : 32;
  const value = v6 ? parseIpv6(address) : parseIpv4(address);
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Number.NaN;
  if (value === null || more.length > 0 || !(prefix >= 0 && prefix <= bits))
    throw new CidrError(`'${text}' is not a CIDR block`);
  const base = (value >> BigInt(bits - prefix)) << BigInt(bits - prefix);
  return { base, prefix, bits, write: v6 ? writeIpv6 : writeIpv4 };
}

function parseIpv4(text: string): bigint | null {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255))
    return null;
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function writeIpv4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 0xffn)).join('.');
}

function parseIpv6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** RFC 5952: lower case, the first longest run of zero groups (two or more) as `::`. */
function writeIpv6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((address >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  );
  let run = { at: 0, length: 0 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === '0') length++;
    if (length > run.length) run = { at, length };
  }
  if (run.length < 2) return groups.join(':');
  return `${groups.slice(0, run.at).join(':')}::${groups.slice(run.at + run.length).join(':')}`;
}
