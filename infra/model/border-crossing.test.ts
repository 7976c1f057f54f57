import type { NetworkAcl } from '../snapshot/snapshot';
import type { Crossing } from './border-crossing';
import { bothWays, merged, NAT_CLIENT_PORTS, refusalOf } from './border-crossing';
import { formatAddress, parseCidr } from './cidr';
import { globalAddresses } from './global-address';
import { networkAclOf } from './network-acl';

type Entry = NonNullable<NetworkAcl['Entries']>[number];

const tcp = (
  RuleNumber: number,
  RuleAction: 'allow' | 'deny',
  ports: readonly [number, number],
  CidrBlock = '0.0.0.0/0',
): Entry => ({
  RuleNumber,
  RuleAction,
  Egress: false,
  Protocol: '6',
  CidrBlock,
  PortRange: { From: ports[0], To: ports[1] },
});
const acl = (...entries: readonly Entry[]) =>
  networkAclOf({
    NetworkAclId: 'acl-a',
    Entries: [...entries, { ...tcp(32_767, 'deny', [0, 0]), Protocol: '-1' }],
  });
const ALL = [0, 65_535] as const;
const answers: Crossing = {
  subnetId: 'subnet-a',
  direction: 'ingress',
  family: 'ipv4',
  ports: NAT_CLIENT_PORTS,
  peers: globalAddresses('ipv4'),
  kind: 'answer',
  internet: true,
  what: 'answers',
  doubt: null,
};
const requests: Crossing = { ...answers, kind: 'request', ports: { from: 443, to: 443 }, what: 'requests' };
const named: Crossing = { ...requests, internet: false, peers: [parseCidr('10.2.3.0/24')] };

test.each([
  ['everything is allowed', answers, [tcp(100, 'allow', ALL)], null],
  ['nothing is allowed', answers, [], '1024-65535 32767'],
  [
    'one port that clients choose is denied by name',
    answers,
    [tcp(90, 'deny', [3389, 3389]), tcp(100, 'allow', ALL)],
    null,
  ],
  ['one in 64 of them are', answers, [tcp(90, 'deny', [2000, 3007]), tcp(100, 'allow', ALL)], null],
  ['one more than that', answers, [tcp(90, 'deny', [2000, 3008]), tcp(100, 'allow', ALL)], '2000-3008 90'],
  ['one is missing, and nobody denied it', answers, [tcp(100, 'allow', [1025, 65_535])], '1024-1024 32767'],
  ['a service port is denied', requests, [tcp(90, 'deny', [443, 443]), tcp(100, 'allow', ALL)], '443-443 90'],
  [
    'less than half of the internet is denied by name',
    requests,
    [tcp(90, 'deny', ALL, '128.0.0.0/2'), tcp(100, 'allow', ALL)],
    null,
  ],
  [
    'more than half of it is',
    requests,
    [
      tcp(90, 'deny', ALL, '0.0.0.0/1'),
      tcp(91, 'deny', ALL, '128.0.0.0/8'),
      tcp(92, 'deny', ALL, '192.0.0.0/6'),
      tcp(100, 'allow', ALL),
    ],
    '443-443 90',
  ],
  ['part of the internet is not allowed', requests, [tcp(100, 'allow', ALL, '0.0.0.0/1')], '443-443 32767'],
  [
    'one port of a service that needs many is denied by name',
    { ...named, ports: { from: 8192, to: 65_535 } },
    [tcp(90, 'deny', [9000, 9000]), tcp(100, 'allow', ALL)],
    '9000-9000 90',
  ],
  [
    'part of a subnet is denied by name',
    named,
    [tcp(90, 'deny', ALL, '10.2.3.128/32'), tcp(100, 'allow', ALL)],
    '443-443 90',
  ],
  [
    'a subnet is allowed in two prefixes',
    named,
    [tcp(90, 'allow', ALL, '10.2.3.0/25'), tcp(91, 'allow', ALL, '10.2.3.128/25')],
    null,
  ],
])('%s', (_what, crossing, entries, expected) => {
  const refusal = refusalOf(acl(...entries), crossing);
  const words =
    refusal === null
      ? null
      : `${refusal.ports.from}-${refusal.ports.to} ${refusal.entry?.number ?? 'no entry'}`;
  expect(words).toBe(expected);
});

test('a refusal names a peer that it concerns', () => {
  const refusal = refusalOf(acl(tcp(90, 'deny', ALL, '10.2.3.128/32'), tcp(100, 'allow', ALL)), named);
  expect(formatAddress('ipv4', refusal?.peer ?? 0n)).toBe('10.2.3.128');
});

test('answers go the other way, to the ports that clients choose', () => {
  const { kind: _kind, ...connection } = requests;
  const [out, back] = bothWays({ ...connection, direction: 'egress', clientPorts: NAT_CLIENT_PORTS });
  expect(out).toMatchObject({ kind: 'request', direction: 'egress', ports: { from: 443, to: 443 } });
  expect(back).toMatchObject({ kind: 'answer', direction: 'ingress', ports: NAT_CLIENT_PORTS });
});

test('crossings that differ in their peers alone are one', () => {
  const other = { ...named, peers: [parseCidr('10.2.4.0/24')] };
  expect(merged([named, other, answers])).toEqual([
    { ...named, peers: [{ first: 0x0a_02_03_00n, last: 0x0a_02_04_ffn }] },
    answers,
  ]);
});
