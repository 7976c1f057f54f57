/** Virtual private gateways: the lab's account has none. */
import { DescribeVpnGatewaysCommand, type VpnGateway } from '@aws-sdk/client-ec2';
import { type Handler, type LabContext, on } from '../handler';
import { matching } from './filters';
import { chosen } from './ids';

/** DescribeVpnGateways: an empty list, or `InvalidVpnGatewayID.NotFound` for an id. */
export function vpnGatewayHandlers(_context: LabContext): Handler[] {
  return [
    on('ec2', DescribeVpnGatewaysCommand, ({ VpnGatewayIds, Filters }) => {
      const gateways = chosen(new Map<string, VpnGateway>(), 'vpnGateway', VpnGatewayIds);
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
