/** Attachments of which something is missing, in doubt or there twice: what a transit gateway takes, and where it lets packets in. */
import type { AttachedVpc, Snapshot, TransitGatewayVpcAttachment } from '../snapshot/snapshot';
import { centralInspection, changeInspection } from '../mutants/central-inspection';
import { change } from '../mutants/mutant';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { networkOf } from './network';
import { decidedClasses, egressProof } from './routing';
import { symmetryProof } from './symmetry';
import { waysOut } from './way-out';

const central = (zones: 1 | 2 = 1): Snapshot => centralInspection(referenceSnapshot(), zones);
const egress = (snapshot: Snapshot, subnetId = 'subnet-studio') => egressProof(networkOf(snapshot), subnetId);
const undecided = (because: string) => ({ status: 'undecided', because: expect.stringContaining(because) });

/** The endpoints that the ways out cross. */
const crossed = (snapshot: Snapshot, subnetId = 'subnet-studio') =>
  waysOut(decidedClasses(networkOf(snapshot), subnetId)).map(({ endpoints }) => endpoints.join());

/** The subnets of the target VPC, or of the inspection VPC, as if AWS had not returned the zone of some. */
const zonesLost = (snapshot: Snapshot, ...ids: readonly string[]): Snapshot =>
  change(snapshot, 'subnets', (list) =>
    list.map((one) => (ids.includes(one.SubnetId ?? '') ? { ...one, AvailabilityZone: undefined } : one)),
  );
const zonesLostThere = (snapshot: Snapshot, ...ids: readonly string[]): Snapshot =>
  changeInspection(snapshot, (vpc) => ({
    ...vpc,
    subnets: vpc.subnets.map((one) =>
      ids.includes(one.SubnetId ?? '') ? { ...one, AvailabilityZone: undefined } : one,
    ),
  }));

const ofStudio = (
  snapshot: Snapshot,
  edit: (list: readonly TransitGatewayVpcAttachment[]) => TransitGatewayVpcAttachment[],
): Snapshot => change(snapshot, 'transitGatewayVpcAttachments', edit);
const ofInspection = (
  snapshot: Snapshot,
  edit: (list: AttachedVpc['transitGatewayVpcAttachments']) => AttachedVpc['transitGatewayVpcAttachments'],
): Snapshot =>
  changeInspection(snapshot, (vpc) => ({
    ...vpc,
    transitGatewayVpcAttachments: edit(vpc.transitGatewayVpcAttachments),
  }));
const withoutApplianceMode = (snapshot: Snapshot): Snapshot =>
  ofInspection(snapshot, (list) =>
    list.map((one) => ({ ...one, Options: { ...one.Options, ApplianceModeSupport: 'disable' as const } })),
  );

const inZoneAAlone = (snapshot: Snapshot): Snapshot =>
  ofStudio(snapshot, (list) => list.map((one) => ({ ...one, SubnetIds: ['subnet-attach'] })));

test('from a subnet whose zone was not returned, a transit gateway may take everything', () => {
  expect(crossed(zonesLost(inZoneAAlone(central(2)), 'subnet-studio-b'), 'subnet-studio-b')).toEqual(
    crossed(central(2)),
  );
});

test('an attachment in a subnet whose zone was not returned may stand in any zone', () => {
  const anywhere = zonesLost(inZoneAAlone(central(2)), 'subnet-attach');
  expect(crossed(inZoneAAlone(central(2)), 'subnet-studio-b')).toEqual([]);
  expect(crossed(anywhere, 'subnet-studio-b')).toEqual(crossed(central(2)));
});

test('without appliance mode, a subnet whose zone was not returned may be entered from every zone', () => {
  const near = withoutApplianceMode(central(2));
  expect(crossed(near)).toEqual(['vpce-inspection']);
  expect(crossed(zonesLostThere(near, 'subnet-inspection-attach-b'))).toEqual([
    'vpce-inspection',
    'vpce-inspection-b',
  ]);
});

test('without appliance mode, packets of an unknown zone may enter by every subnet', () => {
  const near = withoutApplianceMode(central(2));
  const both = ['vpce-inspection', 'vpce-inspection-b'];
  expect(crossed(zonesLost(near, 'subnet-studio'))).toEqual(both);
  const alsoThere = zonesLostThere(near, 'subnet-inspection-attach-b');
  expect(crossed(zonesLost(alsoThere, 'subnet-studio'))).toEqual(both);
});

test('where the attachment has no subnet in the zone of the packets, they may enter by any', () => {
  const onlyB = ofInspection(withoutApplianceMode(central(2)), (list) =>
    list.map((one) => ({ ...one, SubnetIds: ['subnet-inspection-attach-b'] })),
  );
  expect(crossed(onlyB)).toEqual(['vpce-inspection-b']);
  expect(symmetryProof(networkOf(onlyB), 'subnet-studio').status).toBe('holds');
});

test.each<[string, (snapshot: Snapshot) => Snapshot, string]>([
  [
    'a VPC with two attachments to one transit gateway',
    (s) =>
      ofStudio(s, (list) => [
        ...list,
        ...list.map((one) => ({ ...one, TransitGatewayAttachmentId: 'tgw-attach-again' })),
      ]),
    'vpc-studio has 2 attachments to tgw-a',
  ],
  [
    'a VPC without an attachment that stands',
    (s) => ofStudio(s, (list) => list.map((one) => ({ ...one, State: 'deleted' as const }))),
    'vpc-studio has 0 attachments to tgw-a',
  ],
  [
    'an attachment that waits to be accepted',
    (s) => ofStudio(s, (list) => list.map((one) => ({ ...one, State: 'pendingAcceptance' as const }))),
    'the attachment tgw-attach-studio is in state "pendingAcceptance"',
  ],
  [
    'an attachment that another VPC owns',
    (s) => ofStudio(s, (list) => list.map((one) => ({ ...one, VpcId: 'vpc-other' }))),
    'tgw-attach-studio is an attachment of vpc-other',
  ],
  [
    'an attachment without subnets',
    (s) => ofStudio(s, (list) => list.map((one) => ({ ...one, SubnetIds: [] }))),
    'AWS returned no subnet of tgw-attach-studio',
  ],
  [
    'an appliance mode of another name',
    (s) =>
      ofInspection(s, (list) =>
        list.map((one) => ({
          ...one,
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the types exclude is what is tried
          Options: { ...one.Options, ApplianceModeSupport: 'auto' as 'enable' },
        })),
      ),
    'tgw-attach-inspection has the unknown ApplianceModeSupport "auto"',
  ],
  [
    'a Local Zone in which the attachment has no subnet',
    (s) =>
      change(s, 'subnets', (list) =>
        list.map((one) =>
          one.SubnetId === 'subnet-studio' ? { ...one, AvailabilityZone: 'us-east-1-bos-1a' } : one,
        ),
      ),
    'how tgw-a is reached from the zone us-east-1-bos-1a of vpc-studio is not modelled',
  ],
])('%s leaves what is sent to the transit gateway open', (_what, edit, because) => {
  expect(egress(central())).toMatchObject({ status: 'holds' });
  expect(egress(edit(central()))).toMatchObject(undecided(because));
});

test.each(['deleted', 'rejected'] as const)(
  'an attachment that was %s is none beside one that works',
  (State) => {
    const before = ofStudio(central(), (list) => [
      ...list.map((one) => ({ ...one, TransitGatewayAttachmentId: 'tgw-attach-before', State })),
      ...list,
    ]);
    expect(egress(before)).toMatchObject({ status: 'holds' });
  },
);

test('of two tables that an attachment is associated with, neither is taken at its word', () => {
  const twice = change(central(), 'transitGatewayTables', (list) =>
    list.flatMap((table) => [
      table,
      {
        ...table,
        TransitGatewayRouteTable: {
          ...table.TransitGatewayRouteTable,
          TransitGatewayRouteTableId: 'tgw-rtb-more',
        },
      },
    ]),
  );
  expect(egress(twice)).toMatchObject(undecided('tgw-attach-studio is associated with 2 route tables'));
});
