/** What a table leads to must not depend on which tables of its context were read before, nor on how a route is read. */
import * as fc from 'fast-check';
import type * as aws from '../snapshot/snapshot';
import { parseCidr } from './cidr';
import { globalPart } from './global-address';
import { prefixListsOf } from './prefix-list';
import { nameOf } from './route-target';
import { leadsOf } from './table-leads';
import { noTargets } from './usual-route';

const LOCAL = '10.2.0.0/16';
const list = (
  PrefixListId: string,
  AddressFamily: string,
  State: 'create-complete' | 'modify-in-progress',
) => ({
  PrefixList: { PrefixListId, AddressFamily, State },
  Entries: [],
});
const LISTS = [
  list('pl-ipv4', 'IPv4', 'create-complete'),
  list('pl-ipv6', 'IPv6', 'create-complete'),
  list('pl-changing', 'IPv4', 'modify-in-progress'),
];

const context = () => ({
  vpcCidrs: [parseCidr(LOCAL)],
  prefixLists: { known: true as const, value: prefixListsOf(LISTS) },
  isGatewayEndpoint: (id: string) => id === 'vpce-0',
  met: noTargets(),
});

/** More than are compared with one by one, so that some have no bit. */
const IDS = Array.from({ length: 12 }, (_, index) => index);
const ordinary = fc.constantFrom<aws.Route>(
  ...IDS.flatMap((id) => [{ GatewayId: `vpce-${id}` }, { NatGatewayId: `nat-${id}` }]),
);
const others = fc.constantFrom<aws.Route>(
  { GatewayId: 'igw-a' },
  { GatewayId: 'vgw-a' },
  { GatewayId: 'xgw-a' },
  { TransitGatewayId: 'tgw-a' },
  { NetworkInterfaceId: 'eni-a' },
  { EgressOnlyInternetGatewayId: 'eigw-a' },
  { GatewayId: 'vpce-1', NatGatewayId: 'nat-1' },
  {},
);
const destination = fc.constantFrom<aws.Route>(
  { DestinationCidrBlock: '192.168.0.0/24' },
  { DestinationCidrBlock: '44.0.0.0/8' },
  { DestinationCidrBlock: '44.0.0.0/8' },
  { DestinationCidrBlock: '0.0.0.0/0' },
  { DestinationIpv6CidrBlock: '2000::/3' },
  { DestinationIpv6CidrBlock: '64:ff9b::/96' },
  { DestinationPrefixListId: 'pl-ipv4' },
  { DestinationPrefixListId: 'pl-ipv6' },
);
const strangeDestination = fc.constantFrom<aws.Route>(
  { DestinationPrefixListId: 'pl-changing' },
  { DestinationPrefixListId: 'pl-absent' },
  { DestinationCidrBlock: '44.0.0.0/8', DestinationIpv6CidrBlock: '2000::/3' },
  {},
);
const strange = fc.constantFrom<object>(
  { State: 'filtered' },
  { State: undefined },
  { Origin: 'Advertisement' },
  { Origin: undefined },
  { FutureGatewayId: 'fgw-a' },
);
const routeOf = fc
  .record({
    target: fc.oneof({ weight: 24, arbitrary: ordinary }, { weight: 1, arbitrary: others }),
    to: fc.oneof({ weight: 40, arbitrary: destination }, { weight: 1, arbitrary: strangeDestination }),
    origin: fc.constantFrom('CreateRoute' as const, 'EnableVgwRoutePropagation' as const),
    state: fc.constantFrom('active' as const, 'active' as const, 'blackhole' as const),
    more: fc.oneof({ weight: 60, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: strange }),
  })
  .map(({ target, to, origin, state, more }): aws.Route => {
    const members = Object.entries({ ...to, ...target, Origin: origin, State: state, ...more });
    // As in a snapshot, a member that was not returned is not there.
    return Object.fromEntries(members.filter(([, value]) => value !== undefined));
  });
const tables = fc.array(fc.array(routeOf, { maxLength: 8 }), { maxLength: 12 });

const withLocal = (routes: readonly aws.Route[]): aws.RouteTable => ({
  RouteTableId: 'rtb-a',
  Routes: [
    { DestinationCidrBlock: LOCAL, Origin: 'CreateRouteTable', State: 'active', GatewayId: 'local' },
    ...routes,
  ],
});

test('tables that share what was met lead where each leads by the rules, one route at a time', () => {
  const seen = { open: 0, told: 0, many: 0 };
  fc.assert(
    fc.property(tables, (all) => {
      const shared = context();
      for (const routes of all) {
        const leads = leadsOf(withLocal(routes), shared);
        const said = leads && [...new Set(leads.map(nameOf))].sort();
        const expected = byTheRules(routes);
        seen[expected === null ? 'open' : expected.length > 4 ? 'many' : 'told'] += 1;
        expect({ routes, said }).toEqual({ routes, said: expected });
      }
    }),
    { numRuns: 1_500 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
});

test('a table without the route of the VPC itself is left to the exact tier, whatever was met before', () => {
  const shared = context();
  const usual: aws.Route = {
    DestinationCidrBlock: '44.0.0.0/8',
    NatGatewayId: 'nat-1',
    State: 'active',
    Origin: 'CreateRoute',
  };
  expect(leadsOf(withLocal([usual]), shared)).not.toBeNull();
  expect(leadsOf({ RouteTableId: 'rtb-b', Routes: [usual] }, shared)).toBeNull();
});

test('a target does not come from a table that was read before', () => {
  const shared = context();
  const to = (NatGatewayId: string): aws.Route => ({
    DestinationCidrBlock: '44.0.0.0/8',
    NatGatewayId,
    State: 'active',
    Origin: 'CreateRoute',
  });
  const leads = [['nat-1', 'nat-2'], ['nat-2'], ['nat-1'], []].map((ids) =>
    leadsOf(withLocal(ids.map(to)), shared),
  );
  expect(leads.map((one) => one?.map(nameOf))).toEqual([['nat-1', 'nat-2'], ['nat-2'], ['nat-1'], []]);
});

/** Names of the targets, sorted; null where the targets alone do not tell. */
function byTheRules(routes: readonly aws.Route[]): readonly string[] | null {
  const each = routes.map(leadByTheRules);
  return each.includes(null) ? null : [...new Set(each.flatMap((name) => name ?? []))].filter(Boolean).sort();
}

/** The target's name, empty for none; null where it does not tell. */
function leadByTheRules(route: aws.Route): string | null {
  const {
    State,
    Origin,
    DestinationCidrBlock,
    DestinationIpv6CidrBlock,
    DestinationPrefixListId: listId,
    ...target
  } = route;
  const cidr = DestinationCidrBlock ?? DestinationIpv6CidrBlock;
  if ([DestinationCidrBlock, DestinationIpv6CidrBlock, listId].filter(Boolean).length !== 1) return null;
  if (State !== 'active' && State !== 'blackhole') return null;
  if (Origin !== 'CreateRoute' && Origin !== 'EnableVgwRoutePropagation') return null;
  const [named, second] = Object.entries(target);
  if (named === undefined || second !== undefined || named[0] === 'FutureGatewayId') return null;
  const [by, id] = named;
  const family = listId === undefined ? null : ({ 'pl-ipv4': 'ipv4', 'pl-ipv6': 'ipv6' }[listId] ?? null);
  const isPrivate = by === 'TransitGatewayId' || id === 'vgw-a';
  if (listId !== undefined && id !== 'vpce-0') {
    if (family === null || by === 'TransitGatewayId' || (by === 'NatGatewayId' && family === 'ipv6'))
      return null;
  }
  if (by === 'NatGatewayId' && DestinationIpv6CidrBlock !== undefined && cidr !== '64:ff9b::/96') return null;
  if (State === 'blackhole') return '';
  if (!isPrivate) return id;
  if (cidr === undefined) return null;
  return globalPart(parseCidr(cidr).family, parseCidr(cidr)).length === 0 ? '' : null;
}
