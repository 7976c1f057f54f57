/** What differs between AWS's partitions as far as the lab has it: names below which services answer, and services' own names. */

export type PartitionName = 'aws' | 'aws-cn' | 'aws-us-gov';

/** Facts: the SDK's endpoint rules (partitions: region patterns and DNS suffixes). The lab has no other partitions. */
export function partitionOfRegion(region: string): PartitionName {
  if (/^(us|eu)-iso|^eusc-/.test(region)) throw new Error(`the lab has no Region ${region}`);
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** `amazonaws.com` for APIs, `sagemaker.aws` for Studio's own names; the latter's form in China is from MEMORY. */
export function dnsSuffixes(region: string): { readonly api: string; readonly studio: string } {
  return partitionOfRegion(region) === 'aws-cn'
    ? { api: 'amazonaws.com.cn', studio: 'sagemaker.com.cn' }
    : { api: 'amazonaws.com', studio: 'sagemaker.aws' };
}

/**
 * Interface endpoint services whose names begin with `cn.com.amazonaws` in China; the others keep `com.amazonaws`. REPORT
 * (the AWS CDK's table in aws-ec2/lib/vpc-endpoint.ts, and a listing of DescribeVpcEndpointServices in cn-north-1).
 */
const NAMED_FOR_CHINA: ReadonlySet<string> = new Set(
  (
    'application-autoscaling athena autoscaling cloudformation ebs ec2 ecr.api ecr.dkr eks elasticfilesystem emr-containers ' +
    'execute-api kinesis-streams lambda monitoring rds redshift redshift-data s3 sagemaker.api ' +
    'sagemaker.featurestore-runtime sagemaker.runtime servicecatalog sqs states sts xray'
  ).split(' '),
);

/** The name of a service of AWS by its short name and the endpoint's type: gateways keep the general prefix (REPORT, CDK). */
export function serviceNameIn(region: string, service: string, type: 'Interface' | 'Gateway'): string {
  const china =
    partitionOfRegion(region) === 'aws-cn' && type === 'Interface' && NAMED_FOR_CHINA.has(service);
  return `${china ? 'cn.' : ''}com.amazonaws.${region}.${service}`;
}

/** The short name in a service's name of either form; null for names of another form. */
export function shortName(region: string, serviceName: string): string | null {
  const general = `com.amazonaws.${region}.`;
  const name = serviceName.startsWith('cn.') ? serviceName.slice('cn.'.length) : serviceName;
  return name.startsWith(general) ? name.slice(general.length) : null;
}
