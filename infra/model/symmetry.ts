/** The symmetry claim: what comes back to a flow crosses the firewall endpoints of its way out, in reverse order. */
import { asClasses, distinctWays } from './distinct-ways';
import type { Network } from './network';
import type { Proof } from './proof';
import { proofOfWaysBack } from './return-path';
import type { DecidedClass } from './routing';
import type { WayOut } from './way-out';

/**
 * Whether every way back to a subnet crosses the firewall endpoints of its way out, in reverse order.
 *
 * Facts: aws.md 1.28 (Network Firewall developer guide, "Avoiding asymmetric routing"): request and response must be
 * routed to the same firewall endpoint; another endpoint of the same firewall does not do.
 */
export function symmetryProof(network: Network, subnetId: string): Proof {
  return symmetryProofOf(network, subnetId, asClasses(distinctWays(network, subnetId)));
}

/** The same for classes that are already decided. */
export function symmetryProofOf(network: Network, subnetId: string, classes: readonly DecidedClass[]): Proof {
  return proofOfWaysBack(network, subnetId, { classes, faultOf: asymmetry });
}

function asymmetry(way: WayOut, crossed: readonly string[]): string | null {
  const expected = [...way.endpoints].reverse();
  // Ids of endpoints hold no comma.
  if (crossed.join() === expected.join()) return unpinned(way);
  return `comes back ${by(crossed)} where it went out ${by(way.endpoints)}`;
}

function by(endpoints: readonly string[]): string {
  return endpoints.length === 0 ? 'past the firewall' : `by ${endpoints.join(', ')}`;
}

/**
 * That routes lead back the same way is not enough in front of a firewall in several zones: without appliance mode the
 * transit gateway chooses a zone for each direction by itself.
 *
 * Facts: Network Firewall developer guide, "Transit gateway attachment configuration" (appliance mode must be on for
 * the VPC where the endpoints stand).
 */
function unpinned(way: WayOut): string | null {
  const [because] = way.unpinned;
  return because === undefined
    ? null
    : `need not come back ${by(way.endpoints)}, by which it went out, because ${because}`;
}
