import * as fc from 'fast-check';
import { withIpv6 } from '../mutants/address-changes';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes } from '../mutants/route-changes';
import { meets, union } from './address-set';
import { formatAddress, spaceOf } from './cidr';
import { asClasses, distinctWays } from './distinct-ways';
import { networkOf } from './network';
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
