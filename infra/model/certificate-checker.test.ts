import * as fc from 'fast-check';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import { route } from '../mutants/reference-network';
import { addRoutes, changeTable, replaceRoute } from '../mutants/route-changes';
import { change } from '../mutants/mutant';
import type { Snapshot } from '../snapshot/snapshot';
import { union } from './address-set';
import type { Certificate, Certified, State } from './certificate';
import { certificateChecker } from './certificate-checker';
import { blocksIn } from './cidr-blocks';
import { networkOf } from './network';
import { returnCertificate } from './return-certificate';
import { returnProof } from './return-path';
import { egressProof } from './routing';
import type { TinyNetwork } from './routing-oracle.fixture';
import { tinyEgress, tinyReturn } from './routing-oracle.fixture';
import { SHIFT, snapshotOf, tinyNetwork } from './tiny-network.fixture';

const RUNS = { numRuns: 400 };

function certified(snapshot: Snapshot, subnetId = 'subnet-studio'): Certified {
  const proof = egressProof(networkOf(snapshot), subnetId);
  return proof.status === 'holds' ? proof.certificate() : { made: false, because: proof.status };
}

function made(certificate: Certified): Certificate {
  if (!certificate.made) throw new Error(certificate.because);
  return certificate.certificate;
}

const accepts = (snapshot: Snapshot, certificate: Certificate): boolean =>
  certificateChecker(snapshot)(certificate).accepted;

test('whatever is proven of a tiny network is certified, and the checker accepts it', () => {
  const by = new Set<string>();
  fc.assert(
    fc.property(tinyNetwork, (tiny) => {
      const snapshot = snapshotOf(tiny);
      const proof = egressProof(networkOf(snapshot), 'subnet-0');
      if (proof.status !== 'holds') return;
      by.add(proof.by);
      expect(certificateChecker(snapshot)(made(proof.certificate()))).toMatchObject({ accepted: true });
    }),
    RUNS,
  );
  expect([...by].sort()).toEqual(['classes', 'cut']);
});

/** Subnet, NAT gateway, firewall, internet gateway and the edge route back, and sometimes a route too many. */
const inspectedNetwork: fc.Arbitrary<TinyNetwork> = fc
  .tuple(tinyNetwork, fc.nat(31), fc.boolean())
  .map(([tiny, extras, natFirst]) => {
    const to = (kind: 'nat' | 'firewall', base = 0, length = 0) =>
      ({ to: { base, length }, target: { kind, index: 0 }, origin: 'static' }) as const;
    const out = { to: { base: 0, length: 0 }, target: { kind: 'igw' }, origin: 'static' } as const;
    const plan = natFirst
      ? [[to('nat')], [to('firewall')], [out], [to('firewall', 4, 4)], []]
      : [[to('firewall')], [out, to('firewall', 0, 4)], [to('nat')], [], []];
    return {
      ...tiny,
      tables: plan.map((routes, n) => [
        ...routes,
        ...((extras >> n) % 2 === 1 ? (tiny.tables[n] ?? []).slice(0, 1) : []).filter(
          ({ to: other }) => 'list' in other || other.length > 0,
        ),
      ]),
      subnetTables: [0, 1, 2, 4],
      nats: [1, tiny.nats[1] ?? 0],
      firewalls: [2, tiny.firewalls[1] ?? 0],
      edgeTable: natFirst ? 3 : null,
    };
  });

const isGuard = ({ answers }: State): boolean => answers === undefined;

test('a way back that is certified is accepted, and only where the packet walker finds nothing past the firewall', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.oneof(tinyNetwork, inspectedNetwork), (tiny) => {
      const snapshot = snapshotOf(tiny);
      const network = networkOf(snapshot);
      const certificate = returnCertificate(network, 'subnet-0');
      if (!certificate.made) return;
      const { accepted } = certificateChecker(snapshot)(certificate.certificate);
      // One is made where a route leads to something open as well; then there is no proof, and the checker refuses.
      if (returnProof(network, 'subnet-0').status === 'holds') expect(accepted).toBe(true);
      if (accepted) expect(tinyReturn(tiny, 0)).not.toBe('violated');
      if (certificate.certificate.states.some(isGuard)) seen.add(`accepted: ${accepted}`);
      seen.add(tinyReturn(tiny, 0));
    }),
    RUNS,
  );
  expect([...seen]).toEqual(expect.arrayContaining(['accepted: true', 'holds']));
});

/** States that somebody may have thought up: any place, whole or a part of its space. */
const inventedStates = fc.uniqueArray(
  fc.record({
    place: fc.constantFrom('subnet-0', 'subnet-1', 'subnet-2', 'subnet-3', 'igw-a'),
    destinations: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(['0.0.0.0/0', '::/0'], ['0.0.0.0/0'], ['::/0']) },
      {
        weight: 2,
        arbitrary: fc
          .array(fc.tuple(fc.nat(63), fc.nat(63)), { minLength: 1, maxLength: 3 })
          .map((pairs) => blocksIn('ipv4', union(pairs.map(([a, b]) => tinyInterval(a, b))))),
      },
    ),
  }),
  { selector: ({ place }) => place, maxLength: 8 },
);

function tinyInterval(a: number, b: number): { readonly first: bigint; readonly last: bigint } {
  const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
  return { first: BigInt(from) << SHIFT, last: (BigInt(to) << SHIFT) - 1n };
}

test('whatever certificate is accepted, the packet walker finds no way past the firewall', () => {
  let accepted = 0;
  const whole: State = { place: 'subnet-0', destinations: ['0.0.0.0/0', '::/0'] };
  fc.assert(
    fc.property(tinyNetwork, inventedStates, (tiny, invented) => {
      const others = invented.filter(({ place }) => place !== 'subnet-0');
      for (const states of [invented, [whole, ...others]]) {
        const certificate: Certificate = { claim: 'egress', subnet: 'subnet-0', states };
        if (!accepts(snapshotOf(tiny), certificate)) continue;
        accepted += 1;
        expect(tinyEgress(tiny, 0)).not.toBe('violated');
      }
    }),
    { numRuns: 1500 },
  );
  expect(accepted).toBeGreaterThan(0);
});

test('a prover that overlooks holes is caught: the certificate of another network is refused where this one leaks', () => {
  fc.assert(
    fc.property(tinyNetwork, tinyNetwork, (tiny, other) => {
      const proof = egressProof(networkOf(snapshotOf(other)), 'subnet-0');
      const wrong: TinyNetwork = {
        ...other,
        tables: other.tables.map((routes, n) => [...routes, ...(tiny.tables[n] ?? [])].slice(0, 9)),
      };
      if (proof.status !== 'holds' || tinyEgress(wrong, 0) !== 'violated') return;
      expect(accepts(snapshotOf(wrong), made(proof.certificate()))).toBe(false);
    }),
    RUNS,
  );
});

/** A member that AWS may add one day. */
const NEW_TARGET = { NewTargetId: 'new-1' };
const reference = referenceSnapshot();
const egress = made(certified(reference));
const back = made(returnCertificate(networkOf(reference), 'subnet-studio'));

test('a certificate from which a state is missing, or in which one is another place, is refused', () => {
  expect(accepts(reference, egress)).toBe(true);
  egress.states.forEach((state, index) => {
    expect(accepts(reference, { ...egress, states: egress.states.filter((one) => one !== state) })).toBe(
      false,
    );
    const moved = egress.states.map((one, at) => (at === index ? { ...one, place: 'subnet-firewall' } : one));
    expect(accepts(reference, { ...egress, states: moved })).toBe(false);
  });
  expect(accepts(reference, { ...egress, states: [...egress.states, ...egress.states] })).toBe(true);
  expect(accepts(reference, { ...egress, subnet: 'subnet-firewall' })).toBe(false);
});

test('a state that was narrowed does not hold its source any more, one that was widened to the firewall leaks', () => {
  const narrow = egress.states.map((one) =>
    one.place === 'subnet-studio' ? { ...one, destinations: ['0.0.0.0/1', '128.0.0.0/2', '::/0'] } : one,
  );
  expect(accepts(reference, { ...egress, states: narrow })).toBe(false);
  const wide: State = { place: 'subnet-firewall', destinations: ['0.0.0.0/0'] };
  expect(accepts(reference, { ...egress, states: [...egress.states, wide] })).toBe(false);
});

test('an exit is one although the certificate has a state for what comes in there', () => {
  const out = addRoutes(reference, 'rtb-nat', route('9.9.9.9/32', { GatewayId: 'igw-a' }));
  const inside: State = { place: 'igw-a', destinations: ['0.0.0.0/0'] };
  expect(accepts(reference, { ...egress, states: [...egress.states, inside] })).toBe(true);
  expect(accepts(out, { ...egress, states: [...egress.states, inside] })).toBe(false);
});

test.each<[string, (snapshot: Snapshot) => Snapshot]>([
  ['a hole', (s) => addRoutes(s, 'rtb-nat', route('9.9.9.9/32', { GatewayId: 'igw-a' }))],
  ['an endpoint of another vendor', (s) => change(s, 'firewalls', () => [])],
  [
    'a route in an unknown state',
    (s) => addRoutes(s, 'rtb-nat', route('9.9.9.9/32', { GatewayId: 'igw-a', State: 'filtered' })),
  ],
  [
    'a target of an unknown kind',
    (s) => addRoutes(s, 'rtb-studio', { ...route('9.9.9.9/32', {}), ...NEW_TARGET }),
  ],
  [
    'a transit gateway for the internet',
    (s) => addRoutes(s, 'rtb-studio', route('9.0.0.0/8', { TransitGatewayId: 'tgw-a' })),
  ],
  [
    'a NAT gateway with a proxy',
    (s) =>
      change(s, 'natGateways', (list) =>
        list.map((nat) => ({
          ...nat,
          AttachedAppliances: [{ Type: 'network-firewall-proxy' as const, ApplianceArn: 'arn' }],
        })),
      ),
  ],
  [
    'an association that is on its way',
    (s) =>
      changeTable(s, 'rtb-nat', (table) => ({
        ...table,
        Associations: (table.Associations ?? []).map((one) => ({
          ...one,
          AssociationState: { State: 'associating' as const },
        })),
      })),
  ],
  [
    'another default route',
    (s) => replaceRoute(s, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'igw-a' })),
  ],
])('the certificate of the reference network is refused after %s', (_what, fault) => {
  expect(accepts(fault(reference), egress)).toBe(false);
});

test('a way back is refused without its guard, from elsewhere, or with a state too few', () => {
  expect(accepts(reference, back)).toBe(true);
  const changed = (change: (guard: State) => State): Certificate => ({
    ...back,
    states: back.states.map((one) => (isGuard(one) ? change(one) : one)),
  });
  const tampered: readonly Certificate[] = [
    { ...back, states: back.states.filter((one) => !isGuard(one)) },
    ...back.states.map((state) => ({ ...back, states: back.states.filter((one) => one !== state) })),
    changed((guard) => ({ ...guard, place: 'igw-b' })),
    changed((guard) => ({ ...guard, place: 'subnet-nat' })),
    changed((guard) => ({ ...guard, destinations: [] })),
    changed((guard) => ({ ...guard, destinations: ['10.2.3.0/24'] })),
    { ...back, states: back.states.map(({ place, destinations }) => ({ place, destinations })) },
    { ...back, states: back.states.map((one) => ({ ...one, answers: 'subnet-studio' })) },
  ];
  for (const certificate of tampered) expect(accepts(reference, certificate)).toBe(false);
  const unguarded = replaceRoute(
    reference,
    'rtb-edge',
    '10.2.2.0/24',
    route('10.2.2.0/24', { GatewayId: 'local' }),
  );
  expect(accepts(unguarded, back)).toBe(false);
});

test('an unread section is a refusal that names it', () => {
  const sections = {
    ...reference.sections,
    routeTables: {
      status: 'unread',
      at: '',
      operation: 'ec2:DescribeRouteTables',
      error: 'AccessDenied',
      message: 'no',
      missingPermission: null,
    },
  } as const;
  const said = certificateChecker({ ...reference, sections })(egress);
  expect(said).toMatchObject({ accepted: false, because: expect.stringContaining('routeTables') });
});
