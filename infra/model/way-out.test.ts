/** What of a path its way back depends on: which attachments pin the flow, and what came before the firewall. */
import { networkOf, subnetPlace } from './network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { parseCidr } from './cidr';
import type { Via } from './next-place';
import type { Path } from './packet-path';
import type { Pinning } from './route-target';
import { waysOut } from './way-out';

const place = subnetPlace(networkOf(referenceSnapshot()), 'subnet-studio');
const packet = parseCidr('8.8.8.0/24');

/** A path over these, out by an internet gateway. */
function over(...vias: readonly Via[]): Path {
  return {
    steps: vias.map((via) => ({ place, route: null, arrival: { on: true, via, place, packet } })),
    end: { kind: 'internet-exit', gatewayId: 'igw-a' },
  };
}

const entering = (id: string, pinning: Pinning): Via => ({
  kind: 'transit-gateway-attachment',
  id,
  vpcId: `vpc of ${id}`,
  subnetId: `subnet of ${id}`,
  pinning,
});
const free = (id: string): Via => entering(id, { pinned: false, because: `${id} pins nothing` });
const leaving: Via = { kind: 'transit-gateway', id: 'tgw-a', attachmentId: 'tgw-attach-a' };
const firewall: Via = { kind: 'firewall-endpoint', id: 'vpce-firewall', firewallArn: 'arn' };
const nat = (id: string): Via => ({ kind: 'nat-gateway', id });
const wayOver = (...vias: readonly Via[]) => waysOut([{ destination: packet, paths: [over(...vias)] }])[0];

test('an attachment unpins a flow where the firewall stands in the VPC that it leads into, and nowhere else', () => {
  expect(wayOver(free('a'), firewall)?.unpinned).toEqual(['a pins nothing']);
  expect(wayOver(free('a'), leaving, entering('b', { pinned: true }), firewall)?.unpinned).toEqual([]);
  expect(wayOver(free('a'), leaving, free('b'), firewall)?.unpinned).toEqual(['b pins nothing']);
  expect(wayOver(free('a'), firewall, leaving, free('b'))?.unpinned).toEqual(['a pins nothing']);
  expect(wayOver(entering('a', { pinned: 'one subnet' }), firewall)?.unpinned).toEqual([]);
});

test('an attachment in appliance mode pins the flow to its subnet', () => {
  expect(wayOver(entering('a', { pinned: true }), firewall)?.pinned).toEqual([['a', 'subnet of a']]);
  expect(wayOver(entering('a', { pinned: 'one subnet' }), firewall)?.pinned).toEqual([]);
  expect(wayOver(free('a'), firewall)?.pinned).toEqual([]);
});

test('NAT gateways are counted up to the first endpoint', () => {
  const counted = wayOver(nat('nat-a'), nat('nat-b'), firewall, nat('nat-c'), firewall);
  expect(counted).toMatchObject({ nats: ['nat-a', 'nat-b', 'nat-c'], natsBeforeFirewall: 2 });
  expect(wayOver(firewall, nat('nat-a'))).toMatchObject({ natsBeforeFirewall: 0 });
});

test('of the destinations of one way, the peer is one on the internet, whichever comes first', () => {
  const [inside, outside] = [parseCidr('10.9.0.0/16'), parseCidr('8.8.8.0/24')];
  for (const order of [
    [inside, outside],
    [outside, inside],
  ]) {
    const classes = order.map((destination) => ({
      destination,
      paths: [{ ...over(firewall), steps: [] }],
    }));
    expect(waysOut(classes).map(({ peer }) => peer)).toEqual(['8.8.8.0']);
  }
});
