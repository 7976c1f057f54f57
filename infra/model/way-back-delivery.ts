/** Whether what is answered to a flow that left by an internet exit gets back to the subnet at all. */
import { contains } from './address-set';
import { formatAddress } from './cidr';
import { deadEndOf } from './dead-end';
import type { DeadEnd } from './dead-end';
import { ask } from './known';
import type { Network, Place } from './network';
import type { DestinationClass } from './packet-path';
import { destinationClasses, pathsFrom } from './packet-path';
import type { Stretch } from './return-stretch';
import { stretchesOf, traversalsOf } from './return-stretch';
import type { WayOut } from './way-out';

export type Back =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'dead'; readonly deadEnd: DeadEnd }
  | { readonly kind: 'doubt'; readonly because: string };

/**
 * What becomes of the answers to a way out, stretch by stretch.
 *
 * To a NAT gateway, every one of its own private addresses must be reached, for a flow can have any of them; where AWS
 * returned none, its subnet stands for them. To the Studio subnet, every address must be reached, for any can be an
 * app's. Facts: aws.md 1.25 (VPC user guide, "Gateway route tables": without an edge table a gateway delivers straight).
 */
export function backOf(network: Network, subnetId: string, way: WayOut): Back {
  const stretches = ask(() => stretchesOf(network, subnetId, way));
  if (!stretches.known) return { kind: 'doubt', because: stretches.because };
  const last = stretches.value.length - 1;
  const backs = stretches.value.map((stretch, index) => ofStretch(network, stretch, { toNat: index < last }));
  return (
    backs.find(({ kind }) => kind === 'dead') ??
    backs.find(({ kind }) => kind === 'doubt') ?? { kind: 'delivered' }
  );
}

function ofStretch(network: Network, stretch: Stretch, { toNat }: { readonly toNat: boolean }): Back {
  const { from, family, to, inUse } = stretch;
  if (from === null) return { kind: 'delivered' };
  const all = destinationClasses(network, from, { family, intervals: to });
  const used = all.filter((one) => inUse.some((address) => contains([one], address)));
  const addressesKnown = toNat && used.length > 0;
  const backs = (addressesKnown ? used : all).map((one) => ofClass(network, stretch, { from, to: one }));
  const dead = backs.find(({ kind }) => kind === 'dead');
  const alive = backs.some(({ kind }) => kind === 'delivered');
  if (dead?.kind === 'dead' && toNat && !addressesKnown && alive) {
    const because = `AWS did not return the private addresses of ${way(stretch)}, and ${dead.deadEnd.because}`;
    return { kind: 'doubt', because };
  }
  return dead ?? backs.find(({ kind }) => kind === 'doubt') ?? { kind: 'delivered' };
}

function way({ toSubnet }: Stretch): string {
  return `the NAT gateway in ${toSubnet}`;
}

function ofClass(
  network: Network,
  stretch: Stretch,
  { from, to }: { readonly from: Place; readonly to: DestinationClass },
): Back {
  const { traversals, doubts } = traversalsOf(network, { ...stretch, to: [to] });
  const [doubt] = doubts;
  if (doubt !== undefined) return { kind: 'doubt', because: doubt };
  const used = stretch.inUse.find((address) => contains([to], address)) ?? to.first;
  const destination = formatAddress(stretch.family, used);
  const ends = pathsFrom(network, from, to).flatMap((path) => deadEndOf(path) ?? []);
  const [deadEnd] = ends;
  if (traversals.length === 0) {
    const because = `what is answered to ${destination} does not come back`;
    if (deadEnd === undefined) return { kind: 'doubt', because: `${because}, and is led elsewhere` };
    return { kind: 'dead', deadEnd: { ...deadEnd, because: `${because}: ${deadEnd.because}` } };
  }
  // A transit gateway that pins a flow to one subnet takes none of the other ways.
  if (deadEnd === undefined || stretch.pinned.size > 0) return { kind: 'delivered' };
  return { kind: 'doubt', because: `what is answered to ${destination} may be dropped: ${deadEnd.because}` };
}
