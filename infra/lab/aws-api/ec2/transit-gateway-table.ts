/** A transit gateway's route tables: which attachments they decide for, and which they learn prefixes from. */
import {
  AssociateTransitGatewayRouteTableCommand,
  CreateTransitGatewayRouteTableCommand,
  DeleteTransitGatewayRouteTableCommand,
  DescribeTransitGatewayRouteTablesCommand,
  type DescribeTransitGatewayRouteTablesRequest,
  DisableTransitGatewayRouteTablePropagationCommand,
  DisassociateTransitGatewayRouteTableCommand,
  EnableTransitGatewayRouteTablePropagationCommand,
  GetTransitGatewayRouteTableAssociationsCommand,
  GetTransitGatewayRouteTablePropagationsCommand,
  type Tag,
} from '@aws-sdk/client-ec2';
import { type LabState, newId, type StoredTransitGatewayTable } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described, flag, matching, page } from './filters';
import { chosen, existing, stored } from './ids';
import { invalidValue } from './parameters';
import { specifiedTags } from './tags';

/** Makes an empty table of a transit gateway. */
export function newTransitGatewayTable(
  { state, now }: LabContext,
  of: { readonly gatewayId: string; readonly tags: Tag[] },
): StoredTransitGatewayTable {
  const id = newId(state, 'tgw-rtb');
  const record: StoredTransitGatewayTable = {
    table: {
      TransitGatewayRouteTableId: id,
      TransitGatewayId: of.gatewayId,
      State: 'available',
      DefaultAssociationRouteTable: false,
      DefaultPropagationRouteTable: false,
      CreationTime: now(),
      Tags: of.tags,
    },
    routes: [],
    associations: new Set(),
    propagations: new Set(),
  };
  state.transitGatewayRouteTables.set(id, record);
  return record;
}

/** The table that a call names; throws as every look-up does. */
export function transitGatewayTableOf(state: LabState, id: string | undefined): StoredTransitGatewayTable {
  return existing(
    state.transitGatewayRouteTables,
    'transitGatewayRouteTable',
    id,
    'transitGatewayRouteTableId',
  );
}

/** An attachment of the table's own gateway, in the form in which the calls name it. */
export function attachmentOfTable(
  state: LabState,
  { table }: StoredTransitGatewayTable,
  id: string | undefined,
) {
  const attachment = existing(
    state.transitGatewayVpcAttachments,
    'transitGatewayAttachment',
    id,
    'transitGatewayAttachmentId',
  );
  const attachmentId = stored(attachment.TransitGatewayAttachmentId, 'TransitGatewayAttachmentId');
  if (attachment.TransitGatewayId !== table.TransitGatewayId)
    throw invalidValue(attachmentId, 'transitGatewayAttachmentId', 'It is of another transit gateway.');
  if (attachment.State !== 'available')
    throw new ApiError('IncorrectState', `${attachmentId} is in state ${attachment.State}.`);
  return {
    TransitGatewayAttachmentId: attachmentId,
    ResourceId: attachment.VpcId,
    ResourceType: 'vpc' as const,
  };
}

function describe(context: LabContext, request: DescribeTransitGatewayRouteTablesRequest) {
  const tables = chosen(
    context.state.transitGatewayRouteTables,
    'transitGatewayRouteTable',
    request.TransitGatewayRouteTableIds,
  );
  const { records, NextToken } = described(
    tables.map(({ table }) => table),
    {
      context,
      request,
      filters: request.Filters,
      fields: {
        'default-association-route-table': (table) => [flag(table.DefaultAssociationRouteTable)],
        'default-propagation-route-table': (table) => [flag(table.DefaultPropagationRouteTable)],
        state: (table) => [table.State],
        'transit-gateway-id': (table) => [table.TransitGatewayId],
        'transit-gateway-route-table-id': (table) => [table.TransitGatewayRouteTableId],
      },
      tags: (table) => table.Tags,
    },
  );
  return { TransitGatewayRouteTables: records, NextToken };
}

/** CreateTransitGatewayRouteTable, Delete-, Describe-; associations and propagations, and the calls that list them. */
export function transitGatewayTableHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateTransitGatewayRouteTableCommand, ({ TransitGatewayId, TagSpecifications }) => {
      const gateway = existing(state.transitGateways, 'transitGateway', TransitGatewayId, 'transitGatewayId');
      const tags = specifiedTags(TagSpecifications, 'transit-gateway-route-table');
      const gatewayId = stored(gateway.TransitGatewayId, 'TransitGatewayId');
      return { TransitGatewayRouteTable: newTransitGatewayTable(context, { gatewayId, tags }).table };
    }),
    on('ec2', DeleteTransitGatewayRouteTableCommand, ({ TransitGatewayRouteTableId }) => {
      const { table, associations = new Set() } = transitGatewayTableOf(state, TransitGatewayRouteTableId);
      const id = stored(table.TransitGatewayRouteTableId, 'TransitGatewayRouteTableId');
      if (associations.size > 0) throw new ApiError('IncorrectState', `${id} has associations.`);
      state.transitGatewayRouteTables.delete(id);
      return { TransitGatewayRouteTable: { ...table, State: 'deleting' as const } };
    }),
    on('ec2', DescribeTransitGatewayRouteTablesCommand, (request) => describe(context, request)),
    ...associationHandlers(context),
    ...propagationHandlers(context),
  ];
}

function associationHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', AssociateTransitGatewayRouteTableCommand, (request) => {
      const table = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
      const attachment = attachmentOfTable(state, table, request.TransitGatewayAttachmentId);
      const id = attachment.TransitGatewayAttachmentId;
      for (const { associations } of state.transitGatewayRouteTables.values()) {
        if (associations?.has(id) === true)
          throw new ApiError(
            'Resource.AlreadyAssociated',
            `Transit Gateway Attachment ${id} is already associated to a route table.`,
          );
      }
      table.associations?.add(id);
      return {
        Association: {
          ...attachment,
          TransitGatewayRouteTableId: request.TransitGatewayRouteTableId,
          State: 'associating' as const,
        },
      };
    }),
    on('ec2', DisassociateTransitGatewayRouteTableCommand, (request) => {
      const table = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
      const attachment = attachmentOfTable(state, table, request.TransitGatewayAttachmentId);
      const id = attachment.TransitGatewayAttachmentId;
      if (table.associations?.delete(id) !== true)
        throw new ApiError('InvalidAssociation.NotFound', `${id} is not associated to this route table.`);
      return {
        Association: {
          ...attachment,
          TransitGatewayRouteTableId: request.TransitGatewayRouteTableId,
          State: 'disassociating' as const,
        },
      };
    }),
    on('ec2', GetTransitGatewayRouteTableAssociationsCommand, (request) => {
      const table = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
      const all = [...(table.associations ?? [])].map((id) => ({
        ...attachmentOfTable(state, table, id),
        State: 'associated' as const,
      }));
      const { records, NextToken } = listed(context, request, all);
      return { Associations: records, NextToken };
    }),
  ];
}

function propagationHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', EnableTransitGatewayRouteTablePropagationCommand, (request) => {
      const table = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
      const attachment = attachmentOfTable(state, table, request.TransitGatewayAttachmentId);
      const id = attachment.TransitGatewayAttachmentId;
      if (table.propagations?.has(id) === true)
        throw new ApiError(
          'TransitGatewayRouteTablePropagation.Duplicate',
          `Propagation of ${id} exists already.`,
        );
      table.propagations?.add(id);
      return {
        Propagation: {
          ...attachment,
          TransitGatewayRouteTableId: request.TransitGatewayRouteTableId,
          State: 'enabled' as const,
        },
      };
    }),
    on('ec2', DisableTransitGatewayRouteTablePropagationCommand, (request) => {
      const table = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
      const attachment = attachmentOfTable(state, table, request.TransitGatewayAttachmentId);
      const id = attachment.TransitGatewayAttachmentId;
      if (table.propagations?.delete(id) !== true)
        throw new ApiError(
          'TransitGatewayRouteTablePropagation.NotFound',
          `${id} does not propagate to this table.`,
        );
      return {
        Propagation: {
          ...attachment,
          TransitGatewayRouteTableId: request.TransitGatewayRouteTableId,
          State: 'disabled' as const,
        },
      };
    }),
    on('ec2', GetTransitGatewayRouteTablePropagationsCommand, (request) => {
      const table = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
      const all = [...(table.propagations ?? [])].map((id) => ({
        ...attachmentOfTable(state, table, id),
        State: 'enabled' as const,
      }));
      const { records, NextToken } = listed(context, request, all);
      return { TransitGatewayRouteTablePropagations: records, NextToken };
    }),
  ];
}

/** What the two listing calls filter by. */
function listed<T extends ReturnType<typeof attachmentOfTable>>(
  context: LabContext,
  request: Parameters<typeof page>[1]['request'] & {
    readonly Filters?: Parameters<typeof matching>[1]['filters'];
  },
  all: readonly T[],
) {
  const found = matching(all, {
    filters: request.Filters,
    fields: {
      'resource-id': (one) => [one.ResourceId],
      'resource-type': (one) => [one.ResourceType],
      'transit-gateway-attachment-id': (one) => [one.TransitGatewayAttachmentId],
    },
  });
  return page(found, { context, request });
}
