/** VPC endpoints of AWS services, by the short name that people use: `sagemaker.api`, `s3`, `studio`. */
import type { Snapshot, VpcEndpoint } from '../snapshot/snapshot';
import { NotKnown, returned, sectionValue } from '../snapshot/snapshot';
import { endpointPrefix, knownPartition } from './partition';

/** The VPC's endpoints of every type, without those that are deleted and still listed. */
export function standingEndpoints(snapshot: Snapshot): readonly VpcEndpoint[] {
  return sectionValue(snapshot, 'vpcEndpoints').filter(
    (endpoint) =>
      returned(endpoint.VpcId, `VpcId of ${endpoint.VpcEndpointId}`) === snapshot.target.vpcId &&
      stateOf(endpoint) !== 'gone',
  );
}

/**
 * Whether an endpoint is the one of a service.
 *
 * Facts: aws.md 0.10, 4.8 (SageMaker developer guide, "Connect Studio in a VPC"): most services are called
 * `com.amazonaws.<region>.<name>`, those of Studio and of notebooks `aws.sagemaker.<region>.<name>`. In the China
 * regions the names begin with `cn.` (AWS PrivateLink guide).
 */
export function isEndpointOf(endpoint: VpcEndpoint, service: string, region: string): boolean {
  const name = serviceOf(endpoint);
  // Elsewhere a name that is not one of these tells nothing.
  knownPartition(region);
  if (name === null) return false;
  const studioName = service.replace(/^sagemaker\./, '');
  return [
    service,
    `com.amazonaws.${region}.${service}`,
    `cn.com.amazonaws.${region}.${service}`,
    `aws.sagemaker.${region}.${studioName}`,
  ].includes(name);
}

/** The service name to make a missing endpoint with. Throws {@link NotKnown} in a partition whose names are not known. */
export function serviceNameOf(service: string, region: string): string {
  if (service.includes(`.${region}.`)) return service;
  const ofStudio = /^(?:sagemaker\.)?(?:studio|notebook)$/.test(service);
  return ofStudio
    ? `aws.sagemaker.${region}.${service.replace(/^sagemaker\./, '')}`
    : `${endpointPrefix(service, region)}.${region}.${service}`;
}

/** Whether AWS itself offers the endpoint's service (and not a partner by `com.amazonaws.vpce.…`). */
export function isAwsService(endpoint: VpcEndpoint): boolean {
  const name = serviceOf(endpoint);
  return name !== null && isAwsName(name);
}

/**
 * The name of the endpoint's service, or null for a type that has none. Facts: EC2 API reference, `VpcEndpoint`:
 * endpoints of the types Resource and ServiceNetwork lead to VPC Lattice resources, by their ARN.
 */
function serviceOf(endpoint: VpcEndpoint): string | null {
  const type = endpoint.VpcEndpointType;
  if (type === 'Resource' || type === 'ServiceNetwork') return null;
  return returned(endpoint.ServiceName, `ServiceName of ${endpoint.VpcEndpointId}`);
}

/** Reversed names of the partitions that are not known here (the CDK's table, REPORT): neither AWS's by form nor a partner's. */
const OTHER_PARTITIONS = /^(?:gov\.ic\.|gov\.sgov\.|uk\.adc-e\.|eu\.amazonaws\.)/;

function isAwsName(name: string): boolean {
  if (OTHER_PARTITIONS.test(name))
    throw new NotKnown(`${name} is a service of a partition whose names this tool does not know`);
  return /^(?:cn\.)?com\.amazonaws\.(?!vpce\.)/.test(name) || name.startsWith('aws.');
}

export type EndpointState = 'available' | 'pending' | 'unusable' | 'gone';

/**
 * An endpoint's state as far as traffic goes. Facts: EC2 API reference, `VpcEndpoint.State`; the API answers in
 * lower case what its model spells with capitals. A state that is not known here is never usable.
 */
export function stateOf(endpoint: VpcEndpoint): EndpointState {
  const state: string = returned(endpoint.State, `State of ${endpoint.VpcEndpointId}`);
  switch (state.toLowerCase()) {
    case 'available':
      return 'available';
    case 'pending':
      return 'pending';
    case 'deleted':
      return 'gone';
    default:
      return 'unusable';
  }
}
