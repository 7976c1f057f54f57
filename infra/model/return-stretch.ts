/** The stretches of a way back: from the gateway to the last NAT gateway, from there to the one before, …, to the subnet. */
import { NotKnown } from '../snapshot/snapshot';
import type { Interval } from './address-set';
import { contains } from './address-set';
import type { Family } from './cidr';
import { formatAddress, parseAddress } from './cidr';
import { decidingRouteOf, hopsOf } from './hops';
import { insist } from './known';
import type { NatGateway } from './nat-gateway';
import type { Network, Place } from './network';
import { natGatewayIn, subnetPlace, vpcOfSubnet, vpcWith } from './network';
import type { DestinationClass, Path } from './packet-path';
import { destinationClasses, endpointsCrossed, openEndsOf, pathsFrom } from './packet-path';
import type { Hop } from './proof';
import type { WayOut } from './way-out';

export interface Stretch {
  /** Where it begins; null at a gateway without an edge table, which delivers straight to the address. */
  readonly from: Place | null;
  readonly fromId: string;
  readonly to: readonly Interval[];
  readonly toSubnet: string;
  readonly family: Family;
  /** Addresses that are in use there, for the witness. */
  readonly inUse: readonly bigint[];
  /** Subnets by which the flow entered VPCs on its way out, where the transit gateway makes it come back by the same. */
  readonly pinned: ReadonlyMap<string, string>;
}

/** One of the different ways over a stretch: which endpoints it crosses, shown at one address. */
export interface Traversal {
  readonly endpoints: readonly string[];
  readonly hops: readonly Hop[];
  readonly destination: string;
  /** The rule that decided, as a sentence part. */
  readonly deciding: string;
}

/** The stretches of the way back, first the one from the gateway. Throws {@link NotKnown} for a gateway or NAT it cannot follow. */
export function stretchesOf(network: Network, subnetId: string, way: WayOut): readonly Stretch[] {
  if (!/^e?igw-/.test(way.exit)) throw new NotKnown(`the model does not know what comes back by ${way.exit}`);
  const nats = [...way.nats].reverse().map((id) => natInSubnet(network, id));
  const arrivesIn = vpcOfSubnet(network, nats[0]?.subnetId ?? subnetId);
  const comesInBy = vpcWith(network, ({ edges }) => edges.has(way.exit)) ?? arrivesIn;
  const edgeDoubt = comesInBy.edgeDoubt ?? arrivesIn.edgeDoubt;
  if (edgeDoubt !== null) throw new NotKnown(edgeDoubt);
  const pinned = new Map(way.pinned);
  const starts = [
    { from: edgePlace(network, way.exit), fromId: way.exit },
    ...nats.map((nat) => ({ from: subnetPlace(network, nat.subnetId), fromId: nat.id })),
  ];
  return starts.map((start, index) => {
    const nat = nats[index];
    const family = nat ? way.exitFamily : way.sourceFamily;
    const toSubnet = nat?.subnetId ?? subnetId;
    const to = prefixesOf(network, toSubnet, family);
    return { ...start, family, toSubnet, to, inUse: inUse(nat, to, family), pinned };
  });
}

/**
 * The different ways over a stretch, one per sequence of endpoints. What is dropped or led elsewhere does not
 * come back and is no traversal; what is unmodelled is a doubt.
 *
 * A NAT gateway's whole subnet is judged, because edge routes are made for whole subnets (aws.md 1.25) and a
 * further address of the gateway can be any of it.
 */
export function traversalsOf(
  network: Network,
  stretch: Stretch,
): {
  readonly traversals: readonly Traversal[];
  readonly doubts: readonly string[];
  readonly classes: number;
} {
  const { from, to, family } = stretch;
  if (from === null)
    return {
      traversals: to.slice(0, 1).map((interval) => straight(stretch, interval)),
      doubts: [],
      classes: to.length,
    };
  const classes = destinationClasses(network, from, { family, intervals: to });
  const traversals = new Map<string, { readonly traversal: Traversal; readonly used: boolean }>();
  const doubts = new Set<string>();
  for (const destination of classes) {
    const used = stretch.inUse.some((address) => contains([destination], address));
    for (const path of pathsFrom(network, from, destination)) {
      if (entersElsewhere(path, stretch.pinned)) continue;
      openEndsOf(path).forEach((doubt) => doubts.add(doubt));
      if (path.end.kind !== 'delivered') continue;
      const traversal = traversalOf(stretch, destination, path);
      const key = traversal.endpoints.join();
      if (!traversals.has(key) || (used && traversals.get(key)?.used === false))
        traversals.set(key, { traversal, used });
    }
  }
  return {
    traversals: [...traversals.values()].map(({ traversal }) => traversal),
    doubts: [...doubts],
    classes: classes.length,
  };
}

/** Whether a transit gateway that sends both directions of a flow by the same subnet would not take this path back. */
function entersElsewhere(path: Path, pinned: Stretch['pinned']): boolean {
  return path.steps.some(({ arrival }) => {
    if (!arrival.on || arrival.via.kind !== 'transit-gateway-attachment') return false;
    const entered = pinned.get(arrival.via.id);
    return entered !== undefined && entered !== arrival.via.subnetId;
  });
}

function traversalOf(stretch: Stretch, destination: DestinationClass, path: Path): Traversal {
  return {
    endpoints: endpointsCrossed(path),
    hops: hopsOf(path),
    destination: addressIn(stretch, destination),
    // The first table is the one that leads back to an endpoint, or past it; those behind it only deliver.
    deciding: `${decidingRouteOf({ ...path, steps: path.steps.slice(0, 1) })} decides`,
  };
}

function straight(stretch: Stretch, interval: Interval): Traversal {
  const note = `no edge route table: delivered straight into ${stretch.toSubnet}`;
  return {
    endpoints: [],
    hops: [{ at: stretch.fromId, routeTable: null, route: null, target: null, note }],
    destination: addressIn(stretch, interval),
    deciding: `${stretch.fromId} has no edge route table, so it delivers straight into ${stretch.toSubnet}`,
  };
}

function addressIn(stretch: Stretch, interval: Interval): string {
  const used = stretch.inUse.find((address) => contains([interval], address));
  return formatAddress(stretch.family, used ?? interval.first);
}

/** A NAT gateway's own addresses; in a subnet the first one that AWS does not keep for itself. */
function inUse(nat: NatGateway | undefined, to: readonly Interval[], family: Family): readonly bigint[] {
  if (nat)
    return nat.privateIps
      .map((ip) => parseAddress(ip))
      .flatMap((ip) => (ip.family === family ? [ip.value] : []));
  return to.flatMap(({ first, last }) => (last - first > 4n ? [first + 4n] : []));
}

function natInSubnet(network: Network, id: string): NatGateway & { readonly subnetId: string } {
  const nat = insist(natGatewayIn(network, id));
  const { subnetId } = nat;
  if (subnetId === null)
    throw new NotKnown(
      `the model does not follow the way back through the regional NAT gateway ${id}: which route table decides there is not documented`,
    );
  return { ...nat, subnetId };
}

/** The edge table of a gateway, or null where it has none. */
function edgePlace(network: Network, gatewayId: string): Place | null {
  return vpcWith(network, ({ edges }) => edges.has(gatewayId))?.edges.get(gatewayId) ?? null;
}

/** The addresses of a family in a subnet; where it has none yet although routes exist, those that it could get. */
function prefixesOf(network: Network, subnetId: string, family: Family): readonly Interval[] {
  const own = subnetPlace(network, subnetId).cidrs.filter((cidr) => cidr.family === family);
  if (own.length > 0) return own;
  return vpcOfSubnet(network, subnetId).cidrs.filter((cidr) => cidr.family === family);
}
