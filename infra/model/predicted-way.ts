/** One packet's way in the order in which it meets things: borders of subnets, NAT gateways, firewall endpoints. */
import type { Snapshot } from '../snapshot/snapshot';
import { NotKnown, sectionValue } from '../snapshot/snapshot';
import type { AddressSet } from './address-set';
import type { Address, Family } from './cidr';
import { parseAddress } from './cidr';
import type { FlowShape } from './flow-shape';
import { insist } from './known';
import type { Network } from './network';
import { natGatewayIn } from './network';
import type { Via } from './next-place';
import type { Path, Step } from './packet-path';
import type { Border } from './predicted-borders';
import type { Sender } from './predicted-sender';

/** A flow to one address on one of its paths. */
export interface OnPath {
  readonly path: Path;
  readonly shape: FlowShape;
  readonly sender: Sender;
  readonly destination: Address;
}

export type Meeting =
  | { readonly kind: 'border'; readonly border: Border }
  | { readonly kind: 'nat-gateway'; readonly id: string }
  | {
      readonly kind: 'firewall-endpoint';
      readonly id: string;
      readonly firewallArn: string;
      readonly family: Family;
      /** The source as the firewall sees it: one of these. */
      readonly sources: AddressSet;
      readonly destination: bigint;
    };

interface Going {
  readonly here: string;
  readonly destination: Address;
  readonly sources: AddressSet;
  readonly behindNat: boolean;
}

/**
 * What a packet to one address meets on a path. `into` is the subnet of a destination inside the VPC; null for one
 * elsewhere. Throws {@link NotKnown} for a NAT gateway without a known address, and for a family that the sender lacks.
 *
 * Facts: VPC user guide, "Network ACL basics" (asked where a packet crosses a subnet's border, not within it); aws.md 3.23
 * (behind a NAT gateway the source is its private address; DERIVED).
 */
export function meetingsOn(
  snapshot: Snapshot,
  network: Network,
  way: {
    readonly path: Path;
    readonly sender: Sender;
    readonly destination: Address;
    readonly into: string | null;
  },
): readonly Meeting[] {
  const { path, sender, destination, into } = way;
  const own = sender.addresses[destination.family];
  if (own === null) throw new NotKnown(`${sender.instanceId} has no ${destination.family} address`);
  const met: Meeting[] = [];
  let going: Going = { here: sender.subnetId, destination, sources: one(own), behindNat: false };
  for (const step of path.steps) {
    const next = subnetBehind(snapshot, step);
    if (next !== null && next !== going.here) met.push(leaving(going), entering(going, next));
    if (!step.arrival.on) break;
    const { via, packet } = step.arrival;
    if (via.kind === 'nat-gateway') met.push({ kind: 'nat-gateway', id: via.id });
    going = passedOn(network, going, { next: next ?? going.here, via });
    going = { ...going, destination: { family: packet.family, value: packet.first } };
    if (via.kind === 'firewall-endpoint') {
      const { id, firewallArn } = via;
      const { sources, destination: to } = going;
      met.push({
        kind: 'firewall-endpoint',
        id,
        firewallArn,
        family: to.family,
        sources,
        destination: to.value,
      });
    }
  }
  if (into === going.here) return met;
  return into === null ? [...met, leaving(going)] : [...met, leaving(going), entering(going, into)];
}

/** Behind a NAT gateway, the source is one of its own addresses. */
function passedOn(
  network: Network,
  going: Going,
  { next, via }: { readonly next: string; readonly via: Via },
): Going {
  if (via.kind !== 'nat-gateway') return { ...going, here: next };
  const { privateIps } = insist(natGatewayIn(network, via.id));
  if (privateIps.length === 0)
    throw new NotKnown(`AWS did not return a private address of the NAT gateway ${via.id}`);
  return {
    ...going,
    here: next,
    sources: privateIps.flatMap((ip) => one(parseAddress(ip).value)),
    behindNat: true,
  };
}

function leaving({ here, destination, behindNat }: Going): Meeting {
  const { family, value } = destination;
  return {
    kind: 'border',
    border: { subnetId: here, direction: 'egress', family, peers: one(value), behindNat },
  };
}

function entering({ destination, sources, behindNat }: Going, next: string): Meeting {
  const { family } = destination;
  return {
    kind: 'border',
    border: { subnetId: next, direction: 'ingress', family, peers: sources, behindNat },
  };
}

/** The subnet that a step leads into, or null: a gateway at the VPC's edge, a transit gateway, a regional NAT gateway. */
function subnetBehind(snapshot: Snapshot, { arrival }: Step): string | null {
  if (!arrival.on) return null;
  const { via, place } = arrival;
  if (via.kind === 'nat-gateway') {
    // Behind a private one, the place is a view of the subnet with a name of its own.
    const nat = sectionValue(snapshot, 'natGateways').find(({ NatGatewayId: id }) => id === via.id);
    return nat === undefined ? place.id : (nat.SubnetId ?? null);
  }
  return via.kind === 'transit-gateway' ? null : place.id;
}

function one(value: bigint): AddressSet {
  return [{ first: value, last: value }];
}
