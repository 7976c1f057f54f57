import { policyScope } from './endpoint-policy';

const STS = 'com.amazonaws.us-east-1.sts';
const S3 = 'com.amazonaws.us-east-1.s3';
const ALL = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
const DENY_OTHERS = {
  Effect: 'Deny',
  Principal: '*',
  Action: '*',
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:ResourceOrgID': 'o-1' } },
};
const LOGS = 'com.amazonaws.us-east-1.logs';
const BUCKET = ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'];
const ROLES = 'arn:aws:iam::111122223333:';
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const when = (Condition: object): string => policy({ ...ALL, Condition });

test.each<[string, string, string]>([
  ['a named resource', policy({ ...ALL, Resource: 'arn:aws:iam::1:role/x' }), STS],
  ['a named principal', policy({ ...ALL, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }), STS],
  ['a named action', policy({ ...ALL, Action: ['sts:AssumeRole'] }), STS],
  [
    'an organisation of the caller',
    policy({ ...ALL, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
    STS,
  ],
  [
    'an account of the resource beside another condition',
    policy({
      ...ALL,
      Condition: {
        StringLike: { 'AWS:ResourceAccount': ['1', '2'] },
        Bool: { 'aws:SecureTransport': 'true' },
      },
    }),
    STS,
  ],
  ['everything, but a Deny for what belongs to others', policy(ALL, DENY_OTHERS), STS],
  ['one statement that is no list', JSON.stringify({ Statement: { ...ALL, Action: 'sts:AssumeRole' } }), STS],
  [
    'named buckets',
    policy({ ...ALL, Action: 's3:*', Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'] }),
    S3,
  ],
  ['buckets with a common beginning', policy({ ...ALL, Resource: 'arn:aws:s3:::data-*' }), S3],
  [
    'every bucket of one account',
    policy({ ...ALL, Condition: { StringEquals: { 's3:ResourceAccount': '1' } } }),
    S3,
  ],
  ['nothing', policy({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }), STS],
  [
    'everything, all of which is denied again',
    policy(ALL, { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }),
    STS,
  ],
  [
    'every log group of one account',
    policy({ ...ALL, Action: 'logs:*', Resource: 'arn:aws:logs:us-east-1:111122223333:log-group:*' }),
    LOGS,
  ],
  [
    'one log group by name, in whatever account',
    policy({ ...ALL, Action: 'logs:*', Resource: 'arn:aws:logs:us-east-1:*:log-group:/studio/*' }),
    LOGS,
  ],
  ['a role of one account', when({ ArnLike: { 'aws:PrincipalArn': `${ROLES}role/*` } }), STS],
  [
    'an organisational unit',
    when({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': ['o-1/r-1/ou-1/*'] } }),
    STS,
  ],
  [
    "the caller's own account, which is named",
    when({
      StringEquals: {
        'aws:ResourceAccount': '${aws:PrincipalAccount}',
        'aws:PrincipalAccount': '111122223333',
      },
    }),
    S3,
  ],
  [
    'everything, but a Deny for all but named buckets',
    policy(ALL, { Effect: 'Deny', Principal: '*', Action: 's3:*', NotResource: BUCKET }),
    S3,
  ],
  [
    "named buckets, and the list of the caller's own",
    policy(
      { ...ALL, Resource: BUCKET },
      { ...ALL, Action: ['s3:ListAllMyBuckets', 's3:GetAccountPublicAccessBlock'] },
    ),
    S3,
  ],
])('a policy for %s is scoped', (_what, document, service) => {
  expect(policyScope(document, service).scoped).toBe(true);
});

test.each<[string, string, string]>([
  ['everything', policy(ALL), STS],
  [
    'everything, among other statements',
    policy({ ...ALL, Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::1:role/x' }, ALL),
    STS,
  ],
  ['every resource by ARN', policy({ ...ALL, Resource: 'arn:aws:sts:*:*:*' }), STS],
  [
    'everything but one principal',
    policy({ Effect: 'Allow', NotPrincipal: { AWS: 'arn:aws:iam::1:root' }, Action: '*', Resource: '*' }),
    STS,
  ],
  [
    'everything but one resource',
    policy({ Effect: 'Allow', Principal: '*', Action: '*', NotResource: 'arn:aws:iam::1:role/x' }),
    STS,
  ],
  [
    'everything, with a Deny of one action',
    policy(ALL, { Effect: 'Deny', Principal: '*', Action: 'sts:GetFederationToken', Resource: '*' }),
    STS,
  ],
  ['every action in another spelling', policy({ ...ALL, Action: ['STS:?*'] }), STS],
  ['every resource of the Region', policy({ ...ALL, Resource: 'arn:aws:sts:us-east-1:*:*' }), STS],
  ['every resource by a cut ARN', policy({ ...ALL, Resource: 'arn:*' }), STS],
  [
    'every log group of every account',
    policy({ ...ALL, Action: 'logs:*', Resource: 'arn:aws:logs:us-east-1:*:log-group:*:log-stream:*' }),
    LOGS,
  ],
  [
    'every image repository of every account',
    policy({ ...ALL, Action: 'ecr:*', Resource: 'arn:aws:ecr:*:*:repository/*' }),
    'com.amazonaws.us-east-1.ecr.api',
  ],
  ['every bucket, with a condition without keys', when({ StringEquals: {} }), S3],
  ['every bucket by a cut ARN', policy({ ...ALL, Resource: 'arn:aws:s3:*' }), S3],
  [
    'every access point of every account',
    policy({ ...ALL, Resource: 'arn:aws:s3:us-east-1:*:accesspoint/*' }),
    S3,
  ],
  [
    "every bucket, to one account's callers",
    when({ StringEquals: { 'aws:PrincipalAccount': '111122223333' } }),
    S3,
  ],
  [
    'every bucket, with a Deny for foreign callers',
    policy(ALL, { ...DENY_OTHERS, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
    S3,
  ],
  ['every bucket', policy({ ...ALL, Action: 's3:GetObject' }), S3],
  ['every bucket by interface endpoint', policy({ ...ALL, Resource: 'arn:aws:s3:::*' }), S3],
  [
    'every bucket but one',
    policy({
      Effect: 'Allow',
      Principal: { AWS: '1' },
      Action: 's3:PutObject',
      NotResource: 'arn:aws:s3:::x',
    }),
    S3,
  ],
])('a policy for %s is not', (_what, document, service) => {
  expect(policyScope(document, service)).toMatchObject({
    scoped: false,
    because: expect.stringContaining('statement'),
  });
});

test.each<[string, string]>([
  ['no JSON', 'Allow'],
  ['JSON that is no policy', '[]'],
  ['a policy without statements', '{}'],
  ['an Effect that is none', policy({ ...ALL, Effect: 'Maybe' })],
  ['no principal', policy({ Effect: 'Allow', Action: '*', Resource: '*' })],
  ['a principal that is a number', policy({ ...ALL, Principal: 1 })],
  [
    'a condition on the VPC, which every request meets',
    policy({ ...ALL, Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
  ],
  [
    'a condition that a missing key meets',
    policy({ ...ALL, Condition: { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-1' } } }),
  ],
  [
    'a condition that holds if the key is there',
    policy({ ...ALL, Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } } }),
  ],
  [
    'a condition that excludes one owner',
    policy({ ...ALL, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
  ],
  [
    'a condition on any owner',
    policy({ ...ALL, Condition: { StringLike: { 'aws:ResourceAccount': ['1', '*'] } } }),
  ],
  ['a condition on whatever organisation', when({ StringLike: { 'aws:PrincipalOrgID': 'o-*' } })],
  [
    'a condition on a role of whatever account',
    when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }),
  ],
  [
    'a condition on a role whose account a wildcard can reach over',
    when({ StringLike: { 'aws:PrincipalArn': `arn:*:iam::111122223333:role/*` } }),
  ],
  [
    'a condition on whatever organisation by its path',
    when({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': ['o-*/r-1/*'] } }),
  ],
  [
    'a condition that caller and resource are of one account, whichever it is',
    when({ StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } }),
  ],
  ['a condition without values', when({ StringEquals: { 'aws:PrincipalAccount': [] } })],
  [
    'a Deny for others that a wildcard undoes',
    policy(ALL, { ...DENY_OTHERS, Condition: { StringNotLike: { 'aws:PrincipalOrgID': 'o-*' } } }),
  ],
  [
    'a Deny for all but one principal',
    policy(ALL, { Effect: 'Deny', NotPrincipal: { AWS: `${ROLES}root` }, Action: '*', Resource: '*' }),
  ],
  [
    'a Deny for others with an exception',
    policy(ALL, {
      ...DENY_OTHERS,
      Condition: { ...DENY_OTHERS.Condition, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
    }),
  ],
  [
    'a Deny for others that names the actions it is not about',
    policy(ALL, {
      Effect: 'Deny',
      Principal: '*',
      NotAction: 'sts:*',
      Resource: '*',
      Condition: DENY_OTHERS.Condition,
    }),
  ],
])('of %s it is not known', (_what, document) => {
  expect(() => policyScope(document, STS)).toThrow(expect.objectContaining({ name: 'NotKnown' }));
});
