/** What Studio needs inside the VPC, at the borders of its subnets: AWS endpoints, home directories, its apps. */
import type { Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import type { AddressSet } from './address-set';
import { subtract, union } from './address-set';
import type { Crossing } from './border-crossing';
import { bothWays, STUDIO_CLIENT_PORTS } from './border-crossing';
import type { Family } from './cidr';
import { FAMILIES } from './cidr';
import type { EndpointInterface } from './endpoint-interface';
import { globalAddresses } from './global-address';
import { addressesOf } from './group-admission';
import type { Known } from './known';
import { ask, insist } from './known';
import type { MountTarget } from './mount-target';
import { NFS_PORT } from './mount-target';
import { prefixListsOf } from './prefix-list';
import type { PortRange } from './security-group';
import type { StudioSubnet } from './studio-subnet';
import { allStudioAddresses, familiesBetween } from './studio-subnet';

/** Facts: aws.md 4.7 (SageMaker developer guide, "Connect Studio in a VPC": at least these, for apps to talk). */
export const APP_PORTS: PortRange = { from: 8192, to: 65_535 };

/** The port of every AWS service's endpoint. */
export const TLS_PORT = 443;

const one = (port: number): PortRange => ({ from: port, to: port });

/** A server that Studio's clients connect to. */
interface Server {
  readonly subnetId: string;
  readonly addresses: Readonly<Record<Family, AddressSet>>;
}

/** From every Studio subnet to each network interface of an endpoint, and back, where borders lie between. */
export function endpointCrossings(
  clients: readonly StudioSubnet[],
  interfaces: readonly EndpointInterface[],
): readonly Crossing[] {
  const servers = interfaces.map(({ subnetId, addresses }) => ({
    subnetId,
    addresses: addressesOf(addresses.map(({ family, value }) => ({ family, first: value, last: value }))),
  }));
  return connections(clients, servers, { port: TLS_PORT, what: 'TLS to the interface endpoints' });
}

/**
 * From the Studio subnets to the mount targets of their home directories. A zone has one mount target at most (EFS user
 * guide, "Managing mount targets"), which serves the zone's other subnets as well.
 */
export function nfsCrossings(
  clients: readonly StudioSubnet[],
  targets: readonly MountTarget[],
): readonly Crossing[] {
  const zoneOf = new Map(clients.map(({ id, zone }) => [id, zone]));
  return clients.flatMap((client) => {
    const near = targets.filter(({ subnetId }) => zoneOf.get(subnetId) === client.zone);
    const servers = (near.length > 0 ? near : targets).map(({ subnetId, address }) => ({
      subnetId,
      addresses: addressesOf([{ family: address.family, first: address.value, last: address.value }]),
    }));
    return connections([client], servers, { port: NFS_PORT, what: 'NFS to the home directories' });
  });
}

/** Between the apps of different Studio subnets. The answers' ports are among those that must be open anyway. */
export function appCrossings(clients: readonly StudioSubnet[]): readonly Crossing[] {
  const all = allStudioAddresses(clients);
  const families = familiesBetween(clients.map(({ addresses }) => addresses));
  return clients.flatMap(({ id: subnetId, addresses }) =>
    families.flatMap((family) => {
      const peers = subtract(all[family], addresses[family]);
      if (peers.length === 0 || addresses[family].length === 0) return [];
      const what = 'connections between Studio apps';
      const crossing = { subnetId, family, ports: APP_PORTS, peers, internet: false, what, doubt: null };
      return [
        { ...crossing, kind: 'request', direction: 'egress' } as const,
        { ...crossing, kind: 'request', direction: 'ingress' } as const,
      ];
    }),
  );
}

/** What a gateway endpoint carries: the addresses of its prefix list, or why they are not known. */
export interface GatewayPeers {
  readonly prefixListId: string;
  readonly addresses: Known<Readonly<Record<Family, AddressSet>>>;
}

/**
 * The prefix list by which a table leads to a gateway endpoint. Throws {@link NotKnown} when the table has no such route.
 *
 * Facts: aws.md 6.16 (AWS PrivateLink guide, "Gateway endpoints": the route's destination is the service's prefix list).
 */
export function gatewayPeers(snapshot: Snapshot, endpoint: VpcEndpoint, tableId: string): GatewayPeers {
  const id = returned(endpoint.VpcEndpointId, 'VpcEndpointId');
  const table = sectionValue(snapshot, 'routeTables').find(({ RouteTableId: own }) => own === tableId);
  const routes = returned(table?.Routes, `Routes of ${tableId}`);
  const route = routes.find(({ GatewayId, DestinationPrefixListId: list }) => GatewayId === id && list);
  const prefixListId = returned(route?.DestinationPrefixListId, `the route of ${id} in ${tableId}`);
  const addresses = ask(() => {
    const list = sectionValue(snapshot, 'managedPrefixLists').filter(
      ({ PrefixList: { PrefixListId: listId } }) => listId === prefixListId,
    );
    const entries = returned(prefixListsOf(list).get(prefixListId), `the prefix list ${prefixListId}`);
    return addressesOf(insist(entries));
  });
  return { prefixListId, addresses };
}

/**
 * From a Studio subnet to a gateway endpoint's service. Where the addresses are not known, to any on the IPv4 internet:
 * what lets all of that through lets these through.
 */
export function gatewayCrossings(client: StudioSubnet, peers: GatewayPeers): readonly Crossing[] {
  return FAMILIES.flatMap((family) => {
    const known = peers.addresses.known ? peers.addresses.value[family] : null;
    const whole = family === 'ipv4' ? globalAddresses('ipv4') : [];
    const addresses = known ?? whole;
    if (addresses.length === 0 || client.addresses[family].length === 0) return [];
    return bothWays({
      subnetId: client.id,
      direction: 'egress',
      family,
      ports: one(TLS_PORT),
      clientPorts: STUDIO_CLIENT_PORTS,
      peers: addresses,
      internet: false,
      what: `TLS to ${peers.prefixListId} by its gateway endpoint`,
      doubt: peers.addresses.known ? null : peers.addresses.because,
    });
  });
}

/** Both borders of connections from clients to servers, but for those within one subnet. */
function connections(
  clients: readonly StudioSubnet[],
  servers: readonly Server[],
  service: { readonly port: number; readonly what: string },
): readonly Crossing[] {
  const { port, what } = service;
  const common = { ports: one(port), clientPorts: STUDIO_CLIENT_PORTS, internet: false, what, doubt: null };
  const families = familiesBetween([...clients, ...servers].map(({ addresses }) => addresses));
  return families.flatMap((family) => {
    const leaving = clients
      .filter(({ addresses }) => addresses[family].length > 0)
      .flatMap(({ id }) => {
        const peers = union(
          servers.filter(({ subnetId }) => subnetId !== id).flatMap(({ addresses }) => addresses[family]),
        );
        return peers.length === 0
          ? []
          : bothWays({ ...common, subnetId: id, direction: 'egress', family, peers });
      });
    const hosts = new Set(
      servers.filter(({ addresses }) => addresses[family].length > 0).map((at) => at.subnetId),
    );
    const arriving = [...hosts].flatMap((subnetId) => {
      const peers = union(
        clients.filter(({ id }) => id !== subnetId).flatMap(({ addresses }) => addresses[family]),
      );
      return peers.length === 0 ? [] : bothWays({ ...common, subnetId, direction: 'ingress', family, peers });
    });
    return [...leaving, ...arriving];
  });
}
