/** The endpoints of Network Firewall in a VPC. Any other Gateway Load Balancer endpoint is somebody else's. */
import type { Firewall, Snapshot } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import { ask, notReturned } from './known';

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

/**
 * Every endpoint by which traffic of a VPC enters a firewall that the snapshot describes.
 *
 * Facts: aws.md 1.20 (only membership tells a firewall endpoint from another vendor's), 1.29 (Network Firewall
 * API reference, `FirewallStatus.SyncStates`), 1.31 (`DescribeVpcEndpointAssociation`: further endpoints of a
 * firewall, also in other VPCs), 1.32 (a firewall attached to a transit gateway has no endpoint in a VPC), 1.33 (a
 * proxy firewall, or one that does not preserve the source: packets do not come back out of its endpoint).
 */
export function firewallEndpointsOf(snapshot: Snapshot, vpcId: string): FirewallEndpoints {
  const found: Found = { byId: new Map(), undecided: new Map() };
  let incomplete: string | null = null;
  for (const firewall of sectionValue(snapshot, 'firewalls')) {
    const answer = ask(() => syncStateEndpoints(firewall, vpcId));
    if (answer.known) add(found, answer.value);
    else incomplete ??= answer.because;
  }
  const associated = ask(() => associationEndpoints(snapshot, vpcId));
  if (associated.known) for (const endpoints of associated.value) add(found, endpoints);
  else incomplete ??= associated.because;
  return { ...found, incomplete };
}

interface Found {
  readonly byId: Map<string, FirewallEndpoint>;
  readonly undecided: Map<string, string>;
}

/** The endpoints of one firewall, or of one association of it. */
interface Endpoints {
  readonly all: readonly FirewallEndpoint[];
  /** Why nobody knows what inspects at them, or null. */
  readonly undecided: string | null;
}

function add({ byId, undecided }: Found, endpoints: Endpoints): void {
  for (const endpoint of endpoints.all)
    if (endpoints.undecided === null) byId.set(endpoint.id, endpoint);
    else undecided.set(endpoint.id, endpoints.undecided);
}

function syncStateEndpoints(described: Firewall, vpcId: string): Endpoints {
  const firewall = returned(described.Firewall, 'Firewall of DescribeFirewall');
  const arn = returned(firewall.FirewallArn, 'FirewallArn');
  if (firewall.TransitGatewayId !== undefined || returned(firewall.VpcId, `VpcId of ${arn}`) !== vpcId)
    return { all: [], undecided: null };
  const states = returned(described.FirewallStatus?.SyncStates, `FirewallStatus.SyncStates of ${arn}`);
  const all: FirewallEndpoint[] = [];
  for (const zone of Object.keys(states)) all.push(endpoint(arn, states[zone]?.Attachment, zone));
  return { all, undecided: otherForm(described) };
}

function associationEndpoints(snapshot: Snapshot, vpcId: string): readonly Endpoints[] {
  const firewalls = sectionValue(snapshot, 'firewalls');
  const found: Endpoints[] = [];
  for (const described of sectionValue(snapshot, 'vpcEndpointAssociations')) {
    const association = returned(described.VpcEndpointAssociation, 'VpcEndpointAssociation');
    const arn = returned(association.FirewallArn, 'FirewallArn of a VPC endpoint association');
    if (returned(association.VpcId, `VpcId of a VPC endpoint association of ${arn}`) !== vpcId) continue;
    const states = returned(
      described.VpcEndpointAssociationStatus?.AssociationSyncState,
      `AssociationSyncState of ${arn}`,
    );
    const firewall = firewalls.find(({ Firewall: one }) => one?.FirewallArn === arn);
    // An endpoint of a firewall that was not described leads to a policy that nobody judged.
    const undecided = firewall
      ? otherForm(firewall)
      : `it belongs to the firewall ${arn}, which was not described`;
    const all = Object.keys(states).map((zone) => endpoint(arn, states[zone]?.Attachment, zone));
    found.push({ all, undecided });
  }
  return found;
}

/** Members by which a firewall of another kind shows; newer than the API version that this was written for. */
const OTHER_FORMS = ['NoSourcePreservation', 'NatGatewayMappings', 'ProxySettings'];

function otherForm({ Firewall: firewall }: Firewall): string | null {
  const members = (firewall ?? {}) as Readonly<Record<string, unknown>>;
  const form = OTHER_FORMS.find((name) => {
    const value = members[name];
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
  attachment:
    | { readonly EndpointId?: string | undefined; readonly SubnetId?: string | undefined }
    | undefined,
  zone: string,
): FirewallEndpoint {
  const { EndpointId: id, SubnetId: subnetId } =
    attachment ?? notReturned(`the attachment of ${firewallArn} in ${zone}`);
  return {
    id: id ?? notReturned(`EndpointId of ${firewallArn} in ${zone}`),
    firewallArn,
    subnetId: subnetId ?? notReturned(`SubnetId of the endpoint of ${firewallArn} in ${zone}`),
  };
}
