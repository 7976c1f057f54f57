/** Subnets: their own prefixes and the route table that decides for what leaves them. */
import type * as aws from '../snapshot/snapshot';
import { NotKnown, returned } from '../snapshot/snapshot';
import type { Cidr } from './cidr';
import { parseCidr } from './cidr';
import { notReturned } from './known';

export interface Subnet {
  readonly id: string;
  readonly cidrs: readonly Cidr[];
}

/** A subnet's prefixes, both families. One that is being associated or removed is not known, so it throws. */
export function subnetOf(subnet: aws.Subnet): Subnet {
  const id = returned(subnet.SubnetId, 'SubnetId');
  const cidrs: Cidr[] = [];
  if (subnet.Ipv6Native !== true)
    cidrs.push(parseCidr(subnet.CidrBlock ?? notReturned(`CidrBlock of ${id}`)));
  for (const { Ipv6CidrBlock: block, Ipv6CidrBlockState: status } of subnet.Ipv6CidrBlockAssociationSet ?? [])
    addSettled(cidrs, { block, state: status?.State, owner: id });
  return { id, cidrs };
}

/** The VPC's prefixes, both families, primary and secondary. */
export function vpcCidrsOf(vpc: aws.Vpc): readonly Cidr[] {
  const id = returned(vpc.VpcId, 'VpcId');
  const cidrs: Cidr[] = [];
  const ipv4 = returned(vpc.CidrBlockAssociationSet, `CidrBlockAssociationSet of ${id}`);
  for (const { CidrBlock: block, CidrBlockState: status } of ipv4)
    addSettled(cidrs, { block, state: status?.State, owner: id });
  for (const { Ipv6CidrBlock: block, Ipv6CidrBlockState: status } of vpc.Ipv6CidrBlockAssociationSet ?? [])
    addSettled(cidrs, { block, state: status?.State, owner: id });
  return cidrs;
}

interface BlockAssociation {
  readonly block: string | undefined;
  readonly state: string | undefined;
  readonly owner: string;
}

function addSettled(cidrs: Cidr[], { block, state, owner }: BlockAssociation): void {
  const cidr = parseCidr(block ?? notReturned(`a CIDR block of ${owner}`));
  if (state === 'associated') cidrs.push(cidr);
  else if (state !== 'disassociated' && state !== 'failed')
    throw new NotKnown(`the CIDR block ${cidr.text} of ${owner} is in state "${state ?? 'not returned'}"`);
}

/** Which route table decides for a subnet or a gateway. */
export interface TableAssociations {
  /** By subnet id. */
  readonly bySubnet: ReadonlyMap<string, readonly Association[]>;
  /** By gateway id: edge tables. */
  readonly byGateway: ReadonlyMap<string, readonly Association[]>;
  readonly main: readonly Association[];
  /** Tables of public IPv4 pools, which also decide for what arrives at an internet gateway. */
  readonly publicPools: readonly string[];
}

export interface Association {
  readonly tableId: string;
  readonly state: string;
}

/**
 * The associations of all tables.
 *
 * Facts: aws.md 1.14, 1.15, 1.17 (EC2 API reference, `RouteTableAssociation`): an implicit association shows as
 * `Main: true` without a subnet; only the state `associated` is in force.
 */
export function associationsOf(tables: readonly aws.RouteTable[]): TableAssociations {
  const bySubnet = new Map<string, Association[]>();
  const byGateway = new Map<string, Association[]>();
  const main: Association[] = [];
  const publicPools: string[] = [];
  for (const table of tables) {
    const tableId = returned(table.RouteTableId, 'RouteTableId of a route table');
    for (const association of table.Associations ?? notReturned(`Associations of ${tableId}`)) {
      const entry = { tableId, state: association.AssociationState?.State ?? 'not returned' };
      if (association.SubnetId) push(bySubnet, association.SubnetId, entry);
      else if (association.GatewayId) push(byGateway, association.GatewayId, entry);
      else if (association.PublicIpv4Pool) publicPools.push(tableId);
      else if (association.Main === true) main.push(entry);
      else throw new NotKnown(`${tableId} has an association of a kind this model does not know`);
    }
  }
  return { bySubnet, byGateway, main, publicPools };
}

/** The table that decides for a subnet: its own, or the main one. Throws {@link NotKnown} when that is not clear. */
export function tableOfSubnet(associations: TableAssociations, subnetId: string): string {
  const explicit = associations.bySubnet.get(subnetId);
  return explicit
    ? tableInForce(explicit, subnetId)
    : tableInForce(associations.main, `${subnetId} (by the main table)`);
}

/** The one table in force among associations; throws {@link NotKnown} when it is not one, or not `associated`. */
export function tableInForce(associations: readonly Association[], of: string): string {
  const [only, second] = associations;
  if (only === undefined || second !== undefined) {
    throw new NotKnown(
      `${of} has ${associations.length} route table associations in the answer, where one is possible`,
    );
  }
  if (only.state !== 'associated') {
    throw new NotKnown(`the association of ${only.tableId} with ${of} is in state "${only.state}"`);
  }
  return only.tableId;
}

function push(map: Map<string, Association[]>, key: string, value: Association): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
