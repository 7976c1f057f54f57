/** Which table governs a subnet or the traffic that enters by a gateway, and which table is the main one. */
import {
  AssociateRouteTableCommand,
  type AssociateRouteTableRequest,
  DisassociateRouteTableCommand,
  ReplaceRouteTableAssociationCommand,
  type RouteTable,
  type RouteTableAssociation,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { existing, given, stored, wellFormedId } from './ids';
import { unmodelled } from './parameters';
import { refuseUnlessGatewayRoute } from './route-destination';

const associated = { State: 'associated' as const };

interface Held {
  readonly table: RouteTable;
  readonly association: RouteTableAssociation;
}

function allOf(state: LabState): Held[] {
  return [...state.routeTables.values()].flatMap((table) =>
    (table.Associations ?? []).map((association) => ({ table, association })),
  );
}

function find(state: LabState, associationId: string | undefined): Held {
  const id = given(associationId, 'associationId');
  const held = allOf(state).find(({ association }) => association.RouteTableAssociationId === id);
  if (held === undefined) {
    throw new ApiError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
  }
  return held;
}

function add(
  state: LabState,
  table: RouteTable,
  what: Pick<RouteTableAssociation, 'SubnetId' | 'GatewayId' | 'Main'>,
): RouteTableAssociation {
  const association: RouteTableAssociation = {
    Main: false,
    RouteTableAssociationId: newId(state, 'rtbassoc'),
    RouteTableId: table.RouteTableId,
    ...what,
    AssociationState: associated,
  };
  table.Associations = [...(table.Associations ?? []), association];
  return association;
}

function drop({ table, association }: Held): void {
  table.Associations = table.Associations?.filter((other) => other !== association);
}

function sameVpc(table: RouteTable, what: { readonly VpcId?: string | undefined }, name: string): void {
  if (table.VpcId !== what.VpcId) {
    throw new ApiError(
      'InvalidParameterValue',
      `route table ${table.RouteTableId} and ${name} belong to different networks`,
    );
  }
}

/**
 * What a gateway's table may be: not the main one, without propagation, and with routes only to whole blocks of
 * the VPC or its subnets by local, interface or Gateway Load Balancer endpoint (VPC user guide,
 * gateway-route-tables; aws.md 1.25).
 */
function refuseUnlessGatewayTable(state: LabState, table: RouteTable): void {
  const refusal = (why: string) =>
    new ApiError(
      'InvalidParameterValue',
      `route table ${table.RouteTableId} cannot be associated with a gateway: ${why}`,
    );
  if (table.Associations?.some((association) => association.Main))
    throw refusal('it is the main route table');
  if ((table.PropagatingVgws ?? []).length > 0) throw refusal('it has route propagation enabled');
  for (const route of table.Routes ?? []) refuseUnlessGatewayRoute(state, table, route);
}

function gatewayOf(state: LabState, table: RouteTable, gatewayId: string): string {
  if (gatewayId.startsWith('vgw-')) return wellFormedId('vpnGateway', gatewayId);
  const gateway = existing(state.internetGateways, 'internetGateway', gatewayId, 'gatewayId');
  if (!gateway.Attachments?.some((attachment) => attachment.VpcId === table.VpcId)) {
    throw new ApiError(
      'InvalidParameterValue',
      `route table ${table.RouteTableId} and network gateway ${gatewayId} belong to different networks`,
    );
  }
  return gatewayId;
}

function associate(state: LabState, request: AssociateRouteTableRequest): RouteTableAssociation {
  unmodelled(request, ['PublicIpv4Pool']);
  const table = existing(state.routeTables, 'routeTable', request.RouteTableId, 'routeTableId');
  const { SubnetId, GatewayId } = request;
  if ((SubnetId === undefined) === (GatewayId === undefined)) {
    throw new ApiError(
      'InvalidParameterCombination',
      'The request must contain exactly one of subnetId and gatewayId.',
    );
  }
  if (SubnetId !== undefined)
    sameVpc(table, existing(state.subnets, 'subnet', SubnetId, 'subnetId'), `subnet ${SubnetId}`);
  if (GatewayId !== undefined) {
    gatewayOf(state, table, GatewayId);
    refuseUnlessGatewayTable(state, table);
  }
  const held = allOf(state).find(({ association: other }) =>
    SubnetId === undefined ? other.GatewayId === GatewayId : other.SubnetId === SubnetId,
  );
  if (held === undefined) return add(state, table, { SubnetId, GatewayId });
  if (held.table === table) return held.association;
  throw new ApiError(
    'Resource.AlreadyAssociated',
    `the specified association for route table ${table.RouteTableId} conflicts with an existing association`,
  );
}

function replace(state: LabState, held: Held, table: RouteTable): RouteTableAssociation {
  sameVpc(table, held.table, `route table ${held.table.RouteTableId}`);
  const { SubnetId, GatewayId, Main } = held.association;
  if (GatewayId !== undefined) refuseUnlessGatewayTable(state, table);
  if (Main === true && table.Associations?.some((association) => association.GatewayId !== undefined)) {
    throw new ApiError(
      'InvalidParameterValue',
      `route table ${table.RouteTableId} is associated with a gateway and cannot be the main route table`,
    );
  }
  drop(held);
  return add(state, table, { SubnetId, GatewayId, Main });
}

/** AssociateRouteTable, DisassociateRouteTable, ReplaceRouteTableAssociation (which also moves the main table). */
export function routeTableAssociationHandlers({ state }: LabContext): Handler[] {
  return [
    on('ec2', AssociateRouteTableCommand, (request) => {
      const association = associate(state, request);
      return {
        AssociationId: association.RouteTableAssociationId,
        AssociationState: association.AssociationState,
      };
    }),
    on('ec2', DisassociateRouteTableCommand, ({ AssociationId }) => {
      const held = find(state, AssociationId);
      if (held.association.Main === true) {
        throw new ApiError(
          'InvalidParameterValue',
          `cannot disassociate the main route table association ${AssociationId}`,
        );
      }
      drop(held);
      return {};
    }),
    on('ec2', ReplaceRouteTableAssociationCommand, ({ AssociationId, RouteTableId }) => {
      const held = find(state, AssociationId);
      const table = existing(state.routeTables, 'routeTable', RouteTableId, 'routeTableId');
      const association = replace(state, held, table);
      return {
        NewAssociationId: stored(association.RouteTableAssociationId, 'RouteTableAssociationId'),
        AssociationState: association.AssociationState,
      };
    }),
  ];
}
