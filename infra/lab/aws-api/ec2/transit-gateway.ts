/** Transit gateways of the account: made with a default route table, as in AWS, unless the options say otherwise. */
import {
  CreateTransitGatewayCommand,
  type CreateTransitGatewayRequest,
  DeleteTransitGatewayCommand,
  DescribeTransitGatewaysCommand,
  type TransitGateway,
} from '@aws-sdk/client-ec2';
import { newId } from '../../state';
import { type Handler, type LabContext, on } from '../handler';
import { ApiError } from '../handler';
import { described } from './filters';
import { chosen, existing, stored } from './ids';
import { specifiedTags } from './tags';
import { newTransitGatewayTable } from './transit-gateway-table';

/** What AWS fills in (EC2 API reference, `TransitGatewayRequestOptions`). */
function optionsOf(asked: CreateTransitGatewayRequest['Options']): NonNullable<TransitGateway['Options']> {
  return {
    AmazonSideAsn: asked?.AmazonSideAsn ?? 64_512,
    AutoAcceptSharedAttachments: asked?.AutoAcceptSharedAttachments ?? 'disable',
    DefaultRouteTableAssociation: asked?.DefaultRouteTableAssociation ?? 'enable',
    DefaultRouteTablePropagation: asked?.DefaultRouteTablePropagation ?? 'enable',
    VpnEcmpSupport: asked?.VpnEcmpSupport ?? 'enable',
    DnsSupport: asked?.DnsSupport ?? 'enable',
    SecurityGroupReferencingSupport: asked?.SecurityGroupReferencingSupport ?? 'disable',
    MulticastSupport: asked?.MulticastSupport ?? 'disable',
  };
}

function create(context: LabContext, request: CreateTransitGatewayRequest): TransitGateway {
  const { state, now } = context;
  const id = newId(state, 'tgw');
  const options = optionsOf(request.Options);
  const gateway: TransitGateway = {
    TransitGatewayId: id,
    TransitGatewayArn: `arn:${state.partition}:ec2:${state.region}:${state.account}:transit-gateway/${id}`,
    State: 'available',
    OwnerId: state.account,
    Description: request.Description,
    CreationTime: now(),
    Options: options,
    Tags: specifiedTags(request.TagSpecifications, 'transit-gateway'),
  };
  state.transitGateways.set(id, gateway);
  const associates = options.DefaultRouteTableAssociation === 'enable';
  const propagates = options.DefaultRouteTablePropagation === 'enable';
  if (!associates && !propagates) return gateway;
  const { table } = newTransitGatewayTable(context, { gatewayId: id, tags: [] });
  table.DefaultAssociationRouteTable = associates;
  table.DefaultPropagationRouteTable = propagates;
  if (associates) options.AssociationDefaultRouteTableId = table.TransitGatewayRouteTableId;
  if (propagates) options.PropagationDefaultRouteTableId = table.TransitGatewayRouteTableId;
  return gateway;
}

function remove({ state }: LabContext, gateway: TransitGateway): void {
  const id = stored(gateway.TransitGatewayId, 'TransitGatewayId');
  const inUse = [...state.transitGatewayVpcAttachments.values()].some(
    (attachment) => attachment.TransitGatewayId === id && attachment.State !== 'deleted',
  );
  if (inUse) throw new ApiError('IncorrectState', `${id} has non-deleted attachments.`);
  for (const [tableId, { table }] of state.transitGatewayRouteTables) {
    if (table.TransitGatewayId === id) state.transitGatewayRouteTables.delete(tableId);
  }
  state.transitGateways.delete(id);
}

/** CreateTransitGateway, DeleteTransitGateway, DescribeTransitGateways. */
export function transitGatewayHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateTransitGatewayCommand, (request) => ({ TransitGateway: create(context, request) })),
    on('ec2', DeleteTransitGatewayCommand, ({ TransitGatewayId }) => {
      const gateway = existing(state.transitGateways, 'transitGateway', TransitGatewayId, 'transitGatewayId');
      remove(context, gateway);
      return { TransitGateway: { ...gateway, State: 'deleting' as const } };
    }),
    on('ec2', DescribeTransitGatewaysCommand, (request) => {
      const { records, NextToken } = described(
        chosen(state.transitGateways, 'transitGateway', request.TransitGatewayIds),
        {
          context,
          request,
          filters: request.Filters,
          fields: {
            'owner-id': (gateway) => [gateway.OwnerId],
            state: (gateway) => [gateway.State],
            'transit-gateway-id': (gateway) => [gateway.TransitGatewayId],
          },
          tags: (gateway) => gateway.Tags,
        },
      );
      return { TransitGateways: records, NextToken };
    }),
  ];
}
