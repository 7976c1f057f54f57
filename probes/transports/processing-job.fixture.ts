/** An account of the lab's in which a processing job can be started, and a transport by such jobs without AWS's long waits. */
import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import type { LabApi } from '../../infra/lab/aws-api/handler';
import type { ApiServer } from '../../infra/lab/aws-api/server';
import type { LabState } from '../../infra/lab/state';
import type { AwsConnection } from '../../infra/snapshot/clients';
import { processingJobTransport, type ProcessingJobOptions } from './processing-job';
import type { JobPlace } from './processing-job-vantage';
import type { Transport } from './transport';

export const JOB_RUN_ID = '20260101T000000Z-abcdef';
const ROLE = 'job-role';

/** A VPC with a subnet and a group, and a role that SageMaker may take. */
export async function jobAccount(api: LabApi): Promise<JobPlace> {
  const { Vpc } = await api.call('ec2', CreateVpcCommand, { CidrBlock: '10.0.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await api.call('ec2', CreateSubnetCommand, { VpcId, CidrBlock: '10.0.1.0/24' });
  const { GroupId } = await api.call('ec2', CreateSecurityGroupCommand, {
    VpcId,
    GroupName: 'studio',
    Description: 'of Studio apps',
  });
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const { Role } = await api.call('iam', CreateRoleCommand, {
    RoleName: ROLE,
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  return placeOf(Subnet?.SubnetId, GroupId, Role?.Arn);
}

const placeOf = (subnet = '', group = '', roleArn = ''): JobPlace => ({
  subnetIds: [subnet],
  securityGroupIds: [group],
  roleArn,
});

/** The hosts of the jobs that have one. */
export const jobHosts = (state: LabState): readonly string[] =>
  [...state.processingJobs.values()].map(({ hostId }) => hostId);

export const connectionTo = (server: ApiServer): AwsConnection => ({
  region: 'us-east-1',
  endpoint: server.endpoint,
  credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
});

export const QUICK_BOUNDS = {
  startTimeoutMs: 2000,
  logTimeoutMs: 400,
  firstPollMs: 20,
  slowestPollMs: 100,
} as const;

/** A transport whose first job leaves as soon as no further script comes. */
export async function jobTransport(
  server: ApiServer,
  place: JobPlace,
  options: Partial<ProcessingJobOptions> = {},
): Promise<Transport> {
  return processingJobTransport({
    connection: connectionTo(server),
    runId: JOB_RUN_ID,
    place,
    imageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/probes:1',
    expectedScripts: 0,
    settleMs: 30,
    bounds: QUICK_BOUNDS,
    ...options,
  });
}
