/** Random network ACLs on the reference network, against each packet of the connection in every border's own entries. */
import * as fc from 'fast-check';
import { anyEntry, ownAcl, tcpEntry, type AclEntry } from '../mutants/acl-changes';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Snapshot } from '../snapshot/snapshot';
import { NAT_CLIENT_PORTS, STUDIO_CLIENT_PORTS } from './border-crossing';
import { parseAddress, parseCidr } from './cidr';
import { predictedFor, tls } from './predict.fixture';
import { stoppedAt } from './predicted-borders';

const SUBNETS = ['subnet-studio', 'subnet-nat', 'subnet-firewall'] as const;
type Acls = Readonly<Record<(typeof SUBNETS)[number], readonly AclEntry[]>>;

const HOST = '10.2.3.10';
const NAT = '10.2.2.5';

interface Crossing {
  readonly subnet: keyof Acls;
  readonly egress: boolean;
  readonly peer: string;
}

/** The requests' borders in order, as the reference network's routes lead; the answers meet them the other way round. */
const bordersTo = (
  destination: string,
): readonly (Crossing & { readonly answersTo: readonly number[] })[] => {
  const studio = [STUDIO_CLIENT_PORTS.from, 40_000, STUDIO_CLIENT_PORTS.to];
  const nat = [NAT_CLIENT_PORTS.from, 20_000, 40_000, NAT_CLIENT_PORTS.to];
  return [
    { subnet: 'subnet-studio', egress: true, peer: destination, answersTo: studio },
    { subnet: 'subnet-nat', egress: false, peer: HOST, answersTo: studio },
    { subnet: 'subnet-nat', egress: true, peer: destination, answersTo: nat },
    { subnet: 'subnet-firewall', egress: false, peer: NAT, answersTo: nat },
    { subnet: 'subnet-firewall', egress: true, peer: destination, answersTo: nat },
  ];
};

function isAllowed(acls: Acls, { subnet, egress, peer }: Crossing, port: number): boolean {
  const { value } = parseAddress(peer);
  const deciding = [...acls[subnet]]
    .sort((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0))
    .find(({ Egress, CidrBlock = '', Protocol, PortRange }) => {
      const { first, last } = parseCidr(CidrBlock);
      const inPorts = Protocol === '-1' || ((PortRange?.From ?? 1) <= port && port <= (PortRange?.To ?? 0));
      return Egress === egress && first <= value && value <= last && inPorts;
    });
  return deciding?.RuleAction === 'allow';
}

/** What the packets say: the first border that stops every request, or every answer; some answers alone leave it open. */
function oracle(acls: Acls, destination: string): 'open' | 'blocked' | 'undecided' {
  const borders = bordersTo(destination);
  if (borders.some((border) => !isAllowed(acls, border, 443))) return 'blocked';
  for (const { answersTo, ...border } of [...borders].reverse()) {
    const back = { ...border, egress: !border.egress };
    const through = answersTo.filter((port) => isAllowed(acls, back, port));
    if (through.length === 0) return 'blocked';
    if (through.length < answersTo.length) return 'undecided';
  }
  return 'open';
}

/** Port ranges end where the oracle's sample of the clients' ports has a port on both sides. */
const entry = fc
  .record({
    number: fc.integer({ min: 1, max: 90 }),
    egress: fc.boolean(),
    action: fc.constantFrom('allow' as const, 'deny' as const),
    ports: fc.constantFrom([443, 443], [0, 65_535], [1024, 65_535], [32_768, 60_999], [1024, 30_000]),
    cidr: fc.constantFrom('0.0.0.0/0', '0.0.0.0/0', '10.2.0.0/16', '10.2.3.0/24', '0.0.0.0/1', '128.0.0.0/1'),
  })
  .map(({ number, egress, action, ports: [from = 0, to = 0], cidr }) =>
    tcpEntry(number, { egress, action, ports: [from, to], cidr }),
  );
const entries: fc.Arbitrary<readonly AclEntry[]> = fc
  .tuple(
    fc.uniqueArray(entry, { maxLength: 2, selector: ({ RuleNumber }) => RuleNumber }),
    fc.constantFrom(true, true, true, false),
    fc.constantFrom(true, true, true, false),
  )
  .map(([some, openIn, openOut]) => [
    ...some,
    ...(openIn ? [anyEntry(100, false, 'allow')] : [tcpEntry(100, { egress: false, ports: [1024, 65_535] })]),
    ...(openOut ? [anyEntry(100, true, 'allow')] : [tcpEntry(100, { egress: true, ports: [443, 443] })]),
  ]);
const acls = fc.record({ 'subnet-studio': entries, 'subnet-nat': entries, 'subnet-firewall': entries });

const withAcls = (given: Acls) => (snapshot: Snapshot) =>
  SUBNETS.reduce((changed, subnet) => ownAcl(changed, subnet, given[subnet]), snapshot);

test('a prediction is what every packet of the connection meets at every border', () => {
  const met = new Map<string, number>();
  fc.assert(
    fc.property(acls, fc.constantFrom('1.1.1.1', '200.1.2.3'), (given, address) => {
      const { prediction } = predictedFor(withAcls(given), tls('kaggle.com'), { address });
      const expected = oracle(given, address);
      met.set(expected, (met.get(expected) ?? 0) + 1);
      expect(prediction.outcome).toBe(expected);
      if (prediction.outcome === 'blocked') expect(prediction.by).toBe('network-acl');
    }),
    { numRuns: 1200 },
  );
  for (const outcome of ['open', 'blocked', 'undecided']) expect(met.get(outcome)).toBeGreaterThan(10);
});

test('a subnet of another VPC is not judged by this VPC’s ACLs', () => {
  const border = {
    subnetId: 'subnet-elsewhere',
    direction: 'egress' as const,
    family: 'ipv4' as const,
    peers: [{ first: 1n, last: 1n }],
    behindNat: false,
  };
  expect(stoppedAt(referenceSnapshot(), border, { shape: tls('kaggle.com'), of: 'requests' })).toEqual({
    outcome: 'undecided',
    because: expect.stringContaining('in another VPC, was not read'),
  });
});
