/**
 * The forward claim, for every destination there is: what leaves by an internet exit has crossed an endpoint of
 * this VPC's Network Firewall before. The destination space is divided into classes that every table on the way
 * treats alike, so the answer is exact for each single address and found in O(n log n).
 */
import type { DestinationClass, Path } from './packet-path';
import { destinationClasses, endpointsCrossed, pathsFrom } from './packet-path';
import { FAMILIES, formatAddress, spaceOf } from './cidr';
import { witnessIn } from './global-address';
import { decidingRouteOf, hopsOf } from './hops';
import type { Network, Place } from './network';
import { subnetPlace } from './network';
import type { Proof, Witness } from './proof';

/** All ways of one class of destinations. */
export interface DecidedClass {
  readonly destination: DestinationClass;
  readonly paths: readonly Path[];
}

/** Every class of destinations that packets from a subnet can have, both families, with the ways they take. */
export function decidedClasses(network: Network, subnetId: string): readonly DecidedClass[] {
  const from = subnetPlace(network, subnetId);
  return FAMILIES.flatMap((family) =>
    destinationClasses(network, from, { family, intervals: [spaceOf(family)] }).map((destination) => ({
      destination,
      paths: pathsFrom(network, from, destination),
    })),
  );
}

/**
 * Whether everything that leaves a subnet for the internet crosses the firewall first.
 *
 * Facts: aws.md 1.8 and proof.md 1 (DERIVED from VPC user guide, "Route priority": any more specific route
 * outranks the default route, so only the whole space is an answer), 1.20 (only the firewall's own endpoints
 * count). A way that ends in something unmodelled before the firewall makes the claim undecided; a way that
 * surely leaves uninspected makes it violated, whatever else is undecided.
 */
export function egressProof(network: Network, subnetId: string): Proof {
  return egressProofOf(network, subnetId, decidedClasses(network, subnetId));
}

/** The same for classes that are already decided. */
export function egressProofOf(network: Network, subnetId: string, classes: readonly DecidedClass[]): Proof {
  const violations = classes.flatMap((decided) => {
    const path = decided.paths.find(leavesUninspected);
    return path ? [{ destination: decided.destination, path }] : [];
  });
  const worst = mostTelling(violations);
  if (worst) {
    const witness = witnessOf(subnetPlace(network, subnetId), worst.destination);
    const because = `${witness.destination} leaves by ${exitOf(worst.path)} without crossing the firewall: ${decidingRouteOf(worst.path)} decides`;
    return {
      status: 'violated',
      witness,
      hops: hopsOf(worst.path),
      because,
      violatingClasses: violations.length,
    };
  }
  const doubts = new Set(classes.flatMap(({ paths }) => paths.flatMap((path) => doubtOf(path) ?? [])));
  if (doubts.size > 0) return { status: 'undecided', because: [...doubts].join('; ') };
  const exiting = classes.flatMap(({ destination, paths }) => {
    const path = paths.find(({ end }) => end.kind === 'internet-exit');
    return path ? [{ destination, path }] : [];
  });
  const example = mostTelling(exiting);
  return {
    status: 'holds',
    classes: classes.length,
    exitingClasses: exiting.length,
    hops: example ? hopsOf(example.path) : [],
  };
}

/** A packet from a subnet to a destination that a reader recognises as one on the internet, where there is one. */
export function witnessOf(from: Place, destination: DestinationClass): Witness {
  const { address } = witnessIn(destination.family, destination);
  const own = from.cidrs.find((cidr) => cidr.family === destination.family);
  // AWS keeps the first four addresses of a subnet for itself.
  const source = own && own.last - own.first > 4n ? formatAddress(own.family, own.first + 4n) : own?.text;
  return {
    protocol: 'any',
    source: source ?? from.id,
    destination: formatAddress(destination.family, address),
    port: null,
  };
}

function leavesUninspected(path: Path): boolean {
  return path.end.kind === 'internet-exit' && endpointsCrossed(path).length === 0;
}

/** What a path leaves open about the claim, or null. Behind the firewall nothing is open: the packet was inspected. */
function doubtOf(path: Path): string | null {
  for (const { arrival } of path.steps) {
    if (arrival.on && arrival.via.kind === 'firewall-endpoint') return null;
    if (arrival.on && arrival.via.kind === 'appliance') return arrival.via.because;
    if (!arrival.on && arrival.end.kind === 'unmodelled') return arrival.end.because;
  }
  return path.end.kind === 'unmodelled' ? path.end.because : null;
}

function exitOf(path: Path): string {
  return path.end.kind === 'internet-exit' ? path.end.gatewayId : path.end.kind;
}

/** The first with a destination that can be on the internet, else the first. */
function mostTelling<T extends { readonly destination: DestinationClass }>(
  found: readonly T[],
): T | undefined {
  return found.find(({ destination }) => witnessIn(destination.family, destination).global) ?? found[0];
}
