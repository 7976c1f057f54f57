/** Which endpoints of Network Firewall can serve Studio, in which zone, and whether they stand. */
import type { Snapshot } from '../../snapshot/snapshot';
import { sectionValue } from '../../snapshot/snapshot';
import { allWays } from '../distinct-ways';
import { ask } from '../known';
import type { Network } from '../network';
import { studioSubnetIds } from '../studio';
import type { VpcNetwork } from '../vpc-network';

export interface EndpointStanding {
  readonly id: string;
  /** The name of its zone, or null where AWS did not return it. */
  readonly zone: string | null;
  readonly standing: 'stands' | 'gone' | 'in doubt';
  /** Why it may not stand, as a sentence part; null where it stands. */
  readonly because: string | null;
}

/**
 * The endpoints of the firewalls that Studio's traffic crosses, in the Studio VPC and in every other VPC where it
 * crosses one. Where it crosses none, those in the Studio VPC.
 *
 * Facts: aws.md 1.29 (Network Firewall API reference, `Attachment.Status`: `SCALING` is a change of capacity of an
 * endpoint that carries traffic; an unknown status is in doubt), 1.31 (VPC endpoint associations).
 */
export function standingsFor(snapshot: Snapshot, network: Network): readonly EndpointStanding[] {
  const statuses = statusById(snapshot);
  const { vpcs, firewalls } = serving(snapshot, network);
  return vpcs.flatMap((vpc) => [
    ...[...vpc.firewallEndpoints.byId.values()]
      .filter(({ firewallArn }) => firewalls === null || firewalls.has(firewallArn))
      .map(({ id, subnetId }) => ({
        id,
        zone: vpc.zones.get(subnetId) ?? null,
        ...standingOf(id, statuses.get(id)),
      })),
    ...[...vpc.firewallEndpoints.undecided].map(([id, because]) => ({
      id,
      zone: null,
      standing: 'in doubt' as const,
      because: `${id}: ${because}`,
    })),
  ]);
}

function standingOf(id: string, status: string | undefined): Pick<EndpointStanding, 'standing' | 'because'> {
  const because = `${id} is in state ${status ?? 'that AWS did not return'}`;
  switch (status) {
    case 'READY':
    case 'SCALING':
      return { standing: 'stands', because: null };
    case 'DELETING':
    case 'FAILED':
    case 'ERROR':
      return { standing: 'gone', because };
    default:
      return { standing: 'in doubt', because };
  }
}

function statusById(snapshot: Snapshot): ReadonlyMap<string, string> {
  const own = sectionValue(snapshot, 'firewalls').map((one) => one.FirewallStatus?.SyncStates);
  // Where the associations were not read, their endpoints are not among those that are asked about.
  const associations = ask(() => sectionValue(snapshot, 'vpcEndpointAssociations'));
  const associated = associations.known
    ? associations.value.map((one) => one.VpcEndpointAssociationStatus?.AssociationSyncState)
    : [];
  const attachments = [...own, ...associated].flatMap((states) =>
    Object.values(states ?? {}).flatMap(({ Attachment: attachment }) => attachment ?? []),
  );
  return new Map(
    attachments.flatMap(({ EndpointId: id, Status: status }) =>
      id !== undefined && status !== undefined ? [[id, status] as const] : [],
    ),
  );
}

/** The VPCs and firewalls that count; null: every firewall. The ways are followed only where there is a choice. */
function serving(
  snapshot: Snapshot,
  network: Network,
): { readonly vpcs: readonly VpcNetwork[]; readonly firewalls: ReadonlySet<string> | null } {
  const attached = network.attached();
  const others = attached.known ? [...attached.value.values()] : [];
  const inspecting = others.filter((vpc) => vpc.firewallEndpoints.byId.size > 0);
  const own = [...network.firewallEndpoints.byId.values()].map(({ firewallArn }) => firewallArn);
  if (inspecting.length === 0 && new Set(own).size <= 1) return { vpcs: [network], firewalls: null };
  const crossed = crossedBy(snapshot, network);
  if (crossed.size === 0) return { vpcs: [network], firewalls: null };
  const alsoThere = inspecting.filter(({ firewallEndpoints }) =>
    [...firewallEndpoints.byId.keys()].some((id) => crossed.has(id)),
  );
  return { vpcs: [network, ...alsoThere], firewalls: new Set(crossed.values()) };
}

/** The endpoints on any way of the Studio subnets, with their firewalls' ARNs. */
function crossedBy(snapshot: Snapshot, network: Network): ReadonlyMap<string, string> {
  const crossed = new Map<string, string>();
  for (const subnetId of studioSubnetIds(snapshot))
    for (const { path } of allWays(network, subnetId))
      for (const { arrival } of path.steps)
        if (arrival.on && arrival.via.kind === 'firewall-endpoint')
          crossed.set(arrival.via.id, arrival.via.firewallArn);
  return crossed;
}
