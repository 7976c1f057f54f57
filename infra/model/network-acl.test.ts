import * as fc from 'fast-check';
import type { NetworkAcl } from '../snapshot/snapshot';
import { decisionsOn, isAllowed, letsAllThrough, shadowedEntries } from './acl-decision';
import { contains } from './address-set';
import { formatAddress } from './cidr';
import { aclOfSubnet, networkAclOf } from './network-acl';

type Entry = NonNullable<NetworkAcl['Entries']>[number];

const acl = (...entries: readonly Entry[]): NetworkAcl => ({ NetworkAclId: 'acl-a', Entries: [...entries] });

/** The universe of the property tests: eight addresses (the first three bits), a few ports, types and protocols. */
const BLOCKS = Array.from({ length: 8 }, (_, block) => block);
const PORTS = [0, 1, 2, 3, 65_533, 65_534, 65_535];
/** One point of every region that the generated entries can tell apart. */
const PORT_POINTS = [...PORTS, 443];
const ICMP_POINTS = [0, 3, 8, 255].flatMap((type) => [0, 4, 255].map((code) => type * 256 + code));
const PROTOCOLS = [1, 6, 17, 47, 58];
const address = (block: number): bigint => BigInt(block) << 29n;

interface TinyEntry {
  readonly number: number;
  readonly egress: boolean;
  readonly allow: boolean;
  readonly protocol: number;
  readonly length: number;
  readonly block: number;
  readonly ports: readonly [number, number];
  readonly type: number;
  readonly code: number;
}

const tinyEntry: fc.Arbitrary<Omit<TinyEntry, 'number'>> = fc.record({
  egress: fc.boolean(),
  allow: fc.boolean(),
  protocol: fc.constantFrom(-1, -1, ...PROTOCOLS, 6, 6),
  length: fc.nat(3),
  block: fc.nat(7),
  ports: fc.tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)),
  type: fc.constantFrom(-1, 0, 3, 8),
  code: fc.constantFrom(-1, 0, 4),
});
const tinyAcl: fc.Arbitrary<readonly TinyEntry[]> = fc
  .tuple(fc.array(tinyEntry, { maxLength: 7 }), fc.boolean())
  .chain(([entries, closed]) =>
    fc
      .shuffledSubarray([100, 110, 120, 200, 300, 400, 32_766], { minLength: entries.length })
      .map((numbers) => [
        ...entries.map((entry, index) => ({ ...entry, number: numbers[index] ?? 1 })),
        ...(closed ? [false, true].map((egress) => closing(egress)) : []),
      ]),
  );
const closing = (egress: boolean): TinyEntry => ({
  number: 32_767,
  egress,
  allow: false,
  protocol: -1,
  length: 0,
  block: 0,
  ports: [0, 65_535],
  type: -1,
  code: -1,
});

const awsEntry = (tiny: TinyEntry): Entry => ({
  RuleNumber: tiny.number,
  Egress: tiny.egress,
  RuleAction: tiny.allow ? 'allow' : 'deny',
  Protocol: String(tiny.protocol),
  CidrBlock: `${formatAddress('ipv4', address((tiny.block >> (3 - tiny.length)) << (3 - tiny.length)))}/${tiny.length}`,
  ...(tiny.protocol === 6 || tiny.protocol === 17
    ? { PortRange: { From: Math.min(...tiny.ports), To: Math.max(...tiny.ports) } }
    : {}),
  ...(tiny.protocol === 1 ? { IcmpTypeCode: icmpOf(tiny) } : {}),
});
const icmpOf = ({ type, code }: TinyEntry) => ({ Type: type, Code: type === -1 ? -1 : code });

interface TinyPacket {
  readonly egress: boolean;
  readonly protocol: number;
  readonly point: number;
  readonly block: number;
}

/** The brute force: the entries in the order of their numbers, the first that matches one packet. */
function decidingEntry(entries: readonly TinyEntry[], packet: TinyPacket): TinyEntry | null {
  const ordered = [...entries].sort((a, b) => a.number - b.number);
  return (
    ordered.find((entry) => {
      if (entry.egress !== packet.egress) return false;
      if (packet.block >> (3 - entry.length) !== entry.block >> (3 - entry.length)) return false;
      if (entry.protocol === -1) return true;
      if (entry.protocol !== packet.protocol) return false;
      if (packet.protocol === 6 || packet.protocol === 17)
        return Math.min(...entry.ports) <= packet.point && packet.point <= Math.max(...entry.ports);
      if (packet.protocol !== 1) return true;
      const { Type: type, Code: code } = icmpOf(entry);
      return (
        (type === -1 || type === Math.floor(packet.point / 256)) &&
        (code === -1 || code === packet.point % 256)
      );
    }) ?? null
  );
}

test('for every packet the deciding entry is that of the brute force', () => {
  fc.assert(
    fc.property(tinyAcl, fc.boolean(), fc.constantFrom(...PROTOCOLS), (entries, egress, protocol) => {
      const decisions = decisionsOn(
        networkAclOf(acl(...entries.map(awsEntry))),
        egress ? 'egress' : 'ingress',
        {
          family: 'ipv4',
          protocol,
          points: { from: 0, to: 65_535 },
          peers: [{ first: 0n, last: (1n << 32n) - 1n }],
        },
      );
      const wrong = (protocol === 1 ? ICMP_POINTS : PORT_POINTS).flatMap((point) =>
        BLOCKS.filter((block) => {
          const [found, second] = decisions.filter(
            ({ points, peers }) =>
              points.from <= point && point <= points.to && contains(peers, address(block)),
          );
          const right = decidingEntry(entries, { egress, protocol, point, block });
          if (found === undefined || second !== undefined) return true;
          return (
            (found.entry?.number ?? null) !== (right?.number ?? null) ||
            isAllowed(found) !== (right?.allow ?? false)
          );
        }).map((block) => ({ point, block })),
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('an entry is shadowed exactly when it decides for no packet', () => {
  let shadowed = 0;
  fc.assert(
    fc.property(tinyAcl, fc.boolean(), (entries, egress) => {
      const alive = new Set(
        [...PROTOCOLS, 200].flatMap((protocol) =>
          (protocol === 1 ? ICMP_POINTS : PORT_POINTS).flatMap((point) =>
            BLOCKS.map((block) => decidingEntry(entries, { egress, protocol, point, block })?.number),
          ),
        ),
      );
      const found = shadowedEntries(
        networkAclOf(acl(...entries.map(awsEntry))),
        egress ? 'egress' : 'ingress',
      );
      const dead = entries.filter(
        ({ number, egress: out }) => out === egress && number < 32_767 && !alive.has(number),
      );
      expect(new Set(found.map(({ entry }) => entry.number))).toEqual(
        new Set(dead.map(({ number }) => number)),
      );
      for (const { entry, by } of found) {
        expect(by.length).toBeGreaterThan(0);
        for (const other of by) expect(other.number).toBeLessThan(entry.number);
      }
      shadowed += found.length;
    }),
    { numRuns: 2000 },
  );
  expect(shadowed).toBeGreaterThan(100);
});

test('a port range is cut at every port at which another entry decides', () => {
  const entry = (number: number, allow: boolean, From: number, To: number): Entry => ({
    RuleNumber: number,
    Egress: false,
    Protocol: '6',
    RuleAction: allow ? 'allow' : 'deny',
    CidrBlock: '0.0.0.0/0',
    PortRange: { From, To },
  });
  const decisions = decisionsOn(
    networkAclOf(acl(entry(90, false, 3389, 3389), entry(100, true, 1024, 65_535))),
    'ingress',
    {
      family: 'ipv4',
      protocol: 6,
      points: { from: 1000, to: 65_535 },
      peers: [{ first: 0n, last: 9n }],
    },
  );
  expect(
    decisions.map(({ points, entry: decided }) => [points.from, points.to, decided?.number ?? null]),
  ).toEqual([
    [1000, 1023, null],
    [1024, 3388, 100],
    [3389, 3389, 90],
    [3390, 65_535, 100],
  ]);
});

test('IPv4 and IPv6 are apart, and AWS closes each with an entry of its own', () => {
  const parsed = networkAclOf(
    acl(
      { RuleNumber: 100, Egress: true, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' },
      { RuleNumber: 100, Egress: false, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' },
      { RuleNumber: 32_768, Egress: true, Protocol: '-1', RuleAction: 'deny', Ipv6CidrBlock: '::/0' },
    ),
  );
  expect(letsAllThrough(parsed, 'ipv4')).toBe(true);
  expect(letsAllThrough(parsed, 'ipv6')).toBe(false);
  expect(shadowedEntries(parsed, 'egress')).toEqual([]);
});

test.each([
  ['no action', { RuleAction: undefined }, 'the action "not returned"'],
  ['no protocol', { Protocol: undefined }, 'Protocol of rule 100'],
  ['a protocol by name', { Protocol: 'tcp' }, '"tcp"'],
  ['TCP without ports', { Protocol: '6' }, 'PortRange.From of rule 100'],
  ['ports that are none', { Protocol: '17', PortRange: { From: 5, To: 4 } }, '5-4'],
  ['ICMP without a type', { Protocol: '1' }, 'IcmpTypeCode.Type'],
  ['ICMP of no type with a code', { Protocol: '1', IcmpTypeCode: { Type: -1, Code: 3 } }, 'ICMP type -1'],
  ['no prefix', { CidrBlock: undefined }, 'the CIDR block of rule 100'],
  ['a prefix that can only be guessed', { CidrBlock: '10.2.3.1/16' }, '10.2.3.1/16'],
  ['two prefixes', { Ipv6CidrBlock: '::/0' }, 'two CIDR blocks'],
  ['no direction', { Egress: undefined }, 'Egress'],
  ['no number', { RuleNumber: undefined }, 'RuleNumber'],
])('an entry with %s is not known', (_what, members, names) => {
  const entry: Entry = {
    RuleNumber: 100,
    Egress: true,
    Protocol: '-1',
    RuleAction: 'allow',
    CidrBlock: '0.0.0.0/0',
  };
  expect(() => networkAclOf(acl({ ...entry, ...members }))).toThrow(
    expect.objectContaining({ name: 'NotKnown', message: expect.stringContaining(names) }),
  );
});

test('two entries with one number are not known: either may come first', () => {
  const entry: Entry = {
    RuleNumber: 100,
    Egress: true,
    Protocol: '-1',
    RuleAction: 'allow',
    CidrBlock: '0.0.0.0/0',
  };
  expect(() => networkAclOf(acl(entry, { ...entry, RuleAction: 'deny' }))).toThrow('two egress entries');
});

test('a subnet without an association of its own has the default ACL', () => {
  const own = {
    ...acl(),
    NetworkAclId: 'acl-own',
    IsDefault: false,
    Associations: [{ SubnetId: 'subnet-a' }],
  };
  const fallback = { ...acl(), NetworkAclId: 'acl-default', IsDefault: true, Associations: [] };
  expect(aclOfSubnet([fallback, own], 'subnet-a').NetworkAclId).toBe('acl-own');
  expect(aclOfSubnet([fallback, own], 'subnet-b').NetworkAclId).toBe('acl-default');
  expect(() => aclOfSubnet([own], 'subnet-b')).toThrow('0 network ACLs');
  expect(() => aclOfSubnet([own, { ...own, NetworkAclId: 'acl-twice' }], 'subnet-a')).toThrow(
    '2 network ACLs',
  );
});
