/** The IPv6 block of a subnet that exists already. */
import {
  AssociateSubnetCidrBlockCommand,
  DisassociateSubnetCidrBlockCommand,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { existing, given, stored } from './ids';
import { cidrParameter, unmodelled } from './parameters';
import { placed } from './subnet';

function associate(state: LabState, subnet: Subnet, text: string) {
  const vpc = stored(state.vpcs.get(stored(subnet.VpcId, 'VpcId')), 'Vpc');
  if ((subnet.Ipv6CidrBlockAssociationSet ?? []).length > 0)
    throw new ApiError(
      'InvalidSubnet.Conflict',
      `The subnet '${subnet.SubnetId}' has an IPv6 CIDR block already.`,
    );
  const block = placed(state, vpc, cidrParameter(text, 'ipv6CidrBlock', 6));
  const association = {
    AssociationId: newId(state, 'subnet-cidr-assoc'),
    Ipv6CidrBlock: block.text,
    Ipv6CidrBlockState: { State: 'associated' as const },
    Ipv6AddressAttribute: 'public' as const,
    IpSource: 'amazon' as const,
  };
  subnet.Ipv6CidrBlockAssociationSet = [association];
  return association;
}

/** AssociateSubnetCidrBlock, DisassociateSubnetCidrBlock. */
export function subnetCidrBlockHandlers({ state }: LabContext): Handler[] {
  return [
    on('ec2', AssociateSubnetCidrBlockCommand, (request) => {
      unmodelled(request, ['Ipv6IpamPoolId', 'Ipv6NetmaskLength']);
      const subnet = existing(state.subnets, 'subnet', request.SubnetId, 'subnetId');
      const association = associate(state, subnet, given(request.Ipv6CidrBlock, 'ipv6CidrBlock'));
      return { SubnetId: subnet.SubnetId, Ipv6CidrBlockAssociation: association };
    }),
    on('ec2', DisassociateSubnetCidrBlockCommand, ({ AssociationId }) => {
      const id = given(AssociationId, 'associationId');
      for (const subnet of state.subnets.values()) {
        const held = subnet.Ipv6CidrBlockAssociationSet?.find((one) => one.AssociationId === id);
        if (held === undefined) continue;
        subnet.Ipv6CidrBlockAssociationSet = [];
        subnet.AssignIpv6AddressOnCreation = false;
        const gone = { ...held, Ipv6CidrBlockState: { State: 'disassociated' as const } };
        return { SubnetId: subnet.SubnetId, Ipv6CidrBlockAssociation: gone };
      }
      throw new ApiError(
        'InvalidSubnetCidrBlockAssociationID.NotFound',
        `The subnet CIDR block association ID '${id}' does not exist`,
      );
    }),
  ];
}
