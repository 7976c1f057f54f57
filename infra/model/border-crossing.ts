/** What must get over the border of a subnet, and whether its network ACL lets it. */
import type { Decision } from './acl-decision';
import { decisionsOn, isAllowed } from './acl-decision';
import type { AddressSet } from './address-set';
import { union } from './address-set';
import type { Family } from './cidr';
import type { AclEntry, Direction, NetworkAcl } from './network-acl';
import { isClosing, TCP } from './network-acl';
import type { PortRange } from './security-group';

/** TCP that must cross the border of a subnet in one direction. */
export interface Crossing {
  readonly subnetId: string;
  readonly direction: Direction;
  readonly family: Family;
  /** Destination ports. */
  readonly ports: PortRange;
  /** The other side, as this border sees it. */
  readonly peers: AddressSet;
  /** Requests go to a service's port; answers to any port that the client may have chosen. */
  readonly kind: 'request' | 'answer';
  /** Whether the peers are the internet at large, of which nobody needs each address. */
  readonly internet: boolean;
  /** What the traffic is, as a sentence part: `TLS to the internet`. */
  readonly what: string;
  /** Why the peers may be fewer than these, or null. */
  readonly doubt: string | null;
}

/**
 * Ports that a client in Studio may choose. Facts: Linux, ip-sysctl, `ip_local_port_range`: 32768 to 60999 by default
 * (VPC user guide, "Ephemeral ports": up to 61000 with many kernels).
 */
export const STUDIO_CLIENT_PORTS: PortRange = { from: 32_768, to: 60_999 };

/** Ports that a NAT gateway may choose. Facts: VPC user guide, "Ephemeral ports": 1024 to 65535. */
export const NAT_CLIENT_PORTS: PortRange = { from: 1024, to: 65_535 };

/**
 * A connection at one border: its requests one way and, because ACLs keep no state, its answers the other way.
 *
 * Facts: VPC user guide, "Network ACL basics": rules are evaluated where traffic enters and leaves a subnet, not within
 * it, and answers are subject to them like everything else.
 */
export function bothWays(
  connection: Omit<Crossing, 'direction' | 'kind'> & {
    /** The direction of the requests. */
    readonly direction: Direction;
    readonly clientPorts: PortRange;
  },
): readonly Crossing[] {
  const { clientPorts, ...requests } = connection;
  const back = requests.direction === 'egress' ? 'ingress' : 'egress';
  return [
    { ...requests, kind: 'request' },
    { ...requests, kind: 'answer', direction: back, ports: clientPorts, what: `answers of ${requests.what}` },
  ];
}

/** Crossings that differ only in their peers, as one. */
export function merged(crossings: readonly Crossing[]): readonly Crossing[] {
  const groups = new Map<string, Crossing[]>();
  for (const crossing of crossings) {
    const { subnetId, direction, family, ports, kind, internet, what, doubt } = crossing;
    const key = [subnetId, direction, family, ports.from, ports.to, kind, internet, what, doubt].join();
    const group = groups.get(key);
    if (group) group.push(crossing);
    else groups.set(key, [crossing]);
  }
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map((crossing) => ({ ...crossing, peers: union(group.flatMap(({ peers }) => peers)) })),
  );
}

/** A part of a crossing that does not get over the border. */
export interface Refusal {
  readonly crossing: Crossing;
  readonly ports: PortRange;
  /** One of the peers it concerns. */
  readonly peer: bigint;
  /** The entry that denies it; null where none matches. */
  readonly entry: AclEntry | null;
}

/** Of the ports that a client may choose, as many may be denied one by one as an owner has reason to name. */
const MOST_DENIED_PORTS = 64;

/**
 * What of a crossing the ACL of its subnet refuses, or null.
 *
 * An owner may deny by name: addresses on the internet, as long as more than half of it stays open, and single ports
 * among those that clients choose (VPC user guide, "Ephemeral ports", advises just that), up to one in 64. What falls
 * to AWS's last entry was named by nobody, so nothing of it is excused.
 */
export function refusalOf(acl: NetworkAcl, crossing: Crossing): Refusal | null {
  const { direction, family, ports, peers } = crossing;
  const decisions = decisionsOn(acl, direction, { family, protocol: TCP, points: ports, peers });
  const closed = [...byBand(decisions)].flatMap((band) => closedBand(crossing, band) ?? []);
  const [first] = closed;
  if (first === undefined) return null;
  const named = closed.every(({ entry }) => entry !== null && !isClosing(entry));
  const width = closed.reduce((sum, { points }) => sum + points.to - points.from + 1, 0);
  const single = width * MOST_DENIED_PORTS <= ports.to - ports.from + 1;
  if (crossing.kind === 'answer' && named && single) return null;
  return { crossing, ports: first.points, peer: first.peers[0]?.first ?? 0n, entry: first.entry };
}

/** The decision that closes a band of ports, or null: it is open, or as good as. */
function closedBand(crossing: Crossing, band: readonly Decision[]): Decision | null {
  const denied = band.filter((decision) => !isAllowed(decision));
  const unnamed = denied.find(({ entry }) => entry === null || isClosing(entry));
  if (unnamed) return unnamed;
  const blockList = crossing.internet && 2n * sizeOf(denied) < sizeOf(band);
  return blockList ? null : (denied[0] ?? null);
}

function byBand(decisions: readonly Decision[]): Iterable<readonly Decision[]> {
  const bands = new Map<number, Decision[]>();
  for (const decision of decisions) {
    const band = bands.get(decision.points.from);
    if (band) band.push(decision);
    else bands.set(decision.points.from, [decision]);
  }
  return bands.values();
}

function sizeOf(decisions: readonly Decision[]): bigint {
  return decisions
    .flatMap(({ peers }) => peers)
    .reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}
