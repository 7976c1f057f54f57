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
import { noTargets } from './usual-route';
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
  const plainly = contextOf({ parts, vpcCidrs, objects, view: NOWHERE });
  const all = byId(
    parts.routeTables.map((table) => routeTableOf(table, plainly)),
    idOf,
  );
  const views = new Map<string, RouteTable>();
  const zoned = new Map<string, boolean>();
  return {
    all,
    seen(tableId, view) {
      const plain = all.get(tableId);
      if (plain === undefined) return unknownTable(tableId, `the route table ${tableId} was not returned`);
      if (view.privateNat === null && !parts.isAttached) return plain;
      const table = parts.routeTables.find(({ RouteTableId: id }) => id === tableId);
      const dependsOnZone = zoned.get(tableId) ?? (parts.isAttached && leadsToTransitGateway(table));
      zoned.set(tableId, dependsOnZone);
      if (table === undefined || (view.privateNat === null && !dependsOnZone)) return plain;
      const key = `${tableId} ${view.zone} ${view.privateNat}`;
      const compiled = views.get(key) ?? routeTableOf(table, contextOf({ parts, vpcCidrs, objects, view }));
      views.set(key, compiled);
      return compiled;
    },
  };
}

function idOf({ id }: RouteTable): string {
  return id;
}

interface Viewed {
  readonly parts: VpcParts;
  readonly vpcCidrs: readonly Cidr[];
  readonly objects: Objects;
  readonly view: View;
}

function contextOf({ parts, vpcCidrs, objects, view }: Viewed): RouteTableContext {
  const { vpcEndpoints } = objects;
  return {
    vpcCidrs,
    prefixLists: parts.prefixLists,
    isGatewayEndpoint(id) {
      return vpcEndpoints.known && vpcEndpoints.value.get(id)?.VpcEndpointType === 'Gateway';
    },
    seen(target) {
      return ofThisVpc(parts, objects, seenTarget(parts, view, target));
    },
    met: noTargets(),
  };
}

function leadsToTransitGateway(table: aws.RouteTable | undefined): boolean {
  return (table?.Routes ?? []).some(({ TransitGatewayId: id }) => id !== undefined);
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
  return target.kind === 'internet-exit' ? restrained(target, publicAccess()) : target;
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
