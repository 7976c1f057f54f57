/** The endpoints of this VPC's own Network Firewall. Any other Gateway Load Balancer endpoint is somebody else's. */
import type { Firewall, Snapshot } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import type { Known } from './known';
import { ask } from './known';

export interface FirewallEndpoint {
  readonly id: string;
  readonly firewallArn: string;
  readonly subnetId: string;
}

export interface FirewallEndpoints {
  readonly byId: ReadonlyMap<string, FirewallEndpoint>;
  /** Why there may be endpoints that are not listed, or null: then an endpoint that is not here is not ours. */
  readonly incomplete: string | null;
}

/**
 * Every endpoint by which traffic of this VPC enters one of its firewalls.
 *
 * Facts: aws.md 1.20 (only membership tells a firewall endpoint from another vendor's), 1.29 (Network Firewall
 * API reference, `FirewallStatus.SyncStates`), 1.31 (`DescribeVpcEndpointAssociation`: further endpoints of a
 * firewall, also in other VPCs), 1.32 (a firewall attached to a transit gateway has no endpoint in the VPC).
 */
export function firewallEndpointsOf(snapshot: Snapshot): FirewallEndpoints {
  const firewalls = sectionValue(snapshot, 'firewalls');
  const vpcId = snapshot.target.vpcId;
  const own = firewalls.map((firewall) => ask(() => syncStateEndpoints(firewall, vpcId)));
  const arns = new Set(firewalls.map((firewall) => firewall.Firewall?.FirewallArn));
  const associated = ask(() => associationEndpoints(snapshot, arns));
  const answers: readonly Known<readonly FirewallEndpoint[]>[] = [...own, associated];
  const endpoints = answers.flatMap((answer) => (answer.known ? answer.value : []));
  return {
    byId: new Map(endpoints.map((endpoint) => [endpoint.id, endpoint])),
    incomplete: answers.find((answer) => !answer.known)?.because ?? null,
  };
}

function syncStateEndpoints(described: Firewall, vpcId: string): readonly FirewallEndpoint[] {
  const firewall = returned(described.Firewall, 'Firewall of DescribeFirewall');
  const arn = returned(firewall.FirewallArn, 'FirewallArn');
  if (firewall.TransitGatewayId !== undefined || returned(firewall.VpcId, `VpcId of ${arn}`) !== vpcId)
    return [];
  const states = returned(described.FirewallStatus?.SyncStates, `FirewallStatus.SyncStates of ${arn}`);
  return Object.entries(states).map(([zone, state]) => {
    const attachment = returned(state.Attachment, `the attachment of ${arn} in ${zone}`);
    return endpoint(arn, attachment, zone);
  });
}

function associationEndpoints(
  snapshot: Snapshot,
  firewallArns: ReadonlySet<string | undefined>,
): readonly FirewallEndpoint[] {
  return sectionValue(snapshot, 'vpcEndpointAssociations').flatMap((described) => {
    const association = returned(described.VpcEndpointAssociation, 'VpcEndpointAssociation');
    const arn = returned(association.FirewallArn, 'FirewallArn of a VPC endpoint association');
    // An endpoint of a firewall that was not described leads to a policy that nobody judged.
    if (association.VpcId !== snapshot.target.vpcId || !firewallArns.has(arn)) return [];
    const states = returned(
      described.VpcEndpointAssociationStatus?.AssociationSyncState,
      `AssociationSyncState of ${arn}`,
    );
    return Object.entries(states).map(([zone, state]) =>
      endpoint(
        arn,
        returned(state.Attachment, `the attachment of an association of ${arn} in ${zone}`),
        zone,
      ),
    );
  });
}

function endpoint(
  firewallArn: string,
  attachment: { readonly EndpointId?: string | undefined; readonly SubnetId?: string | undefined },
  zone: string,
): FirewallEndpoint {
  return {
    id: returned(attachment.EndpointId, `EndpointId of ${firewallArn} in ${zone}`),
    firewallArn,
    subnetId: returned(attachment.SubnetId, `SubnetId of the endpoint of ${firewallArn} in ${zone}`),
  };
}
