/** Carrier gateways of Wavelength Zones: records only, for routes to name. */
import {
  type CarrierGateway,
  CreateCarrierGatewayCommand,
  DeleteCarrierGatewayCommand,
  DescribeCarrierGatewaysCommand,
} from '@aws-sdk/client-ec2';
import { newId } from '../../state';
import { type Handler, type LabContext, on } from '../handler';
import { described } from './filters';
import { chosen, existing, stored } from './ids';
import { specifiedTags } from './tags';

/** CreateCarrierGateway, DeleteCarrierGateway, DescribeCarrierGateways. */
export function carrierGatewayHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateCarrierGatewayCommand, ({ VpcId, TagSpecifications }) => {
      const vpc = existing(state.vpcs, 'vpc', VpcId, 'vpcId');
      const id = newId(state, 'cagw');
      const gateway: CarrierGateway = {
        CarrierGatewayId: id,
        VpcId: vpc.VpcId,
        OwnerId: state.account,
        State: 'available',
        Tags: specifiedTags(TagSpecifications, 'carrier-gateway'),
      };
      state.carrierGateways.set(id, gateway);
      return { CarrierGateway: gateway };
    }),
    on('ec2', DeleteCarrierGatewayCommand, ({ CarrierGatewayId }) => {
      const gateway = existing(state.carrierGateways, 'carrierGateway', CarrierGatewayId, 'carrierGatewayId');
      state.carrierGateways.delete(stored(gateway.CarrierGatewayId, 'CarrierGatewayId'));
      return { CarrierGateway: { ...gateway, State: 'deleted' as const } };
    }),
    on('ec2', DescribeCarrierGatewaysCommand, (request) => {
      const { records, NextToken } = described(
        chosen(state.carrierGateways, 'carrierGateway', request.CarrierGatewayIds),
        {
          context,
          request,
          filters: request.Filters,
          fields: {
            'carrier-gateway-id': (gateway) => [gateway.CarrierGatewayId],
            'owner-id': (gateway) => [gateway.OwnerId],
            state: (gateway) => [gateway.State],
            'vpc-id': (gateway) => [gateway.VpcId],
          },
          tags: (gateway) => gateway.Tags,
        },
      );
      return { CarrierGateways: records, NextToken };
    }),
  ];
}
