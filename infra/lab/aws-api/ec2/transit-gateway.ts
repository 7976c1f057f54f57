/** Transit gateways, as far as a VPC sees them: its attachments, and the tables that route behind them. */
import {
  CreateTransitGatewayVpcAttachmentCommand,
  DeleteTransitGatewayVpcAttachmentCommand,
  DescribeTransitGatewayRouteTablesCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  SearchTransitGatewayRoutesCommand,
  type TransitGatewayRoute,
  type TransitGatewayVpcAttachment,
} from '@aws-sdk/client-ec2';
import { newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { parseCidr, within } from './cidr';
import { described, type FilterFields, flag, page, matching } from './filters';
import { chosen, existing, given, stored, wellFormedId } from './ids';
import { specifiedTags } from './tags';
import { checkedSubnets } from './vpc-endpoint-interface';

/** The filters `route-search.…` compare blocks rather than text; the others are ordinary. */
const routeSearch = /^route-search\.(exact-match|longest-prefix-match|subnet-of-match|supernet-of-match)$/;

function blockOf(route: TransitGatewayRoute) {
  return parseCidr(route.DestinationCidrBlock ?? '');
}

function searched(
  routes: readonly TransitGatewayRoute[],
  search: string,
  value: string,
): TransitGatewayRoute[] {
  const wanted = parseCidr(value.includes('/') ? value : `${value}/${value.includes(':') ? 128 : 32}`);
  if (wanted === null)
    throw new ApiError(
      'InvalidParameterValue',
      `Value (${value}) for filter route-search.${search} is not a CIDR block or address.`,
    );
  const found = routes.filter((route) => {
    const block = blockOf(route);
    if (block === null) return false;
    if (search === 'exact-match') return block.text === wanted.text;
    return search === 'subnet-of-match' ? within(block, wanted) : within(wanted, block);
  });
  if (search !== 'longest-prefix-match') return found;
  const longest = Math.max(...found.map((route) => blockOf(route)?.prefixLength ?? 0));
  return found.filter((route) => blockOf(route)?.prefixLength === longest);
}

const routeFields: FilterFields<TransitGatewayRoute> = {
  'attachment.resource-id': (route) =>
    (route.TransitGatewayAttachments ?? []).map((attachment) => attachment.ResourceId),
  'attachment.resource-type': (route) =>
    (route.TransitGatewayAttachments ?? []).map((attachment) => attachment.ResourceType),
  'attachment.transit-gateway-attachment-id': (route) =>
    (route.TransitGatewayAttachments ?? []).map((attachment) => attachment.TransitGatewayAttachmentId),
  'prefix-list-id': (route) => [route.PrefixListId],
  state: (route) => [route.State],
  type: (route) => [route.Type],
};

/** SearchTransitGatewayRoutes: at least one filter is required; the state and type filters are the common ones. */
function searchRoutes(context: LabContext): Handler {
  return on('ec2', SearchTransitGatewayRoutesCommand, (request) => {
    const { routes } = existing(
      context.state.transitGatewayRouteTables,
      'transitGatewayRouteTable',
      request.TransitGatewayRouteTableId,
      'transitGatewayRouteTableId',
    );
    const filters = given(request.Filters, 'filter');
    let found: TransitGatewayRoute[] = [...routes];
    for (const { Name = '', Values = [] } of filters) {
      const search = routeSearch.exec(Name)?.[1];
      if (search === undefined) continue;
      const byValue = Values.map((value) => searched(found, search, value));
      found = found.filter((route) => byValue.some((some) => some.includes(route)));
    }
    const others = filters.filter(({ Name = '' }) => !routeSearch.test(Name));
    const { records, NextToken } = page(matching(found, { filters: others, fields: routeFields }), {
      context,
      request,
    });
    return { Routes: records, AdditionalRoutesAvailable: NextToken !== undefined, NextToken };
  });
}

function attachmentHandlers(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    // The gateway itself may belong to another account: the lab keeps its attachments only.
    on('ec2', CreateTransitGatewayVpcAttachmentCommand, (request) => {
      const vpc = existing(state.vpcs, 'vpc', request.VpcId, 'vpcId');
      const vpcId = stored(vpc.VpcId, 'VpcId');
      const {
        ApplianceModeSupport = 'disable',
        DnsSupport = 'enable',
        Ipv6Support = 'disable',
      } = request.Options ?? {};
      const attachment: TransitGatewayVpcAttachment = {
        TransitGatewayAttachmentId: newId(state, 'tgw-attach'),
        TransitGatewayId: wellFormedId('transitGateway', given(request.TransitGatewayId, 'transitGatewayId')),
        VpcId: vpcId,
        VpcOwnerId: state.account,
        State: 'available',
        SubnetIds: checkedSubnets(state, vpcId, given(request.SubnetIds, 'subnetIds')),
        CreationTime: now(),
        Options: { ApplianceModeSupport, DnsSupport, Ipv6Support },
        Tags: specifiedTags(request.TagSpecifications, 'transit-gateway-attachment'),
      };
      state.transitGatewayVpcAttachments.set(
        stored(attachment.TransitGatewayAttachmentId, 'TransitGatewayAttachmentId'),
        attachment,
      );
      return { TransitGatewayVpcAttachment: attachment };
    }),
    on('ec2', DeleteTransitGatewayVpcAttachmentCommand, ({ TransitGatewayAttachmentId }) => {
      const attachment = existing(
        state.transitGatewayVpcAttachments,
        'transitGatewayAttachment',
        TransitGatewayAttachmentId,
        'transitGatewayAttachmentId',
      );
      attachment.State = 'deleted';
      return { TransitGatewayVpcAttachment: attachment };
    }),
    on('ec2', DescribeTransitGatewayVpcAttachmentsCommand, (request) => {
      const attachments = chosen(
        state.transitGatewayVpcAttachments,
        'transitGatewayAttachment',
        request.TransitGatewayAttachmentIds,
      );
      const { records, NextToken } = described(attachments, {
        context,
        request,
        filters: request.Filters,
        fields: {
          state: (attachment) => [attachment.State],
          'transit-gateway-attachment-id': (attachment) => [attachment.TransitGatewayAttachmentId],
          'transit-gateway-id': (attachment) => [attachment.TransitGatewayId],
          'vpc-id': (attachment) => [attachment.VpcId],
        },
        tags: (attachment) => attachment.Tags,
      });
      return { TransitGatewayVpcAttachments: records, NextToken };
    }),
  ];
}

/** Attachments of VPCs, DescribeTransitGatewayRouteTables, SearchTransitGatewayRoutes. */
export function transitGatewayHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    ...attachmentHandlers(context),
    on('ec2', DescribeTransitGatewayRouteTablesCommand, (request) => {
      const tables = chosen(
        state.transitGatewayRouteTables,
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
    }),
    searchRoutes(context),
  ];
}
