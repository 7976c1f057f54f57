/**
 * A packet walker to test the model against: it knows networks of 64 addresses, tries every single one, and shares
 * nothing with the model but the meaning of AWS's rules. For tests only.
 */

export type TinyTarget =
  | { readonly kind: 'nat' | 'firewall' | 'other-gwlbe' | 'appliance'; readonly index: number }
  | { readonly kind: 'igw' | 'eigw' | 'cagw' | 'tgw' | 's3' | 'blackhole' | 'unknown' | 'checked-eni' };

/** A destination: the first `length` bits of `base`, of six. */
export interface TinyPrefix {
  readonly base: number;
  readonly length: number;
}

export interface TinyRoute {
  readonly to: TinyPrefix | { readonly list: number };
  readonly target: TinyTarget;
  readonly origin: 'static' | 'propagated' | 'advertised';
}

export interface TinyNetwork {
  /** By table. The local route for addresses 0–15 is added to each. */
  readonly tables: readonly (readonly TinyRoute[])[];
  /** The table of each of the four subnets; subnet n has the addresses 4n to 4n+3. */
  readonly subnetTables: readonly number[];
  /** The subnet of each NAT gateway, firewall endpoint, other endpoint and appliance. */
  readonly nats: readonly number[];
  readonly firewalls: readonly number[];
  readonly others: readonly number[];
  readonly appliances: readonly number[];
  /** The internet gateway's edge table, or null. */
  readonly edgeTable: number | null;
  /** Entries of each prefix list; null: it was not read. */
  readonly lists: readonly (readonly TinyPrefix[] | null)[];
  /** Which addresses hold some of the internet; those below 56 unless told: from there on are 224.0.0.0 and above. */
  readonly onInternet?: (address: number) => boolean;
}

export interface TinyPath {
  readonly vias: readonly string[];
  /** `igw`, `eigw`, `cagw`, `delivered`, `s3`, `tgw`, `dropped`, `loop`, `unknown`. */
  readonly end: string;
}

interface Match {
  readonly length: number;
  readonly rank: 0 | 1 | 2 | 3;
  readonly target: TinyTarget | 'local';
}

const holds = (prefix: TinyPrefix, address: number): boolean =>
  address >> (6 - prefix.length) === prefix.base >> (6 - prefix.length);

/** Every way of one address out of a place: a subnet, or a table without one. */
export function tinyPaths(
  network: TinyNetwork,
  from: { readonly subnet: number } | { readonly table: number },
  address: number,
): readonly TinyPath[] {
  const go = (
    subnet: number | null,
    table: number,
    vias: readonly string[],
    met: readonly string[],
  ): readonly TinyPath[] => {
    const here = subnet === null ? `table ${table}` : `subnet ${subnet}`;
    if (met.includes(here)) return [{ vias, end: 'loop' }];
    if (subnet !== null && address >> 2 === subnet) return [{ vias, end: 'delivered' }];
    const targets = decide(network, table, address);
    if (targets.length === 0) return [{ vias, end: 'dropped' }];
    return targets.flatMap((target): readonly TinyPath[] => {
      if (target === 'local') return [{ vias, end: 'delivered' }];
      const on = onward(network, target);
      if (on === null) return [{ vias, end: endOf(target) }];
      return go(on.subnet, network.subnetTables[on.subnet] ?? 0, [...vias, on.via], [...met, here]);
    });
  };
  const subnet = 'subnet' in from ? from.subnet : null;
  return go(subnet, 'subnet' in from ? (network.subnetTables[from.subnet] ?? 0) : from.table, [], []);
}

function onward(
  network: TinyNetwork,
  target: TinyTarget,
): { readonly subnet: number; readonly via: string } | null {
  if (target.kind === 'nat') return { subnet: network.nats[target.index] ?? 0, via: `nat-${target.index}` };
  if (target.kind === 'firewall')
    return { subnet: network.firewalls[target.index] ?? 0, via: `vpce-fw-${target.index}` };
  if (target.kind === 'other-gwlbe')
    return { subnet: network.others[target.index] ?? 0, via: `vpce-other-${target.index}` };
  if (target.kind === 'appliance')
    return { subnet: network.appliances[target.index] ?? 0, via: `eni-${target.index}` };
  return null;
}

function endOf(target: TinyTarget): string {
  return target.kind === 'blackhole' || target.kind === 'checked-eni' ? 'dropped' : target.kind;
}

/** Linear search: everything that holds the address, then AWS's order of precedence. */
function decide(network: TinyNetwork, table: number, address: number): readonly (TinyTarget | 'local')[] {
  const matches: Match[] = address < 16 ? [{ length: 2, rank: 0, target: 'local' }] : [];
  const unreadable: TinyTarget[] = [];
  const advertised: { readonly length: number }[] = [];
  for (const route of network.tables[table] ?? []) {
    if ('list' in route.to) {
      const entries = network.lists[route.to.list];
      if (entries === null || entries === undefined) {
        if (route.target.kind !== 's3') unreadable.push({ kind: 'unknown' });
      } else
        for (const entry of entries)
          if (holds(entry, address)) matches.push({ length: entry.length, rank: 1, target: route.target });
    } else if (holds(route.to, address)) {
      if (route.origin === 'advertised') advertised.push(route.to);
      else
        matches.push({
          length: route.to.length,
          rank: route.origin === 'static' ? 0 : 2,
          target: route.target,
        });
    }
  }
  const local = matches.some(({ target }) => target === 'local');
  const alive = matches.filter(({ rank }) => !(local && rank === 2));
  const length = Math.max(-1, ...alive.map((match) => match.length));
  const doubt: readonly TinyTarget[] = advertised.some((one) => one.length >= length)
    ? [{ kind: 'unknown' }]
    : [];
  return [...winners(alive, length), ...unreadable, ...doubt];
}

function winners(alive: readonly Match[], longest: number): readonly (TinyTarget | 'local')[] {
  const selectable = (length: number): readonly Match[] => {
    const same = alive.filter((match) => match.length === length);
    const rank = Math.min(...same.map((match) => match.rank));
    return same.filter((match) => match.rank === rank);
  };
  const best = selectable(longest);
  if (best[0]?.rank !== 1) return best.map(({ target }) => target);
  const shorter = Array.from({ length: longest }, (_, length) => selectable(length)).flat();
  return [...best, ...shorter.filter(({ rank }) => rank === 1)].map(({ target }) => target);
}

export type TinyVerdict = 'holds' | 'violated' | 'undecided';

const EXITS = ['igw', 'eigw', 'cagw'];
const isFirewall = (via: string): boolean => via.startsWith('vpce-fw-');
const isOpaque = (via: string): boolean => via.startsWith('vpce-other-') || via.startsWith('eni-');
const belowMulticast = (address: number): boolean => address < 56;
const isOpenEnd = ({ onInternet = belowMulticast }: TinyNetwork, path: TinyPath, address: number): boolean =>
  path.end === 'unknown' || (path.end === 'tgw' && onInternet(address));

/** The forward claim, address by address. */
export function tinyEgress(network: TinyNetwork, subnet: number): TinyVerdict {
  let open = false;
  for (let address = 0; address < 64; address++) {
    for (const path of tinyPaths(network, { subnet }, address)) {
      const crossed = path.vias.some(isFirewall);
      if (EXITS.includes(path.end) && !crossed) return 'violated';
      const before = path.vias.slice(0, crossed ? path.vias.findIndex(isFirewall) : path.vias.length);
      if (before.some(isOpaque) || (!crossed && isOpenEnd(network, path, address))) open = true;
    }
  }
  return open ? 'undecided' : 'holds';
}

/** What is wrong with a way back over these endpoints, to a flow that went out over those. */
type Wrong = (back: readonly string[], out: readonly string[]) => boolean;

/** The return claim: every flow that leaves, answered to every address that it can have on each stretch. */
export function tinyReturn(network: TinyNetwork, subnet: number): TinyVerdict {
  return tinyBack(network, subnet, (back) => back.length === 0);
}

/** The symmetry claim, likewise. */
export function tinySymmetry(network: TinyNetwork, subnet: number): TinyVerdict {
  return tinyBack(network, subnet, (back, out) => back.join() !== [...out].reverse().join());
}

function tinyBack(network: TinyNetwork, subnet: number, wrong: Wrong): TinyVerdict {
  let open = false;
  for (let address = 0; address < 64; address++) {
    for (const path of tinyPaths(network, { subnet }, address)) {
      if (path.vias.some(isOpaque) || isOpenEnd(network, path, address)) open = true;
      if (!EXITS.includes(path.end)) continue;
      const verdict = wayBack(network, subnet, path, wrong);
      if (verdict === 'violated') return 'violated';
      if (verdict === 'undecided') open = true;
    }
  }
  return open ? 'undecided' : 'holds';
}

function wayBack(network: TinyNetwork, subnet: number, out: TinyPath, wrong: Wrong): TinyVerdict {
  if (out.end === 'cagw') return 'undecided';
  const nats = out.vias
    .filter((via) => via.startsWith('nat-'))
    .map((via) => network.nats[Number(via.slice(4))] ?? 0)
    .reverse();
  const stops = [...nats, subnet];
  let open = false;
  // Every sequence of endpoints with which the answer can have come this far.
  let sequences: readonly (readonly string[])[] = [[]];
  stops.forEach((stop, index) => {
    const from = index === 0 ? null : (stops[index - 1] ?? 0);
    const crossed = new Map<string, readonly string[]>();
    for (let address = stop * 4; address < stop * 4 + 4; address++) {
      const atEdge = out.end === 'igw' && network.edgeTable !== null;
      if (from === null && !atEdge) {
        crossed.set('', []);
        continue;
      }
      const start = from === null ? { table: network.edgeTable ?? 0 } : { subnet: from };
      for (const path of tinyPaths(network, start, address)) {
        if (path.vias.some(isOpaque) || isOpenEnd(network, path, address)) open = true;
        if (path.end === 'delivered')
          crossed.set(path.vias.filter(isFirewall).join(), path.vias.filter(isFirewall));
      }
    }
    sequences = sequences.flatMap((head) => [...crossed.values()].map((tail) => [...head, ...tail]));
  });
  if (sequences.some((back) => wrong(back, out.vias.filter(isFirewall)))) return 'violated';
  return open ? 'undecided' : 'holds';
}
