/** Classes of destinations, and the ways of one class: where NAT64 changes the family, and where a place is met again. */
import { withIpv6 } from '../mutants/address-changes';
import { change } from '../mutants/mutant';
import { networkInterface, route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, removeRoute, replaceRoute } from '../mutants/route-changes';
import type { Snapshot } from '../snapshot/snapshot';
import type { Family } from './cidr';
import { formatAddress, parseAddress } from './cidr';
import { networkOf } from './network';
import { decidingPacket, openEndsOf } from './packet-path';
import { returnProof } from './return-path';
import { decidedClasses } from './routing';

const classesOf = (snapshot: Snapshot, family: Family) =>
  decidedClasses(networkOf(snapshot), 'subnet-studio').filter(
    ({ destination }) => destination.family === family,
  );

/** The one class that an address is in, with its first and last address in words. */
function classOf(snapshot: Snapshot, address: string) {
  const { family, value } = parseAddress(address);
  const found = classesOf(snapshot, family).filter(
    ({ destination: { first, last } }) => first <= value && value <= last,
  );
  expect(found).toHaveLength(1);
  const [only] = found;
  if (!only) throw new Error(`${address} is in no class`);
  const { first, last } = only.destination;
  return { ...only, from: formatAddress(family, first), to: formatAddress(family, last) };
}

const nat64 = () =>
  addRoutes(withIpv6(referenceSnapshot()), 'rtb-studio', route('64:ff9b::/96', { NatGatewayId: 'nat-a' }));

test('behind NAT64, every IPv4 table on the way divides the IPv6 destinations, the second like the first', () => {
  const dropped = { GatewayId: 'igw-gone', State: 'blackhole' as const };
  for (const table of ['rtb-nat', 'rtb-firewall']) {
    const holed = addRoutes(nat64(), table, route('9.9.9.9/32', dropped));
    const hole = classOf(holed, '64:ff9b::909:909');
    expect([hole.from, hole.to]).toEqual(['64:ff9b::909:909', '64:ff9b::909:909']);
    expect(hole.paths.map(({ end }) => end.kind)).toEqual(['dropped']);
    expect(classOf(holed, '64:ff9b::909:90a').paths.map(({ end }) => end.kind)).toEqual(['internet-exit']);
  }
});

test('a class ends where NAT64 ends, and where a subnet of the way ends', () => {
  const wide = replaceRoute(nat64(), 'rtb-studio', '64:ff9b::/96', route('::/0', { NatGatewayId: 'nat-a' }));
  const last = classOf(wide, '64:ff9b::ffff:ffff');
  expect([last.to, last.paths[0]?.end.kind]).toEqual(['64:ff9b::ffff:ffff', 'internet-exit']);
  expect(classOf(wide, '64:ff9b::1:0:0').paths[0]?.end.kind).toBe('unmodelled');
  expect(classOf(wide, '64:ff9a:ffff::').paths[0]?.end.kind).toBe('unmodelled');
  const own = classOf(wide, '10.2.3.255');
  expect([own.from, own.to]).toEqual(['10.2.3.0', '10.2.3.255']);
});

test('the packet that the last table saw is the translated one', () => {
  const { paths, destination } = classOf(nat64(), '64:ff9b::808:808');
  const [path] = paths;
  if (!path) throw new Error('there is no way');
  const packet = decidingPacket(path, destination);
  expect(packet.family).toBe('ipv4');
  expect(packet.first).toBe(destination.first & 0xffff_ffffn);
});

test('numbers of an IPv4 subnet keep no IPv6 packet', () => {
  const snapshot = addRoutes(
    withIpv6(referenceSnapshot()),
    'rtb-studio',
    route('::a02:300/120', { EgressOnlyInternetGatewayId: 'eigw-a' }),
  );
  expect(classOf(snapshot, '::a02:305').paths[0]?.end.kind).toBe('internet-exit');
});

test('a place that is met again is a loop, and a packet without a route is dropped', () => {
  const circle = replaceRoute(
    referenceSnapshot(),
    'rtb-firewall',
    '0.0.0.0/0',
    route('0.0.0.0/0', { NatGatewayId: 'nat-a' }),
  );
  expect(classOf(circle, '8.8.8.8').paths.map(({ end }) => end.kind)).toEqual(['loop']);
  const nowhere = removeRoute(referenceSnapshot(), 'rtb-nat', '0.0.0.0/0');
  expect(classOf(nowhere, '8.8.8.8').paths.map(({ end }) => end.kind)).toEqual(['dropped']);
});

test('a machine that forwards leaves a way open, also where it is the first hop', () => {
  const machine = change(referenceSnapshot(), 'networkInterfaces', (list) => [
    ...list,
    networkInterface('eni-router', { SubnetId: 'subnet-nat', SourceDestCheck: false }),
  ]);
  const through = addRoutes(machine, 'rtb-studio', route('9.0.0.0/8', { NetworkInterfaceId: 'eni-router' }));
  const [path] = classOf(through, '9.9.9.9').paths;
  expect(path?.end.kind).toBe('internet-exit');
  expect(path && openEndsOf(path)).toEqual([
    expect.stringContaining('eni-router forwards packets of others'),
  ]);
  const answered = addRoutes(through, 'rtb-edge', route('10.2.3.0/24', { GatewayId: 'vpce-firewall' }));
  expect(returnProof(networkOf(answered), 'subnet-studio')).toMatchObject({
    status: 'undecided',
    because: expect.stringContaining('eni-router forwards'),
  });
});
