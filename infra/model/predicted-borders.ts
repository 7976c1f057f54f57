/** The subnet borders on one packet's way, and what their network ACLs make of one flow, out and back. */
import type { Snapshot } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import { decisionsOn, isAllowed } from './acl-decision';
import type { AddressSet } from './address-set';
import { NAT_CLIENT_PORTS, STUDIO_CLIENT_PORTS } from './border-crossing';
import type { Family } from './cidr';
import type { FlowShape } from './flow-shape';
import { ask } from './known';
import type { Direction } from './network-acl';
import { ALL_POINTS, aclOfSubnet, networkAclOf } from './network-acl';
import type { Prediction } from './prediction';
import type { PortRange } from './security-group';

/** One border as a flow meets it; the answers meet it the other way round. */
export interface Border {
  readonly subnetId: string;
  /** Of the requests. */
  readonly direction: Direction;
  readonly family: Family;
  /** The other side as this border sees it: the source of what comes in, the destination of what goes out. */
  readonly peers: AddressSet;
  /** Whether a NAT gateway has chosen the client's port by here. */
  readonly behindNat: boolean;
}

type Stopped = Exclude<Prediction, { readonly outcome: 'open' }>;

/**
 * What a border's ACL makes of the requests, or of the answers, of a flow; null where it lets all of them over. Answers go
 * to a port that the client or the NAT gateway chose, so an ACL that lets some such ports over leaves it undecided.
 *
 * Facts: VPC user guide, "Network ACL basics" (no state; asked where traffic enters and leaves a subnet) and "Ephemeral
 * ports".
 */
export function stoppedAt(
  snapshot: Snapshot,
  border: Border,
  { shape, of }: { readonly shape: FlowShape; readonly of: 'requests' | 'answers' },
): Stopped | null {
  const { subnetId, family, peers } = border;
  const asked = ask(() => networkAclOf(aclOfSubnet(aclsFor(snapshot, subnetId), subnetId)));
  if (!asked.known) return { outcome: 'undecided', because: asked.because };
  const acl = asked.value;
  const direction = of === 'requests' ? border.direction : opposite(border.direction);
  const points = of === 'requests' ? requestPoints(shape, family) : answerPoints(shape, border);
  const decisions = decisionsOn(acl, direction, {
    family,
    protocol: protocolNumberIn(shape, family),
    points,
    peers,
  });
  const denied = decisions.filter((decision) => !isAllowed(decision));
  const [first] = denied;
  if (first === undefined) return null;
  const rule = first.entry?.text ?? 'no rule matches';
  const what = of === 'requests' ? 'it' : 'its answers';
  const way = direction === 'egress' ? 'out of' : 'into';
  if (denied.length < decisions.length)
    return {
      outcome: 'undecided',
      because: `${acl.id} lets only part of ${what} ${way} ${subnetId}: ${rule}`,
    };
  const because = `${acl.id} does not let ${what} ${way} ${subnetId}: ${rule}`;
  return {
    outcome: 'blocked',
    by: 'network-acl',
    how: 'drop',
    logged: null,
    because,
    rule: { resource: acl.id, rule },
  };
}

/** The snapshot holds the ACLs of its own VPC only: the ACL of a subnet elsewhere must not be taken for the default one. */
function aclsFor(snapshot: Snapshot, subnetId: string) {
  const here = sectionValue(snapshot, 'subnets').some(({ SubnetId: id }) => id === subnetId);
  if (!here) throw new NotKnown(`the network ACL of ${subnetId}, which is in another VPC, was not read`);
  return sectionValue(snapshot, 'networkAcls');
}

const opposite = (direction: Direction): Direction => (direction === 'egress' ? 'ingress' : 'egress');

const ICMPV6 = 58;

const protocolNumberIn = ({ transport, protocolNumber }: FlowShape, family: Family): number =>
  transport === 'icmp' && family === 'ipv6' ? ICMPV6 : protocolNumber;

/** ICMP's points are `type * 256 + code`; an echo request is type 8 in RFC 792 and 128 in RFC 4443, its reply 0 and 129. */
function requestPoints({ transport, port }: FlowShape, family: Family): PortRange {
  if (transport === 'icmp') return single((family === 'ipv4' ? 8 : 128) * 256);
  if (transport === 'other') return ALL_POINTS;
  return single(returned(port, `the port of a ${transport} flow`));
}

function answerPoints({ transport }: FlowShape, { family, behindNat }: Border): PortRange {
  if (transport === 'icmp') return single((family === 'ipv4' ? 0 : 129) * 256);
  if (transport === 'other') return ALL_POINTS;
  return behindNat ? NAT_CLIENT_PORTS : STUDIO_CLIENT_PORTS;
}

const single = (point: number): PortRange => ({ from: point, to: point });
