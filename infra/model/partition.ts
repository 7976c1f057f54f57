/** AWS's partitions: which one a Region is of, and the names below which it has its services. */
import { NotKnown } from '../snapshot/snapshot';

export interface Partition {
  /** As ARNs have it. */
  readonly name: 'aws' | 'aws-cn' | 'aws-us-gov';
  readonly dnsSuffix: string;
  /** Of the names of Studio and of notebooks. */
  readonly studioSuffix: string;
}

/**
 * Facts: the partitions of the SDK's endpoint rules (their region patterns and DNS suffixes); SageMaker developer guide,
 * "Connect to SageMaker Studio Through an Interface VPC Endpoint". The suffix of Studio in China: MEMORY.
 */
const PARTITIONS: readonly (readonly [regions: RegExp, partition: Partition])[] = [
  [/^cn-[a-z]+-\d+$/, { name: 'aws-cn', dnsSuffix: 'amazonaws.com.cn', studioSuffix: 'sagemaker.com.cn' }],
  [/^us-gov-[a-z]+-\d+$/, { name: 'aws-us-gov', dnsSuffix: 'amazonaws.com', studioSuffix: 'sagemaker.aws' }],
  [
    /^(?:af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d+$/,
    { name: 'aws', dnsSuffix: 'amazonaws.com', studioSuffix: 'sagemaker.aws' },
  ],
];

/** Partitions that are there and whose names this tool does not know, by the beginning of their Regions. */
const OTHER = /^(?:us-iso[a-z]?|eu-iso[a-z]?|eusc)-/;

/** The Region's partition, or null where this tool does not know the names in it. */
export function partitionOf(region: string): Partition | null {
  if (OTHER.test(region)) return null;
  return PARTITIONS.find(([regions]) => regions.test(region))?.[1] ?? null;
}

/** The Region's partition; throws {@link NotKnown}, naming the Region. */
export function knownPartition(region: string): Partition {
  const partition = partitionOf(region);
  if (partition !== null) return partition;
  throw new NotKnown(
    `${region} is of a partition whose names of services this tool does not know; it knows aws, aws-cn and aws-us-gov`,
  );
}

/**
 * Endpoint services whose names begin with `cn.com.amazonaws` in China; the others keep `com.amazonaws`, and so do gateway
 * endpoints. REPORT: the AWS CDK's table (aws-ec2/lib/vpc-endpoint.ts) and a listing of cn-north-1; AWS Batch user guide,
 * "Create an interface endpoint", says the same of Batch.
 */
const NAMED_FOR_CHINA: ReadonlySet<string> = new Set(
  (
    'account application-autoscaling athena autoscaling backup batch cassandra cloudcontrolapi cloudformation databrew ' +
    'dms ebs ec2 ecr.api ecr.dkr eks elasticache elasticbeanstalk elasticfilesystem emr-containers execute-api fsx ' +
    'imagebuilder iot.data kinesis-streams lambda license-manager monitoring polly rds redshift redshift-data ' +
    'sagemaker.api sagemaker.featurestore-runtime sagemaker.runtime securityhub servicecatalog sqs states sts ' +
    'synthetics transcribe transfer workspaces xray'
  ).split(' '),
);

/** What an endpoint service's name begins with, by its short name. Throws {@link NotKnown}. */
export function endpointPrefix(service: string, region: string): string {
  return knownPartition(region).name === 'aws-cn' && NAMED_FOR_CHINA.has(service)
    ? 'cn.com.amazonaws'
    : 'com.amazonaws';
}
