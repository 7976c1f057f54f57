/** A VPC's DNS attributes, and which DHCP options it uses. */
import { DescribeVpcAttributeCommand, ModifyVpcAttributeCommand } from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { existing, given, stored } from './ids';
import { unmodelled } from './parameters';

/** The attributes of a VPC, to read and to set. */
function attributesOf(state: LabState, vpcId: string | undefined) {
  const vpc = existing(state.vpcs, 'vpc', vpcId, 'vpcId');
  return stored(state.vpcAttributes.get(stored(vpc.VpcId, 'VpcId')), 'vpcAttributes');
}

/** DescribeVpcAttribute, ModifyVpcAttribute: one attribute per call, as in AWS. */
export function vpcAttributeHandlers({ state }: LabContext): Handler[] {
  return [
    on('ec2', DescribeVpcAttributeCommand, ({ VpcId, Attribute }) => {
      const attributes = attributesOf(state, VpcId);
      switch (given(Attribute, 'Attribute')) {
        case 'enableDnsSupport':
          return { VpcId, EnableDnsSupport: { Value: attributes.enableDnsSupport } };
        case 'enableDnsHostnames':
          return { VpcId, EnableDnsHostnames: { Value: attributes.enableDnsHostnames } };
        default:
          throw new ApiError(
            'InvalidParameterValue',
            `Value (${Attribute}) for parameter attribute is invalid. Unknown attribute.`,
          );
      }
    }),
    on('ec2', ModifyVpcAttributeCommand, (request) => {
      unmodelled(request, ['EnableNetworkAddressUsageMetrics']);
      const attributes = attributesOf(state, request.VpcId);
      const support = request.EnableDnsSupport?.Value;
      const hostnames = request.EnableDnsHostnames?.Value;
      if ((support === undefined) === (hostnames === undefined)) {
        throw new ApiError(
          'InvalidParameterCombination',
          'Fields for multiple attribute types specified, or for none: give exactly one attribute.',
        );
      }
      if (hostnames === true && !attributes.enableDnsSupport) {
        throw new ApiError(
          'InvalidParameterCombination',
          'DNS hostnames need DNS support: set enableDnsSupport first.',
        );
      }
      if (support !== undefined) attributes.enableDnsSupport = support;
      if (hostnames !== undefined) attributes.enableDnsHostnames = hostnames;
      return {};
    }),
  ];
}
