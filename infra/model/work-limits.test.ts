/** Beyond a limit nothing is proven; at the limit everything still is. */
import { change } from '../mutants/mutant';
import { prefixListRoute, route } from '../mutants/reference-network';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { addRoutes, removeRoute } from '../mutants/route-changes';
import type { Snapshot } from '../snapshot/snapshot';
import { cutOf } from './cut';
import { allWays, distinctWays } from './distinct-ways';
import { egressCertificate } from './egress-certificate';
import { TOO_LARGE } from './exact';
import { exitsOf } from './exits';
import { internetWays } from './internet-crossings';
import type { Network } from './network';
import { networkOf } from './network';
import { pathsFrom } from './packet-path';
import { returnCertificate } from './return-certificate';
import { returnProof, returnProofOf } from './return-path';
import { decidedClasses, egressProof } from './routing';
import { symmetryProof, symmetryProofOf } from './symmetry';
import { backOf } from './way-back-delivery';
import { waysOut } from './way-out';
import type { WorkLimits } from './work-limits';
import { WORK_LIMITS } from './work-limits';

const STUDIO = 'subnet-studio';

function limited(snapshot: Snapshot, limits: Partial<WorkLimits>): Network {
  return { ...networkOf(snapshot), limits: { ...WORK_LIMITS, ...limits } };
}

const undecided = (because: string) => ({ status: 'undecided', because: expect.stringContaining(because) });

/** Two customer lists that hold the same addresses lead to the firewall: AWS chooses between two routes. */
function twoLists(): Snapshot {
  const lists = change(referenceSnapshot(), 'managedPrefixLists', (list) => [
    ...list,
    ...['pl-a', 'pl-b'].map((PrefixListId) => ({
      PrefixList: { PrefixListId, State: 'create-complete' as const, AddressFamily: 'IPv4' },
      Entries: [{ Cidr: '9.9.9.0/24' }],
    })),
  ]);
  const routes = ['pl-a', 'pl-b'].map((id) => prefixListRoute(id, 'vpce-firewall'));
  return addRoutes(lists, 'rtb-nat', ...routes);
}

test('more paths of one destination than are followed leave both claims about the way back undecided', () => {
  const proofs = (mostPaths: number) => {
    const network = limited(twoLists(), { mostPaths });
    const classes = decidedClasses(network, STUDIO);
    return [returnProofOf(network, STUDIO, classes), symmetryProofOf(network, STUDIO, classes)];
  };
  for (const proof of proofs(2)) expect(proof).toMatchObject({ status: 'holds' });
  for (const proof of proofs(1))
    expect(proof).toMatchObject(undecided('more than 1 ways for one destination'));
});

test('paths are given up at the limit, with an end that is not modelled', () => {
  const network = limited(twoLists(), { mostPaths: 1 });
  const from = network.subnets.get(STUDIO);
  if (!from) throw new Error('there is no Studio subnet');
  const first = (9n << 24n) + (9n << 16n) + (9n << 8n);
  const paths = pathsFrom(network, from, { family: 'ipv4', first, last: first });
  expect(paths.at(-1)?.end).toMatchObject({ kind: 'unmodelled' });
  expect(paths.length).toBeLessThanOrEqual(3);
});

test('more ways of a subnet than are followed leave the claims undecided, and what depends on them in doubt', () => {
  const ends = (mostWays: number) =>
    distinctWays(limited(referenceSnapshot(), { mostWays }), STUDIO).map(
      ({ family, path }) => `${family} ${path.end.kind}`,
    );
  const all = ends(WORK_LIMITS.mostWays);
  const most = all.filter((end) => end.startsWith('ipv4')).length;
  expect(all).not.toContain('ipv4 unmodelled');
  expect(ends(most)).toEqual(all);
  expect(ends(most - 1).filter((end) => end === 'ipv4 unmodelled')).toHaveLength(1);
  const less = limited(referenceSnapshot(), { mostWays: 1 });
  for (const proof of [returnProof(less, STUDIO), symmetryProof(less, STUDIO)])
    expect(proof).toMatchObject(undecided('more than 1 ways'));
  const { doubts } = exitsOf(distinctWays(less, STUDIO), new Set());
  expect(doubts).toEqual(['there are more than 1 ways']);
  expect(() => allWays(less, STUDIO)).toThrow('of the ways of subnet-studio, there are more than 1 ways');
  expect(allWays(networkOf(referenceSnapshot()), STUDIO)).toHaveLength(all.length);
});

/** The halves of the NAT gateway's subnet are answered by two endpoints of the firewall. */
function twoEndpoints(): Snapshot {
  const firewalls = change(referenceSnapshot(), 'firewalls', (list) =>
    list.map((one) => ({
      ...one,
      FirewallStatus: one.FirewallStatus && {
        ...one.FirewallStatus,
        SyncStates: {
          ...one.FirewallStatus.SyncStates,
          'us-east-1b': { Attachment: { EndpointId: 'vpce-more', SubnetId: 'subnet-firewall' } },
        },
      },
    })),
  );
  return addRoutes(firewalls, 'rtb-edge', route('10.2.2.128/25', { GatewayId: 'vpce-more' }));
}

test('more ways back than are looked at leave the claim undecided', () => {
  const proof = (mostWaysBack: number) => returnProof(limited(twoEndpoints(), { mostWaysBack }), STUDIO);
  expect(proof(2)).toMatchObject({ status: 'holds' });
  expect(proof(1)).toMatchObject(undecided('there are 2 ways back, and the model looks at 1'));
});

test('a violation that was found before the limit stays one', () => {
  const around = removeRoute(referenceSnapshot(), 'rtb-edge', '10.2.2.0/24');
  expect(returnProof(limited(around, { mostWaysBack: 1 }), STUDIO)).toMatchObject({ status: 'violated' });
});

/** A hole that longer routes hide: only the exact tier sees that nothing leaves by it. */
function hiddenHole(): Snapshot {
  const halves = ['9.0.0.0/32', '9.0.0.1/32'].map((half) => route(half, { GatewayId: 'vpce-firewall' }));
  const hole = route('9.0.0.0/31', { GatewayId: 'igw-a' });
  return addRoutes(referenceSnapshot(), 'rtb-nat', hole, ...halves);
}

test('destinations in more parts than are handed on are undecided, and nothing about them is certified', () => {
  expect(egressProof(networkOf(hiddenHole()), STUDIO)).toMatchObject({ status: 'holds', by: 'classes' });
  const less = limited(hiddenHole(), { mostIntervals: 0 });
  expect(egressProof(less, STUDIO)).toMatchObject(undecided(TOO_LARGE));
  expect(egressCertificate(less, STUDIO, cutOf(less))).toEqual({ made: false, because: TOO_LARGE });
  expect(returnCertificate(networkOf(hiddenHole()), STUDIO).made).toBe(true);
  expect(returnCertificate(less, STUDIO).made).toBe(false);
});

test('what Studio crosses on its way, and whether it is answered, is not known beyond the limits', () => {
  const less = limited(referenceSnapshot(), { mostIntervals: 0 });
  expect(internetWays(networkOf(referenceSnapshot()), STUDIO, ['ipv4'])).toHaveLength(1);
  expect(() => internetWays(less, STUDIO, ['ipv4'])).toThrow('divides the internet into too many parts');
  const [way] = waysOut(decidedClasses(networkOf(referenceSnapshot()), STUDIO));
  if (!way) throw new Error('there is no way out');
  expect(backOf(networkOf(referenceSnapshot()), STUDIO, way)).toEqual({ kind: 'delivered' });
  expect(backOf(limited(referenceSnapshot(), { mostPaths: 0 }), STUDIO, way)).toMatchObject({
    kind: 'doubt',
  });
});

test('what a limit leaves out is no hole: a network with one is never proven, whatever the limit', () => {
  const leaking = addRoutes(hiddenHole(), 'rtb-nat', route('9.9.9.9/32', { GatewayId: 'igw-a' }));
  for (let mostIntervals = 0; mostIntervals < 8; mostIntervals++)
    expect(egressProof(limited(leaking, { mostIntervals }), STUDIO).status).not.toBe('holds');
});
