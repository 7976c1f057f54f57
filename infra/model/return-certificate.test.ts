/** For which ways back no certificate is made: whatever the checker would stop at. */
import { withIpv6 } from '../mutants/address-changes';
import { change, unread } from '../mutants/mutant';
import { networkInterface, prefixListRoute, route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, removeRoute } from '../mutants/route-changes';
import type { Route, Snapshot } from '../snapshot/snapshot';
import { certificateChecker } from './certificate-checker';
import { networkOf } from './network';
import { returnCertificate } from './return-certificate';

const certified = (snapshot: Snapshot) => returnCertificate(networkOf(snapshot), 'subnet-studio');
const six = withIpv6(referenceSnapshot());
const refused = (because: string) => ({ made: false, because: expect.stringContaining(because) });

test.each<[readonly string[], boolean]>([
  [['64:ff9b::/96'], true],
  [['64:ff9b::/96', '2a00::/16'], false],
  [['2a00::/16', '64:ff9b::/96'], false],
  [['64:ff9b::/95'], false],
])('IPv6 for %s through a NAT gateway: certified %s', (destinations, made) => {
  const routes = destinations.map((one) => route(one, { NatGatewayId: 'nat-a' }));
  const snapshot = addRoutes(six, 'rtb-studio', ...routes);
  const answer = certified(snapshot);
  expect(answer.made).toBe(made);
  if (answer.made) expect(certificateChecker(snapshot)(answer.certificate).accepted).toBe(true);
});

test.each<[string, Route, string]>([
  [
    'a connection that is not followed',
    route('9.0.0.0/8', { VpcPeeringConnectionId: 'pcx-a' }),
    'pcx-a leads out of the VPC',
  ],
  [
    'a machine that forwards',
    route('9.0.0.0/8', { NetworkInterfaceId: 'eni-router' }),
    'eni-router forwards packets of others',
  ],
  ['a target that is not known', route('9.0.0.0/8', { GatewayId: 'vpce-x' }), 'vpce-x was not returned'],
])('a way out by %s is not certified', (_what, one, because) => {
  const machine = change(six, 'networkInterfaces', (list) => [
    ...list,
    networkInterface('eni-router', { SubnetId: 'subnet-nat', SourceDestCheck: false }),
  ]);
  expect(certified(machine).made).toBe(true);
  expect(certified(addRoutes(machine, 'rtb-studio', one))).toMatchObject(refused(because));
});

test('an exit without a guard is not certified, and says from where to where', () => {
  expect(certified(removeRoute(six, 'rtb-edge', '10.2.2.0/24'))).toMatchObject(
    refused('what comes from igw-a to subnet-nat in ipv4'),
  );
  const other = addRoutes(six, 'rtb-studio', route('::/0', { EgressOnlyInternetGatewayId: 'eigw-a' }));
  expect(certified(other)).toMatchObject(refused('what comes from eigw-a to subnet-studio in ipv6'));
});

test('an empty list leads nowhere, whatever its target is', () => {
  const listed = change(six, 'managedPrefixLists', (list) => [
    ...list,
    {
      PrefixList: { PrefixListId: 'pl-empty', State: 'create-complete', AddressFamily: 'IPv4' },
      Entries: [],
    },
  ]);
  const routed = addRoutes(
    removeRoute(listed, 'rtb-studio', 'pl-s3'),
    'rtb-studio',
    prefixListRoute('pl-empty', 'vpce-x'),
  );
  const answer = certified(unread(routed, 'vpcEndpoints'));
  if (!answer.made) throw new Error(answer.because);
  expect(certificateChecker(unread(routed, 'vpcEndpoints'))(answer.certificate).accepted).toBe(true);
  expect(certificateChecker(unread(routed, 'managedPrefixLists'))(answer.certificate).accepted).toBe(false);
});

test('no way is followed behind a stretch that is guarded already', () => {
  // Studio sends through the firewall to the NAT gateway, which answers through it too.
  const natFirst = addRoutes(six, 'rtb-nat', route('10.2.3.0/24', { GatewayId: 'vpce-firewall' }));
  const answer = certified(removeRoute(natFirst, 'rtb-edge', '10.2.2.0/24'));
  if (!answer.made) throw new Error(answer.because);
  const { states } = answer.certificate;
  expect(states.filter(({ answers }) => answers !== undefined).map(({ place }) => place)).toEqual([
    'subnet-studio',
    'subnet-studio',
  ]);
  expect(certificateChecker(natFirst)(answer.certificate).accepted).toBe(true);
});
