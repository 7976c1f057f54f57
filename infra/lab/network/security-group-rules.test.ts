import type * as ec2 from '@aws-sdk/client-ec2';
import { aclRules } from './network-acl-rules';
import {
  acceptRules,
  hypervisorRuleset,
  trafficMatch,
  type SecurityGroupMembers,
} from './security-group-rules';

const members = (permissions: ec2.IpPermission[]): SecurityGroupMembers => ({
  groups: new Map([
    ['sg-1', { GroupId: 'sg-1', IpPermissionsEgress: permissions, IpPermissions: [] }],
    [
      'sg-2',
      { GroupId: 'sg-2', IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }] },
    ],
  ]),
  addresses: new Map([['sg-9', ['10.2.3.10', '10.2.3.11']]]),
  prefixLists: new Map([['pl-1', ['192.0.2.0/25', '192.0.2.128/26']]]),
});
const anywhere = [{ CidrIp: '0.0.0.0/0' }];
const egress = (...permissions: ec2.IpPermission[]): readonly string[] =>
  acceptRules(['sg-1'], 'egress', members(permissions));

test.each<[string, ec2.IpPermission, readonly string[]]>([
  ['all traffic', { IpProtocol: '-1', IpRanges: anywhere }, ['accept']],
  [
    'one port',
    { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: anywhere },
    ['tcp dport 443 accept'],
  ],
  [
    'a range by number',
    { IpProtocol: '17', FromPort: 53, ToPort: 99, IpRanges: anywhere },
    ['udp dport 53-99 accept'],
  ],
  [
    'all ports',
    { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535, IpRanges: anywhere },
    ['meta l4proto tcp accept'],
  ],
  ['ports that AWS did not return', { IpProtocol: 'tcp', IpRanges: anywhere }, []],
  [
    'an ICMP type',
    { IpProtocol: 'icmp', FromPort: 3, ToPort: 4, IpRanges: anywhere },
    ['icmp type 3 icmp code 4 accept'],
  ],
  [
    'all ICMP',
    { IpProtocol: 'icmp', FromPort: -1, ToPort: -1, IpRanges: anywhere },
    ['meta l4proto icmp accept'],
  ],
  ['another protocol', { IpProtocol: '50', IpRanges: anywhere }, ['meta l4proto 50 accept']],
  ['IPv6 only', { IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }, []],
  ['ICMPv6', { IpProtocol: 'icmpv6', FromPort: -1, ToPort: -1, IpRanges: anywhere }, []],
  [
    'members of a group',
    { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-9' }] },
    ['ip daddr 10.2.3.10 accept', 'ip daddr 10.2.3.11 accept'],
  ],
  ['a group nobody is in', { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-0' }] }, []],
  [
    'a prefix list',
    { IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'pl-1' }] },
    ['ip daddr 192.0.2.0/25 accept', 'ip daddr 192.0.2.128/26 accept'],
  ],
])('a rule for %s', (_name, permission, expected) => {
  expect(egress(permission)).toEqual(expected);
});

test('a group without rules admits nothing', () => {
  expect(egress()).toEqual([]);
});

test('several groups add up', () => {
  const both = acceptRules(
    ['sg-1', 'sg-2'],
    'egress',
    members([{ IpProtocol: 'tcp', FromPort: 1, ToPort: 1, IpRanges: anywhere }]),
  );
  expect(both).toEqual(['tcp dport 1 accept', 'ip daddr 10.0.0.0/8 accept']);
});

test.each([
  ['a group', () => acceptRules(['sg-0'], 'egress', members([]))],
  ['a prefix list', () => egress({ IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'pl-0' }] })],
])('%s that the account does not have is no empty one', (_name, make) => {
  expect(make).toThrow(/is not in the lab's account/);
});

test.each(['tcp accept', '256', '-2', ''])('%j is not taken for a protocol', (IpProtocol) => {
  expect(() => trafficMatch({ IpProtocol })).toThrow(/not an IP protocol/);
});

test.each(['10.0.0.0/8 accept', '10.0.0.1/8', 'any'])('%j is not taken for a range', (CidrIp) => {
  expect(() => egress({ IpProtocol: '-1', IpRanges: [{ CidrIp }] })).toThrow();
});

test('the ruleset drops what no rule admits, and checks source and destination only where AWS does', () => {
  const options = { groupIds: ['sg-2'], addresses: ['10.2.3.10'], members: members([]) };
  const checked = hypervisorRuleset({ ...options, sourceDestCheck: true }, ['10.2.0.2']);
  expect(checked).toContain('policy drop');
  expect(checked).toContain('iifname "host0" ip saddr != { 10.2.3.10 } drop');
  expect(hypervisorRuleset({ ...options, sourceDestCheck: false }, [])).not.toMatch(/saddr !=|Amazon/);
});

const entry = (RuleNumber: number, more: ec2.NetworkAclEntry): ec2.NetworkAclEntry => ({
  RuleNumber,
  Egress: false,
  Protocol: '-1',
  RuleAction: 'allow',
  CidrBlock: '0.0.0.0/0',
  ...more,
});

test('ACL entries decide in the order of their numbers, each direction for itself', () => {
  const Entries = [
    entry(32_767, { RuleAction: 'deny' }),
    entry(200, { Protocol: '6', PortRange: { From: 1024, To: 65_535 } }),
    entry(100, { RuleAction: 'deny', CidrBlock: '10.2.1.0/24' }),
    entry(90, { Egress: true }),
    entry(80, { Protocol: '1', IcmpTypeCode: { Type: 8, Code: -1 } }),
    entry(70, { Ipv6CidrBlock: '::/0', CidrBlock: undefined }),
  ];
  expect(aclRules({ Entries }, 'ingress')).toEqual([
    'icmp type 8 return',
    'ip saddr 10.2.1.0/24 drop',
    'tcp dport 1024-65535 return',
    'drop',
  ]);
  expect(aclRules({ Entries }, 'egress')).toEqual(['return']);
});

test('an ACL entry without the ports its protocol needs is refused', () => {
  expect(() => aclRules({ Entries: [entry(1, { Protocol: '17' })] }, 'ingress')).toThrow(/has no ports/);
});
