/**
 * Which destinations a route may have, by the table it stands in and its target.
 *
 * Facts: aws.md 1.9, 1.11 to 1.13 and 1.25 (VPC user guide: Route_Tables, route-table-options,
 * gateway-route-tables). Error codes and wording from MEMORY.
 */
import type { CreateRouteRequest, Route, RouteTable } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError } from '../handler';
import { type Cidr, parseCidr, within } from './cidr';
import { existing, stored } from './ids';
import { cidrParameter } from './parameters';
import { subnetCidrs, vpcCidrs } from './associated-cidrs';

/** One destination, with the field that holds it in a route. */
export type Destination =
  | {
      readonly field: 'DestinationCidrBlock' | 'DestinationIpv6CidrBlock';
      readonly text: string;
      readonly block: Cidr;
    }
  | { readonly field: 'DestinationPrefixListId'; readonly text: string; readonly block: null };

/** Instance metadata, Amazon's resolver and time service: no table may route any of it (aws.md 1.9). */
const neverRouted = ['169.254.168.0/22', 'fd00:ec2::/32'].flatMap((text) => parseCidr(text) ?? []);

type DestinationFields = Pick<
  CreateRouteRequest,
  'DestinationCidrBlock' | 'DestinationIpv6CidrBlock' | 'DestinationPrefixListId'
>;

/** The destination a request names, canonical; it must name exactly one. */
export function destinationOf(state: LabState, request: DestinationFields): Destination {
  const {
    DestinationCidrBlock: v4,
    DestinationIpv6CidrBlock: v6,
    DestinationPrefixListId: prefixListId,
  } = request;
  const count = [v4, v6, prefixListId].filter((value) => value !== undefined).length;
  if (count === 0)
    throw new ApiError('MissingParameter', 'The request must contain the parameter destinationCidrBlock');
  if (count > 1) {
    throw new ApiError(
      'InvalidParameterCombination',
      'The request must contain exactly one of destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId',
    );
  }
  if (prefixListId !== undefined) {
    existing(state.managedPrefixLists, 'prefixList', prefixListId, 'destinationPrefixListId');
    return { field: 'DestinationPrefixListId', text: prefixListId, block: null };
  }
  const field = v4 === undefined ? 'DestinationIpv6CidrBlock' : 'DestinationCidrBlock';
  const block = cidrParameter(v4 ?? v6 ?? '', field, v4 === undefined ? 6 : 4);
  return { field, text: block.text, block };
}

/** The route of the table with this destination. */
export function routeTo(table: RouteTable, destination: Destination): Route | undefined {
  return (table.Routes ?? []).find((route) => route[destination.field] === destination.text);
}

function targetsFirewallEndpoint(state: LabState, route: Route): boolean {
  const endpoint = state.vpcEndpoints.get(route.GatewayId ?? '');
  return endpoint?.VpcEndpointType === 'GatewayLoadBalancer';
}

function isWholeSubnet(state: LabState, vpcId: string | undefined, block: Cidr): boolean {
  return [...state.subnets.values()]
    .filter((subnet) => subnet.VpcId === vpcId)
    .flatMap(subnetCidrs)
    .some((subnetBlock) => subnetBlock.text === block.text);
}

/** A route of a gateway's table: to a whole block of the VPC or of a subnet, by local, interface or GWLB endpoint. */
export function refuseUnlessGatewayRoute(state: LabState, table: RouteTable, route: Route): void {
  const refusal = (why: string) =>
    new ApiError(
      'InvalidParameterValue',
      `route table ${table.RouteTableId} with a gateway association: ${why}`,
    );
  const text = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock;
  const block = text === undefined ? null : parseCidr(text);
  if (block === null)
    throw refusal(`a prefix list (${route.DestinationPrefixListId}) is no legal destination`);
  const vpc = stored(state.vpcs.get(stored(table.VpcId, 'VpcId')), 'Vpc');
  if (
    !vpcCidrs(vpc).some((outer) => outer.text === block.text) &&
    !isWholeSubnet(state, table.VpcId, block)
  ) {
    throw refusal(`the destination ${block.text} must be the CIDR block of the VPC or of a whole subnet`);
  }
  const legalTarget =
    route.GatewayId === 'local' ||
    (route.NetworkInterfaceId !== undefined && route.InstanceId === undefined) ||
    targetsFirewallEndpoint(state, route);
  if (!legalTarget)
    throw refusal('the target must be local, a network interface or a Gateway Load Balancer endpoint');
}

/**
 * A route inside a block of the VPC: for that whole block (the local route, given another target) or for a whole
 * subnet, by NAT gateway, interface, instance or Gateway Load Balancer endpoint.
 */
function refuseUnlessMiddleboxRoute(
  state: LabState,
  table: RouteTable,
  { block, vpcBlock, route }: { readonly block: Cidr; readonly vpcBlock: Cidr; readonly route: Route },
): void {
  const refusal = (why: string) =>
    new ApiError(
      'InvalidParameterValue',
      `The destination CIDR block ${block.text} is equal to or more specific than one of this VPC's CIDR blocks. ${why}`,
    );
  if (block.text !== vpcBlock.text && !isWholeSubnet(state, table.VpcId, block))
    throw refusal('It must be the CIDR block of a whole subnet.');
  const legalTarget =
    route.GatewayId === 'local' ||
    route.NatGatewayId !== undefined ||
    route.NetworkInterfaceId !== undefined ||
    targetsFirewallEndpoint(state, route);
  if (!legalTarget)
    throw refusal(
      'This route can target only an interface, an instance, a NAT gateway or a Gateway Load Balancer endpoint.',
    );
}

/** Throws AWS's error unless the route (destination and target) may stand in the table. */
export function refuseIllegalRoute(
  state: LabState,
  table: RouteTable,
  { destination, route }: { readonly destination: Destination; readonly route: Route },
): void {
  const { block } = destination;
  if (table.Associations?.some((association) => association.GatewayId !== undefined)) {
    refuseUnlessGatewayRoute(state, table, route);
    return;
  }
  if (block === null) return;
  if (neverRouted.some((reserved) => within(block, reserved))) {
    throw new ApiError(
      'InvalidParameterValue',
      `The destination ${block.text} lies in a range that AWS reserves (${neverRouted.map((r) => r.text).join(', ')})`,
    );
  }
  const vpc = stored(state.vpcs.get(stored(table.VpcId, 'VpcId')), 'Vpc');
  const vpcBlock = vpcCidrs(vpc).find((outer) => within(block, outer));
  if (vpcBlock !== undefined) refuseUnlessMiddleboxRoute(state, table, { block, vpcBlock, route });
}
