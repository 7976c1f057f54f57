/** The exact tier and what it reads, case by case: networks in which only one thing tells a pass from a leak. */
import { withIpv6 } from '../mutants/address-changes';
import { centralInspection, changeInspectionRoutes } from '../mutants/central-inspection';
import { change, unread } from '../mutants/mutant';
import {
  localRoute,
  networkInterface,
  prefixListRoute,
  route,
  routeTable,
  subnet,
} from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, changeTable, removeRoute } from '../mutants/route-changes';
import type { Route, Snapshot } from '../snapshot/snapshot';
import { sectionValue } from '../snapshot/snapshot';
import { formatAddress, parseCidr } from './cidr';
import { networkOf } from './network';
import { egressProof } from './routing';

const egress = (snapshot: Snapshot) => egressProof(networkOf(snapshot), 'subnet-studio');
const FIREWALL = { GatewayId: 'vpce-firewall' };
const OUT = { GatewayId: 'igw-a' };

/** A second NAT gateway, in a subnet whose table leads to the first; Studio uses the first for one half of the internet. */
function twoNats(direct = '', byTheOther = ''): Snapshot {
  const subnets = change(referenceSnapshot(), 'subnets', (list) => [
    ...list,
    subnet('subnet-b', '10.2.4.0/24'),
  ]);
  const nats = change(subnets, 'natGateways', (list) => [
    ...list,
    ...list.map((nat) => ({ ...nat, NatGatewayId: 'nat-b', SubnetId: 'subnet-b' })),
  ]);
  const tables = change(nats, 'routeTables', (list) => [
    ...list,
    routeTable('rtb-b', [route('0.0.0.0/0', { NatGatewayId: 'nat-a' })], { SubnetId: 'subnet-b' }),
  ]);
  return addRoutes(
    removeRoute(tables, 'rtb-studio', '0.0.0.0/0'),
    'rtb-studio',
    route(direct, { NatGatewayId: 'nat-a' }),
    route(byTheOther, { NatGatewayId: 'nat-b' }),
  );
}

const HALVES = ['0.0.0.0/1', '128.0.0.0/1'] as const;

test.each([
  ['9.0.0.0/8', '200.0.0.0/8'],
  ['200.0.0.0/8', '9.0.0.0/8'],
])('%s that reaches a NAT gateway is followed, whatever reached it before', (leak, hidden) => {
  const { first, length } = parseCidr(hidden);
  const hiding = [first, first + (1n << BigInt(31 - length))].map((half) =>
    route(`${formatAddress('ipv4', half)}/${length + 1}`, FIREWALL),
  );
  for (const [direct, byTheOther] of [HALVES, [...HALVES].reverse()]) {
    const holes = [route(leak, OUT), route(hidden, OUT), ...hiding];
    expect(egress(addRoutes(twoNats(direct, byTheOther), 'rtb-nat', ...holes))).toMatchObject({
      status: 'violated',
      violatingClasses: 1,
      witness: { destination: leak.slice(0, leak.indexOf('/')) },
    });
  }
});

test('a leak at the last address of what is open is found', () => {
  const snapshot = addRoutes(
    referenceSnapshot(),
    'rtb-nat',
    route('9.9.9.8/31', { VpcPeeringConnectionId: 'pcx-a' }),
    route('9.9.9.9/32', OUT),
  );
  expect(egress(snapshot)).toMatchObject({ status: 'violated', witness: { destination: '9.9.9.9' } });
});

test('the IPv4 prefix of a subnet keeps no IPv6 destination inside', () => {
  const snapshot = addRoutes(
    withIpv6(referenceSnapshot()),
    'rtb-studio',
    route('::a02:300/120', { EgressOnlyInternetGatewayId: 'eigw-a' }),
  );
  expect(egress(snapshot)).toMatchObject({ status: 'violated', violatingClasses: 1 });
});

test('what a NAT gateway makes IPv4, and what stays IPv6, are followed apart in one subnet', () => {
  const machine = change(withIpv6(referenceSnapshot()), 'networkInterfaces', (list) => [
    ...list,
    networkInterface('eni-router', { SubnetId: 'subnet-nat', SourceDestCheck: false }),
  ]);
  const shared = addRoutes(
    machine,
    'rtb-studio',
    route('64:ff9b::/96', { NatGatewayId: 'nat-a' }),
    route('2a00::/16', { NetworkInterfaceId: 'eni-router' }),
  );
  const holes = [
    route('2a00::/16', { EgressOnlyInternetGatewayId: 'eigw-a' }),
    // In IPv4, a hole that another prefix hides.
    route('9.0.0.0/31', OUT),
    route('9.0.0.0/32', FIREWALL),
    route('9.0.0.1/32', FIREWALL),
  ];
  expect(egress(addRoutes(shared, 'rtb-nat', ...holes))).toMatchObject({
    status: 'violated',
    violatingClasses: 1,
    witness: { destination: '2a00::' },
  });
});

test('a leak behind a NAT gateway is one in IPv4 and one in NAT64', () => {
  const nat64 = route('64:ff9b::/96', { NatGatewayId: 'nat-a' });
  const snapshot = addRoutes(withIpv6(referenceSnapshot()), 'rtb-studio', nat64);
  const leaking = addRoutes(snapshot, 'rtb-nat', route('9.9.9.9/32', OUT));
  expect(egress(snapshot).status).toBe('holds');
  expect(egress(leaking)).toMatchObject({ status: 'violated', violatingClasses: 2 });
});

/** The reference with customer lists: their entries by id. */
function withLists(lists: Readonly<Record<string, readonly string[]>>, AddressFamily = 'IPv4'): Snapshot {
  return change(referenceSnapshot(), 'managedPrefixLists', (list) => [
    ...list,
    ...Object.entries(lists).map(([PrefixListId, entries]) => ({
      PrefixList: { PrefixListId, State: 'create-complete' as const, AddressFamily },
      Entries: entries.map((Cidr) => ({ Cidr })),
    })),
  ]);
}

test('lists overlap at whatever lengths: one bit shorter may decide as well', () => {
  const lists = withLists({ 'pl-wide': ['9.9.8.0/23'], 'pl-narrow': ['9.9.8.0/24', '9.9.9.0/24'] });
  const snapshot = addRoutes(
    lists,
    'rtb-nat',
    prefixListRoute('pl-narrow', 'vpce-firewall'),
    prefixListRoute('pl-wide', 'igw-a'),
  );
  expect(egress(snapshot)).toMatchObject({ status: 'violated', witness: { destination: '9.9.8.0' } });
});

test('a table without routes, or with another prefix at the address of the VPC only, is open', () => {
  const unlisted = changeTable(referenceSnapshot(), 'rtb-nat', (table) => ({ ...table, Routes: undefined }));
  const part = changeTable(referenceSnapshot(), 'rtb-studio', (table) => ({
    ...table,
    Routes: [localRoute('10.2.0.0/24'), route('0.0.0.0/0', { NatGatewayId: 'nat-a' })],
  }));
  expect([egress(unlisted).status, egress(part).status]).toEqual(['undecided', 'undecided']);
});

test.each(['natGateways', 'vpcEndpoints', 'networkInterfaces'] as const)(
  'while %s are unread, what a route to one of them does is not known',
  (section) => {
    const snapshot = unread(referenceSnapshot(), section);
    const target = {
      natGateways: { NatGatewayId: 'nat-x' },
      vpcEndpoints: { GatewayId: 'vpce-x' },
      networkInterfaces: { NetworkInterfaceId: 'eni-x' },
    }[section];
    expect(egress(addRoutes(snapshot, 'rtb-studio', route('8.0.0.0/8', target))).status).toBe('undecided');
  },
);

test('an endpoint that is no Gateway Load Balancer endpoint inspects nothing, whatever the intent accepts', () => {
  const endpoints = change(referenceSnapshot(), 'vpcEndpoints', (list) => [
    ...list,
    { VpcEndpointId: 'vpce-x', VpcEndpointType: 'Interface' as const, SubnetIds: ['subnet-firewall'] },
  ]);
  const snapshot = addRoutes(endpoints, 'rtb-studio', route('8.0.0.0/8', { GatewayId: 'vpce-x' }));
  const network = networkOf(snapshot, { acceptedInspection: ['vpce-x'] });
  expect(egressProof(network, 'subnet-studio').status).toBe('undecided');
});

test('a transit gateway that the VPC is not attached to, or with a route that says too little, is not followed', () => {
  const central = centralInspection(referenceSnapshot());
  const elsewhere = changeTable(central, 'rtb-studio', (table) => ({
    ...table,
    Routes: (table.Routes ?? []).map((one) =>
      one.TransitGatewayId === undefined ? one : { ...one, TransitGatewayId: 'tgw-b' },
    ),
  }));
  const vague = change(central, 'transitGatewayTables', (list) =>
    list.map((table) => ({
      ...table,
      Routes: [...table.Routes, { ...table.Routes[0], DestinationCidrBlock: '9.9.9.0/24', Type: undefined }],
    })),
  );
  expect([egress(elsewhere).status, egress(vague).status]).toEqual(['undecided', 'undecided']);
});

test("a firewall endpoint, or a NAT gateway, of another VPC is no target of this VPC's routes", () => {
  const central = centralInspection(referenceSnapshot());
  for (const target of [{ GatewayId: 'vpce-inspection' }, { NatGatewayId: 'nat-inspection' }]) {
    const snapshot = changeTable(central, 'rtb-studio', (table) => ({
      ...table,
      Routes: (table.Routes ?? []).map((one) =>
        one.TransitGatewayId === undefined ? one : route('0.0.0.0/0', target),
      ),
    }));
    expect(egress(snapshot)).toMatchObject({
      status: 'undecided',
      because: expect.stringContaining('-inspection was not returned'),
    });
  }
});

test('a private destination that a transit gateway leads to an exit is a leak, too', () => {
  const central = changeTable(centralInspection(referenceSnapshot()), 'rtb-studio', (table) => ({
    ...table,
    Routes: (table.Routes ?? []).map((one) =>
      one.TransitGatewayId === undefined ? one : route('192.168.0.0/16', { TransitGatewayId: 'tgw-a' }),
    ),
  }));
  const leaking = changeInspectionRoutes(central, 'rtb-inspection-attach', (routes) => [
    ...routes,
    route('192.168.7.0/24', { GatewayId: 'igw-inspection' }),
  ]);
  expect(egress(central).status).toBe('holds');
  expect(egress(leaking)).toMatchObject({ status: 'violated', witness: { destination: '192.168.7.0' } });
});

test('of a list with both families, each entry counts for its own', () => {
  const listed = change(referenceSnapshot(), 'managedPrefixLists', (list) => [
    ...list,
    {
      PrefixList: { PrefixListId: 'pl-mixed', State: 'create-complete' },
      Entries: [{ Cidr: '9.0.0.0/8' }, { Cidr: '2a00::/16' }],
    },
  ]);
  const snapshot = addRoutes(listed, 'rtb-studio', {
    ...prefixListRoute('pl-mixed', ''),
    GatewayId: undefined,
    NatGatewayId: 'nat-a',
  });
  expect(egress(snapshot)).toMatchObject({
    status: 'undecided',
    because: expect.stringContaining('IPv6 destinations outside 64:ff9b::/96'),
  });
});

function listedTwice(): Snapshot {
  const [once, again] = [withLists({ 'pl-a': ['9.0.0.0/8'] }), withLists({ 'pl-a': ['11.0.0.0/8'] })];
  const both = change(once, 'managedPrefixLists', (list) => [
    ...list,
    ...sectionValue(again, 'managedPrefixLists').slice(-1),
  ]);
  return addRoutes(both, 'rtb-nat', prefixListRoute('pl-a', 'vpce-firewall'));
}

/** A table that holds the route of the VPC, and then these. */
const only = (id: string, ...routes: readonly Route[]): Snapshot =>
  changeTable(referenceSnapshot(), id, (table) => ({
    ...table,
    Routes: [localRoute('10.2.0.0/16'), ...routes],
  }));

test.each<[string, Snapshot]>([
  ['an empty gateway before any other', only('rtb-nat', route('9.0.0.0/8', { GatewayId: '' }))],
  ['an empty NAT gateway before any other', only('rtb-studio', route('9.0.0.0/8', { NatGatewayId: '' }))],
  [
    'IPv6 to a NAT gateway that takes IPv4 as well',
    only(
      'rtb-studio',
      route('0.0.0.0/0', { NatGatewayId: 'nat-a' }),
      route('::/0', { NatGatewayId: 'nat-a' }),
    ),
  ],
  [
    'more of IPv6 than NAT64 to a NAT gateway',
    only('rtb-studio', route('64:ff9b::/95', { NatGatewayId: 'nat-a' })),
  ],
  [
    'an IPv6 list to a NAT gateway',
    addRoutes(withLists({ 'pl-ipv6': ['2a00::/16'] }, 'IPv6'), 'rtb-studio', {
      ...prefixListRoute('pl-ipv6', ''),
      GatewayId: undefined,
      NatGatewayId: 'nat-a',
    }),
  ],
  [
    'a list and a state that is not known',
    addRoutes(withLists({ 'pl-a': ['9.0.0.0/8'] }), 'rtb-nat', {
      ...prefixListRoute('pl-a', 'vpce-firewall'),
      State: 'filtered',
    }),
  ],
  ['a list that is there twice', listedTwice()],
  [
    'a list that is changing',
    change(
      addRoutes(withLists({ 'pl-a': ['9.0.0.0/8'] }), 'rtb-nat', prefixListRoute('pl-a', 'vpce-firewall')),
      'managedPrefixLists',
      (list) =>
        list.map((one) => ({
          ...one,
          PrefixList: { ...one.PrefixList, State: 'modify-in-progress' as const },
        })),
    ),
  ],
  ['a virtual private gateway', only('rtb-studio', route('9.0.0.0/8', { GatewayId: 'vgw-a' }))],
  ['a gateway of an unheard-of kind', only('rtb-studio', route('9.0.0.0/8', { GatewayId: 'lgw-a' }))],
  [
    'a next hop besides its target',
    only('rtb-nat', route('9.0.0.0/8', { ...FIREWALL, IpAddress: '10.2.1.7' })),
  ],
  ['no origin', only('rtb-nat', route('9.0.0.0/8', { ...FIREWALL, Origin: undefined }))],
  ['no destination', only('rtb-nat', { ...route('9.0.0.0/8', FIREWALL), DestinationCidrBlock: undefined })],
])('a route with %s is left open', (_what, snapshot) => {
  expect(egress(snapshot).status).toBe('undecided');
});

test.each([[['subnet-studio', 'subnet-other']], [['subnet-other', 'subnet-studio']]])(
  'of two subnets on one table, each is judged by what it holds itself: %s',
  (order) => {
    const twice = change(referenceSnapshot(), 'subnets', (list) => [
      ...list,
      subnet('subnet-other', '10.2.9.0/24'),
    ]);
    const shared = changeTable(twice, 'rtb-studio', (table) => ({
      ...table,
      Associations: (table.Associations ?? []).flatMap((one) => [one, { ...one, SubnetId: 'subnet-other' }]),
    }));
    const network = networkOf(
      addRoutes(shared, 'rtb-studio', route('10.2.3.128/25', { GatewayId: 'igw-a' })),
    );
    const found = new Map(order.map((subnetId) => [subnetId, egressProof(network, subnetId)]));
    expect(found.get('subnet-studio')?.status).toBe('holds');
    expect(found.get('subnet-other')).toMatchObject({
      status: 'violated',
      witness: { destination: '10.2.3.128' },
    });
  },
);
