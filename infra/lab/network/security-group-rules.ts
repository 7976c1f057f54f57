/**
 * Security groups as nftables rules: stateful, and on the network's side of the interface, where root on the host
 * cannot change them. Facts: VPC user guide, vpc-security-groups (MEMORY: nothing of it is in facts/aws.md).
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import { formatBlock, parseBlock } from './ipv4';

export interface SecurityGroupMembers {
  readonly groups: ReadonlyMap<string, ec2.SecurityGroup>;
  /** Private addresses of the interfaces in each group. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  readonly prefixLists: ReadonlyMap<string, readonly string[]>;
}

/**
 * `accept` rules for what the groups let through, one match per line; the chain they stand in drops the rest.
 * Several groups on one interface add up. IPv6 ranges match nothing here.
 */
export function acceptRules(
  groupIds: readonly string[],
  direction: 'ingress' | 'egress',
  members: SecurityGroupMembers,
): readonly string[] {
  const rules = groupIds.flatMap((id) => {
    const group = members.groups.get(id);
    if (!group) throw new Error(`security group ${id} is not in the lab's account`);
    const permissions = direction === 'ingress' ? group.IpPermissions : group.IpPermissionsEgress;
    return (permissions ?? []).flatMap((permission) => permissionRules(permission, direction, members));
  });
  return [...new Set(rules)];
}

function permissionRules(
  permission: ec2.IpPermission,
  direction: 'ingress' | 'egress',
  members: SecurityGroupMembers,
): string[] {
  const traffic = trafficMatch(permission);
  if (traffic === null) return [];
  const field = direction === 'ingress' ? 'ip saddr' : 'ip daddr';
  return peersOf(permission, members).map((peer) =>
    [peer === '0.0.0.0/0' ? '' : `${field} ${peer}`, traffic, 'accept'].filter(Boolean).join(' '),
  );
}

function peersOf(permission: ec2.IpPermission, members: SecurityGroupMembers): string[] {
  const blocks = (permission.IpRanges ?? []).flatMap((range) =>
    range.CidrIp ? [formatBlock(parseBlock(range.CidrIp))] : [],
  );
  const listed = (permission.PrefixListIds ?? []).flatMap((list) => {
    const entries = members.prefixLists.get(list.PrefixListId ?? '');
    if (!entries) throw new Error(`prefix list ${list.PrefixListId ?? ''} is not in the lab's account`);
    return [...entries];
  });
  // A rule that names a group means the private addresses of the interfaces in it, and nothing else of the group.
  const grouped = (permission.UserIdGroupPairs ?? []).flatMap((pair) => [
    ...(members.addresses.get(pair.GroupId ?? '') ?? []),
  ]);
  return [...blocks, ...listed, ...grouped];
}

const protocolNumbers: Readonly<Record<string, string>> = { icmp: '1', tcp: '6', udp: '17', icmpv6: '58' };

/**
 * The match for protocol and ports, '' for all traffic, null where the rule can match nothing that is IPv4 or where
 * AWS would not have stored it (ports without a range).
 */
export function trafficMatch({ IpProtocol, FromPort, ToPort }: ec2.IpPermission): string | null {
  if (IpProtocol === undefined) return null;
  if (IpProtocol === '-1') return '';
  const number = protocolNumbers[IpProtocol] ?? IpProtocol;
  if (!/^\d{1,3}$/.test(number) || Number(number) > 255)
    throw new Error(`"${IpProtocol}" is not an IP protocol`);
  if (number === '6' || number === '17') {
    const name = number === '6' ? 'tcp' : 'udp';
    const range = portRange(FromPort, ToPort);
    return range === null ? null : range === '' ? `meta l4proto ${name}` : `${name} dport ${range}`;
  }
  if (number === '1') return icmpMatch(FromPort, ToPort);
  return number === '58' ? null : `meta l4proto ${number}`;
}

/** `443`, `8192-65535`, '' for every port, null for no range at all. */
export function portRange(from: number | undefined, to: number | undefined): string | null {
  if (from === undefined || to === undefined) return null;
  if (!isPort(from) || !isPort(to) || from > to) return from === -1 && to === -1 ? '' : null;
  if (from === 0 && to === 65_535) return '';
  return from === to ? `${from}` : `${from}-${to}`;
}

/** ICMP's type and code, where -1 means any. */
export function icmpMatch(type: number | undefined, code: number | undefined): string | null {
  if (type === undefined) return null;
  if (type === -1) return 'meta l4proto icmp';
  const onlyCode = code === undefined || code === -1 ? '' : ` icmp code ${code}`;
  return `icmp type ${type}${onlyCode}`;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 65_535;
}

export interface HypervisorOptions {
  readonly groupIds: readonly string[];
  readonly addresses: readonly string[];
  readonly sourceDestCheck: boolean;
  readonly members: SecurityGroupMembers;
}

/**
 * The ruleset between an instance and its VPC's router: `host0` is the instance's side, `vpc0` the router's.
 * The VPC's resolver and instance metadata are exempt (facts: VPC user guide, security-group-rules, "you can't
 * filter traffic to or from the Amazon DNS server").
 */
export function hypervisorRuleset(options: HypervisorOptions, resolverAddresses: readonly string[]): string {
  const own = `{ ${options.addresses.join(', ')} }`;
  const resolvers = resolverAddresses.length > 0 ? `{ ${resolverAddresses.join(', ')} }` : null;
  const check = [
    `    iifname "host0" ip saddr != ${own} drop comment "source/destination check"`,
    `    iifname "vpc0" ip daddr != ${own} drop comment "source/destination check"`,
  ];
  const exempt = [
    `    iifname "host0" ip daddr ${resolvers} accept comment "AmazonProvidedDNS"`,
    `    iifname "vpc0" ip saddr ${resolvers} accept comment "AmazonProvidedDNS"`,
  ];
  const chain = (direction: 'egress' | 'ingress'): string[] =>
    acceptRules(options.groupIds, direction, options.members).map((rule) => `    ${rule}`);
  return [
    'table ip security_groups {',
    '  chain forward {',
    '    type filter hook forward priority filter; policy drop;',
    ...(options.sourceDestCheck ? check : []),
    ...(resolvers === null ? [] : exempt),
    '    ct state established,related accept',
    '    iifname "host0" oifname "vpc0" jump egress',
    '    iifname "vpc0" oifname "host0" jump ingress',
    '  }',
    '  chain egress {',
    ...chain('egress'),
    '  }',
    '  chain ingress {',
    ...chain('ingress'),
    '  }',
    '}',
    '',
  ].join('\n');
}
