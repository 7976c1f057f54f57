/** The ways over a stretch of the way back: none is lost to another, and each is shown where something is. */
import { withIpv6 } from '../mutants/address-changes';
import {
  centralInspection,
  changeInspection,
  changeInspectionRoutes,
  INSPECTION_VPC,
} from '../mutants/central-inspection';
import { change } from '../mutants/mutant';
import { localRoute, route, routeTable } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, changeTable, removeRoute, replaceRoute } from '../mutants/route-changes';
import type { RouteTable, Snapshot } from '../snapshot/snapshot';
import { networkOf } from './network';
import { returnProof } from './return-path';
import { symmetryProof } from './symmetry';

const back = (snapshot: Snapshot) => returnProof(networkOf(snapshot), 'subnet-studio');
const symmetry = (snapshot: Snapshot) => symmetryProof(networkOf(snapshot), 'subnet-studio');
const undecided = (because: string) => ({ status: 'undecided', because: expect.stringContaining(because) });

const withSecondEndpoint = (snapshot: Snapshot): Snapshot =>
  change(snapshot, 'firewalls', (list) =>
    list.map((one) => ({
      ...one,
      FirewallStatus: one.FirewallStatus && {
        ...one.FirewallStatus,
        SyncStates: {
          ...one.FirewallStatus.SyncStates,
          'us-east-1b': { Attachment: { EndpointId: 'vpce-more', SubnetId: 'subnet-firewall' } },
        },
      },
    })),
  );

test.each(['10.2.2.0/25', '10.2.2.128/25'])(
  "the addresses of a NAT gateway's subnet are answered one way and, in %s, another: both count",
  (half) => {
    const around = addRoutes(referenceSnapshot(), 'rtb-edge', route(half, { GatewayId: 'local' }));
    expect(back(around)).toMatchObject({
      status: 'violated',
      because: expect.stringContaining('comes back without crossing the firewall'),
    });
    const byTheOther = addRoutes(
      withSecondEndpoint(referenceSnapshot()),
      'rtb-edge',
      route(half, { GatewayId: 'vpce-more' }),
    );
    expect(back(byTheOther)).toMatchObject({ status: 'holds' });
    expect(symmetry(byTheOther)).toMatchObject({
      status: 'violated',
      because: expect.stringContaining('comes back by vpce-more where it went out by vpce-firewall'),
    });
  },
);

test('of addresses that are answered alike, one that is in use is shown', () => {
  const inFront = [
    route('10.2.2.0/30', { GatewayId: 'local' }),
    route('10.2.2.8/29', { GatewayId: 'local' }),
  ];
  const around = addRoutes(
    removeRoute(referenceSnapshot(), 'rtb-edge', '10.2.2.0/24'),
    'rtb-edge',
    ...inFront,
  );
  // The NAT gateway has 10.2.2.5, between the two.
  expect(back(around)).toMatchObject({ status: 'violated', witness: { destination: '10.2.2.5' } });
});

test('a regional NAT gateway says why what comes back to it is not followed', () => {
  const regional = change(referenceSnapshot(), 'natGateways', (list) =>
    list.map((nat) => ({
      ...nat,
      SubnetId: undefined,
      AvailabilityMode: 'regional' as const,
      RouteTableId: 'rtb-nat',
    })),
  );
  expect(back(regional)).toMatchObject(undecided('the way back through the regional NAT gateway nat-a'));
});

test('what comes back by a carrier gateway is not known', () => {
  const carried = replaceRoute(
    referenceSnapshot(),
    'rtb-firewall',
    '0.0.0.0/0',
    route('0.0.0.0/0', { CarrierGatewayId: 'cagw-a' }),
  );
  expect(back(carried)).toMatchObject(undecided('what comes back by cagw-a'));
});

test('behind NAT64 the last stretch is one of IPv6 again', () => {
  const nat64 = addRoutes(
    withIpv6(removeRoute(referenceSnapshot(), 'rtb-studio', '0.0.0.0/0')),
    'rtb-studio',
    route('64:ff9b::/96', { NatGatewayId: 'nat-a' }),
  );
  const holds = back(nat64);
  expect(holds.status).toBe('holds');
  // In IPv6 alone, what the NAT gateway sends on to Studio is led to a peering, so that nobody knows what becomes of it.
  const open = addRoutes(nat64, 'rtb-nat', route('2600:1f18:1:3::/64', { VpcPeeringConnectionId: 'pcx-a' }));
  expect(back(open)).toMatchObject(undecided('VPC peering connection pcx-a'));
});

/** The inspection VPC's firewall leads straight to its internet gateway, which has an edge table: no NAT gateway is met. */
function withoutNat(): Snapshot {
  const straight = changeInspectionRoutes(
    centralInspection(referenceSnapshot()),
    'rtb-inspection-firewall',
    (routes) =>
      routes.map((one) =>
        one.NatGatewayId === undefined ? one : route('0.0.0.0/0', { GatewayId: 'igw-inspection' }),
      ),
  );
  const edge = {
    ...routeTable('rtb-inspection-edge', [], { GatewayId: 'igw-inspection' }),
    VpcId: INSPECTION_VPC,
    Routes: [localRoute('100.64.0.0/16'), route('10.2.3.0/24', { GatewayId: 'vpce-inspection' })],
  };
  return changeInspection(straight, (vpc) => ({ ...vpc, routeTables: [...vpc.routeTables, edge] }));
}

test('the route table of a public IPv4 pool leaves open what comes back, in whichever VPC it is', () => {
  const withPool = (table: RouteTable): RouteTable => ({
    ...table,
    Associations: [
      ...(table.Associations ?? []),
      { PublicIpv4Pool: 'ipv4pool-ec2-a', AssociationState: { State: 'associated' } },
    ],
  });
  expect(back(withoutNat())).toMatchObject({ status: 'holds' });
  expect(back(changeTable(withoutNat(), 'rtb-main', withPool))).toMatchObject(undecided('public IPv4 pool'));
  const there = changeInspection(withoutNat(), (vpc) => ({
    ...vpc,
    routeTables: vpc.routeTables.map((one) =>
      one.RouteTableId === 'rtb-inspection-main' ? withPool(one) : one,
    ),
  }));
  expect(back(there)).toMatchObject(undecided('public IPv4 pool'));
});

test('what is wrong is shown on the stretch on which the flow crossed the firewall on its way out', () => {
  const to = (snapshot: Snapshot, table: string, target: Parameters<typeof route>[1]) =>
    replaceRoute(snapshot, table, '0.0.0.0/0', route('0.0.0.0/0', target));
  const first = to(referenceSnapshot(), 'rtb-studio', { GatewayId: 'vpce-firewall' });
  const second = to(first, 'rtb-firewall', { NatGatewayId: 'nat-a' });
  const behind = removeRoute(to(second, 'rtb-nat', { GatewayId: 'igw-a' }), 'rtb-edge', '10.2.2.0/24');
  // The firewall stands before the NAT gateway: it is between the NAT gateway and Studio that the answer misses it.
  expect(back(behind)).toMatchObject({
    status: 'violated',
    witness: { destination: '10.2.3.4' },
    because: expect.stringContaining('rtb-nat decides'),
  });
  const answered = addRoutes(behind, 'rtb-nat', route('10.2.3.0/24', { GatewayId: 'vpce-firewall' }));
  expect(back(answered)).toMatchObject({ status: 'holds' });
});
