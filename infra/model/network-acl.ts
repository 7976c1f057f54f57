/** Network ACLs: numbered entries, each for one direction, of which the first that matches decides. */
import type * as aws from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import type { Cidr, Family } from './cidr';
import { parseCidr } from './cidr';
import type { PortRange } from './security-group';

export type Direction = 'ingress' | 'egress';

type AwsEntry = NonNullable<aws.NetworkAcl['Entries']>[number];

/** IP protocol numbers (IANA, "Protocol Numbers") that have ports or types. */
export const TCP = 6;
export const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;

/** Every port; for ICMP every type with every code. */
export const ALL_POINTS: PortRange = { from: 0, to: 65_535 };

/** Entries from this number on are AWS's own, which deny what no other entry matched. */
const CLOSING = 32_767;

export interface AclEntry {
  readonly number: number;
  readonly action: 'allow' | 'deny';
  readonly protocol: number | 'all';
  /** Destination ports of TCP and UDP; of ICMP `type * 256 + code`; everything for the other protocols. */
  readonly points: PortRange;
  /** The other side: the source of what comes in, the destination of what goes out. */
  readonly peers: Cidr;
  /** The entry as people write it: `rule 100 (allow tcp 443 to 0.0.0.0/0)`. */
  readonly text: string;
}

export interface NetworkAcl {
  readonly id: string;
  /** In the order in which they are tried. */
  readonly entries: Readonly<Record<Direction, readonly AclEntry[]>>;
}

/**
 * A network ACL. Throws {@link NotKnown} for an entry that is not understood: it could match anything.
 *
 * Facts: VPC user guide, "Network ACL rules" (lowest number first, IPv4 and IPv6 apart, what no rule matches is
 * denied); EC2 API reference, `CreateNetworkAclEntry` (protocol -1 is every protocol whatever the ports say; ports
 * are those of TCP and UDP, types and codes those of ICMP, -1 for all; ICMPv6 with an IPv4 prefix has neither).
 */
export function networkAclOf(acl: aws.NetworkAcl): NetworkAcl {
  const id = returned(acl.NetworkAclId, 'NetworkAclId of a network ACL');
  const found = returned(acl.Entries, `Entries of ${id}`).map((entry) => ({
    egress: returned(entry.Egress, `Egress of an entry of ${id}`),
    entry: entryOf(id, entry),
  }));
  const inOrder = (direction: Direction): readonly AclEntry[] => {
    const entries = found
      .filter(({ egress }) => egress === (direction === 'egress'))
      .map(({ entry }) => entry)
      .sort((a, b) => a.number - b.number);
    const twice = entries.find((entry, index) => {
      const next = entries[index + 1];
      return next?.number === entry.number && next.peers.family === entry.peers.family;
    });
    if (twice) throw new NotKnown(`${id} has two ${direction} entries with the number ${twice.number}`);
    return entries;
  };
  return { id, entries: { ingress: inOrder('ingress'), egress: inOrder('egress') } };
}

/**
 * The ACL of a subnet. Throws {@link NotKnown} where the answer names none, or several.
 *
 * Facts: VPC user guide, "Network ACL associations": a subnet has exactly one, and without an association of its own
 * it has the VPC's default one.
 */
export function aclOfSubnet(acls: readonly aws.NetworkAcl[], subnetId: string): aws.NetworkAcl {
  const own = acls.filter(({ Associations: associations }) =>
    (associations ?? []).some((association) => association.SubnetId === subnetId),
  );
  const candidates = own.length > 0 ? own : acls.filter(({ IsDefault: isDefault }) => isDefault === true);
  const [only, second] = candidates;
  if (only === undefined || second !== undefined)
    throw new NotKnown(
      `${subnetId} has ${candidates.length} network ACLs in the answer, where one is possible`,
    );
  return only;
}

/** Whether an entry is AWS's own last one, which no one can change. */
export function isClosing(entry: AclEntry): boolean {
  return entry.number >= CLOSING;
}

function entryOf(aclId: string, entry: AwsEntry): AclEntry {
  const number = returned(entry.RuleNumber, `RuleNumber of an entry of ${aclId}`);
  const name = `rule ${number} of ${aclId}`;
  const action = entry.RuleAction;
  if (action !== 'allow' && action !== 'deny')
    throw new NotKnown(`${name} has the action "${action ?? 'not returned'}"`);
  const peers = peersOf(name, entry);
  const protocol = protocolOf(name, entry.Protocol);
  const points = pointsOf(name, { entry, protocol, family: peers.family });
  const what = [action, ...trafficWords(protocol, points)].join(' ');
  const text = `rule ${number} (${what} ${entry.Egress === true ? 'to' : 'from'} ${peers.text})`;
  return { number, action, protocol, points, peers, text };
}

function peersOf(name: string, { CidrBlock, Ipv6CidrBlock }: AwsEntry): Cidr {
  if (CidrBlock !== undefined && Ipv6CidrBlock !== undefined)
    throw new NotKnown(`${name} has two CIDR blocks, where one is possible`);
  return parseCidr(returned(CidrBlock ?? Ipv6CidrBlock, `the CIDR block of ${name}`));
}

function protocolOf(name: string, text: string | undefined): number | 'all' {
  const protocol = returned(text, `Protocol of ${name}`);
  if (protocol === '-1') return 'all';
  if (!/^\d{1,3}$/.test(protocol) || Number(protocol) > 255)
    throw new NotKnown(`"${protocol}", the protocol of ${name}, is not an IP protocol`);
  return Number(protocol);
}

function pointsOf(
  name: string,
  of: { readonly entry: AwsEntry; readonly protocol: number | 'all'; readonly family: Family },
): PortRange {
  const { entry, protocol, family } = of;
  if (protocol === TCP || protocol === UDP) {
    const from = returned(entry.PortRange?.From, `PortRange.From of ${name}`);
    const to = returned(entry.PortRange?.To, `PortRange.To of ${name}`);
    if (from < 0 || to > ALL_POINTS.to || from > to)
      throw new NotKnown(`${name} has the port range ${from}-${to}`);
    return { from, to };
  }
  if (protocol === ICMP || (protocol === ICMPV6 && family === 'ipv6')) return icmpPoints(name, entry);
  return ALL_POINTS;
}

function icmpPoints(name: string, entry: AwsEntry): PortRange {
  const type = returned(entry.IcmpTypeCode?.Type, `IcmpTypeCode.Type of ${name}`);
  const code = returned(entry.IcmpTypeCode?.Code, `IcmpTypeCode.Code of ${name}`);
  const valid = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 255;
  if (type === -1 && code === -1) return ALL_POINTS;
  if (!valid(type) || (code !== -1 && !valid(code)))
    throw new NotKnown(`${name} has the ICMP type ${type} with the code ${code}`);
  const from = type * 256 + (code === -1 ? 0 : code);
  return { from, to: code === -1 ? from + 255 : from };
}

function trafficWords(protocol: number | 'all', { from, to }: PortRange): readonly string[] {
  if (protocol === 'all') return ['all'];
  if (protocol === TCP || protocol === UDP) {
    return [protocol === TCP ? 'tcp' : 'udp', from === to ? `${from}` : `${from}-${to}`];
  }
  if (protocol !== ICMP && protocol !== ICMPV6) return [`protocol ${protocol}`];
  const name = protocol === ICMP ? 'icmp' : 'icmpv6';
  if (to - from === ALL_POINTS.to) return [name];
  const code = from === to ? [`code ${from % 256}`] : [];
  return [name, `type ${Math.floor(from / 256)}`, ...code];
}
