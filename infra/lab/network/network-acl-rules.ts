/**
 * Network ACLs as nftables rules: stateless, in the router, for what crosses a subnet's border in either direction.
 * Facts: VPC user guide, vpc-network-acls and nacl-rules (MEMORY: nothing of it is in facts/aws.md).
 */
import type * as ec2 from '@aws-sdk/client-ec2';
import { formatBlock, parseBlock } from './ipv4';
import { icmpMatch, portRange } from './security-group-rules';

export interface SubnetBorder {
  readonly subnetId: string;
  readonly acl: ec2.NetworkAcl;
  /** The router's interfaces that lead to something in the subnet. */
  readonly devices: readonly string[];
}

/**
 * The router's ruleset. Traffic inside one subnet, and with the VPC's resolver (the interfaces `exempt`), is never
 * filtered; nothing reaches the router itself.
 */
export function routerRuleset(borders: readonly SubnetBorder[], exempt: readonly string[]): string {
  const filtered = borders.filter((border) => border.devices.length > 0 && !allowsAll(border.acl));
  const names = (devices: readonly string[]): string =>
    `{ ${devices.map((device) => `"${device}"`).join(', ')} }`;
  const jumps = filtered.flatMap(({ subnetId, devices }) => [
    `    iifname ${names(devices)} oifname != ${names(devices)} jump ${chainName(subnetId, 'egress')}`,
    `    oifname ${names(devices)} iifname != ${names(devices)} jump ${chainName(subnetId, 'ingress')}`,
  ]);
  const chains = filtered.flatMap(({ subnetId, acl }) =>
    (['egress', 'ingress'] as const).flatMap((direction) => [
      `  chain ${chainName(subnetId, direction)} {`,
      ...aclRules(acl, direction).map((rule) => `    ${rule}`),
      '    drop',
      '  }',
    ]),
  );
  return [
    'table ip network_acls {',
    ...chains,
    '  chain forward {',
    '    type filter hook forward priority filter; policy accept;',
    ...(exempt.length > 0
      ? [`    iifname ${names(exempt)} accept`, `    oifname ${names(exempt)} accept`]
      : []),
    ...jumps,
    '  }',
    '  chain input {',
    '    type filter hook input priority filter; policy drop;',
    '  }',
    '}',
    '',
  ].join('\n');
}

/** nft names may not hold a dash at every place that matters; subnet ids hold one. */
function chainName(subnetId: string, direction: 'egress' | 'ingress'): string {
  return `${direction}_${subnetId.replaceAll('-', '_')}`;
}

/** The ACL's IPv4 entries of one direction in the order of their numbers: the first that matches decides. */
export function aclRules(acl: ec2.NetworkAcl, direction: 'egress' | 'ingress'): readonly string[] {
  return [...(acl.Entries ?? [])]
    .filter((entry) => entry.Egress === (direction === 'egress') && entry.CidrBlock !== undefined)
    .sort((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0))
    .map((entry) => aclRule(entry, direction));
}

function aclRule(entry: ec2.NetworkAclEntry, direction: 'egress' | 'ingress'): string {
  const block = formatBlock(parseBlock(entry.CidrBlock ?? ''));
  const peer = block === '0.0.0.0/0' ? '' : `ip ${direction === 'egress' ? 'daddr' : 'saddr'} ${block}`;
  // `return` goes on to the other subnet's border; anything but an explicit allow denies.
  const verdict = entry.RuleAction === 'allow' ? 'return' : 'drop';
  return [peer, entryTraffic(entry), verdict].filter(Boolean).join(' ');
}

function entryTraffic(entry: ec2.NetworkAclEntry): string {
  const { Protocol, PortRange, IcmpTypeCode, RuleNumber } = entry;
  if (Protocol === '-1') return '';
  const match = protocolTraffic(Protocol, PortRange, IcmpTypeCode);
  if (match === null)
    throw new Error(`network ACL entry ${RuleNumber ?? ''} has no ports or types for its protocol`);
  return match;
}

function protocolTraffic(
  protocol: string | undefined,
  ports: ec2.PortRange | undefined,
  icmp: ec2.IcmpTypeCode | undefined,
): string | null {
  if (protocol === '6' || protocol === '17') {
    const name = protocol === '6' ? 'tcp' : 'udp';
    const range = portRange(ports?.From, ports?.To);
    return range === null ? null : range === '' ? `meta l4proto ${name}` : `${name} dport ${range}`;
  }
  if (protocol === '1') return icmpMatch(icmp?.Type, icmp?.Code);
  if (protocol === undefined || !/^\d{1,3}$/.test(protocol) || Number(protocol) > 255) {
    throw new Error(`"${protocol ?? ''}" is not an IP protocol of a network ACL`);
  }
  return `meta l4proto ${protocol}`;
}

function allowsAll(acl: ec2.NetworkAcl): boolean {
  return (['egress', 'ingress'] as const).every((direction) => aclRules(acl, direction)[0] === 'return');
}
