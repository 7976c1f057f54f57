/**
 * Whole ways against the kernel's: random networks of two zones, every one of their route tables in Linux, and packets
 * led from table to table by what the kernel finds in each. Ways, exits and verdicts of the model must be the same.
 */
import * as fc from 'fast-check';
import { change } from '../mutants/mutant';
import { localRoute, route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { twoZones } from '../mutants/two-zones';
import type { Route, Snapshot } from '../snapshot/snapshot';
import type { Family } from './cidr';
import { FAMILIES, formatAddress, parseAddress } from './cidr';
import { cutOf } from './cut';
import { escapesFrom } from './exact';
import type { KernelTables } from './kernel-lookup.fixture';
import { openKernelTables } from './kernel-lookup.fixture';
import { aroundPrefix, askable, isOutside, LOCAL, prefixes } from './kernel-prefixes.fixture';
import { networkOf, subnetPlace } from './network';
import type { Path } from './packet-path';
import { pathsFrom } from './packet-path';
import { egressProof } from './routing';

jest.setTimeout(60_000);

let kernel: KernelTables;
beforeAll(async () => {
  kernel = await openKernelTables();
});
afterAll(async () => kernel.close());

type Target = 'nat-a' | 'nat-b' | 'vpce-firewall' | 'vpce-firewall-b' | 'igw-a' | 'blackhole' | 'local';

interface TestRoute {
  readonly prefix: string;
  readonly target: Target;
}

/** The table that decides behind each target; the others are ends. */
const BEHIND: Readonly<Record<string, string>> = {
  'nat-a': 'rtb-nat',
  'nat-b': 'rtb-nat-b',
  'vpce-firewall': 'rtb-firewall',
  'vpce-firewall-b': 'rtb-firewall-b',
};
const SOURCE = 'rtb-studio';
const TABLES = [SOURCE, ...Object.values(BEHIND)];

type TestNetwork = Readonly<Record<string, readonly TestRoute[]>>;

/** IPv6 has no NAT gateways to be led to. What lies inside the VPC is the local route's alone. */
function networks(family: Family): fc.Arbitrary<TestNetwork> {
  const ends = ['vpce-firewall', 'vpce-firewall-b', 'igw-a', 'blackhole'] as const;
  const target = fc.constantFrom<Target>(
    ...ends,
    ...(family === 'ipv4' ? (['nat-a', 'nat-b', 'nat-a'] as const) : []),
  );
  const one = fc.record({ prefix: prefixes(family), target });
  const routes = fc.uniqueArray(one, { minLength: 1, maxLength: 10, selector: ({ prefix }) => prefix });
  return fc
    .record(Object.fromEntries(TABLES.map((id) => [id, routes])))
    .map((network) =>
      Object.fromEntries(
        Object.entries(network).map(([id, list]) => [
          id,
          [{ prefix: LOCAL.ipv4, target: 'local' as const }, ...list].filter(({ prefix, target: to }) =>
            to === 'local' ? family === 'ipv4' : family === 'ipv6' || isOutside(prefix, family),
          ),
        ]),
      ),
    );
}

function snapshotOf(network: TestNetwork): Snapshot {
  return change(twoZones(referenceSnapshot()), 'routeTables', (tables) =>
    tables.map((table) => {
      const own = network[table.RouteTableId ?? ''];
      if (own === undefined) return table;
      const routes = own.flatMap(({ prefix, target }) =>
        target === 'local' ? [] : [awsRoute(prefix, target)],
      );
      return { ...table, Routes: [localRoute(LOCAL.ipv4), ...routes] };
    }),
  );
}

function awsRoute(prefix: string, target: Target): Route {
  if (target === 'blackhole') return route(prefix, { GatewayId: 'vgw-gone', State: 'blackhole' });
  return route(prefix, target.startsWith('nat-') ? { NatGatewayId: target } : { GatewayId: target });
}

interface Packet {
  readonly network: number;
  readonly address: bigint;
  /** Where it has been, and at last how it ended. */
  readonly way: string[];
  at: string | null;
}

/** Lead every packet to its end. A table met twice is a loop. */
async function walk(
  family: Family,
  generated: readonly TestNetwork[],
  packets: readonly Packet[],
): Promise<void> {
  const numberOf = (network: number, table: string): number =>
    network * TABLES.length + TABLES.indexOf(table) + 1;
  await kernel.load(
    family,
    generated.flatMap((network) =>
      TABLES.map((id) =>
        (network[id] ?? []).map(({ prefix, target }, index) => ({
          prefix,
          metric: index + 1,
          blackhole: target === 'blackhole',
        })),
      ),
    ),
  );
  for (let going = packets; going.length > 0; going = going.filter(({ at }) => at !== null)) {
    const answers = await kernel.lookUp(
      family,
      going.map(({ network, address, at }) => ({
        table: numberOf(network, at ?? ''),
        address: formatAddress(family, address),
      })),
    );
    going.forEach((packet, index) => {
      const answer = answers[index] ?? 'no route';
      const table = generated[packet.network]?.[packet.at ?? ''] ?? [];
      const target = typeof answer === 'string' ? 'dropped' : (table[answer - 1]?.target ?? 'dropped');
      const next = target === 'dropped' ? undefined : BEHIND[target];
      packet.way.push(target === 'local' ? 'delivered' : target);
      if (next !== undefined && beenAt(packet, next)) packet.way.push('loop');
      packet.at = next === undefined || packet.way.at(-1) === 'loop' ? null : next;
    });
  }
}

function beenAt(packet: Packet, table: string): boolean {
  const before = packet.way.slice(0, -1);
  return before.some((target) => BEHIND[target] === table);
}

function wordsOf({ steps, end }: Path): string {
  const vias = steps.flatMap(({ arrival }) => (arrival.on ? [arrival.via.id] : []));
  return [...vias, end.kind === 'internet-exit' ? end.gatewayId : end.kind].join(' ');
}

const leavesUninspected = (way: readonly string[]): boolean =>
  way.at(-1) === 'igw-a' && !way.some((target) => target.startsWith('vpce-'));

/** What the model says of one network: the ways and the exact tier for each address, and the verdict. */
function differencesOf(family: Family, network: TestNetwork, packets: readonly Packet[]): readonly string[] {
  const model = networkOf(snapshotOf(network));
  const from = subnetPlace(model, 'subnet-studio');
  // Without the tier in front, so that the exact one decides everything.
  const { escapes, doubts } = escapesFrom(model, from, { ...cutOf(model), cleared: () => false });
  const proof = egressProof(model, 'subnet-studio');
  const out = packets.filter(({ way }) => leavesUninspected(way));
  const witness = proof.status === 'violated' ? [parseAddress(proof.witness.destination).value] : [];
  // The only way out may be for destinations that a Linux host does not ask its tables about.
  const unasked = witness.length > 0 && askable(family, witness).length === 0;
  const verdict = out.length > 0 || unasked ? 'violated' : 'holds';
  return [
    ...doubts,
    ...(proof.status === verdict ? [] : [`the proof says ${proof.status}, and ${out.length} packets leave`]),
    ...packets.flatMap(({ address, way }) => {
      const said = pathsFrom(model, from, { family, first: address, last: address })
        .map(wordsOf)
        .join(' or ');
      const escaped = escapes[family].some(({ first, last }) => first <= address && address <= last);
      const wrong = said !== way.join(' ') || escaped !== leavesUninspected(way);
      const lying = witness.includes(address) && !leavesUninspected(way);
      const words = `${formatAddress(family, address)}: model ${said}, escaped ${escaped}, kernel ${way.join(' ')}`;
      return wrong || lying ? [words] : [];
    }),
  ];
}

/** Around every prefix of the network, and the proof's witness: the kernel judges that as well. */
function packetsOf(family: Family, network: TestNetwork, index: number): readonly Packet[] {
  const around = Object.values(network).flatMap((routes) =>
    routes.flatMap(({ prefix }) => aroundPrefix(prefix)),
  );
  const proof = egressProof(networkOf(snapshotOf(network)), 'subnet-studio');
  const witness = proof.status === 'violated' ? [parseAddress(proof.witness.destination).value] : [];
  return askable(family, [...around, ...witness]).map((address) => ({
    network: index,
    address,
    way: [],
    at: SOURCE,
  }));
}

test.each(FAMILIES)(
  'the %s ways through whole networks are those that the kernel finds hop by hop',
  async (family) => {
    let walked = 0;
    const ends = new Set<string>();
    const lengths = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.array(networks(family), { minLength: 8, maxLength: 8 }), async (generated) => {
        const packets = generated.flatMap((network, index) => packetsOf(family, network, index));
        await walk(family, generated, packets);
        const differences = generated.flatMap((network, index) =>
          differencesOf(
            family,
            network,
            packets.filter((packet) => packet.network === index),
          ),
        );
        expect(differences).toEqual([]);
        walked += packets.length;
        for (const { way } of packets) {
          ends.add(way.at(-1) ?? '');
          lengths.add(way.length);
        }
      }),
      // Which networks is fixed: with as few as these, chance could leave out every long way.
      { numRuns: 8, seed: 20_261_123, interruptAfterTimeLimit: 40_000 },
    );
    expect(walked).toBeGreaterThan(2_000);
    expect([...ends].sort()).toEqual(
      family === 'ipv4' ? ['delivered', 'dropped', 'igw-a', 'loop'] : ['dropped', 'igw-a', 'loop'],
    );
    expect(Math.max(...lengths)).toBeGreaterThan(3);
  },
);
