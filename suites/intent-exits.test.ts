import * as fc from 'fast-check';
import { parseCidr } from '../infra/model/cidr';
import { exitMutants } from '../infra/mutants/mutants-exits';
import { referenceSnapshot } from '../infra/mutants/reference-snapshot';
import { unread } from '../infra/mutants/mutant';
import { blocksOf, foundExits } from './intent-exits';
import { findingsOn } from './mutation.fixture';
import exitsAreApproved from './routing/exits-are-approved.check';

test('the reference network has none', () => {
  expect(foundExits(referenceSnapshot())).toEqual({ exits: [], doubts: [] });
});

const failing = exitMutants().filter(({ expect: outcome }) => outcome === 'fail');

test.each(failing.map((mutant) => [mutant.id, mutant.breaks, mutant] as const))(
  'approving all that is found approves all that the check sees, and no less does: %s %s',
  (_id, _breaks, mutant) => {
    const snapshot = mutant.mutate(referenceSnapshot());
    const found = foundExits(snapshot).exits;
    const approvedExits = found.map(({ target, destinations }) => ({ target, destinations, because: 'x' }));
    const failsOf = (approvals: typeof approvedExits): number =>
      findingsOn(exitsAreApproved, snapshot, { approvedExits: approvals }).filter(
        ({ outcome }) => outcome === 'fail',
      ).length;
    expect(failsOf(approvedExits)).toBe(0);
    for (const one of approvedExits)
      expect(failsOf(approvedExits.filter((other) => other !== one))).toBeGreaterThan(0);
  },
);

test('what could not be read is a doubt', () => {
  for (const section of ['routeTables', 'vpcEndpoints', 'domains'] as const)
    expect(foundExits(unread(referenceSnapshot(), section)).doubts.join()).toContain(section);
});

test('blocks are exactly the addresses, none of them twice', () => {
  const interval = fc
    .tuple(fc.nat(0xffff), fc.nat(0xffff))
    .map(([a, b]) => ({ first: BigInt(Math.min(a, b)), last: BigInt(Math.max(a, b)) }));
  fc.assert(
    fc.property(interval, ({ first, last }) => {
      let next = first;
      for (const cidr of blocksOf('ipv4', [{ first, last }]).map(parseCidr)) {
        expect(cidr.first).toBe(next);
        next = cidr.last + 1n;
      }
      expect(next).toBe(last + 1n);
    }),
  );
  expect(blocksOf('ipv6', [{ first: 0n, last: (1n << 128n) - 1n }])).toEqual(['::/0']);
  expect(blocksOf('ipv4', [{ first: 0n, last: (1n << 32n) - 1n }])).toEqual(['0.0.0.0/0']);
});
