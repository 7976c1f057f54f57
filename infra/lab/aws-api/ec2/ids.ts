/**
 * Looking up what a caller named: AWS checks an id's form first (`….Malformed`), then that the object exists
 * (`….NotFound`). Codes as the EC2 API reference lists them (errors-overview); messages from MEMORY.
 */
import { ApiError } from '../handler';

interface IdKind {
  readonly prefix: string;
  /** As it stands in AWS's message: "The vpc ID 'vpc-…' does not exist". */
  readonly noun: string;
  readonly malformed: string;
  readonly notFound: string;
}

export const idKinds = {
  vpc: { prefix: 'vpc', noun: 'vpc', malformed: 'InvalidVpcID.Malformed', notFound: 'InvalidVpcID.NotFound' },
  subnet: {
    prefix: 'subnet',
    noun: 'subnet',
    malformed: 'InvalidSubnetID.Malformed',
    notFound: 'InvalidSubnetID.NotFound',
  },
  routeTable: {
    prefix: 'rtb',
    noun: 'routeTable',
    malformed: 'InvalidRouteTableId.Malformed',
    notFound: 'InvalidRouteTableID.NotFound',
  },
  securityGroup: {
    prefix: 'sg',
    noun: 'security group',
    malformed: 'InvalidGroupId.Malformed',
    notFound: 'InvalidGroup.NotFound',
  },
  networkAcl: {
    prefix: 'acl',
    noun: 'networkAcl',
    malformed: 'InvalidNetworkAclId.Malformed',
    notFound: 'InvalidNetworkAclID.NotFound',
  },
  networkInterface: {
    prefix: 'eni',
    noun: 'networkInterface',
    malformed: 'InvalidNetworkInterfaceId.Malformed',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
  },
  internetGateway: {
    prefix: 'igw',
    noun: 'internetGateway',
    malformed: 'InvalidInternetGatewayId.Malformed',
    notFound: 'InvalidInternetGatewayID.NotFound',
  },
  egressOnlyInternetGateway: {
    prefix: 'eigw',
    noun: 'egressOnlyInternetGateway',
    malformed: 'InvalidEgressOnlyInternetGatewayId.Malformed',
    notFound: 'InvalidEgressOnlyInternetGatewayId.NotFound',
  },
  natGateway: {
    prefix: 'nat',
    noun: 'natGateway',
    malformed: 'NatGatewayMalformed',
    notFound: 'NatGatewayNotFound',
  },
  /** The same gateway as a route's target: CreateRoute answers with other codes than the NAT gateway's own calls. */
  natGatewayTarget: {
    prefix: 'nat',
    noun: 'natGateway',
    malformed: 'InvalidNatGatewayID.Malformed',
    notFound: 'InvalidNatGatewayID.NotFound',
  },
  allocation: {
    prefix: 'eipalloc',
    noun: 'allocation',
    malformed: 'InvalidAllocationID.Malformed',
    notFound: 'InvalidAllocationID.NotFound',
  },
  vpcEndpoint: {
    prefix: 'vpce',
    noun: 'Vpc Endpoint',
    malformed: 'InvalidVpcEndpointId.Malformed',
    notFound: 'InvalidVpcEndpointId.NotFound',
  },
  prefixList: {
    prefix: 'pl',
    noun: 'prefix list',
    malformed: 'InvalidPrefixListId.Malformed',
    notFound: 'InvalidPrefixListID.NotFound',
  },
  peering: {
    prefix: 'pcx',
    noun: 'vpcPeeringConnection',
    malformed: 'InvalidVpcPeeringConnectionId.Malformed',
    notFound: 'InvalidVpcPeeringConnectionID.NotFound',
  },
  transitGateway: {
    prefix: 'tgw',
    noun: 'transitGateway',
    malformed: 'InvalidTransitGatewayID.Malformed',
    notFound: 'InvalidTransitGatewayID.NotFound',
  },
  transitGatewayAttachment: {
    prefix: 'tgw-attach',
    noun: 'transitGatewayAttachment',
    malformed: 'InvalidTransitGatewayAttachmentID.Malformed',
    notFound: 'InvalidTransitGatewayAttachmentID.NotFound',
  },
  transitGatewayRouteTable: {
    prefix: 'tgw-rtb',
    noun: 'transitGatewayRouteTable',
    malformed: 'InvalidRouteTableId.Malformed',
    notFound: 'InvalidRouteTableID.NotFound',
  },
  flowLog: {
    prefix: 'fl',
    noun: 'flow log',
    malformed: 'InvalidFlowLogId.Malformed',
    notFound: 'InvalidFlowLogId.NotFound',
  },
  dhcpOptions: {
    prefix: 'dopt',
    noun: 'dhcpOptions',
    malformed: 'InvalidDhcpOptionsId.Malformed',
    notFound: 'InvalidDhcpOptionID.NotFound',
  },
  instance: {
    prefix: 'i',
    noun: 'instance',
    malformed: 'InvalidInstanceID.Malformed',
    notFound: 'InvalidInstanceID.NotFound',
  },
  vpnGateway: {
    prefix: 'vgw',
    noun: 'vpnGateway',
    malformed: 'InvalidVpnGatewayID.Malformed',
    notFound: 'InvalidVpnGatewayID.NotFound',
  },
  customerGateway: {
    prefix: 'cgw',
    noun: 'customerGateway',
    malformed: 'InvalidCustomerGatewayID.Malformed',
    notFound: 'InvalidCustomerGatewayID.NotFound',
  },
  vpnConnection: {
    prefix: 'vpn',
    noun: 'vpnConnection',
    malformed: 'InvalidVpnConnectionID.Malformed',
    notFound: 'InvalidVpnConnectionID.NotFound',
  },
  blockPublicAccessExclusion: {
    prefix: 'vpcbpa-exclude',
    noun: 'exclusion',
    malformed: 'InvalidVpcBlockPublicAccessExclusionId.Malformed',
    notFound: 'InvalidVpcBlockPublicAccessExclusionId.NotFound',
  },
  localGateway: {
    prefix: 'lgw',
    noun: 'localGateway',
    malformed: 'InvalidLocalGatewayID.Malformed',
    notFound: 'InvalidLocalGatewayID.NotFound',
  },
  carrierGateway: {
    prefix: 'cagw',
    noun: 'carrierGateway',
    malformed: 'InvalidCarrierGatewayID.Malformed',
    notFound: 'InvalidCarrierGatewayID.NotFound',
  },
} as const satisfies Readonly<Record<string, IdKind>>;

export type IdKindName = keyof typeof idKinds;

/** A parameter that must be there; throws `MissingParameter` naming it in AWS's words. */
export function given<T>(value: T | null | undefined, parameter: string): T {
  if (value === undefined || value === null || value === '') {
    throw new ApiError('MissingParameter', `The request must contain the parameter ${parameter}`);
  }
  return value;
}

/** A field that every stored record has; its absence is a fault of whoever filled the state, not of the caller. */
export function stored<T>(value: T | null | undefined, field: string): T {
  if (value === undefined || value === null)
    throw new Error(`the lab's state holds a record without ${field}`);
  return value;
}

/** An id in AWS's form (prefix and 8 or 17 hexadecimal digits); throws the kind's `Malformed` code otherwise. */
export function wellFormedId(kind: IdKindName, id: string): string {
  const { prefix, malformed } = idKinds[kind];
  if (!new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id)) {
    throw new ApiError(malformed, `Invalid id: "${id}" (expecting "${prefix}-...")`);
  }
  return id;
}

export function notFound(kind: IdKindName, id: string): ApiError {
  const noun = kind === 'securityGroup' ? 'security group' : `${idKinds[kind].noun} ID`;
  return new ApiError(idKinds[kind].notFound, `The ${noun} '${id}' does not exist`);
}

/** The record an id names; throws `MissingParameter`, the kind's `Malformed` or its `NotFound`. */
export function existing<T>(
  records: ReadonlyMap<string, T>,
  kind: IdKindName,
  id: string | undefined,
  parameter: string,
): T {
  const key = given(id, parameter);
  const record = records.get(key);
  if (record !== undefined) return record;
  wellFormedId(kind, key);
  throw notFound(kind, key);
}

/** The records that a Describe call asks for: those of the given ids (each must exist), or all when none is given. */
export function chosen<T>(
  records: ReadonlyMap<string, T>,
  kind: IdKindName,
  ids: readonly string[] | undefined,
): T[] {
  if (ids === undefined || ids.length === 0) return [...records.values()];
  return [...new Set(ids)].map((id) => existing(records, kind, id, 'id'));
}

/** AWS's answer to deleting something that others still use. */
export function dependencyViolation(noun: string, id: string): ApiError {
  return new ApiError('DependencyViolation', `The ${noun} '${id}' has dependencies and cannot be deleted.`);
}
