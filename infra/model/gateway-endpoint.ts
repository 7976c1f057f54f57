/** Gateway endpoints: they carry only what meets a route table that they are in. */
import type { Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { returned, sectionValue } from '../snapshot/snapshot';
import { studioSubnetIds } from './studio';
import { associationsOf, tableOfSubnet } from './subnet';

/** A Studio subnet and the route table that decides for it. */
export interface SubnetAndTable {
  readonly subnetId: string;
  readonly tableId: string;
}

/**
 * The Studio subnets whose route table a gateway endpoint is not in: their calls to the service take the way to the
 * internet. Throws {@link NotKnown} when a subnet's table is not known.
 *
 * Facts: aws.md 6.16 (AWS PrivateLink guide, "Gateway endpoints": a route by prefix list is added to the associated
 * route tables, and only there).
 */
export function studioSubnetsPast(snapshot: Snapshot, endpoint: VpcEndpoint): readonly SubnetAndTable[] {
  const tables = returned(endpoint.RouteTableIds, `RouteTableIds of ${endpoint.VpcEndpointId}`);
  const associations = associationsOf(sectionValue(snapshot, 'routeTables'));
  return studioSubnetIds(snapshot)
    .map((subnetId) => ({ subnetId, tableId: tableOfSubnet(associations, subnetId) }))
    .filter(({ tableId }) => !tables.includes(tableId));
}
