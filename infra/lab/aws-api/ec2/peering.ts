/** VPC peering connections. */
import {
  AcceptVpcPeeringConnectionCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeVpcPeeringConnectionsCommand,
  type Vpc,
  type VpcPeeringConnection,
  type VpcPeeringConnectionVpcInfo,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { vpcCidrs } from './associated-cidrs';
import { overlaps } from './cidr';
import { described } from './filters';
import { chosen, existing, given, stored } from './ids';
import { specifiedTags } from './tags';

const weekMs = 7 * 24 * 60 * 60 * 1000;

function side(state: LabState, vpc: Vpc): VpcPeeringConnectionVpcInfo {
  const blocks = vpcCidrs(vpc);
  return {
    VpcId: vpc.VpcId,
    OwnerId: state.account,
    Region: state.region,
    CidrBlock: vpc.CidrBlock,
    CidrBlockSet: blocks.filter((block) => block.family === 4).map((block) => ({ CidrBlock: block.text })),
    Ipv6CidrBlockSet: blocks
      .filter((block) => block.family === 6)
      .map((block) => ({ Ipv6CidrBlock: block.text })),
    PeeringOptions: {
      AllowDnsResolutionFromRemoteVpc: false,
      AllowEgressFromLocalClassicLinkToRemoteVpc: false,
      AllowEgressFromLocalVpcToRemoteClassicLink: false,
    },
  };
}

/** The other VPC, where it is not of this lab: all that the requester knows of it before it is accepted. */
function foreignSide(
  state: LabState,
  {
    vpcId,
    owner,
    region,
  }: { readonly vpcId: string; readonly owner: string | undefined; readonly region: string | undefined },
): VpcPeeringConnectionVpcInfo {
  return { VpcId: vpcId, OwnerId: owner ?? state.account, Region: region ?? state.region };
}

function refuseOverlap(requester: Vpc, accepter: Vpc): void {
  if (vpcCidrs(requester).some((a) => vpcCidrs(accepter).some((b) => overlaps(a, b)))) {
    throw new ApiError(
      'OverlappingCidrs',
      `The VPCs ${requester.VpcId} and ${accepter.VpcId} have overlapping CIDR blocks.`,
    );
  }
}

/** Create-, Accept-, Delete- and DescribeVpcPeeringConnection(s). */
export function peeringHandlers(context: LabContext): Handler[] {
  const { state, now } = context;
  const connectionOf = (id: string | undefined) =>
    existing(state.vpcPeeringConnections, 'peering', id, 'vpcPeeringConnectionId');
  return [
    on('ec2', CreateVpcPeeringConnectionCommand, (request) => {
      const requester = existing(state.vpcs, 'vpc', request.VpcId, 'vpcId');
      const peerId = given(request.PeerVpcId, 'peerVpcId');
      const peer = state.vpcs.get(peerId);
      if (peer !== undefined) refuseOverlap(requester, peer);
      const id = newId(state, 'pcx');
      const connection: VpcPeeringConnection = {
        VpcPeeringConnectionId: id,
        RequesterVpcInfo: side(state, requester),
        AccepterVpcInfo:
          peer === undefined
            ? foreignSide(state, { vpcId: peerId, owner: request.PeerOwnerId, region: request.PeerRegion })
            : side(state, peer),
        ExpirationTime: new Date(now().getTime() + weekMs),
        Status: {
          Code: 'pending-acceptance',
          Message: `Pending Acceptance by ${request.PeerOwnerId ?? state.account}`,
        },
        Tags: specifiedTags(request.TagSpecifications, 'vpc-peering-connection'),
      };
      state.vpcPeeringConnections.set(id, connection);
      return { VpcPeeringConnection: connection };
    }),
    on('ec2', AcceptVpcPeeringConnectionCommand, ({ VpcPeeringConnectionId }) => {
      const connection = connectionOf(VpcPeeringConnectionId);
      if (connection.Status?.Code !== 'pending-acceptance') {
        throw new ApiError(
          'InvalidStateTransition',
          `The peering connection ${VpcPeeringConnectionId} is ${connection.Status?.Code} and cannot be accepted.`,
        );
      }
      connection.Status = { Code: 'active', Message: 'Active' };
      delete connection.ExpirationTime;
      return { VpcPeeringConnection: connection };
    }),
    on('ec2', DeleteVpcPeeringConnectionCommand, ({ VpcPeeringConnectionId }) => {
      connectionOf(VpcPeeringConnectionId).Status = {
        Code: 'deleted',
        Message: `Deleted by ${stored(state.account, 'account')}`,
      };
      return { Return: true };
    }),
    on('ec2', DescribeVpcPeeringConnectionsCommand, (request) => {
      const connections = chosen(state.vpcPeeringConnections, 'peering', request.VpcPeeringConnectionIds);
      const { records, NextToken } = described(connections, {
        context,
        request,
        filters: request.Filters,
        fields: {
          'accepter-vpc-info.cidr-block': (connection) => [connection.AccepterVpcInfo?.CidrBlock],
          'accepter-vpc-info.owner-id': (connection) => [connection.AccepterVpcInfo?.OwnerId],
          'accepter-vpc-info.vpc-id': (connection) => [connection.AccepterVpcInfo?.VpcId],
          'requester-vpc-info.cidr-block': (connection) => [connection.RequesterVpcInfo?.CidrBlock],
          'requester-vpc-info.owner-id': (connection) => [connection.RequesterVpcInfo?.OwnerId],
          'requester-vpc-info.vpc-id': (connection) => [connection.RequesterVpcInfo?.VpcId],
          'status-code': (connection) => [connection.Status?.Code],
          'vpc-peering-connection-id': (connection) => [connection.VpcPeeringConnectionId],
        },
        tags: (connection) => connection.Tags,
      });
      return { VpcPeeringConnections: records, NextToken };
    }),
  ];
}
