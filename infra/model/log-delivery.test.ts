import { deliveryDecision, folderOf } from './log-delivery';

const delivery = { bucket: 'records', prefix: 'alerts', account: '111122223333', region: 'us-east-1' };
const service = { Service: 'delivery.logs.amazonaws.com' };
const check = {
  Effect: 'Allow',
  Principal: service,
  Action: 's3:GetBucketAcl',
  Resource: 'arn:aws:s3:::records',
};
const write = {
  Effect: 'Allow',
  Principal: service,
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::records/*',
};
const both = { ...check, Action: 's3:*', Resource: ['arn:aws:s3:::records', 'arn:aws:s3:::records/*'] };

const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const decided = (text: string, of = delivery) => deliveryDecision(text, of).answer;

test.each([
  ['both statements', policy(check, write), 'allowed'],
  ['one for all', policy(both), 'allowed'],
  ['a statement that is no list', JSON.stringify({ Statement: both }), 'allowed'],
  ['no check of the ACL', policy(write), 'denied'],
  ['no write', policy(check), 'denied'],
  ['nothing', policy(), 'denied'],
  ['everybody, which includes the service', policy({ ...both, Principal: '*' }), 'allowed'],
  ['everybody with an ARN', policy({ ...both, Principal: { AWS: '*' } }), 'denied'],
  ['an account', policy({ ...both, Principal: { AWS: '111122223333' } }), 'denied'],
  ['another service', policy({ ...both, Principal: { Service: 'logs.amazonaws.com' } }), 'denied'],
  ['another bucket', policy(check, { ...write, Resource: 'arn:aws:s3:::others/*' }), 'denied'],
  ['all actions but one', policy({ ...both, Action: undefined, NotAction: 's3:PutObject' }), 'denied'],
  ['a denial for everybody', policy(both, { ...both, Effect: 'Deny', Principal: '*' }), 'denied'],
  [
    'a denial for everybody with an ARN',
    policy(both, { ...both, Effect: 'Deny', Principal: { AWS: '*' } }),
    'denied',
  ],
  [
    'a denial for an account',
    policy(both, { ...both, Effect: 'Deny', Principal: { AWS: '111122223333' } }),
    'allowed',
  ],
  [
    'a denial for all but somebody',
    policy(both, { ...both, Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '1' } }),
    'undecided',
  ],
  [
    'a denial without TLS',
    policy(both, {
      ...both,
      Effect: 'Deny',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
    'allowed',
  ],
  [
    'a denial of other ACLs',
    policy(both, {
      ...write,
      Effect: 'Deny',
      Principal: '*',
      Condition: { StringNotEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
    'allowed',
  ],
  [
    'a denial of other encryption',
    policy(both, {
      ...write,
      Effect: 'Deny',
      Principal: '*',
      Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
    }),
    'undecided',
  ],
  [
    'a source in the account',
    policy({ ...both, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:us-east-1:111122223333:*' } } }),
    'allowed',
  ],
  [
    'a source of one kind',
    policy({
      ...both,
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:us-east-1:111122223333:delivery-source:*' } },
    }),
    'undecided',
  ],
  [
    'a source in another Region',
    policy({ ...both, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:eu-west-1:111122223333:*' } } }),
    'denied',
  ],
  [
    'a condition that nobody knows',
    policy({ ...both, Condition: { StringEquals: { 'aws:SourceOrgID': 'o-1' } } }),
    'undecided',
  ],
  ['no JSON', 'Allow everything', 'undecided'],
  ['no object', '[]', 'undecided'],
])('%s', (_, text, answer) => {
  expect(decided(text)).toBe(answer);
});

test('records lie below the prefix, in the folder of the account', () => {
  expect(folderOf({ prefix: '', account: '1' })).toBe('AWSLogs/1/');
  expect(folderOf({ prefix: 'a/b/', account: '1' })).toBe('a/b/AWSLogs/1/');
  const below = { ...write, Resource: 'arn:aws:s3:::records/alerts/AWSLogs/111122223333/*' };
  expect(decided(policy(check, below))).toBe('allowed');
  expect(decided(policy(check, below), { ...delivery, prefix: '' })).toBe('denied');
});

test('other partitions have ARNs of their own', () => {
  const china = { ...delivery, region: 'cn-north-1' };
  expect(decided(policy(both), china)).toBe('denied');
  expect(decided(policy(both).replaceAll('arn:aws:', 'arn:aws-cn:'), china)).toBe('allowed');
});
