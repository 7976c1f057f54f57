/** The small changes of route tables that mutants are made of. */
import type { Route, RouteTable, Snapshot } from '../snapshot/snapshot';
import { change, edited, without } from './mutant';

/** The snapshot with one table changed. */
export function changeTable(
  snapshot: Snapshot,
  id: string,
  edit: (table: RouteTable) => RouteTable,
): Snapshot {
  return change(snapshot, 'routeTables', (tables) =>
    edited(tables, (table) => table.RouteTableId === id, edit),
  );
}

/** The snapshot with routes added to a table. */
export function addRoutes(snapshot: Snapshot, id: string, ...routes: readonly Route[]): Snapshot {
  return changeTable(snapshot, id, (table) => ({ ...table, Routes: [...(table.Routes ?? []), ...routes] }));
}

/** The snapshot without a table's route to a destination. */
export function removeRoute(snapshot: Snapshot, id: string, destination: string): Snapshot {
  return changeTable(snapshot, id, (table) => ({
    ...table,
    Routes: without(table.Routes ?? [], (route) => destinationOf(route) === destination),
  }));
}

/** The snapshot with a table's route to a destination replaced. */
export function replaceRoute(snapshot: Snapshot, id: string, destination: string, by: Route): Snapshot {
  return addRoutes(removeRoute(snapshot, id, destination), id, by);
}

/** The snapshot with the associations of a table changed to another state, or none. */
export function associate(
  snapshot: Snapshot,
  id: string,
  state: 'associating' | 'failed' | 'none',
): Snapshot {
  return changeTable(snapshot, id, (table) => ({
    ...table,
    Associations:
      state === 'none'
        ? []
        : (table.Associations ?? []).map((one) => ({ ...one, AssociationState: { State: state } })),
  }));
}

/** Every table with more routes, as AWS does it when the VPC gets another prefix. */
export function addToEveryTable(snapshot: Snapshot, ...routes: readonly Route[]): Snapshot {
  return change(snapshot, 'routeTables', (tables) =>
    tables.map((table) => ({ ...table, Routes: [...routes, ...(table.Routes ?? [])] })),
  );
}

function destinationOf(route: Route): string | undefined {
  return route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId;
}
