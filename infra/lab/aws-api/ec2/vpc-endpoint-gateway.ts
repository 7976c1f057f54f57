/** Gateway endpoints: a prefix-list route in each of the route tables they are put into. */
import type { RouteTable, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError } from '../handler';
import { existing, stored } from './ids';
import { awsPrefixListId } from './prefix-list';

/** The route tables named, which must be of the endpoint's VPC and hold no route to the service's prefix list yet. */
export function checkedRouteTables(
  state: LabState,
  endpoint: VpcEndpoint,
  routeTableIds: readonly string[],
): RouteTable[] {
  const prefixListId = awsPrefixListId(state, stored(endpoint.ServiceName, 'ServiceName'));
  return [...new Set(routeTableIds)].map((routeTableId) => {
    const table = existing(state.routeTables, 'routeTable', routeTableId, 'routeTableId');
    if (table.VpcId !== endpoint.VpcId) {
      throw new ApiError(
        'InvalidParameter',
        `Route table ${routeTableId} does not belong to VPC ${endpoint.VpcId}`,
      );
    }
    if (table.Routes?.some((route) => route.DestinationPrefixListId === prefixListId)) {
      throw new ApiError(
        'RouteAlreadyExists',
        `route table ${routeTableId} already has a route with destination-prefix-list-id ${prefixListId}`,
      );
    }
    if (table.Associations?.some((association) => association.GatewayId !== undefined)) {
      throw new ApiError(
        'InvalidParameter',
        `Route table ${routeTableId} is associated with a gateway and cannot hold a prefix list route`,
      );
    }
    return table;
  });
}

/** Puts the endpoint's route into the tables (its target comes back in GatewayId: aws.md 1.19). */
export function addRoutes(state: LabState, endpoint: VpcEndpoint, tables: readonly RouteTable[]): void {
  const prefixListId = awsPrefixListId(state, stored(endpoint.ServiceName, 'ServiceName'));
  for (const table of tables) {
    table.Routes = [
      ...(table.Routes ?? []),
      {
        DestinationPrefixListId: prefixListId,
        GatewayId: endpoint.VpcEndpointId,
        Origin: 'CreateRoute',
        State: 'active',
      },
    ];
    endpoint.RouteTableIds = [...(endpoint.RouteTableIds ?? []), stored(table.RouteTableId, 'RouteTableId')];
  }
}

/** Takes the endpoint's route out of the tables it is in. */
export function removeRoutes(state: LabState, endpoint: VpcEndpoint, routeTableIds: readonly string[]): void {
  for (const routeTableId of routeTableIds) {
    const table = existing(state.routeTables, 'routeTable', routeTableId, 'routeTableId');
    table.Routes = table.Routes?.filter((route) => route.GatewayId !== endpoint.VpcEndpointId);
  }
  endpoint.RouteTableIds = endpoint.RouteTableIds?.filter((id) => !routeTableIds.includes(id));
}
