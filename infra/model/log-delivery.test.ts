import { deliveryDecision, firewallFolder, flowLogFolder } from './log-delivery';

const source = { account: '111122223333', region: 'us-east-1' };
const alerts = { ...source, prefix: 'alerts', logType: 'ALERT', firewallName: 'studio' };
const delivery = { ...source, bucket: 'records', folder: firewallFolder(alerts) };
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
    'a denial of old versions of TLS',
    policy(both, {
      ...both,
      Effect: 'Deny',
      Principal: '*',
      Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
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

test("records lie below the prefix, in the account's folder, by type, Region and firewall", () => {
  const records = 'network-firewall/alert/us-east-1/studio/';
  expect(firewallFolder({ ...alerts, prefix: '', account: '1' })).toBe(`AWSLogs/1/${records}`);
  expect(firewallFolder({ ...alerts, prefix: 'a/b/', account: '1' })).toBe(`a/b/AWSLogs/1/${records}`);
  const below = { ...write, Resource: 'arn:aws:s3:::records/alerts/AWSLogs/111122223333/*' };
  expect(decided(policy(check, below))).toBe('allowed');
  const atRoot = { ...delivery, folder: firewallFolder({ ...alerts, prefix: '' }) };
  expect(decided(policy(check, below), atRoot)).toBe('denied');
});

test('a policy may let in the records of one type only', () => {
  const folder = 'arn:aws:s3:::records/alerts/AWSLogs/111122223333/network-firewall';
  expect(decided(policy(check, { ...write, Resource: `${folder}/alert/*` }))).toBe('allowed');
  expect(decided(policy(check, { ...write, Resource: `${folder}/flow/*` }))).toBe('denied');
});

test('flow logs lie in folders of their own, with names of partitions where Hive wants them', () => {
  const of = { ...source, prefix: 'flows/', hive: false };
  expect(flowLogFolder(of)).toBe('flows/AWSLogs/111122223333/vpcflowlogs/us-east-1/');
  expect(flowLogFolder({ ...of, prefix: '', hive: true })).toBe(
    'AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=us-east-1/',
  );
});

test('other partitions have ARNs of their own', () => {
  const china = { ...delivery, region: 'cn-north-1' };
  expect(decided(policy(both), china)).toBe('denied');
  expect(decided(policy(both).replaceAll('arn:aws:', 'arn:aws-cn:'), china)).toBe('allowed');
});
