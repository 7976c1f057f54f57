/** The CIDR blocks that VPCs and subnets have now, of both families. */
import type { Subnet, Vpc } from '@aws-sdk/client-ec2';
import { type Cidr, parseCidr } from './cidr';

/** The CIDR blocks of the VPC that are associated now, of both families. */
export function vpcCidrs(vpc: Vpc): Cidr[] {
  const v4 = (vpc.CidrBlockAssociationSet ?? [])
    .filter((association) => association.CidrBlockState?.State === 'associated')
    .map((association) => association.CidrBlock);
  const v6 = (vpc.Ipv6CidrBlockAssociationSet ?? [])
    .filter((association) => association.Ipv6CidrBlockState?.State === 'associated')
    .map((association) => association.Ipv6CidrBlock);
  return [...v4, ...v6].flatMap((text) => parseCidr(text ?? '') ?? []);
}

/** A subnet's blocks of both families. */
export function subnetCidrs(subnet: Subnet): Cidr[] {
  const v6 = (subnet.Ipv6CidrBlockAssociationSet ?? []).map((association) => association.Ipv6CidrBlock);
  return [subnet.CidrBlock, ...v6].flatMap((text) => parseCidr(text ?? '') ?? []);
}
