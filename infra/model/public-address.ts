/** What an internet gateway does with IPv4 packets of a sender that has no public address: it drops them. */
import type { DeadEnd } from './dead-end';
import { hopsOf } from './hops';
import type { Network } from './network';
import { natGatewayIn } from './network';
import type { Path } from './packet-path';
import { nameOf } from './route-target';
import type { WayOut } from './way-out';

export type Unaddressed =
  | { readonly kind: 'dead'; readonly deadEnd: DeadEnd }
  | { readonly kind: 'doubt'; readonly because: string };

/**
 * Why nothing leaves by a way that reaches an internet gateway all the same, or null.
 *
 * Facts: VPC user guide, "Internet gateways" (a resource needs a public IPv4 address of its own to be translated there)
 * and "NAT gateways" (an internet gateway drops what a private NAT gateway sends to it). The last NAT gateway's address
 * is what arrives there, whatever is crossed in between. DERIVED: a gateway of another VPC has no public address for a
 * sender of this one. IPv6 addresses are public as they are.
 */
export function unaddressed(
  network: Network,
  subnetId: string,
  { path, way }: { readonly path: Path; readonly way: WayOut },
): Unaddressed | null {
  if (!way.exit.startsWith('igw-') || way.exitFamily !== 'ipv4') return null;
  const lastNat = way.nats.at(-1);
  if (lastNat !== undefined) {
    if (!isPrivate(network, lastNat)) return null;
    return dead(
      path,
      `${way.exit} drops what the private NAT gateway ${lastNat} sends, through the firewall too`,
    );
  }
  const nobody = `${way.exit} drops what comes from a private address, and no NAT gateway is on the way`;
  if (path.steps.some(({ arrival }) => arrival.on && arrival.via.kind === 'transit-gateway'))
    return dead(path, nobody);
  const interfaces = network.networkInterfaces;
  if (!interfaces.known) return { kind: 'doubt', because: interfaces.because };
  const isPublic = [...interfaces.value.values()].some(
    ({ SubnetId: home, Association: own, PrivateIpAddresses: addresses = [] }) =>
      home === subnetId && [own, ...addresses.map((one) => one.Association)].some((one) => one !== undefined),
  );
  return isPublic ? null : dead(path, nobody);
}

/** What would help a packet that meets a target which is closed to it: public-address.ts or block-public-access.ts closed it. */
export function remedyFor(network: Network, path: Path): NonNullable<DeadEnd['remedy']> {
  if (path.steps.at(-1)?.route?.target.kind !== 'closed') return 'route';
  // Only what comes straight from a private NAT gateway meets a gateway that is closed for its sake.
  const before = path.steps.at(-2)?.arrival;
  const nat = before?.on === true && before.via.kind === 'nat-gateway' ? before.via.id : null;
  return nat !== null && isPrivate(network, nat) ? 'public NAT gateway' : 'VPC Block Public Access';
}

function isPrivate(network: Network, natId: string): boolean {
  const nat = natGatewayIn(network, natId);
  return nat.known && nat.value.isPrivate;
}

function dead(path: Path, because: string): Unaddressed {
  const last = path.steps.at(-1);
  const route = last?.route ?? null;
  const tableId = last?.place.table.id ?? 'no route table';
  const by = route === null ? '' : `, by ${route.destination} -> ${nameOf(route.target)} of ${tableId}`;
  const hops = hopsOf(path).map((hop, index, all) =>
    index === all.length - 1 ? { ...hop, note: 'dropped: the sender has no public address' } : hop,
  );
  const deadEnd: DeadEnd = {
    because: `${because}${by}`,
    cause: `${because} ${tableId}`,
    hops,
    tableId,
    route: route?.destination ?? null,
    remedy: 'public NAT gateway',
  };
  return { kind: 'dead', deadEnd };
}
