import * as fc from 'fast-check';
import type { IpPermission } from '../snapshot/snapshot';
import { formatAddress, parseAddress } from './cidr';
import type { GroupBook } from './group-admission';
import { addressesOf, groupById, refusedOf, rulesOfGroups } from './group-admission';

/** Eight blocks of addresses (the first three bits), a few ports, three groups. */
const PORTS = [0, 442, 443, 444, 8192, 60_000, 65_535];
/** One port of every band that the generated rules can tell apart. */
const PROBED = [...PORTS, 100, 1000, 20_000, 61_000];
const GROUPS = ['sg-a', 'sg-b', 'sg-c'];
const valueOf = (block: number): bigint => BigInt(block) << 29n;

const port = fc.constantFrom(...PORTS);
const permission: fc.Arbitrary<IpPermission> = fc
  .record({
    IpProtocol: fc.constantFrom('tcp', 'tcp', '-1', 'udp'),
    ports: fc.tuple(port, port),
    blocks: fc.array(fc.tuple(fc.nat(7), fc.nat(3)), { maxLength: 3 }),
    peers: fc.array(fc.record({ GroupId: fc.constantFrom(...GROUPS), peered: fc.boolean() }), {
      maxLength: 1,
    }),
  })
  // AWS has no rule without a peer.
  .filter(({ blocks, peers }) => blocks.length + peers.length > 0)
  .map(({ IpProtocol, ports, blocks, peers }) => ({
    IpProtocol,
    FromPort: Math.min(...ports),
    ToPort: Math.max(...ports),
    IpRanges: blocks.map(([block, length]) => ({
      CidrIp: `${formatAddress('ipv4', valueOf((block >> (3 - length)) << (3 - length)))}/${length}`,
    })),
    UserIdGroupPairs: peers.map(({ GroupId, peered }) => ({
      GroupId,
      ...(peered ? { VpcPeeringConnectionId: 'pcx-a' } : {}),
    })),
  }));
const bookOf = (...rules: readonly IpPermission[]): GroupBook => ({
  groups: [{ GroupId: 'sg-own', IpPermissions: [...rules], IpPermissionsEgress: [] }],
  prefixLists: { known: true, value: new Map() },
});

/** The brute force: one port, one block, one rule that admits it by address or by a group that the peer carries. */
function isAdmitted(
  rules: readonly IpPermission[],
  packet: { readonly port: number; readonly block: number; readonly carried: readonly string[] },
): boolean {
  return rules.some((rule) => {
    const open =
      rule.IpProtocol === '-1' ||
      (rule.IpProtocol === 'tcp' && (rule.FromPort ?? 1) <= packet.port && packet.port <= (rule.ToPort ?? 0));
    const byGroup = (rule.UserIdGroupPairs ?? []).some(
      ({ GroupId, VpcPeeringConnectionId }) =>
        VpcPeeringConnectionId === undefined && packet.carried.includes(GroupId ?? ''),
    );
    const byAddress = (rule.IpRanges ?? []).some(({ CidrIp = '' }) => {
      const [base = '', length] = CidrIp.split('/');
      const shift = 3 - Number(length);
      return packet.block >> shift === Number(parseAddress(base).value >> 29n) >> shift;
    });
    return open && (byGroup || byAddress);
  });
}

test('traffic is refused exactly where the brute force finds a port and an address that no rule admits', () => {
  let refusals = 0;
  fc.assert(
    fc.property(
      fc.array(permission, { maxLength: 5 }),
      fc.subarray(GROUPS, { maxLength: 2 }),
      fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 4 }),
      fc.tuple(port, port),
      (permissions, carried, blocks, ends) => {
        const ports = { from: Math.min(...ends), to: Math.max(...ends) };
        const addresses = addressesOf(
          blocks.map((block) => ({ family: 'ipv4', first: valueOf(block), last: valueOf(block + 1) - 1n })),
        );
        const refused = refusedOf(rulesOfGroups(bookOf(...permissions), ['sg-own'], 'ingress'), {
          protocol: 'tcp',
          ports,
          peers: { groupIds: carried, addresses },
        });
        const closed = (at: number, block: number) => !isAdmitted(permissions, { port: at, block, carried });
        const right = PROBED.some(
          (at) => ports.from <= at && at <= ports.to && blocks.some((block) => closed(at, block)),
        );
        expect(refused !== null).toBe(right);
        if (refused === null) return;
        refusals += 1;
        const block = Number(parseAddress(refused.address ?? '').value >> 29n);
        expect(blocks).toContain(block);
        expect(closed(refused.port, block)).toBe(true);
      },
    ),
    { numRuns: 1500 },
  );
  expect(refusals).toBeGreaterThan(100);
});

test('without addresses only a reference to a group admits', () => {
  const traffic = (groupIds: readonly string[]) =>
    ({
      protocol: 'tcp',
      ports: { from: 443, to: 443 },
      peers: { groupIds, addresses: addressesOf([]) },
    }) as const;
  const rules = rulesOfGroups(
    bookOf({
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
      IpRanges: [{ CidrIp: '0.0.0.0/0' }],
      UserIdGroupPairs: [{ GroupId: 'sg-a' }],
    }),
    ['sg-own'],
    'ingress',
  );
  expect(refusedOf(rules, traffic(['sg-b', 'sg-a']))).toBeNull();
  expect(refusedOf(rules, traffic(['sg-b']))).toEqual({ port: 443, address: null });
});

test('a group that was not returned is not known', () => {
  expect(() => groupById(bookOf(), 'sg-gone')).toThrow('the security group sg-gone');
  expect(() => rulesOfGroups(bookOf(), ['sg-own', 'sg-gone'], 'egress')).toThrow(
    expect.objectContaining({ name: 'NotKnown' }),
  );
});
