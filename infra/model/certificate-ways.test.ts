/** What the certificate checker must refuse of ways out and back, and of answers that say a thing twice or not at all. */
import { withIpv6 } from '../mutants/address-changes';
import { change, unread } from '../mutants/mutant';
import { prefixListRoute, route, subnet } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, changeTable, replaceRoute } from '../mutants/route-changes';
import type { ManagedPrefixList, Snapshot } from '../snapshot/snapshot';
import type { Certificate, State } from './certificate';
import { certificateChecker } from './certificate-checker';
import { networkOf } from './network';
import { returnCertificate } from './return-certificate';
import { egressProof } from './routing';

const STUDIO = 'subnet-studio';
const FIREWALL = { GatewayId: 'vpce-firewall' };
const OUT = { GatewayId: 'igw-a' };
const reference = referenceSnapshot();
const six = withIpv6(reference);

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
const isGuard = ({ answers }: State): boolean => answers === undefined;

test('IPv6 past NAT64 to a NAT gateway is refused, although what comes back from there is guarded', () => {
  const guarded = addRoutes(six, 'rtb-nat', route('2600:1f18:1:3::/64', FIREWALL));
  const past = addRoutes(guarded, 'rtb-studio', route('2a00::/16', { NatGatewayId: 'nat-a' }));
  const claim = backOf(guarded);
  const back: State = { place: 'subnet-nat', destinations: ['2600:1f18:1:3::/64'] };
  const more = { ...claim, states: [...claim.states, back] };
  expect(accepts(guarded, more)).toBe(true);
  expect(accepts(past, more)).toBe(false);
});

test('a way out is no stretch back: packets may be delivered on it', () => {
  const claim = backOf(reference);
  const states = claim.states.map((one) => (isGuard(one) ? { ...one, answers: 'subnet-nat' } : one));
  expect(accepts(reference, { ...claim, states })).toBe(false);
});

test('what a subnet sends is answered at each of its blocks', () => {
  const second = {
    Ipv6CidrBlock: '2600:1f18:1:9::/64',
    Ipv6CidrBlockState: { State: 'associated' as const },
  };
  const two = change(six, 'subnets', (list) =>
    list.map((one) =>
      one.SubnetId === STUDIO
        ? { ...one, Ipv6CidrBlockAssociationSet: [...(one.Ipv6CidrBlockAssociationSet ?? []), second] }
        : one,
    ),
  );
  const sent = addRoutes(two, 'rtb-studio', route('::/0', FIREWALL));
  const out = addRoutes(sent, 'rtb-firewall', route('::/0', OUT));
  const both = ['2600:1f18:1:3::/64', '2600:1f18:1:9::/64'];
  const answered = addRoutes(out, 'rtb-edge', ...both.map((block) => route(block, FIREWALL)));
  const claim = backOf(answered);
  expect(accepts(answered, claim)).toBe(true);
  for (const block of both) {
    const without = claim.states.map((one) =>
      isGuard(one) ? { ...one, destinations: one.destinations.filter((to) => to !== block) } : one,
    );
    expect(accepts(answered, { ...claim, states: without })).toBe(false);
  }
});

test('stretches to two NAT gateways begin at one gateway, and its state holds both', () => {
  const more = change(reference, 'subnets', (all) => [...all, subnet('subnet-b', '10.2.4.0/24')]);
  const nats = change(more, 'natGateways', (all) => [
    ...all,
    ...all.map((nat) => ({ ...nat, NatGatewayId: 'nat-b', SubnetId: 'subnet-b' })),
  ]);
  const shared = changeTable(nats, 'rtb-nat', (table) => ({
    ...table,
    Associations: [
      ...(table.Associations ?? []),
      { SubnetId: 'subnet-b', AssociationState: { State: 'associated' } },
    ],
  }));
  const edge = addRoutes(shared, 'rtb-edge', route('10.2.4.0/24', FIREWALL));
  const both = addRoutes(edge, 'rtb-studio', route('9.0.0.0/8', { NatGatewayId: 'nat-b' }));
  const claim = backOf(both);
  expect(claim.states.filter(isGuard)).toEqual([
    { place: 'igw-a', destinations: ['10.2.2.0/24', '10.2.4.0/24'] },
  ]);
  expect(accepts(both, claim)).toBe(true);
  for (const to of ['10.2.2.0/24', '10.2.4.0/24']) {
    const states = claim.states.map((one) => (isGuard(one) ? { ...one, destinations: [to] } : one));
    expect(accepts(both, { ...claim, states })).toBe(false);
  }
});

const list = (Cidr: string, id = 'pl-x'): ManagedPrefixList => ({
  PrefixList: { PrefixListId: id, State: 'create-complete' },
  Entries: [{ Cidr }],
});
const withLists = (...lists: readonly ManagedPrefixList[]): Snapshot =>
  change(six, 'managedPrefixLists', (others) => [...others, ...lists]);

test('a list leads out in the family of its entries', () => {
  const claim = egressOf(six);
  for (const block of ['9.9.9.0/24', '2a00::/16']) {
    const listed = withLists(list(block));
    expect(accepts(listed, claim)).toBe(true);
    expect(accepts(addRoutes(listed, 'rtb-studio', prefixListRoute('pl-x', 'igw-a')), claim)).toBe(false);
  }
});

test('of two lists of one id, neither counts', () => {
  const hidden = (...lists: readonly ManagedPrefixList[]): Snapshot =>
    addRoutes(
      withLists(...lists),
      'rtb-nat',
      route('9.9.8.0/23', OUT),
      route('9.9.8.0/24', FIREWALL),
      prefixListRoute('pl-x', 'vpce-firewall'),
    );
  const once = hidden(list('9.9.9.0/24'));
  const claim = egressOf(once);
  expect(accepts(once, claim)).toBe(true);
  expect(accepts(hidden(list('9.9.9.0/24'), list('9.9.0.0/24')), claim)).toBe(false);
});

test('a route of two destinations, or of none, is refused', () => {
  const claim = egressOf(reference);
  const harmless = route('9.9.9.0/24', FIREWALL);
  expect(accepts(addRoutes(reference, 'rtb-nat', harmless), claim)).toBe(true);
  const twice = { ...harmless, DestinationIpv6CidrBlock: '2a00::/16' };
  expect(accepts(addRoutes(reference, 'rtb-nat', twice), claim)).toBe(false);
  const { DestinationCidrBlock: _none, ...nowhere } = harmless;
  expect(accepts(addRoutes(reference, 'rtb-nat', nowhere), claim)).toBe(false);
});

test('a table whose associations were not returned may be the main one', () => {
  const unassociated = changeTable(reference, 'rtb-nat', (table) => ({ ...table, Associations: [] }));
  const sound = addRoutes(unassociated, 'rtb-main', route('0.0.0.0/0', FIREWALL));
  const claim = egressOf(sound);
  expect(accepts(sound, claim)).toBe(true);
  const unknown = changeTable(sound, 'rtb-nat', ({ Associations: _none, ...table }) => table);
  expect(accepts(unknown, claim)).toBe(false);
});

test.each<[string, object]>([
  ['a transit gateway firewall', { TransitGatewayId: 'tgw-a' }],
  ['one that translates', { NatGatewayMappings: [{ NatGatewayId: 'nat-a' }] }],
  ['one that is a proxy', { ProxySettings: {} }],
])('the endpoint of %s does not count', (_what, members) => {
  const odd = change(reference, 'firewalls', (all) =>
    all.map((one) => ({ ...one, Firewall: one.Firewall && { ...one.Firewall, ...members } })),
  );
  expect(accepts(odd, egressOf(reference))).toBe(false);
});

const propagated = { Origin: 'EnableVgwRoutePropagation' } as const;

test('a prefix that is longer than an address is none, whatever it would hide', () => {
  const hidden = (by: string): Snapshot =>
    addRoutes(reference, 'rtb-nat', route('9.9.9.9/32', { ...OUT, ...propagated }), route(by, FIREWALL));
  const claim = egressOf(hidden('9.9.9.9/32'));
  expect(accepts(hidden('9.9.9.9/32'), claim)).toBe(true);
  expect(accepts(hidden('9.9.9.9/33'), claim)).toBe(false);
});

/** An exit in Studio's table, and two longer routes over it. */
const hiddenBy = (Origin: 'CreateRoute' | 'Advertisement'): Snapshot =>
  addRoutes(
    reference,
    'rtb-studio',
    route('9.9.9.0/24', OUT),
    ...['9.9.9.0/25', '9.9.9.128/25'].map((half) => route(half, { ...FIREWALL, Origin })),
  );

test('a route of an origin that is not known decides nowhere for sure', () => {
  const claim = egressOf(hiddenBy('CreateRoute'));
  expect(accepts(hiddenBy('CreateRoute'), claim)).toBe(true);
  expect(accepts(hiddenBy('Advertisement'), claim)).toBe(false);
});

test('a list that nobody read may be left out where it leads to a gateway endpoint', () => {
  const hidden = hiddenBy('CreateRoute');
  const claim = egressOf(hidden);
  expect(accepts(unread(hidden, 'managedPrefixLists'), claim)).toBe(true);
  const inspected = replaceRoute(hidden, 'rtb-studio', 'pl-s3', prefixListRoute('pl-s3', 'vpce-firewall'));
  expect(accepts(inspected, claim)).toBe(true);
  expect(accepts(unread(inspected, 'managedPrefixLists'), claim)).toBe(false);
});
