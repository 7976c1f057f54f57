/**
 * Policies that AWS manages and templates attach, each with a document of the lab's own: a short form that allows
 * the services the policy is for. They are not AWS's texts, which are long and change; the Sid of each says so, and a
 * second statement leaves open what else AWS's text allows, so that nobody takes the short form for the whole.
 */
import type { LabState } from '../../state';

interface ManagedPolicy {
  readonly path?: string;
  readonly actions: readonly string[];
}

const POLICIES: Readonly<Record<string, ManagedPolicy>> = {
  AdministratorAccess: { actions: ['*'] },
  AmazonEC2ContainerRegistryReadOnly: {
    actions: ['ecr:BatchGetImage', 'ecr:GetAuthorizationToken', 'ecr:GetDownloadUrlForLayer'],
  },
  AmazonS3FullAccess: { actions: ['s3:*', 's3-object-lambda:*'] },
  AmazonS3ReadOnlyAccess: { actions: ['s3:Get*', 's3:List*', 's3:Describe*'] },
  AmazonSSMManagedInstanceCore: {
    actions: ['ssm:UpdateInstanceInformation', 'ssm:GetDocument', 'ssmmessages:*', 'ec2messages:*'],
  },
  AmazonSageMakerCanvasFullAccess: { actions: ['sagemaker:*', 'ecr:*', 'logs:*', 's3:*'] },
  AmazonSageMakerFullAccess: {
    actions: ['sagemaker:*', 'ecr:*', 'logs:*', 'cloudwatch:*', 's3:*', 'ec2:Describe*', 'iam:PassRole'],
  },
  AmazonSageMakerReadOnly: { actions: ['sagemaker:Describe*', 'sagemaker:List*', 'sagemaker:Get*'] },
  CloudWatchAgentServerPolicy: {
    actions: ['cloudwatch:PutMetricData', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  },
  PowerUserAccess: { actions: ['*'] },
  ReadOnlyAccess: { actions: ['*:Describe*', '*:Get*', '*:List*'] },
  AWSLambdaVPCAccessExecutionRole: {
    path: '/service-role/',
    actions: ['logs:PutLogEvents', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
  },
};

export interface AwsManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly document: string;
}

/** The policy with this ARN, or null for one that the lab has no short form of. */
export function awsManagedPolicy({ partition }: LabState, arn: string): AwsManagedPolicy | null {
  const prefix = `arn:${partition}:iam::aws:policy/`;
  if (!arn.startsWith(prefix)) return null;
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  const known = Object.hasOwn(POLICIES, name) ? POLICIES[name] : undefined;
  const path = known?.path ?? '/';
  if (known === undefined || arn !== `${prefix.slice(0, -1)}${path}${name}`) return null;
  const statement = { Sid: 'ShortFormOfTheLab', Effect: 'Allow', Action: known.actions, Resource: '*' };
  // No operator of IAM's has this name: whoever evaluates the policy must answer that he does not know.
  const rest = {
    Sid: 'WhatTheLabDoesNotKnow',
    Effect: 'Allow',
    NotAction: known.actions,
    Resource: '*',
    Condition: { NotInTheShortFormOfTheLab: { 'aws:PrincipalArn': '*' } },
  };
  const statements = known.actions.includes('*') ? [statement] : [statement, rest];
  return { arn, name, path, document: JSON.stringify({ Version: '2012-10-17', Statement: statements }) };
}
