import { anyEntry, ownAcl, tcpEntry, withEntries } from '../../infra/mutants/acl-changes';
import { withIpv6 } from '../../infra/mutants/address-changes';
import { editList } from '../../infra/mutants/firewall-changes';
import { strictAcls } from '../../infra/mutants/harmless-groups';
import { change } from '../../infra/mutants/mutant';
import { aclMutants } from '../../infra/mutants/mutants-acls';
import { firewallBeforeNatDoneRight } from '../../infra/mutants/mutants-return';
import { interfaceEndpoint } from '../../infra/mutants/reference-endpoints';
import { route, subnet } from '../../infra/mutants/reference-network';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { addRoutes, removeRoute } from '../../infra/mutants/route-changes';
import { withMountTarget } from '../../infra/mutants/studio-traffic';
import { twoZones } from '../../infra/mutants/two-zones';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './acls-let-paths-through.check';

testOnMutants(check, aclMutants());

const outcomes = (snapshot: Snapshot) => new Set(findingsOn(check, snapshot).map(({ outcome }) => outcome));
const reasons = (snapshot: Snapshot) =>
  findingsOn(check, snapshot)
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ because }) => because);

const strict = strictAcls(referenceSnapshot());
const allowed = strict.sections.networkAcls.status === 'read' ? strict.sections.networkAcls.value : [];
const rules = allowed
  .filter(({ IsDefault: isDefault }) => isDefault === false)
  .flatMap((acl) =>
    (acl.Entries ?? []).filter((entry) => entry.RuleAction === 'allow').map((entry) => ({ acl, entry })),
  );

test.each(
  rules.map((one) => [`${one.acl.NetworkAclId} ${one.entry.Egress} ${one.entry.RuleNumber}`, one] as const),
)('each rule of the narrowest ACLs is needed: without %s something breaks', (_name, { acl, entry }) => {
  const without = change(strict, 'networkAcls', (list) =>
    list.map((one) =>
      one.NetworkAclId === acl.NetworkAclId
        ? { ...one, Entries: one.Entries?.filter((other) => other !== entry) }
        : one,
    ),
  );
  expect(outcomes(without)).toContain('fail');
  expect(reasons(without).join()).toContain(acl.NetworkAclId);
});

test('without a way to the internet nothing is needed for it', () => {
  const closed = change(removeRoute(strict, 'rtb-studio', '0.0.0.0/0'), 'networkAcls', (list) =>
    list.map((acl) => ({
      ...acl,
      Entries: acl.Entries?.filter(
        ({ RuleNumber: number = 0, PortRange: ports }) =>
          number > 32_766 || (ports?.To === 60_999 && number === 100) || ports?.From === 443,
      ),
    })),
  );
  expect(outcomes(closed)).toEqual(new Set(['pass']));
});

test('a firewall before the NAT gateway is met with the addresses and ports of Studio', () => {
  const [reason] = reasons(firewallBeforeNatDoneRight(strict));
  expect(reason).toContain('into subnet-firewall');
  expect(reason).toContain('from 10.2.3.0');
});

test('NAT64 is IPv6 before the NAT gateway and IPv4 behind it', () => {
  const nat64 = addRoutes(withIpv6(strict), 'rtb-studio', route('64:ff9b::/96', { NatGatewayId: 'nat-a' }));
  expect(outcomes(nat64)).toEqual(new Set(['pass']));
  const denied = change(nat64, 'networkAcls', (list) =>
    list.map((acl) =>
      acl.NetworkAclId === 'acl-nat'
        ? { ...acl, Entries: acl.Entries?.filter((entry) => entry.Ipv6CidrBlock === undefined) }
        : acl,
    ),
  );
  expect(reasons(denied).join('\n')).toContain(
    'acl-nat does not let TCP 443 from 2600:1f18:1:3:: into subnet-nat (TCP 443 on its way to the internet): no rule matches',
  );
});

test('an endpoint that the intent does not require needs no way', () => {
  const apart = change(
    change(strict, 'subnets', (list) => [...list, subnet('subnet-athena', '10.2.7.0/24')]),
    'vpcEndpoints',
    (list) => [
      ...list,
      interfaceEndpoint('com.amazonaws.us-east-1.athena', {
        SubnetIds: ['subnet-athena'],
        NetworkInterfaceIds: ['eni-far'],
      }),
    ],
  );
  expect(outcomes(ownAcl(apart, 'subnet-athena', [anyEntry(90, true, 'deny')]))).toEqual(new Set(['pass']));
});

test('a machine that forwards as it likes leaves open which borders are crossed', () => {
  const appliance = change(
    addRoutes(strict, 'rtb-studio', route('9.0.0.0/8', { NetworkInterfaceId: 'eni-studio' })),
    'networkInterfaces',
    (list) => list.map((one) => ({ ...one, SourceDestCheck: false })),
  );
  expect(outcomes(appliance)).toEqual(new Set(['unknown']));
  expect(reasons(appliance).join()).toContain('eni-studio forwards packets of others');
});

test('a route for IPv6 needs nothing of a subnet without IPv6', () => {
  expect(outcomes(addRoutes(strict, 'rtb-studio', route('::/0', { GatewayId: 'vpce-firewall' })))).toEqual(
    new Set(['pass']),
  );
});

test('traffic inside a subnet does not meet its ACL', () => {
  const inside = change(strict, 'networkAcls', (list) =>
    list.map((acl) =>
      acl.NetworkAclId === 'acl-studio'
        ? {
            ...acl,
            Entries: [
              anyEntry(10, true, 'deny', '10.2.3.0/24'),
              anyEntry(10, false, 'deny', '10.2.3.0/24'),
              ...(acl.Entries ?? []),
            ],
          }
        : acl,
    ),
  );
  expect(outcomes(inside)).toEqual(new Set(['pass']));
});

test("apps mount the home directories by their own zone's mount target", () => {
  const homes = change(
    withMountTarget(twoZones(referenceSnapshot()), ['sg-studio']),
    'networkInterfaces',
    (list) =>
      list.flatMap((one) =>
        one.NetworkInterfaceId === 'eni-home'
          ? [
              one,
              {
                ...one,
                NetworkInterfaceId: 'eni-home-b',
                SubnetId: 'subnet-studio-b',
                PrivateIpAddress: '10.2.13.50',
              },
            ]
          : [one],
      ),
  );
  const denied = ownAcl(homes, 'subnet-studio-b', [
    tcpEntry(90, { egress: true, action: 'deny', ports: [2049, 2049] }),
    anyEntry(100, true, 'allow'),
    anyEntry(100, false, 'allow'),
  ]);
  expect(outcomes(denied)).toEqual(new Set(['pass']));
});

test.each<readonly [string, (snapshot: Snapshot) => Snapshot]>([
  ['the firewall passes TLS only', editList({ TargetTypes: ['TLS_SNI'] })],
  [
    'the Studio groups let TLS out only',
    (s) =>
      change(s, 'securityGroups', (list) =>
        list.map((one) => ({
          ...one,
          IpPermissionsEgress: one.IpPermissionsEgress?.filter(({ FromPort: port }) => port !== 80),
        })),
      ),
  ],
])('plain HTTP needs no way where %s', (_what, only) => {
  const denied = withEntries(
    referenceSnapshot(),
    tcpEntry(10, { egress: true, action: 'deny', ports: [80, 80] }),
    tcpEntry(10, { egress: false, action: 'deny', ports: [80, 80] }),
  );
  expect(outcomes(denied)).toEqual(new Set(['fail']));
  expect(outcomes(only(denied))).toEqual(new Set(['pass']));
});
