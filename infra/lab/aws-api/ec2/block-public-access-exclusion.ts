/** Exclusions from VPC Block Public Access: a VPC or a subnet that the account's mode does not hold for (aws.md 1.35). */
import {
  CreateVpcBlockPublicAccessExclusionCommand,
  DeleteVpcBlockPublicAccessExclusionCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  type InternetGatewayBlockMode,
  type InternetGatewayExclusionMode,
  ModifyVpcBlockPublicAccessExclusionCommand,
  type VpcBlockPublicAccessExclusion,
} from '@aws-sdk/client-ec2';
import { type LabState, newId } from '../../state';
import { ApiError, type Handler, type LabContext, on } from '../handler';
import { described } from './filters';
import { chosen, existing, given, stored } from './ids';
import { invalidValue } from './parameters';
import { specifiedTags } from './tags';

const modes: readonly string[] = ['allow-bidirectional', 'allow-egress'];

function modeOf(mode: InternetGatewayExclusionMode | undefined): InternetGatewayExclusionMode {
  const named = given(mode, 'internetGatewayExclusionMode');
  if (!modes.includes(named))
    throw invalidValue(named, 'internetGatewayExclusionMode', `Give one of ${modes.join(', ')}.`);
  return named;
}

/** What is excluded: one VPC or one subnet that exists. */
function resourceArn(
  state: LabState,
  { VpcId, SubnetId }: { readonly VpcId?: string | undefined; readonly SubnetId?: string | undefined },
): string {
  if ((VpcId === undefined) === (SubnetId === undefined))
    throw new ApiError('InvalidParameterCombination', 'Give exactly one of vpcId and subnetId.');
  const base = `arn:${state.partition}:ec2:${state.region}:${state.account}`;
  if (VpcId !== undefined)
    return `${base}:vpc/${stored(existing(state.vpcs, 'vpc', VpcId, 'vpcId').VpcId, 'VpcId')}`;
  return `${base}:subnet/${stored(existing(state.subnets, 'subnet', SubnetId, 'subnetId').SubnetId, 'SubnetId')}`;
}

/**
 * Writes into the records of excluded VPCs and subnets what they say of themselves, and takes it from the others. DERIVED
 * from the meaning of the modes (EC2 API reference, `BlockPublicAccessStates`): with `allow-bidirectional` nothing is
 * blocked, with `allow-egress` what comes in is.
 */
export function showExclusions(state: LabState): void {
  const account = state.vpcBlockPublicAccess.InternetGatewayBlockMode;
  const excluded = new Map(
    [...state.vpcBlockPublicAccessExclusions.values()]
      .filter(({ State }) => State === 'create-complete' || State === 'update-complete')
      .map((one) => [one.ResourceArn?.split('/').at(-1) ?? '', one.InternetGatewayExclusionMode] as const),
  );
  const show = (
    record: { BlockPublicAccessStates?: object | undefined },
    ids: readonly (string | undefined)[],
  ) => {
    const mode = ids.map((id) => excluded.get(id ?? '')).find((found) => found !== undefined);
    const shown = mode === undefined ? undefined : modeWith(account, mode);
    if (shown === undefined || shown === account) delete record.BlockPublicAccessStates;
    else record.BlockPublicAccessStates = { InternetGatewayBlockMode: shown };
  };
  for (const vpc of state.vpcs.values()) show(vpc, [vpc.VpcId]);
  for (const subnet of state.subnets.values()) show(subnet, [subnet.SubnetId, subnet.VpcId]);
}

function modeWith(
  account: InternetGatewayBlockMode | undefined,
  exclusion: InternetGatewayExclusionMode,
): InternetGatewayBlockMode | undefined {
  if (exclusion === 'allow-bidirectional') return 'off';
  return account === 'block-bidirectional' ? 'block-ingress' : account;
}

function exclusionOf(state: LabState, id: string | undefined): VpcBlockPublicAccessExclusion {
  return existing(state.vpcBlockPublicAccessExclusions, 'blockPublicAccessExclusion', id, 'exclusionId');
}

/** Create-, Delete-, Describe- and ModifyVpcBlockPublicAccessExclusion(s). */
export function blockPublicAccessExclusionHandlers(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    on('ec2', CreateVpcBlockPublicAccessExclusionCommand, (request) => {
      const exclusion: VpcBlockPublicAccessExclusion = {
        ExclusionId: newId(state, 'vpcbpa-exclude'),
        InternetGatewayExclusionMode: modeOf(request.InternetGatewayExclusionMode),
        ResourceArn: resourceArn(state, request),
        State: 'create-complete',
        CreationTimestamp: now(),
        LastUpdateTimestamp: now(),
        Tags: specifiedTags(request.TagSpecifications, 'vpc-block-public-access-exclusion'),
      };
      state.vpcBlockPublicAccessExclusions.set(stored(exclusion.ExclusionId, 'ExclusionId'), exclusion);
      showExclusions(state);
      return { VpcBlockPublicAccessExclusion: exclusion };
    }),
    on('ec2', ModifyVpcBlockPublicAccessExclusionCommand, (request) => {
      const exclusion = exclusionOf(state, request.ExclusionId);
      exclusion.InternetGatewayExclusionMode = modeOf(request.InternetGatewayExclusionMode);
      exclusion.State = 'update-complete';
      exclusion.LastUpdateTimestamp = now();
      showExclusions(state);
      return { VpcBlockPublicAccessExclusion: exclusion };
    }),
    on('ec2', DeleteVpcBlockPublicAccessExclusionCommand, ({ ExclusionId }) => {
      const exclusion = exclusionOf(state, ExclusionId);
      exclusion.State = 'delete-complete';
      exclusion.DeletionTimestamp = now();
      showExclusions(state);
      return { VpcBlockPublicAccessExclusion: exclusion };
    }),
    on('ec2', DescribeVpcBlockPublicAccessExclusionsCommand, (request) => {
      const { records, NextToken } = described(
        chosen(state.vpcBlockPublicAccessExclusions, 'blockPublicAccessExclusion', request.ExclusionIds),
        {
          context,
          request,
          filters: request.Filters,
          fields: {
            'internet-gateway-exclusion-mode': (one) => [one.InternetGatewayExclusionMode],
            'resource-arn': (one) => [one.ResourceArn],
            state: (one) => [one.State],
          },
          tags: (one) => one.Tags,
        },
      );
      return { VpcBlockPublicAccessExclusions: records, NextToken };
    }),
  ];
}
