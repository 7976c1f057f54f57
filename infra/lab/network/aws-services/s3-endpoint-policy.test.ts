import { unsignedThroughEndpoint } from './s3-endpoint-policy';

const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::open-data/readme.txt' } as const;
const allow = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' };
const decide = (...statements: readonly object[]): string =>
  unsignedThroughEndpoint(JSON.stringify({ Version: '2012-10-17', Statement: statements }), request);
const when = (operator: string, key: string, value: string | string[]): object => ({
  ...allow,
  Condition: { [operator]: { [key]: value } },
});

test('what a statement allows passes, and nothing else does', () => {
  expect(decide(allow)).toBe('allowed');
  expect(decide({ ...allow, Principal: { AWS: ['*'] } })).toBe('allowed');
  expect(decide({ ...allow, Action: ['s3:PutObject', 'S3:getobject'] })).toBe('allowed');
  expect(decide({ ...allow, Resource: 'arn:aws:s3:::open-*/*' })).toBe('allowed');
  expect(decide({ ...allow, NotAction: 's3:Put*', Action: undefined })).toBe('allowed');
  expect(decide()).toBe('denied');
  expect(decide({ ...allow, Action: 's3:PutObject' })).toBe('denied');
  expect(decide({ ...allow, Resource: ['arn:aws:s3:::mine', 'arn:aws:s3:::mine/*'] })).toBe('denied');
  expect(decide({ ...allow, Resource: 'arn:aws:s3:::open.data/*' })).toBe('denied');
  expect(decide({ ...allow, Principal: { AWS: 'arn:aws:iam::123456789012:root' } })).toBe('denied');
});

test.each([
  ['arn:aws:s3:::open-data/*', true],
  ['*data/*.txt', true],
  ['arn:aws:s3:::open-dat?/readme.txt', true],
  ['arn:aws:s3:::open-data/readme.txt**', true],
  ['arn:aws:s3:::open-data/readme.tx', false],
  ['arn:aws:s3:::open-data/readme.txt?', false],
  ['*b*b*b*b*b*b*b*b*b*b*b*b*', false],
])('a resource of the form %s: %s', (Resource, allowed) => {
  expect(decide({ ...allow, Resource })).toBe(allowed ? 'allowed' : 'denied');
});

test('a denial goes before what is allowed', () => {
  const deny = { ...allow, Effect: 'Deny', Resource: undefined, NotResource: 'arn:aws:s3:::mine/*' };
  expect(decide(allow, deny)).toBe('denied');
  expect(decide(allow, { ...deny, NotResource: 'arn:aws:s3:::open-data/*' })).toBe('allowed');
});

test('nobody has no account, and the bucket is not ours', () => {
  const ours = '123456789012';
  expect(decide(when('StringEquals', 'aws:PrincipalAccount', ours))).toBe('denied');
  expect(decide(when('StringEqualsIfExists', 'aws:PrincipalAccount', ours))).toBe('allowed');
  expect(decide(when('StringEqualsIfExists', 'aws:ResourceAccount', ours))).toBe('denied');
  expect(decide(allow, { ...when('StringNotEquals', 'aws:ResourceAccount', [ours]), Effect: 'Deny' })).toBe(
    'denied',
  );
  expect(decide(when('StringNotEquals', 'aws:PrincipalOrgID', 'o-1234567890'))).toBe('allowed');
});

test('what cannot be evaluated is neither allowed nor denied', () => {
  const unknown = when('IpAddress', 'aws:VpcSourceIp', '10.2.3.0/24');
  expect(decide(unknown)).toBe('undecided');
  expect(decide(allow, unknown)).toBe('allowed');
  expect(decide(allow, { ...unknown, Effect: 'Deny' })).toBe('undecided');
  expect(decide({ ...unknown, Action: 's3:PutObject' })).toBe('denied');
  expect(decide({ ...allow, NotPrincipal: { AWS: '*' }, Principal: undefined })).toBe('undecided');
  expect(unsignedThroughEndpoint('{', request)).toBe('undecided');
  expect(unsignedThroughEndpoint('{"Statement":["all"]}', request)).toBe('undecided');
});
