/**
 * IPv6 as itself, outside NAT64: egress-only gateways, default routes in halves, and NAT gateways, which do not take it.
 * The six bits of a tiny address are the first six of an IPv6 address, the first two of them turned round, so that what
 * is on the internet (2000::/3) does not lie in the VPC.
 */
import * as fc from 'fast-check';
import { change } from '../mutants/mutant';
import { localRoute } from '../mutants/reference-network';
import type { Route, Snapshot } from '../snapshot/snapshot';
import { certificateChecker } from './certificate-checker';
import { formatAddress, parseAddress } from './cidr';
import { networkOf } from './network';
import { returnProof } from './return-path';
import { egressProof } from './routing';
import type { TinyNetwork, TinyPrefix, TinyRoute } from './routing-oracle.fixture';
import { tinyEgress, tinyPaths, tinyReturn } from './routing-oracle.fixture';
import { snapshotOf, tinyNetwork } from './tiny-network.fixture';

const TURNED = 0b11_0000;
const SHIFT6 = 122n;
const cidr6 = ({ base, length }: TinyPrefix): string => {
  const first = ((base ^ TURNED) >> (6 - length)) << (6 - length);
  return `${formatAddress('ipv6', BigInt(first) << SHIFT6)}/${length}`;
};

const isDefault = ({ to }: TinyRoute): boolean => !('list' in to) && to.length === 0;

/** The destinations of a route: a default route may be there in halves. */
function destinations(to: TinyPrefix, inHalves: boolean): readonly string[] {
  if (to.length > 0 || !inHalves) return [cidr6(to)];
  return [
    { base: 0, length: 1 },
    { base: 32, length: 1 },
  ].map(cidr6);
}

/** The tiny network in IPv6 alone; in IPv4 its tables lead to nowhere but the VPC. */
function nativeSnapshot(tiny: TinyNetwork, inHalves: boolean): Snapshot {
  const associated = (block: string) => [
    { Ipv6CidrBlock: block, Ipv6CidrBlockState: { State: 'associated' as const } },
  ];
  const ipv4 = snapshotOf(tiny);
  const vpc = change(ipv4, 'vpc', (one) => ({
    ...one,
    CidrBlockAssociationSet: [{ CidrBlock: '10.2.0.0/16', CidrBlockState: { State: 'associated' as const } }],
    Ipv6CidrBlockAssociationSet: associated(cidr6({ base: 0, length: 2 })),
  }));
  const subnets = change(vpc, 'subnets', (list) =>
    list.map((one, index) => ({
      ...one,
      CidrBlock: `10.2.${index}.0/24`,
      Ipv6CidrBlockAssociationSet: associated(cidr6({ base: index * 4, length: 4 })),
    })),
  );
  const lists = change(subnets, 'managedPrefixLists', (list) =>
    list.map(({ PrefixList, Entries }) => ({
      PrefixList: { ...PrefixList, AddressFamily: 'IPv6' },
      Entries: Entries.map((_, index) => ({
        Cidr: cidr6(tiny.lists[Number(PrefixList.PrefixListId?.slice(3))]?.[index] ?? { base: 0, length: 0 }),
      })),
    })),
  );
  return change(lists, 'routeTables', (list) =>
    list.map((table, number) => ({
      ...table,
      Routes: [
        localRoute('10.2.0.0/16'),
        localRoute(cidr6({ base: 0, length: 2 })),
        ...(tiny.tables[number] ?? []).flatMap(({ to }, index): readonly Route[] => {
          // The first route of a table is the VPC's own.
          const { DestinationCidrBlock: _ipv4, ...rest } = table.Routes?.[index + 1] ?? {};
          if ('list' in to) return [rest];
          return destinations(to, inHalves).map((text) => ({ ...rest, DestinationIpv6CidrBlock: text }));
        }),
      ],
    })),
  );
}

/** What the walker knows of it: a NAT gateway does not take IPv6, and the internet lies elsewhere. */
function asWalked(tiny: TinyNetwork): TinyNetwork {
  return {
    ...tiny,
    tables: tiny.tables.map((routes) =>
      routes.map((one) =>
        one.target.kind === 'nat' ? { ...one, target: { kind: 'unknown' as const } } : one,
      ),
    ),
    // 2000::/3, and NAT64's prefix inside ::/6.
    onInternet: (address) => address >= 56 || address === 48,
  };
}

/** Halves decide as the whole does, unless an entry of a list stands between their length and the whole's. */
function canBeHalved({ tables, lists }: TinyNetwork): boolean {
  const between = tables.flat().some(({ to }) => !('list' in to) && to.length === 1);
  return !between && !lists.some((entries) => entries?.some(({ length }) => length <= 1));
}

/** Found by chance: the checker took a block that IANA reserves for the internet, and refused what the prover had right. */
const RESERVED_TO_TRANSIT_GATEWAY: TinyNetwork = {
  tables: [[], [{ to: { base: 50, length: 5 }, target: { kind: 'tgw' }, origin: 'static' }], [], [], []],
  subnetTables: [1, 0, 0, 0],
  nats: [0, 0],
  firewalls: [0, 0],
  others: [0, 0],
  appliances: [0, 0],
  edgeTable: null,
  lists: [[], [], null],
};

const withMoreEgressOnly = fc.tuple(tinyNetwork, fc.nat(2)).map(([tiny, which]): TinyNetwork => ({
  ...tiny,
  tables: tiny.tables.map((routes) =>
    routes.map((one) =>
      one.target.kind === 'igw' && which === 0 ? { ...one, target: { kind: 'eigw' as const } } : one,
    ),
  ),
}));

test('the verdicts on native IPv6 are those of the brute-force walker, and a pass is certified', () => {
  const seen = new Set<string>();
  const back = new Set<string>();
  let halved = 0;
  fc.assert(
    fc.property(withMoreEgressOnly, fc.boolean(), (tiny, halves) => {
      const inHalves = halves && canBeHalved(tiny);
      if (inHalves && tiny.tables.flat().some(isDefault)) halved += 1;
      const snapshot = nativeSnapshot(tiny, inHalves);
      const walked = asWalked(tiny);
      const network = networkOf(snapshot);
      const proof = egressProof(network, 'subnet-0');
      expect(proof.status).toBe(tinyEgress(walked, 0));
      seen.add(proof.status);
      const { status } = returnProof(network, 'subnet-0');
      expect(status).toBe(tinyReturn(walked, 0));
      back.add(status);
      if (proof.status === 'holds') {
        const certified = proof.certificate();
        const said = certified.made ? certificateChecker(snapshot)(certified.certificate) : certified;
        expect(said).toMatchObject({ accepted: true });
      }
      if (proof.status !== 'violated') return;
      const address = Number(parseAddress(proof.witness.destination).value >> SHIFT6) ^ TURNED;
      const ends = tinyPaths(walked, { subnet: 0 }, address).map(({ end }) => end);
      expect(ends.some((end) => ['igw', 'eigw', 'cagw'].includes(end))).toBe(true);
    }),
    { numRuns: 1200, examples: [[RESERVED_TO_TRANSIT_GATEWAY, false]] },
  );
  expect([...seen].sort()).toEqual(['holds', 'undecided', 'violated']);
  expect([...back].sort()).toEqual(['holds', 'undecided', 'violated']);
  expect(halved).toBeGreaterThan(10);
});
