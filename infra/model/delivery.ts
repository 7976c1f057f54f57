/**
 * Which part of the internet a subnet reaches, out and back, and which part is routed into nothing. An intent names
 * hosts, not addresses, so the answer is in shares of the whole: every address may be the one that is wanted.
 */
import type { AddressSet } from './address-set';
import { compare, intersect, subtract, union } from './address-set';
import { exitDoubtOf } from './block-public-access';
import type { Family } from './cidr';
import type { DeadEnd } from './dead-end';
import { deadEndOf, isUnrouted } from './dead-end';
import type { DistinctWay } from './distinct-ways';
import { hopsOf } from './hops';
import type { InternetSpace } from './internet-space';
import { internetSpaces, sizeOf } from './internet-space';
import type { Network } from './network';
import { natGatewayIn } from './network';
import type { Path } from './packet-path';
import { openEndsOf } from './packet-path';
import type { Hop } from './proof';
import { remedyFor, unaddressed } from './public-address';
import { backOf } from './way-back-delivery';
import { waysOut } from './way-out';

/** What becomes of a destination. */
export type Fate =
  /** Out by an internet exit, and the answers come back. */
  | { readonly kind: 'delivered'; readonly path: Path }
  /** To where the internet is not: inside the VPC, a gateway endpoint's service, a private network. */
  | { readonly kind: 'elsewhere' }
  /** The subnet's own table has no route for it. */
  | { readonly kind: 'unrouted' }
  | { readonly kind: 'dead'; readonly deadEnd: DeadEnd }
  | { readonly kind: 'doubt'; readonly because: string };

/** How much of one space has which fate, in addresses. */
export interface Shares {
  readonly space: InternetSpace;
  readonly of: Readonly<Record<Fate['kind'], bigint>>;
}

/** A part of the internet that one route, or the want of one, swallows. */
export interface DeadPart {
  readonly space: InternetSpace;
  readonly size: bigint;
  /** An address of it. */
  readonly address: bigint;
  readonly deadEnd: DeadEnd;
}

export interface Delivery {
  readonly shares: readonly Shares[];
  /** The largest share of its space first. */
  readonly dead: readonly DeadPart[];
  readonly doubts: readonly string[];
  /** One way that works, for the report; empty when there is none. */
  readonly example: readonly Hop[];
}

/** The delivery of internet destinations from a subnet. */
export function deliveryOf(network: Network, subnetId: string, ways: readonly DistinctWay[]): Delivery {
  const counted = internetSpaces().map((space) => ({ space, of: noneOf() }));
  const dead = new Map<string, DeadPart>();
  const doubts = new Set<string>();
  let example: readonly Hop[] = [];
  for (const { family, destinations, fate } of fatesOf(network, subnetId, ways)) {
    for (const { space, of } of counted) {
      const part = space.family === family ? intersect(destinations, space.addresses) : [];
      const [first] = part;
      if (first === undefined) continue;
      const size = sizeOf(part);
      of[fate.kind] += size;
      if (fate.kind === 'doubt') doubts.add(fate.because);
      if (fate.kind === 'delivered' && example.length === 0) example = hopsOf(fate.path);
      if (fate.kind !== 'dead') continue;
      const key = `${space.name} ${fate.deadEnd.cause}`;
      const known = dead.get(key) ?? { space, size: 0n, address: first.first, deadEnd: fate.deadEnd };
      dead.set(key, { ...known, size: known.size + size });
    }
  }
  const largestFirst = (a: DeadPart, b: DeadPart): number =>
    compare(b.size * a.space.size, a.size * b.space.size);
  return { shares: counted, dead: [...dead.values()].sort(largestFirst), doubts: [...doubts], example };
}

/** From the worst on: what may be dropped is not called delivered, and what is in doubt is called neither. */
const WORST_FIRST: readonly Fate['kind'][] = ['doubt', 'dead', 'unrouted', 'delivered', 'elsewhere'];

/** What becomes of destinations of one family. */
export interface Part {
  readonly family: Family;
  readonly destinations: AddressSet;
  readonly fate: Fate;
}

/** The whole space in parts of one fate each. Where a destination has several ways, it has the worst of their fates. */
export function fatesOf(network: Network, subnetId: string, ways: readonly DistinctWay[]): readonly Part[] {
  const fates = ways.map((way) => ({ ...way, fate: fateOf(network, subnetId, way) }));
  const taken: Record<Family, AddressSet> = { ipv4: [], ipv6: [] };
  return WORST_FIRST.flatMap((kind) =>
    fates.flatMap(({ family, destinations, fate }) => {
      if (fate.kind !== kind) return [];
      const rest = subtract(destinations, taken[family]);
      taken[family] = union([...taken[family], ...rest]);
      return rest.length === 0 ? [] : [{ family, destinations: rest, fate }];
    }),
  );
}

function fateOf(network: Network, subnetId: string, { path, shown }: DistinctWay): Fate {
  const [open] = openEndsOf(path);
  if (open !== undefined) return { kind: 'doubt', because: open };
  if (isUnrouted(path)) return { kind: 'unrouted' };
  const deadEnd = deadEndOf(path);
  if (deadEnd !== null) return { kind: 'dead', deadEnd: { ...deadEnd, remedy: remedyFor(network, path) } };
  const [wayOut] = waysOut([{ destination: shown, paths: [path] }]);
  if (wayOut === undefined) return { kind: 'elsewhere' };
  const doubt = exitDoubtOf(path) ?? natDoubt(network, path);
  if (doubt !== null) return { kind: 'doubt', because: doubt };
  const dropped = unaddressed(network, subnetId, { path, way: wayOut });
  if (dropped !== null) return dropped;
  const back = backOf(network, subnetId, wayOut);
  return back.kind === 'delivered' ? { kind: 'delivered', path } : back;
}

function natDoubt(network: Network, path: Path): string | null {
  for (const { arrival } of path.steps) {
    if (!arrival.on || arrival.via.kind !== 'nat-gateway') continue;
    const nat = natGatewayIn(network, arrival.via.id);
    if (!nat.known) return nat.because;
    if (nat.value.notReady !== null) return nat.value.notReady;
  }
  return null;
}

function noneOf(): Record<Fate['kind'], bigint> {
  return { delivered: 0n, elsewhere: 0n, unrouted: 0n, dead: 0n, doubt: 0n };
}
