import * as fc from 'fast-check';
import { withIpv6 } from '../mutants/address-changes';
import { change } from '../mutants/mutant';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, replaceRoute } from '../mutants/route-changes';
import type { Snapshot } from '../snapshot/snapshot';
import { meets, union } from './address-set';
import type { Family } from './cidr';
import { formatAddress, spaceOf } from './cidr';
import { asClasses, distinctWays } from './distinct-ways';
import { networkOf } from './network';
import { decidedClasses } from './routing';
import { tinyPaths } from './routing-oracle.fixture';
import { SHIFT, snapshotOf, tinyNetwork } from './tiny-network.fixture';

/** An end in the words of the walker, for which whatever a transit gateway does is unknown. */
function endWord(end: { readonly kind: string; readonly gatewayId?: string }): string {
  if (end.kind === 'internet-exit') return end.gatewayId?.replace('-a', '') ?? '';
  const words: Readonly<Record<string, string>> = {
    service: 's3',
    private: 'unknown',
    unmodelled: 'unknown',
  };
  return words[end.kind] ?? end.kind;
}

test('the ways of every single address are those of the brute-force walker', () => {
  fc.assert(
    fc.property(tinyNetwork, (tiny) => {
      const ways = distinctWays(networkOf(snapshotOf(tiny)), 'subnet-0').filter(
        ({ family }) => family === 'ipv4',
      );
      expect(union(ways.flatMap(({ destinations }) => destinations))).toEqual([spaceOf('ipv4')]);
      const words = ways.map(({ path, destinations }) => {
        const vias = path.steps.flatMap(({ arrival }) => (arrival.on ? [arrival.via.id] : []));
        return { destinations, word: [...vias, endWord(path.end)].join('>') };
      });
      for (let address = 0n; address < 64n; address++) {
        const own = { first: address << SHIFT, last: ((address + 1n) << SHIFT) - 1n };
        const said = words.filter(({ destinations }) => meets(destinations, own)).map(({ word }) => word);
        const walked = tinyPaths(tiny, { subnet: 0 }, Number(address)).map(({ vias, end }) =>
          [...vias, end === 'tgw' ? 'unknown' : end].join('>'),
        );
        expect([...new Set(said)].sort()).toEqual([...new Set(walked)].sort());
      }
    }),
    { numRuns: 300 },
  );
});

test('a way is shown at an address on the internet, and by the route that this address meets', () => {
  const snapshot = addRoutes(
    referenceSnapshot(),
    'rtb-nat',
    route('1.0.0.0/24', { GatewayId: 'vpce-firewall' }),
  );
  const out = distinctWays(networkOf(snapshot), 'subnet-studio').find(
    ({ path }) => path.end.kind === 'internet-exit',
  );
  expect(formatAddress('ipv4', out?.shown.first ?? 0n)).toBe('1.0.0.0');
  expect(out?.path.steps.map(({ route: by }) => by?.destination)).toEqual([
    '0.0.0.0/0',
    '1.0.0.0/24',
    '0.0.0.0/0',
  ]);
});

test('of destinations in several parts, one on the internet is shown', () => {
  const by = { GatewayId: 'vpce-firewall' };
  const snapshot = addRoutes(
    referenceSnapshot(),
    'rtb-studio',
    route('10.128.0.0/9', by),
    route('12.0.0.0/8', by),
  );
  const shown = distinctWays(networkOf(snapshot), 'subnet-studio').map(({ shown: { family, first } }) =>
    formatAddress(family, first),
  );
  expect(shown).toContain('12.0.0.0');
  expect(shown).not.toContain('10.128.0.0');
});

test('behind NAT64 the destinations stay those that were sent', () => {
  const snapshot = addRoutes(
    withIpv6(referenceSnapshot()),
    'rtb-studio',
    route('64:ff9b::/96', { NatGatewayId: 'nat-a' }),
  );
  const ways = distinctWays(networkOf(snapshot), 'subnet-studio');
  const [out] = ways.filter(({ family, path }) => family === 'ipv6' && path.end.kind === 'internet-exit');
  expect(
    out?.destinations.map(({ first, last }) => [formatAddress('ipv6', first), formatAddress('ipv6', last)]),
  ).toEqual([
    ['64:ff9b::', '64:ff9b::a01:ffff'],
    ['64:ff9b::a03:0', '64:ff9b::ffff:ffff'],
  ]);
  expect(asClasses(ways)).toHaveLength(ways.length);
});

const ends = (snapshot: Snapshot, family: Family) =>
  distinctWays(networkOf(snapshot), 'subnet-studio')
    .filter((way) => way.family === family)
    .map(({ path, destinations }) => [
      path.end.kind,
      destinations.map(({ first, last }) => [formatAddress(family, first), formatAddress(family, last)]),
    ]);

test('by a connection that is not followed, each destination is judged for itself, whichever comes first', () => {
  const by = { VpcPeeringConnectionId: 'pcx-a' };
  const snapshot = addRoutes(
    referenceSnapshot(),
    'rtb-studio',
    route('10.128.0.0/9', by),
    route('12.0.0.0/8', by),
    route('192.168.0.0/15', by),
  );
  expect(ends(snapshot, 'ipv4')).toEqual(
    expect.arrayContaining([
      [
        'private',
        [
          ['10.128.0.0', '10.255.255.255'],
          ['192.168.0.0', '192.168.255.255'],
        ],
      ],
      [
        'unmodelled',
        [
          ['12.0.0.0', '12.255.255.255'],
          ['192.169.0.0', '192.169.255.255'],
        ],
      ],
    ]),
  );
});

const sixToNat = (...destinations: readonly string[]) =>
  addRoutes(
    withIpv6(referenceSnapshot()),
    'rtb-studio',
    ...destinations.map((one) => route(one, { NatGatewayId: 'nat-a' })),
  );

test('a NAT gateway takes IPv6 from the first address of NAT64 to the last, and no other', () => {
  const apart = ends(sixToNat('64:ff9b::/97', '2a00::/16'), 'ipv6');
  expect(apart).toContainEqual(['unmodelled', [['2a00::', '2a00:ffff:ffff:ffff:ffff:ffff:ffff:ffff']]]);
  expect(apart).toContainEqual([
    'internet-exit',
    [
      ['64:ff9b::', '64:ff9b::a01:ffff'],
      ['64:ff9b::a03:0', '64:ff9b::7fff:ffff'],
    ],
  ]);
  const around = ends(sixToNat('64:ff9a:8000::/33', '64:ff9b::/95'), 'ipv6');
  expect(around).toContainEqual([
    'unmodelled',
    [
      ['64:ff9a:8000::', '64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff'],
      ['64:ff9b::1:0:0', '64:ff9b::1:ffff:ffff'],
    ],
  ]);
  expect(around).toContainEqual([
    'internet-exit',
    [
      ['64:ff9b::', '64:ff9b::a01:ffff'],
      ['64:ff9b::a03:0', '64:ff9b::ffff:ffff'],
    ],
  ]);
});

test('behind NAT64 a subnet is another place than before it', () => {
  const snapshot = change(sixToNat('64:ff9b::/96'), 'natGateways', (list) =>
    list.map((nat) => ({ ...nat, SubnetId: 'subnet-studio' })),
  );
  const direct = replaceRoute(
    snapshot,
    'rtb-studio',
    '0.0.0.0/0',
    route('0.0.0.0/0', { GatewayId: 'vpce-firewall' }),
  );
  const kinds = ends(direct, 'ipv6').map(([kind]) => kind);
  expect(kinds).toContain('internet-exit');
  expect(kinds).not.toContain('loop');
  const classes = decidedClasses(networkOf(direct), 'subnet-studio').filter(
    ({ destination }) => destination.family === 'ipv6',
  );
  const walked = classes.flatMap(({ paths }) => paths.map(({ end }) => end.kind));
  expect(walked).toContain('internet-exit');
  expect(walked).not.toContain('loop');
});

test("a subnet's IPv4 prefix keeps no IPv6 destination inside", () => {
  const snapshot = addRoutes(
    withIpv6(referenceSnapshot()),
    'rtb-studio',
    route('::a02:300/120', { EgressOnlyInternetGatewayId: 'eigw-a' }),
  );
  expect(ends(snapshot, 'ipv6')).toContainEqual(['internet-exit', [['::a02:300', '::a02:3ff']]]);
});
