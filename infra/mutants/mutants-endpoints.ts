/** Faults of VPC endpoints. Ids are those of the mutation catalogue. */
import type { VpcEndpoint } from '../snapshot/snapshot';
import type { Mutant, Sketch } from './mutant';
import { change, edited, mutantsOf, without } from './mutant';

/** What the checks of endpoints must notice. */
export function endpointMutants(): readonly Mutant[] {
  return [
    ...mutantsOf('endpoints/required-exist', missing(), ['vpcEndpoints']),
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
