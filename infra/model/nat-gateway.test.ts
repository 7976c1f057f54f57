import { change } from '../mutants/mutant';
import { route, routeTable, subnet } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, replaceRoute } from '../mutants/route-changes';
import type { NatGateway, Snapshot } from '../snapshot/snapshot';
import { natGatewayOf } from './nat-gateway';
import { networkOf } from './network';
import { decidedClasses, egressProof } from './routing';

/** A value that AWS may add to an enumeration. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the types exclude is what is tried
const unheardOf = (value: string): never => value as never;

const withNat = (snapshot: Snapshot, members: Partial<NatGateway>): Snapshot =>
  change(snapshot, 'natGateways', (list) => list.map((nat) => ({ ...nat, ...members })));
const statusOf = (snapshot: Snapshot): string => egressProof(networkOf(snapshot), 'subnet-studio').status;
const proofOf = (snapshot: Snapshot) => egressProof(networkOf(snapshot), 'subnet-studio');
const toGateway = (snapshot: Snapshot) =>
  replaceRoute(snapshot, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'igw-a' }));
const undecided = (because: string) => ({ status: 'undecided', because: expect.stringContaining(because) });

test('an internet gateway drops what a private NAT gateway sends', () => {
  expect(statusOf(toGateway(referenceSnapshot()))).toBe('violated');
  const isPrivate = toGateway(withNat(referenceSnapshot(), { ConnectivityType: 'private' }));
  expect(statusOf(isPrivate)).toBe('holds');
  const ends = decidedClasses(networkOf(isPrivate), 'subnet-studio').flatMap(({ paths }) =>
    paths.map(({ end }) => (end.kind === 'dropped' ? end.because : end.kind)),
  );
  expect(ends).toContain('igw-a drops what the private NAT gateway nat-a sends to it');
});

test('another way out of the same subnet is as open as it was', () => {
  const both = addRoutes(
    toGateway(withNat(referenceSnapshot(), { ConnectivityType: 'private' })),
    'rtb-studio',
    route('8.8.8.8/32', { GatewayId: 'igw-a' }),
  );
  expect(proofOf(both)).toMatchObject({ status: 'violated', witness: { destination: '8.8.8.8' } });
});

test('a private NAT gateway can lead to a transit gateway, which is not followed without its tables', () => {
  const snapshot = replaceRoute(
    withNat(referenceSnapshot(), { ConnectivityType: 'private' }),
    'rtb-nat',
    '0.0.0.0/0',
    route('0.0.0.0/0', { TransitGatewayId: 'tgw-a' }),
  );
  expect(proofOf(snapshot)).toMatchObject(undecided('transit gateway tgw-a'));
});

test('behind a private NAT gateway a public one leaks as ever', () => {
  let s = withNat(referenceSnapshot(), { ConnectivityType: 'private' });
  s = change(s, 'natGateways', (list) => [
    ...list,
    { NatGatewayId: 'nat-public', SubnetId: 'subnet-open', VpcId: 'vpc-studio', State: 'available' },
  ]);
  s = change(s, 'subnets', (list) => [...list, subnet('subnet-open', '10.2.9.0/24')]);
  s = change(s, 'routeTables', (list) => [
    ...list,
    routeTable('rtb-open', [route('0.0.0.0/0', { GatewayId: 'igw-a' })], { SubnetId: 'subnet-open' }),
  ]);
  s = replaceRoute(s, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { NatGatewayId: 'nat-public' }));
  expect(statusOf(s)).toBe('violated');
});

test.each([
  ['of another VPC', { VpcId: 'vpc-other' }, 'belongs to vpc-other'],
  ['of an unknown type', { ConnectivityType: unheardOf('carrier') }, 'unknown ConnectivityType "carrier"'],
  ['of an unknown mode', { AvailabilityMode: unheardOf('global') }, 'unknown AvailabilityMode "global"'],
  ['in an unknown state', { State: unheardOf('draining') }, 'in state "draining"'],
  [
    'with a proxy',
    { AttachedAppliances: [{ Type: 'network-firewall-proxy' as const, ApplianceArn: 'arn:proxy' }] },
    'an appliance of type "network-firewall-proxy"',
  ],
])('a NAT gateway %s is not followed', (_what, members, because) => {
  expect(proofOf(withNat(referenceSnapshot(), members))).toMatchObject(undecided(because));
});

test.each(['pending', 'deleting'] as const)(
  'one that is %s leads where it leads, and may carry nothing',
  (State) => {
    expect(statusOf(withNat(toGateway(referenceSnapshot()), { State }))).toBe('violated');
    const nat = natGatewayOf({ NatGatewayId: 'nat-a', SubnetId: 'subnet-nat', State }, 'vpc-studio');
    expect(nat.notReady).toBe(`the NAT gateway nat-a is in state "${State}"`);
  },
);

test.each(['deleted', 'failed'] as const)('one that is %s is not there any more', (State) => {
  expect(proofOf(withNat(referenceSnapshot(), { State }))).toMatchObject(undecided('nat-a was not returned'));
});

test('one of which AWS did not say that it is private is taken for public', () => {
  const nat = natGatewayOf({ NatGatewayId: 'nat-a', SubnetId: 'subnet-nat' }, 'vpc-studio');
  expect(nat).toMatchObject({
    isPrivate: false,
    notReady: 'AWS did not return State of the NAT gateway nat-a',
  });
});
