/** Security group rules as sets: protocol and ports on one side, addresses and groups on the other. */
import type { IpPermission, SecurityGroup } from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import type { AddressSet, Interval } from './address-set';
import { contains, covers, intersect, subtract, union } from './address-set';
import type { Address, Family } from './cidr';
import { parseCidr } from './cidr';
import { globalAddresses, NAT64_PREFIX } from './global-address';
import type { Known } from './known';
import { insist } from './known';
import type { PrefixLists } from './prefix-list';

export type Protocol = 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'other';

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** One entry of a security group, allowing what is in it. */
export interface SecurityGroupRule {
  readonly groupId: string;
  readonly protocol: Protocol | 'all';
  /** For TCP and UDP, both ends inside; all ports for everything else. */
  readonly ports: PortRange;
  readonly addresses: Readonly<Record<Family, AddressSet>>;
  readonly sources: readonly PeerGroup[];
  /** The rule as people write it: `tcp 443 to 0.0.0.0/0`. */
  readonly text: string;
}

/** A security group as the other side of a rule. */
export interface PeerGroup {
  readonly groupId: string;
  /** The VPC peering connection by which it is reached, or null: it is in this VPC, or said to be. */
  readonly peeringConnectionId: string | null;
}

export interface Flow {
  readonly protocol: Protocol;
  readonly port: number;
  /** The other side. */
  readonly peer: Address;
}

const ALL_PORTS: PortRange = { from: 0, to: 65_535 };
const PROTOCOLS: Readonly<Record<string, Protocol | 'all'>> = {
  '-1': 'all',
  all: 'all',
  tcp: 'tcp',
  '6': 'tcp',
  udp: 'udp',
  '17': 'udp',
  icmp: 'icmp',
  '1': 'icmp',
  icmpv6: 'icmpv6',
  '58': 'icmpv6',
};

/**
 * The rules of one direction of a group.
 *
 * Facts: EC2 API reference, `IpPermission`: protocol -1 means every protocol and port whatever the ports say; a
 * protocol other than TCP, UDP and ICMP has no ports. Missing ports of TCP or UDP, a prefix list that was not
 * read, and a prefix in a form AWS does not use are {@link NotKnown}.
 */
export function securityGroupRules(
  group: SecurityGroup,
  direction: 'ingress' | 'egress',
  prefixLists: Known<PrefixLists>,
): readonly SecurityGroupRule[] {
  const id = returned(group.GroupId, 'GroupId of a security group');
  const permissions = direction === 'egress' ? group.IpPermissionsEgress : group.IpPermissions;
  return returned(permissions, `the ${direction} rules of ${id}`).map((permission) =>
    ruleOf(id, direction, permission, prefixLists),
  );
}

/** Whether rules, added up, let a flow through by the other side's address. */
export function admits(rules: readonly SecurityGroupRule[], flow: Flow): boolean {
  return rules.some(
    (rule) =>
      matches(rule, flow.protocol, flow.port) && contains(rule.addresses[flow.peer.family], flow.peer.value),
  );
}

/** Whether a rule is about a protocol and port at all. */
export function matches(rule: SecurityGroupRule, protocol: Protocol, port: number): boolean {
  if (rule.protocol === 'all') return true;
  return rule.protocol === protocol && rule.ports.from <= port && port <= rule.ports.to;
}

/** What rules, added up, leave open without limit: every port of a protocol to every address on the internet. */
export interface Unlimited {
  /** The internet as people call it: `IPv4`, `IPv6`, `IPv4 (by NAT64)`. */
  readonly internet: string;
  readonly protocol: 'tcp' | 'udp';
  /** The rules that together do it. */
  readonly rules: readonly SecurityGroupRule[];
}

/**
 * Whether rules, added up, let everything out: every port from 1 on of TCP or UDP to every address that can be on the
 * IPv4 or on the IPv6 internet, however the prefixes and port ranges are cut. NAT64's prefix is IPv4 under another name.
 */
export function unlimited(rules: readonly SecurityGroupRule[]): Unlimited | null {
  for (const { internet, addresses, openBy } of internets()) {
    for (const protocol of ['tcp', 'udp'] as const) {
      const about = rules.filter((rule) => rule.protocol === 'all' || rule.protocol === protocol);
      const isOpen = (port: number): boolean =>
        covers(about.filter((rule) => matches(rule, protocol, port)).flatMap(openBy), addresses);
      if (portBands(about).every(isOpen))
        return { internet, protocol, rules: about.filter((rule) => openBy(rule).length > 0) };
    }
  }
  return null;
}

interface Internet {
  readonly internet: string;
  /** Every address there is on it. */
  readonly addresses: AddressSet;
  /** What of it a rule opens. */
  readonly openBy: (rule: SecurityGroupRule) => AddressSet;
}

function internets(): readonly Internet[] {
  const nat64 = parseCidr(NAT64_PREFIX);
  const asIpv4 = ({ addresses: { ipv4, ipv6 } }: SecurityGroupRule): AddressSet =>
    union([
      ...ipv4,
      ...intersect(ipv6, [nat64]).map(({ first, last }) => ({
        first: first - nat64.first,
        last: last - nat64.first,
      })),
    ]);
  const ipv4 = globalAddresses('ipv4');
  return [
    { internet: 'IPv4', addresses: ipv4, openBy: (rule) => rule.addresses.ipv4 },
    {
      internet: 'IPv6',
      addresses: subtract(globalAddresses('ipv6'), [nat64]),
      openBy: (rule) => rule.addresses.ipv6,
    },
    { internet: 'IPv4 (by NAT64)', addresses: ipv4, openBy: asIpv4 },
  ];
}

/** One port of every band in which the same rules apply; port 0 is left out, for no service listens there. */
function portBands(rules: readonly SecurityGroupRule[]): readonly number[] {
  const starts = rules.flatMap(({ ports }) => [ports.from, ports.to + 1]);
  return [...new Set([1, ...starts])].filter((port) => port >= 1 && port <= ALL_PORTS.to);
}

function ruleOf(
  groupId: string,
  direction: 'ingress' | 'egress',
  permission: IpPermission,
  prefixLists: Known<PrefixLists>,
): SecurityGroupRule {
  const name = returned(permission.IpProtocol, `IpProtocol of a rule of ${groupId}`).toLowerCase();
  const protocol = PROTOCOLS[name] ?? 'other';
  const hasPorts = protocol === 'tcp' || protocol === 'udp';
  const ports = hasPorts ? portsOf(groupId, permission) : ALL_PORTS;
  refuseWithoutPeer(groupId, permission);
  const cidrs = [
    ...(permission.IpRanges ?? []).map((range) =>
      parseCidr(returned(range.CidrIp, `CidrIp of a rule of ${groupId}`)),
    ),
    ...(permission.Ipv6Ranges ?? []).map((range) =>
      parseCidr(returned(range.CidrIpv6, `CidrIpv6 of a rule of ${groupId}`)),
    ),
    ...(permission.PrefixListIds ?? []).flatMap((list) =>
      listEntries(groupId, list.PrefixListId, prefixLists),
    ),
  ];
  const sources = (permission.UserIdGroupPairs ?? []).map((pair) => ({
    groupId: returned(pair.GroupId, `GroupId of a rule of ${groupId}`),
    peeringConnectionId: pair.VpcPeeringConnectionId ?? null,
  }));
  const set = (family: Family): AddressSet =>
    union(cidrs.filter((cidr): cidr is typeof cidr & Interval => cidr.family === family));
  const peers =
    [...cidrs.map((cidr) => cidr.text), ...sources.map((source) => source.groupId)].join(', ') || 'nothing';
  const port = hasPorts ? ` ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}` : '';
  const text = `${protocol === 'other' ? `protocol ${name}` : protocol}${port} ${direction === 'egress' ? 'to' : 'from'} ${peers}`;
  return { groupId, protocol, ports, addresses: { ipv4: set('ipv4'), ipv6: set('ipv6') }, sources, text };
}

/** AWS keeps no rule that is about nobody (EC2 API reference, AuthorizeSecurityGroupIngress): its peers were not returned. */
function refuseWithoutPeer(groupId: string, permission: IpPermission): void {
  const { IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs } = permission;
  const peers = [IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs];
  if (peers.every((list) => list === undefined || list.length === 0))
    throw new NotKnown(`AWS did not return whom a rule of ${groupId} is about`);
}

function portsOf(groupId: string, permission: IpPermission): PortRange {
  const from = returned(permission.FromPort, `FromPort of a rule of ${groupId}`);
  const to = returned(permission.ToPort, `ToPort of a rule of ${groupId}`);
  if (from < 0 || to > ALL_PORTS.to || from > to)
    throw new NotKnown(`a rule of ${groupId} has the port range ${from}-${to}`);
  return { from, to };
}

function listEntries(
  groupId: string,
  listId: string | undefined,
  prefixLists: Known<PrefixLists>,
): readonly ReturnType<typeof parseCidr>[] {
  const id = returned(listId, `PrefixListId of a rule of ${groupId}`);
  return insist(
    returned(insist(prefixLists).get(id), `the prefix list ${id}, named by a rule of ${groupId}`),
  );
}
