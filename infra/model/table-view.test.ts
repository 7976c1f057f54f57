/** One route table seen from several places: zones, and what a private NAT gateway sends. */
import { change } from '../mutants/mutant';
import { route, routeTable, subnet } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, replaceRoute } from '../mutants/route-changes';
import type { Snapshot } from '../snapshot/snapshot';
import { networkOf } from './network';
import { decidedClasses, egressProof } from './routing';

const statusOf = (snapshot: Snapshot, subnetId = 'subnet-studio') =>
  egressProof(networkOf(snapshot), subnetId).status;

/** The NAT gateway's table leads straight to the internet gateway, and some of it to a transit gateway: it depends on the zone. */
function zoned(members: { readonly ConnectivityType: 'private' | 'public' }): Snapshot {
  const attached = change(referenceSnapshot(), 'transitGatewayVpcAttachments', () => [
    {
      TransitGatewayAttachmentId: 'tgw-attach-studio',
      TransitGatewayId: 'tgw-a',
      VpcId: 'vpc-studio',
      State: 'available' as const,
      SubnetIds: ['subnet-nat'],
      Options: { ApplianceModeSupport: 'disable' as const },
    },
  ]);
  const nats = change(attached, 'natGateways', (list) => list.map((nat) => ({ ...nat, ...members })));
  const straight = replaceRoute(nats, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'igw-a' }));
  return addRoutes(straight, 'rtb-nat', route('10.64.0.0/16', { TransitGatewayId: 'tgw-a' }));
}

test('behind a private NAT gateway a table is another one than its subnet sees, also where it depends on the zone', () => {
  expect(statusOf(zoned({ ConnectivityType: 'public' }))).toBe('violated');
  const snapshot = zoned({ ConnectivityType: 'private' });
  const ends = decidedClasses(networkOf(snapshot), 'subnet-studio').flatMap(({ paths }) =>
    paths.map(({ end }) => end.kind),
  );
  expect(ends).not.toContain('internet-exit');
  expect(statusOf(snapshot)).toBe('holds');
  // What stands in the subnet itself is no NAT gateway.
  expect(statusOf(snapshot, 'subnet-nat')).toBe('violated');
});

test('two private NAT gateways in one subnet are named apart', () => {
  const two = change(zoned({ ConnectivityType: 'private' }), 'natGateways', (list) =>
    list.flatMap((nat) => [nat, { ...nat, NatGatewayId: 'nat-b' }]),
  );
  const snapshot = addRoutes(two, 'rtb-studio', route('128.0.0.0/1', { NatGatewayId: 'nat-b' }));
  const said = decidedClasses(networkOf(snapshot), 'subnet-studio').flatMap(({ paths }) =>
    paths.flatMap(({ end }) => (end.kind === 'dropped' ? [end.because] : [])),
  );
  for (const nat of ['nat-a', 'nat-b'])
    expect(said).toContain(`igw-a drops what the private NAT gateway ${nat} sends to it`);
});

test('only an internet gateway is closed to a private NAT gateway', () => {
  const carrier = addRoutes(
    zoned({ ConnectivityType: 'private' }),
    'rtb-nat',
    route('9.0.0.0/8', { CarrierGatewayId: 'cagw-a' }),
  );
  expect(egressProof(networkOf(carrier), 'subnet-studio')).toMatchObject({
    status: 'violated',
    witness: { destination: '9.0.0.0' },
  });
});

test('a table that two zones share leads a transit gateway to tell them apart, and two tables stay two', () => {
  const subnets = change(zoned({ ConnectivityType: 'private' }), 'subnets', (list) => [
    ...list,
    subnet('subnet-far', '10.2.9.0/24', 'us-east-1b'),
    subnet('subnet-near', '10.2.8.0/24', 'us-east-1a'),
  ]);
  const by = [route('0.0.0.0/0', { TransitGatewayId: 'tgw-a' })];
  const shared = change(subnets, 'routeTables', (list) => {
    const table = routeTable('rtb-shared', by, { SubnetId: 'subnet-far' });
    const [association] = table.Associations ?? [];
    const both = [{ ...association }, { ...association, SubnetId: 'subnet-near' }];
    return [...list, { ...table, Associations: both }];
  });
  // The attachment stands in zone a alone: what zone b sends to the transit gateway goes nowhere.
  expect([statusOf(shared, 'subnet-far'), statusOf(shared, 'subnet-near')]).toEqual(['holds', 'undecided']);
});
