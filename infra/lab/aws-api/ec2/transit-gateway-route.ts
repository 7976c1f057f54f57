/** Routes of a transit gateway's table: static ones, and those that propagating attachments bring. */
import {
  CreateTransitGatewayRouteCommand,
  DeleteTransitGatewayRouteCommand,
  ReplaceTransitGatewayRouteCommand,
  SearchTransitGatewayRoutesCommand,
  type TransitGatewayRoute,
} from '@aws-sdk/client-ec2';
import type { LabState, StoredTransitGatewayTable } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { vpcCidrs } from './associated-cidrs';
import { parseCidr, within } from './cidr';
import { type FilterFields, matching, page } from './filters';
import { given } from './ids';
import { invalidValue } from './parameters';
import { attachmentOfTable, transitGatewayTableOf } from './transit-gateway-table';

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

/** The prefixes of propagating VPCs; a static route to the same prefix takes a propagated one's place (transit gateway guide, "Route evaluation order"). */
function propagatedRoutes(state: LabState, stored: StoredTransitGatewayTable): TransitGatewayRoute[] {
  const statics = new Set(stored.routes.map(({ DestinationCidrBlock }) => DestinationCidrBlock));
  return [...(stored.propagations ?? [])].flatMap((id) => {
    const attachment = attachmentOfTable(state, stored, id);
    const vpc = state.vpcs.get(attachment.ResourceId ?? '');
    return (vpc === undefined ? [] : vpcCidrs(vpc))
      .filter(({ text }) => !statics.has(text))
      .map(({ text }) => ({
        DestinationCidrBlock: text,
        TransitGatewayAttachments: [attachment],
        Type: 'propagated' as const,
        State: 'active' as const,
      }));
  });
}

/** A static route whose attachment is gone is a blackhole. */
function shown(state: LabState, route: TransitGatewayRoute): TransitGatewayRoute {
  const gone = (route.TransitGatewayAttachments ?? []).some(
    ({ TransitGatewayAttachmentId: id }) =>
      state.transitGatewayVpcAttachments.get(id ?? '')?.State === 'deleted',
  );
  return gone ? { ...route, State: 'blackhole' } : route;
}

/** SearchTransitGatewayRoutes: at least one filter is required; the state and type filters are the common ones. */
function searchRoutes(context: LabContext): Handler {
  return on('ec2', SearchTransitGatewayRoutesCommand, (request) => {
    const { state } = context;
    const stored = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
    const filters = given(request.Filters, 'filter');
    let found: TransitGatewayRoute[] = [
      ...stored.routes.map((route) => shown(state, route)),
      ...propagatedRoutes(state, stored),
    ];
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

/** The canonical destination of a request. */
function destinationOf(text: string | undefined): string {
  const named = given(text, 'destinationCidrBlock');
  const block = parseCidr(named);
  if (block === null) throw invalidValue(named, 'destinationCidrBlock', 'This is not a valid CIDR block.');
  return block.text;
}

function staticRoute(
  state: LabState,
  stored: StoredTransitGatewayTable,
  request: {
    readonly DestinationCidrBlock?: string | undefined;
    readonly TransitGatewayAttachmentId?: string | undefined;
    readonly Blackhole?: boolean | undefined;
  },
): TransitGatewayRoute {
  const DestinationCidrBlock = destinationOf(request.DestinationCidrBlock);
  const { TransitGatewayAttachmentId: id, Blackhole: blackhole = false } = request;
  if (blackhole === (id !== undefined))
    throw new ApiError(
      'InvalidParameterCombination',
      'Give exactly one of transitGatewayAttachmentId and blackhole.',
    );
  if (blackhole) return { DestinationCidrBlock, Type: 'static', State: 'blackhole' };
  const TransitGatewayAttachments = [attachmentOfTable(state, stored, id)];
  return { DestinationCidrBlock, Type: 'static', State: 'active', TransitGatewayAttachments };
}

/** CreateTransitGatewayRoute, ReplaceTransitGatewayRoute, DeleteTransitGatewayRoute, SearchTransitGatewayRoutes. */
export function transitGatewayRouteHandlers(context: LabContext): Handler[] {
  const { state } = context;
  const indexOf = (stored: StoredTransitGatewayTable, destination: string): number =>
    stored.routes.findIndex((route) => route.DestinationCidrBlock === destination);
  return [
    on('ec2', CreateTransitGatewayRouteCommand, (request) => {
      const stored = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
      const route = staticRoute(state, stored, request);
      if (indexOf(stored, route.DestinationCidrBlock ?? '') !== -1)
        throw new ApiError('RouteAlreadyExists', `Route ${route.DestinationCidrBlock} already exists.`);
      stored.routes.push(route);
      return { Route: route };
    }),
    on('ec2', ReplaceTransitGatewayRouteCommand, (request) => {
      const stored = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
      const route = staticRoute(state, stored, request);
      const index = indexOf(stored, route.DestinationCidrBlock ?? '');
      if (index === -1)
        throw new ApiError('InvalidRoute.NotFound', `Route ${route.DestinationCidrBlock} does not exist.`);
      stored.routes[index] = route;
      return { Route: route };
    }),
    on('ec2', DeleteTransitGatewayRouteCommand, (request) => {
      const stored = transitGatewayTableOf(state, request.TransitGatewayRouteTableId);
      const destination = destinationOf(request.DestinationCidrBlock);
      const index = indexOf(stored, destination);
      const [route] = index === -1 ? [] : stored.routes.splice(index, 1);
      if (route === undefined)
        throw new ApiError('InvalidRoute.NotFound', `Route ${destination} does not exist.`);
      return { Route: { ...route, State: 'deleted' as const } };
    }),
    searchRoutes(context),
  ];
}
