/** What Studio needs for the internet, at the borders of the subnets on its way: Studio, NAT gateway, firewall. */
import type { NatGateway, Snapshot } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import type { AddressSet, Interval } from './address-set';
import { intersect, union } from './address-set';
import type { Crossing } from './border-crossing';
import { bothWays, NAT_CLIENT_PORTS, STUDIO_CLIENT_PORTS } from './border-crossing';
import type { Family } from './cidr';
import { parseAddress } from './cidr';
import type { Front, Handed } from './flood';
import { flood } from './flood';
import { globalAddresses } from './global-address';
import type { Network } from './network';
import { subnetPlace } from './network';
import type { Arrival } from './next-place';
import type { PortRange } from './security-group';
import type { StudioSubnet } from './studio-subnet';

/** One stop on the way out, with the packets as they leave it. */
interface Stop {
  readonly placeId: string;
  /** The NAT gateway that stands here and changes the source, or null. */
  readonly natId: string | null;
  readonly family: Family;
  readonly peers: AddressSet;
}

type Way = readonly Stop[];

/**
 * The ways on which packets of a subnet reach the internet, in the families that it has addresses of, each stop with the
 * internet addresses that go on from there. Throws {@link NotKnown} when part of the internet is reached by something that the model does not follow.
 */
export function internetWays(
  network: Network,
  subnetId: string,
  families: readonly Family[],
): readonly Way[] {
  const place = subnetPlace(network, subnetId);
  return families.flatMap((family) => {
    const destinations = globalAddresses(family);
    return waysFrom(network, { place, family, sentAs: family, destinations }, { natId: null, stops: [] });
  });
}

function waysFrom(
  network: Network,
  front: Front,
  so: { readonly natId: string | null; readonly stops: Way },
): readonly Way[] {
  const { place, family } = front;
  // A place that is met twice is a loop: nothing gets out by it.
  if (so.stops.some((stop) => stop.placeId === place.id && stop.family === family)) return [];
  const onwards = new Map<
    string,
    { readonly arrival: Arrival; readonly peers: Interval[]; readonly packets: Interval[] }
  >();
  for (const { packet, arrival } of handedFrom(network, front)) {
    insistOnEnd(place.id, arrival);
    const key = arrival.on
      ? `${arrival.via.id} ${arrival.place.id} ${arrival.packet.family}`
      : arrival.end.kind;
    const onward = onwards.get(key) ?? { arrival, peers: [], packets: [] };
    onward.peers.push(packet);
    if (arrival.on) onward.packets.push(arrival.packet);
    onwards.set(key, onward);
  }
  return [...onwards.values()].flatMap(({ arrival, peers, packets }) => {
    const stops = [...so.stops, { placeId: place.id, natId: so.natId, family, peers: union(peers) }];
    if (!arrival.on) return arrival.end.kind === 'internet-exit' ? [stops] : [];
    const { place: next, packet, via } = arrival;
    const natId = via.kind === 'nat-gateway' ? via.id : null;
    const destinations = intersect(packets, globalAddresses(packet.family));
    return waysFrom(
      network,
      { ...front, place: next, family: packet.family, destinations },
      { natId, stops },
    );
  });
}

/** What a place does with destinations, one hop far. */
function handedFrom(network: Network, front: Front): readonly Handed[] {
  const handed: Handed[] = [];
  const done = flood(network, [front], (one) => {
    handed.push(one);
    return false;
  });
  if (done === null) throw new NotKnown(`${front.place.id} divides the internet into too many parts`);
  return handed;
}

function insistOnEnd(placeId: string, arrival: Arrival): void {
  const open = openEndOf(arrival);
  if (open !== null)
    throw new NotKnown(
      `which subnets Studio crosses on its way to the internet is open at ${placeId}: ${open}`,
    );
}

function openEndOf(arrival: Arrival): string | null {
  if (arrival.on) return arrival.via.kind === 'appliance' ? arrival.via.because : null;
  return arrival.end.kind === 'unmodelled' ? arrival.end.because : null;
}

/**
 * The crossings of a Studio subnet's connections to ports on the internet.
 *
 * Requests and answers are taken to cross the same subnets; that they do is routing/path-is-symmetric's to say. That
 * ACLs see what a firewall endpoint takes in and gives out is DERIVED (VPC user guide, "Network ACL basics": rules are
 * evaluated when traffic enters and leaves the subnet).
 */
export function internetCrossings(
  snapshot: Snapshot,
  from: StudioSubnet,
  traffic: { readonly ways: readonly Way[]; readonly ports: readonly number[] },
): readonly Crossing[] {
  const guarded = new Set(sectionValue(snapshot, 'subnets').map(({ SubnetId: id }) => id));
  return traffic.ways.flatMap((way) => {
    const [start] = way;
    if (start === undefined) return [];
    let client: Client = {
      addresses: from.addresses[start.family],
      family: start.family,
      ports: STUDIO_CLIENT_PORTS,
    };
    return way.flatMap((stop, index) => {
      const subnetId = index === 0 ? from.id : stop.placeId;
      const arriving = client;
      if (stop.natId !== null) client = behindNat(snapshot, stop.natId) ?? client;
      const before = index <= 1 ? from.id : way[index - 1]?.placeId;
      const after = way[index + 1]?.placeId;
      if (!guarded.has(subnetId)) return [];
      return traffic.ports.flatMap((port) => [
        ...(index > 0 && before !== subnetId ? entering(subnetId, arriving, port) : []),
        ...(after !== subnetId ? leaving({ subnetId, stop, client, port }) : []),
      ]);
    });
  });
}

/** Who the requests come from, as the next border sees it. */
interface Client {
  readonly family: Family;
  readonly addresses: AddressSet;
  readonly ports: PortRange;
}

function entering(subnetId: string, client: Client, port: number): readonly Crossing[] {
  return bothWays({
    subnetId,
    direction: 'ingress',
    family: client.family,
    ports: { from: port, to: port },
    clientPorts: client.ports,
    peers: client.addresses,
    internet: false,
    what: `TCP ${port} on its way to the internet`,
    doubt: null,
  });
}

function leaving(of: {
  readonly subnetId: string;
  readonly stop: Stop;
  readonly client: Client;
  readonly port: number;
}): readonly Crossing[] {
  const { subnetId, stop, client, port } = of;
  return bothWays({
    subnetId,
    direction: 'egress',
    family: stop.family,
    ports: { from: port, to: port },
    clientPorts: client.ports,
    peers: stop.peers,
    internet: true,
    what: `TCP ${port} to the internet`,
    doubt: null,
  });
}

/** Null for a NAT gateway of another VPC, whose subnets are not looked at. */
function behindNat(snapshot: Snapshot, natId: string): Client | null {
  const nat: NatGateway | undefined = sectionValue(snapshot, 'natGateways').find(
    ({ NatGatewayId: id }) => id === natId,
  );
  if (nat === undefined) return null;
  const own = returned(nat.NatGatewayAddresses, `NatGatewayAddresses of ${natId}`).flatMap(
    ({ PrivateIp: ip }) => (ip === undefined ? [] : [parseAddress(ip).value]),
  );
  const addresses = union(own.map((value) => ({ first: value, last: value })));
  return {
    family: 'ipv4',
    addresses: returned(addresses.length > 0 ? addresses : null, `a private address of ${natId}`),
    ports: NAT_CLIENT_PORTS,
  };
}
