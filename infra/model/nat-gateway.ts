/** NAT gateways: where a packet goes on, and under which address. */
import type * as aws from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';

export interface NatGateway {
  readonly id: string;
  /** The subnet whose route table decides on; null for a regional NAT gateway, which has a table of its own. */
  readonly subnetId: string | null;
  /** A regional NAT gateway's own table. */
  readonly routeTableId: string | null;
  /** Its private addresses, as AWS returned them. */
  readonly privateIps: readonly string[];
}

/**
 * A NAT gateway; throws {@link NotKnown} for a form that the model does not cover.
 *
 * Facts: aws.md 1.21 (EC2 API reference, `NatGateway`; an attached Network Firewall proxy inspects by other
 * means than routes), 1.22 (VPC user guide, "Regional NAT gateways"; that its table starts with a default route
 * to the internet gateway is a REPORT, so the table is read, not assumed).
 */
export function natGatewayOf(nat: aws.NatGateway): NatGateway {
  const id = returned(nat.NatGatewayId, 'NatGatewayId');
  const appliance = nat.AttachedAppliances?.[0];
  if (appliance)
    throw new NotKnown(`the NAT gateway ${id} has an appliance of type "${appliance.Type}" attached`);
  const privateIps = (nat.NatGatewayAddresses ?? []).flatMap((address) => address.PrivateIp ?? []);
  if (nat.AvailabilityMode === 'regional' || nat.SubnetId === undefined) {
    const routeTableId = returned(nat.RouteTableId, `SubnetId or RouteTableId of the NAT gateway ${id}`);
    return { id, subnetId: null, routeTableId, privateIps };
  }
  return { id, subnetId: nat.SubnetId, routeTableId: null, privateIps };
}
