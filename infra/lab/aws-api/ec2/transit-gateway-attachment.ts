/** Attachments of VPCs to transit gateways: one network interface in one subnet of each zone. */
import {
  CreateTransitGatewayVpcAttachmentCommand,
  type CreateTransitGatewayVpcAttachmentRequest,
  DeleteTransitGatewayVpcAttachmentCommand,
  DescribeTransitGatewayVpcAttachmentsCommand,
  ModifyTransitGatewayVpcAttachmentCommand,
  type TransitGatewayVpcAttachment,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described } from './filters';
import { chosen, existing, given, stored, wellFormedId } from './ids';
import { newNetworkInterface } from './network-interface';
import { specifiedTags } from './tags';
import { checkedSubnets } from './vpc-endpoint-interface';

/** The gateway may belong to another account, which shares it: then only the form of its id can be checked. */
function gatewayId(state: LabState, id: string | undefined): string {
  const named = wellFormedId('transitGateway', given(id, 'transitGatewayId'));
  const gateway = state.transitGateways.get(named);
  if (gateway !== undefined && gateway.State !== 'available')
    throw new ApiError('IncorrectState', `${named} is in state ${gateway.State}.`);
  return named;
}

function addInterfaces(state: LabState, attachmentId: string, subnetIds: readonly string[]): void {
  for (const subnetId of subnetIds) {
    newNetworkInterface(state, {
      subnetId,
      interfaceType: 'transit_gateway',
      description: `Network Interface for Transit Gateway Attachment ${attachmentId}`,
      groups: [],
      sourceDestCheck: true,
      privateIpAddress: undefined,
      requesterId: state.account,
      status: 'in-use',
      tags: [],
    });
  }
}

function removeInterfaces(state: LabState, attachmentId: string, subnetIds: readonly string[]): void {
  const description = `Network Interface for Transit Gateway Attachment ${attachmentId}`;
  for (const [id, eni] of state.networkInterfaces) {
    if (eni.Description === description && subnetIds.includes(eni.SubnetId ?? ''))
      state.networkInterfaces.delete(id);
  }
}

/** A new attachment is associated with the gateway's default table, and propagates to it, where the gateway has such. */
function joinDefaults(state: LabState, gateway: string, attachmentId: string): void {
  const options = state.transitGateways.get(gateway)?.Options;
  const associated = state.transitGatewayRouteTables.get(options?.AssociationDefaultRouteTableId ?? '');
  const propagated = state.transitGatewayRouteTables.get(options?.PropagationDefaultRouteTableId ?? '');
  associated?.associations?.add(attachmentId);
  propagated?.propagations?.add(attachmentId);
}

function create(
  { state, now }: LabContext,
  request: CreateTransitGatewayVpcAttachmentRequest,
): TransitGatewayVpcAttachment {
  const vpc = existing(state.vpcs, 'vpc', request.VpcId, 'vpcId');
  const vpcId = stored(vpc.VpcId, 'VpcId');
  const gateway = gatewayId(state, request.TransitGatewayId);
  const twice = [...state.transitGatewayVpcAttachments.values()].some(
    (other) => other.TransitGatewayId === gateway && other.VpcId === vpcId && other.State !== 'deleted',
  );
  if (twice)
    throw new ApiError(
      'DuplicateTransitGatewayAttachment',
      `${gateway} has non-deleted Transit Gateway Attachments with same VPC ID ${vpcId}.`,
    );
  const subnetIds = checkedSubnets(state, vpcId, given(request.SubnetIds, 'subnetIds'));
  const {
    ApplianceModeSupport = 'disable',
    DnsSupport = 'enable',
    Ipv6Support = 'disable',
  } = request.Options ?? {};
  const id = newId(state, 'tgw-attach');
  const attachment: TransitGatewayVpcAttachment = {
    TransitGatewayAttachmentId: id,
    TransitGatewayId: gateway,
    VpcId: vpcId,
    VpcOwnerId: state.account,
    State: 'available',
    SubnetIds: subnetIds,
    CreationTime: now(),
    Options: { ApplianceModeSupport, DnsSupport, Ipv6Support },
    Tags: specifiedTags(request.TagSpecifications, 'transit-gateway-attachment'),
  };
  state.transitGatewayVpcAttachments.set(id, attachment);
  addInterfaces(state, id, subnetIds);
  joinDefaults(state, gateway, id);
  return attachment;
}

function remove(state: LabState, attachment: TransitGatewayVpcAttachment): void {
  const id = stored(attachment.TransitGatewayAttachmentId, 'TransitGatewayAttachmentId');
  attachment.State = 'deleted';
  removeInterfaces(state, id, attachment.SubnetIds ?? []);
  for (const { associations, propagations } of state.transitGatewayRouteTables.values()) {
    associations?.delete(id);
    propagations?.delete(id);
  }
}

/** CreateTransitGatewayVpcAttachment, and Delete-, Describe- and Modify-. */
export function transitGatewayAttachmentHandlers(context: LabContext): Handler[] {
  const { state } = context;
  const attachmentOf = (id: string | undefined) =>
    existing(
      state.transitGatewayVpcAttachments,
      'transitGatewayAttachment',
      id,
      'transitGatewayAttachmentId',
    );
  return [
    on('ec2', CreateTransitGatewayVpcAttachmentCommand, (request) => ({
      TransitGatewayVpcAttachment: create(context, request),
    })),
    on('ec2', ModifyTransitGatewayVpcAttachmentCommand, (request) => {
      const attachment = attachmentOf(request.TransitGatewayAttachmentId);
      const id = stored(attachment.TransitGatewayAttachmentId, 'TransitGatewayAttachmentId');
      const vpcId = stored(attachment.VpcId, 'VpcId');
      const { AddSubnetIds: added = [], RemoveSubnetIds: removed = [] } = request;
      const kept = (attachment.SubnetIds ?? []).filter((subnetId) => !removed.includes(subnetId));
      attachment.SubnetIds = checkedSubnets(state, vpcId, [...kept, ...added]);
      removeInterfaces(state, id, removed);
      addInterfaces(state, id, added);
      const { ApplianceModeSupport, DnsSupport, Ipv6Support } = request.Options ?? {};
      attachment.Options = {
        ...attachment.Options,
        ...(ApplianceModeSupport === undefined ? {} : { ApplianceModeSupport }),
        ...(DnsSupport === undefined ? {} : { DnsSupport }),
        ...(Ipv6Support === undefined ? {} : { Ipv6Support }),
      };
      return { TransitGatewayVpcAttachment: attachment };
    }),
    on('ec2', DeleteTransitGatewayVpcAttachmentCommand, ({ TransitGatewayAttachmentId }) => {
      const attachment = attachmentOf(TransitGatewayAttachmentId);
      remove(state, attachment);
      return { TransitGatewayVpcAttachment: attachment };
    }),
    on('ec2', DescribeTransitGatewayVpcAttachmentsCommand, (request) => {
      const attachments = chosen(
        state.transitGatewayVpcAttachments,
        'transitGatewayAttachment',
        request.TransitGatewayAttachmentIds,
      );
      const { records, NextToken } = described(attachments, {
        context,
        request,
        filters: request.Filters,
        fields: {
          state: (attachment) => [attachment.State],
          'transit-gateway-attachment-id': (attachment) => [attachment.TransitGatewayAttachmentId],
          'transit-gateway-id': (attachment) => [attachment.TransitGatewayId],
          'vpc-id': (attachment) => [attachment.VpcId],
        },
        tags: (attachment) => attachment.Tags,
      });
      return { TransitGatewayVpcAttachments: records, NextToken };
    }),
  ];
}
