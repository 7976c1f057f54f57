import type { Question } from '../internet/dns-message';
import { ASK_OUTSIDE, resolve, resolverFor } from './resolver';
import type { DnsRule, ServicesConfiguration, VpcResolver } from './services-configuration';

const block = (response: DnsRule['response'], ...domains: string[]): DnsRule => ({
  action: 'BLOCK',
  domains,
  response,
  overrideName: 'Sink.example.com.',
  overrideTtlSeconds: 5,
  type: null,
});

const vpc = (rules: readonly DnsRule[] = []): VpcResolver => ({
  vpcId: 'vpc-0a',
  addresses: ['10.2.0.2', '169.254.169.253'],
  cidrs: ['10.2.0.0/16'],
  names: { 'sts.us-east-1.amazonaws.com': ['10.2.3.50'], '*.dkr.ecr.us-east-1.amazonaws.com': ['10.2.3.51'] },
  rules,
});

const ask = (name: string, type = 1): Question => ({
  id: 1,
  name,
  type,
  class: 1,
  recursionDesired: true,
  section: Buffer.alloc(0),
});
const answer = (rules: readonly DnsRule[], name: string, type?: number): unknown => {
  const own = vpc(rules);
  return resolve(
    { resolvers: [own], publicNames: { 's3.us-east-1.amazonaws.com': ['198.18.0.2'] }, s3Endpoints: [] },
    own,
    ask(name, type),
  );
};

test('endpoints come first, and what nobody here knows the internet is asked about', () => {
  expect(answer([], 'sts.us-east-1.amazonaws.com')).toEqual({ code: 'NOERROR', addresses: ['10.2.3.50'] });
  expect(answer([], '1234.dkr.ecr.us-east-1.amazonaws.com')).toEqual({
    code: 'NOERROR',
    addresses: ['10.2.3.51'],
  });
  expect(answer([], 'ssm.us-east-1.amazonaws.com')).toBe(ASK_OUTSIDE);
  expect(answer([], 's3.us-east-1.amazonaws.com')).toEqual({ code: 'NOERROR', addresses: ['198.18.0.2'] });
  expect(answer([], 'kaggle.com')).toBe(ASK_OUTSIDE);
  expect(answer([], 'ip-10-2-3-10.ec2.internal')).toEqual({ code: 'NOERROR', addresses: ['10.2.3.10'] });
  expect(answer([], 'ip-10-3-3-10.ec2.internal')).toEqual({ code: 'NXDOMAIN' });
  expect(answer([], 'constructor')).toBe(ASK_OUTSIDE);
});

test('the first rule that matches decides', () => {
  const allow: DnsRule = { ...block('NODATA', 'kaggle.com'), action: 'ALLOW' };
  expect(answer([allow, block('NXDOMAIN', '*')], 'kaggle.com')).toBe(ASK_OUTSIDE);
  expect(answer([allow, block('NXDOMAIN', '*')], 'www.kaggle.com')).toEqual({ code: 'NXDOMAIN' });
  expect(answer([block('NODATA', '*.kaggle.com')], 'www.kaggle.com')).toEqual({ code: 'NOERROR' });
  expect(answer([block('NODATA', '*.kaggle.com')], 'kaggle.com')).toBe(ASK_OUTSIDE);
});

test('an override leads to another name with its own address', () => {
  expect(answer([block('OVERRIDE', 'github.com')], 'github.com')).toEqual({
    code: 'NOERROR',
    alias: { name: 'Sink.example.com.', ttlSeconds: 5 },
    addresses: ['203.0.113.40'],
  });
});

test('a rule for one type leaves the others alone', () => {
  const textOnly: DnsRule = { ...block('NXDOMAIN', '*'), type: 'TXT' };
  expect(answer([textOnly], 'kaggle.com', 16)).toEqual({ code: 'NXDOMAIN' });
  expect(answer([textOnly], 'kaggle.com', 1)).toBe(ASK_OUTSIDE);
});

test('the shared address belongs to the VPC of who asks', () => {
  const other: VpcResolver = {
    ...vpc(),
    vpcId: 'vpc-0b',
    addresses: ['10.9.0.2', '169.254.169.253'],
    cidrs: ['10.9.0.0/16'],
  };
  const configuration: ServicesConfiguration = {
    resolvers: [vpc(), other],
    publicNames: {},
    s3Endpoints: [],
  };
  expect(resolverFor(configuration, { local: '169.254.169.253', remote: '10.9.1.1' })?.vpcId).toBe('vpc-0b');
  expect(resolverFor(configuration, { local: '10.2.0.2', remote: '10.9.1.1' })?.vpcId).toBe('vpc-0a');
  expect(resolverFor(configuration, { local: '169.254.169.253', remote: '192.0.2.1' })).toBeNull();
});
