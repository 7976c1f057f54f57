import { withIpv6 } from '../../infra/mutants/address-changes';
import { change } from '../../infra/mutants/mutant';
import { reachableMutants } from '../../infra/mutants/mutants-reachable';
import { interfaceEndpoint } from '../../infra/mutants/reference-endpoints';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { group } from '../../infra/mutants/studio-traffic';
import type { Snapshot, VpcEndpoint } from '../../infra/snapshot/snapshot';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './reachable.check';

testOnMutants(check, reachableMutants());

/** The reference with one more endpoint, whose group admits nobody. */
const withClosed = (service: string, members: Partial<VpcEndpoint>): Snapshot =>
  change(
    change(referenceSnapshot(), 'securityGroups', (list) => [...list, group('sg-closed', 'closed', {})]),
    'vpcEndpoints',
    (list) => [
      ...list,
      interfaceEndpoint(service, {
        VpcEndpointId: 'vpce-more',
        Groups: [{ GroupId: 'sg-closed' }],
        ...members,
      }),
    ],
  );
const S3 = 'com.amazonaws.us-east-1.s3';
const subjectsOf = (snapshot: Snapshot, outcome: string) =>
  findingsOn(check, snapshot)
    .filter((finding) => finding.outcome === outcome)
    .map(({ subject }) => subject);

test.each<readonly [string, string, Partial<VpcEndpoint>, readonly string[]]>([
  [
    'a second endpoint of a service, which no name leads to',
    'com.amazonaws.us-east-1.sts',
    { PrivateDnsEnabled: false },
    [],
  ],
  ['an S3 interface endpoint that no name leads to', S3, { PrivateDnsEnabled: false }, []],
  [
    "an S3 interface endpoint for the office's names only",
    S3,
    { DnsOptions: { PrivateDnsOnlyForInboundResolverEndpoint: true } },
    [],
  ],
  ['an S3 interface endpoint that the names lead to', S3, {}, ['vpce-more']],
  ['an endpoint of a service that the intent does not require', 'com.amazonaws.us-east-1.athena', {}, []],
])('%s', (_what, service, members, failing) => {
  expect(subjectsOf(withClosed(service, members), 'fail')).toEqual(failing);
});

test('an endpoint that only asked-for names lead to is judged where there is no other', () => {
  const unnamed = change(referenceSnapshot(), 'vpcEndpoints', (list) =>
    list.map((one) => (one.VpcEndpointId === 'vpce-sts' ? { ...one, PrivateDnsEnabled: false } : one)),
  );
  expect(subjectsOf(unnamed, 'pass')).toContain('vpce-sts');
});

test('without a required endpoint in the VPC there is nothing to reach', () => {
  const none = change(referenceSnapshot(), 'vpcEndpoints', () => []);
  expect(subjectsOf(none, 'not-applicable')).toEqual(['vpc-studio']);
});

test('IPv4 is enough for an endpoint that has addresses of both families', () => {
  const dual = change(withIpv6(referenceSnapshot()), 'networkInterfaces', (list) =>
    list.map((one) =>
      one.NetworkInterfaceId === 'eni-endpoints'
        ? { ...one, Ipv6Addresses: [{ Ipv6Address: '2600:1f18:1:3::20' }] }
        : one,
    ),
  );
  expect(subjectsOf(dual, 'fail')).toEqual([]);
  const only = change(dual, 'networkInterfaces', (list) =>
    list.map((one) =>
      one.NetworkInterfaceId === 'eni-endpoints' ? { ...one, PrivateIpAddress: undefined } : one,
    ),
  );
  expect(subjectsOf(only, 'fail')).toContain('vpce-sts');
});
