/** VPCs: with each come a main route table, a default security group and a default network ACL, as in AWS. */
import { CreateVpcCommand, DeleteVpcCommand, DescribeVpcsCommand, type Vpc } from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { freeIpv6Block } from './addresses';
import type { Cidr } from './cidr';
import { defaultDhcpOptions } from './dhcp-options';
import { described, flag } from './filters';
import { chosen, dependencyViolation, existing, given, stored } from './ids';
import { newNetworkAcl } from './network-acl-entry';
import { cidrParameter, unmodelled } from './parameters';
import { newRouteTable } from './route-table';
import { newSecurityGroup } from './security-group';
import { specifiedTags } from './tags';

/** An IPv4 block a VPC may have: /16 to /28 (VPC user guide, vpc-cidr-blocks); `InvalidVpc.Range` otherwise. */
export function vpcCidrParameter(text: string): Cidr {
  const block = cidrParameter(text, 'cidrBlock', 4);
  if (block.prefixLength < 16 || block.prefixLength > 28) {
    throw new ApiError('InvalidVpc.Range', `The CIDR '${block.text}' is invalid.`);
  }
  return block;
}

export function ipv4Association(state: LabState, block: Cidr) {
  return {
    AssociationId: newId(state, 'vpc-cidr-assoc'),
    CidrBlock: block.text,
    CidrBlockState: { State: 'associated' as const },
  };
}

export function ipv6Association(state: LabState) {
  return {
    AssociationId: newId(state, 'vpc-cidr-assoc'),
    Ipv6CidrBlock: freeIpv6Block(state),
    Ipv6CidrBlockState: { State: 'associated' as const },
    NetworkBorderGroup: state.region,
    Ipv6Pool: 'Amazon',
    Ipv6AddressAttribute: 'public' as const,
    IpSource: 'amazon' as const,
  };
}

/** What else AWS makes with every VPC (VPC user guide, create-vpc). */
function addDefaults(state: LabState, vpc: Vpc): void {
  const vpcId = stored(vpc.VpcId, 'VpcId');
  state.vpcAttributes.set(vpcId, { enableDnsSupport: true, enableDnsHostnames: false });
  newRouteTable(state, { vpc, main: true, tags: [] });
  newNetworkAcl(state, { vpc, isDefault: true, tags: [] });
  newSecurityGroup(state, { vpcId, name: 'default', description: 'default VPC security group', tags: [] });
}

const attachedTo =
  (vpcId: string) => (gateway: { Attachments?: { VpcId?: string | undefined }[] | undefined }) =>
    (gateway.Attachments ?? []).some((attachment) => attachment.VpcId === vpcId);

function hasDependents(state: LabState, vpcId: string): boolean {
  const inVpc = (record: { readonly VpcId?: string | undefined }) => record.VpcId === vpcId;
  return (
    [...state.subnets.values()].some(inVpc) ||
    [...state.networkInterfaces.values()].some(inVpc) ||
    [...state.vpcEndpoints.values()].some(inVpc) ||
    [...state.natGateways.values()].some((gateway) => inVpc(gateway) && gateway.State !== 'deleted') ||
    [...state.internetGateways.values()].some(attachedTo(vpcId)) ||
    [...state.egressOnlyInternetGateways.values()].some(attachedTo(vpcId)) ||
    [...state.transitGatewayVpcAttachments.values()].some(
      (attachment) => inVpc(attachment) && attachment.State !== 'deleted',
    ) ||
    [...state.securityGroups.values()].some((group) => inVpc(group) && group.GroupName !== 'default') ||
    [...state.networkAcls.values()].some((acl) => inVpc(acl) && acl.IsDefault !== true) ||
    [...state.routeTables.values()].some((table) => inVpc(table) && !table.Associations?.some((a) => a.Main))
  );
}

function removeWithDefaults(state: LabState, vpcId: string): void {
  for (const records of [state.routeTables, state.networkAcls, state.securityGroups]) {
    for (const [id, record] of records) if (record.VpcId === vpcId) records.delete(id);
  }
  state.vpcAttributes.delete(vpcId);
  state.vpcs.delete(vpcId);
}

/** The record as AWS shows it: with the state of VPC Block Public Access (facts: aws.md 1.35, EC2 API Vpc shape). */
function shown(state: LabState, vpc: Vpc): Vpc {
  return {
    BlockPublicAccessStates: {
      InternetGatewayBlockMode: state.vpcBlockPublicAccess.InternetGatewayBlockMode,
    },
    ...vpc,
  };
}

/** CreateVpc, DeleteVpc, DescribeVpcs. */
export function vpcHandlers(context: LabContext): Handler[] {
  const { state } = context;
  return [
    on('ec2', CreateVpcCommand, (request) => {
      unmodelled(request, [
        'Ipv4IpamPoolId',
        'Ipv6IpamPoolId',
        'Ipv6Pool',
        'Ipv6CidrBlock',
        'VpcEncryptionControl',
      ]);
      const block = vpcCidrParameter(given(request.CidrBlock, 'cidrBlock'));
      const tags = specifiedTags(request.TagSpecifications, 'vpc');
      const vpc: Vpc = {
        VpcId: newId(state, 'vpc'),
        OwnerId: state.account,
        State: 'available',
        CidrBlock: block.text,
        CidrBlockAssociationSet: [ipv4Association(state, block)],
        Ipv6CidrBlockAssociationSet:
          request.AmazonProvidedIpv6CidrBlock === true ? [ipv6Association(state)] : [],
        DhcpOptionsId: defaultDhcpOptions(state).DhcpOptionsId,
        InstanceTenancy: request.InstanceTenancy ?? 'default',
        IsDefault: false,
        Tags: tags,
      };
      state.vpcs.set(stored(vpc.VpcId, 'VpcId'), vpc);
      addDefaults(state, vpc);
      return { Vpc: shown(state, vpc) };
    }),
    on('ec2', DeleteVpcCommand, ({ VpcId }) => {
      const vpc = existing(state.vpcs, 'vpc', VpcId, 'vpcId');
      const vpcId = stored(vpc.VpcId, 'VpcId');
      if (hasDependents(state, vpcId)) throw dependencyViolation('vpc', vpcId);
      removeWithDefaults(state, vpcId);
      return {};
    }),
    on('ec2', DescribeVpcsCommand, (request) => {
      const { records, NextToken } = described(chosen(state.vpcs, 'vpc', request.VpcIds), {
        context,
        request,
        filters: request.Filters,
        fields: {
          cidr: (vpc) => [vpc.CidrBlock],
          'cidr-block-association.cidr-block': (vpc) =>
            (vpc.CidrBlockAssociationSet ?? []).map((a) => a.CidrBlock),
          'dhcp-options-id': (vpc) => [vpc.DhcpOptionsId],
          'ipv6-cidr-block-association.ipv6-cidr-block': (vpc) =>
            (vpc.Ipv6CidrBlockAssociationSet ?? []).map((a) => a.Ipv6CidrBlock),
          'is-default': (vpc) => [flag(vpc.IsDefault)],
          'owner-id': (vpc) => [vpc.OwnerId],
          state: (vpc) => [vpc.State],
          'vpc-id': (vpc) => [vpc.VpcId],
        },
        tags: (vpc) => vpc.Tags,
      });
      return { Vpcs: records.map((vpc) => shown(state, vpc)), NextToken };
    }),
  ];
}
