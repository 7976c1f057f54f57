/**
 * Security group rules: AWS keeps single rules (one protocol, one port range, one peer) and shows them gathered
 * into IpPermissions. Here the permissions are stored and taken apart when rules are added or removed.
 */
import { createHash } from 'node:crypto';
import type { IpPermission, SecurityGroup, SecurityGroupRule } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError } from '../handler';
import { existing, given } from './ids';
import { cidrParameter, invalidValue } from './parameters';

/** One rule, without its place. Ports are ports for TCP and UDP, type and code for ICMP, absent otherwise. */
export interface Rule {
  readonly IpProtocol: string;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly peer:
    | { readonly CidrIp: string }
    | { readonly CidrIpv6: string }
    | { readonly PrefixListId: string }
    | {
        readonly GroupId: string;
        readonly UserId?: string | undefined;
        readonly VpcPeeringConnectionId?: string | undefined;
      };
  readonly Description?: string | undefined;
}

type PortsOf = Pick<Rule, 'IpProtocol' | 'FromPort' | 'ToPort'>;

/** AWS returns these four by name, every other protocol as its number (EC2 API reference, IpPermission). */
const namedProtocols: Readonly<Record<string, string>> = {
  6: 'tcp',
  17: 'udp',
  1: 'icmp',
  58: 'icmpv6',
  all: '-1',
};

function protocolName(protocol: string): string {
  const name = namedProtocols[protocol.toLowerCase()] ?? protocol.toLowerCase();
  const known =
    ['-1', 'tcp', 'udp', 'icmp', 'icmpv6'].includes(name) || (/^\d{1,3}$/.test(name) && Number(name) <= 255);
  if (!known)
    throw invalidValue(protocol, 'ipProtocol', 'Give tcp, udp, icmp, icmpv6, -1 or a protocol number.');
  return name;
}

/** The protocol and ports of a permission, in the one form in which AWS returns them. */
function portsOf({ IpProtocol, FromPort, ToPort }: IpPermission): PortsOf {
  const protocol = protocolName(given(IpProtocol, 'ipProtocol'));
  if (protocol === 'tcp' || protocol === 'udp') {
    if (FromPort === undefined || ToPort === undefined) {
      throw new ApiError(
        'InvalidParameterValue',
        "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
      );
    }
    for (const port of [FromPort, ToPort]) {
      if (!Number.isInteger(port) || port < 0 || port > 65_535)
        throw new ApiError('InvalidParameterValue', `TCP/UDP port (${port}) out of range`);
    }
    if (FromPort > ToPort)
      throw new ApiError('InvalidParameterValue', `Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
    return { IpProtocol: protocol, FromPort, ToPort };
  }
  if (protocol === 'icmp' || protocol === 'icmpv6')
    return { IpProtocol: protocol, FromPort: FromPort ?? -1, ToPort: ToPort ?? -1 };
  // AWS ignores ports of any other protocol: all traffic of it is meant.
  return { IpProtocol: protocol };
}

function described(description: string | undefined): Pick<Rule, 'Description'> {
  return description === undefined ? {} : { Description: description };
}

/** The single rules that permissions are made of, in canonical form. Every peer is checked by the caller. */
export function rulesOf(permissions: readonly IpPermission[]): Rule[] {
  return permissions.flatMap((permission) => {
    const ports = portsOf(permission);
    return [
      ...(permission.IpRanges ?? []).map((range) => ({
        ...ports,
        peer: { CidrIp: range.CidrIp ?? '' },
        ...described(range.Description),
      })),
      ...(permission.Ipv6Ranges ?? []).map((range) => ({
        ...ports,
        peer: { CidrIpv6: range.CidrIpv6 ?? '' },
        ...described(range.Description),
      })),
      ...(permission.PrefixListIds ?? []).map((list) => ({
        ...ports,
        peer: { PrefixListId: list.PrefixListId ?? '' },
        ...described(list.Description),
      })),
      ...(permission.UserIdGroupPairs ?? []).map(
        ({ GroupId = '', UserId, VpcPeeringConnectionId, Description }) => ({
          ...ports,
          peer: {
            GroupId,
            ...(UserId === undefined ? {} : { UserId }),
            ...(VpcPeeringConnectionId === undefined ? {} : { VpcPeeringConnectionId }),
          },
          ...described(Description),
        }),
      ),
    ];
  });
}

/** Rules gathered by protocol and ports, as Describe returns them. */
export function permissionsOf(rules: readonly Rule[]): IpPermission[] {
  const permissions = new Map<
    string,
    Required<Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs'>> &
      IpPermission
  >();
  for (const { peer, Description, ...ports } of rules) {
    const key = JSON.stringify([ports.IpProtocol, ports.FromPort, ports.ToPort]);
    const permission = permissions.get(key) ?? {
      ...ports,
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    };
    permissions.set(key, permission);
    const text = described(Description);
    if ('CidrIp' in peer) permission.IpRanges.push({ ...peer, ...text });
    else if ('CidrIpv6' in peer) permission.Ipv6Ranges.push({ ...peer, ...text });
    else if ('PrefixListId' in peer) permission.PrefixListIds.push({ ...peer, ...text });
    else permission.UserIdGroupPairs.push({ ...peer, ...text });
  }
  return [...permissions.values()];
}

/** What makes two rules the same: everything but the description. */
export function ruleKey({ IpProtocol, FromPort, ToPort, peer }: Rule): string {
  const who = 'GroupId' in peer ? peer.GroupId : Object.values(peer)[0];
  return JSON.stringify([IpProtocol, FromPort ?? null, ToPort ?? null, Object.keys(peer)[0], who]);
}

function cidr(text: string, family: 4 | 6): string {
  if (!text.includes('/')) throw new ApiError('InvalidParameterValue', `CIDR block ${text} is malformed`);
  return cidrParameter(text, family === 4 ? 'cidrIp' : 'cidrIpv6', family).text;
}

/** The rule with its peer canonical; throws when the block is malformed or the group or prefix list is unknown. */
export function checkedRule(state: LabState, group: SecurityGroup, rule: Rule): Rule {
  const { peer } = rule;
  if ('CidrIp' in peer) return { ...rule, peer: { CidrIp: cidr(peer.CidrIp, 4) } };
  if ('CidrIpv6' in peer) return { ...rule, peer: { CidrIpv6: cidr(peer.CidrIpv6, 6) } };
  if ('PrefixListId' in peer) {
    existing(state.managedPrefixLists, 'prefixList', peer.PrefixListId, 'prefixListId');
    return rule;
  }
  const referenced = existing(state.securityGroups, 'securityGroup', peer.GroupId, 'groupId');
  if (referenced.VpcId !== group.VpcId && peer.VpcPeeringConnectionId === undefined) {
    throw new ApiError(
      'InvalidGroup.NotFound',
      `You have specified two resources that belong to different networks: ${group.GroupId} and ${peer.GroupId}.`,
    );
  }
  return { ...rule, peer: { ...peer, UserId: peer.UserId ?? referenced.OwnerId } };
}

/** The rule's own record. Its id follows from what the rule is, so that it is the same at every reading. */
export function ruleRecord(group: SecurityGroup, rule: Rule, isEgress: boolean): SecurityGroupRule {
  const digest = createHash('sha256')
    .update(JSON.stringify([group.GroupId, isEgress, ruleKey(rule)]))
    .digest('hex');
  const { IpProtocol, FromPort = -1, ToPort = -1, peer, Description } = rule;
  const ofPeer: SecurityGroupRule =
    'CidrIp' in peer
      ? { CidrIpv4: peer.CidrIp }
      : 'CidrIpv6' in peer || 'PrefixListId' in peer
        ? { ...peer }
        : { ReferencedGroupInfo: { ...peer } };
  return {
    SecurityGroupRuleId: `sgr-0${digest.slice(0, 16)}`,
    GroupId: group.GroupId,
    GroupOwnerId: group.OwnerId,
    IsEgress: isEgress,
    IpProtocol,
    FromPort,
    ToPort,
    ...ofPeer,
    ...described(Description),
    Tags: [],
  };
}
