/**
 * Whether security groups and network ACLs would let a packet out on a way that routing found. A way that they block is
 * a way all the same: they are changed more easily than routes, so this explains a violation and never excuses it.
 */
import type { Snapshot } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import { decisionsOn, isAllowed } from './acl-decision';
import type { AddressSet } from './address-set';
import { contains, intersect, union } from './address-set';
import type { Address } from './cidr';
import { parseAddress } from './cidr';
import { groupBookOf, rulesOfGroups } from './group-admission';
import { ask } from './known';
import type { Direction } from './network-acl';
import { ALL_POINTS, aclOfSubnet, networkAclOf, TCP, UDP } from './network-acl';
import type { Hop } from './proof';
import type { SecurityGroupRule } from './security-group';
import { matches } from './security-group';
import { studioSecurityGroups } from './studio';
import { subnetOf } from './subnet';

export interface Admission {
  /** Whether the groups that some Studio app runs with let anything out to the destination. */
  readonly groups: 'lets out' | 'blocks' | 'unknown';
  /** Whether the ACLs on the way let what the groups let out over every border; not asked where the groups block. */
  readonly acls: 'lets through' | 'blocks' | 'unknown' | 'not asked';
  /** Both as a sentence without a full stop, naming the deciding rules. */
  readonly because: string;
}

/** A witness of a proof, with the way that it takes. */
export interface ProvenWay {
  /** The Studio subnet that it starts in. */
  readonly subnetId: string;
  /** The destination's address. */
  readonly destination: string;
  readonly hops: readonly Hop[];
}

/**
 * What groups and ACLs say to a witness on its way out, for any protocol and port. Only the way out is looked at: a
 * packet whose answer is blocked has left. Never throws {@link NotKnown}.
 */
export function admission(snapshot: Snapshot, way: ProvenWay): Admission {
  const letOut = ask(() => rulesLettingOut(snapshot, parseAddress(way.destination)));
  if (!letOut.known) {
    const because = `whether the security groups of Studio let it out is not known: ${letOut.because}`;
    return { groups: 'unknown', acls: 'not asked', because };
  }
  const [first] = letOut.value;
  if (first === undefined) {
    const because = `no egress rule of the security groups of Studio lets anything out to ${way.destination}`;
    return { groups: 'blocks', acls: 'not asked', because };
  }
  const out = ({ groupId, text }: SecurityGroupRule): string => `${groupId} lets it out (${text})`;
  const crossing = ask(() => acrossBorders(snapshot, way, letOut.value));
  if (!crossing.known) {
    const because = `${out(first)}; what network ACLs do with it is not known: ${crossing.because}`;
    return { groups: 'lets out', acls: 'unknown', because };
  }
  const { rule, blockedBy } = crossing.value;
  return blockedBy === null
    ? {
        groups: 'lets out',
        acls: 'lets through',
        because: `${out(rule)}, and so do the network ACLs on the way`,
      }
    : { groups: 'lets out', acls: 'blocks', because: `${out(rule)}, but ${blockedBy}` };
}

/** The rules that let anything out to an address, those for TCP 443 first. */
function rulesLettingOut(snapshot: Snapshot, destination: Address): readonly SecurityGroupRule[] {
  const book = groupBookOf(snapshot);
  const rules = studioSecurityGroups(snapshot)
    .flatMap(({ groupIds }) => rulesOfGroups(book, groupIds, 'egress'))
    .filter((rule) => contains(rule.addresses[destination.family], destination.value));
  const forTls = (rule: SecurityGroupRule): boolean => matches(rule, 'tcp', 443);
  return [...rules.filter(forTls), ...rules.filter((rule) => !forTls(rule))];
}

interface Border {
  readonly subnetId: string;
  readonly direction: Direction;
  readonly peers: AddressSet;
  readonly family: Address['family'];
}

/** The first rule of whose traffic some gets over every border, or else where the first rule's traffic ends. */
function acrossBorders(
  snapshot: Snapshot,
  way: ProvenWay,
  rules: readonly SecurityGroupRule[],
): { readonly rule: SecurityGroupRule; readonly blockedBy: string | null } {
  const borders = bordersOf(snapshot, way);
  const answers = rules.flatMap((rule) =>
    protocolsOf(rule).map((protocol) => ({
      rule,
      blockedBy: firstBlock(snapshot, borders, { rule, protocol }),
    })),
  );
  const through = answers.find(({ blockedBy }) => blockedBy === null);
  if (through) return through;
  const uncompared = rules.find((rule) => protocolsOf(rule).length === 0);
  if (uncompared) throw new NotKnown(`the model does not compare "${uncompared.text}" with network ACLs`);
  return returned(answers[0], `a rule that lets anything out to ${way.destination}`);
}

/** The border at which nothing of a rule's traffic gets on, in words; null where some of it gets over all of them. */
function firstBlock(
  snapshot: Snapshot,
  borders: readonly Border[],
  traffic: { readonly rule: SecurityGroupRule; readonly protocol: number },
): string | null {
  const { rule, protocol } = traffic;
  const { from, to } = rule.protocol === 'all' ? ALL_POINTS : rule.ports;
  let open: AddressSet = [{ first: BigInt(from), last: BigInt(to) }];
  for (const { subnetId, direction, peers, family } of borders) {
    const acl = networkAclOf(aclOfSubnet(sectionValue(snapshot, 'networkAcls'), subnetId));
    const allowed = decisionsOn(acl, direction, { family, protocol, points: ALL_POINTS, peers }).filter(
      isAllowed,
    );
    open = intersect(
      open,
      allowed.map(({ points }) => ({ first: BigInt(points.from), last: BigInt(points.to) })),
    );
    const way = direction === 'egress' ? 'out of' : 'into';
    if (open.length === 0) return `${acl.id} lets none of it ${way} ${subnetId}`;
  }
  return null;
}

/** The IP protocols of a rule, of those whose ports it shares with ACLs; none for ICMP and the others. */
function protocolsOf({ protocol }: SecurityGroupRule): readonly number[] {
  if (protocol === 'all') return [TCP, UDP];
  if (protocol === 'tcp') return [TCP];
  return protocol === 'udp' ? [UDP] : [];
}

/** Every border on the way out, in order. NAT64 changes the family at the NAT gateway. */
function bordersOf(snapshot: Snapshot, { subnetId, destination, hops }: ProvenWay): readonly Border[] {
  const to = parseAddress(destination);
  const start = subnetOf(
    returned(
      sectionValue(snapshot, 'subnets').find(({ SubnetId: id }) => id === subnetId),
      `the subnet ${subnetId}`,
    ),
  );
  let source: AddressSet = union(start.cidrs.filter(({ family }) => family === to.family));
  let here = subnetId;
  const borders: Border[] = [];
  const leave = (peer: Address): void => {
    borders.push({ subnetId: here, direction: 'egress', family: peer.family, peers: one(peer) });
  };
  let peer = to;
  for (const { at } of hops) {
    const next = subnetAt(snapshot, at);
    if (next === null || next === here) continue;
    leave(peer);
    borders.push({ subnetId: next, direction: 'ingress', family: peer.family, peers: source });
    here = next;
    if (!at.startsWith('nat-')) continue;
    source = natAddresses(snapshot, at);
    if (peer.family === 'ipv6') peer = { family: 'ipv4', value: peer.value & 0xffff_ffffn };
  }
  leave(peer);
  return borders;
}

function one({ value }: Address): AddressSet {
  return [{ first: value, last: value }];
}

/** The subnet of this VPC that a hop is in, or null: a gateway at the VPC's edge, something in another VPC. */
function subnetAt(snapshot: Snapshot, at: string): string | null {
  if (at.startsWith('subnet-'))
    return sectionValue(snapshot, 'subnets').some(({ SubnetId: id }) => id === at) ? at : null;
  if (at.startsWith('nat-')) {
    const nat = sectionValue(snapshot, 'natGateways').find(({ NatGatewayId: id }) => id === at);
    return nat?.SubnetId ?? null;
  }
  if (!at.startsWith('vpce-')) return null;
  const endpoint = sectionValue(snapshot, 'vpcEndpoints').find(({ VpcEndpointId: id }) => id === at);
  return endpoint?.SubnetIds?.[0] ?? null;
}

function natAddresses(snapshot: Snapshot, natId: string): AddressSet {
  const nat = sectionValue(snapshot, 'natGateways').find(({ NatGatewayId: id }) => id === natId);
  return union(
    returned(nat?.NatGatewayAddresses, `NatGatewayAddresses of ${natId}`).flatMap(({ PrivateIp: ip }) =>
      ip === undefined ? [] : one(parseAddress(ip)),
    ),
  );
}
