import * as fc from 'fast-check';
import { change } from '../mutants/mutant';
import { route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes } from '../mutants/route-changes';
import type { Snapshot } from '../snapshot/snapshot';
import { intersect } from './address-set';
import { formatAddress } from './cidr';
import { tinyFate } from './delivery-oracle.fixture';
import { deliveryOf, fatesOf } from './delivery';
import { distinctWays } from './distinct-ways';
import { globalAddresses } from './global-address';
import { networkOf } from './network';
import type { TinyNetwork } from './routing-oracle.fixture';
import { SHIFT, snapshotOf, tinyNetwork } from './tiny-network.fixture';

/** The NAT gateways with the first address of their subnets, and available. */
function described(tiny: TinyNetwork): Snapshot {
  return change(snapshotOf(tiny), 'natGateways', (list) =>
    list.map((nat, index) => ({
      ...nat,
      State: 'available' as const,
      NatGatewayAddresses: [
        { PrivateIp: formatAddress('ipv4', BigInt((tiny.nats[index] ?? 0) * 4) << SHIFT) },
      ],
    })),
  );
}

test('the fate of every single address is that of the brute-force walker', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(tinyNetwork, (tiny) => {
      const network = networkOf(described(tiny));
      const covered: number[] = [];
      for (const { family, destinations, fate } of fatesOf(
        network,
        'subnet-0',
        distinctWays(network, 'subnet-0'),
      )) {
        if (family === 'ipv6') continue;
        seen.add(fate.kind);
        // What is not on the internet is not counted, and a tiny address can hold some of both.
        for (const { first, last } of intersect(destinations, globalAddresses('ipv4'))) {
          for (let address = Number(first >> SHIFT); address <= Number(last >> SHIFT); address++) {
            covered.push(address);
            const walked = tinyFate(tiny, 0, address);
            if (fate.kind !== walked) expect({ address, fate }).toEqual({ address, fate: walked });
          }
        }
      }
      // The internet ends below 224.0.0.0.
      expect(new Set(covered).size).toBe(56);
    }),
    { numRuns: 400 },
  );
  expect([...seen].sort()).toEqual(['dead', 'delivered', 'doubt', 'elsewhere', 'unrouted']);
});

test('the shares of a space add up to the whole, and its dead parts to what is dead', () => {
  fc.assert(
    fc.property(tinyNetwork, (tiny) => {
      const network = networkOf(described(tiny));
      const { shares, dead } = deliveryOf(network, 'subnet-0', distinctWays(network, 'subnet-0'));
      for (const { space, of } of shares) {
        expect(Object.values(of).reduce((sum, size) => sum + size, 0n)).toBe(space.size);
        const parts = dead.filter((part) => part.space === space);
        expect(parts.reduce((sum, { size }) => sum + size, 0n)).toBe(of.dead);
      }
    }),
    { numRuns: 200 },
  );
});

test('a Studio subnet with ten thousand dropped prefixes is told about in one part', () => {
  const entries = Array.from({ length: 10_000 }, (_, index) => ({
    Cidr: `${formatAddress('ipv4', (64n << 24n) + BigInt(index) * 1024n)}/24`,
  }));
  const listed = change(referenceSnapshot(), 'managedPrefixLists', (list) => [
    ...list,
    { PrefixList: { PrefixListId: 'pl-large', State: 'create-complete' }, Entries: entries },
  ]);
  const { DestinationCidrBlock: _destination, ...target } = route('0.0.0.0/0', {
    GatewayId: 'vpce-gone',
    State: 'blackhole',
  });
  const network = networkOf(addRoutes(listed, 'rtb-nat', { ...target, DestinationPrefixListId: 'pl-large' }));
  const { dead } = deliveryOf(network, 'subnet-studio', distinctWays(network, 'subnet-studio'));
  expect(dead.map(({ size, deadEnd }) => [size, deadEnd.route])).toEqual([
    [2_560_000n, 'pl-large (64.0.0.0/24)'],
  ]);
});
