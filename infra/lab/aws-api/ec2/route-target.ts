/** The target a route request names: exactly one, and it must be there. */
import type { CreateRouteRequest, ReplaceRouteRequest, Route, RouteTable } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError } from '../handler';
import type { Destination } from './route-destination';
import { existing, notFound, stored, wellFormedId } from './ids';

/** The fields of a stored route that name its target. */
export type RouteTarget = Omit<
  Route,
  | 'DestinationCidrBlock'
  | 'DestinationIpv6CidrBlock'
  | 'DestinationPrefixListId'
  | 'Origin'
  | 'State'
  | 'IpAddress'
>;

interface Place {
  readonly state: LabState;
  readonly table: RouteTable;
  readonly destination: Destination;
}

function otherNetwork({ table }: Place, what: string): ApiError {
  return new ApiError(
    'InvalidParameterValue',
    `route table ${table.RouteTableId} and ${what} belong to different networks`,
  );
}

function gateway(place: Place, id: string): RouteTarget {
  const { state, table } = place;
  if (id.startsWith('vgw-')) return { GatewayId: wellFormedId('vpnGateway', id) };
  const found = state.internetGateways.get(id);
  // vpce- ids come back in GatewayId but are given in VpcEndpointId (aws.md 1.19).
  if (found === undefined)
    throw new ApiError('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`);
  if (!found.Attachments?.some((attachment) => attachment.VpcId === table.VpcId)) {
    throw otherNetwork(place, `network gateway ${id}`);
  }
  return { GatewayId: id };
}

function endpoint(place: Place, id: string): RouteTarget {
  const found = existing(place.state.vpcEndpoints, 'vpcEndpoint', id, 'vpcEndpointId');
  if (found.VpcEndpointType !== 'GatewayLoadBalancer') {
    throw new ApiError(
      'InvalidParameterValue',
      `The VPC endpoint ${id} is of type ${found.VpcEndpointType}; a route can target a Gateway Load Balancer endpoint only`,
    );
  }
  if (found.VpcId !== place.table.VpcId) throw otherNetwork(place, `VPC endpoint ${id}`);
  return { GatewayId: id };
}

function natGateway(place: Place, id: string): RouteTarget {
  const found = existing(place.state.natGateways, 'natGatewayTarget', id, 'natGatewayId');
  if (found.State === 'deleted' || found.State === 'failed') throw notFound('natGatewayTarget', id);
  if (found.VpcId !== place.table.VpcId) throw otherNetwork(place, `NAT gateway ${id}`);
  return { NatGatewayId: id };
}

function networkInterface(place: Place, id: string): RouteTarget {
  const found = existing(place.state.networkInterfaces, 'networkInterface', id, 'networkInterfaceId');
  if (found.VpcId !== place.table.VpcId) throw otherNetwork(place, `interface ${id}`);
  const { InstanceId, InstanceOwnerId } = found.Attachment ?? {};
  return { NetworkInterfaceId: id, ...(InstanceId === undefined ? {} : { InstanceId, InstanceOwnerId }) };
}

/** AWS keeps the instance's only interface in the route beside the instance. */
function instance(place: Place, id: string): RouteTarget {
  const found = existing(place.state.instances, 'instance', id, 'instanceId');
  const interfaces = found.NetworkInterfaces ?? [];
  if (interfaces.length !== 1) {
    throw new ApiError(
      'InvalidInstanceID',
      `There are ${interfaces.length} interfaces attached to instance '${id}'. Please specify an interface ID for the operation instead.`,
    );
  }
  return networkInterface(place, stored(interfaces[0]?.NetworkInterfaceId, 'NetworkInterfaceId'));
}

function egressOnlyGateway(place: Place, id: string): RouteTarget {
  const found = existing(
    place.state.egressOnlyInternetGateways,
    'egressOnlyInternetGateway',
    id,
    'egressOnlyInternetGatewayId',
  );
  if (!found.Attachments?.some((attachment) => attachment.VpcId === place.table.VpcId)) {
    throw otherNetwork(place, `egress-only gateway ${id}`);
  }
  if (place.destination.field === 'DestinationCidrBlock') {
    throw new ApiError(
      'InvalidParameterValue',
      'An egress-only internet gateway carries IPv6 only; give destinationIpv6CidrBlock.',
    );
  }
  return { EgressOnlyInternetGatewayId: id };
}

function transitGateway({ state, table }: Place, id: string): RouteTarget {
  wellFormedId('transitGateway', id);
  const attached = [...state.transitGatewayVpcAttachments.values()].some(
    (attachment) =>
      attachment.TransitGatewayId === id &&
      attachment.VpcId === table.VpcId &&
      attachment.State === 'available',
  );
  if (!attached) throw notFound('transitGateway', id);
  return { TransitGatewayId: id };
}

function peering(place: Place, id: string): RouteTarget {
  const found = existing(place.state.vpcPeeringConnections, 'peering', id, 'vpcPeeringConnectionId');
  const sides = [found.RequesterVpcInfo?.VpcId, found.AccepterVpcInfo?.VpcId];
  if (!sides.includes(place.table.VpcId)) throw otherNetwork(place, `peering connection ${id}`);
  return { VpcPeeringConnectionId: id };
}

function arn(field: 'CoreNetworkArn' | 'OdbNetworkArn'): (place: Place, value: string) => RouteTarget {
  return (_place, value) => {
    if (!/^arn:[a-z-]+:[a-z-]+:[a-z0-9-]*:\d{12}:.+$/.test(value)) {
      throw new ApiError(
        'InvalidParameterValue',
        `Value (${value}) for parameter ${field} is invalid. It is not an ARN.`,
      );
    }
    return { [field]: value };
  };
}

/** Local and carrier gateways, core and ODB networks may be named without a record of them: the form is all that is checked. */
const resolvers = {
  GatewayId: gateway,
  VpcEndpointId: endpoint,
  NatGatewayId: natGateway,
  NetworkInterfaceId: networkInterface,
  InstanceId: instance,
  EgressOnlyInternetGatewayId: egressOnlyGateway,
  TransitGatewayId: transitGateway,
  VpcPeeringConnectionId: peering,
  LocalGatewayId: (_place, id) => ({ LocalGatewayId: wellFormedId('localGateway', id) }),
  CarrierGatewayId: (_place, id) => ({ CarrierGatewayId: wellFormedId('carrierGateway', id) }),
  CoreNetworkArn: arn('CoreNetworkArn'),
  OdbNetworkArn: arn('OdbNetworkArn'),
} as const satisfies Readonly<Record<string, (place: Place, id: string) => RouteTarget>>;

type TargetField = keyof typeof resolvers;

const isTargetField = (name: string): name is TargetField => Object.hasOwn(resolvers, name);

/**
 * The target as a route stores it. Throws `MissingParameter` for none, `InvalidParameterCombination` for several,
 * the kind's `….NotFound` for one that does not exist, `InvalidParameterValue` for one of another VPC.
 */
export function targetOf(
  place: Place,
  request: Pick<CreateRouteRequest | ReplaceRouteRequest, TargetField> & {
    readonly LocalTarget?: boolean | undefined;
  },
): RouteTarget {
  const named = Object.keys(resolvers)
    .filter(isTargetField)
    .flatMap((field) => {
      const id = request[field];
      return id === undefined ? [] : [{ field, id }];
    });
  const count = named.length + (request.LocalTarget === true ? 1 : 0);
  if (count > 1) {
    throw new ApiError(
      'InvalidParameterCombination',
      `The request must contain exactly one target; it names ${named.map(({ field }) => field).join(', ')}`,
    );
  }
  if (request.LocalTarget === true) return { GatewayId: 'local' };
  const [only] = named;
  if (only === undefined) {
    throw new ApiError(
      'MissingParameter',
      'The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId, egressOnlyInternetGatewayId, transitGatewayId, vpcEndpointId or instanceId',
    );
  }
  return resolvers[only.field](place, only.id);
}
