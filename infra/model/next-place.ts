/** What becomes of a packet that a route hands to its target: where it goes on, or how its way ends. */
import type { Interval } from './address-set';
import { covers } from './address-set';
import type { Family } from './cidr';
import { formatAddress, parseCidr, WIDTH } from './cidr';
import { globalPart, NAT64_PREFIX } from './global-address';
import type { Known } from './known';
import type { Network, Place } from './network';
import { subnetPlace, tablePlace } from './network';
import type { Target } from './route-target';

/** What routing looks at: the destination, here a class of destinations. */
export interface Packet extends Interval {
  readonly family: Family;
}

export type End =
  /** Handed to a machine inside the VPC. */
  | { readonly kind: 'delivered'; readonly how: string }
  /** Out to the internet by an internet, egress-only internet or carrier gateway. */
  | { readonly kind: 'internet-exit'; readonly gatewayId: string }
  /** To an AWS service by a gateway endpoint. */
  | { readonly kind: 'service'; readonly endpointId: string }
  /** Out of the VPC to a destination that is not on the internet. */
  | { readonly kind: 'private'; readonly because: string }
  | { readonly kind: 'dropped'; readonly because: string }
  | { readonly kind: 'loop' }
  | { readonly kind: 'unmodelled'; readonly because: string };

export type Via =
  | { readonly kind: 'nat-gateway'; readonly id: string }
  | { readonly kind: 'firewall-endpoint'; readonly id: string; readonly firewallArn: string }
  /** A machine that forwards as it likes: the way on is one of those it can take, not the only one. */
  | { readonly kind: 'appliance'; readonly id: string; readonly because: string };

export type Arrival =
  | { readonly on: false; readonly end: End }
  | { readonly on: true; readonly via: Via; readonly place: Place; readonly packet: Packet };

/** Hands a packet to a route's target. */
export function nextPlace(network: Network, target: Target, packet: Packet): Arrival {
  switch (target.kind) {
    case 'local':
      return end({ kind: 'delivered', how: 'local' });
    case 'blackhole':
      return end({
        kind: 'dropped',
        because: `the route's target ${target.id} is not available (blackhole)`,
      });
    case 'internet-exit':
      return end({ kind: 'internet-exit', gatewayId: target.id });
    case 'unmodelled':
      return unmodelled(target.because);
    case 'private-connection':
      return privateConnection(target.id, target.what, packet);
    case 'nat-gateway':
      return natGateway(network, target.id, packet);
    case 'vpc-endpoint':
      return vpcEndpoint(network, target.id, packet);
    case 'network-interface':
      return networkInterface(network, target.id, packet);
  }
  return target satisfies never;
}

/**
 * A transit gateway and its like can lead to an internet exit elsewhere, so destinations on the internet are
 * undecided. DERIVED: a destination that cannot be on the internet does not reach it this way either.
 */
function privateConnection(id: string, what: string, packet: Packet): Arrival {
  const [onInternet] = globalPart(packet.family, packet);
  if (onInternet === undefined) return end({ kind: 'private', because: `${what} ${id}` });
  const example = formatAddress(packet.family, onInternet.first);
  return unmodelled(`${example} and others leave by the ${what} ${id}, and the model does not follow it`);
}

/** Facts: aws.md 1.23 (VPC user guide, "NAT gateways"): IPv6 only as NAT64; its prefix 64:ff9b::/96 is RFC 6052's. */
function natGateway(network: Network, id: string, packet: Packet): Arrival {
  const nat = lookUp(network.natGateways, id, 'NAT gateway');
  if (!nat.known) return unmodelled(nat.because);
  if (!nat.value.known) return unmodelled(nat.value.because);
  const { subnetId, routeTableId } = nat.value.value;
  const place =
    subnetId === null ? tablePlace(network, id, routeTableId ?? '') : subnetPlace(network, subnetId);
  const via: Via = { kind: 'nat-gateway', id };
  if (packet.family === 'ipv4') return { on: true, via, place, packet };
  const prefix = parseCidr(NAT64_PREFIX);
  if (!covers([prefix], [packet]))
    return unmodelled(`IPv6 destinations outside ${NAT64_PREFIX} are routed to ${id}`);
  const mask = (1n << BigInt(WIDTH.ipv4)) - 1n;
  return {
    on: true,
    via,
    place,
    packet: { family: 'ipv4', first: packet.first & mask, last: packet.last & mask },
  };
}

function vpcEndpoint(network: Network, id: string, packet: Packet): Arrival {
  const own = network.firewallEndpoints.byId.get(id);
  if (own) {
    const via: Via = { kind: 'firewall-endpoint', id, firewallArn: own.firewallArn };
    return { on: true, via, place: subnetPlace(network, own.subnetId), packet };
  }
  const endpoint = lookUp(network.vpcEndpoints, id, 'VPC endpoint');
  if (!endpoint.known) return unmodelled(endpoint.because);
  const { VpcEndpointType: type, SubnetIds: subnets } = endpoint.value;
  if (type === 'Gateway') return end({ kind: 'service', endpointId: id });
  const { incomplete } = network.firewallEndpoints;
  if (incomplete !== null) return unmodelled(`${id} may be an endpoint of the firewall: ${incomplete}`);
  const [subnetId] = subnets ?? [];
  if (type !== 'GatewayLoadBalancer' || subnetId === undefined) {
    return unmodelled(`${id} is an endpoint of type "${type ?? 'not returned'}" and not the firewall's`);
  }
  const because = `${id} is a Gateway Load Balancer endpoint, but none of this VPC's Network Firewall`;
  return { on: true, via: { kind: 'appliance', id, because }, place: subnetPlace(network, subnetId), packet };
}

/** Facts: aws.md 1.39 (EC2 API reference, `NetworkInterface.SourceDestCheck`): with the check on, foreign packets are dropped. */
function networkInterface(network: Network, id: string, packet: Packet): Arrival {
  const found = lookUp(network.networkInterfaces, id, 'network interface');
  if (!found.known) return unmodelled(found.because);
  const { SourceDestCheck: check, SubnetId: subnetId } = found.value;
  if (check === true) return end({ kind: 'dropped', because: `${id} checks source and destination` });
  if (check === undefined || subnetId === undefined)
    return unmodelled(`AWS did not return SourceDestCheck and SubnetId of ${id}`);
  const because = `${id} forwards packets of others (SourceDestCheck is off), and the model cannot see what it does with them`;
  return { on: true, via: { kind: 'appliance', id, because }, place: subnetPlace(network, subnetId), packet };
}

function lookUp<T>(section: Known<ReadonlyMap<string, T>>, id: string, what: string): Known<T> {
  if (!section.known) return section;
  const value = section.value.get(id);
  return value === undefined
    ? { known: false, because: `the ${what} ${id} was not returned` }
    : { known: true, value };
}

function end(reached: End): Arrival {
  return { on: false, end: reached };
}

function unmodelled(because: string): Arrival {
  return end({ kind: 'unmodelled', because });
}
