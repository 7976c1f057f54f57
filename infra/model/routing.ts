/**
 * The forward claim, for every destination there is: what leaves by an internet exit has crossed an endpoint of a
 * firewall of the snapshot before. Two tiers decide it: cut.ts ignores prefixes and clears what needs no look at them;
 * exact.ts decides the rest for each single address.
 */
import type { Interval } from './address-set';
import { FAMILIES, formatAddress, spaceOf } from './cidr';
import type { Family } from './cidr';
import type { Cut } from './cut';
import { cutOf } from './cut';
import { egressCertificate } from './egress-certificate';
import { escapesFrom } from './exact';
import { globalAddresses, globalPart, witnessIn } from './global-address';
import { decidingRouteOf, hopsOf } from './hops';
import type { Network, Place } from './network';
import { subnetPlace } from './network';
import type { DestinationClass, Path } from './packet-path';
import { destinationClasses, pathsFrom } from './packet-path';
import type { EgressProof, Hop, Witness } from './proof';
import { wayTo } from './way-to';

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

/** One network is asked for each of its subnets, which share most of the way. */
const cuts = new WeakMap<Network, Cut>();

/**
 * Whether everything that leaves a subnet for the internet crosses the firewall first.
 *
 * Facts: aws.md 1.8 and proof.md 1 (DERIVED from VPC user guide, "Route priority": any more specific route
 * outranks the default route, so only the whole space is an answer), 1.20 (only the firewall's own endpoints
 * count). A way that ends in something unmodelled before the firewall makes the claim undecided; a way that
 * surely leaves uninspected makes it violated, whatever else is undecided.
 */
export function egressProof(network: Network, subnetId: string): EgressProof {
  const from = subnetPlace(network, subnetId);
  const cut = cutFor(network);
  if (cut.cleared(from)) return holding(network, subnetId, { by: 'cut', cut });
  const { escapes, doubts } = escapesFrom(network, from, cut);
  const found = FAMILIES.flatMap((family) => escapes[family].map((interval) => ({ family, interval })));
  const worst = mostTelling(found);
  if (worst) return violation(network, from, { ...worst, classes: found.length });
  return doubts.length > 0
    ? { status: 'undecided', because: inWords(doubts) }
    : holding(network, subnetId, { by: 'classes', cut });
}

function cutFor(network: Network): Cut {
  const known = cuts.get(network);
  if (known) return known;
  const cut = cutOf(network);
  cuts.set(network, cut);
  return cut;
}

function holding(
  network: Network,
  subnetId: string,
  { by, cut }: { readonly by: 'cut' | 'classes'; readonly cut: Cut },
): EgressProof {
  return {
    status: 'holds',
    by,
    certificate() {
      return egressCertificate(network, subnetId, cut);
    },
  };
}

/** One way out that obeys the claim, for a reader; empty when nothing leaves. */
export function exampleWayOut(network: Network, subnetId: string): readonly Hop[] {
  const from = subnetPlace(network, subnetId);
  const likely = FAMILIES.flatMap((family) =>
    globalAddresses(family).map(({ first }) => ({ family, first })),
  );
  for (const { family, first } of likely) {
    const path = wayTo(network, from, { family, first, last: first }, leaves);
    if (path) return hopsOf(path);
  }
  const exiting = decidedClasses(network, subnetId).flatMap(({ destination, paths }) => {
    const path = paths.find(leaves);
    return path ? [{ family: destination.family, interval: destination, path }] : [];
  });
  const example = mostTelling(exiting);
  return example ? hopsOf(example.path) : [];
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

function violation(
  network: Network,
  from: Place,
  worst: { readonly family: Family; readonly interval: Interval; readonly classes: number },
): EgressProof {
  const { family } = worst;
  const { address } = witnessIn(family, worst.interval);
  const packet = { family, first: address, last: address };
  const path = wayTo(network, from, packet, leavesUninspected);
  const witness = witnessOf(from, packet);
  const because = path
    ? `leaves by ${exitOf(path)} without crossing the firewall: ${decidingRouteOf(path)} decides`
    : 'leaves without crossing the firewall';
  return {
    status: 'violated',
    witness,
    hops: path ? hopsOf(path) : [],
    because: `${witness.destination} ${because}`,
    violatingClasses: worst.classes,
  };
}

function leaves(path: Path): boolean {
  return path.end.kind === 'internet-exit';
}

function leavesUninspected(path: Path): boolean {
  return (
    leaves(path) && path.steps.every(({ arrival }) => !arrival.on || arrival.via.kind !== 'firewall-endpoint')
  );
}

function exitOf(path: Path): string {
  return path.end.kind === 'internet-exit' ? path.end.gatewayId : path.end.kind;
}

/** The first with a destination that can be on the internet, else the first. */
function mostTelling<T extends { readonly family: Family; readonly interval: Interval }>(
  found: readonly T[],
): T | undefined {
  return found.find(({ family, interval }) => globalPart(family, interval).length > 0) ?? found[0];
}

/** A table can have thousands of routes that are open for the same reason, each with words of its own. */
const MOST_DOUBTS = 5;

function inWords(doubts: readonly string[]): string {
  const more = doubts.length - MOST_DOUBTS;
  return [...doubts.slice(0, MOST_DOUBTS), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
