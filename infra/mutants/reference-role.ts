/** What the execution role of the recommended stack may do, and is denied whatever else it may do one day. */
import type { ExecutionRole, PolicyDocument } from '../snapshot/snapshot';

/** A statement of an identity policy, in IAM's own words. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const ACCOUNT = '111122223333';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/studio-execution`;

/** An inline policy. */
export function policy(name: string, statements: readonly PolicyStatement[]): PolicyDocument {
  return {
    source: 'inline',
    name,
    document: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  };
}

/** The reference's execution role. */
export function executionRole(): ExecutionRole {
  return {
    RoleArn: ROLE_ARN,
    policies: [policy('studio-work', [...work(), ...guards()]), policy('pass-itself', [passItself()])],
    permissionsBoundary: null,
  };
}

/** What Studio's users do. */
export function work(): readonly PolicyStatement[] {
  return [
    {
      Sid: 'Buckets',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket'],
      Resource: ['arn:aws:s3:::studio-data', 'arn:aws:s3:::studio-data/*'],
    },
    {
      Sid: 'SageMaker',
      Effect: 'Allow',
      Action: [
        'sagemaker:Describe*',
        'sagemaker:List*',
        'sagemaker:AddTags',
        'sagemaker:CreateApp',
        'sagemaker:CreatePresignedDomainUrl',
        'sagemaker:CreateTransformJob',
        'sagemaker:CreateEndpoint',
        'sagemaker:CreateEndpointConfig',
        'sagemaker:InvokeEndpoint',
        ...JOBS,
      ],
      Resource: '*',
    },
    {
      Sid: 'JobsInTheVpc',
      Effect: 'Allow',
      Action: [
        'ec2:CreateNetworkInterface',
        'ec2:CreateNetworkInterfacePermission',
        'ec2:Describe*',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteNetworkInterfacePermission',
      ],
      Resource: '*',
    },
    {
      Sid: 'Logs',
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
      Resource: '*',
    },
  ];
}

const JOBS = [
  'sagemaker:CreateTrainingJob',
  'sagemaker:CreateProcessingJob',
  'sagemaker:CreateHyperParameterTuningJob',
  'sagemaker:CreateModel',
];

function guards(): readonly PolicyStatement[] {
  const jobs = [
    ...JOBS,
    'sagemaker:CreateAutoMLJob*',
    'sagemaker:CreateMonitoringSchedule',
    'sagemaker:Create*JobDefinition',
  ];
  return [
    {
      Sid: 'NoJobOrModelWithoutSubnets',
      Effect: 'Deny',
      Action: jobs,
      Resource: '*',
      Condition: { Null: { 'sagemaker:VpcSubnets': 'true' } },
    },
    {
      Sid: 'NoJobOrModelInOtherSubnets',
      Effect: 'Deny',
      Action: jobs,
      Resource: '*',
      Condition: { 'ForAnyValue:StringNotEquals': { 'sagemaker:VpcSubnets': 'subnet-studio' } },
    },
  ];
}

function passItself(): PolicyStatement {
  return {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: ROLE_ARN,
    Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  };
}
