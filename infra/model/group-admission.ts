/** What security groups, added up, let over a network interface: by group reference, and by union of prefixes. */
import type { SecurityGroup, Snapshot } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import type { AddressSet, Interval } from './address-set';
import { subtract, union } from './address-set';
import type { Family } from './cidr';
import { FAMILIES, formatAddress } from './cidr';
import type { Known } from './known';
import { ask } from './known';
import type { PrefixLists } from './prefix-list';
import { prefixListsOf } from './prefix-list';
import type { PortRange, Protocol, SecurityGroupRule } from './security-group';
import { matches, securityGroupRules } from './security-group';

/** The VPC's security groups and what is needed to read their rules; made once, asked often. */
export interface GroupBook {
  readonly groups: readonly SecurityGroup[];
  readonly prefixLists: Known<PrefixLists>;
}

/** The security groups of the snapshot; throws {@link NotKnown} when they were not read. */
export function groupBookOf(snapshot: Snapshot): GroupBook {
  return {
    groups: sectionValue(snapshot, 'securityGroups'),
    prefixLists: ask(() => prefixListsOf(sectionValue(snapshot, 'managedPrefixLists'))),
  };
}

/** One group by its id; throws {@link NotKnown} for one that is not in the answer. */
export function groupById({ groups }: GroupBook, id: string): SecurityGroup {
  return returned(
    groups.find((group) => group.GroupId === id),
    `the security group ${id}`,
  );
}

/** The rules of one direction of groups that one interface carries together: they add up. */
export function rulesOfGroups(
  book: GroupBook,
  groupIds: readonly string[],
  direction: 'ingress' | 'egress',
): readonly SecurityGroupRule[] {
  return groupIds.flatMap((id) => securityGroupRules(groupById(book, id), direction, book.prefixLists));
}

/** Who is on the other side: interfaces that carry groups, at addresses. */
export interface Peers {
  /** What each of these interfaces carries, all of it. */
  readonly groupIds: readonly string[];
  /** Where they are, or can be; a reference to one of their groups admits them wherever they are. */
  readonly addresses: Readonly<Record<Family, AddressSet>>;
}

/** The first part of the traffic with these peers that rules, added up, do not admit. */
export interface Refused {
  readonly port: number;
  /** Null where there is no address to name: no rule refers to a group of the peers. */
  readonly address: string | null;
}

/**
 * What of the traffic with peers is not admitted on every port of a range, or null: it all is.
 *
 * Facts: VPC user guide, "Security group referencing": a rule that refers to a group admits the private addresses of
 * the interfaces that carry it, and says nothing about that group's own rules.
 */
export function refusedOf(
  rules: readonly SecurityGroupRule[],
  traffic: { readonly protocol: Protocol; readonly ports: PortRange; readonly peers: Peers },
): Refused | null {
  const { protocol, ports, peers } = traffic;
  for (const port of bandStarts(rules, ports)) {
    const open = rules.filter((rule) => matches(rule, protocol, port));
    if (open.some((rule) => refersTo(rule, peers.groupIds))) continue;
    const [refused] = FAMILIES.flatMap((family) =>
      subtract(
        peers.addresses[family],
        open.flatMap((rule) => rule.addresses[family]),
      ).map(({ first }) => ({ port, address: formatAddress(family, first) })),
    );
    if (refused) return refused;
    if (FAMILIES.every((family) => peers.addresses[family].length === 0)) return { port, address: null };
  }
  return null;
}

/** Addresses of both families, as sets. */
export function addressesOf(
  cidrs: readonly (Interval & { readonly family: Family })[],
): Readonly<Record<Family, AddressSet>> {
  return {
    ipv4: union(cidrs.filter(({ family }) => family === 'ipv4')),
    ipv6: union(cidrs.filter(({ family }) => family === 'ipv6')),
  };
}

/** A group of another VPC can have the id of nothing here, so only references without a peering connection count. */
function refersTo(rule: SecurityGroupRule, groupIds: readonly string[]): boolean {
  return rule.sources.some(
    ({ groupId, peeringConnectionId }) => peeringConnectionId === null && groupIds.includes(groupId),
  );
}

/** One port of every band of the range in which the same rules apply. */
function bandStarts(rules: readonly SecurityGroupRule[], range: PortRange): readonly number[] {
  const starts = rules.flatMap(({ ports }) => [ports.from, ports.to + 1]);
  const inside = starts.filter((port) => port > range.from && port <= range.to);
  return [...new Set([range.from, ...inside])].sort((a, b) => a - b);
}
