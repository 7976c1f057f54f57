/** The certificate checker's own addresses: blocks, and what is left of them. Throws at what AWS would not spell so. */

/** Addresses of one family; both ends are inside. */
export interface Block {
  readonly family: 'ipv4' | 'ipv6';
  readonly first: bigint;
  readonly last: bigint;
}

export type Prefix = Block & { readonly length: number };

export function insist(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** A CIDR block, and nothing that only looks like one. */
export function blockOf(text: string): Prefix {
  const [address = '', prefix = '', more] = text.split('/');
  const isIpv6 = address.includes(':');
  const [bits, wanted, group] = isIpv6 ? [128, 8, /^[\da-f]{1,4}$/i] : [32, 4, /^(0|[1-9]\d{0,2})$/];
  const groups = isIpv6 ? unfolded(address) : address.split('.');
  const isAddress = groups.length === wanted && groups.every((one) => group.test(one));
  const isPrefix = more === undefined && /^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits;
  insist(isAddress && isPrefix, `${text} is no CIDR block`);
  insist(isIpv6 || groups.every((one) => Number(one) <= 255), `${text} is no CIDR block`);
  const width = BigInt(bits / wanted);
  const first = groups.reduce((sum, one) => (sum << width) | BigInt(isIpv6 ? `0x${one}` : one), 0n);
  const rest = (1n << BigInt(bits - Number(prefix))) - 1n;
  insist((first & rest) === 0n, `${text} has bits set below its prefix`);
  return { family: isIpv6 ? 'ipv6' : 'ipv4', first, last: first | rest, length: Number(prefix) };
}

function unfolded(address: string): readonly string[] {
  const [head = '', tail, more] = address.split('::');
  const groups = (half: string): readonly string[] => (half === '' ? [] : half.split(':'));
  if (tail === undefined) return groups(head);
  const missing = 8 - groups(head).length - groups(tail).length;
  insist(missing > 0 && more === undefined, `${address} is no IPv6 address`);
  return [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail)];
}

/** Blocks in order, none of which touches another. */
export function merged(blocks: readonly Block[]): readonly Block[] {
  const found: { family: Block['family']; first: bigint; last: bigint }[] = [];
  const order = (a: Block, b: Block): number =>
    a.family === b.family
      ? Number(a.first > b.first) - Number(a.first < b.first)
      : a.family === 'ipv4'
        ? -1
        : 1;
  for (const { family, first, last } of [...blocks].sort(order)) {
    const before = found.at(-1);
    if (before?.family !== family || first > before.last + 1n) found.push({ family, first, last });
    else if (last > before.last) before.last = last;
  }
  return found;
}

/** What of merged blocks is in another one. */
export function overlap(blocks: readonly Block[], { family, first, last }: Block): readonly Block[] {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = blocks[middle];
    if (one && (one.family === family ? one.last < first : one.family === 'ipv4')) low = middle + 1;
    else high = middle;
  }
  const found: Block[] = [];
  for (let one = blocks[low]; one?.family === family && one.first <= last; one = blocks[++low])
    found.push({
      family,
      first: one.first > first ? one.first : first,
      last: one.last < last ? one.last : last,
    });
  return found;
}

/** What of some blocks is in none of the others, which are merged. */
export function minus(blocks: readonly Block[], others: readonly Block[]): readonly Block[] {
  return blocks.flatMap((block) => {
    const left: Block[] = [];
    let next = block.first;
    for (const hole of overlap(others, block)) {
      if (hole.first > next) left.push({ ...block, first: next, last: hole.first - 1n });
      next = hole.last + 1n;
    }
    return next <= block.last ? [...left, { ...block, first: next, last: block.last }] : left;
  });
}
