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
    refused('what comes from nat-a to subnet-studio in ipv4'),
  );
  const other = addRoutes(six, 'rtb-studio', route('::/0', { EgressOnlyInternetGatewayId: 'eigw-a' }));
  expect(certified(other)).toMatchObject(refused('what comes from eigw-a to subnet-studio in ipv6'));
});

test('where a list leads is asked for even if it is empty, as the checker asks: unread, no certificate is made', () => {
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
  const certificate = certified(removeRoute(routed, 'rtb-studio', 'pl-empty'));
  if (!certificate.made) throw new Error(certificate.because);
  expect(certificateChecker(unread(routed, 'vpcEndpoints'))(certificate.certificate).accepted).toBe(false);
  expect(certified(unread(routed, 'vpcEndpoints')).made).toBe(false);
});
