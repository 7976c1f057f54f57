import * as fc from 'fast-check';
import { change } from '../mutants/mutant';
import { localRoute, prefixListRoute, route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes } from '../mutants/route-changes';
import type { Route, Snapshot } from '../snapshot/snapshot';
import { certificateChecker } from './certificate-checker';
import { parseAddress, parseCidr, spaceOf } from './cidr';
import { networkOf } from './network';
import { egressProof } from './routing';
import { segmentAt } from './route-selection';
import { segmentsWithin } from './route-table';
import type { TinyNetwork } from './routing-oracle.fixture';
import { tinyEgress, tinyPaths } from './routing-oracle.fixture';
import { SHIFT, snapshotOf, tinyNetwork } from './tiny-network.fixture';

const RUNS = { numRuns: 300 };

/** The same prefix behind NAT64's: tables that have both treat an IPv6 sender as they treat an IPv4 one. */
function twinOf(destination: string): string {
  const { first, length } = parseCidr(destination);
  const hex = first.toString(16).padStart(8, '0');
  return `64:ff9b::${hex.slice(0, 4)}:${hex.slice(4)}/${96 + length}`;
}

const TWIN_LOCAL = twinOf('0.0.0.0/2');

function twinRoute({ DestinationCidrBlock: destination, ...rest }: Route): readonly Route[] {
  return destination === undefined ? [] : [{ ...rest, DestinationIpv6CidrBlock: twinOf(destination) }];
}

/** Every route in IPv6; the sender's own table in IPv6 alone, so that IPv4 cannot decide the verdict there. */
function inIpv6(snapshot: Snapshot, tiny: TinyNetwork): Snapshot {
  const associated = (block: string) => [
    { Ipv6CidrBlock: block, Ipv6CidrBlockState: { State: 'associated' as const } },
  ];
  const vpc = change(snapshot, 'vpc', (one) => ({
    ...one,
    Ipv6CidrBlockAssociationSet: associated(TWIN_LOCAL),
  }));
  const subnets = change(vpc, 'subnets', (list) =>
    list.map((one) => ({ ...one, Ipv6CidrBlockAssociationSet: associated(twinOf(one.CidrBlock ?? '')) })),
  );
  const own = `rtb-${tiny.subnetTables[0]}`;
  const shared = tiny.subnetTables.filter((table) => table === tiny.subnetTables[0]).length > 1;
  return change(subnets, 'routeTables', (list) =>
    list.map((table) => {
      const routes = table.Routes ?? [];
      const kept = table.RouteTableId === own && !shared ? [localRoute('0.0.0.0/2')] : routes;
      return { ...table, Routes: [...kept, ...routes.flatMap(twinRoute)] };
    }),
  );
}

test('in IPv6, NAT64 included, the verdict is that of the brute-force walker, and its pass is certified', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(tinyNetwork, (any) => {
      // Behind NAT64's prefix everything counts as being on the internet, and prefix lists are IPv4's here.
      const tiny = {
        ...any,
        tables: any.tables.map((routes) =>
          routes.filter(({ to, target }) => !('list' in to) && target.kind !== 'tgw'),
        ),
      };
      const snapshot = inIpv6(snapshotOf(tiny), tiny);
      const proof = egressProof(networkOf(snapshot), 'subnet-0');
      expect(proof.status).toBe(tinyEgress(tiny, 0));
      seen.add(proof.status);
      if (proof.status === 'holds') {
        const certified = proof.certificate();
        const said = certified.made ? certificateChecker(snapshot)(certified.certificate) : certified;
        expect(said).toMatchObject({ accepted: true });
      }
      if (proof.status !== 'violated') return;
      const { family, value } = parseAddress(proof.witness.destination);
      const sent = family === 'ipv6' ? value & spaceOf('ipv4').last : value;
      const ends = tinyPaths(tiny, { subnet: 0 }, Number(sent >> SHIFT)).map(({ end }) => end);
      expect(ends.some((end) => ['igw', 'eigw', 'cagw'].includes(end))).toBe(true);
    }),
    RUNS,
  );
  expect([...seen].sort()).toEqual(['holds', 'undecided', 'violated']);
});

test('a dead route inside what leads to the firewall, or a list route that is there twice, changes nothing', () => {
  const reference = referenceSnapshot();
  const dead = addRoutes(
    reference,
    'rtb-nat',
    route('9.9.0.0/16', { GatewayId: 'vgw-gone', State: 'blackhole' }),
  );
  const twice = addRoutes(reference, 'rtb-studio', prefixListRoute('pl-s3', 'vpce-s3'));
  for (const snapshot of [reference, dead, twice])
    expect(egressProof(networkOf(snapshot), 'subnet-studio')).toMatchObject({ status: 'holds', by: 'cut' });
});

test('the cut clears the reference network, and leaves what depends on prefixes to the exact tier', () => {
  // A default route straight out that two halves hide: no address takes it, and only prefixes tell.
  const hidden = [
    route('0.0.0.0/1', { NatGatewayId: 'nat-a' }),
    route('128.0.0.0/1', { NatGatewayId: 'nat-a' }),
  ];
  const halves = addRoutes(referenceSnapshot(), 'rtb-studio', ...hidden);
  const open = change(halves, 'routeTables', (list) =>
    list.map((table) => ({
      ...table,
      Routes: (table.Routes ?? []).map((one) =>
        table.RouteTableId === 'rtb-studio' && one.DestinationCidrBlock === '0.0.0.0/0'
          ? route('0.0.0.0/0', { GatewayId: 'igw-a' })
          : one,
      ),
    })),
  );
  const proof = egressProof(networkOf(open), 'subnet-studio');
  expect(proof).toMatchObject({ status: 'holds', by: 'classes' });
  const certified = proof.status === 'holds' ? proof.certificate() : null;
  expect(certified?.made === true && certificateChecker(open)(certified.certificate)).toMatchObject({
    accepted: true,
  });
});

test.each<[string, Partial<Route>]>([
  ['an origin that is not known', { GatewayId: 'vpce-firewall', Origin: 'Advertisement' }],
  ['a state that is not known', { GatewayId: 'vpce-firewall', State: 'filtered' as const }],
  ['no state', { GatewayId: 'vpce-firewall', State: undefined }],
  ['two targets', { GatewayId: 'vpce-firewall', NatGatewayId: 'nat-a' }],
  ['two targets and no state', { GatewayId: 'vpce-firewall', NatGatewayId: 'nat-a', State: undefined }],
  ['two targets, the known one last', { NatGatewayId: 'nat-a', GatewayId: 'vpce-firewall' }],
  ['no target', {}],
  ['an empty target', { GatewayId: '' }],
])('a route with %s is not cleared by the cut', (_what, members) => {
  const snapshot = addRoutes(referenceSnapshot(), 'rtb-nat', route('9.9.9.0/24', members));
  expect(egressProof(networkOf(snapshot), 'subnet-studio').status).toBe('undecided');
});

test('segments are in canonical form, and a look at a few destinations sees the same as the whole table', () => {
  fc.assert(
    fc.property(tinyNetwork, fc.nat(63), (tiny, address) => {
      for (const table of networkOf(snapshotOf(tiny)).tables.values()) {
        const segments = table.segments.ipv4;
        expect(segments[0]?.first).toBe(0n);
        segments.slice(1).forEach(({ first, deciding }, index) => {
          expect(first > (segments[index]?.first ?? first)).toBe(true);
          expect(deciding).not.toBe(segments[index]?.deciding);
        });
        const at = BigInt(address) << SHIFT;
        const few = segmentsWithin(table, 'ipv4', [{ first: at, last: at }]);
        const words = (found: typeof few) =>
          segmentAt(found, at)
            .deciding.map(({ destination, target }) => `${destination} ${target.kind}`)
            .sort();
        expect(words(few)).toEqual(words(segments));
      }
    }),
    RUNS,
  );
});

test('what one subnet was told does not change what the others are told', () => {
  fc.assert(
    fc.property(tinyNetwork, fc.constantFrom([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]), (tiny, order) => {
      const network = networkOf(snapshotOf(tiny));
      for (const subnet of order)
        expect(egressProof(network, `subnet-${subnet}`).status).toBe(tinyEgress(tiny, subnet));
    }),
    RUNS,
  );
});

test('a peering connection for destinations on the internet is undecided, for private ones it is none of them', () => {
  const by = (destination: string) =>
    verdictOfStudio(
      addRoutes(referenceSnapshot(), 'rtb-studio', route(destination, { VpcPeeringConnectionId: 'pcx-a' })),
    );
  expect([by('10.9.0.0/16'), by('11.0.0.0/8'), by('8.8.8.0/24')]).toEqual([
    'holds',
    'undecided',
    'undecided',
  ]);
});

test('two holes side by side are two, and the address between them is none', () => {
  const holes = ['9.9.9.9/32', '9.9.9.11/32'].map((one) => route(one, { GatewayId: 'igw-a' }));
  const snapshot = addRoutes(referenceSnapshot(), 'rtb-nat', ...holes);
  expect(egressProof(networkOf(snapshot), 'subnet-studio')).toMatchObject({
    status: 'violated',
    violatingClasses: 2,
    witness: { destination: '9.9.9.9' },
  });
});

test('of two prefix lists that overlap either may decide, also the one with the shorter prefix', () => {
  const lists = change(referenceSnapshot(), 'managedPrefixLists', (list) => [
    ...list,
    ...(
      [
        ['pl-wide', '9.0.0.0/8'],
        ['pl-narrow', '9.9.9.0/24'],
      ] as const
    ).map(([PrefixListId, Cidr]) => ({
      PrefixList: { PrefixListId, State: 'create-complete' as const, AddressFamily: 'IPv4' },
      Entries: [{ Cidr }],
    })),
  ]);
  const inside = addRoutes(lists, 'rtb-nat', prefixListRoute('pl-narrow', 'vpce-firewall'));
  const hidden = addRoutes(
    inside,
    'rtb-nat',
    route('9.0.0.0/9', { GatewayId: 'vpce-firewall' }),
    route('9.128.0.0/9', { GatewayId: 'vpce-firewall' }),
  );
  const leaking = addRoutes(hidden, 'rtb-nat', { ...prefixListRoute('pl-wide', ''), GatewayId: 'igw-a' });
  expect(verdictOfStudio(hidden)).toBe('holds');
  expect(egressProof(networkOf(leaking), 'subnet-studio')).toMatchObject({
    status: 'violated',
    violatingClasses: 1,
    witness: { destination: '9.9.9.0' },
  });
});

function verdictOfStudio(snapshot: Snapshot): string {
  return egressProof(networkOf(snapshot), 'subnet-studio').status;
}
