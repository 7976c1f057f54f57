/** Routes of a table: created, replaced, deleted, with the checks AWS makes. */
import {
  CreateRouteCommand,
  DeleteRouteCommand,
  ReplaceRouteCommand,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { existing } from './ids';
import { type Destination, destinationOf, refuseIllegalRoute, routeTo } from './route-destination';
import { targetOf } from './route-target';

/** Routes that AWS keeps itself: those of gateway endpoints (by their endpoint) and propagated ones. */
function refuseUnlessOwn(state: LabState, table: RouteTable, route: Route): void {
  if (state.vpcEndpoints.get(route.GatewayId ?? '')?.VpcEndpointType === 'Gateway') {
    throw new ApiError(
      'InvalidParameterValue',
      `cannot change VPC endpoint route ${route.GatewayId} in route table ${table.RouteTableId}; change the endpoint instead`,
    );
  }
  if (route.Origin === 'EnableVgwRoutePropagation' || route.Origin === 'Advertisement') {
    throw new ApiError(
      'InvalidParameterValue',
      `cannot change a propagated route in route table ${table.RouteTableId}`,
    );
  }
}

function legalRoute(
  state: LabState,
  table: RouteTable,
  { destination, route }: { readonly destination: Destination; readonly route: Route },
): Route {
  refuseIllegalRoute(state, table, { destination, route });
  return route;
}

function replaced(table: RouteTable, old: Route, route: Route | null): void {
  table.Routes = (table.Routes ?? []).flatMap((other) => (other === old ? (route ?? []) : other));
}

/** CreateRoute, ReplaceRoute, DeleteRoute. */
export function routeHandlers({ state }: LabContext): Handler[] {
  const tableOf = (id: string | undefined) => existing(state.routeTables, 'routeTable', id, 'routeTableId');
  return [
    on('ec2', CreateRouteCommand, (request) => {
      const table = tableOf(request.RouteTableId);
      const destination = destinationOf(state, request);
      if (routeTo(table, destination) !== undefined) {
        throw new ApiError(
          'RouteAlreadyExists',
          `The route identified by ${destination.text} already exists.`,
        );
      }
      const target = targetOf({ state, table, destination }, request);
      const route: Route = {
        [destination.field]: destination.text,
        ...target,
        Origin: 'CreateRoute',
        State: 'active',
      };
      table.Routes = [...(table.Routes ?? []), legalRoute(state, table, { destination, route })];
      return { Return: true };
    }),
    on('ec2', ReplaceRouteCommand, (request) => {
      const table = tableOf(request.RouteTableId);
      const destination = destinationOf(state, request);
      const old = routeTo(table, destination);
      if (old === undefined) {
        throw new ApiError(
          'InvalidParameterValue',
          `There is no route defined for '${destination.text}' in the route table. Use CreateRoute instead.`,
        );
      }
      refuseUnlessOwn(state, table, old);
      const target = targetOf({ state, table, destination }, request);
      if (request.LocalTarget === true && old.Origin !== 'CreateRouteTable') {
        throw new ApiError(
          'InvalidParameterValue',
          `The route to ${destination.text} is not a local route; only those can go back to the local target.`,
        );
      }
      const route: Route = {
        [destination.field]: destination.text,
        ...target,
        Origin: old.Origin,
        State: 'active',
      };
      replaced(table, old, legalRoute(state, table, { destination, route }));
      return {};
    }),
    on('ec2', DeleteRouteCommand, (request) => {
      const table = tableOf(request.RouteTableId);
      const destination = destinationOf(state, request);
      const old = routeTo(table, destination);
      if (old === undefined) {
        throw new ApiError(
          'InvalidRoute.NotFound',
          `no route with destination ${destination.text} in route table ${request.RouteTableId}`,
        );
      }
      if (old.Origin === 'CreateRouteTable') {
        throw new ApiError(
          'InvalidParameterValue',
          `cannot remove local route ${destination.text} in route table ${request.RouteTableId}`,
        );
      }
      refuseUnlessOwn(state, table, old);
      replaced(table, old, null);
      return {};
    }),
  ];
}
