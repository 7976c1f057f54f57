import * as fc from 'fast-check';
import { formatAddress } from './cidr';
import { joinedNetwork, numberOf, snapshotOf } from './joined-network.fixture';
import { ADDRESSES, joinedEgress, joinedReturn, walks, type Spot } from './joined-oracle.fixture';
import type { End } from './next-place';
import { networkOf } from './network';
import { returnProof } from './return-path';
import { decidedClasses, egressProof } from './routing';

const RUNS = { numRuns: 250 };
const START: Spot = { at: 'subnet', vpc: 0, subnet: 0, closed: false };

function endWord(end: End): string {
  if (end.kind === 'internet-exit') return end.gatewayId;
  return end.kind === 'private' || end.kind === 'unmodelled' ? 'unknown' : end.kind;
}

test('in two VPCs behind a transit gateway, the ways of every address are those of the brute-force walker', () => {
  fc.assert(
    fc.property(joinedNetwork, (joined) => {
      const classes = decidedClasses(networkOf(snapshotOf(joined)), 'subnet-0-0');
      for (const address of ADDRESSES) {
        const number = numberOf(address);
        const found = classes.filter(
          ({ destination }) =>
            destination.family === address.family &&
            destination.first <= number &&
            number <= destination.last,
        );
        expect(found).toHaveLength(1);
        const said = (found[0]?.paths ?? []).map(({ steps, end }) => {
          const vias = steps.flatMap(({ arrival }) => (arrival.on ? [arrival.via.id] : []));
          return [...vias, endWord(end)].join('>');
        });
        const walked = walks(joined, START, address).map(({ vias, end }) =>
          [...vias, end === 'private' ? 'unknown' : end].join('>'),
        );
        const at = formatAddress(address.family, number);
        expect([at, [...new Set(said)].sort()]).toEqual([at, [...new Set(walked)].sort()]);
      }
    }),
    RUNS,
  );
});

test('the forward verdict is that of the brute-force walker', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(joinedNetwork, (joined) => {
      const { status } = egressProof(networkOf(snapshotOf(joined)), 'subnet-0-0');
      expect(status).toBe(joinedEgress(joined));
      seen.add(status);
    }),
    RUNS,
  );
  expect([...seen].sort()).toEqual(['holds', 'undecided', 'violated']);
});

test('an answer that goes round the firewall is found exactly when the walker finds one', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(joinedNetwork, (joined) => {
      const { status } = returnProof(networkOf(snapshotOf(joined)), 'subnet-0-0');
      const verdict = status === 'violated' ? 'violated' : 'not violated';
      expect(verdict).toBe(joinedReturn(joined));
      seen.add(status);
    }),
    RUNS,
  );
  expect([...seen].sort()).toEqual(['holds', 'undecided', 'violated']);
});
