/** The certificate checker's own addresses and longest-prefix match. Throws at whatever is not spelled as AWS spells it. */
import type { ManagedPrefixList, Route, RouteTable } from '../snapshot/snapshot';

/** Addresses of one family; both ends are inside. */
export interface Block {
  readonly family: 'ipv4' | 'ipv6';
  readonly first: bigint;
  readonly last: bigint;
}

/** A route for one prefix; `rank` is 0 for a static one, 1 for a prefix list's, 2 for a propagated one, null in doubt. */
export interface Entry extends Block {
  readonly length: number;
  readonly rank: number | null;
  readonly route: Route;
}

const BITS = { ipv4: 32, ipv6: 128 } as const;
const RANKS = new Map([
  ['CreateRouteTable', 0],
  ['CreateRoute', 0],
  ['EnableVgwRoutePropagation', 2],
]);

export function insist(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

export function isInside(outer: Block, { family, first, last }: Block): boolean {
  return outer.family === family && outer.first <= first && last <= outer.last;
}

/** Whether a block lies in one of others, which are sorted and apart from each other. */
export function isCovered(others: readonly Block[], block: Block): boolean {
  let [low, high] = [0, others.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((others[middle]?.last ?? block.last) < block.last) low = middle + 1;
    else high = middle;
  }
  const other = others[low];
  return other !== undefined && isInside(other, block);
}

/** A CIDR block, or every address of its family for a length of 0. */
export function blockOf(text: string): Block & { readonly length: number } {
  const [address = '', prefix = ''] = text.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const length = Number(prefix);
  const value = family === 'ipv6' ? ipv6(address) : ipv4(address);
  insist(/^\d{1,3}$/.test(prefix) && length <= BITS[family], `${text} is no CIDR block`);
  const rest = (1n << BigInt(BITS[family] - length)) - 1n;
  insist((value & rest) === 0n, `${text} has bits set below its prefix`);
  return { family, first: value, last: value | rest, length };
}

function ipv4(text: string): bigint {
  const octets = text.split('.');
  const plain = octets.every((octet) => /^(0|[1-9]\d{0,2})$/.test(octet) && Number(octet) < 256);
  insist(octets.length === 4 && plain, `${text} is no IPv4 address`);
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function ipv6(text: string): bigint {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail] = halves;
  const gap = tail ? 8 - head.length - tail.length : 0;
  const groups = [...head, ...Array.from({ length: gap }, () => '0'), ...(tail ?? [])];
  const plain = groups.every((group) => /^[\da-f]{1,4}$/i.test(group));
  insist(halves.length < 3 && groups.length === 8 && plain, `${text} is no IPv6 address`);
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** A table's routes of a family, by prefix length and network. */
export type Lookup = ReadonlyMap<number, ReadonlyMap<bigint, readonly Entry[]>>;

/** Every prefix of a table's routes; `entriesOf` gives a prefix list's. */
export function entriesIn(
  table: RouteTable,
  listed: (route: Route) => ManagedPrefixList | null,
): readonly Entry[] {
  return (table.Routes ?? []).flatMap((route) => {
    const own = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
    const list = route.DestinationPrefixListId ? (listed(route)?.Entries ?? []) : [{ Cidr: own }];
    const settled = route.State === 'active' || route.State === 'blackhole';
    const order = route.DestinationPrefixListId ? 1 : (RANKS.get(route.Origin ?? '') ?? null);
    const rank = settled ? order : null;
    return list.map(({ Cidr: text }) => ({ ...blockOf(text ?? ''), rank, route }));
  });
}

export function lookupOf(entries: readonly Entry[]): Lookup {
  const lookup = new Map<number, Map<bigint, Entry[]>>();
  for (const entry of [...entries].sort((a, b) => b.length - a.length)) {
    const networks = lookup.get(entry.length) ?? new Map<bigint, Entry[]>();
    networks.set(entry.first, [...(networks.get(entry.first) ?? []), entry]);
    lookup.set(entry.length, networks);
  }
  return lookup;
}

/** The routes that may decide for an address: longest prefix, then static, list, propagated; of lists that overlap, any. */
export function deciding(lookup: Lookup, { family, first }: Block): readonly Entry[] {
  const holding = [...lookup].flatMap(([length, networks]) => {
    const below = BigInt(BITS[family] - length);
    return networks.get((first >> below) << below) ?? [];
  });
  const isLocal = ({ rank, route }: Entry) =>
    rank !== null && route.State === 'active' && route.GatewayId === 'local';
  const local = holding.some(isLocal);
  const alive = holding.flatMap(({ rank, ...entry }) =>
    rank === null || (local && rank === 2) ? [] : [{ ...entry, rank }],
  );
  const doubtful = holding.find(({ rank, length }) => rank === null && length >= (alive[0]?.length ?? 0));
  insist(
    doubtful === undefined,
    `a route in state ${doubtful?.route.State}, of origin ${doubtful?.route.Origin}, may decide`,
  );
  const best = alive.filter((entry) =>
    alive.every((one) => one.length !== entry.length || one.rank >= entry.rank),
  );
  const longest = best.filter(({ length }) => length === best[0]?.length);
  return longest[0]?.rank === 1 ? best.filter(({ rank }) => rank === 1) : longest;
}

/** Cuts blocks at every place where another route may decide, so that one address answers for each part. */
export function partsOf(blocks: readonly Block[], entries: readonly Block[]): readonly Block[] {
  const edges = [...entries, ...blocks].flatMap(({ first, last }) => [first, last + 1n]);
  const cuts = [...new Set(edges)].sort((a, b) => (a < b ? -1 : 1));
  const parts: Block[] = [];
  let at = 0;
  for (const [index, first] of cuts.entries()) {
    while ((blocks[at]?.last ?? first) < first) at += 1;
    const block = blocks[at];
    const next = cuts[index + 1];
    if (block && next !== undefined && block.first <= first) parts.push({ ...block, first, last: next - 1n });
  }
  return parts;
}
