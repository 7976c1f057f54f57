/** What a network ACL does with a set of packets, exactly: which entry decides for which part, and which never does. */
import type { AddressSet } from './address-set';
import { intersect, subtract } from './address-set';
import type { Family } from './cidr';
import { spaceOf } from './cidr';
import type { AclEntry, Direction, NetworkAcl } from './network-acl';
import { ALL_POINTS, isClosing } from './network-acl';
import type { PortRange } from './security-group';

/** Packets of one protocol that cross the border of a subnet in one direction. */
export interface Traffic {
  readonly family: Family;
  /** The IP protocol's number. */
  readonly protocol: number;
  /** Destination ports, or for ICMP `type * 256 + code`. */
  readonly points: PortRange;
  /** Sources of what comes in, destinations of what goes out. */
  readonly peers: AddressSet;
}

/** One part of the traffic, all of it decided by the same entry. */
export interface Decision {
  readonly points: PortRange;
  readonly peers: AddressSet;
  /** Null where no entry matches, not even AWS's own last one: then it is denied as well. */
  readonly entry: AclEntry | null;
}

/** The parts of the traffic with what decides for each; together they are all of it, and none overlap. */
export function decisionsOn(acl: NetworkAcl, direction: Direction, traffic: Traffic): readonly Decision[] {
  const entries = acl.entries[direction].filter(
    ({ peers, protocol }) =>
      peers.family === traffic.family && (protocol === 'all' || protocol === traffic.protocol),
  );
  return bandsOf(entries, traffic.points).flatMap((points) => {
    const decisions: Decision[] = [];
    let open = traffic.peers;
    for (const entry of entries) {
      if (open.length === 0) break;
      if (!holds(entry, points.from)) continue;
      const peers = intersect(open, [entry.peers]);
      if (peers.length > 0) decisions.push({ points, peers, entry });
      open = subtract(open, [entry.peers]);
    }
    return open.length > 0 ? [...decisions, { points, peers: open, entry: null }] : decisions;
  });
}

/** Whether a part is let over the border. */
export function isAllowed({ entry }: Decision): boolean {
  return entry?.action === 'allow';
}

/** Whether an ACL lets every packet of a family through, in both directions. */
export function letsAllThrough(acl: NetworkAcl, family: Family): boolean {
  const space = spaceOf(family);
  return (['ingress', 'egress'] as const).every((direction) => {
    const [first] = acl.entries[direction].filter(({ peers }) => peers.family === family);
    const { first: low, last: high } = first?.peers ?? { first: 1n, last: 0n };
    return (
      first?.action === 'allow' && first.protocol === 'all' && low === space.first && high === space.last
    );
  });
}

/** An entry that never decides, with the entries that decide in its stead. */
export interface Shadowed {
  readonly entry: AclEntry;
  readonly by: readonly AclEntry[];
}

/** The entries of one direction that can never decide, because earlier ones match all that they would. */
export function shadowedEntries(acl: NetworkAcl, direction: Direction): readonly Shadowed[] {
  const entries = acl.entries[direction];
  const protocols = [...new Set(entries.map(({ protocol }) => protocol))];
  const named = protocols.filter((protocol) => protocol !== 'all');
  // An entry for every protocol also decides for those that no entry names; one of them stands for all.
  const unnamed = Array.from({ length: 256 }, (_, number) => number).find((one) => !named.includes(one));
  const every = unnamed === undefined ? named : [...named, unnamed];
  return entries
    .filter((entry) => !isClosing(entry))
    .flatMap((entry) => {
      const decisions = (entry.protocol === 'all' ? every : [entry.protocol]).flatMap((protocol) =>
        decisionsOn(acl, direction, { ...trafficOf(entry), protocol }),
      );
      const by = [...new Set(decisions.flatMap((decision) => decision.entry ?? []))];
      return by.includes(entry) ? [] : [{ entry, by }];
    });
}

function trafficOf({ peers, points, protocol }: AclEntry): Omit<Traffic, 'protocol'> {
  return { family: peers.family, points: protocol === 'all' ? ALL_POINTS : points, peers: [peers] };
}

function holds({ protocol, points }: AclEntry, point: number): boolean {
  return protocol === 'all' || (points.from <= point && point <= points.to);
}

/** The range cut where any entry begins or ends, so that in each band the same entries match. */
function bandsOf(entries: readonly AclEntry[], range: PortRange): readonly PortRange[] {
  const starts = entries
    .flatMap(({ points }) => [points.from, points.to + 1])
    .filter((point) => point > range.from && point <= range.to);
  const sorted = [...new Set([range.from, ...starts])].sort((a, b) => a - b);
  return sorted.map((from, index) => ({ from, to: (sorted[index + 1] ?? range.to + 1) - 1 }));
}
