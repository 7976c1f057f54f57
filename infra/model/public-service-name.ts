/** The names by which AWS's services are reached where no VPC endpoint stands for them. */

import { partitionOf } from './partition';

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
 * names of the table above: MEMORY.
 */
export function publicServiceName(service: string, region: string): string | null {
  const partition = partitionOf(region);
  if (partition === null) return null;
  const { dnsSuffix, studioSuffix } = partition;
  if (service === 'studio') return `d-example.studio.${region}.${studioSuffix}`;
  const labels = LABELS[service] ?? service;
  return /^[a-z0-9-]+$/.test(labels) || LABELS[service] !== undefined
    ? `${labels}.${region}.${dnsSuffix}`
    : null;
}
