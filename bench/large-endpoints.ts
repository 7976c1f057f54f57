/** The large account's interface endpoints: each service in one subnet of each zone, every one with its interface. */
import { change } from '../infra/mutants/mutant';
import { interfaceEndpoint } from '../infra/mutants/reference-endpoints';
import type { Snapshot, VpcEndpoint } from '../infra/snapshot/snapshot';
import { inSubnet } from './large-studio';
import { studioSubnetId } from './zoned-plan';

/** Services, beyond the reference's, that a large account has interface endpoints for. */
const MORE_SERVICES = [
  'athena autoscaling backup batch bedrock-runtime cloudformation cloudtrail codeartifact.api codebuild codecommit',
  'config datasync dms ebs ec2 ecs elasticfilesystem elasticloadbalancing events firehose glue inspector2 kafka',
  'kinesis-streams lakeformation lambda rds redshift secretsmanager securityhub sns sqs states synthetics textract',
  'transfer workspaces xray',
]
  .join(' ')
  .split(' ')
  .map((name) => `com.amazonaws.us-east-1.${name}`);

const ENDPOINT_SUBNETS = [0, 1, 2];

/** Every interface endpoint in one subnet of each zone. */
export function withEndpoints(snapshot: Snapshot): Snapshot {
  const withMore = change(snapshot, 'vpcEndpoints', (list) =>
    [...list, ...MORE_SERVICES.map((service) => interfaceEndpoint(service))].map((endpoint) =>
      endpoint.VpcEndpointType === 'Interface'
        ? {
            ...endpoint,
            SubnetIds: ENDPOINT_SUBNETS.map(studioSubnetId),
            NetworkInterfaceIds: ENDPOINT_SUBNETS.map((subnetIndex) =>
              endpointInterfaceId(endpoint, subnetIndex),
            ),
          }
        : endpoint,
    ),
  );
  const { vpcEndpoints: section } = withMore.sections;
  const endpoints = section.status === 'read' ? section.value : [];
  const interfaces = endpoints
    .filter(({ VpcEndpointType: type }) => type === 'Interface')
    .flatMap((endpoint, number) =>
      ENDPOINT_SUBNETS.map((subnetIndex) =>
        inSubnet(
          endpointInterfaceId(endpoint, subnetIndex),
          subnetIndex,
          40 + number,
          ['sg-endpoints'],
          'vpc_endpoint',
        ),
      ),
    );
  return change(withMore, 'networkInterfaces', (list) => [...list, ...interfaces]);
}

function endpointInterfaceId(endpoint: VpcEndpoint, subnetIndex: number): string {
  return `eni-${endpoint.VpcEndpointId}-${subnetIndex}`;
}
