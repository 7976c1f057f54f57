import * as fc from 'fast-check';
import type { IpPermission, SecurityGroup } from '../snapshot/snapshot';
import { contains } from './address-set';
import { formatAddress, parseAddress } from './cidr';
import { globalAddresses } from './global-address';
import type { Known } from './known';
import type { PrefixLists } from './prefix-list';
import { prefixListsOf } from './prefix-list';
import { admits, securityGroupRules, unlimited } from './security-group';

const NO_LISTS: Known<PrefixLists> = { known: true, value: new Map() };
const UNREAD: Known<PrefixLists> = { known: false, because: 'managedPrefixLists could not be read' };
const group = (...rules: readonly IpPermission[]): SecurityGroup => ({
  GroupId: 'sg-a',
  IpPermissionsEgress: [...rules],
  IpPermissions: [],
});
const egress = (...rules: readonly IpPermission[]) => securityGroupRules(group(...rules), 'egress', NO_LISTS);

/** Ports at which small port ranges can differ, and the first three bits of an address. */
const PORTS = [0, 1, 2, 3, 4, 65_532, 65_533, 65_534, 65_535];
const BLOCKS = Array.from({ length: 8 }, (_, block) => block);
const blockCidr = (block: number, length: number): string =>
  `${formatAddress('ipv4', BigInt((block >> (3 - length)) << (3 - length)) << 29n)}/${length}`;

const port = fc.constantFrom(...PORTS);
const permission: fc.Arbitrary<IpPermission> = fc
  .record({
    IpProtocol: fc.constantFrom('tcp', 'tcp', 'tcp', 'udp', '-1', '6', 'icmp'),
    ports: fc.oneof(
      fc.constant([0, 65_535] as const),
      fc.constant([1, 65_535] as const),
      fc.tuple(port, port),
    ),
    blocks: fc.array(fc.tuple(fc.nat(7), fc.nat(3)), { minLength: 1, maxLength: 3 }),
  })
  .map(({ IpProtocol, ports, blocks }) => ({
    IpProtocol,
    FromPort: Math.min(...ports),
    ToPort: Math.max(...ports),
    IpRanges: blocks.map(([block, length]) => ({ CidrIp: blockCidr(block, length) })),
  }));

test('a flow is admitted exactly when some rule holds its protocol, port and address', () => {
  fc.assert(
    fc.property(
      fc.array(permission, { maxLength: 4 }),
      fc.constantFrom('tcp' as const, 'udp' as const),
      port,
      fc.nat(7),
      (rules, protocol, at, block) => {
        const peer = { family: 'ipv4' as const, value: BigInt(block) << 29n };
        const names = { tcp: ['tcp', '6', '-1'], udp: ['udp', '-1'] }[protocol];
        const right = rules.some(
          (rule) =>
            names.includes(rule.IpProtocol ?? '') &&
            (rule.IpProtocol === '-1' || ((rule.FromPort ?? 1) <= at && at <= (rule.ToPort ?? 0))) &&
            (rule.IpRanges ?? []).some(({ CidrIp }) => {
              const [base, length] = (CidrIp ?? '').split('/');
              return (
                block >> (3 - Number(length)) ===
                Number(parseAddress(base ?? '').value >> 29n) >> (3 - Number(length))
              );
            }),
        );
        expect(admits(egress(...rules), { protocol, port: at, peer })).toBe(right);
      },
    ),
  );
});

test('rules are without limit exactly when every port from 1 is open to every block with internet addresses in it', () => {
  // Block 7 is 224.0.0.0/3: nothing of the internet is there.
  const onInternet = BLOCKS.filter((block) => block !== 7);
  let found = 0;
  fc.assert(
    fc.property(fc.array(permission, { maxLength: 5 }), (permissions) => {
      const rules = egress(...permissions);
      const open = (protocol: 'tcp' | 'udp') =>
        PORTS.filter((at) => at > 0).every((at) =>
          onInternet.every((block) =>
            admits(rules, { protocol, port: at, peer: { family: 'ipv4', value: BigInt(block) << 29n } }),
          ),
        );
      // Between the listed ports nothing changes but at 4, whose band goes on to 65531.
      const between = (protocol: 'tcp' | 'udp') =>
        onInternet.every((block) =>
          admits(rules, { protocol, port: 5, peer: { family: 'ipv4', value: BigInt(block) << 29n } }),
        );
      const right = (['tcp', 'udp'] as const).some((protocol) => open(protocol) && between(protocol));
      expect(unlimited(rules) !== null).toBe(right);
      found += right ? 1 : 0;
    }),
    { numRuns: 2000 },
  );
  expect(found).toBeGreaterThan(50);
});

test('one address that stays closed is a limit, be it only one', () => {
  const holes = ['0.0.0.0/5', '8.0.0.0/13', '8.8.0.0/21', '8.8.8.0/29', '8.8.8.9/32', '8.8.8.10/31'];
  const all = globalAddresses('ipv4');
  expect(contains(all, parseAddress('8.8.8.8').value)).toBe(true);
  expect(
    unlimited(
      egress({ IpProtocol: '-1', IpRanges: holes.concat('128.0.0.0/1').map((CidrIp) => ({ CidrIp })) }),
    ),
  ).toBeNull();
});

test.each([
  ['a missing port', { IpProtocol: 'tcp', FromPort: 443 }, 'ToPort'],
  ['a port range that is none', { IpProtocol: 'tcp', FromPort: 443, ToPort: 80 }, '443-80'],
  ['a port that is none', { IpProtocol: 'udp', FromPort: 0, ToPort: 70_000 }, '0-70000'],
  ['a missing protocol', { FromPort: 1, ToPort: 2 }, 'IpProtocol'],
  [
    'a prefix that can only be guessed',
    { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/08' }] },
    '10.0.0.0/08',
  ],
  [
    'a prefix list that was not returned',
    { IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'pl-x' }] },
    'pl-x',
  ],
])('%s is not known', (_what, rule, names) => {
  expect(() => egress(rule)).toThrow(
    expect.objectContaining({ name: 'NotKnown', message: expect.stringContaining(names) }),
  );
});

test('prefix lists count with their entries, and not at all while they change', () => {
  const list = (state: 'create-complete' | 'modify-in-progress') => ({
    known: true as const,
    value: prefixListsOf([
      {
        PrefixList: { PrefixListId: 'pl-x', State: state },
        Entries: [{ Cidr: '0.0.0.0/1' }, { Cidr: '128.0.0.0/1' }],
      },
    ]),
  });
  const rule = group({ IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'pl-x' }] });
  expect(unlimited(securityGroupRules(rule, 'egress', list('create-complete')))?.protocol).toBe('tcp');
  expect(() => securityGroupRules(rule, 'egress', list('modify-in-progress'))).toThrow('modify-in-progress');
  expect(() => securityGroupRules(rule, 'egress', UNREAD)).toThrow('could not be read');
});
