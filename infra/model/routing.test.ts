import * as fc from 'fast-check';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { change } from '../mutants/mutant';
import { localRoute, route } from '../mutants/reference-network';
import { deadEnds } from '../mutants/dead-ends';
import { addRoutes, replaceRoute } from '../mutants/route-changes';
import { formatAddress, parseAddress, parseCidr } from './cidr';
import { networkOf } from './network';
import { returnProof } from './return-path';
import { decidedClasses, egressProof, exampleWayOut } from './routing';
import type { TinyNetwork, TinyRoute } from './routing-oracle.fixture';
import { tinyEgress, tinyPaths, tinyReturn } from './routing-oracle.fixture';
import { SHIFT, snapshotOf, tinyNetwork } from './tiny-network.fixture';

const RUNS = { numRuns: 600 };

test('the ways of every single address are those of the brute-force walker', () => {
  fc.assert(
    fc.property(tinyNetwork, (tiny) => {
      const classes = decidedClasses(networkOf(snapshotOf(tiny)), 'subnet-0').filter(
        ({ destination }) => destination.family === 'ipv4',
      );
      let covered = 0n;
      for (const { destination, paths } of classes) {
        if (destination.first !== covered) expect(destination.first).toBe(covered);
        covered = destination.last + 1n;
        const said = [
          ...new Set(
            paths.map((path) => {
              const vias = path.steps.flatMap(({ arrival }) => (arrival.on ? [arrival.via.id] : []));
              return [...vias, endWord(path.end)].join('>');
            }),
          ),
        ].sort();
        for (
          let address = Number(destination.first >> SHIFT);
          address <= Number(destination.last >> SHIFT);
          address++
        ) {
          const walked = tinyPaths(tiny, { subnet: 0 }, address).map(({ vias, end }) =>
            [...vias, end === 'tgw' ? 'unknown' : end].join('>'),
          );
          const right = said.join() === [...new Set(walked)].sort().join();
          if (!right) expect({ address, said }).toEqual({ address, said: walked });
        }
      }
      expect(covered).toBe(1n << 32n);
    }),
    RUNS,
  );
});

function endWord(end: { readonly kind: string; readonly gatewayId?: string }): string {
  if (end.kind === 'internet-exit') return end.gatewayId?.replace('-a', '') ?? '';
  const words: Readonly<Record<string, string>> = {
    service: 's3',
    private: 'unknown',
    unmodelled: 'unknown',
  };
  return words[end.kind] ?? end.kind;
}

test('the forward verdict is that of the brute-force walker, and the witness really gets out', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(tinyNetwork, (tiny) => {
      const proof = egressProof(networkOf(snapshotOf(tiny)), 'subnet-0');
      expect(proof.status).toBe(tinyEgress(tiny, 0));
      seen.add(proof.status);
      if (proof.status !== 'violated') return;
      const address = Number(parseAddress(proof.witness.destination).value >> SHIFT);
      const out = tinyPaths(tiny, { subnet: 0 }, address).filter(
        ({ end, vias }) =>
          end.endsWith('gw') && end !== 'tgw' && !vias.some((via) => via.startsWith('vpce-fw')),
      );
      expect(out.map(({ vias }) => ['subnet-0', ...vias].join())).toContain(
        proof.hops
          .slice(0, -1)
          .map(({ at }) => at)
          .join(),
      );
    }),
    RUNS,
  );
  expect([...seen].sort()).toEqual(['holds', 'undecided', 'violated']);
});

test('the return verdict is that of the brute-force walker', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(tinyNetwork, (tiny) => {
      const proof = returnProof(networkOf(snapshotOf(tiny)), 'subnet-0');
      expect(proof.status).toBe(tinyReturn(tiny, 0));
      seen.add(proof.status);
    }),
    RUNS,
  );
  expect([...seen].sort()).toEqual(['holds', 'undecided', 'violated']);
});

test.each(deadEnds().map(({ id, mutate }) => [id, mutate] as const))(
  '%s: nothing leaves, which is no leak',
  (_id, mutate) => {
    const network = networkOf(mutate(referenceSnapshot()));
    expect(egressProof(network, 'subnet-studio')).toMatchObject({ status: 'holds' });
    expect(exampleWayOut(network, 'subnet-studio')).toEqual([]);
    expect(returnProof(network, 'subnet-studio')).toMatchObject({ status: 'holds', exitingClasses: 0 });
  },
);

test('the way out is drawn hop by hop', () => {
  const hops = exampleWayOut(networkOf(referenceSnapshot()), 'subnet-studio').map(
    ({ at, routeTable, route: by, target: to }) => [at, routeTable, by, to],
  );
  expect(hops).toEqual([
    ['subnet-studio', 'rtb-studio', '0.0.0.0/0', 'nat-a'],
    ['nat-a', 'rtb-nat', '0.0.0.0/0', 'vpce-firewall'],
    ['vpce-firewall', 'rtb-firewall', '0.0.0.0/0', 'igw-a'],
    ['igw-a', null, null, null],
  ]);
});

test('a witness in IPv6 is found among 2^128 addresses', () => {
  const snapshot = addRoutes(
    referenceSnapshot(),
    'rtb-studio',
    route('2a00:1450:4001::200e/128', { EgressOnlyInternetGatewayId: 'eigw-a' }),
  );
  expect(egressProof(networkOf(snapshot), 'subnet-studio')).toMatchObject({
    status: 'violated',
    violatingClasses: 1,
    witness: { destination: '2a00:1450:4001::200e' },
  });
});

test('ten thousand prefixes of a list are decided, each exactly', () => {
  const entries = Array.from({ length: 10_000 }, (_, number) => ({
    Cidr: `${formatAddress('ipv4', parseCidr('64.0.0.0/8').first + BigInt(number) * 1024n)}/24`,
  }));
  const listed = change(referenceSnapshot(), 'managedPrefixLists', () => [
    { PrefixList: { PrefixListId: 'pl-s3', State: 'create-complete' }, Entries: entries },
  ]);
  const holed = addRoutes(listed, 'rtb-nat', route('64.3.7.77/32', { GatewayId: 'igw-a' }));
  expect(egressProof(networkOf(listed), 'subnet-studio')).toMatchObject({ status: 'holds' });
  expect(egressProof(networkOf(holed), 'subnet-studio')).toMatchObject({
    status: 'violated',
    violatingClasses: 1,
    witness: { destination: '64.3.7.77' },
  });
});

test('a private destination by a transit gateway is no way to the internet, a public one is undecided', () => {
  const by = (destination: string) =>
    egressProof(
      networkOf(
        addRoutes(referenceSnapshot(), 'rtb-studio', route(destination, { TransitGatewayId: 'tgw-a' })),
      ),
      'subnet-studio',
    ).status;
  expect([by('10.0.0.0/8'), by('192.168.0.0/16'), by('11.0.0.0/8'), by('10.0.0.0/7')]).toEqual([
    'holds',
    'holds',
    'undecided',
    'undecided',
  ]);
});

test('a regional NAT gateway is followed by its own table', () => {
  const regional = change(
    replaceRoute(referenceSnapshot(), 'rtb-main', '10.2.0.0/16', localRoute('10.2.0.0/16')),
    'natGateways',
    (list) =>
      list.map((nat) => ({
        NatGatewayId: nat.NatGatewayId,
        AvailabilityMode: 'regional' as const,
        RouteTableId: 'rtb-nat',
        State: 'available' as const,
      })),
  );
  expect(egressProof(networkOf(regional), 'subnet-studio').status).toBe('holds');
  expect(returnProof(networkOf(regional), 'subnet-studio').status).toBe('undecided');
  const leaking = replaceRoute(regional, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'igw-a' }));
  expect(egressProof(networkOf(leaking), 'subnet-studio').status).toBe('violated');
});

const NOTHING = {
  nats: [0, 0],
  firewalls: [0, 0],
  others: [0, 0],
  appliances: [0, 0],
  edgeTable: null,
  lists: [[], [], []],
} satisfies Partial<TinyNetwork>;
const everywhere = (kind: 'nat' | 'firewall', which: number): TinyRoute => ({
  to: { base: 0, length: 0 },
  target: { kind, index: which },
  origin: 'static',
});
const out: TinyRoute = { to: { base: 0, length: 0 }, target: { kind: 'igw' }, origin: 'static' };
const toSubnet = (which: number, firewall: number): TinyRoute => ({
  to: { base: which * 4, length: 4 },
  target: { kind: 'firewall', index: firewall },
  origin: 'static',
});

test('two NAT gateways in a row are passed back in the opposite order', () => {
  const tiny: TinyNetwork = {
    ...NOTHING,
    tables: [
      [everywhere('nat', 0)],
      [everywhere('nat', 1)],
      [everywhere('firewall', 0)],
      [out],
      [toSubnet(2, 0)],
    ],
    subnetTables: [0, 1, 2, 3],
    nats: [1, 2],
    firewalls: [3, 3],
    edgeTable: 4,
  };
  const wrong: TinyNetwork = {
    ...tiny,
    tables: tiny.tables.map((routes, which) => (which === 4 ? [toSubnet(1, 0)] : routes)),
  };
  for (const one of [tiny, wrong])
    expect(returnProof(networkOf(snapshotOf(one)), 'subnet-0').status).toBe(tinyReturn(one, 0));
  expect(tinyReturn(tiny, 0)).toBe('holds');
  expect(tinyReturn(wrong, 0)).toBe('violated');
});
