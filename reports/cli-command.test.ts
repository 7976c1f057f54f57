import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { awsCommand, describeCommands } from './cli-command';
import { hostileText } from './hostile.fixture';

const command = (operation: string, parameters: unknown = {}, region = 'eu-west-1') =>
  awsCommand({ operation, parameters }, region);

describe('a call of the run as an AWS CLI command', () => {
  test.each([
    [
      'ec2:DescribeRouteTables',
      { Filters: [{ Name: 'vpc-id', Values: ['vpc-0a', 'vpc-0b'] }], MaxResults: 100 },
      'aws ec2 describe-route-tables --filters Name=vpc-id,Values=vpc-0a,vpc-0b --region eu-west-1',
    ],
    [
      'ec2:DescribeNatGateways',
      { Filter: [{ Name: 'vpc-id', Values: ['vpc-0a'] }] },
      'aws ec2 describe-nat-gateways --filter Name=vpc-id,Values=vpc-0a --region eu-west-1',
    ],
    [
      'ec2:DescribeVpcAttribute',
      { VpcId: 'vpc-0a', Attribute: 'enableDnsSupport' },
      'aws ec2 describe-vpc-attribute --vpc-id vpc-0a --attribute enableDnsSupport --region eu-west-1',
    ],
    ['sts:GetCallerIdentity', {}, 'aws sts get-caller-identity --region eu-west-1'],
    ['iam:GetRole', { RoleName: 'studio' }, 'aws iam get-role --role-name studio'],
    ['s3:GetBucketAcl', { Bucket: 'logs' }, 'aws s3api get-bucket-acl --bucket logs --region eu-west-1'],
    [
      'network-firewall:ListFirewalls',
      { VpcIds: ['vpc-0a'], NextToken: 'abc' },
      'aws network-firewall list-firewalls --vpc-ids vpc-0a --region eu-west-1',
    ],
    [
      'logs:DescribeLogGroups',
      { logGroupNamePrefix: '/aws/fw', limit: 50, includeLinkedAccounts: false },
      'aws logs describe-log-groups --log-group-name-prefix /aws/fw --no-include-linked-accounts --region eu-west-1',
    ],
    [
      'sagemaker:DescribeDomain',
      { DomainId: "d'; rm -rf /" },
      `aws sagemaker describe-domain --cli-input-json '{"DomainId":"d'\\''; rm -rf /"}' --region eu-west-1`,
    ],
  ])('%s', (operation, parameters, expected) => {
    expect(command(operation, parameters)).toBe(expected);
  });

  test.each([
    'ec2:DeleteRoute',
    'ec2:CreateRoute',
    'ssm:SendCommand',
    'ec2:Getaway',
    'lightsail:GetInstances',
    'ec2:Describe Vpcs',
    'ec2:DescribeVpcs; reboot',
    '$(reboot):DescribeVpcs',
    'DescribeVpcs',
    '',
  ])('%j is not offered: it is not known to read only', (operation) => {
    expect(command(operation)).toBeNull();
  });

  test('a value that the CLI would read a file for is given as JSON', () => {
    expect(command('iam:GetRole', { RoleName: 'file://etc/passwd' })).toBe(
      `aws iam get-role --cli-input-json '{"RoleName":"file://etc/passwd"}'`,
    );
    expect(command('iam:GetRole', { RoleName: '--debug' })).toContain('--cli-input-json');
  });
});

/** What a shell makes of it: the words that a program called `aws` is given. */
function wordsOf(text: string): readonly string[] {
  const script = `aws() { printf '%s\\0' "$@"; }\n${text}\n`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', timeout: 10_000 }).split('\0').slice(0, -1);
}

test('whatever the parameters hold, a shell runs one command with exactly these parameters', () => {
  const value = fc.oneof(
    hostileText,
    fc.constantFrom(
      "'",
      '"',
      '`id`',
      '$(id)',
      '\n',
      '; id',
      '!',
      '\\',
      '*',
      ' ',
      '--x',
      'a,b',
      'a=b',
      'file://x',
    ),
  );
  fc.assert(
    fc.property(value, fc.array(value, { maxLength: 3 }), value, (one, many, region) => {
      const parameters = { RouteTableIds: many, VpcId: one, Filters: [{ Name: one, Values: many }] };
      const text = command('ec2:DescribeRouteTables', parameters, region) ?? '';
      // oxlint-disable-next-line no-control-regex
      fc.pre(!/[\u0000\ud800-\udfff]/.test(region));
      const words = wordsOf(text);
      expect(words.slice(0, 2)).toEqual(['ec2', 'describe-route-tables']);
      expect(words.slice(-2)).toEqual(['--region', region]);
      const json = words[words.indexOf('--cli-input-json') + 1] ?? '';
      if (words.includes('--cli-input-json')) expect(JSON.parse(json)).toEqual(parameters);
      else expect(words.slice(2, -2).join(' ')).toMatch(/^[\w ,=.:/+-]*$/);
    }),
    { numRuns: 60 },
  );
});

test('the resources that a finding names are described, one command for each kind', () => {
  const arn = 'arn:aws-cn:network-firewall:cn-north-1:123456789012:firewall/studio';
  expect(
    describeCommands(
      ['subnet-0123456789abcdef0', 'rtb-01234567', 'rtb-89abcdef', 'rtb-01234567', 'local', 'x-1', '', arn],
      'cn-north-1',
    ),
  ).toEqual([
    'aws ec2 describe-subnets --subnet-ids subnet-0123456789abcdef0 --region cn-north-1',
    'aws ec2 describe-route-tables --route-table-ids rtb-01234567 rtb-89abcdef --region cn-north-1',
    `aws network-firewall describe-firewall --firewall-arn ${arn} --region cn-north-1`,
  ]);
  expect(describeCommands(['rtb-$(id)', 'arn:aws:iam::1:role/x', 'vol-01234567'], 'eu-west-1')).toEqual([]);
});
