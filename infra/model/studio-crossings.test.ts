import * as fc from 'fast-check';
import type { AclEntry } from '../mutants/acl-changes';
import { anyEntry, ownAcl, tcpEntry } from '../mutants/acl-changes';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Snapshot } from '../snapshot/snapshot';
import { refusalOf } from './border-crossing';
import { formatAddress, parseAddress, parseCidr } from './cidr';
import { aclOfSubnet, networkAclOf } from './network-acl';
import { studioCrossings } from './studio-crossings';

/**
 * The brute force: one connection from Studio to one address on the internet, packet by packet over the reference
 * network's borders, written down here as AWS's own entries say.
 */
interface Connection {
  readonly destination: string;
  readonly clientPort: number;
  readonly natPort: number;
}

type Acls = Readonly<Record<'subnet-studio' | 'subnet-nat' | 'subnet-firewall', readonly AclEntry[]>>;

const STUDIO = '10.2.3.10';
const NAT = '10.2.2.5';

/** What decides for a packet at a border: the lowest number that matches. */
function decides(
  entries: readonly AclEntry[],
  packet: { readonly egress: boolean; readonly peer: string; readonly port: number },
): AclEntry | undefined {
  const { value } = parseAddress(packet.peer);
  return [...entries]
    .sort((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0))
    .find(({ Egress, CidrBlock = '', Protocol, PortRange }) => {
      const { first, last } = parseCidr(CidrBlock);
      const inPorts =
        Protocol === '-1' || ((PortRange?.From ?? 1) <= packet.port && packet.port <= (PortRange?.To ?? 0));
      return Egress === packet.egress && first <= value && value <= last && inPorts;
    });
}

/** Every packet of a connection at every border, in order. */
function borderPackets({ destination, clientPort, natPort }: Connection) {
  const hop = (subnet: keyof Acls, egress: boolean, peer: string, port: number) => ({
    subnet,
    egress,
    peer,
    port,
  });
  return [
    hop('subnet-studio', true, destination, 443),
    hop('subnet-nat', false, STUDIO, 443),
    hop('subnet-nat', true, destination, 443),
    hop('subnet-firewall', false, NAT, 443),
    hop('subnet-firewall', true, destination, 443),
    hop('subnet-firewall', false, destination, natPort),
    hop('subnet-firewall', true, NAT, natPort),
    hop('subnet-nat', false, destination, natPort),
    hop('subnet-nat', true, STUDIO, clientPort),
    hop('subnet-studio', false, destination, clientPort),
  ];
}

const entry: fc.Arbitrary<AclEntry> = fc
  .record({
    number: fc.integer({ min: 1, max: 90 }),
    egress: fc.boolean(),
    action: fc.constantFrom('allow' as const, 'deny' as const),
    ports: fc.constantFrom([443, 443], [0, 65_535], [1024, 65_535], [32_768, 60_999], [1024, 30_000]),
    cidr: fc.constantFrom(
      '0.0.0.0/0',
      '0.0.0.0/0',
      '10.2.0.0/16',
      '10.2.3.0/24',
      '10.2.2.0/24',
      '0.0.0.0/1',
      '128.0.0.0/1',
    ),
  })
  .map(({ number, egress, action, ports: [from = 0, to = 0], cidr }) =>
    tcpEntry(number, { egress, action, ports: [from, to], cidr }),
  );
/** Mostly open, so that a good part of the ACLs lets everything through. */
const entries: fc.Arbitrary<readonly AclEntry[]> = fc
  .tuple(
    fc.uniqueArray(entry, { maxLength: 2, selector: ({ RuleNumber }) => RuleNumber }),
    fc.constantFrom(true, true, true, false),
    fc.constantFrom(true, true, true, false),
  )
  .map(([some, openIn, openOut]) => [
    ...some,
    ...(openIn
      ? [anyEntry(100, false, 'allow')]
      : [
          tcpEntry(100, { egress: false, ports: [443, 443] }),
          tcpEntry(101, { egress: false, ports: [1024, 65_535] }),
        ]),
    ...(openOut
      ? [anyEntry(100, true, 'allow')]
      : [
          tcpEntry(100, { egress: true, ports: [443, 443] }),
          tcpEntry(101, { egress: true, ports: [1024, 65_535] }),
        ]),
  ]);
const acls = fc.record({ 'subnet-studio': entries, 'subnet-nat': entries, 'subnet-firewall': entries });

const CONNECTIONS: readonly Connection[] = ['1.1.1.1', '100.20.0.1', '151.101.0.223', '200.1.2.3'].flatMap(
  (destination) =>
    [32_768, 45_000, 60_999].flatMap((clientPort) =>
      [1024, 20_000, 40_000, 65_535].map((natPort) => ({ destination, clientPort, natPort })),
    ),
);

const withAcls = (given: Acls): Snapshot =>
  Object.entries(given).reduce((s, [subnetId, own]) => ownAcl(s, subnetId, own), referenceSnapshot());

test('what no ACL refuses gets through, packet by packet, but for what an owner denied by name', () => {
  let [open, closed] = [0, 0];
  fc.assert(
    fc.property(acls, (given) => {
      const snapshot = withAcls(given);
      const listed =
        snapshot.sections.networkAcls.status === 'read' ? snapshot.sections.networkAcls.value : [];
      const refusals = studioCrossings(snapshot, []).flatMap(
        (crossing) => refusalOf(networkAclOf(aclOfSubnet(listed, crossing.subnetId)), crossing) ?? [],
      );
      const stopped = CONNECTIONS.flatMap((connection) =>
        borderPackets(connection).flatMap((packet) => {
          const deciding = decides(given[packet.subnet], packet);
          return deciding?.RuleAction === 'allow' ? [] : [{ packet, deciding }];
        }),
      );
      if (refusals.length === 0) {
        open += 1;
        // Half of the internet at most may be denied by name, and that of whole addresses alone.
        expect(stopped.filter(({ deciding }) => deciding === undefined)).toEqual([]);
        return;
      }
      closed += 1;
      // Each refusal is a packet that the brute force stops as well.
      const wrong = refusals.filter(({ crossing, ports, peer }) => {
        const packet = {
          egress: crossing.direction === 'egress',
          peer: formatAddress('ipv4', peer),
          port: ports.from,
        };
        const own = Object.entries(given).find(([subnetId]) => subnetId === crossing.subnetId)?.[1] ?? [];
        return decides(own, packet)?.RuleAction === 'allow';
      });
      expect(wrong).toEqual([]);
    }),
    { numRuns: 480 },
  );
  expect(open).toBeGreaterThan(10);
  expect(closed).toBeGreaterThan(10);
});

test('a connection of the reference network meets exactly the borders of the brute force', () => {
  const snapshot = withAcls({ 'subnet-studio': [], 'subnet-nat': [], 'subnet-firewall': [] });
  const crossings = studioCrossings(snapshot, []).filter(({ ports }) => ports.from !== 80);
  const ofHttps = crossings.filter(({ what }) => what.includes('443'));
  const wrong = CONNECTIONS.flatMap(borderPackets).filter(({ subnet, egress, peer, port }) => {
    const { value } = parseAddress(peer);
    const holding = ofHttps.filter(
      ({ subnetId, direction, ports, peers }) =>
        subnetId === subnet &&
        direction === (egress ? 'egress' : 'ingress') &&
        ports.from <= port &&
        port <= ports.to &&
        peers.some(({ first, last }) => first <= value && value <= last),
    );
    return holding.length !== 1;
  });
  expect(wrong).toEqual([]);
  expect(ofHttps).toHaveLength(10);
});
