/** What the certificate checker must refuse, one thing at a time, and what it must not. */
import { withIpv6 } from '../mutants/address-changes';
import { change } from '../mutants/mutant';
import { networkInterface, prefixListRoute, route, subnet } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, changeTable, replaceRoute } from '../mutants/route-changes';
import type { Route, Snapshot } from '../snapshot/snapshot';
import { subtract } from './address-set';
import type { Certificate, State } from './certificate';
import { certificateChecker } from './certificate-checker';
import { parseCidr, spaceOf } from './cidr';
import { blocksIn } from './cidr-blocks';
import { networkOf } from './network';
import { returnCertificate } from './return-certificate';
import { egressProof } from './routing';

const STUDIO = 'subnet-studio';
const FIREWALL = { GatewayId: 'vpce-firewall' };
const OUT = { GatewayId: 'igw-a' };
const reference = referenceSnapshot();

function egressOf(snapshot: Snapshot): Certificate {
  const proof = egressProof(networkOf(snapshot), STUDIO);
  const certified = proof.status === 'holds' ? proof.certificate() : { made: false as const };
  if (!certified.made) throw new Error('there is no certificate');
  return certified.certificate;
}

function backOf(snapshot: Snapshot): Certificate {
  const certified = returnCertificate(networkOf(snapshot), STUDIO);
  if (!certified.made) throw new Error(certified.because);
  return certified.certificate;
}

const accepts = (snapshot: Snapshot, certificate: Certificate): boolean =>
  certificateChecker(snapshot)(certificate).accepted;
test.each<[string, Route]>([
  ['two targets', route('9.9.9.0/24', { ...FIREWALL, IpAddress: '10.2.1.7' })],
  ['an interface that forwards', route('9.9.9.0/24', { NetworkInterfaceId: 'eni-router' })],
  ['the firewall in an unknown state', route('9.9.9.0/24', { ...FIREWALL, State: 'filtered' })],
  ['an exit, by propagation', route('9.9.9.0/24', { ...OUT, Origin: 'EnableVgwRoutePropagation' })],
])('a route to %s is refused', (_what, one) => {
  const machine = change(reference, 'networkInterfaces', (list) => [
    ...list,
    networkInterface('eni-router', { SubnetId: 'subnet-nat', SourceDestCheck: false }),
  ]);
  expect(accepts(machine, egressOf(reference))).toBe(true);
  expect(accepts(addRoutes(machine, 'rtb-nat', one), egressOf(reference))).toBe(false);
});

/** A route to the internet gateway and others at the same prefix, in the NAT gateway's table. */
const contested = (exit: Partial<Route>, ...others: readonly Partial<Route>[]): Snapshot =>
  addRoutes(
    reference,
    'rtb-nat',
    route('9.9.9.0/24', { ...OUT, ...exit }),
    ...others.map((other) => route('9.9.9.0/24', { ...FIREWALL, ...other })),
  );

test('at one prefix a static route decides before a propagated one, but not before one in an unknown state', () => {
  const propagated = { Origin: 'EnableVgwRoutePropagation' } as const;
  const settled = contested(propagated, {});
  expect(accepts(settled, egressOf(settled))).toBe(true);
  expect(accepts(contested({ ...propagated, State: 'filtered' }, {}), egressOf(settled))).toBe(false);
  expect(accepts(contested(propagated, { State: 'filtered' }), egressOf(settled))).toBe(false);
  expect(accepts(contested(propagated, propagated), egressOf(settled))).toBe(false);
  expect(accepts(contested({}, propagated), egressOf(settled))).toBe(false);
});

/** Customer lists with their entries; the first leads to the internet gateway, the others to the firewall. */
function listed(lists: readonly (readonly string[])[], state = 'create-complete' as const): Snapshot {
  const known = change(reference, 'managedPrefixLists', (list) => [
    ...list,
    ...lists.map((entries, index) => ({
      PrefixList: { PrefixListId: `pl-${index}`, State: state, AddressFamily: 'IPv4' },
      Entries: entries.map((Cidr) => ({ Cidr })),
    })),
  ]);
  const routes = lists.map((_, index) =>
    prefixListRoute(`pl-${index}`, index === 0 ? 'igw-a' : 'vpce-firewall'),
  );
  return addRoutes(known, 'rtb-nat', ...routes);
}

test("another list's longer entries do not decide for sure, a longer static route does", () => {
  const hidden = addRoutes(
    listed([['9.9.8.0/23']]),
    'rtb-nat',
    route('9.9.8.0/24', FIREWALL),
    route('9.9.9.0/24', FIREWALL),
  );
  expect(accepts(hidden, egressOf(hidden))).toBe(true);
  expect(accepts(listed([['9.9.8.0/23'], ['9.9.8.0/24', '9.9.9.0/24']]), egressOf(hidden))).toBe(false);
  // AWS chooses between the entries that win at their own length: a static route takes the exit's place.
  const lists = listed([['9.9.8.0/23'], ['9.9.8.0/24', '9.9.9.0/24']]);
  const between = addRoutes(lists, 'rtb-nat', route('9.9.8.0/23', FIREWALL));
  expect(accepts(between, egressOf(between))).toBe(true);
});

test('under a longer entry of another list, AWS chooses among the lists: a static route in between hides no exit', () => {
  const routes = ['9.9.8.0/24', '9.9.9.0/24'].map((half) => route(half, FIREWALL));
  const hidden = addRoutes(listed([['9.9.8.0/23']]), 'rtb-nat', ...routes);
  const chosen = addRoutes(listed([['9.9.8.0/23'], ['9.9.8.128/25']]), 'rtb-nat', ...routes);
  expect(accepts(chosen, egressOf(hidden))).toBe(false);
  expect(egressProof(networkOf(chosen), STUDIO)).toMatchObject({
    status: 'violated',
    witness: { destination: '9.9.8.128' },
  });
});

test("a list that is changing decides in nobody's stead, whatever it was", () => {
  const settled = addRoutes(listed([[], ['9.9.8.0/24', '9.9.9.0/24']]), 'rtb-nat', route('9.9.8.0/23', OUT));
  const changing = change(settled, 'managedPrefixLists', (list) =>
    list.map((one) =>
      one.PrefixList.PrefixListId === 'pl-1'
        ? { ...one, PrefixList: { ...one.PrefixList, State: 'modify-in-progress' as const } }
        : one,
    ),
  );
  expect(accepts(settled, egressOf(settled))).toBe(true);
  expect(accepts(changing, egressOf(settled))).toBe(false);
});

test.each([
  ['64:ff9b::/96', true],
  ['64:ff9b::ffff:0/112', true],
  ['64:ff9b::/95', false],
  ['64:ff9b::1:0:0/96', false],
  ['64:ff9a:ffff:ffff:ffff:ffff::/96', false],
  ['2a00::/16', false],
])('IPv6 for %s through a NAT gateway: taken %s', (destination, taken) => {
  const six = addRoutes(reference, 'rtb-studio', route(destination, { NatGatewayId: 'nat-a' }));
  expect(accepts(six, egressOf(reference))).toBe(taken);
});

test('a propagated route inside the VPC never decides, and hides nothing there', () => {
  const inside = addRoutes(
    reference,
    'rtb-nat',
    route('10.2.3.0/24', OUT),
    route('10.2.3.0/25', { ...FIREWALL, Origin: 'EnableVgwRoutePropagation' }),
    route('10.2.3.128/25', { ...FIREWALL, Origin: 'EnableVgwRoutePropagation' }),
  );
  expect(accepts(inside, egressOf(reference))).toBe(false);
});

test.each([['0.0.0.0/32'], ['9.9.9.9/32'], ['255.255.255.255/32']])(
  'a state without %s, one address, is not all that is sent',
  (hole) => {
    const egress = egressOf(reference);
    const rest = blocksIn('ipv4', subtract([spaceOf('ipv4')], [parseCidr(hole)]));
    const parts = (destinations: readonly string[]) => ({
      ...egress,
      states: egress.states.map((one) => (one.place === STUDIO ? { ...one, destinations } : one)),
    });
    expect(accepts(reference, parts(['0.0.0.0/0', '::/0']))).toBe(true);
    expect(accepts(reference, parts([...rest, '::/0']))).toBe(false);
    // Every block that is all in the set has to be in one of the state's: these parts do not say so.
    expect(accepts(reference, parts([...rest, hole, '::/0']))).toBe(false);
  },
);

test('where two tables are associated with a subnet, neither is in force', () => {
  const twice = changeTable(reference, 'rtb-main', (table) => ({
    ...table,
    Associations: [
      ...(table.Associations ?? []),
      { SubnetId: 'subnet-nat', AssociationState: { State: 'associated' } },
    ],
  }));
  expect(accepts(twice, egressOf(reference))).toBe(false);
  expect(accepts(twice, backOf(reference))).toBe(false);
});

test('the way back is refused where a public IPv4 pool has a route table', () => {
  const pool = changeTable(reference, 'rtb-main', (table) => ({
    ...table,
    Associations: [
      ...(table.Associations ?? []),
      { PublicIpv4Pool: 'ipv4pool-ec2-a', AssociationState: { State: 'associated' } },
    ],
  }));
  expect(accepts(pool, backOf(reference))).toBe(false);
});

test.each<[string, Route]>([
  ['a transit gateway for the internet', route('9.0.0.0/8', { TransitGatewayId: 'tgw-a' })],
  ['IPv6 past NAT64 to a NAT gateway', route('2a00::/16', { NatGatewayId: 'nat-a' })],
  ['another exit of IPv6', route('::/0', { EgressOnlyInternetGatewayId: 'eigw-a' })],
  ['a target of an unknown kind', route('9.0.0.0/8', { LocalGatewayId: undefined })],
])('the way back is refused beside a route to %s', (_what, more) => {
  const six = withIpv6(reference);
  expect(accepts(six, backOf(six))).toBe(true);
  expect(accepts(addRoutes(six, 'rtb-studio', more), backOf(six))).toBe(false);
});

const isGuard = ({ answers }: State): boolean => answers === undefined;

/** Studio behind the firewall without a NAT gateway, in both families. */
function direct(): Snapshot {
  const four = replaceRoute(withIpv6(reference), 'rtb-studio', '0.0.0.0/0', route('0.0.0.0/0', FIREWALL));
  const six = addRoutes(four, 'rtb-studio', route('::/0', FIREWALL));
  const out = addRoutes(six, 'rtb-firewall', route('::/0', OUT));
  return addRoutes(out, 'rtb-edge', route('10.2.3.0/24', FIREWALL), route('2600:1f18:1:3::/64', FIREWALL));
}

test('one stretch is guarded for each family by itself', () => {
  const both = backOf(direct());
  const families = ['10.2.3.0/24', '2600:1f18:1:3::/64'];
  expect(both.states.filter(isGuard)).toEqual([{ place: 'igw-a', destinations: families }]);
  expect(accepts(direct(), both)).toBe(true);
  for (const family of families) {
    const destinations = [family];
    const states = both.states.map((one) => (isGuard(one) ? { ...one, destinations } : one));
    expect(accepts(direct(), { ...both, states })).toBe(false);
  }
});

test('a stretch to a subnet that has no address of the family is not guarded by saying so', () => {
  const four = addRoutes(
    addRoutes(reference, 'rtb-studio', route('::/0', FIREWALL)),
    'rtb-firewall',
    route('::/0', OUT),
  );
  const without = backOf(reference);
  const claim = backOf(four);
  expect(accepts(four, claim)).toBe(true);
  expect(
    accepts(four, {
      ...claim,
      states: [...claim.states.filter((one) => !isGuard(one)), ...without.states.filter(isGuard)],
    }),
  ).toBe(false);
  // Once the VPC has the family, any of its addresses can be answered.
  const out = addRoutes(
    four,
    'rtb-edge',
    route('2600:1f18:1::/56', { GatewayId: 'local', Origin: 'CreateRouteTable' }),
  );
  expect(accepts(out, claim)).toBe(false);
});

test('a stretch that ends in the subnet of its NAT gateway without the firewall is refused', () => {
  const around = replaceRoute(
    reference,
    'rtb-edge',
    '10.2.2.0/24',
    route('10.2.2.0/24', { NatGatewayId: 'nat-a' }),
  );
  const stretch = ['igw-a', 'subnet-nat'].map((place) => ({ place, destinations: ['10.2.2.0/24'] }));
  const ways = backOf(reference).states.filter((one) => !isGuard(one));
  const claim: Certificate = { claim: 'return', subnet: STUDIO, states: [...ways, ...stretch] };
  expect(accepts(around, claim)).toBe(false);
});

test('every way to a NAT gateway has to be guarded, not only the first', () => {
  const more = change(reference, 'subnets', (list) => [...list, subnet('subnet-b', '10.2.4.0/24')]);
  const nats = change(more, 'natGateways', (list) => [
    ...list,
    ...list.map((nat) => ({ ...nat, NatGatewayId: 'nat-b', SubnetId: 'subnet-b' })),
  ]);
  const tables = change(nats, 'routeTables', (list) => [
    ...list.map((table) =>
      table.RouteTableId === 'rtb-edge' ? { ...table, Routes: (table.Routes ?? []).slice(0, 1) } : table,
    ),
    {
      RouteTableId: 'rtb-b',
      Routes: [
        route('10.2.0.0/16', { GatewayId: 'local', Origin: 'CreateRouteTable' }),
        route('0.0.0.0/0', { NatGatewayId: 'nat-a' }),
      ],
      Associations: [{ SubnetId: 'subnet-b', AssociationState: { State: 'associated' as const } }],
    },
  ]);
  // What the NAT gateway sends back to Studio crosses the firewall, what it sends to the other NAT gateway does not.
  const back = addRoutes(tables, 'rtb-nat', route('10.2.3.0/24', FIREWALL));
  const both = addRoutes(back, 'rtb-studio', route('128.0.0.0/1', { NatGatewayId: 'nat-b' }));
  const guarded = backOf(back);
  expect(accepts(back, guarded)).toBe(true);
  expect(accepts(both, guarded)).toBe(false);
});
