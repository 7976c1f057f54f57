/** Faults of endpoint policies. Ids are those of the mutation catalogue. */
import { editEndpoint } from './endpoint-changes';
import type { Mutant, Sketch } from './mutant';
import { mutantsOf } from './mutant';

/** What endpoints/policies-are-scoped must notice. */
export function endpointPolicyMutants(): readonly Mutant[] {
  return mutantsOf('endpoints/policies-are-scoped', open(), ['vpcEndpoints']);
}

function open(): readonly Sketch[] {
  const policy = (id: string, ...statements: readonly object[]): Mutant['mutate'] =>
    editEndpoint(id, (one) => ({
      ...one,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    }));
  const all = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
  return [
    ['E06', 'An endpoint policy allows everything.', 'fail', 'vpce-sts', policy('vpce-sts', all)],
    [
      'E06a',
      'The same in its other spellings.',
      'fail',
      'vpce-sts',
      policy('vpce-sts', { Effect: 'Allow', Principal: { AWS: ['*'] }, Action: ['sts:*'], Resource: ['*'] }),
    ],
    [
      'E06b',
      'It allows everything but one action.',
      'fail',
      'vpce-sts',
      policy('vpce-sts', {
        Effect: 'Allow',
        Principal: '*',
        NotAction: 'sts:GetSessionToken',
        Resource: '*',
      }),
    ],
    [
      'E06c',
      'Its condition holds for every request through the endpoint.',
      'unknown',
      'aws:sourcevpc',
      policy('vpce-sts', { ...all, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-studio' } } }),
    ],
    [
      'E06d',
      'The policy is not JSON.',
      'unknown',
      'not JSON',
      editEndpoint('vpce-sts', (one) => ({ ...one, PolicyDocument: '{' })),
    ],
    [
      'E06e',
      'AWS did not return the policy.',
      'unknown',
      'PolicyDocument',
      editEndpoint('vpce-sts', (one) => ({ ...one, PolicyDocument: undefined })),
    ],
    [
      'E06f',
      'Its condition takes any organisation.',
      'unknown',
      'aws:principalorgid',
      policy('vpce-sts', { ...all, Condition: { StringLike: { 'aws:PrincipalOrgID': '*' } } }),
    ],
    [
      'E06g',
      'Its condition takes any organisation whose id begins as all of them do.',
      'unknown',
      'aws:principalorgid',
      policy('vpce-sts', { ...all, Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } }),
    ],
    [
      'E06h',
      'Its condition takes a role of any account.',
      'unknown',
      'aws:principalarn',
      policy('vpce-sts', {
        ...all,
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
      }),
    ],
    [
      'E06i',
      'Its condition ties the resource to the caller, who may be anybody.',
      'unknown',
      'aws:resourceaccount',
      policy('vpce-sts', {
        ...all,
        Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
      }),
    ],
    [
      'E06j',
      'It allows every log group of every account.',
      'fail',
      'vpce-logs',
      policy('vpce-logs', {
        ...all,
        Action: 'logs:*',
        Resource: 'arn:aws:logs:us-east-1:*:log-group:*',
      }),
    ],
    [
      'E06k',
      'A Deny for foreign organisations spares those that it should meet.',
      'unknown',
      'Deny',
      policy('vpce-sts', all, {
        ...all,
        Effect: 'Deny',
        Condition: { StringNotLike: { 'aws:PrincipalOrgID': 'o-*' } },
      }),
    ],
    [
      'E08b',
      "S3 is open to every bucket for the account's own callers.",
      'fail',
      'vpce-s3',
      policy('vpce-s3', {
        ...all,
        Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } },
      }),
    ],
    [
      'E08c',
      'S3 is open to every access point of every account.',
      'fail',
      'vpce-s3',
      policy('vpce-s3', { ...all, Resource: 'arn:aws:s3:us-east-1:*:accesspoint/*' }),
    ],
    ['E08d', 'S3 is open by a cut ARN.', 'fail', 'vpce-s3', policy('vpce-s3', { ...all, Resource: 'arn:*' })],
    [
      'E08',
      'S3 is open to every bucket.',
      'fail',
      'vpce-s3',
      policy('vpce-s3', {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 's3:*',
        Resource: '*',
      }),
    ],
    ...['*sagemaker*', '*-data/*'].map((name): Sketch => [
      `E08d ${name}`,
      'S3 is open to buckets whose names may begin with anything.',
      'fail',
      'vpce-s3',
      policy('vpce-s3', { ...all, Action: 's3:*', Resource: `arn:aws:s3:::${name}` }),
    ]),
    ...['s*', '${aws:PrincipalTag/bucket}/*'].map((name): Sketch => [
      `E08e ${name}`,
      'S3 is open to buckets of which hardly anything is named.',
      'unknown',
      'anybody can make one',
      policy('vpce-s3', { ...all, Action: 's3:*', Resource: `arn:aws:s3:::${name}` }),
    ]),
    [
      'E08a',
      'S3 is open to every object of every bucket.',
      'fail',
      'vpce-s3',
      policy('vpce-s3', {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::*/*',
      }),
    ],
  ];
}
