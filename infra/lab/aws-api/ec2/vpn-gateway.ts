/** Virtual private gateways, and the routes that route tables learn from them. */
import {
  AttachVpnGatewayCommand,
  CreateVpnGatewayCommand,
  DeleteVpnGatewayCommand,
  DescribeVpnGatewaysCommand,
  DetachVpnGatewayCommand,
  DisableVgwRoutePropagationCommand,
  EnableVgwRoutePropagationCommand,
  type Route,
  type RouteTable,
  type VpnGateway,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { matching } from './filters';
import { chosen, existing, given, stored, wellFormedId } from './ids';
import { specifiedTags } from './tags';

/**
 * Brings the propagated routes of every table in line with what the gateways know: the static routes of the VPN
 * connections of each propagating gateway that is attached to the table's VPC. Learned routes of gateways that the
 * account does not hold stay as they are.
 *
 * Facts: aws.md 1.5, 1.6 (VPC user guide, "Route propagation"); Site-to-Site VPN user guide, "Route priority".
 */
export function learnRoutes(state: LabState): void {
  for (const table of state.routeTables.values()) {
    const kept = (table.Routes ?? []).filter(
      ({ Origin, GatewayId }) =>
        Origin !== 'EnableVgwRoutePropagation' || !state.vpnGateways.has(GatewayId ?? ''),
    );
    const learned = (table.PropagatingVgws ?? []).flatMap(({ GatewayId }) =>
      learnedFrom(state, table, GatewayId ?? ''),
    );
    table.Routes = [...kept, ...learned];
  }
}

function learnedFrom(state: LabState, table: RouteTable, gatewayId: string): Route[] {
  const gateway = state.vpnGateways.get(gatewayId);
  const attached = gateway?.VpcAttachments?.some(
    ({ VpcId, State }) => VpcId === table.VpcId && State === 'attached',
  );
  if (attached !== true) return [];
  const connections = [...state.vpnConnections.values()].filter(
    (connection) => connection.VpnGatewayId === gatewayId && connection.State !== 'deleted',
  );
  const prefixes = connections.flatMap(({ Routes }) =>
    (Routes ?? []).flatMap((route) => route.DestinationCidrBlock ?? []),
  );
  return [...new Set(prefixes)].map((DestinationCidrBlock) => ({
    DestinationCidrBlock,
    GatewayId: gatewayId,
    Origin: 'EnableVgwRoutePropagation',
    State: 'active',
  }));
}

function gatewayOf(state: LabState, id: string | undefined): VpnGateway {
  return existing(state.vpnGateways, 'vpnGateway', id, 'vpnGatewayId');
}

function attach(state: LabState, gateway: VpnGateway, vpcId: string): void {
  const held = gateway.VpcAttachments?.find(({ State }) => State === 'attached');
  const other = [...state.vpnGateways.values()].find(({ VpcAttachments }) =>
    VpcAttachments?.some(({ VpcId, State }) => VpcId === vpcId && State === 'attached'),
  );
  if (held !== undefined || other !== undefined)
    throw new ApiError(
      'InvalidParameterValue',
      `The vpnGateway ID '${gateway.VpnGatewayId}' or the vpc '${vpcId}' is already attached.`,
    );
  gateway.VpcAttachments = [{ VpcId: vpcId, State: 'attached' }];
}

function detach(state: LabState, gateway: VpnGateway, vpcId: string): void {
  const held = gateway.VpcAttachments?.find(({ VpcId, State }) => VpcId === vpcId && State === 'attached');
  if (held === undefined)
    throw new ApiError(
      'InvalidVpnGatewayAttachment.NotFound',
      `The attachment with vpn gateway ID '${gateway.VpnGatewayId}' and vpc ID '${vpcId}' does not exist`,
    );
  gateway.VpcAttachments = [{ VpcId: vpcId, State: 'detached' }];
  learnRoutes(state);
}

/** Enable- and DisableVgwRoutePropagation. The gateway may be one that the account does not hold; then nothing is learned. */
function propagationHandlers({ state }: LabContext): Handler[] {
  const tableOf = (id: string | undefined) => existing(state.routeTables, 'routeTable', id, 'routeTableId');
  return [
    on('ec2', EnableVgwRoutePropagationCommand, ({ RouteTableId, GatewayId }) => {
      const table = tableOf(RouteTableId);
      const gatewayId = wellFormedId('vpnGateway', given(GatewayId, 'gatewayId'));
      if (table.Associations?.some((association) => association.GatewayId !== undefined)) {
        throw new ApiError(
          'InvalidParameterValue',
          `route table ${RouteTableId} is associated with a gateway and cannot have route propagation`,
        );
      }
      const gateway = state.vpnGateways.get(gatewayId);
      const elsewhere =
        gateway !== undefined && !gateway.VpcAttachments?.some(({ VpcId }) => VpcId === table.VpcId);
      if (elsewhere)
        throw new ApiError('Gateway.NotAttached', `${gatewayId} is not attached to ${table.VpcId}`);
      table.PropagatingVgws = [
        ...(table.PropagatingVgws ?? []).filter((vgw) => vgw.GatewayId !== gatewayId),
        { GatewayId: gatewayId },
      ];
      learnRoutes(state);
      return {};
    }),
    on('ec2', DisableVgwRoutePropagationCommand, ({ RouteTableId, GatewayId }) => {
      const table = tableOf(RouteTableId);
      table.PropagatingVgws = (table.PropagatingVgws ?? []).filter((vgw) => vgw.GatewayId !== GatewayId);
      learnRoutes(state);
      return {};
    }),
  ];
}

/** Create-, Attach-, Detach-, Delete- and DescribeVpnGateway(s), and route propagation. */
export function vpnGatewayHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateVpnGatewayCommand, ({ Type, AmazonSideAsn, TagSpecifications }) => {
      const id = newId(state, 'vgw');
      const gateway: VpnGateway = {
        VpnGatewayId: id,
        State: 'available',
        Type: given(Type, 'type'),
        AmazonSideAsn: AmazonSideAsn ?? 64_512,
        VpcAttachments: [],
        Tags: specifiedTags(TagSpecifications, 'vpn-gateway'),
      };
      state.vpnGateways.set(id, gateway);
      return { VpnGateway: gateway };
    }),
    on('ec2', AttachVpnGatewayCommand, ({ VpnGatewayId, VpcId }) => {
      const gateway = gatewayOf(state, VpnGatewayId);
      const vpc = existing(state.vpcs, 'vpc', VpcId, 'vpcId');
      attach(state, gateway, stored(vpc.VpcId, 'VpcId'));
      return { VpcAttachment: gateway.VpcAttachments?.[0] };
    }),
    on('ec2', DetachVpnGatewayCommand, ({ VpnGatewayId, VpcId }) => {
      detach(state, gatewayOf(state, VpnGatewayId), given(VpcId, 'vpcId'));
      return {};
    }),
    on('ec2', DeleteVpnGatewayCommand, ({ VpnGatewayId }) => {
      const gateway = gatewayOf(state, VpnGatewayId);
      if (gateway.VpcAttachments?.some(({ State }) => State === 'attached'))
        throw new ApiError('IncorrectState', `The vpnGateway ID '${VpnGatewayId}' is in use.`);
      state.vpnGateways.delete(stored(gateway.VpnGatewayId, 'VpnGatewayId'));
      return {};
    }),
    ...propagationHandlers(context),
    on('ec2', DescribeVpnGatewaysCommand, ({ VpnGatewayIds, Filters }) => {
      const gateways = chosen(state.vpnGateways, 'vpnGateway', VpnGatewayIds);
      return {
        VpnGateways: matching(gateways, {
          filters: Filters,
          fields: {
            'attachment.state': (gateway) =>
              (gateway.VpcAttachments ?? []).map((attachment) => attachment.State),
            'attachment.vpc-id': (gateway) =>
              (gateway.VpcAttachments ?? []).map((attachment) => attachment.VpcId),
            state: (gateway) => [gateway.State],
            'vpn-gateway-id': (gateway) => [gateway.VpnGatewayId],
          },
          tags: (gateway) => gateway.Tags,
        }),
      };
    }),
  ];
}
