/** VPC endpoints: interface, gateway and Gateway Load Balancer endpoints. */
import {
  CreateVpcEndpointCommand,
  type CreateVpcEndpointRequest,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointsCommand,
  type DescribeVpcEndpointsRequest,
  ModifyVpcEndpointCommand,
  type ModifyVpcEndpointRequest,
  type UnsuccessfulItem,
  type VpcEndpoint,
  type VpcEndpointType,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { requireFreePrivateIps } from './addresses';
import { checkedEndpointPolicy, defaultEndpointPolicy } from './endpoint-policy';
import { type EndpointService, endpointService } from './endpoint-service';
import { described } from './filters';
import { chosen, existing, given, stored } from './ids';
import { unmodelled } from './parameters';
import { groupsFor } from './security-group';
import { withSentValues } from './sent-values';
import { specifiedTags } from './tags';
import { addRoutes, checkedRouteTables, removeRoutes } from './vpc-endpoint-gateway';
import {
  addInterface,
  checkedSubnets,
  dnsEntries,
  refuseUnlessPrivateDns,
  removeInterfaces,
  setGroups,
} from './vpc-endpoint-interface';

/** Which parameters each type takes (EC2 API reference, CreateVpcEndpoint). */
const foreignParameters: Readonly<Record<string, readonly (keyof CreateVpcEndpointRequest)[]>> = {
  Gateway: ['SubnetIds', 'SecurityGroupIds', 'PrivateDnsEnabled'],
  Interface: ['RouteTableIds'],
  GatewayLoadBalancer: ['RouteTableIds', 'SecurityGroupIds', 'PrivateDnsEnabled', 'PolicyDocument'],
};

function refuseForeignParameters(type: VpcEndpointType, request: CreateVpcEndpointRequest): void {
  for (const name of foreignParameters[type] ?? []) {
    const value: unknown = request[name];
    if (value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)) {
      throw new ApiError('InvalidParameter', `${name} cannot be specified for an endpoint of type ${type}.`);
    }
  }
}

function typeOf(
  request: CreateVpcEndpointRequest,
  service: EndpointService,
): 'Interface' | 'Gateway' | 'GatewayLoadBalancer' {
  // AWS's default is Gateway, whatever the service.
  const type = request.VpcEndpointType ?? 'Gateway';
  const supported = service.types.find((candidate) => candidate === type);
  if (supported === undefined) {
    throw new ApiError(
      'InvalidParameter',
      `Endpoint type (${type}) does not match available service types ([${service.types.join(', ')}]).`,
    );
  }
  return supported;
}

function newRecord(
  context: LabContext,
  request: CreateVpcEndpointRequest,
  type: 'Interface' | 'Gateway' | 'GatewayLoadBalancer',
): VpcEndpoint {
  const { state, now } = context;
  const vpc = existing(state.vpcs, 'vpc', request.VpcId, 'vpcId');
  const policy =
    type === 'GatewayLoadBalancer'
      ? {}
      : {
          PolicyDocument:
            request.PolicyDocument === undefined
              ? defaultEndpointPolicy(type)
              : checkedEndpointPolicy(request.PolicyDocument),
        };
  const record: VpcEndpoint = {
    VpcEndpointId: newId(state, 'vpce'),
    VpcEndpointType: type,
    VpcId: vpc.VpcId,
    ServiceName: request.ServiceName,
    ...policy,
    RouteTableIds: [],
    SubnetIds: [],
    Groups: [],
    IpAddressType: 'ipv4',
    PrivateDnsEnabled: type === 'Interface' && request.PrivateDnsEnabled === true,
    RequesterManaged: false,
    NetworkInterfaceIds: [],
    DnsEntries: [],
    CreationTimestamp: now(),
    Tags: specifiedTags(request.TagSpecifications, 'vpc-endpoint'),
    OwnerId: state.account,
  };
  return withSentValues(record, { State: 'available' });
}

/** Checks everything first, then makes interfaces or routes, so that a refused call leaves nothing behind. */
function create(context: LabContext, request: CreateVpcEndpointRequest): VpcEndpoint {
  const { state } = context;
  unmodelled(request, [
    'SubnetConfigurations',
    'ServiceNetworkArn',
    'ResourceConfigurationArn',
    'ServiceRegion',
  ]);
  if (request.IpAddressType !== undefined && request.IpAddressType !== 'ipv4')
    unmodelled(request, ['IpAddressType']);
  const service = endpointService(state, given(request.ServiceName, 'serviceName'));
  const type = typeOf(request, service);
  refuseForeignParameters(type, request);
  const endpoint = newRecord(context, request, type);
  const vpcId = stored(endpoint.VpcId, 'VpcId');
  if (type === 'Gateway') {
    addRoutes(state, endpoint, checkedRouteTables(state, endpoint, request.RouteTableIds ?? []));
  } else {
    const subnetIds = checkedSubnets(state, vpcId, request.SubnetIds ?? []);
    if (type === 'GatewayLoadBalancer' && subnetIds.length !== 1) {
      throw new ApiError('InvalidParameter', 'A Gateway Load Balancer endpoint takes exactly one subnet.');
    }
    if (type === 'Interface') setGroups(state, endpoint, groupsFor(state, vpcId, request.SecurityGroupIds));
    if (endpoint.PrivateDnsEnabled === true) refuseUnlessPrivateDns(state, endpoint, service);
    for (const subnetId of subnetIds) requireFreePrivateIps(state, subnetId, 1);
    for (const subnetId of subnetIds) addInterface(state, endpoint, subnetId);
    if (type === 'Interface') endpoint.DnsEntries = dnsEntries(state, endpoint, service);
  }
  state.vpcEndpoints.set(stored(endpoint.VpcEndpointId, 'VpcEndpointId'), endpoint);
  return endpoint;
}

function refuseWhenManaged(state: LabState, endpoint: VpcEndpoint): void {
  const id = endpoint.VpcEndpointId;
  const ofFirewall =
    [...state.firewalls.values()].some(({ FirewallStatus }) =>
      Object.values(FirewallStatus.SyncStates ?? {}).some((sync) => sync.Attachment?.EndpointId === id),
    ) ||
    [...state.vpcEndpointAssociations.values()].some(({ VpcEndpointAssociationStatus }) =>
      Object.values(VpcEndpointAssociationStatus?.AssociationSyncState ?? {}).some(
        (sync) => sync.Attachment?.EndpointId === id,
      ),
    );
  if (ofFirewall || endpoint.RequesterManaged === true) {
    throw new ApiError(
      'OperationNotPermitted',
      `The VPC endpoint ${id} is managed by AWS Network Firewall; change the firewall instead.`,
    );
  }
}

function modifyPlace(state: LabState, endpoint: VpcEndpoint, request: ModifyVpcEndpointRequest): void {
  const vpcId = stored(endpoint.VpcId, 'VpcId');
  if (endpoint.VpcEndpointType === 'Gateway') {
    const added = checkedRouteTables(state, endpoint, request.AddRouteTableIds ?? []);
    removeRoutes(state, endpoint, request.RemoveRouteTableIds ?? []);
    addRoutes(state, endpoint, added);
    return;
  }
  const removed = request.RemoveSubnetIds ?? [];
  const kept = (endpoint.SubnetIds ?? []).filter((id) => !removed.includes(id));
  const subnetIds = checkedSubnets(state, vpcId, [...kept, ...(request.AddSubnetIds ?? [])]);
  const added = subnetIds.filter((id) => !kept.includes(id));
  for (const subnetId of added) requireFreePrivateIps(state, subnetId, 1);
  const groups = new Set([
    ...(endpoint.Groups ?? []).flatMap((group) => group.GroupId ?? []),
    ...(request.AddSecurityGroupIds ?? []),
  ]);
  for (const id of request.RemoveSecurityGroupIds ?? []) groups.delete(id);
  if (endpoint.VpcEndpointType === 'Interface')
    setGroups(state, endpoint, groupsFor(state, vpcId, [...groups]));
  for (const subnetId of removed) removeInterfaces(state, endpoint, subnetId);
  for (const subnetId of added) addInterface(state, endpoint, subnetId);
}

function modify(state: LabState, request: ModifyVpcEndpointRequest): void {
  unmodelled(request, ['SubnetConfigurations', 'DnsOptions', 'IpAddressType']);
  const endpoint = existing(state.vpcEndpoints, 'vpcEndpoint', request.VpcEndpointId, 'vpcEndpointId');
  refuseWhenManaged(state, endpoint);
  const type = stored(endpoint.VpcEndpointType, 'VpcEndpointType');
  const service = endpointService(state, stored(endpoint.ServiceName, 'ServiceName'));
  const policy =
    request.PolicyDocument === undefined ? undefined : checkedEndpointPolicy(request.PolicyDocument);
  if (request.PrivateDnsEnabled === true && endpoint.PrivateDnsEnabled !== true)
    refuseUnlessPrivateDns(state, endpoint, service);
  modifyPlace(state, endpoint, request);
  if (request.PrivateDnsEnabled !== undefined) endpoint.PrivateDnsEnabled = request.PrivateDnsEnabled;
  if (policy !== undefined) endpoint.PolicyDocument = policy;
  if (request.ResetPolicy === true && (type === 'Gateway' || type === 'Interface'))
    endpoint.PolicyDocument = defaultEndpointPolicy(type);
  if (type === 'Interface') endpoint.DnsEntries = dnsEntries(state, endpoint, service);
}

/** DeleteVpcEndpoints answers per endpoint: what cannot be deleted comes back as unsuccessful. */
function remove(state: LabState, vpcEndpointId: string): UnsuccessfulItem[] {
  try {
    const endpoint = existing(state.vpcEndpoints, 'vpcEndpoint', vpcEndpointId, 'vpcEndpointId');
    refuseWhenManaged(state, endpoint);
    removeRoutes(state, endpoint, endpoint.RouteTableIds ?? []);
    removeInterfaces(state, endpoint);
    state.vpcEndpoints.delete(vpcEndpointId);
    return [];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [{ ResourceId: vpcEndpointId, Error: { Code: error.code, Message: error.message } }];
  }
}

function describe(context: LabContext, request: DescribeVpcEndpointsRequest) {
  const { records, NextToken } = described(
    chosen(context.state.vpcEndpoints, 'vpcEndpoint', request.VpcEndpointIds),
    {
      context,
      request,
      maxResults: [1, 1000],
      filters: request.Filters,
      fields: {
        'ip-address-type': (endpoint) => [endpoint.IpAddressType],
        'service-name': (endpoint) => [endpoint.ServiceName],
        'vpc-endpoint-id': (endpoint) => [endpoint.VpcEndpointId],
        'vpc-endpoint-state': (endpoint) => [endpoint.State],
        'vpc-endpoint-type': (endpoint) => [endpoint.VpcEndpointType],
        'vpc-id': (endpoint) => [endpoint.VpcId],
      },
      tags: (endpoint) => endpoint.Tags,
    },
  );
  return { VpcEndpoints: records, NextToken };
}

/** CreateVpcEndpoint, ModifyVpcEndpoint, DeleteVpcEndpoints, DescribeVpcEndpoints. */
export function vpcEndpointHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateVpcEndpointCommand, (request) => ({
      VpcEndpoint: create(context, request),
      ClientToken: request.ClientToken,
    })),
    on('ec2', ModifyVpcEndpointCommand, (request) => {
      modify(state, request);
      return { Return: true };
    }),
    on('ec2', DeleteVpcEndpointsCommand, ({ VpcEndpointIds }) => ({
      Unsuccessful: given(VpcEndpointIds, 'vpcEndpointId').flatMap((id) => remove(state, id)),
    })),
    on('ec2', DescribeVpcEndpointsCommand, (request) => describe(context, request)),
  ];
}
