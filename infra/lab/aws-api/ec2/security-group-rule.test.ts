import * as fc from 'fast-check';
import { permissionsOf, type Rule, ruleKey, rulesOf } from './security-group-rule';

const ports = fc.constantFrom(
  { IpProtocol: '-1' },
  { IpProtocol: '50' },
  { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
  { IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535 },
  { IpProtocol: 'udp', FromPort: 443, ToPort: 443 },
  { IpProtocol: 'icmp', FromPort: -1, ToPort: -1 },
);
const peer = fc.constantFrom<Rule['peer']>(
  { CidrIp: '10.0.0.0/8' },
  { CidrIp: '0.0.0.0/0' },
  { CidrIpv6: '::/0' },
  { PrefixListId: 'pl-0123456789abcdef0' },
  { GroupId: 'sg-0123456789abcdef0', UserId: '123456789012' },
);
const rules = fc.uniqueArray(
  fc
    .record({ range: ports, peer, text: fc.option(fc.constantFrom('', 'why'), { nil: undefined }) })
    .map(({ range, peer: to, text }): Rule => ({
      ...range,
      peer: to,
      ...(text === undefined ? {} : { Description: text }),
    })),
  { selector: ruleKey },
);

const sorted = (some: readonly Rule[]) =>
  some.map((rule) => [ruleKey(rule), rule] as const).sort(([a], [b]) => (a < b ? -1 : 1));

test('rules survive being gathered into permissions, whatever they are', () => {
  fc.assert(
    fc.property(rules, (some) => {
      expect(sorted(rulesOf(permissionsOf(some)))).toEqual(sorted(some));
    }),
  );
});

test('each protocol and port range has one permission, as AWS shows it', () => {
  fc.assert(
    fc.property(rules, (some) => {
      const keys = permissionsOf(some).map(
        ({ IpProtocol, FromPort, ToPort }) => `${IpProtocol} ${FromPort} ${ToPort}`,
      );
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test('a description does not make another rule', () => {
  const rule: Rule = { IpProtocol: '-1', peer: { CidrIp: '10.0.0.0/8' } };
  expect(ruleKey({ ...rule, Description: 'why' })).toBe(ruleKey(rule));
});

test.each([
  [{ IpProtocol: 'tcp' }, 'Must specify both from and to ports'],
  [{ IpProtocol: 'tcp', FromPort: 2, ToPort: 1 }, 'Invalid TCP/UDP port range (2:1)'],
  [{ IpProtocol: 'udp', FromPort: 0, ToPort: 65_536 }, 'TCP/UDP port (65536) out of range'],
  [{ IpProtocol: 'tpc', FromPort: 1, ToPort: 1 }, 'Value (tpc) for parameter ipProtocol'],
  [{ IpProtocol: '256' }, 'Value (256) for parameter ipProtocol'],
])('%j is refused', (permission, message) => {
  expect(() => rulesOf([{ ...permission, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }])).toThrow(message);
});

test('protocol numbers with a name come back by name, and ports of all traffic are dropped', () => {
  expect(
    rulesOf([{ IpProtocol: '6', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }]),
  ).toEqual([{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, peer: { CidrIp: '10.0.0.0/8' } }]);
  expect(
    rulesOf([{ IpProtocol: 'all', FromPort: 1, ToPort: 2, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }]),
  ).toEqual([{ IpProtocol: '-1', peer: { CidrIp: '10.0.0.0/8' } }]);
});
