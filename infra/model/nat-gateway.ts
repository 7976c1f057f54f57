/** NAT gateways: where a packet goes on, and under which address. */
import type * as aws from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import { notReturned } from './known';

export interface NatGateway {
  readonly id: string;
  /** The subnet whose route table decides on; null for a regional NAT gateway, which has a table of its own. */
  readonly subnetId: string | null;
  /** A regional NAT gateway's own table. */
  readonly routeTableId: string | null;
  /** Its private addresses, as AWS returned them. */
  readonly privateIps: readonly string[];
  /** A private one: without public address, so that an internet gateway drops what it sends. */
  readonly isPrivate: boolean;
  /** Why it may carry nothing now although it is there, or null. For claims of delivery; it leads where it leads in any case. */
  readonly notReady: string | null;
}

/**
 * A NAT gateway of a VPC; throws {@link NotKnown} for a form that the model does not cover, and for one that carries
 * nothing any more.
 *
 * Facts: aws.md 1.21 (EC2 API reference, `NatGateway`; an attached Network Firewall proxy inspects by other
 * means than routes), 1.22 (VPC user guide, "Regional NAT gateways"; that its table starts with a default route
 * to the internet gateway is a REPORT, so the table is read, not assumed). EC2 API reference, `NatGateway.State`:
 * `pending` does not process traffic yet, `deleting` may still; `deleted` and `failed` stay listed for about an hour.
 */
export function natGatewayOf(nat: aws.NatGateway, vpcId: string): NatGateway {
  const id = returned(nat.NatGatewayId, 'NatGatewayId');
  if (nat.VpcId !== undefined && nat.VpcId !== vpcId)
    throw new NotKnown(`the NAT gateway ${id} belongs to ${nat.VpcId}, and not to ${vpcId}`);
  const appliance = nat.AttachedAppliances?.[0];
  if (appliance)
    throw new NotKnown(`the NAT gateway ${id} has an appliance of type "${appliance.Type}" attached`);
  const settled = {
    id,
    privateIps: privateIps(nat),
    isPrivate: isPrivate(nat, id),
    notReady: notReady(nat, id),
  };
  if (isRegional(nat, id)) {
    const routeTableId = nat.RouteTableId ?? notReturned(`SubnetId or RouteTableId of the NAT gateway ${id}`);
    return { ...settled, subnetId: null, routeTableId };
  }
  const subnetId = nat.SubnetId ?? notReturned(`SubnetId of the NAT gateway ${id}`);
  return { ...settled, subnetId, routeTableId: null };
}

function privateIps({ NatGatewayAddresses: addresses = [] }: aws.NatGateway): readonly string[] {
  const found: string[] = [];
  for (const { PrivateIp: ip } of addresses) if (ip !== undefined) found.push(ip);
  return found;
}

function isRegional(nat: aws.NatGateway, id: string): boolean {
  const mode: string | undefined = nat.AvailabilityMode;
  if (mode === undefined || mode === 'zonal') return mode === undefined && nat.SubnetId === undefined;
  if (mode === 'regional') return true;
  throw new NotKnown(`the NAT gateway ${id} has the unknown AvailabilityMode "${mode}"`);
}

/** Where AWS did not say, a NAT gateway is taken for a public one: that is the one that can leak. */
function isPrivate(nat: aws.NatGateway, id: string): boolean {
  const type: string | undefined = nat.ConnectivityType;
  if (type === undefined || type === 'public') return false;
  if (type === 'private') return true;
  throw new NotKnown(`the NAT gateway ${id} has the unknown ConnectivityType "${type}"`);
}

function notReady(nat: aws.NatGateway, id: string): string | null {
  const state: string | undefined = nat.State;
  if (state === 'available') return null;
  if (state === undefined) return `AWS did not return State of the NAT gateway ${id}`;
  if (state === 'pending' || state === 'deleting') return `the NAT gateway ${id} is in state "${state}"`;
  throw new NotKnown(`the NAT gateway ${id} is in state "${state}"`);
}
