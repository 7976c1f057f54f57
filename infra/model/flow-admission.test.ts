import { anyEntry, ownAcl, tcpEntry } from '../mutants/acl-changes';
import { withIpv6 } from '../mutants/address-changes';
import { strictAcls } from '../mutants/harmless-groups';
import { change, unread } from '../mutants/mutant';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { route } from '../mutants/reference-network';
import { addRoutes } from '../mutants/route-changes';
import type { IpPermission, Snapshot } from '../snapshot/snapshot';
import { admission } from './flow-admission';
import { networkOf } from './network';
import { egressProof } from './routing';

const leak = (snapshot: Snapshot): Snapshot =>
  addRoutes(snapshot, 'rtb-studio', route('8.8.8.8/32', { GatewayId: 'igw-a' }));
const leakBehindNat = (snapshot: Snapshot): Snapshot =>
  addRoutes(snapshot, 'rtb-nat', route('8.8.8.8/32', { GatewayId: 'igw-a' }));
const letsOut = (snapshot: Snapshot, ...rules: readonly IpPermission[]): Snapshot =>
  change(snapshot, 'securityGroups', (list) =>
    list.map((one) => (one.GroupId === 'sg-studio' ? { ...one, IpPermissionsEgress: [...rules] } : one)),
  );

/** The admission of the witness that the egress proof names. */
function admitted(snapshot: Snapshot) {
  const proof = egressProof(networkOf(snapshot), 'subnet-studio');
  if (proof.status !== 'violated') throw new Error(`expected a violation, not ${proof.status}`);
  return admission(snapshot, {
    subnetId: 'subnet-studio',
    destination: proof.witness.destination,
    hops: proof.hops,
  });
}

test('the reference groups and ACLs let a leaking packet out, by the rule for TLS', () => {
  expect(admitted(leak(referenceSnapshot()))).toEqual({
    groups: 'lets out',
    acls: 'lets through',
    because: 'sg-studio lets it out (tcp 443 to 0.0.0.0/0), and so do the network ACLs on the way',
  });
  expect(admitted(leakBehindNat(strictAcls(referenceSnapshot()))).acls).toBe('lets through');
});

test('groups that name other addresses block it', () => {
  const rule = { IpProtocol: '-1', IpRanges: [{ CidrIp: '9.0.0.0/8' }] };
  expect(admitted(letsOut(leak(referenceSnapshot()), rule))).toEqual({
    groups: 'blocks',
    acls: 'not asked',
    because: 'no egress rule of the security groups of Studio lets anything out to 8.8.8.8',
  });
});

test.each([
  ['subnet-studio', 'acl-studio lets none of it out of subnet-studio'],
  ['subnet-nat', 'acl-nat lets none of it into subnet-nat'],
])('the ACL of %s blocks it', (subnetId, words) => {
  const denied = ownAcl(leakBehindNat(referenceSnapshot()), subnetId, [
    subnetId === 'subnet-nat'
      ? anyEntry(90, false, 'deny', '10.2.3.0/24')
      : anyEntry(90, true, 'deny', '8.8.8.0/24'),
    anyEntry(100, true, 'allow'),
    anyEntry(100, false, 'allow'),
  ]);
  expect(admitted(denied)).toMatchObject({ groups: 'lets out', acls: 'blocks' });
  expect(admitted(denied).because).toContain(words);
});

test('another port than 443 is a way out as well', () => {
  const snapshot = ownAcl(
    letsOut(
      leak(referenceSnapshot()),
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      { IpProtocol: 'udp', FromPort: 50, ToPort: 60, IpRanges: [{ CidrIp: '8.0.0.0/8' }] },
    ),
    'subnet-studio',
    [
      {
        RuleNumber: 100,
        Egress: true,
        RuleAction: 'allow',
        Protocol: '17',
        PortRange: { From: 53, To: 53 },
        CidrBlock: '0.0.0.0/0',
      },
    ],
  );
  expect(admitted(snapshot)).toMatchObject({
    acls: 'lets through',
    because: expect.stringContaining('udp 50-60 to 8.0.0.0/8'),
  });
});

test('what only ICMP could get through is not decided', () => {
  const denied = ownAcl(
    letsOut(leak(referenceSnapshot()), {
      IpProtocol: 'icmp',
      FromPort: -1,
      ToPort: -1,
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
    }),
    'subnet-studio',
    [],
  );
  expect(admitted(denied)).toMatchObject({
    groups: 'lets out',
    acls: 'unknown',
    because: expect.stringContaining('does not compare "icmp to 0.0.0.0/0"'),
  });
});

test('a port that one border lets through and the next does not is no way out', () => {
  const open = ownAcl(
    leakBehindNat(letsOut(referenceSnapshot(), { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] })),
    'subnet-studio',
    [tcpEntry(100, { egress: true, ports: [443, 443] })],
  );
  const shut = ownAcl(open, 'subnet-nat', [
    tcpEntry(100, { egress: false, ports: [80, 80] }),
    anyEntry(100, true, 'allow'),
  ]);
  expect(admitted(shut).because).toContain('acl-nat lets none of it into subnet-nat');
});

test('a packet by IPv6 meets the rules for IPv6', () => {
  const snapshot = addRoutes(
    withIpv6(referenceSnapshot()),
    'rtb-studio',
    route('::/0', { GatewayId: 'igw-a' }),
  );
  expect(admitted(snapshot).groups).toBe('blocks');
  const open = letsOut(snapshot, { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] });
  expect(admitted(open)).toMatchObject({ groups: 'lets out', acls: 'lets through' });
});

test('what was not read is unknown, and said', () => {
  expect(admitted(unread(leak(referenceSnapshot()), 'securityGroups'))).toMatchObject({ groups: 'unknown' });
  const withoutAcls = admitted(unread(leak(referenceSnapshot()), 'networkAcls'));
  expect(withoutAcls).toMatchObject({ groups: 'lets out', acls: 'unknown' });
  expect(withoutAcls.because).toContain('networkAcls could not be read');
});

test('behind a NAT gateway the packet has its address, and beyond the VPC no border is asked', () => {
  const hop = (at: string) => ({ at, routeTable: null, route: null, target: null, note: '' });
  const hops = ['subnet-studio', 'nat-a', 'vpce-firewall', 'igw-a', 'subnet-of-another-vpc'].map(hop);
  const way = { subnetId: 'subnet-studio', destination: '8.8.8.8', hops };
  expect(admission(strictAcls(referenceSnapshot()), way).acls).toBe('lets through');
  const notFromNat = ownAcl(referenceSnapshot(), 'subnet-firewall', [
    anyEntry(100, false, 'allow', '10.2.3.0/24'),
    anyEntry(100, true, 'allow'),
  ]);
  expect(admission(notFromNat, way).because).toContain('acl-firewall lets none of it into subnet-firewall');
});
