/** VPC Block Public Access: one setting for all internet gateways of the account's region (aws.md 1.35). */
import {
  DescribeVpcBlockPublicAccessOptionsCommand,
  ModifyVpcBlockPublicAccessOptionsCommand,
  type VpcBlockPublicAccessOptions,
} from '@aws-sdk/client-ec2';
import type { LabState } from '../../state';
import { type Handler, type LabContext, on } from '../handler';
import { showExclusions } from './block-public-access-exclusion';
import { given } from './ids';
import { invalidValue } from './parameters';

const modes: readonly string[] = ['off', 'block-bidirectional', 'block-ingress'];

function options(state: LabState): VpcBlockPublicAccessOptions {
  return {
    AwsAccountId: state.account,
    AwsRegion: state.region,
    ManagedBy: 'account',
    ExclusionsAllowed: 'allowed',
    ...state.vpcBlockPublicAccess,
  };
}

/** DescribeVpcBlockPublicAccessOptions, ModifyVpcBlockPublicAccessOptions. */
export function blockPublicAccessHandlers({ state, now }: LabContext): Handler[] {
  return [
    on('ec2', DescribeVpcBlockPublicAccessOptionsCommand, () => ({
      VpcBlockPublicAccessOptions: options(state),
    })),
    on('ec2', ModifyVpcBlockPublicAccessOptionsCommand, ({ InternetGatewayBlockMode }) => {
      const mode = given(InternetGatewayBlockMode, 'internetGatewayBlockMode');
      if (!modes.includes(mode))
        throw invalidValue(mode, 'internetGatewayBlockMode', `Give one of ${modes.join(', ')}.`);
      state.vpcBlockPublicAccess = {
        ...state.vpcBlockPublicAccess,
        InternetGatewayBlockMode: mode,
        State: 'update-complete',
        LastUpdateTimestamp: now(),
      };
      showExclusions(state);
      return { VpcBlockPublicAccessOptions: options(state) };
    }),
  ];
}
