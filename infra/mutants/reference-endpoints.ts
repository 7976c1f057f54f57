/** The reference network's VPC endpoints: the firewall's, S3 by gateway, and AWS services by interface. */
import type { VpcEndpoint } from '../snapshot/snapshot';

const ACCOUNT = '111122223333';
const VPC = 'vpc-studio';

/** Every endpoint of the reference VPC. */
export function referenceEndpoints(): VpcEndpoint[] {
  return [firewallEndpoint(), s3Endpoint(), ...SERVICES.map((service) => interfaceEndpoint(service))];
}

/** An endpoint policy for identities of the account only. */
export const ACCOUNT_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } },
    },
  ],
});

const SERVICES = [
  'com.amazonaws.us-east-1.sagemaker.api',
  'com.amazonaws.us-east-1.sagemaker.runtime',
  'aws.sagemaker.us-east-1.studio',
  'com.amazonaws.us-east-1.sts',
  'com.amazonaws.us-east-1.logs',
  'com.amazonaws.us-east-1.monitoring',
  'com.amazonaws.us-east-1.kms',
  'com.amazonaws.us-east-1.ecr.api',
  'com.amazonaws.us-east-1.ecr.dkr',
  'com.amazonaws.us-east-1.servicecatalog',
  'com.amazonaws.us-east-1.ssm',
  'com.amazonaws.us-east-1.ssmmessages',
  'com.amazonaws.us-east-1.ec2messages',
];

/** An interface endpoint of an AWS service in the Studio subnet. */
export function interfaceEndpoint(service: string, members: Partial<VpcEndpoint> = {}): VpcEndpoint {
  const name = service.replace(/^.*us-east-1\./, '').replaceAll('.', '-');
  return {
    VpcEndpointId: `vpce-${name}`,
    VpcEndpointType: 'Interface',
    VpcId: VPC,
    ServiceName: service,
    State: 'Available',
    PolicyDocument: ACCOUNT_POLICY,
    PrivateDnsEnabled: true,
    RouteTableIds: [],
    SubnetIds: ['subnet-studio'],
    Groups: [{ GroupId: 'sg-endpoints' }],
    NetworkInterfaceIds: ['eni-endpoints'],
    ...members,
  };
}

function s3Endpoint(): VpcEndpoint {
  const buckets = ['arn:aws:s3:::studio-data', 'arn:aws:s3:::studio-data/*'];
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
        Resource: buckets,
      },
    ],
  };
  return {
    VpcEndpointId: 'vpce-s3',
    VpcEndpointType: 'Gateway',
    VpcId: VPC,
    ServiceName: 'com.amazonaws.us-east-1.s3',
    State: 'Available',
    PolicyDocument: JSON.stringify(policy),
    PrivateDnsEnabled: false,
    RouteTableIds: ['rtb-studio'],
    SubnetIds: [],
    Groups: [],
    NetworkInterfaceIds: [],
  };
}

function firewallEndpoint(): VpcEndpoint {
  return {
    VpcEndpointId: 'vpce-firewall',
    VpcEndpointType: 'GatewayLoadBalancer',
    VpcId: VPC,
    ServiceName: 'com.amazonaws.vpce.us-east-1.vpce-svc-firewall',
    State: 'Available',
    PrivateDnsEnabled: false,
    RouteTableIds: [],
    SubnetIds: ['subnet-firewall'],
    Groups: [],
    NetworkInterfaceIds: ['eni-firewall'],
  };
}
