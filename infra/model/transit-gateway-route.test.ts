/** Routes of transit gateway tables: which of them count, and which of two at one prefix decides. */
import { centralInspection, INSPECTION_VPC, transitGatewayRoute } from '../mutants/central-inspection';
import { change } from '../mutants/mutant';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Snapshot, TransitGatewayTable } from '../snapshot/snapshot';
import { networkOf } from './network';
import { egressProof } from './routing';

type GatewayRoute = TransitGatewayTable['Routes'][number];

/** Central inspection, with more routes in the table that decides for Studio. */
function withRoutes(...more: readonly GatewayRoute[]): Snapshot {
  return change(centralInspection(referenceSnapshot()), 'transitGatewayTables', (list) =>
    list.map((one) =>
      one.TransitGatewayRouteTable.TransitGatewayRouteTableId === 'tgw-rtb-studio'
        ? { ...one, Routes: [...one.Routes, ...more] }
        : one,
    ),
  );
}

const egress = (snapshot: Snapshot) => egressProof(networkOf(snapshot), 'subnet-studio');
const undecided = (because: string) => ({ status: 'undecided', because: expect.stringContaining(because) });

/** A route that is followed to nobody knows where. */
const toVpn = (destination: string, members: Partial<GatewayRoute> = {}): GatewayRoute => ({
  ...transitGatewayRoute(destination, 'tgw-attach-vpn', 'vpn-a'),
  TransitGatewayAttachments: [
    { TransitGatewayAttachmentId: 'tgw-attach-vpn', ResourceId: 'vpn-a', ResourceType: 'vpn' },
  ],
  ...members,
});
const toInspection = (destination: string, members: Partial<GatewayRoute> = {}): GatewayRoute => ({
  ...transitGatewayRoute(destination, 'tgw-attach-inspection', INSPECTION_VPC),
  ...members,
});

test('a route that was deleted leads nowhere', () => {
  expect(egress(withRoutes(toVpn('9.0.0.0/8')))).toMatchObject(undecided('(vpn vpn-a) tgw-attach-vpn'));
  expect(egress(withRoutes(toVpn('9.0.0.0/8', { State: 'deleted' })))).toMatchObject({ status: 'holds' });
});

test.each(['pending', 'deleting'] as const)('a route that is %s may decide or not', (State) => {
  expect(egress(withRoutes(toInspection('9.0.0.0/8', { State })))).toMatchObject(
    undecided(`the route 9.0.0.0/8 of tgw-rtb-studio is in state "${State}"`),
  );
});

test('a route of a type that nobody knows raises a doubt', () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the types exclude is what is tried
  const Type = 'learned' as 'static';
  expect(egress(withRoutes(toInspection('9.0.0.0/8', { Type })))).toMatchObject(
    undecided('the route 9.0.0.0/8 is of type "learned"'),
  );
});

test.each<[string, GatewayRoute, GatewayRoute]>([
  [
    'a static route before one of a list',
    toInspection('9.0.0.0/8'),
    toVpn('9.0.0.0/8', { PrefixListId: 'pl-a' }),
  ],
  [
    'one of a list before a propagated one',
    toInspection('9.0.0.0/8', { PrefixListId: 'pl-a' }),
    toVpn('9.0.0.0/8', { Type: 'propagated' }),
  ],
  [
    'a static route before a propagated one',
    toInspection('9.0.0.0/8'),
    toVpn('9.0.0.0/8', { Type: 'propagated' }),
  ],
  [
    'the longer one',
    toInspection('9.0.0.0/8', { Type: 'propagated' }),
    toVpn('8.0.0.0/7', { PrefixListId: 'pl-a' }),
  ],
])('at one transit gateway, %s decides', (_what, decides, other) => {
  const among = [decides, ...(other.DestinationCidrBlock === '8.0.0.0/7' ? [toInspection('8.0.0.0/8')] : [])];
  expect(egress(withRoutes(...among, other))).toMatchObject({ status: 'holds' });
  expect(egress(withRoutes(other, ...among))).toMatchObject({ status: 'holds' });
  expect(egress(withRoutes(other))).toMatchObject({ status: 'undecided' });
});
