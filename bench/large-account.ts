/**
 * A large account, compliant by construction: 300 Studio subnets in three zones, a third of whose tables serve two
 * subnets, 100 routes and two customer prefix lists in each table, 50 domains with 200 profiles, spaces, apps and
 * security groups, and the interfaces and endpoints that go with them. Deterministic; the same at every call.
 */
import { change } from '../infra/mutants/mutant';
import { route } from '../infra/mutants/reference-network';
import type { ManagedPrefixList, Route, Snapshot } from '../infra/snapshot/snapshot';
import { withEndpoints } from './large-endpoints';
import { STUDIO_SUBNETS, STUDIO_TABLES, withGroups, withStudio } from './large-studio';
import { range } from './zoned-plan';
import { zonedSnapshot } from './zoned-network';

const ROUTES_PER_TABLE = 100;
const PREFIX_LISTS = 2;
const LIST_ENTRIES = 1_000;

/** The snapshot of the large account. */
export function largeAccount(): Snapshot {
  const network = zonedSnapshot({
    zones: 3,
    studioSubnets: STUDIO_SUBNETS,
    studioTables: STUDIO_TABLES,
    ipv6: false,
    routes: ({ index, zone }) => routesOf(index, `nat-${zone}`),
  });
  const withLists = change(network, 'managedPrefixLists', (lists) => [
    ...lists,
    ...range(PREFIX_LISTS).map(customerList),
  ]);
  return withVpcId(withEndpoints(withStudio(withGroups(withLists))));
}

/** A snapshot's file has a VPC id in AWS's form; the reference's says what it is instead. */
function withVpcId(snapshot: Snapshot): Snapshot {
  return JSON.parse(
    JSON.stringify(snapshot).replaceAll('"vpc-studio"', '"vpc-0a1b2c3d4e5f60718"'),
  ) as Snapshot;
}

/** The local, default and S3 routes and those by prefix list count among the hundred. */
function routesOf(table: number, NatGatewayId: string): readonly Route[] {
  const lists = range(PREFIX_LISTS).map((list) => ({
    DestinationPrefixListId: `pl-customer-${list}`,
    NatGatewayId,
    Origin: 'CreateRoute' as const,
    State: 'active' as const,
  }));
  const others = range(ROUTES_PER_TABLE - 3 - lists.length).map((index) => {
    // In pairs, the second inside the first.
    const pair = Math.floor(index / 2);
    const length = 16 + (pair % 8) + (index % 2) * 8;
    return route(blockAt(20 + pair, table * 131 + pair * 7, length), { NatGatewayId });
  });
  return [...lists, ...others];
}

/** The block of a length that holds the n-th /24 below an IPv4 /8. */
function blockAt(first: number, number: number, length: number): string {
  const address = (first * 2 ** 24 + (number % 65_536) * 256) >>> 0;
  const base = length >= 24 ? address : (address & -(2 ** (32 - length))) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (base >>> shift) & 255).join('.')}/${length}`;
}

function customerList(index: number): ManagedPrefixList {
  const entries = range(LIST_ENTRIES).map((entry) => ({
    Cidr: blockAt(80 + index, entry * 13, 24 + (entry % 9)),
    Description: `partner ${entry}`,
  }));
  return {
    PrefixList: {
      PrefixListId: `pl-customer-${index}`,
      PrefixListName: `customer-${index}`,
      AddressFamily: 'IPv4',
      State: 'modify-complete',
      MaxEntries: LIST_ENTRIES,
      OwnerId: '111122223333',
    },
    Entries: entries,
  };
}
