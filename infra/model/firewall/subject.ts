/** The firewalls that a check is about. */
import type { Firewall, Snapshot } from '../../snapshot/snapshot';
import { returned, sectionValue } from '../../snapshot/snapshot';
import { allWays } from '../distinct-ways';
import { networkOf } from '../network';
import { egressProof } from '../routing';
import { studioSubnetIds } from '../studio';

export type FirewallsOfVpc =
  | { readonly kind: 'firewalls'; readonly firewalls: readonly Firewall[] }
  /** No firewall, and no Studio subnet reaches the internet. */
  | { readonly kind: 'none needed' }
  | { readonly kind: 'missing' }
  /** No firewall here; traffic may be inspected elsewhere. */
  | { readonly kind: 'undecided'; readonly because: string };

/**
 * The firewalls that guard the VPC: those with an endpoint in it, and those of other VPCs that some traffic of Studio
 * crosses on its way (a central inspection VPC). Any other firewall that was read guards somebody else.
 */
export function firewallsHere(snapshot: Snapshot): readonly Firewall[] {
  const firewalls = sectionValue(snapshot, 'firewalls');
  const here = firewalls.filter((one) => isHere(snapshot, one));
  if (here.length === firewalls.length) return here;
  const crossed = firewallsCrossed(snapshot);
  return firewalls.filter(
    (one) => here.includes(one) || crossed.has(returned(one.Firewall?.FirewallArn, 'FirewallArn')),
  );
}

/** The firewalls that guard the VPC; when there is none, whether that is a gap. */
export function firewallsOfVpc(snapshot: Snapshot): FirewallsOfVpc {
  const firewalls = firewallsHere(snapshot);
  if (firewalls.length > 0) return { kind: 'firewalls', firewalls };
  const network = networkOf(snapshot);
  const proofs = studioSubnetIds(snapshot).map((subnetId) => egressProof(network, subnetId));
  if (proofs.some(({ status }) => status === 'violated')) return { kind: 'missing' };
  for (const proof of proofs) {
    if (proof.status === 'undecided') return { kind: 'undecided', because: proof.because };
  }
  return { kind: 'none needed' };
}

/** By ARN, the firewalls that lie on any way of the Studio subnets. */
function firewallsCrossed(snapshot: Snapshot): ReadonlySet<string> {
  const network = networkOf(snapshot);
  const paths = studioSubnetIds(snapshot).flatMap((subnetId) =>
    allWays(network, subnetId).map(({ path }) => path),
  );
  const vias = paths.flatMap(({ steps }) =>
    steps.flatMap(({ arrival }) => (arrival.on ? [arrival.via] : [])),
  );
  return new Set(vias.flatMap((via) => (via.kind === 'firewall-endpoint' ? [via.firewallArn] : [])));
}

/** A firewall of another VPC has an endpoint here only by an association; one attached to a transit gateway has none. */
function isHere(snapshot: Snapshot, { Firewall }: Firewall): boolean {
  const arn = returned(Firewall?.FirewallArn, 'FirewallArn');
  const isAttached = Firewall?.TransitGatewayId !== undefined;
  if (!isAttached && returned(Firewall?.VpcId, `VpcId of ${arn}`) === snapshot.target.vpcId) return true;
  return sectionValue(snapshot, 'vpcEndpointAssociations').some(
    ({ VpcEndpointAssociation: one }) => one?.FirewallArn === arn && one?.VpcId === snapshot.target.vpcId,
  );
}
