/** From where a run asks, on the command line. */
import { Option, type Command } from 'commander';
import { knownWord, type RunOptions, type Source } from '../run-options';
import { UsageError } from '../usage-error';

export interface VantageFlags {
  readonly vantage: string;
  readonly jobImage?: string;
  readonly jobRole?: string;
}

const VANTAGES = ['probe-host', 'processing-job'] as const;

/** Names of ECR: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/name:tag` or `…@sha256:…`. */
const IMAGE = /^\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.[a-z0-9.]+\/[a-z0-9._/-]+([:@][A-Za-z0-9._:-]+)?$/;
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

export const withVantageFlags = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--vantage <where>',
        'where probes are sent from: probe-host (seconds), or processing-job (minutes; the network of a real SageMaker job)',
      ).default('probe-host'),
    )
    .option(
      '--job-image <uri>',
      'the image of processing jobs, in ECR: with sh, python3, curl, git, pip and wget',
    )
    .option('--job-role <arn>', "the role of processing jobs (default: the domain's execution role)");

/** Throws UsageError. No image is certain to be in every Region with all the programs, so in AWS one must be named. */
export function vantageOf(
  source: Source,
  { vantage, jobImage, jobRole }: VantageFlags,
): RunOptions['vantage'] {
  if (knownWord('vantage', vantage, VANTAGES) === 'probe-host') {
    if (jobImage !== undefined || jobRole !== undefined)
      throw new UsageError('--job-image and --job-role belong to --vantage processing-job');
    return { kind: 'probe-host' };
  }
  if (jobImage === undefined && source.kind === 'aws')
    throw new UsageError(
      '--vantage processing-job needs --job-image: an image in ECR that the job may pull, with sh, python3, curl, git, pip and wget',
    );
  if (jobImage !== undefined && !IMAGE.test(jobImage))
    throw new UsageError(`--job-image ${JSON.stringify(jobImage)} is not the address of an image in ECR`);
  return { kind: 'processing-job', imageUri: jobImage ?? null, roleArn: jobRoleOf(jobRole) };
}

/** Null where none is named. Throws UsageError. */
export function jobRoleOf(jobRole: string | undefined): string | null {
  if (jobRole !== undefined && !ROLE.test(jobRole))
    throw new UsageError(`--job-role ${JSON.stringify(jobRole)} is not the ARN of an IAM role`);
  return jobRole ?? null;
}
