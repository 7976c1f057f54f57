import { withIpv6 } from '../mutants/address-changes';
import { change, unread } from '../mutants/mutant';
import { FIREWALL_ARN } from '../mutants/reference-firewall';
import { prefixListRoute, route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, changeTable, removeRoute, replaceRoute } from '../mutants/route-changes';
import type { Snapshot } from '../snapshot/snapshot';
import { networkOf } from './network';
import { returnProof } from './return-path';
import { egressProof } from './routing';

const egress = (snapshot: Snapshot) => egressProof(networkOf(snapshot), 'subnet-studio');
const back = (snapshot: Snapshot) => returnProof(networkOf(snapshot), 'subnet-studio');
const undecided = (because: string) => ({ status: 'undecided', because: expect.stringContaining(because) });

/** The NAT default route leads to an endpoint that the firewall's own SyncStates do not name. */
const byAssociation = (vpcId: string, firewallArn: string): Snapshot => {
  const endpoints = change(referenceSnapshot(), 'vpcEndpoints', (list) => [
    ...list,
    { VpcEndpointId: 'vpce-more', VpcEndpointType: 'GatewayLoadBalancer', SubnetIds: ['subnet-firewall'] },
  ]);
  const associated = change(endpoints, 'vpcEndpointAssociations', () => [
    {
      VpcEndpointAssociation: {
        VpcEndpointAssociationArn: 'arn:association',
        FirewallArn: firewallArn,
        VpcId: vpcId,
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
  return replaceRoute(associated, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'vpce-more' }));
};

test('an endpoint association of the firewall counts as its endpoint', () => {
  expect(egress(byAssociation('vpc-studio', FIREWALL_ARN))).toMatchObject({ status: 'holds' });
});

test('an association in another VPC does not', () => {
  expect(egress(byAssociation('vpc-other', FIREWALL_ARN))).toMatchObject({ status: 'violated' });
});

test('an endpoint of a firewall that nobody described is neither ours nor foreign', () => {
  const foreign = 'arn:aws:network-firewall:us-east-1:999:firewall/foreign';
  expect(egress(byAssociation('vpc-studio', foreign))).toMatchObject(
    undecided(`it belongs to the firewall ${foreign}, which was not described`),
  );
});

test('the endpoint of a firewall that does not preserve the source inspects nobody knows what', () => {
  const snapshot = change(referenceSnapshot(), 'firewalls', (list) =>
    list.map((one) => ({
      ...one,
      Firewall: one.Firewall && Object.assign({}, one.Firewall, { NoSourcePreservation: true }),
    })),
  );
  expect(egress(snapshot)).toMatchObject(undecided('a firewall with NoSourcePreservation'));
});

test('while associations are unread, an unknown endpoint is neither ours nor foreign', () => {
  const snapshot = unread(byAssociation('vpc-studio', FIREWALL_ARN), 'vpcEndpointAssociations');
  expect(egress(snapshot)).toMatchObject(undecided('vpce-more may be an endpoint of the firewall'));
});

test('while associations are unread, the endpoints of SyncStates still count', () => {
  expect(egress(unread(referenceSnapshot(), 'vpcEndpointAssociations'))).toMatchObject({ status: 'holds' });
});

test('a firewall whose SyncStates were not returned leaves its endpoints open', () => {
  const snapshot = change(referenceSnapshot(), 'firewalls', (list) =>
    list.map((one) => ({ ...one, FirewallStatus: undefined })),
  );
  expect(egress(snapshot)).toMatchObject(undecided('SyncStates'));
});

test('a firewall that is attached to a transit gateway has no endpoint in the VPC', () => {
  const snapshot = change(referenceSnapshot(), 'firewalls', (list) =>
    list.map((one) => ({ ...one, Firewall: one.Firewall && { ...one.Firewall, TransitGatewayId: 'tgw-a' } })),
  );
  expect(egress(snapshot)).toMatchObject({ status: 'violated' });
});

test('a table without the route of the VPC itself was not returned whole', () => {
  expect(egress(removeRoute(referenceSnapshot(), 'rtb-studio', '10.2.0.0/16'))).toMatchObject(
    undecided("VPC's own 10.2.0.0/16 in rtb-studio"),
  );
});

test('a NAT gateway with a firewall proxy attached is another architecture', () => {
  const snapshot = change(referenceSnapshot(), 'natGateways', (list) =>
    list.map((one) => ({
      ...one,
      AttachedAppliances: [{ Type: 'network-firewall-proxy', ApplianceArn: 'arn:proxy' }],
    })),
  );
  expect(egress(snapshot)).toMatchObject(undecided('network-firewall-proxy'));
});

test('a prefix list that is changing may be either of two', () => {
  const listed = change(referenceSnapshot(), 'managedPrefixLists', (list) => [
    ...list,
    { PrefixList: { PrefixListId: 'pl-own', State: 'modify-in-progress' }, Entries: [{ Cidr: '8.0.0.0/8' }] },
  ]);
  expect(egress(addRoutes(listed, 'rtb-nat', prefixListRoute('pl-own', 'vpce-firewall')))).toMatchObject(
    undecided('modify-in-progress'),
  );
});

test('a network interface of which it is not known whether it forwards is undecided', () => {
  const snapshot = change(referenceSnapshot(), 'networkInterfaces', (list) => [
    ...list,
    { NetworkInterfaceId: 'eni-x', SubnetId: 'subnet-nat' },
  ]);
  expect(
    egress(addRoutes(snapshot, 'rtb-studio', route('8.0.0.0/8', { NetworkInterfaceId: 'eni-x' }))),
  ).toMatchObject(undecided('SourceDestCheck'));
});

test('a subnet with two associations, or a second main table, is not known', () => {
  const twice = changeTable(referenceSnapshot(), 'rtb-main', (table) => ({
    ...table,
    Associations: [
      ...(table.Associations ?? []),
      { SubnetId: 'subnet-studio', AssociationState: { State: 'associated' } },
    ],
  }));
  expect(egress(twice)).toMatchObject(undecided('2 route table associations'));
});

test('the route table of a public IPv4 pool decides on what comes back, too', () => {
  const pool = changeTable(referenceSnapshot(), 'rtb-main', (table) => ({
    ...table,
    Associations: [
      ...(table.Associations ?? []),
      { PublicIpv4Pool: 'ipv4pool-ec2-a', AssociationState: { State: 'associated' } },
    ],
  }));
  expect(back(pool)).toMatchObject(undecided('public IPv4 pool'));
  expect(egress(pool)).toMatchObject({ status: 'holds' });
});

test('where a subnet has no IPv6 prefix yet, any of the VPC comes back to it', () => {
  const vpcOnly = change(withIpv6(referenceSnapshot()), 'subnets', (list) =>
    list.map((one) => ({ ...one, Ipv6CidrBlockAssociationSet: [] })),
  );
  const out = addRoutes(
    addRoutes(vpcOnly, 'rtb-studio', route('::/0', { GatewayId: 'vpce-firewall' })),
    'rtb-firewall',
    route('::/0', { GatewayId: 'igw-a' }),
  );
  expect(back(out)).toMatchObject({ status: 'violated', witness: { destination: '2600:1f18:1::4' } });
});

test('NAT64 ends where its prefix ends', () => {
  const nat64 = replaceRoute(
    withIpv6(referenceSnapshot()),
    'rtb-studio',
    '0.0.0.0/0',
    route('::/0', { NatGatewayId: 'nat-a' }),
  );
  expect(egress(nat64)).toMatchObject(undecided('IPv6 destinations outside 64:ff9b::/96'));
  const leaking = addRoutes(nat64, 'rtb-nat', route('255.0.0.0/8', { GatewayId: 'igw-a' }));
  expect(egress(leaking)).toMatchObject({ status: 'violated', witness: { destination: '64:ff9b::ff00:0' } });
});

test('what comes back through NAT64 is judged on its IPv4 stretch', () => {
  const nat64 = addRoutes(
    withIpv6(referenceSnapshot()),
    'rtb-studio',
    route('64:ff9b::/96', { NatGatewayId: 'nat-a' }),
  );
  expect(back(nat64)).toMatchObject({ status: 'holds', exitingClasses: 2 });
  expect(back(removeRoute(nat64, 'rtb-edge', '10.2.2.0/24'))).toMatchObject({
    status: 'violated',
    violatingClasses: 2,
  });
});
