/** Variations of the reference network's endpoints, NAT gateways and domains that are as compliant as it is. */
import { editEndpoint } from './endpoint-changes';
import type { Harmless } from './mutant';
import { change } from './mutant';
import { domain } from './reference-studio';

/** Variations of what AWS's services bring into the account. */
export function serviceHarmless(): readonly Harmless[] {
  return [
    {
      id: 'H73',
      variation: 'A NAT gateway that is deleted, and one that failed, are still listed in the Studio subnet.',
      mutate: (s) =>
        change(s, 'natGateways', (list) => [
          ...list,
          { NatGatewayId: 'nat-old', SubnetId: 'subnet-studio', State: 'deleted', VpcId: 'vpc-studio' },
          { NatGatewayId: 'nat-never', State: 'failed', VpcId: 'vpc-studio' },
        ]),
    },
    {
      id: 'H74',
      variation: 'A domain from SageMaker Unified Studio in the same Region is in no VPC.',
      mutate: (s) =>
        change(s, 'domains', (list) => [
          ...list,
          {
            ...domain('d-unified'),
            VpcId: undefined,
            SubnetIds: undefined,
            AppNetworkAccessType: 'PublicInternetOnly',
          },
        ]),
    },
    {
      id: 'H75',
      variation: 'An approved endpoint of a VPC Lattice resource has no service name.',
      intent: {
        approvedExits: [{ target: 'vpce-resource', destinations: [], because: 'the feature store' }],
      },
      mutate: (s) =>
        change(s, 'vpcEndpoints', (list) => [
          {
            VpcEndpointId: 'vpce-resource',
            VpcEndpointType: 'Resource',
            VpcId: 'vpc-studio',
            State: 'Available',
            ResourceConfigurationArn: 'arn:aws:vpc-lattice:us-east-1:111122223333:resourceconfiguration/r',
            SubnetIds: ['subnet-studio'],
          },
          ...list,
        ]),
    },
    {
      id: 'H76',
      variation:
        'The S3 policy allows everything, a Deny takes back all but named buckets, and the own list is free.',
      mutate: editEndpoint('vpce-s3', (one) => ({
        ...one,
        PolicyDocument: JSON.stringify({
          Statement: [
            { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
            { Effect: 'Deny', Principal: '*', Action: 's3:*', NotResource: BUCKET },
            { Effect: 'Allow', Principal: '*', Action: 's3:ListAllMyBuckets', Resource: '*' },
          ],
        }),
      })),
    },
    {
      id: 'H36',
      variation: 'The S3 gateway endpoint is in the table of the NAT subnet as well.',
      mutate: editEndpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: ['rtb-nat', 'rtb-studio'] })),
    },
    {
      id: 'H37',
      variation: "A user profile repeats the domain's own group.",
      mutate: (s) =>
        change(s, 'userProfiles', (list) =>
          list.map((one) => ({ ...one, UserSettings: { SecurityGroups: ['sg-studio'] } })),
        ),
    },
  ];
}

const BUCKET = ['arn:aws:s3:::studio-data', 'arn:aws:s3:::studio-data/*'];
