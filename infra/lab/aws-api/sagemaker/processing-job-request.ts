/** What CreateProcessingJob is asked to do, checked as AWS checks it, and as far as the lab can carry it. */
import type { CreateProcessingJobRequest } from '@aws-sdk/client-sagemaker';
import type { LabState } from '../../state';
import { checkPattern, inUse, ROLE_ARN_PATTERN, validationError } from './answers';

/** SageMaker API reference: AppSpecification, ProcessingStoppingCondition, VpcConfig, ProcessingClusterConfig. */
const MAX_COMMAND_MEMBERS = 100;
const MAX_COMMAND_CHARACTERS = 256;
const MAX_RUNTIME_SECONDS = 777_600;
const MAX_SUBNETS = 16;
const MAX_GROUPS = 5;

const JOB_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

export interface CheckedJob {
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  /** Entrypoint and arguments: what the container executes. */
  readonly command: readonly string[];
  readonly maxRuntimeMs: number;
}

/** Throws AWS's errors for what AWS refuses, and a ValidationException in the lab's words for what it cannot carry. */
export function checkedJob(state: LabState, input: CreateProcessingJobRequest): CheckedJob {
  const { ProcessingJobName: name, AppSpecification: image, NetworkConfig: network } = input;
  checkPattern('processingJobName', name, JOB_NAME);
  checkPattern('roleArn', input.RoleArn, ROLE_ARN_PATTERN);
  if (state.processingJobs.has(name ?? ''))
    throw inUse(`Job name must be unique within an AWS account and region, and ${name} exists already`);
  checkRole(state, input.RoleArn);
  checkCommand('containerEntrypoint', image?.ContainerEntrypoint);
  checkCommand('containerArguments', image?.ContainerArguments);
  const imageUri = image?.ImageUri ?? '';
  if (imageUri === '' || imageUri.length > 255) throw validationError(`ImageUri "${imageUri}" is not valid`);
  const seconds = input.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400;
  if (seconds < 1 || seconds > MAX_RUNTIME_SECONDS)
    throw validationError(`MaxRuntimeInSeconds ${seconds} is not between 1 and ${MAX_RUNTIME_SECONDS}`);
  const cluster = input.ProcessingResources?.ClusterConfig;
  if (cluster?.InstanceCount !== 1) throw validationError('The lab runs jobs of one instance');
  if (network?.EnableNetworkIsolation === true)
    throw validationError('The lab runs no isolated container: it would have no network at all');
  if (image?.ContainerEntrypoint === undefined)
    throw validationError("The lab has no images, so a container's entrypoint must be given");
  return {
    ...checkedPlace(state, network?.VpcConfig),
    command: [...image.ContainerEntrypoint, ...(image.ContainerArguments ?? [])],
    maxRuntimeMs: seconds * 1000,
  };
}

function checkedPlace(
  state: LabState,
  vpcConfig: NonNullable<CreateProcessingJobRequest['NetworkConfig']>['VpcConfig'],
): Pick<CheckedJob, 'subnetId' | 'securityGroupIds'> {
  // AWS runs it with a way to the internet of its own (aws.md 4.13).
  if (vpcConfig === undefined) throw validationError('The lab runs no processing job outside a VPC');
  const { Subnets: subnets = [], SecurityGroupIds: groups = [] } = vpcConfig;
  if (subnets.length < 1 || subnets.length > MAX_SUBNETS)
    throw validationError(`${subnets.length} subnets are not between 1 and ${MAX_SUBNETS}`);
  if (groups.length < 1 || groups.length > MAX_GROUPS)
    throw validationError(`${groups.length} security groups are not between 1 and ${MAX_GROUPS}`);
  const vpcs = new Set([
    ...subnets.map((id) => vpcOf(state.subnets.get(id), `The subnet ID '${id}' does not exist`)),
    ...groups.map((id) => vpcOf(state.securityGroups.get(id), `The security group '${id}' does not exist`)),
  ]);
  if (vpcs.size > 1) throw validationError('Subnets and security groups must be of one VPC');
  // AWS chooses the subnet; the lab takes the first.
  return { subnetId: subnets[0] ?? '', securityGroupIds: groups };
}

function vpcOf(record: { readonly VpcId?: string | undefined } | undefined, missing: string): string {
  if (record?.VpcId === undefined) throw validationError(missing);
  return record.VpcId;
}

function checkCommand(member: string, values: readonly string[] | undefined): void {
  if (values === undefined) return;
  const isWithin = values.length >= 1 && values.length <= MAX_COMMAND_MEMBERS;
  if (isWithin && values.every((value) => value.length <= MAX_COMMAND_CHARACTERS && !value.includes('\n')))
    return;
  throw validationError(
    `1 validation error detected: Value at 'appSpecification.${member}' failed to satisfy constraint: Member must have length less than or equal to ${MAX_COMMAND_MEMBERS}, each of at most ${MAX_COMMAND_CHARACTERS} characters`,
  );
}

/** The words are the lab's (MEMORY: "Could not assume role … Please ensure that the role exists"). */
function checkRole(state: LabState, roleArn: string | undefined): void {
  const stored = [...state.roles.values()].find(({ role }) => role.Arn === roleArn);
  const trust = decodeURIComponent(stored?.role.AssumeRolePolicyDocument ?? '');
  if (!trust.includes('sagemaker.amazonaws.com'))
    throw validationError(
      `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
    );
}
