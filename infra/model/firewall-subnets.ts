/** The subnets of a VPC in which endpoints of Network Firewall stand, or are to stand. */
import type { Snapshot } from '../snapshot/snapshot';
import { sectionValue } from '../snapshot/snapshot';
import { ask } from './known';

/** The members of a sync state, of a firewall or of a VPC endpoint association, that name a subnet. */
type States = Readonly<Record<string, { readonly Attachment?: { readonly SubnetId?: string } }>>;

/**
 * Every such subnet, whatever state its endpoint is in and whatever kind of firewall it belongs to: its routes lead, or
 * will lead, past the inspection.
 *
 * Facts: aws.md 1.29, 1.31, 1.32 (Network Firewall API reference, `Firewall.SubnetMappings`,
 * `FirewallStatus.SyncStates`, `VpcEndpointAssociation.SubnetMapping`). Throws {@link NotKnown} where the firewalls were
 * not read; what associations were not read is told by `FirewallEndpoints.incomplete`.
 */
export function firewallSubnets(snapshot: Snapshot): ReadonlySet<string> {
  const { vpcId } = snapshot.target;
  const own = sectionValue(snapshot, 'firewalls').flatMap(({ Firewall: firewall, FirewallStatus: status }) =>
    firewall?.VpcId === vpcId && firewall.TransitGatewayId === undefined
      ? [...(firewall.SubnetMappings ?? []).map(({ SubnetId: id }) => id), ...attached(status?.SyncStates)]
      : [],
  );
  const associations = ask(() => sectionValue(snapshot, 'vpcEndpointAssociations'));
  const associated = (associations.known ? associations.value : []).flatMap(
    ({ VpcEndpointAssociation: association, VpcEndpointAssociationStatus: status }) =>
      association?.VpcId === vpcId
        ? [association.SubnetMapping?.SubnetId, ...attached(status?.AssociationSyncState)]
        : [],
  );
  return new Set([...own, ...associated].flatMap((id) => id ?? []));
}

function attached(states: States = {}): readonly (string | undefined)[] {
  return Object.values(states).map(({ Attachment: attachment }) => attachment?.SubnetId);
}
