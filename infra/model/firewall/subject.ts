/** The firewalls that a check is about. */
import type { Firewall, Snapshot } from '../../snapshot/snapshot';
import { returned, sectionValue } from '../../snapshot/snapshot';
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

/** The firewalls with an endpoint in the VPC. */
export function firewallsHere(snapshot: Snapshot): readonly Firewall[] {
  return sectionValue(snapshot, 'firewalls').filter((one) => isHere(snapshot, one));
}

/** The firewalls with an endpoint in the VPC; when there is none, whether that is a gap. */
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

/** A firewall of another VPC guards this one only where it has a further endpoint here. */
function isHere(snapshot: Snapshot, { Firewall }: Firewall): boolean {
  const arn = returned(Firewall?.FirewallArn, 'FirewallArn');
  if (returned(Firewall?.VpcId, `VpcId of ${arn}`) === snapshot.target.vpcId) return true;
  return sectionValue(snapshot, 'vpcEndpointAssociations').some(
    ({ VpcEndpointAssociation: one }) => one?.FirewallArn === arn && one?.VpcId === snapshot.target.vpcId,
  );
}
