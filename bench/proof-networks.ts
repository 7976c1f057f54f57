/**
 * Networks to time the proof on: many Studio subnets, each with a route table of its own and random routes to NAT
 * gateways, firewall endpoints and nowhere; on request a customer's prefix list in every table, and holes.
 */
import { change } from '../infra/mutants/mutant';
import { prefixListRoute, route } from '../infra/mutants/reference-network';
import { addRoutes } from '../infra/mutants/route-changes';
import type { ManagedPrefixList, Route, Snapshot } from '../infra/snapshot/snapshot';
import { range, studioSubnetId, studioTableId, zonesOf } from './zoned-plan';
import { zonedSnapshot } from './zoned-network';

export interface ProofNetworkSize {
  readonly family: 'ipv4' | 'ipv6';
  /** Studio subnets, each with its own table. */
  readonly tables: number;
  /** Routes of each of them. */
  readonly routes: number;
  /** Entries of a customer-managed prefix list that every Studio table refers to; 0: there is none. */
  readonly listEntries: number;
  /** Single addresses that one table each sends straight to the internet gateway. */
  readonly holes: number;
  readonly seed: number;
}

export interface Hole {
  readonly subnetId: string;
  readonly address: string;
}

export interface ProofNetwork {
  readonly snapshot: Snapshot;
  readonly holes: readonly Hole[];
}

const ZONES = 3;
const OWN_IPV4 = { base: 0x0a02_0000n, length: 16 };
const OWN_IPV6 = { base: 0x2600_1f18_0000_1000n << 64n, length: 52 };

/** The same network for the same size and seed. */
export function proofNetwork(size: ProofNetworkSize): ProofNetwork {
  const random = randomNumbers(size.seed);
  const zones = zonesOf({ zones: ZONES });
  const targets = (zone: string): Partial<Route> => targetFor(size.family, zone, zones, random);
  const network = zonedSnapshot({
    zones: ZONES,
    studioSubnets: size.tables,
    studioTables: size.tables,
    ipv6: size.family === 'ipv6',
    routes: ({ zone }) => {
      // The table has its local routes, default routes and that of the S3 endpoint as well.
      const others = (size.family === 'ipv6' ? 5 : 3) + (size.listEntries > 0 ? 1 : 0);
      const prefixes = distinctPrefixes(size.family, size.routes - others, random);
      const list =
        size.listEntries > 0
          ? [{ ...prefixListRoute('pl-customer', ''), ...inspected(size.family, zone) }]
          : [];
      return [...list, ...prefixes.map((prefix) => route(prefix, targets(zone)))];
    },
  });
  const listed = size.listEntries === 0 ? network : withCustomerList(network, size, random);
  const holes = range(size.holes).map((number) => ({
    table: Math.floor(((number + random()) * size.tables) / size.holes),
    address: globalAddress(size.family, random),
  }));
  const length = size.family === 'ipv4' ? 32 : 128;
  return {
    snapshot: holes.reduce(
      (snapshot, { table, address }) =>
        addRoutes(snapshot, studioTableId(table), route(`${address}/${length}`, { GatewayId: 'igw-a' })),
      listed,
    ),
    holes: holes.map(({ table, address }) => ({ subnetId: studioSubnetId(table), address })),
  };
}

/** Towards inspection: in IPv4 by the zone's NAT gateway, in IPv6 straight to the zone's firewall endpoint. */
function inspected(family: ProofNetworkSize['family'], zone: string): Partial<Route> {
  return family === 'ipv4'
    ? { NatGatewayId: `nat-${zone}`, GatewayId: undefined }
    : { GatewayId: `vpce-firewall-${zone}` };
}

function targetFor(
  family: ProofNetworkSize['family'],
  zone: string,
  zones: readonly string[],
  random: () => number,
): Partial<Route> {
  const die = random();
  const other = zones[Math.floor(random() * zones.length)] ?? zone;
  if (die < 0.7) return inspected(family, zone);
  if (die < 0.8) return inspected(family, other);
  if (die < 0.9) return { GatewayId: `vpce-firewall-${other}` };
  return { GatewayId: 'vgw-gone', State: 'blackhole' };
}

function withCustomerList(snapshot: Snapshot, size: ProofNetworkSize, random: () => number): Snapshot {
  const list: ManagedPrefixList = {
    PrefixList: {
      PrefixListId: 'pl-customer',
      PrefixListName: 'customer',
      AddressFamily: size.family === 'ipv4' ? 'IPv4' : 'IPv6',
      State: 'modify-complete',
      MaxEntries: size.listEntries,
      OwnerId: '111122223333',
    },
    Entries: distinctPrefixes(size.family, size.listEntries, random).map((Cidr) => ({ Cidr })),
  };
  return change(snapshot, 'managedPrefixLists', (lists) => [...lists, list]);
}

/** IPv4 prefixes of 8 to 32 bits, IPv6 prefixes of 16 to 64 bits inside 2000::/3; none inside the VPC's own block. */
function distinctPrefixes(
  family: ProofNetworkSize['family'],
  count: number,
  random: () => number,
): readonly string[] {
  const found = new Set<string>();
  while (found.size < count) {
    const prefix = family === 'ipv4' ? ipv4Prefix(random) : ipv6Prefix(random);
    if (prefix !== null) found.add(prefix);
  }
  return [...found];
}

function ipv4Prefix(random: () => number): string | null {
  const length = 8 + Math.floor(random() * 25);
  const below = BigInt(32 - length);
  const base = (BigInt(Math.floor(random() * 2 ** 32)) >> below) << below;
  const own = length >= OWN_IPV4.length && base >> 16n === OWN_IPV4.base >> 16n;
  return own ? null : `${ipv4Text(base)}/${length}`;
}

function ipv6Prefix(random: () => number): string | null {
  const length = 16 + Math.floor(random() * 49);
  const below = BigInt(128 - length);
  const half =
    (0x2000_0000n << 32n) |
    (BigInt(Math.floor(random() * 2 ** 29)) << 32n) |
    BigInt(Math.floor(random() * 2 ** 32));
  const base = ((half << 64n) >> below) << below;
  const own = length >= OWN_IPV6.length && base >> 76n === OWN_IPV6.base >> 76n;
  return own ? null : `${ipv6Text(base)}/${length}`;
}

/** An address that is somebody's on the internet: a proof names such a one before any other. */
function globalAddress(family: ProofNetworkSize['family'], random: () => number): string {
  const low = BigInt(Math.floor(random() * 2 ** 24));
  return family === 'ipv4'
    ? ipv4Text((44n << 24n) | low)
    : ipv6Text((0x2a05_d018n << 96n) | (low << 64n) | low | 1n);
}

function ipv4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

/** As AWS spells it: lower case, the longest run of zero groups as a double colon. */
function ipv6Text(value: bigint): string {
  const groups = range(8).map((index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Numbers from 0 to 1 that are the same at every run (a linear congruential generator with Knuth's constants). */
function randomNumbers(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 32n) / 2 ** 32;
  };
}
