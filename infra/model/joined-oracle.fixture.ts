/**
 * Two small VPCs behind one transit gateway, IPv4 and IPv6, and a walker that follows one address at a time by linear
 * search. It shares no code with the model.
 */

/** IPv4 addresses are their first four bits; IPv6 has the few parts that routes here tell apart. */
export type Address =
  | { readonly family: 'ipv4'; readonly block: number }
  | { readonly family: 'ipv6'; readonly part: Part };
/** `own` is inside the VPCs' IPv6 prefix; `mapped-n` stands for the IPv4 block n behind NAT64. */
export type Part = 'own-0' | 'own-1' | 'low' | 'high' | 'private' | `mapped-${number}`;

export interface Prefix {
  readonly text: string;
  readonly length: number;
  readonly holds: (address: Address) => boolean;
}

export type JoinedTarget = 'nat' | 'private-nat' | 'firewall' | 'igw' | 'eigw' | 'tgw' | 'gone' | 'local';

export interface JoinedRoute {
  readonly to: Prefix;
  readonly target: JoinedTarget;
}

export interface GatewayRoute {
  readonly to: Prefix;
  /** The VPC whose attachment it names, a VPN, or nothing: a blackhole. */
  readonly target: 0 | 1 | 'vpn' | 'blackhole';
  readonly type: 'static' | 'propagated';
}

export interface JoinedVpc {
  /** Each subnet's IPv4 block, IPv6 part or null, zone and routes (without the local ones). */
  readonly subnets: readonly JoinedSubnet[];
  /** The subnets (by index) of the NAT gateways and of the firewall's endpoint. */
  readonly nat: number;
  readonly privateNat: number;
  readonly firewall: number;
  /** Routes of the internet gateway's edge table, or null without one. */
  readonly edge: readonly JoinedRoute[] | null;
  /** Subnets of the attachment, by index. */
  readonly attached: readonly number[];
  readonly applianceMode: boolean;
  /** The gateway's table that decides for the attachment. */
  readonly table: 0 | 1;
  /** Whether block public access surely closes its exits. */
  readonly blocked: boolean;
}

export interface JoinedSubnet {
  readonly block: number;
  readonly part: 'own-0' | 'own-1' | null;
  readonly zone: 'a' | 'b';
  readonly routes: readonly JoinedRoute[];
}

export interface JoinedNetwork {
  readonly vpcs: readonly [JoinedVpc, JoinedVpc];
  readonly tables: readonly [readonly GatewayRoute[], readonly GatewayRoute[]];
  /** Whether AWS returned every route of a table. */
  readonly complete: readonly [boolean, boolean];
}

export type Spot =
  | { readonly at: 'subnet'; readonly vpc: 0 | 1; readonly subnet: number; readonly closed: boolean }
  | { readonly at: 'edge'; readonly vpc: 0 | 1 }
  | { readonly at: 'gateway'; readonly table: 0 | 1; readonly zone: 'a' | 'b' };

export interface Walk {
  readonly vias: readonly string[];
  readonly end: string;
  /** Attachments entered in appliance mode, with the subnet: `1:0`. */
  readonly pins: readonly string[];
}

/** Every way from a spot for one address. */
export function walks(network: JoinedNetwork, from: Spot, address: Address): readonly Walk[] {
  const go = (spot: Spot, to: Address, so: Walk, met: readonly string[]): readonly Walk[] => {
    const key = JSON.stringify([spot, to.family]);
    const ends = (end: string): readonly Walk[] => [{ ...so, end }];
    if (met.includes(key)) return ends('loop');
    const on = (next: Spot, via: string, then: Address = to, pins = so.pins) =>
      go(next, then, { ...so, vias: [...so.vias, via], pins }, [...met, key]);
    if (spot.at === 'gateway') return throughGateway(network, spot, to, { ends, on, pins: so.pins });
    const vpc = network.vpcs[spot.vpc];
    const subnet = spot.at === 'subnet' ? vpc.subnets[spot.subnet] : undefined;
    if (subnet && isOf(subnet, to)) return ends('delivered');
    const target = decide(vpc, spot.at === 'edge' ? (vpc.edge ?? []) : (subnet?.routes ?? []), to);
    const inVpc = (which: number, closed = false): Spot => ({
      at: 'subnet',
      vpc: spot.vpc,
      subnet: which,
      closed,
    });
    switch (target) {
      case null:
      case 'gone':
        return ends('dropped');
      case 'local':
        return ends('delivered');
      case 'igw':
      case 'eigw': {
        const closed = vpc.blocked || (target === 'igw' && spot.at === 'subnet' && spot.closed);
        return ends(closed ? 'dropped' : `${target}-${spot.vpc}`);
      }
      case 'firewall':
        return on(inVpc(vpc.firewall), `vpce-${spot.vpc}`);
      case 'nat':
      case 'private-nat': {
        const then = translated(to);
        if (then === null) return ends('unknown');
        const isPrivate = target === 'private-nat';
        return on(inVpc(isPrivate ? vpc.privateNat : vpc.nat, isPrivate), `${target}-${spot.vpc}`, then);
      }
      case 'tgw': {
        const zone = subnet?.zone ?? 'a';
        const reachable = vpc.attached.some((index) => vpc.subnets[index]?.zone === zone);
        return reachable ? on({ at: 'gateway', table: vpc.table, zone }, 'tgw-a') : ends('dropped');
      }
    }
    return target satisfies never;
  };
  return go(from, address, { vias: [], end: '', pins: [] }, []);
}

function throughGateway(
  network: JoinedNetwork,
  { table, zone }: Extract<Spot, { at: 'gateway' }>,
  to: Address,
  step: {
    readonly ends: (end: string) => readonly Walk[];
    readonly on: (next: Spot, via: string, then: Address, pins: readonly string[]) => readonly Walk[];
    readonly pins: readonly string[];
  },
): readonly Walk[] {
  const matching = network.tables[table].filter((route) => route.to.holds(to));
  const longest = Math.max(-1, ...matching.map((route) => route.to.length));
  const best = matching.filter((route) => route.to.length === longest);
  const statics = best.filter(({ type }) => type === 'static');
  const chosen = statics.length > 0 ? statics : best;
  const unknown = network.complete[table] ? [] : step.ends('unknown');
  if (chosen.length === 0 && unknown.length === 0) return step.ends('dropped');
  const ways = chosen.flatMap(({ target }) => {
    if (target === 'blackhole') return step.ends('dropped');
    if (target === 'vpn') return step.ends(canBeOnInternet(to) ? 'unknown' : 'private');
    const vpc = network.vpcs[target];
    const near = vpc.attached.filter((index) => vpc.subnets[index]?.zone === zone);
    const entries = vpc.applianceMode || near.length === 0 ? vpc.attached : near;
    return entries.flatMap((subnet) => {
      const pin = vpc.applianceMode && vpc.attached.length > 1 ? [`${target}:${subnet}`] : [];
      const next: Spot = { at: 'subnet', vpc: target, subnet, closed: false };
      return step.on(next, `attach-${target}`, to, [...step.pins, ...pin]);
    });
  });
  return [...ways, ...unknown];
}

function decide(vpc: JoinedVpc, routes: readonly JoinedRoute[], to: Address): JoinedTarget | null {
  const local: readonly JoinedRoute[] = vpc.subnets
    .filter((subnet) => isOf(subnet, to))
    .map(() => ({ to: { text: 'local', length: LOCAL[to.family], holds: () => true }, target: 'local' }));
  const matching = [...routes.filter((route) => route.to.holds(to)), ...local];
  const [best] = [...matching].sort((a, b) => b.to.length - a.to.length);
  return best?.target ?? null;
}

/** Just below a route for the same prefix, which takes the local one's place. */
const LOCAL = { ipv4: 3.9, ipv6: 15.9 } as const;

function isOf(subnet: JoinedSubnet, to: Address): boolean {
  return to.family === 'ipv4' ? to.block === subnet.block : to.part === subnet.part;
}

function translated(to: Address): Address | null {
  if (to.family === 'ipv4') return to;
  const block = /^mapped-(\d+)$/.exec(to.part)?.[1];
  return block === undefined ? null : { family: 'ipv4', block: Number(block) };
}

export const BLOCKS = Array.from({ length: 16 }, (_, block): Address => ({ family: 'ipv4', block }));
const PARTS: readonly Part[] = ['own-0', 'own-1', 'low', 'high', 'private'];
export const ADDRESSES: readonly Address[] = [
  ...BLOCKS,
  ...[...PARTS, ...BLOCKS.map((_, block): Part => `mapped-${block}`)].map((part): Address => ({
    family: 'ipv6',
    part,
  })),
];

/** From block 14 on there is nothing of the internet (224.0.0.0 and above); in IPv6 it begins with 2000::/3, and NAT64. */
function canBeOnInternet(address: Address): boolean {
  return address.family === 'ipv4'
    ? address.block < 14
    : address.part === 'low' || address.part === 'high' || address.part.startsWith('mapped');
}

const START: Spot = { at: 'subnet', vpc: 0, subnet: 0, closed: false };
const isExit = (end: string): boolean => /^e?igw-/.test(end);
const isFirewall = (via: string): boolean => via.startsWith('vpce-');

/** The forward claim for the first subnet, address by address. */
export function joinedEgress(network: JoinedNetwork): 'holds' | 'violated' | 'undecided' {
  const all = ADDRESSES.flatMap((address) => walks(network, START, address));
  const past = all.filter(({ vias }) => !vias.some(isFirewall));
  if (past.some(({ end }) => isExit(end))) return 'violated';
  return past.some(({ end }) => end === 'unknown') ? 'undecided' : 'holds';
}

/** The return claim for the first subnet: every way out, answered over every stretch of the way back. */
export function joinedReturn(network: JoinedNetwork): 'violated' | 'not violated' {
  for (const address of ADDRESSES)
    for (const walk of walks(network, START, address))
      if (isExit(walk.end) && waysBack(network, address, walk).some((crossed) => crossed.length === 0))
        return 'violated';
  return 'not violated';
}

/** The endpoints on every way back of a flow, in order. */
export function waysBack(network: JoinedNetwork, sent: Address, out: Walk): readonly (readonly string[])[] {
  const nats = out.vias.filter((via) => via.includes('nat-')).reverse();
  const homes = nats.map((via): Extract<Spot, { at: 'subnet' }> => {
    const vpc = via.endsWith('0') ? 0 : 1;
    const { nat, privateNat } = network.vpcs[vpc];
    return { at: 'subnet', vpc, subnet: via.startsWith('private') ? privateNat : nat, closed: false };
  });
  const gateway = Number(out.end.at(-1)) === 0 ? 0 : 1;
  const hasEdge = out.end.startsWith('igw') && network.vpcs[gateway].edge !== null;
  const stops = [...homes, START] as const;
  let sequences: readonly (readonly string[])[] = [[]];
  stops.forEach((stop, index) => {
    if (stop.at !== 'subnet') return;
    const from: Spot | null =
      index === 0 ? (hasEdge ? { at: 'edge', vpc: gateway } : null) : (stops[index - 1] ?? null);
    const subnet = network.vpcs[stop.vpc].subnets[stop.subnet];
    const family = index < nats.length ? 'ipv4' : sent.family;
    const back = addressIn(network.vpcs[stop.vpc], subnet, family);
    const crossed = new Map<string, readonly string[]>();
    if (back !== null && from === null) crossed.set('', []);
    else if (back !== null && from !== null)
      for (const walk of walks(network, from, back)) {
        if (walk.end !== 'delivered' || walk.pins.some((pin) => contradicts(pin, out.pins))) continue;
        const endpoints = walk.vias.filter(isFirewall);
        crossed.set(endpoints.join(), endpoints);
      }
    sequences = sequences.flatMap((head) => [...crossed.values()].map((tail) => [...head, ...tail]));
  });
  return sequences;
}

/** An address of a subnet; one without IPv6 although it is routed stands for what it could get of the VPC's. */
function addressIn(
  { subnets }: JoinedVpc,
  subnet: JoinedSubnet | undefined,
  family: 'ipv4' | 'ipv6',
): Address | null {
  if (!subnet) return null;
  if (family === 'ipv4') return { family, block: subnet.block };
  const part = subnet.part ?? subnets.find((one) => one.part !== null)?.part;
  return part === undefined || part === null ? null : { family, part };
}

function contradicts(pin: string, pins: readonly string[]): boolean {
  const [attachment] = pin.split(':');
  const earlier = pins.filter((one) => one.startsWith(`${attachment}:`)).at(-1);
  return earlier !== undefined && earlier !== pin;
}
