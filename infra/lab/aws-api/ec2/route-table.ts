/** Route tables: each begins with one local route per CIDR block of its VPC; one of them is the VPC's main table. */
import {
  CreateRouteTableCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  type DescribeRouteTablesRequest,
  type Route,
  type RouteTable,
  type Tag,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { type Handler, type LabContext, on } from '../handler';
import type { Cidr } from './cidr';
import { described, flag } from './filters';
import { chosen, dependencyViolation, existing, stored } from './ids';
import { routeState } from './route-state';
import { specifiedTags } from './tags';
import { vpcCidrs } from './associated-cidrs';

function localRoute({ family, text }: Cidr): Route {
  const destination = family === 4 ? { DestinationCidrBlock: text } : { DestinationIpv6CidrBlock: text };
  return { ...destination, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' };
}

export interface NewRouteTable {
  readonly vpc: Vpc;
  readonly main: boolean;
  readonly tags: Tag[];
}

/** Makes a route table with the VPC's local routes; a main one carries the association without a subnet (aws.md 1.15). */
export function newRouteTable(state: LabState, { vpc, main, tags }: NewRouteTable): RouteTable {
  const routeTableId = newId(state, 'rtb');
  const mainAssociation = {
    Main: true,
    RouteTableAssociationId: newId(state, 'rtbassoc'),
    RouteTableId: routeTableId,
    AssociationState: { State: 'associated' as const },
  };
  const table: RouteTable = {
    RouteTableId: routeTableId,
    VpcId: vpc.VpcId,
    OwnerId: state.account,
    Routes: vpcCidrs(vpc).map(localRoute),
    Associations: main ? [mainAssociation] : [],
    PropagatingVgws: [],
    Tags: tags,
  };
  state.routeTables.set(routeTableId, table);
  return table;
}

function tablesOf(state: LabState, vpcId: string): RouteTable[] {
  return [...state.routeTables.values()].filter((table) => table.VpcId === vpcId);
}

/** A further CIDR block of the VPC appears as a local route in all its tables (VPC user guide, Route_Tables; aws.md 1.11). */
export function addLocalRoute(state: LabState, vpcId: string, block: Cidr): void {
  for (const table of tablesOf(state, vpcId)) table.Routes = [...(table.Routes ?? []), localRoute(block)];
}

/** The local routes of a block that left the VPC go with it. */
export function removeLocalRoute(state: LabState, vpcId: string, block: string): void {
  for (const table of tablesOf(state, vpcId)) {
    table.Routes = table.Routes?.filter(
      (route) =>
        route.Origin !== 'CreateRouteTable' ||
        (route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock) !== block,
    );
  }
}

/** The VPC's main route table. */
export function mainRouteTable(state: LabState, vpcId: string): RouteTable {
  const main = tablesOf(state, vpcId).find((table) =>
    table.Associations?.some((association) => association.Main),
  );
  return stored(main, `a main route table of ${vpcId}`);
}

/** The table as AWS shows it now: a route whose target is gone says `blackhole`. */
export function shownRouteTable(state: LabState, table: RouteTable): RouteTable {
  const routes = (table.Routes ?? []).map((route) => ({ ...route, State: routeState(state, table, route) }));
  return { ...table, Routes: routes };
}

const destinations =
  (
    field:
      | 'DestinationCidrBlock'
      | 'DestinationIpv6CidrBlock'
      | 'DestinationPrefixListId'
      | 'GatewayId'
      | 'InstanceId'
      | 'NatGatewayId'
      | 'TransitGatewayId'
      | 'VpcPeeringConnectionId'
      | 'EgressOnlyInternetGatewayId'
      | 'Origin'
      | 'State',
  ) =>
  (table: RouteTable) =>
    (table.Routes ?? []).map((route) => route[field]);

function describe(context: LabContext, request: DescribeRouteTablesRequest) {
  const { state } = context;
  const tables = chosen(state.routeTables, 'routeTable', request.RouteTableIds);
  const { records, NextToken } = described(
    tables.map((table) => shownRouteTable(state, table)),
    {
      context,
      request,
      filters: request.Filters,
      fields: {
        'association.gateway-id': (table) =>
          (table.Associations ?? []).map((association) => association.GatewayId),
        'association.main': (table) =>
          (table.Associations ?? []).map((association) => flag(association.Main)),
        'association.route-table-association-id': (table) =>
          (table.Associations ?? []).map((association) => association.RouteTableAssociationId),
        'association.route-table-id': (table) =>
          (table.Associations ?? []).map((association) => association.RouteTableId),
        'association.subnet-id': (table) =>
          (table.Associations ?? []).map((association) => association.SubnetId),
        'owner-id': (table) => [table.OwnerId],
        'route.destination-cidr-block': destinations('DestinationCidrBlock'),
        'route.destination-ipv6-cidr-block': destinations('DestinationIpv6CidrBlock'),
        'route.destination-prefix-list-id': destinations('DestinationPrefixListId'),
        'route.egress-only-internet-gateway-id': destinations('EgressOnlyInternetGatewayId'),
        'route.gateway-id': destinations('GatewayId'),
        'route.instance-id': destinations('InstanceId'),
        'route.nat-gateway-id': destinations('NatGatewayId'),
        'route.origin': destinations('Origin'),
        'route.state': destinations('State'),
        'route.transit-gateway-id': destinations('TransitGatewayId'),
        'route.vpc-peering-connection-id': destinations('VpcPeeringConnectionId'),
        'route-table-id': (table) => [table.RouteTableId],
        'vpc-id': (table) => [table.VpcId],
      },
      tags: (table) => table.Tags,
    },
  );
  return { RouteTables: records, NextToken };
}

function remove(state: LabState, table: RouteTable): void {
  const routeTableId = stored(table.RouteTableId, 'RouteTableId');
  if ((table.Associations ?? []).length > 0) throw dependencyViolation('routeTable', routeTableId);
  state.routeTables.delete(routeTableId);
  for (const endpoint of state.vpcEndpoints.values()) {
    endpoint.RouteTableIds = endpoint.RouteTableIds?.filter((id) => id !== routeTableId);
  }
}

/** CreateRouteTable, DeleteRouteTable, DescribeRouteTables. */
export function routeTableHandlers(context: LabContext): Handler[] {
  const { state } = context;
  const tableOf = (id: string | undefined) => existing(state.routeTables, 'routeTable', id, 'routeTableId');
  return [
    on('ec2', CreateRouteTableCommand, ({ VpcId, TagSpecifications }) => {
      const vpc = existing(state.vpcs, 'vpc', VpcId, 'vpcId');
      const tags = specifiedTags(TagSpecifications, 'route-table');
      return { RouteTable: newRouteTable(state, { vpc, main: false, tags }) };
    }),
    on('ec2', DeleteRouteTableCommand, ({ RouteTableId }) => {
      remove(state, tableOf(RouteTableId));
      return {};
    }),
    on('ec2', DescribeRouteTablesCommand, (request) => describe(context, request)),
  ];
}
