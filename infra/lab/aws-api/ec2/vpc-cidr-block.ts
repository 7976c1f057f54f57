/** Further CIDR blocks of a VPC: each brings a local route into every route table of the VPC. */
import { AssociateVpcCidrBlockCommand, DisassociateVpcCidrBlockCommand, type Vpc } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { overlaps, parseCidr } from './cidr';
import { existing, given, stored } from './ids';
import { addIpv6Entries } from './network-acl-entry';
import { unmodelled } from './parameters';
import { addLocalRoute, removeLocalRoute } from './route-table';
import { ipv4Association, ipv6Association, vpcCidrParameter } from './vpc';
import { vpcCidrs } from './associated-cidrs';

function associateIpv4(state: LabState, vpc: Vpc, text: string) {
  const block = vpcCidrParameter(text);
  if (vpcCidrs(vpc).some((other) => overlaps(other, block))) {
    throw new ApiError(
      'InvalidVpc.Range',
      `The CIDR '${block.text}' conflicts with one of the CIDRs of VPC ${vpc.VpcId}`,
    );
  }
  const association = ipv4Association(state, block);
  vpc.CidrBlockAssociationSet = [...(vpc.CidrBlockAssociationSet ?? []), association];
  addLocalRoute(state, stored(vpc.VpcId, 'VpcId'), block);
  return { VpcId: vpc.VpcId, CidrBlockAssociation: association };
}

function associateIpv6(state: LabState, vpc: Vpc) {
  const association = ipv6Association(state);
  const block = stored(parseCidr(association.Ipv6CidrBlock), 'Ipv6CidrBlock');
  vpc.Ipv6CidrBlockAssociationSet = [...(vpc.Ipv6CidrBlockAssociationSet ?? []), association];
  addLocalRoute(state, stored(vpc.VpcId, 'VpcId'), block);
  addIpv6Entries(state, stored(vpc.VpcId, 'VpcId'));
  return { VpcId: vpc.VpcId, Ipv6CidrBlockAssociation: association };
}

function refuseWhenUsed(state: LabState, vpc: Vpc, text: string): void {
  const block = stored(parseCidr(text), 'a valid CidrBlock');
  const used = [...state.subnets.values()]
    .filter((subnet) => subnet.VpcId === vpc.VpcId)
    .flatMap((subnet) => [
      subnet.CidrBlock,
      ...(subnet.Ipv6CidrBlockAssociationSet ?? []).map((a) => a.Ipv6CidrBlock),
    ])
    .flatMap((subnetBlock) => parseCidr(subnetBlock ?? '') ?? [])
    .some((subnetBlock) => overlaps(subnetBlock, block));
  if (used || text === vpc.CidrBlock) {
    const why = used ? 'it contains subnets' : 'it is the primary CIDR block';
    throw new ApiError(
      'OperationNotPermitted',
      `The CIDR block ${text} of ${vpc.VpcId} cannot be disassociated: ${why}`,
    );
  }
}

function disassociate(state: LabState, associationId: string) {
  for (const vpc of state.vpcs.values()) {
    const vpcId = stored(vpc.VpcId, 'VpcId');
    const v4 = vpc.CidrBlockAssociationSet?.find((a) => a.AssociationId === associationId);
    const v6 = vpc.Ipv6CidrBlockAssociationSet?.find((a) => a.AssociationId === associationId);
    const text = v4?.CidrBlock ?? v6?.Ipv6CidrBlock;
    if (text === undefined) continue;
    refuseWhenUsed(state, vpc, text);
    vpc.CidrBlockAssociationSet = vpc.CidrBlockAssociationSet?.filter((a) => a !== v4);
    vpc.Ipv6CidrBlockAssociationSet = vpc.Ipv6CidrBlockAssociationSet?.filter((a) => a !== v6);
    removeLocalRoute(state, vpcId, text);
    const gone = { State: 'disassociated' as const };
    return {
      VpcId: vpcId,
      CidrBlockAssociation: v4 && { ...v4, CidrBlockState: gone },
      Ipv6CidrBlockAssociation: v6 && { ...v6, Ipv6CidrBlockState: gone },
    };
  }
  throw new ApiError(
    'InvalidVpcCidrBlockAssociationID.NotFound',
    `The vpc CIDR block association ID '${associationId}' does not exist`,
  );
}

/** AssociateVpcCidrBlock (a secondary IPv4 block, or Amazon's IPv6 block), DisassociateVpcCidrBlock. */
export function vpcCidrBlockHandlers({ state }: LabContext): Handler[] {
  return [
    on('ec2', AssociateVpcCidrBlockCommand, (request) => {
      unmodelled(request, ['Ipv4IpamPoolId', 'Ipv6IpamPoolId', 'Ipv6Pool', 'Ipv6CidrBlock']);
      const vpc = existing(state.vpcs, 'vpc', request.VpcId, 'vpcId');
      const ipv6 = request.AmazonProvidedIpv6CidrBlock === true;
      if (ipv6 === (request.CidrBlock !== undefined)) {
        throw new ApiError(
          'InvalidParameterCombination',
          'Give exactly one of cidrBlock and amazonProvidedIpv6CidrBlock.',
        );
      }
      return ipv6
        ? associateIpv6(state, vpc)
        : associateIpv4(state, vpc, given(request.CidrBlock, 'cidrBlock'));
    }),
    on('ec2', DisassociateVpcCidrBlockCommand, ({ AssociationId }) =>
      disassociate(state, given(AssociationId, 'associationId')),
    ),
  ];
}
