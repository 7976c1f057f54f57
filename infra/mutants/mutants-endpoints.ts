/** Faults of VPC endpoints. Ids are those of the mutation catalogue. */
import type { VpcEndpoint } from '../snapshot/snapshot';
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf, without } from './mutant';
import { interfaceEndpoint } from './reference-endpoints';

/** What the checks of endpoints must notice. */
export function endpointMutants(): readonly Mutant[] {
  return [
    ...mutantsOf('endpoints/required-exist', missing(), ['vpcEndpoints', 'routeTables', 'domains']),
    ...mutantsOf('endpoints/available', unavailable(), ['vpcEndpoints']),
    ...mutantsOf('endpoints/private-dns', unresolved(), ['vpcEndpoints', 'vpcAttributes']),
    ...mutantsOf('endpoints/policies-are-scoped', open(), ['vpcEndpoints']),
  ];
}

const endpoint =
  (id: string, edit: (endpoint: VpcEndpoint) => VpcEndpoint): Mutant['mutate'] =>
  (s) =>
    change(s, 'vpcEndpoints', (list) => edited(list, (one) => one.VpcEndpointId === id, edit));

function missing(): readonly Sketch[] {
  return [
    [
      'E01',
      'The endpoint of sagemaker.api is gone.',
      'fail',
      'no endpoint for sagemaker.api',
      (s) =>
        change(s, 'vpcEndpoints', (list) =>
          without(list, (one) => one.ServiceName?.endsWith('.sagemaker.api') === true),
        ),
    ],
    [
      'E01d',
      'The endpoint of sagemaker.api is deleted and still listed.',
      'fail',
      'no endpoint for sagemaker.api',
      endpoint('vpce-sagemaker-api', (one) => ({ ...one, State: 'Deleted' })),
    ],
    [
      'E01v',
      'The endpoint of sts is of another VPC.',
      'fail',
      'no endpoint for sts',
      endpoint('vpce-sts', (one) => ({ ...one, VpcId: 'vpc-other' })),
    ],
    [
      'E07',
      'The S3 gateway endpoint is in the table of the NAT subnet only.',
      'fail',
      'not in rtb-studio, the route table of subnet-studio',
      endpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: ['rtb-nat'] })),
    ],
    [
      'E07d',
      'Beside it stands an S3 interface endpoint whose names nobody uses.',
      'fail',
      'not in rtb-studio',
      (s) =>
        change(endpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: [] }))(s), 'vpcEndpoints', (list) => [
          ...list,
          interfaceEndpoint('com.amazonaws.us-east-1.s3', {
            VpcEndpointId: 'vpce-s3-interface',
            PrivateDnsEnabled: false,
          }),
        ]),
    ],
    [
      'E07u',
      'AWS did not return the route tables of the S3 gateway endpoint.',
      'unknown',
      'RouteTableIds of vpce-s3',
      endpoint('vpce-s3', (one) => ({ ...one, RouteTableIds: undefined })),
    ],
  ];
}

function unavailable(): readonly Sketch[] {
  return [
    [
      'E20',
      'An endpoint failed.',
      'fail',
      'vpce-sts',
      endpoint('vpce-sts', (one) => ({ ...one, State: 'Failed' })),
    ],
    [
      'E21',
      'An endpoint was rejected.',
      'fail',
      'Rejected',
      endpoint('vpce-sts', (one) => ({ ...one, State: 'Rejected' })),
    ],
    [
      'E22',
      'An endpoint is still being made.',
      'unknown',
      'pending',
      endpoint('vpce-sts', (one) => ({ ...one, State: 'Pending' })),
    ],
  ];
}

function unresolved(): readonly Sketch[] {
  return [
    [
      'E03',
      'An endpoint has no private DNS.',
      'fail',
      'PrivateDnsEnabled of vpce-sagemaker-api',
      endpoint('vpce-sagemaker-api', (one) => ({ ...one, PrivateDnsEnabled: false })),
    ],
    [
      'E23',
      'The VPC has no DNS hostnames.',
      'fail',
      'EnableDnsHostnames',
      (s) => change(s, 'vpcAttributes', (one) => ({ ...one, EnableDnsHostnames: false })),
    ],
    [
      'E24',
      'The VPC has no DNS.',
      'fail',
      'EnableDnsSupport',
      (s) => change(s, 'vpcAttributes', (one) => ({ ...one, EnableDnsSupport: false })),
    ],
    [
      'E03d',
      'Only a second endpoint of the service, which failed, has private DNS.',
      'fail',
      'PrivateDnsEnabled of vpce-sts',
      (s) =>
        change(
          endpoint('vpce-sts', (one) => ({ ...one, PrivateDnsEnabled: false }))(s),
          'vpcEndpoints',
          (list) => [
            ...list,
            interfaceEndpoint('com.amazonaws.us-east-1.sts', {
              VpcEndpointId: 'vpce-sts-2',
              State: 'Failed',
            }),
          ],
        ),
    ],
    [
      'E25',
      'AWS did not return whether private DNS is on.',
      'unknown',
      'PrivateDnsEnabled of vpce-sagemaker-api',
      endpoint('vpce-sagemaker-api', (one) => ({ ...one, PrivateDnsEnabled: undefined })),
    ],
  ];
}

function open(): readonly Sketch[] {
  const policy = (id: string, ...statements: readonly object[]): Mutant['mutate'] =>
    endpoint(id, (one) => ({
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
      endpoint('vpce-sts', (one) => ({ ...one, PolicyDocument: '{' })),
    ],
    [
      'E06e',
      'AWS did not return the policy.',
      'unknown',
      'PolicyDocument',
      endpoint('vpce-sts', (one) => ({ ...one, PolicyDocument: undefined })),
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
