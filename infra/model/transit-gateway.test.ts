import {
  centralInspection,
  changeInspection,
  changeInspectionRoutes,
  INSPECTION_VPC,
  transitGatewayRoute,
} from '../mutants/central-inspection';
import { change, unread } from '../mutants/mutant';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Snapshot, TransitGatewayTable } from '../snapshot/snapshot';
import { networkOf } from './network';
import { returnProof } from './return-path';
import { decidedClasses, egressProof, exampleWayOut } from './routing';
import { symmetryProof } from './symmetry';
import { waysOut } from './way-out';

const central = (zones: 1 | 2 = 1): Snapshot => centralInspection(referenceSnapshot(), zones);
const egress = (snapshot: Snapshot) => egressProof(networkOf(snapshot), 'subnet-studio');
const back = (snapshot: Snapshot) => returnProof(networkOf(snapshot), 'subnet-studio');
const symmetry = (snapshot: Snapshot, subnetId = 'subnet-studio') =>
  symmetryProof(networkOf(snapshot), subnetId);
const undecided = (because: string) => ({ status: 'undecided', because: expect.stringContaining(because) });
const ways = (snapshot: Snapshot, subnetId = 'subnet-studio') =>
  waysOut(decidedClasses(networkOf(snapshot), subnetId));

const withRoutes = (
  snapshot: Snapshot,
  table: string,
  edit: (routes: TransitGatewayTable['Routes']) => TransitGatewayTable['Routes'],
): Snapshot =>
  change(snapshot, 'transitGatewayTables', (list) =>
    list.map((one) =>
      one.TransitGatewayRouteTable.TransitGatewayRouteTableId === table
        ? { ...one, Routes: edit(one.Routes) }
        : one,
    ),
  );

test('the way through a central inspection VPC is followed out, hop by hop', () => {
  expect(egress(central()).status).toBe('holds');
  const hops = exampleWayOut(networkOf(central()), 'subnet-studio');
  expect(hops.map(({ at, routeTable, target }) => [at, routeTable, target])).toEqual([
    ['subnet-studio', 'rtb-studio', 'tgw-a'],
    ['tgw-a', 'tgw-rtb-studio', 'tgw-attach-inspection'],
    ['tgw-attach-inspection', 'rtb-inspection-attach', 'vpce-inspection'],
    ['vpce-inspection', 'rtb-inspection-firewall', 'nat-inspection'],
    ['nat-inspection', 'rtb-inspection-nat', 'igw-inspection'],
    ['igw-inspection', null, null],
  ]);
});

test('the way back is followed too, and crosses the same endpoint', () => {
  const proof = back(central());
  const hops = proof.status === 'holds' ? proof.hops.map(({ at, target }) => [at, target]) : [];
  expect(hops).toEqual([
    ['igw-inspection', null],
    ['subnet-inspection-nat', 'vpce-inspection'],
    ['vpce-inspection', 'tgw-a'],
    ['tgw-a', 'tgw-attach-studio'],
    ['tgw-attach-studio', 'local'],
  ]);
  expect(symmetry(central())).toMatchObject({ status: 'holds', exitingClasses: 1 });
});

test('in the inspection VPC, traffic that goes round the firewall is a leak', () => {
  const leaking = changeInspectionRoutes(central(), 'rtb-inspection-attach', (routes) => [
    ...routes,
    route('8.0.0.0/8', { NatGatewayId: 'nat-inspection' }),
  ]);
  expect(egress(leaking)).toMatchObject({ status: 'violated', violatingClasses: 1 });
});

test('without the route back through the firewall, the answer goes round it', () => {
  const straight = changeInspectionRoutes(central(), 'rtb-inspection-nat', (routes) =>
    routes.map((one) =>
      one.DestinationCidrBlock === '10.2.0.0/16' ? route('10.2.0.0/16', { TransitGatewayId: 'tgw-a' }) : one,
    ),
  );
  expect(egress(straight)).toMatchObject({ status: 'holds' });
  expect(back(straight)).toMatchObject({ status: 'violated' });
});

test('a route of the transit gateway to another VPC than the inspection VPC is followed there', () => {
  const passing = withRoutes(central(), 'tgw-rtb-studio', (routes) => [
    ...routes,
    transitGatewayRoute('8.8.8.0/24', 'tgw-attach-unread', 'vpc-unread'),
  ]);
  expect(egress(passing)).toMatchObject(
    undecided('8.8.8.0 and others leave by the transit gateway attachment'),
  );
  expect(egress(passing)).toMatchObject(undecided('vpc-unread'));
});

test.each(['peering', 'vpn', 'direct-connect-gateway', 'connect', 'network-function'] as const)(
  'an attachment of type %s leads the model does not know where',
  (type) => {
    const by = withRoutes(central(), 'tgw-rtb-studio', (routes) => [
      ...routes,
      {
        ...transitGatewayRoute('9.0.0.0/8', 'tgw-attach-x', 'x'),
        TransitGatewayAttachments: [
          { TransitGatewayAttachmentId: 'tgw-attach-x', ResourceId: 'x', ResourceType: type },
        ],
      },
    ]);
    expect(egress(by)).toMatchObject(undecided(`(${type} x) tgw-attach-x`));
  },
);

test('a blackhole of the transit gateway drops, and a static route beats a propagated one', () => {
  const holed = withRoutes(central(), 'tgw-rtb-studio', () => [
    { DestinationCidrBlock: '0.0.0.0/0', State: 'blackhole', Type: 'static' },
    { ...transitGatewayRoute('0.0.0.0/0', 'tgw-attach-inspection', INSPECTION_VPC), Type: 'propagated' },
  ]);
  expect(egress(holed)).toMatchObject({ status: 'holds' });
  expect(ways(holed)).toEqual([]);
});

test.each([
  [
    'not all routes of a table were returned',
    (s: Snapshot) =>
      change(s, 'transitGatewayTables', (list) => list.map((one) => ({ ...one, complete: false }))),
    'not every route of tgw-rtb-studio was returned',
  ],
  [
    'no table is associated with the attachment',
    (s: Snapshot) =>
      change(s, 'transitGatewayTables', (list) => list.map((one) => ({ ...one, Associations: [] }))),
    'tgw-attach-studio is associated with 0 route tables',
  ],
  [
    'an association is not in force',
    (s: Snapshot) =>
      change(s, 'transitGatewayTables', (list) =>
        list.map((one) => ({
          ...one,
          Associations: one.Associations.map((each) => ({ ...each, State: 'associating' as const })),
        })),
      ),
    'the association of tgw-attach-studio is in state "associating"',
  ],
  [
    'the tables could not be read',
    (s: Snapshot) => unread(s, 'transitGatewayTables'),
    'grant aws:ReadtransitGatewayTables',
  ],
  [
    'the other VPCs could not be read',
    (s: Snapshot) => unread(s, 'attachedVpcs'),
    'grant aws:ReadattachedVpcs',
  ],
  [
    'the attachments could not be read',
    (s: Snapshot) => unread(s, 'transitGatewayVpcAttachments'),
    'grant aws:ReadtransitGatewayVpcAttachments',
  ],
  [
    'the inspection VPC is not seen by this account',
    (s: Snapshot) => change(s, 'attachedVpcs', () => []),
    'of which nothing could be read',
  ],
  [
    'the attachment is being changed',
    (s: Snapshot) =>
      changeInspection(s, (vpc) => ({
        ...vpc,
        transitGatewayVpcAttachments: vpc.transitGatewayVpcAttachments.map((one) => ({
          ...one,
          State: 'modifying' as const,
        })),
      })),
    'the attachment tgw-attach-inspection is in state "modifying"',
  ],
  [
    'appliance mode was not returned',
    (s: Snapshot) =>
      changeInspection(s, (vpc) => ({
        ...vpc,
        transitGatewayVpcAttachments: vpc.transitGatewayVpcAttachments.map((one) => ({
          ...one,
          Options: {},
        })),
      })),
    'ApplianceModeSupport of tgw-attach-inspection',
  ],
  [
    'the firewall of the inspection VPC was not described',
    (s: Snapshot) =>
      change(
        change(s, 'firewalls', () => []),
        'vpcEndpointAssociations',
        () => [
          {
            VpcEndpointAssociation: {
              VpcEndpointAssociationArn: 'arn:association',
              FirewallArn: 'arn:foreign',
              VpcId: INSPECTION_VPC,
              SubnetMapping: { SubnetId: 'subnet-inspection-firewall' },
            },
            VpcEndpointAssociationStatus: {
              Status: 'READY',
              AssociationSyncState: {
                'us-east-1a': {
                  Attachment: {
                    EndpointId: 'vpce-inspection',
                    SubnetId: 'subnet-inspection-firewall',
                  },
                },
              },
            },
          },
        ],
      ),
    'arn:foreign, which was not described',
  ],
])('undecided while %s', (_what, mutate, because) => {
  expect(egress(mutate(central()))).toMatchObject(undecided(because));
});

test('a zone without a subnet of the attachment reaches nothing by the transit gateway', () => {
  const narrow = change(central(2), 'transitGatewayVpcAttachments', (list) =>
    list.map((one) => ({ ...one, SubnetIds: ['subnet-attach'] })),
  );
  expect(egressProof(networkOf(narrow), 'subnet-studio-b')).toMatchObject({ status: 'holds' });
  expect(ways(narrow, 'subnet-studio-b')).toEqual([]);
  expect(ways(narrow)).not.toEqual([]);
});

test('in appliance mode every zone of the inspection VPC is possible, each way back by its own endpoint', () => {
  expect(ways(central(2)).map(({ endpoints, unpinned }) => [endpoints, unpinned])).toEqual([
    [['vpce-inspection'], []],
    [['vpce-inspection-b'], []],
  ]);
  expect(symmetry(central(2))).toMatchObject({ status: 'holds' });
});

const withoutApplianceMode = (snapshot: Snapshot): Snapshot =>
  changeInspection(snapshot, (vpc) => ({
    ...vpc,
    transitGatewayVpcAttachments: vpc.transitGatewayVpcAttachments.map((one) => ({
      ...one,
      Options: { ...one.Options, ApplianceModeSupport: 'disable' as const },
    })),
  }));

test('without appliance mode traffic stays in its zone, and nothing sees to it that answers come back there', () => {
  const snapshot = withoutApplianceMode(central(2));
  const because = 'tgw-attach-inspection of vpc-inspection has ApplianceModeSupport "disable"';
  expect(ways(snapshot, 'subnet-studio-b').map(({ endpoints, unpinned }) => [endpoints, unpinned])).toEqual([
    [['vpce-inspection-b'], [because]],
  ]);
  expect(ways(withoutApplianceMode(central(1)))[0]?.unpinned).toEqual([]);
});

test('a table that two zones share leads from each into its own', () => {
  const shared = change(withoutApplianceMode(central(2)), 'routeTables', (list) =>
    list.flatMap((table) => {
      if (table.RouteTableId === 'rtb-studio-b') return [];
      if (table.RouteTableId !== 'rtb-studio') return [table];
      const [association] = table.Associations ?? [];
      return [
        { ...table, Associations: [{ ...association }, { ...association, SubnetId: 'subnet-studio-b' }] },
      ];
    }),
  );
  expect(ways(shared).map(({ endpoints }) => endpoints)).toEqual([['vpce-inspection']]);
  expect(ways(shared, 'subnet-studio-b').map(({ endpoints }) => endpoints)).toEqual([['vpce-inspection-b']]);
});

/** The NAT gateway of zone a alone, in a VPC of its own behind the inspection VPC. */
function withEgressVpc(snapshot: Snapshot): Snapshot {
  const routed = changeInspection(snapshot, (vpc) => ({
    ...vpc,
    routeTables: vpc.routeTables.map((table) =>
      table.RouteTableId?.startsWith('rtb-inspection-firewall') === true
        ? {
            ...table,
            Routes: (table.Routes ?? []).map((one) =>
              one.NatGatewayId === undefined ? one : route('0.0.0.0/0', { TransitGatewayId: 'tgw-a' }),
            ),
          }
        : table,
    ),
  }));
  const [inspection] =
    routed.sections.attachedVpcs.status === 'read' ? routed.sections.attachedVpcs.value : [];
  if (!inspection) throw new Error('there is no inspection VPC');
  const named = JSON.stringify(inspection)
    .replaceAll('vpc-inspection', 'vpc-egress')
    .replaceAll('igw-inspection', 'igw-egress')
    .replaceAll('nat-inspection', 'nat-egress')
    .replaceAll('tgw-attach-inspection', 'tgw-attach-egress')
    .replaceAll('-inspection-', '-egress-')
    .replaceAll('100.64.', '100.65.');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the inspection VPC's own shape, with other names
  const egressVpc = JSON.parse(named) as typeof inspection;
  const attached = change(routed, 'attachedVpcs', (list) => [
    ...list.map((vpc) => ({ ...vpc, natGateways: [] })),
    {
      ...egressVpc,
      vpcEndpoints: [],
      routeTables: egressVpc.routeTables.map((table) =>
        table.RouteTableId?.startsWith('rtb-egress-nat') === true
          ? {
              ...table,
              Routes: (table.Routes ?? []).map((one) =>
                one.DestinationCidrBlock === '10.2.0.0/16'
                  ? route('10.2.0.0/16', { TransitGatewayId: 'tgw-a' })
                  : one,
              ),
            }
          : table.RouteTableId?.startsWith('rtb-egress-attach') === true
            ? {
                ...table,
                Routes: (table.Routes ?? []).map((one) =>
                  one.DestinationCidrBlock === '0.0.0.0/0'
                    ? route('0.0.0.0/0', { NatGatewayId: 'nat-egress' })
                    : one,
                ),
              }
            : table,
      ),
    },
  ]);
  const table = (id: string, attachmentId: string, routes: TransitGatewayTable['Routes']) => ({
    TransitGatewayRouteTable: { TransitGatewayRouteTableId: id, TransitGatewayId: 'tgw-a' },
    Associations: [{ TransitGatewayAttachmentId: attachmentId, State: 'associated' as const }],
    Routes: routes,
    complete: true,
  });
  return change(attached, 'transitGatewayTables', ([studio]) => [
    ...(studio ? [studio] : []),
    table('tgw-rtb-inspection', 'tgw-attach-inspection', [
      transitGatewayRoute('0.0.0.0/0', 'tgw-attach-egress', 'vpc-egress'),
      transitGatewayRoute('10.2.0.0/16', 'tgw-attach-studio', 'vpc-studio'),
    ]),
    table('tgw-rtb-egress', 'tgw-attach-egress', [
      transitGatewayRoute('10.2.0.0/16', 'tgw-attach-inspection', INSPECTION_VPC),
    ]),
  ]);
}

test('with the NAT gateway in a third VPC, appliance mode brings the answer to the endpoint of the way out', () => {
  const found = ways(withEgressVpc(central(2))).map(({ nats, endpoints }) => [...nats, ...endpoints].join());
  expect([...new Set(found)].sort()).toEqual(['nat-egress,vpce-inspection', 'nat-egress,vpce-inspection-b']);
  expect(symmetry(withEgressVpc(central(2)))).toMatchObject({ status: 'holds' });
  expect(symmetry(withEgressVpc(central(2)), 'subnet-studio-b')).toMatchObject({ status: 'holds' });
});

test('and without appliance mode the answer stays in the zone of the NAT gateway: another endpoint', () => {
  const snapshot = withoutApplianceMode(withEgressVpc(central(2)));
  expect(symmetry(snapshot)).toMatchObject({
    status: 'violated',
    because: expect.stringContaining('need not come back by vpce-inspection'),
  });
  expect(symmetry(snapshot, 'subnet-studio-b')).toMatchObject({
    status: 'violated',
    because: expect.stringContaining('comes back by vpce-inspection where it went out by vpce-inspection-b'),
  });
});

test('two transit gateways at the inspection VPC do not pin a flow together', () => {
  const snapshot = changeInspection(central(2), (vpc) => ({
    ...vpc,
    transitGatewayVpcAttachments: vpc.transitGatewayVpcAttachments.flatMap((one) => [
      one,
      { ...one, TransitGatewayAttachmentId: 'tgw-attach-second', TransitGatewayId: 'tgw-b' },
    ]),
  }));
  expect(ways(snapshot)[0]?.unpinned).toEqual(['vpc-inspection is attached to 2 transit gateways']);
});

test('a private destination behind a transit gateway that cannot be followed is no way to the internet', () => {
  const snapshot = change(central(), 'routeTables', (list) =>
    list.map((table) => ({
      ...table,
      Routes: (table.Routes ?? []).map((one) =>
        one.TransitGatewayId === undefined ? one : route('10.0.0.0/8', { TransitGatewayId: 'tgw-a' }),
      ),
    })),
  );
  const unseen = unread(snapshot, 'transitGatewayTables');
  expect(egress(unseen)).toMatchObject({ status: 'holds' });
  expect(ways(unseen)).toEqual([]);
});
