/** The calls on routes that entries are made of. */
import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteCommand,
  type CreateRouteRequest,
} from '@aws-sdk/client-ec2';
import { made, type Deployed } from './deployed';

/** A route's destination and target, as CreateRoute takes them. */
export type RouteParameters = Omit<CreateRouteRequest, 'RouteTableId' | 'DryRun'>;

export const ANYWHERE = { DestinationCidrBlock: '0.0.0.0/0' };
export const ANYWHERE_IPV6 = { DestinationIpv6CidrBlock: '::/0' };

/** The tables of the recommended stack, as the catalogue calls them. */
export const SM = 'SageMakerRouteTable';
export const NAT = 'NATGatewayRouteTable';
export const FW = 'FirewallRouteTable';
export const EDGE = 'IGWIngressRouteTable';

/** Adds a route to a table of the stack, by its logical or its own id. */
export async function addRoute(at: Deployed, table: string, route: RouteParameters): Promise<void> {
  await at.ec2.send(new CreateRouteCommand({ RouteTableId: tableId(at, table), ...route }));
}

export async function replaceRoute(at: Deployed, table: string, route: RouteParameters): Promise<void> {
  await at.ec2.send(new ReplaceRouteCommand({ RouteTableId: tableId(at, table), ...route }));
}

/** Deletes the route to a destination, everywhere unless told. */
export async function deleteRoute(
  at: Deployed,
  table: string,
  destination: RouteParameters = ANYWHERE,
): Promise<void> {
  await at.ec2.send(new DeleteRouteCommand({ RouteTableId: tableId(at, table), ...destination }));
}

function tableId({ id }: Deployed, table: string): string {
  return table.startsWith('rtb-') ? table : id(table);
}

/** The route target that the internet gateway is. */
export const throughGateway = ({ id }: Deployed) => ({ GatewayId: id('InternetGateway') });

/** Takes a table away from whatever it is associated with. */
export async function disassociate(at: Deployed, table: string): Promise<void> {
  const RouteTableIds = [tableId(at, table)];
  const { RouteTables = [] } = await at.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds }));
  for (const { RouteTableAssociationId: AssociationId } of RouteTables[0]?.Associations ?? [])
    await at.ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
}

/** The VPC's main table. */
export async function mainTable({ ec2, id }: Deployed): Promise<string> {
  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({
      Filters: [
        { Name: 'vpc-id', Values: [id('VPC')] },
        { Name: 'association.main', Values: ['true'] },
      ],
    }),
  );
  return made(RouteTables[0]?.RouteTableId);
}

export interface NewSubnet {
  readonly subnetId: string;
  readonly tableId: string;
}

/** The stack's VPC and its first zone, unless told. */
export interface NewSubnetPlace {
  readonly vpcId?: string;
  readonly availabilityZone?: string;
}

/** A subnet with a table of its own and these routes. */
export async function newSubnet(
  at: Deployed,
  CidrBlock: string,
  routes: readonly RouteParameters[],
  { vpcId: VpcId = at.id('VPC'), availabilityZone: AvailabilityZone = 'us-east-1a' }: NewSubnetPlace = {},
): Promise<NewSubnet> {
  const { Subnet } = await at.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
  const { RouteTable } = await at.ec2.send(new CreateRouteTableCommand({ VpcId }));
  const [SubnetId, RouteTableId] = [made(Subnet?.SubnetId), made(RouteTable?.RouteTableId)];
  await at.ec2.send(new AssociateRouteTableCommand({ SubnetId, RouteTableId }));
  for (const route of routes) await addRoute(at, RouteTableId, route);
  return { subnetId: SubnetId, tableId: RouteTableId };
}
