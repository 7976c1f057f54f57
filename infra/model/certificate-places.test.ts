/** Which tables, endpoints and addresses the certificate checker takes AWS's answers for. */
import { withIpv6 } from '../mutants/address-changes';
import { change } from '../mutants/mutant';
import { FIREWALL_ARN } from '../mutants/reference-firewall';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, changeTable, replaceRoute } from '../mutants/route-changes';
import type { Snapshot } from '../snapshot/snapshot';
import type { Certificate } from './certificate';
import { certificateChecker } from './certificate-checker';
import { networkOf } from './network';
import { returnCertificate } from './return-certificate';
import { returnProof } from './return-path';
import { egressProof } from './routing';

const STUDIO = 'subnet-studio';
const FIREWALL = { GatewayId: 'vpce-firewall' };
const OUT = { GatewayId: 'igw-a' };
const reference = referenceSnapshot();

function egressOf(snapshot: Snapshot): Certificate {
  const proof = egressProof(networkOf(snapshot), STUDIO);
  const certified = proof.status === 'holds' ? proof.certificate() : { made: false as const };
  if (!certified.made) throw new Error('there is no certificate');
  return certified.certificate;
}

function backOf(snapshot: Snapshot): Certificate {
  const certified = returnCertificate(networkOf(snapshot), STUDIO);
  if (!certified.made) throw new Error(certified.because);
  return certified.certificate;
}

const accepts = (snapshot: Snapshot, certificate: Certificate, accepted: readonly string[] = []): boolean =>
  certificateChecker(snapshot, accepted)(certificate).accepted;

/** The NAT gateway's default route leads to this endpoint. */
const natTo = (snapshot: Snapshot, endpointId: string): Snapshot =>
  replaceRoute(snapshot, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: endpointId }));

test('a gateway without an edge table does not have the main one', () => {
  const moved = changeTable(reference, 'rtb-edge', (table) => ({ ...table, Associations: [] }));
  const main = addRoutes(moved, 'rtb-main', route('10.2.2.0/24', FIREWALL));
  expect(returnProof(networkOf(main), STUDIO).status).toBe('violated');
  expect(accepts(main, backOf(reference))).toBe(false);
});

const associated = (vpcId: string, firewallArn: string): Snapshot =>
  natTo(
    change(reference, 'vpcEndpointAssociations', () => [
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
    ]),
    'vpce-more',
  );

test('an association counts for a firewall that was described, in the VPC itself', () => {
  const certificate = egressOf(reference);
  expect(accepts(associated('vpc-studio', FIREWALL_ARN), certificate)).toBe(true);
  expect(accepts(associated('vpc-other', FIREWALL_ARN), certificate)).toBe(false);
  expect(accepts(associated('vpc-studio', 'arn:foreign'), certificate)).toBe(false);
});

test("another VPC's firewall has no endpoint here", () => {
  const other = change(reference, 'firewalls', (list) => [
    ...list,
    ...list.map((one) => ({
      Firewall: one.Firewall && { ...one.Firewall, FirewallArn: 'arn:other', VpcId: 'vpc-other' },
      FirewallStatus: one.FirewallStatus && {
        ...one.FirewallStatus,
        SyncStates: {
          'us-east-1a': { Attachment: { EndpointId: 'vpce-other', SubnetId: 'subnet-firewall' } },
        },
      },
    })),
  ]);
  expect(accepts(other, egressOf(reference))).toBe(true);
  expect(accepts(natTo(other, 'vpce-other'), egressOf(reference))).toBe(false);
});

test("of other vendors' endpoints, those count that the intent names, of their type and in the VPC", () => {
  const inspectedBy = (members: { readonly VpcEndpointType?: 'Interface'; readonly VpcId?: string }) =>
    natTo(
      change(reference, 'vpcEndpoints', (list) => [
        ...list,
        {
          VpcEndpointId: 'vpce-x',
          VpcEndpointType: 'GatewayLoadBalancer',
          VpcId: 'vpc-studio',
          SubnetIds: ['subnet-firewall'],
          ...members,
        },
      ]),
      'vpce-x',
    );
  const certificate = egressOf(reference);
  expect(accepts(inspectedBy({}), certificate, ['vpce-x'])).toBe(true);
  expect(accepts(inspectedBy({}), certificate, ['vpce-y'])).toBe(false);
  expect(accepts(inspectedBy({}), certificate)).toBe(false);
  expect(accepts(inspectedBy({ VpcEndpointType: 'Interface' }), certificate, ['vpce-x'])).toBe(false);
  expect(accepts(inspectedBy({ VpcId: 'vpc-other' }), certificate, ['vpce-x'])).toBe(false);
});

test('a subnet without addresses of a family can be answered at any of the VPC', () => {
  const vpcOnly = change(withIpv6(reference), 'subnets', (list) =>
    list.map((one) => ({ ...one, Ipv6CidrBlockAssociationSet: [] })),
  );
  const six = addRoutes(vpcOnly, 'rtb-studio', route('::/0', FIREWALL));
  const out = addRoutes(six, 'rtb-firewall', route('::/0', OUT));
  const answered = replaceRoute(out, 'rtb-edge', '2600:1f18:1::/56', route('2600:1f18:1::/56', FIREWALL));
  expect(accepts(answered, backOf(answered))).toBe(true);
  expect(accepts(out, backOf(answered))).toBe(false);
});

test('an IPv6 prefix that is on its way keeps nothing inside its subnet', () => {
  const six = withIpv6(reference);
  const coming = change(six, 'subnets', (list) =>
    list.map((one) => ({
      ...one,
      Ipv6CidrBlockAssociationSet: (one.Ipv6CidrBlockAssociationSet ?? []).map((set) => ({
        ...set,
        Ipv6CidrBlockState: { State: 'associating' as const },
      })),
    })),
  );
  const out = route('2600:1f18:1:3::/64', OUT);
  expect(accepts(addRoutes(six, 'rtb-studio', out), egressOf(six))).toBe(true);
  expect(accepts(addRoutes(coming, 'rtb-studio', out), egressOf(six))).toBe(false);
});

test('a prefix with bits below its length is none, whatever it would hide', () => {
  const routes = (last: string) => [
    route('9.9.9.0/24', OUT),
    route('9.9.9.0/25', FIREWALL),
    route('9.9.9.128/25', FIREWALL),
    route(last, FIREWALL),
  ];
  const sound = addRoutes(reference, 'rtb-nat', ...routes('9.9.9.192/26'));
  const odd = addRoutes(reference, 'rtb-nat', ...routes('9.9.9.193/26'));
  expect(accepts(sound, egressOf(sound))).toBe(true);
  expect(accepts(odd, egressOf(sound))).toBe(false);
});
