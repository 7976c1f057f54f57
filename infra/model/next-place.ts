/** What becomes of a packet that a route hands to its target: where it goes on, or how its way ends. */
import type { Interval } from './address-set';
import { covers } from './address-set';
import type { Family } from './cidr';
import { formatAddress, parseCidr, WIDTH } from './cidr';
import { globalPart, NAT64_PREFIX } from './global-address';
import { ask } from './known';
import type { NatGateway } from './nat-gateway';
import type { Network, Place } from './network';
import { lookUp, natGatewayIn, subnetPlace, tablePlace, vpcOfSubnet, vpcWith } from './network';
import type { AttachmentSide, Pinning, Restraint, Target } from './route-target';

/** What routing looks at: the destination, here a class of destinations. */
export interface Packet extends Interval {
  readonly family: Family;
}

export type End =
  /** Handed to a machine inside the VPC. */
  | { readonly kind: 'delivered'; readonly how: string }
  /** Out to the internet by an internet, egress-only internet or carrier gateway. */
  | {
      readonly kind: 'internet-exit';
      readonly gatewayId: string;
      /** What may be held back there all the same; `exitDoubtOf` of block-public-access.ts reads it. */
      readonly restraint?: Restraint;
    }
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
  /** Out of the VPC: from here on the transit gateway's table decides. */
  | { readonly kind: 'transit-gateway'; readonly id: string; readonly attachmentId: string }
  /** Into another VPC, or back into this one, by one of the attachment's subnets. */
  | {
      readonly kind: 'transit-gateway-attachment';
      readonly id: string;
      readonly vpcId: string;
      readonly subnetId: string;
      readonly pinning: Pinning;
    }
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
    case 'closed':
      return end({ kind: 'dropped', because: target.because });
    case 'internet-exit': {
      const { id: gatewayId, restraint } = target;
      return end({ kind: 'internet-exit', gatewayId, ...(restraint === undefined ? {} : { restraint }) });
    }
    case 'unmodelled':
      return unmodelled(target.because);
    case 'private-connection':
      return target.from
        ? transitGateway(network, { ...target, from: target.from }, packet)
        : privateConnection(target, packet);
    case 'transit-gateway-attachment': {
      const { id, vpcId, subnetId, pinning } = target;
      const via: Via = { kind: 'transit-gateway-attachment', id, vpcId, subnetId, pinning };
      return { on: true, via, place: subnetPlace(network, subnetId), packet };
    }
    case 'nat-gateway':
      return natGateway(network, target.id, packet);
    case 'vpc-endpoint':
      return vpcEndpoint(network, target.id, packet);
    case 'network-interface':
      return networkInterface(network, target.id, packet);
  }
  return target satisfies never;
}

type PrivateConnection = Extract<Target, { kind: 'private-connection' }>;

/**
 * A connection that is not followed can lead to an internet exit elsewhere, so destinations on the internet are
 * undecided. DERIVED: a destination that cannot be on the internet does not reach it this way either.
 */
function privateConnection({ id, what }: PrivateConnection, packet: Packet, because?: string): Arrival {
  const [onInternet] = globalPart(packet.family, packet);
  if (onInternet === undefined) return end({ kind: 'private', because: `${what} ${id}` });
  const example = formatAddress(packet.family, onInternet.first);
  const why = because === undefined ? '' : `: ${because}`;
  return unmodelled(
    `${example} and others leave by the ${what} ${id}, and the model does not follow it${why}`,
  );
}

/** Followed whatever the destination, as far as the tables behind it could be read. */
function transitGateway(
  network: Network,
  target: PrivateConnection & { readonly from: AttachmentSide },
  packet: Packet,
): Arrival {
  const gateways = network.transitGateways();
  if (!gateways.known) return privateConnection(target, packet, gateways.because);
  const entered = ask(() => gateways.value.enter(target.id, target.from));
  if (!entered.known) return privateConnection(target, packet, entered.because);
  if (entered.value.kind === 'dropped') return end(entered.value);
  const { attachmentId, place } = entered.value;
  return { on: true, via: { kind: 'transit-gateway', id: target.id, attachmentId }, place, packet };
}

/** Facts: aws.md 1.23 (VPC user guide, "NAT gateways"): IPv6 only as NAT64; its prefix 64:ff9b::/96 is RFC 6052's. */
function natGateway(network: Network, id: string, packet: Packet): Arrival {
  const nat = natGatewayIn(network, id);
  if (!nat.known) return unmodelled(nat.because);
  const place = placeBehind(network, nat.value);
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

function placeBehind(network: Network, { id, subnetId, routeTableId, isPrivate }: NatGateway): Place {
  if (subnetId === null) return tablePlace(network, id, routeTableId ?? '');
  const closed = isPrivate ? vpcOfSubnet(network, subnetId).behindPrivateNats.get(id) : undefined;
  return closed ?? subnetPlace(network, subnetId);
}

function vpcEndpoint(network: Network, id: string, packet: Packet): Arrival {
  const home = vpcWith(
    network,
    ({ firewallEndpoints: { byId, undecided }, vpcEndpoints }) =>
      byId.has(id) || undecided.has(id) || (vpcEndpoints.known && vpcEndpoints.value.has(id)),
  );
  const { byId, undecided, incomplete } = (home ?? network).firewallEndpoints;
  const known = byId.get(id);
  if (known) {
    const via: Via = { kind: 'firewall-endpoint', id, firewallArn: known.firewallArn };
    return { on: true, via, place: subnetPlace(network, known.subnetId), packet };
  }
  const doubt = undecided.get(id);
  if (doubt !== undefined) return unmodelled(`what inspects at ${id} is not known: ${doubt}`);
  const endpoint = lookUp(network, (vpc) => vpc.vpcEndpoints, { id, what: 'VPC endpoint' });
  if (!endpoint.known) return unmodelled(endpoint.because);
  const { VpcEndpointType: type, SubnetIds: subnets } = endpoint.value;
  if (type === 'Gateway') return end({ kind: 'service', endpointId: id });
  if (incomplete !== null) return unmodelled(`${id} may be an endpoint of the firewall: ${incomplete}`);
  const [subnetId] = subnets ?? [];
  if (type !== 'GatewayLoadBalancer' || subnetId === undefined) {
    return unmodelled(`${id} is an endpoint of type "${type ?? 'not returned'}" and not the firewall's`);
  }
  const place = subnetPlace(network, subnetId);
  if (network.acceptedInspection.has(id)) {
    const firewallArn = 'inspection that the intent accepts';
    return { on: true, via: { kind: 'firewall-endpoint', id, firewallArn }, place, packet };
  }
  const because = `${id} is a Gateway Load Balancer endpoint, but of no Network Firewall that was read`;
  return { on: true, via: { kind: 'appliance', id, because }, place, packet };
}

/** Facts: aws.md 1.39 (EC2 API reference, `NetworkInterface.SourceDestCheck`): with the check on, foreign packets are dropped. */
function networkInterface(network: Network, id: string, packet: Packet): Arrival {
  const found = lookUp(network, (vpc) => vpc.networkInterfaces, {
    id,
    what: 'network interface',
  });
  if (!found.known) return unmodelled(found.because);
  const { SourceDestCheck: check, SubnetId: subnetId } = found.value;
  if (check === true) return end({ kind: 'dropped', because: `${id} checks source and destination` });
  if (check === undefined || subnetId === undefined)
    return unmodelled(`AWS did not return SourceDestCheck and SubnetId of ${id}`);
  const because = `${id} forwards packets of others (SourceDestCheck is off), and the model cannot see what it does with them`;
  return { on: true, via: { kind: 'appliance', id, because }, place: subnetPlace(network, subnetId), packet };
}

function end(reached: End): Arrival {
  return { on: false, end: reached };
}

function unmodelled(because: string): Arrival {
  return end({ kind: 'unmodelled', because });
}
