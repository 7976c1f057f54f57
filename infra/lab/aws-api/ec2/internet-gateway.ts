/** Internet gateways and egress-only internet gateways. */
import {
  AttachInternetGatewayCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteEgressOnlyInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
  type EgressOnlyInternetGateway,
  type InternetGateway,
  type InternetGatewayAttachment,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described } from './filters';
import { chosen, dependencyViolation, existing, stored } from './ids';
import { withSentValues } from './sent-values';
import { specifiedTags } from './tags';

/** The VPC's internet gateway, if one is attached. */
export function internetGatewayOf(state: LabState, vpcId: string): InternetGateway | undefined {
  return [...state.internetGateways.values()].find((gateway) =>
    gateway.Attachments?.some((attachment) => attachment.VpcId === vpcId),
  );
}

/** Throws AWS's `Gateway.NotAttached` where a public address would lead nowhere. */
export function requireInternetGateway(state: LabState, vpcId: string): void {
  if (internetGatewayOf(state, vpcId) === undefined) {
    throw new ApiError('Gateway.NotAttached', `Network ${vpcId} is not attached to any internet gateway`);
  }
}

function attach(state: LabState, gateway: InternetGateway, vpcId: string | undefined): void {
  const vpc = existing(state.vpcs, 'vpc', vpcId, 'vpcId');
  const id = stored(vpc.VpcId, 'VpcId');
  const [held] = gateway.Attachments ?? [];
  if (held !== undefined) {
    throw new ApiError(
      'Resource.AlreadyAssociated',
      `resource ${gateway.InternetGatewayId} is already attached to network ${held.VpcId}`,
    );
  }
  const other = internetGatewayOf(state, id);
  if (other !== undefined) {
    throw new ApiError('InvalidParameterValue', `Network ${id} already has an internet gateway attached`);
  }
  gateway.Attachments = [withSentValues<InternetGatewayAttachment>({ VpcId: id }, { State: 'available' })];
}

function detach(state: LabState, gateway: InternetGateway, vpcId: string | undefined): void {
  const vpc = existing(state.vpcs, 'vpc', vpcId, 'vpcId');
  if (!gateway.Attachments?.some((attachment) => attachment.VpcId === vpc.VpcId)) {
    throw new ApiError(
      'Gateway.NotAttached',
      `resource ${gateway.InternetGatewayId} is not attached to network ${vpc.VpcId}`,
    );
  }
  const mapped = [...state.networkInterfaces.values()].some(
    (eni) => eni.VpcId === vpc.VpcId && eni.Association?.PublicIp !== undefined,
  );
  if (mapped) {
    throw new ApiError(
      'DependencyViolation',
      `Network ${vpc.VpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    );
  }
  gateway.Attachments = [];
}

const attachmentFields = {
  'attachment.state': (gateway: InternetGateway) =>
    (gateway.Attachments ?? []).map((attachment) => attachment.State),
  'attachment.vpc-id': (gateway: InternetGateway) =>
    (gateway.Attachments ?? []).map((attachment) => attachment.VpcId),
};

/** Create-, Attach-, Detach-, Delete- and DescribeInternetGateway(s). */
export function internetGatewayHandlers(context: LabContext): Handler[] {
  const { state } = context;
  const gatewayOf = (id: string | undefined) =>
    existing(state.internetGateways, 'internetGateway', id, 'internetGatewayId');
  return [
    on('ec2', CreateInternetGatewayCommand, ({ TagSpecifications }) => {
      const tags = specifiedTags(TagSpecifications, 'internet-gateway');
      const id = newId(state, 'igw');
      const gateway: InternetGateway = {
        InternetGatewayId: id,
        OwnerId: state.account,
        Attachments: [],
        Tags: tags,
      };
      state.internetGateways.set(id, gateway);
      return { InternetGateway: gateway };
    }),
    on('ec2', AttachInternetGatewayCommand, ({ InternetGatewayId, VpcId }) => {
      attach(state, gatewayOf(InternetGatewayId), VpcId);
      return {};
    }),
    on('ec2', DetachInternetGatewayCommand, ({ InternetGatewayId, VpcId }) => {
      detach(state, gatewayOf(InternetGatewayId), VpcId);
      return {};
    }),
    on('ec2', DeleteInternetGatewayCommand, ({ InternetGatewayId }) => {
      const gateway = gatewayOf(InternetGatewayId);
      const id = stored(gateway.InternetGatewayId, 'InternetGatewayId');
      if ((gateway.Attachments ?? []).length > 0) throw dependencyViolation('internetGateway', id);
      state.internetGateways.delete(id);
      return {};
    }),
    on('ec2', DescribeInternetGatewaysCommand, (request) => {
      const gateways = chosen(state.internetGateways, 'internetGateway', request.InternetGatewayIds);
      const { records, NextToken } = described(gateways, {
        context,
        request,
        filters: request.Filters,
        fields: {
          ...attachmentFields,
          'internet-gateway-id': (gateway) => [gateway.InternetGatewayId],
          'owner-id': (gateway) => [gateway.OwnerId],
        },
        tags: (gateway) => gateway.Tags,
      });
      return { InternetGateways: records, NextToken };
    }),
  ];
}

/** Create-, Delete- and DescribeEgressOnlyInternetGateway(s): attached to their VPC for life, IPv6 only. */
export function egressOnlyInternetGatewayHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateEgressOnlyInternetGatewayCommand, ({ VpcId, TagSpecifications }) => {
      const vpc = existing(state.vpcs, 'vpc', VpcId, 'vpcId');
      const tags = specifiedTags(TagSpecifications, 'egress-only-internet-gateway');
      const id = newId(state, 'eigw');
      const gateway: EgressOnlyInternetGateway = {
        EgressOnlyInternetGatewayId: id,
        Attachments: [{ State: 'attached', VpcId: vpc.VpcId }],
        Tags: tags,
      };
      state.egressOnlyInternetGateways.set(id, gateway);
      return { EgressOnlyInternetGateway: gateway };
    }),
    on('ec2', DeleteEgressOnlyInternetGatewayCommand, ({ EgressOnlyInternetGatewayId }) => {
      const gateway = existing(
        state.egressOnlyInternetGateways,
        'egressOnlyInternetGateway',
        EgressOnlyInternetGatewayId,
        'egressOnlyInternetGatewayId',
      );
      state.egressOnlyInternetGateways.delete(
        stored(gateway.EgressOnlyInternetGatewayId, 'EgressOnlyInternetGatewayId'),
      );
      return { ReturnCode: true };
    }),
    on('ec2', DescribeEgressOnlyInternetGatewaysCommand, (request) => {
      const gateways = chosen(
        state.egressOnlyInternetGateways,
        'egressOnlyInternetGateway',
        request.EgressOnlyInternetGatewayIds,
      );
      const { records, NextToken } = described(gateways, {
        context,
        request,
        maxResults: [5, 255],
        filters: request.Filters,
        // AWS documents tag filters only for this call; the VPC is not one of its filters.
        fields: {},
        tags: (gateway) => gateway.Tags,
      });
      return { EgressOnlyInternetGateways: records, NextToken };
    }),
  ];
}
