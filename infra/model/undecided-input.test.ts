/** Answers of AWS that leave a way open although everything else about it is in order: none of them is a pass. */
import { withSecondaryCidr } from '../mutants/address-changes';
import { centralInspection } from '../mutants/central-inspection';
import { change } from '../mutants/mutant';
import { FIREWALL_ARN } from '../mutants/reference-firewall';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { removeRoute, replaceRoute } from '../mutants/route-changes';
import type { Snapshot, TransitGatewayTable } from '../snapshot/snapshot';
import { networkOf } from './network';
import { egressProof } from './routing';

const inTables = (edit: (tables: readonly TransitGatewayTable[]) => TransitGatewayTable[]): Snapshot =>
  change(centralInspection(referenceSnapshot()), 'transitGatewayTables', edit);
const toOne = { DestinationCidrBlock: '9.9.9.0/24', Type: 'static' as const };
const inspected = { TransitGatewayAttachmentId: 'tgw-attach-inspection', ResourceType: 'vpc' as const };
const elsewhere = { TransitGatewayAttachmentId: 'tgw-attach-vpn', ResourceType: 'vpn' as const };
const withRoute = (added: TransitGatewayTable['Routes'][number]): Snapshot =>
  inTables((tables) => tables.map((table) => ({ ...table, Routes: [...table.Routes, added] })));

/** The firewall's own endpoint, and one more of it by association, which the way out takes. */
function otherForm(member: string): Snapshot {
  const associated = change(referenceSnapshot(), 'vpcEndpointAssociations', () => [
    {
      VpcEndpointAssociation: {
        VpcEndpointAssociationArn: 'arn:association',
        FirewallArn: FIREWALL_ARN,
        VpcId: 'vpc-studio',
        SubnetMapping: { SubnetId: 'subnet-firewall' },
      },
      VpcEndpointAssociationStatus: {
        Status: 'READY',
        AssociationSyncState: {
          'us-east-1a': { Attachment: { EndpointId: 'vpce-more', SubnetId: 'subnet-firewall' } },
        },
      },
    },
  ]);
  const formed = change(associated, 'firewalls', (list) =>
    list.map((one) => ({
      ...one,
      Firewall: one.Firewall && Object.assign({}, one.Firewall, { [member]: [{ any: 'thing' }] }),
    })),
  );
  return replaceRoute(formed, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'vpce-more' }));
}

test.each<[string, Snapshot]>([
  [
    'an attachment that is associated with two tables of the transit gateway',
    inTables((tables) => tables.flatMap((table) => [table, { ...table }])),
  ],
  [
    'a transit gateway route in the middle of a change',
    withRoute({ ...toOne, State: 'pending', TransitGatewayAttachments: [inspected] }),
  ],
  [
    'a transit gateway route with a second attachment that is not followed',
    withRoute({ ...toOne, State: 'active', TransitGatewayAttachments: [inspected, elsewhere] }),
  ],
  ['an associated endpoint of a firewall with a proxy', otherForm('ProxySettings')],
  ['an associated endpoint of a firewall with NAT', otherForm('NatGatewayMappings')],
  [
    'a table without the route of one of two prefixes of the VPC',
    removeRoute(withSecondaryCidr(referenceSnapshot(), '10.3.0.0/16'), 'rtb-studio', '10.3.0.0/16'),
  ],
])('%s is undecided', (_what, snapshot) => {
  expect(egressProof(networkOf(snapshot), 'subnet-studio').status).toBe('undecided');
});

test('a route with two destinations is no route for the first of them alone', () => {
  const two = replaceRoute(referenceSnapshot(), 'rtb-studio', '0.0.0.0/0', {
    ...route('0.0.0.0/0', { NatGatewayId: 'nat-a' }),
    DestinationIpv6CidrBlock: '::/0',
  });
  expect(egressProof(networkOf(two), 'subnet-studio')).toMatchObject({
    status: 'undecided',
    because: expect.stringContaining('0.0.0.0/0 and ::/0'),
  });
});
