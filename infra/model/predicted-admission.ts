/** Whether security groups let one flow over a network interface. */
import type { IpPermission, Snapshot } from '../snapshot/snapshot';
import { sectionValue } from '../snapshot/snapshot';
import { contains } from './address-set';
import type { Address } from './cidr';
import { formatAddress, parseAddress } from './cidr';
import type { Answer } from './firewall/uncertain-set';
import type { FlowShape } from './flow-shape';
import { groupBookOf, groupById } from './group-admission';
import type { Known } from './known';
import { ask } from './known';
import type { Protocol, SecurityGroupRule } from './security-group';
import { securityGroupRules } from './security-group';

export interface Admitted {
  readonly answer: Answer;
  /** The rule that admits, or may, as people write it; null where none does. */
  readonly rule: SecurityGroupRule | null;
  readonly because: string;
}

/** The other side of a flow. */
export interface Peer {
  readonly address: Address;
  /** The groups of its network interface: those that rules may refer to. */
  readonly groups: Known<readonly string[]>;
}

/**
 * Whether groups that one interface carries together admit a flow in a direction.
 *
 * Facts: EC2 API reference, `IpPermission` (protocols by name or number, ICMP's type and code in place of ports, -1 for
 * all); VPC user guide, "Security group referencing". Groups keep state, so the direction of the first packet is enough.
 */
export function admittedBy(
  snapshot: Snapshot,
  groupIds: readonly string[],
  flow: { readonly direction: 'ingress' | 'egress'; readonly shape: FlowShape; readonly peer: Peer },
): Admitted {
  const { direction, shape, peer } = flow;
  const book = groupBookOf(snapshot);
  const answers = groupIds.flatMap((id) => {
    const group = groupById(book, id);
    const permissions = (direction === 'egress' ? group.IpPermissionsEgress : group.IpPermissions) ?? [];
    return securityGroupRules(group, direction, book.prefixLists).map((rule, index) => ({
      rule,
      answer: both(aboutFlow(rule, permissions[index], { shape, peer }), aboutPeer(rule, peer)),
    }));
  });
  const found =
    answers.find(({ answer }) => answer === 'yes') ?? answers.find(({ answer }) => answer === 'maybe');
  const groups = groupIds.join(', ');
  if (found === undefined) {
    const { family, value } = peer.address;
    const way = direction === 'egress' ? 'out to' : 'in from';
    const because = `no ${direction} rule of ${groups} lets ${inWords(shape)} ${way} ${formatAddress(family, value)}`;
    return { answer: 'no', rule: null, because };
  }
  const verb = found.answer === 'yes' ? 'admits' : 'may admit';
  return {
    answer: found.answer,
    rule: found.rule,
    because: `${found.rule.groupId} ${verb} it (${found.rule.text})`,
  };
}

/** A flow's protocol and port, in words: `tcp 22`, `icmp`, `protocol 47`. */
export function inWords({ transport, protocolNumber, port }: FlowShape): string {
  if (transport === 'other') return `protocol ${protocolNumber}`;
  return port === null ? transport : `${transport} ${port}`;
}

/** The groups of the network interface that has an address; none where no interface of the VPC has it. */
export function groupsAt(snapshot: Snapshot, { family, value }: Address): Known<readonly string[]> {
  return ask(() => {
    const own = sectionValue(snapshot, 'networkInterfaces').filter((one) =>
      [
        ...(one.PrivateIpAddresses ?? []).map(({ PrivateIpAddress: ip }) => ip),
        one.PrivateIpAddress,
        ...(one.Ipv6Addresses ?? []).map(({ Ipv6Address: ip }) => ip),
      ].some((text) => {
        const address = text === undefined ? null : parseAddress(text);
        return address?.family === family && address.value === value;
      }),
    );
    const ids = own.map(({ NetworkInterfaceId: id }) => id);
    // An interface endpoint's groups stand with the endpoint as well.
    const endpoints = sectionValue(snapshot, 'vpcEndpoints').filter(({ NetworkInterfaceIds: its }) =>
      (its ?? []).some((id) => ids.includes(id)),
    );
    const groups = [...own, ...endpoints].flatMap(({ Groups }) => Groups ?? []);
    return [...new Set(groups.flatMap(({ GroupId: id }) => id ?? []))];
  });
}

function aboutFlow(
  rule: SecurityGroupRule,
  permission: IpPermission | undefined,
  { shape, peer }: { readonly shape: FlowShape; readonly peer: Peer },
): Answer {
  if (rule.protocol === 'all') return 'yes';
  const protocol = protocolOf(shape, peer);
  if (rule.protocol !== protocol) return 'no';
  if (protocol === 'tcp' || protocol === 'udp') {
    const port = shape.port ?? -1;
    return rule.ports.from <= port && port <= rule.ports.to ? 'yes' : 'no';
  }
  if (protocol === 'other') {
    const number = permission?.IpProtocol;
    return number === String(shape.protocolNumber) ? 'yes' : 'no';
  }
  const type = permission?.FromPort;
  if (type === undefined) return 'maybe';
  // What techniques send is an echo request (RFC 792: 8; RFC 4443: 128).
  return type === -1 || type === (protocol === 'icmp' ? 8 : 128) ? 'yes' : 'no';
}

function protocolOf({ transport }: FlowShape, { address }: Peer): Protocol {
  return transport === 'icmp' && address.family === 'ipv6' ? 'icmpv6' : transport;
}

function aboutPeer(rule: SecurityGroupRule, { address, groups }: Peer): Answer {
  if (contains(rule.addresses[address.family], address.value)) return 'yes';
  const references = rule.sources.filter(({ peeringConnectionId }) => peeringConnectionId === null);
  if (references.length === 0) return 'no';
  if (!groups.known) return 'maybe';
  return references.some(({ groupId }) => groups.value.includes(groupId)) ? 'yes' : 'no';
}

function both(a: Answer, b: Answer): Answer {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'maybe';
}
