/** Transit gateways: which of their route tables decides for what comes from a VPC, and by which subnets it enters the next. */
import type { TransitGatewayTable, TransitGatewayVpcAttachment } from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import type { Cidr } from './cidr';
import { FAMILIES, parseCidr, spaceOf } from './cidr';
import type { Known } from './known';
import { ask } from './known';
import type { Place } from './network';
import type { Candidate } from './route-table';
import { compiled } from './route-table';
import type { AttachmentSide, Target } from './route-target';
import type { Attachments } from './transit-gateway-attachment';
import { attachmentFrom, attachmentsOf, entriesOf, notForwarded } from './transit-gateway-attachment';
import type { VpcNetwork } from './vpc-network';

/** What was read, and the VPCs with their attachments. */
export interface TransitGatewayParts {
  readonly tables: readonly TransitGatewayTable[];
  readonly vpcs: readonly {
    readonly vpcId: string;
    readonly network: Known<VpcNetwork>;
    readonly attachments: readonly TransitGatewayVpcAttachment[];
  }[];
}

/** Where a packet goes on that a VPC hands to a transit gateway. */
export type TransitGatewayEntry =
  | { readonly kind: 'in'; readonly attachmentId: string; readonly place: Place }
  | { readonly kind: 'dropped'; readonly because: string };

export interface TransitGateways {
  /** Throws {@link NotKnown} when the way through the transit gateway cannot be followed. */
  readonly enter: (transitGatewayId: string, from: AttachmentSide) => TransitGatewayEntry;
}

/**
 * The transit gateways that could be read.
 *
 * Facts: aws.md 1.27, 1.32. VPC transit gateway guide, "How transit gateways work": an attachment's traffic is
 * decided by the one table that is associated with it; the most specific route wins, then static, prefix list and
 * propagated ones; a blackhole route drops. The same guide, "VPC attachments": what comes from a zone in which the
 * attachment has no subnet is not forwarded. The traffic of each zone has a place of its own, because the zone
 * decides by which subnet the packet enters the next VPC.
 */
export function transitGatewaysOf(parts: TransitGatewayParts): TransitGateways {
  const attachments = attachmentsOf(parts);
  const places = new Map<string, Place>();
  const enter = (transitGatewayId: string, from: AttachmentSide): TransitGatewayEntry => {
    const attachment = attachmentFrom(attachments, transitGatewayId, from.vpcId);
    const because = notForwarded(attachment, transitGatewayId, from);
    if (because !== null) return { kind: 'dropped', because };
    const table = associatedTable(parts.tables, attachment.id);
    const id = `${table.TransitGatewayRouteTable.TransitGatewayRouteTableId} from ${from.zone}`;
    const place = places.get(id) ?? placeOf(table, { id, zone: from.zone, attachments });
    places.set(id, place);
    return { kind: 'in', attachmentId: attachment.id, place };
  };
  return { enter };
}

function associatedTable(tables: readonly TransitGatewayTable[], attachmentId: string): TransitGatewayTable {
  const found = tables.flatMap((table) =>
    returned(table.Associations, 'Associations of a transit gateway route table')
      .filter(({ TransitGatewayAttachmentId: id }) => id === attachmentId)
      .map(({ State: state }) => ({ table, state })),
  );
  const [only, second] = found;
  if (only === undefined || second !== undefined)
    throw new NotKnown(`${attachmentId} is associated with ${found.length} route tables in the answer`);
  if (only.state !== 'associated')
    throw new NotKnown(`the association of ${attachmentId} is in state "${only.state ?? 'not returned'}"`);
  return only.table;
}

interface PlaceContext {
  readonly id: string;
  readonly zone: string | null;
  readonly attachments: Attachments;
}

function placeOf(table: TransitGatewayTable, context: PlaceContext): Place {
  const tableId = returned(
    table.TransitGatewayRouteTable.TransitGatewayRouteTableId,
    'TransitGatewayRouteTableId',
  );
  const routes = table.Routes.flatMap((route) => {
    const candidates = ask(() => candidatesOf(route, tableId, context));
    return candidates.known ? candidates.value : doubtEverywhere(`in ${tableId}, ${candidates.because}`);
  });
  const doubts = table.complete ? [] : doubtEverywhere(`not every route of ${tableId} was returned`);
  return { id: context.id, cidrs: [], table: compiled(tableId, [...routes, ...doubts]) };
}

function candidatesOf(
  route: TransitGatewayTable['Routes'][number],
  tableId: string,
  context: PlaceContext,
): readonly Candidate[] {
  const text = returned(route.DestinationCidrBlock, 'the destination of a route');
  const cidr = parseCidr(text);
  const state = returned(route.State, `State of the route ${text}`);
  if (state === 'deleted') return [];
  if (state !== 'active' && state !== 'blackhole')
    return [candidate(cidr, 'doubt', unmodelled(`the route ${text} of ${tableId} is in state "${state}"`))];
  const type: string = returned(route.Type, `Type of the route ${text}`);
  if (type !== 'static' && type !== 'propagated')
    throw new NotKnown(`the route ${text} is of type "${type}"`);
  const listed = route.PrefixListId !== undefined;
  const of = { precedence: listed ? 'prefix-list' : type, prefixList: route.PrefixListId ?? null } as const;
  const targets: readonly Target[] =
    state === 'blackhole'
      ? [{ kind: 'blackhole', id: `blackhole of ${tableId}` }]
      : targetsOf(route, context);
  return targets.map((target) => ({ cidr, destination: text, target, ...of }));
}

function targetsOf(
  route: TransitGatewayTable['Routes'][number],
  { zone, attachments }: PlaceContext,
): readonly Target[] {
  const named = route.TransitGatewayAttachments ?? [];
  if (named.length === 0) throw new NotKnown(`the route ${route.DestinationCidrBlock} names no attachment`);
  return named.flatMap((one): readonly Target[] => {
    const id = returned(one.TransitGatewayAttachmentId, `the attachment of ${route.DestinationCidrBlock}`);
    const type = returned(one.ResourceType, `ResourceType of ${id}`);
    const what = `transit gateway attachment (${type} ${one.ResourceId ?? 'not named'})`;
    if (type !== 'vpc') return [{ kind: 'private-connection', id, what }];
    const attachment = attachments.get(id);
    if (attachment === undefined)
      return [{ kind: 'private-connection', id, what: `${what}, of which nothing could be read,` }];
    return attachment.known ? entriesOf(attachment.value, zone) : [unmodelled(attachment.because)];
  });
}

function candidate(cidr: Cidr, precedence: 'doubt' | 'doubt-everywhere', target: Target): Candidate {
  return { cidr, destination: cidr.text, target, precedence, prefixList: null };
}

function doubtEverywhere(because: string): readonly Candidate[] {
  return FAMILIES.map((family) =>
    candidate(
      { family, length: 0, text: 'unknown', ...spaceOf(family) },
      'doubt-everywhere',
      unmodelled(because),
    ),
  );
}

function unmodelled(because: string): Target {
  return { kind: 'unmodelled', id: 'unknown', because };
}
