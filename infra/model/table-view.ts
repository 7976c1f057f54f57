/** The route tables of a VPC as packets see them: what a target is depends on the zone they are in, and on what sent them. */
import type * as aws from '../snapshot/snapshot';
import { restrained } from './block-public-access';
import { byId } from './by-id';
import type { Cidr } from './cidr';
import type { Known } from './known';
import type { RouteTable, RouteTableContext } from './route-table';
import { routeTableOf, unknownTable } from './route-table';
import type { Target } from './route-target';
import { nameOf } from './route-target';
import type { VpcNetwork, VpcParts } from './vpc-network';

/** How packets see the targets of a table, besides what the table itself says. */
export interface View {
  /** The zone that they are in, or null. */
  readonly zone: string | null;
  /** The private NAT gateway that sent them just now, or null. */
  readonly privateNat: string | null;
}

/** What routes of a VPC lead to. */
export type Objects = Pick<VpcNetwork, 'natGateways' | 'vpcEndpoints' | 'networkInterfaces'>;

export interface Tables {
  /** A table as it is seen from a zone, or behind a private NAT gateway; every view is compiled once. */
  readonly seen: (tableId: string, view: View) => RouteTable;
  readonly all: ReadonlyMap<string, RouteTable>;
}

/** Every table, in every view of it. */
export function tablesOf(parts: VpcParts, vpcCidrs: readonly Cidr[], objects: Objects): Tables {
  const { vpcEndpoints } = objects;
  const context = {
    vpcCidrs,
    prefixLists: parts.prefixLists,
    isGatewayEndpoint: (id: string) =>
      vpcEndpoints.known && vpcEndpoints.value.get(id)?.VpcEndpointType === 'Gateway',
  };
  const source = byId(parts.routeTables, (table) => table.RouteTableId);
  const contextOf = (view: View): RouteTableContext => ({
    ...context,
    seen: (target) => ofThisVpc(parts, objects, seenTarget(parts, view, target)),
    met: { endpoints: new Map(), natGateways: new Map() },
  });
  const nowhere = contextOf(NOWHERE);
  const all = new Map<string, RouteTable>();
  for (const [id, table] of source) all.set(id, routeTableOf(table, nowhere));
  const views = new Map<string, RouteTable>();
  const zoned = new Map<aws.RouteTable, boolean>();
  const dependsOnZone = (table: aws.RouteTable): boolean => {
    const answer = zoned.get(table) ?? (parts.isAttached && leadsToTransitGateway(table));
    zoned.set(table, answer);
    return answer;
  };
  const seen = (tableId: string, view: View): RouteTable => {
    const table = source.get(tableId);
    const plain = all.get(tableId);
    if (table === undefined || plain === undefined)
      return unknownTable(tableId, `the route table ${tableId} was not returned`);
    if (view.privateNat === null && !dependsOnZone(table)) return plain;
    const key = `${tableId} ${view.zone} ${view.privateNat}`;
    const compiled = views.get(key) ?? routeTableOf(table, contextOf(view));
    views.set(key, compiled);
    return compiled;
  };
  return { seen, all };
}

function leadsToTransitGateway({ Routes: routes = [] }: aws.RouteTable): boolean {
  return routes.some(({ TransitGatewayId: id }) => id !== undefined);
}

const NOWHERE: View = { zone: null, privateNat: null };

/** Facts: VPC user guide, "NAT gateways": an internet gateway drops what a private NAT gateway sends to it. */
function seenTarget({ vpcId, publicAccess }: VpcParts, { zone, privateNat }: View, target: Target): Target {
  if (target.kind === 'private-connection' && target.id.startsWith('tgw-'))
    return { ...target, from: { vpcId, zone } };
  if (target.kind === 'internet-exit' && privateNat !== null && target.id.startsWith('igw-')) {
    const because = `${target.id} drops what the private NAT gateway ${privateNat} sends to it`;
    return { kind: 'closed', id: target.id, because };
  }
  return restrained(target, publicAccess);
}

/** A target of another VPC is none: AWS refuses such a route, and following it would take one VPC's firewall for another's. */
function ofThisVpc({ firewallEndpoints }: VpcParts, objects: Objects, target: Target): Target {
  const among = (map: Known<ReadonlyMap<string, unknown>>, what: string): Target =>
    !map.known || map.value.has(nameOf(target))
      ? target
      : { kind: 'unmodelled', id: nameOf(target), because: `the ${what} ${nameOf(target)} was not returned` };
  switch (target.kind) {
    case 'nat-gateway':
      return among(objects.natGateways, 'NAT gateway');
    case 'vpc-endpoint':
      return firewallEndpoints.byId.has(target.id) ? target : among(objects.vpcEndpoints, 'VPC endpoint');
    case 'network-interface':
      return among(objects.networkInterfaces, 'network interface');
    default:
      return target;
  }
}
