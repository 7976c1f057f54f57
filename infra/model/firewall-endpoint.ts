/** The endpoints of Network Firewall in a VPC. Any other Gateway Load Balancer endpoint is somebody else's. */
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
  /** Endpoints of Network Firewall that inspect nobody knows what, by id, with the reason. */
  readonly undecided: ReadonlyMap<string, string>;
  /** Why there may be endpoints that are not listed, or null: then an endpoint that is not here is not ours. */
  readonly incomplete: string | null;
}

type Found = FirewallEndpoint & { readonly undecided: string | null };

/**
 * Every endpoint by which traffic of a VPC enters a firewall that the snapshot describes.
 *
 * Facts: aws.md 1.20 (only membership tells a firewall endpoint from another vendor's), 1.29 (Network Firewall
 * API reference, `FirewallStatus.SyncStates`), 1.31 (`DescribeVpcEndpointAssociation`: further endpoints of a
 * firewall, also in other VPCs), 1.32 (a firewall attached to a transit gateway has no endpoint in a VPC), 1.33 (a
 * proxy firewall, or one that does not preserve the source: packets do not come back out of its endpoint).
 */
export function firewallEndpointsOf(snapshot: Snapshot, vpcId: string): FirewallEndpoints {
  const firewalls = sectionValue(snapshot, 'firewalls');
  const own = firewalls.map((firewall) => ask(() => syncStateEndpoints(firewall, vpcId)));
  const associated = ask(() => associationEndpoints(snapshot, vpcId));
  const answers: readonly Known<readonly Found[]>[] = [...own, associated];
  const found = answers.flatMap((answer) => (answer.known ? answer.value : []));
  return {
    byId: new Map(
      found.flatMap(({ undecided, ...endpoint }) => (undecided === null ? [[endpoint.id, endpoint]] : [])),
    ),
    undecided: new Map(
      found.flatMap(({ id, undecided }) => (undecided === null ? [] : [[id, undecided] as const])),
    ),
    incomplete: answers.find((answer) => !answer.known)?.because ?? null,
  };
}

function syncStateEndpoints(described: Firewall, vpcId: string): readonly Found[] {
  const firewall = returned(described.Firewall, 'Firewall of DescribeFirewall');
  const arn = returned(firewall.FirewallArn, 'FirewallArn');
  if (firewall.TransitGatewayId !== undefined || returned(firewall.VpcId, `VpcId of ${arn}`) !== vpcId)
    return [];
  const states = returned(described.FirewallStatus?.SyncStates, `FirewallStatus.SyncStates of ${arn}`);
  const undecided = otherForm(described);
  return Object.entries(states).map(([zone, state]) => ({
    ...endpoint(arn, returned(state.Attachment, `the attachment of ${arn} in ${zone}`), zone),
    undecided,
  }));
}

function associationEndpoints(snapshot: Snapshot, vpcId: string): readonly Found[] {
  const firewalls = sectionValue(snapshot, 'firewalls');
  return sectionValue(snapshot, 'vpcEndpointAssociations').flatMap((described) => {
    const association = returned(described.VpcEndpointAssociation, 'VpcEndpointAssociation');
    const arn = returned(association.FirewallArn, 'FirewallArn of a VPC endpoint association');
    if (returned(association.VpcId, `VpcId of a VPC endpoint association of ${arn}`) !== vpcId) return [];
    const states = returned(
      described.VpcEndpointAssociationStatus?.AssociationSyncState,
      `AssociationSyncState of ${arn}`,
    );
    const firewall = firewalls.find(({ Firewall: one }) => one?.FirewallArn === arn);
    // An endpoint of a firewall that was not described leads to a policy that nobody judged.
    const undecided = firewall
      ? otherForm(firewall)
      : `it belongs to the firewall ${arn}, which was not described`;
    return Object.entries(states).map(([zone, state]) => ({
      ...endpoint(
        arn,
        returned(state.Attachment, `the attachment of an association of ${arn} in ${zone}`),
        zone,
      ),
      undecided,
    }));
  });
}

/** Members by which a firewall of another kind shows; newer than the API version that this was written for. */
const OTHER_FORMS = ['NoSourcePreservation', 'NatGatewayMappings', 'ProxySettings'];

function otherForm({ Firewall: firewall }: Firewall): string | null {
  const members = new Map<string, unknown>(Object.entries(firewall ?? {}));
  const form = OTHER_FORMS.find((name) => {
    const value = members.get(name);
    return (
      value !== undefined &&
      value !== null &&
      value !== false &&
      !(Array.isArray(value) && value.length === 0)
    );
  });
  return form === undefined
    ? null
    : `it belongs to a firewall with ${form}, and the model does not follow such`;
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
