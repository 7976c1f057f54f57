/** Processing jobs: a container of the lab's, really run in the subnet that the job names. */
import {
  CreateProcessingJobCommand,
  DescribeProcessingJobCommand,
  ListProcessingJobsCommand,
  StopProcessingJobCommand,
  type CreateProcessingJobRequest,
  type DescribeProcessingJobResponse,
  type ListProcessingJobsRequest,
} from '@aws-sdk/client-sagemaker';
import type { LabState, StoredProcessingJob } from '../../state';
import { freePrivateIpCount } from '../ec2/addresses';
import { newNetworkInterface } from '../ec2/network-interface';
import { on, type Handler, type LabContext } from '../handler';
import { listPage, notFound, sagemakerArn, validationError } from './answers';
import { checkedJob, type CheckedJob } from './processing-job-request';
import { runProcessingJob } from './processing-job-run';

/** An instance of a job in a VPC needs as many free addresses (SageMaker developer guide, process-vpc; aws.md 4.15). */
const ADDRESSES_PER_INSTANCE = 2;

export function processingJobHandlers(context: LabContext): Handler[] {
  const { state, now } = context;
  return [
    on('sagemaker', CreateProcessingJobCommand, (input) => {
      const checked = checkedJob(state, input);
      const job = newJob(context, input, checked);
      state.processingJobs.set(input.ProcessingJobName ?? '', job);
      if (job.description.ProcessingJobStatus === 'InProgress') void runProcessingJob(context, job, checked);
      return { ProcessingJobArn: job.description.ProcessingJobArn };
    }),
    on('sagemaker', DescribeProcessingJobCommand, ({ ProcessingJobName }) => {
      return findJob(state, ProcessingJobName).description;
    }),
    on('sagemaker', StopProcessingJobCommand, ({ ProcessingJobName }) => {
      const job = findJob(state, ProcessingJobName);
      if (job.description.ProcessingJobStatus !== 'InProgress')
        throw validationError(
          `The request was rejected because the processing job is in status ${job.description.ProcessingJobStatus}`,
        );
      job.description = { ...job.description, ProcessingJobStatus: 'Stopping', LastModifiedTime: now() };
      job.stopping.abort();
      return {};
    }),
    on('sagemaker', ListProcessingJobsCommand, (input) => {
      const wanted = [...state.processingJobs.values()]
        .map(({ description }) => description)
        .filter((job) => isWanted(job, input));
      const { items, nextToken } = listPage(context, input, wanted);
      return {
        ProcessingJobSummaries: items.map((job) => ({
          ProcessingJobName: job.ProcessingJobName,
          ProcessingJobArn: job.ProcessingJobArn,
          CreationTime: job.CreationTime,
          ProcessingEndTime: job.ProcessingEndTime,
          LastModifiedTime: job.LastModifiedTime,
          ProcessingJobStatus: job.ProcessingJobStatus,
          FailureReason: job.FailureReason,
          ExitMessage: job.ExitMessage,
        })),
        NextToken: nextToken,
      };
    }),
  ];
}

function newJob(
  { state, now }: LabContext,
  input: CreateProcessingJobRequest,
  { subnetId, securityGroupIds }: CheckedJob,
): StoredProcessingJob {
  const { ProcessingJobName: name, Tags: tags = [], ...rest } = input;
  const description: DescribeProcessingJobResponse = {
    ...rest,
    ProcessingJobName: name,
    ProcessingJobArn: sagemakerArn(state, `processing-job/${name}`),
    ProcessingJobStatus: 'InProgress',
    CreationTime: now(),
    LastModifiedTime: now(),
  };
  const common = { tags, stopping: new AbortController(), startedAtMs: now().getTime() };
  // The words are the lab's: SageMaker begins such a reason with ClientError (MEMORY).
  if (freePrivateIpCount(state, subnetId) < ADDRESSES_PER_INSTANCE) {
    const FailureReason = `ClientError: The subnet ${subnetId} has not enough free IP addresses`;
    return {
      ...common,
      hostId: '',
      description: { ...description, ProcessingJobStatus: 'Failed', FailureReason, ProcessingEndTime: now() },
    };
  }
  const networkInterface = newNetworkInterface(state, {
    subnetId,
    interfaceType: 'interface',
    description: `[DO NOT DELETE] ENI managed by SageMaker for Processing Job (${name})`,
    groups: securityGroupIds.flatMap((id) => state.securityGroups.get(id) ?? []),
    sourceDestCheck: true,
    requesterId: 'amazon-sagemaker',
    status: 'in-use',
    tags: [],
  });
  return { ...common, hostId: networkInterface.NetworkInterfaceId ?? '', description };
}

function isWanted(job: DescribeProcessingJobResponse, input: ListProcessingJobsRequest): boolean {
  const { NameContains, StatusEquals, CreationTimeBefore, CreationTimeAfter } = input;
  const createdAt = job.CreationTime?.getTime() ?? 0;
  return (
    (job.ProcessingJobName ?? '').includes(NameContains ?? '') &&
    (StatusEquals ?? job.ProcessingJobStatus) === job.ProcessingJobStatus &&
    createdAt < (CreationTimeBefore?.getTime() ?? Infinity) &&
    createdAt > (CreationTimeAfter?.getTime() ?? -Infinity)
  );
}

function findJob(state: LabState, name: string | undefined): StoredProcessingJob {
  const job = state.processingJobs.get(name ?? '');
  if (job === undefined) throw notFound(`Could not find requested job with name: ${name}`);
  return job;
}
