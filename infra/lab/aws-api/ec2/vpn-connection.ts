/** Site-to-Site VPN connections with static routes, as far as route tables learn from them: no tunnel is made. */
import {
  CreateCustomerGatewayCommand,
  CreateVpnConnectionCommand,
  CreateVpnConnectionRouteCommand,
  type CustomerGateway,
  DeleteCustomerGatewayCommand,
  DeleteVpnConnectionCommand,
  DeleteVpnConnectionRouteCommand,
  DescribeCustomerGatewaysCommand,
  DescribeVpnConnectionsCommand,
  type VpnConnection,
} from '@aws-sdk/client-ec2';
import { newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { matching } from './filters';
import { chosen, existing, given, stored } from './ids';
import { cidrParameter, unmodelled } from './parameters';
import { specifiedTags } from './tags';
import { learnRoutes } from './vpn-gateway';

function customerGatewayHandlers({ state }: LabContext): Handler[] {
  return [
    on('ec2', CreateCustomerGatewayCommand, (request) => {
      unmodelled(request, ['CertificateArn', 'BgpAsnExtended']);
      const id = newId(state, 'cgw');
      const gateway: CustomerGateway = {
        CustomerGatewayId: id,
        State: 'available',
        Type: given(request.Type, 'type'),
        BgpAsn: String(request.BgpAsn ?? 65_000),
        IpAddress: given(request.IpAddress ?? request.PublicIp, 'ipAddress'),
        Tags: specifiedTags(request.TagSpecifications, 'customer-gateway'),
      };
      state.customerGateways.set(id, gateway);
      return { CustomerGateway: gateway };
    }),
    on('ec2', DeleteCustomerGatewayCommand, ({ CustomerGatewayId }) => {
      const gateway = existing(
        state.customerGateways,
        'customerGateway',
        CustomerGatewayId,
        'customerGatewayId',
      );
      state.customerGateways.delete(stored(gateway.CustomerGatewayId, 'CustomerGatewayId'));
      return {};
    }),
    on('ec2', DescribeCustomerGatewaysCommand, ({ CustomerGatewayIds, Filters }) => ({
      CustomerGateways: matching(chosen(state.customerGateways, 'customerGateway', CustomerGatewayIds), {
        filters: Filters,
        fields: {
          'customer-gateway-id': (gateway) => [gateway.CustomerGatewayId],
          state: (gateway) => [gateway.State],
        },
        tags: (gateway) => gateway.Tags,
      }),
    })),
  ];
}

function routeHandlers({ state }: LabContext): Handler[] {
  const connectionOf = (id: string | undefined) =>
    existing(state.vpnConnections, 'vpnConnection', id, 'vpnConnectionId');
  return [
    on('ec2', CreateVpnConnectionRouteCommand, ({ VpnConnectionId, DestinationCidrBlock }) => {
      const connection = connectionOf(VpnConnectionId);
      const block = cidrParameter(
        given(DestinationCidrBlock, 'destinationCidrBlock'),
        'destinationCidrBlock',
        4,
      );
      if (connection.Options?.StaticRoutesOnly !== true)
        throw new ApiError(
          'InvalidVpnConnection.InvalidType',
          `${VpnConnectionId} learns its routes by BGP.`,
        );
      connection.Routes = [
        ...(connection.Routes ?? []).filter((route) => route.DestinationCidrBlock !== block.text),
        { DestinationCidrBlock: block.text, Source: 'Static', State: 'available' },
      ];
      learnRoutes(state);
      return {};
    }),
    on('ec2', DeleteVpnConnectionRouteCommand, ({ VpnConnectionId, DestinationCidrBlock }) => {
      const connection = connectionOf(VpnConnectionId);
      const kept = (connection.Routes ?? []).filter(
        (route) => route.DestinationCidrBlock !== DestinationCidrBlock,
      );
      if (kept.length === (connection.Routes ?? []).length)
        throw new ApiError(
          'InvalidRoute.NotFound',
          `${VpnConnectionId} has no route to ${DestinationCidrBlock}`,
        );
      connection.Routes = kept;
      learnRoutes(state);
      return {};
    }),
  ];
}

/** Create-, Delete- and DescribeVpnConnection(s) of virtual private gateways, their static routes, customer gateways. */
export function vpnConnectionHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    ...customerGatewayHandlers(context),
    ...routeHandlers(context),
    on('ec2', CreateVpnConnectionCommand, (request) => {
      unmodelled(request, ['TransitGatewayId']);
      const gateway = existing(state.vpnGateways, 'vpnGateway', request.VpnGatewayId, 'vpnGatewayId');
      const customer = existing(
        state.customerGateways,
        'customerGateway',
        request.CustomerGatewayId,
        'customerGatewayId',
      );
      const id = newId(state, 'vpn');
      const connection: VpnConnection = {
        VpnConnectionId: id,
        State: 'available',
        Type: request.Type === 'ipsec.1' ? 'ipsec.1' : undefined,
        Category: 'VPN',
        VpnGatewayId: gateway.VpnGatewayId,
        CustomerGatewayId: customer.CustomerGatewayId,
        Options: { StaticRoutesOnly: request.Options?.StaticRoutesOnly ?? false },
        Routes: [],
        Tags: specifiedTags(request.TagSpecifications, 'vpn-connection'),
      };
      state.vpnConnections.set(id, connection);
      return { VpnConnection: connection };
    }),
    on('ec2', DeleteVpnConnectionCommand, ({ VpnConnectionId }) => {
      const connection = existing(state.vpnConnections, 'vpnConnection', VpnConnectionId, 'vpnConnectionId');
      connection.State = 'deleted';
      learnRoutes(state);
      return {};
    }),
    on('ec2', DescribeVpnConnectionsCommand, ({ VpnConnectionIds, Filters }) => ({
      VpnConnections: matching(chosen(state.vpnConnections, 'vpnConnection', VpnConnectionIds), {
        filters: Filters,
        fields: {
          'customer-gateway-id': (connection) => [connection.CustomerGatewayId],
          state: (connection) => [connection.State],
          'vpn-connection-id': (connection) => [connection.VpnConnectionId],
          'vpn-gateway-id': (connection) => [connection.VpnGatewayId],
        },
        tags: (connection) => connection.Tags,
      }),
    })),
  ];
}
