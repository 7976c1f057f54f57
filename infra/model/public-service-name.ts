/** The names by which AWS's services are reached where no VPC endpoint stands for them. */

/** DNS suffix of the Regions whose names begin so; the rest of the AWS partition's. Others are not known here. */
const SUFFIXES: readonly (readonly [region: RegExp, suffix: string, studio: string])[] = [
  [/^cn-/, 'amazonaws.com.cn', 'sagemaker.com.cn'],
  [/^(?:af|ap|ca|eu|il|me|mx|sa|us)-/, 'amazonaws.com', 'sagemaker.aws'],
];
const OTHER_PARTITIONS = /^(?:us-iso|eu-iso)/;

/** What stands before the Region, where it is not the service's own short name. `s3` stands for its buckets as well. */
const LABELS: Readonly<Record<string, string>> = {
  'sagemaker.api': 'api.sagemaker',
  'sagemaker.runtime': 'runtime.sagemaker',
  'ecr.api': 'api.ecr',
};

/**
 * The public name of a service's API in a Region, by the endpoint service's short name; null where this tool does not
 * know it. Of services that give each customer a name the result is such a name.
 *
 * Facts: AWS General Reference, "AWS service endpoints" (`<service>.<region>.amazonaws.com`); SageMaker developer guide,
 * "Connect to SageMaker Within your VPC" and "Connect to SageMaker Studio Through an Interface VPC Endpoint"; the API
 * names of the table above and the suffix of the China Regions' Studio: MEMORY.
 */
export function publicServiceName(service: string, region: string): string | null {
  const known = SUFFIXES.find(([pattern]) => pattern.test(region));
  if (known === undefined || OTHER_PARTITIONS.test(region)) return null;
  const [, suffix, studio] = known;
  if (service === 'studio') return `d-example.studio.${region}.${studio}`;
  const labels = LABELS[service] ?? service;
  return /^[a-z0-9-]+$/.test(labels) || LABELS[service] !== undefined
    ? `${labels}.${region}.${suffix}`
    : null;
}
