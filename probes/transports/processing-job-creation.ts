/** Creating a processing job of the verifier's, within bounds of time and cost, and stopping it. */
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { retrying } from '../../infra/snapshot/retry';
import { jobCommand, jobRunMs, type JobScript } from './processing-job-payload';
import type { JobPlace } from './processing-job-vantage';

/** The cheapest instance of processing jobs, about 0.05 USD an hour in us-east-1 (SageMaker pricing; MEMORY). */
export const INSTANCE_TYPE = 'ml.t3.medium';
const VOLUME_GB = 1;
/** Beyond what the scripts may take: starting the container's processes. */
export const CONTAINER_SLACK_MS = 60_000;

/** The longest that a job with these scripts may run, in whole seconds: SageMaker's own bound. */
export const maxRuntimeSeconds = (scripts: readonly JobScript[]): number =>
  Math.ceil((jobRunMs(scripts) + CONTAINER_SLACK_MS) / 1000);

export interface NewJob {
  readonly name: string;
  readonly runId: string;
  readonly place: JobPlace;
  readonly imageUri: string;
  readonly scripts: readonly JobScript[];
  /** Of the frames that answer. */
  readonly nonce: string;
  readonly onAttempt: () => void;
}

/** Not ended by a signal: whether a job whose answer is lost exists could not be known. */
export async function createJob(
  client: SageMakerClient,
  { name, runId, place, imageUri, scripts, nonce, onAttempt }: NewJob,
): Promise<void> {
  const {
    CreateProcessingJobCommand,
  }: typeof import('@aws-sdk/client-sagemaker') = require('@aws-sdk/client-sagemaker');
  const command = jobCommand(scripts, { nonce });
  if (command === null) throw new Error('its scripts do not fit into a job');
  const request = new CreateProcessingJobCommand({
    ProcessingJobName: name,
    RoleArn: place.roleArn,
    AppSpecification: { ImageUri: imageUri, ...command },
    ProcessingResources: {
      ClusterConfig: { InstanceCount: 1, InstanceType: INSTANCE_TYPE, VolumeSizeInGB: VOLUME_GB },
    },
    // An isolated container has no network at all (aws.md 4.14), one without VpcConfig the internet (aws.md 4.13).
    NetworkConfig: {
      EnableNetworkIsolation: false,
      VpcConfig: { Subnets: [...place.subnetIds], SecurityGroupIds: [...place.securityGroupIds] },
    },
    StoppingCondition: { MaxRuntimeInSeconds: maxRuntimeSeconds(scripts) },
    Tags: [{ Key: 'studio-egress:run', Value: runId }],
  });
  let isAgain = false;
  await retrying(async (abortSignal) => {
    onAttempt();
    try {
      await client.send(request, { abortSignal });
    } catch (error) {
      // The name is this run's alone: whoever has it already is the attempt whose answer was lost.
      if (!(isAgain && error instanceof Error && error.name === 'ResourceInUse')) throw error;
    } finally {
      isAgain = true;
    }
  });
}

const STOPPING_MS = 5000;

/** Best effort: a job that cannot be stopped ends by its own bound. One that has ended answers with an error. */
export async function stopJob(client: SageMakerClient, name: string): Promise<boolean> {
  const {
    StopProcessingJobCommand,
  }: typeof import('@aws-sdk/client-sagemaker') = require('@aws-sdk/client-sagemaker');
  return client
    .send(new StopProcessingJobCommand({ ProcessingJobName: name }), {
      abortSignal: AbortSignal.timeout(STOPPING_MS),
    })
    .then(
      () => true,
      () => false,
    );
}
