import {
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { CreateVpcCommand } from '@aws-sdk/client-ec2';
import { ApiError, on, type Handler } from '../lab/aws-api/handler';
import { paginate } from '../lab/aws-api/paging';
import { buildStudio, startLabAccount, type LabAccount } from './lab-account.fixture';
import type { Target } from './snapshot';
import { findTarget, TargetError, type TargetSelector } from './target';

/** Resources by stack, as the tests set them. */
const stacks = new Map<string, [type: string, id: string][]>();

function summary([ResourceType, PhysicalResourceId]: [string, string]): StackResourceSummary {
  return {
    LogicalResourceId: 'x',
    ResourceType,
    PhysicalResourceId,
    LastUpdatedTimestamp: new Date(0),
    ResourceStatus: 'CREATE_COMPLETE',
  };
}

const cloudFormation: Handler[] = [
  on('cloudformation', ListStackResourcesCommand, ({ StackName = '', NextToken }) => {
    const resources = stacks.get(StackName);
    if (resources === undefined)
      throw new ApiError('ValidationError', `Stack with id ${StackName} does not exist`);
    const invalidToken = (message: string) => new ApiError('ValidationError', message);
    const { items, nextToken } = paginate(resources, { token: NextToken, pageSize: 2, invalidToken });
    return { StackResourceSummaries: items.map(summary), NextToken: nextToken };
  }),
  on('cloudformation', DescribeStacksCommand, () => ({
    Stacks: [...stacks.keys()].map((StackName) => ({
      StackName,
      CreationTime: new Date(0),
      StackStatus: 'CREATE_COMPLETE' as const,
    })),
  })),
];

let account: LabAccount;
let studio: Target;
let otherVpc: string;

beforeAll(async () => {
  account = await startLabAccount({ further: cloudFormation });
  studio = await buildStudio(account);
  const { Vpc } = await account.server.api.call('ec2', CreateVpcCommand, { CidrBlock: '10.9.0.0/16' });
  otherVpc = Vpc?.VpcId ?? '';
});

afterAll(async () => account.server.close());
afterEach(() => {
  account.server.faults.clear();
  stacks.clear();
});

const find = (selector: TargetSelector) => findTarget(account.connection, selector);
const domain = (): [string, string] => ['AWS::SageMaker::Domain', studio.domainId ?? ''];
const vpc = (): [string, string] => ['AWS::EC2::VPC', studio.vpcId];
const found = () => ({ kind: 'aws', account: studio.account, region: 'us-east-1', vpcId: studio.vpcId });

test('a stack names its VPC and its domain, also past the first page', async () => {
  stacks.set('studio', [['AWS::S3::Bucket', 'a'], ['AWS::S3::Bucket', 'b'], vpc(), domain()]);
  expect(await find({ stack: 'studio' })).toEqual({ ...found(), stack: 'studio', domainId: studio.domainId });
});

test('nested stacks are looked into', async () => {
  stacks.set('parent', [
    ['AWS::CloudFormation::Stack', 'child-vpc'],
    ['AWS::CloudFormation::Stack', 'child-studio'],
  ]);
  stacks.set('child-vpc', [vpc()]);
  stacks.set('child-studio', [['AWS::CloudFormation::Stack', 'grandchild']]);
  stacks.set('grandchild', [domain()]);
  expect(await find({ stack: 'parent' })).toMatchObject({ vpcId: studio.vpcId, domainId: studio.domainId });
});

test("the domain's own VPC counts, whatever VPCs the stack has", async () => {
  stacks.set('studio', [['AWS::EC2::VPC', otherVpc], domain()]);
  expect((await find({ stack: 'studio' })).vpcId).toBe(studio.vpcId);
  stacks.set('studio', [domain()]);
  expect((await find({ stack: 'studio' })).vpcId).toBe(studio.vpcId);
});

test('a stack with a VPC and no domain is a target without a domain', async () => {
  stacks.set('network', [vpc()]);
  expect(await find({ stack: 'network' })).toEqual({ ...found(), stack: 'network', domainId: null });
});

test('when the domain cannot be described, the only VPC of its stack stands for it', async () => {
  stacks.set('studio', [vpc(), domain()]);
  account.server.faults.add({ on: 'sagemaker:DescribeDomain', kind: 'access-denied' });
  expect(await find({ stack: 'studio' })).toMatchObject({ vpcId: studio.vpcId, domainId: studio.domainId });
  stacks.set('studio', [vpc(), ['AWS::EC2::VPC', otherVpc], domain()]);
  await expect(find({ stack: 'studio' })).rejects.toThrow(/grant sagemaker:DescribeDomain/);
});

test('what is not one thing is refused with the choices and the fix', async () => {
  stacks.set('two-vpcs', [vpc(), ['AWS::EC2::VPC', otherVpc]]);
  await expect(find({ stack: 'two-vpcs' })).rejects.toThrow(`${studio.vpcId}, ${otherVpc}`);
  stacks.set('two-domains', [domain(), ['AWS::SageMaker::Domain', 'd-other'], vpc()]);
  await expect(find({ stack: 'two-domains' })).rejects.toThrow(/d-other\); name one with --domain-id/);
  stacks.set('bucket', [['AWS::S3::Bucket', 'a']]);
  await expect(find({ stack: 'bucket' })).rejects.toThrow(/neither a VPC nor a SageMaker domain/);
});

test('a stack, domain or VPC that is not there is refused with those that are', async () => {
  stacks.set('studio', [vpc()]);
  await expect(find({ stack: 'stduio' })).rejects.toThrow(
    'There is no stack stduio in us-east-1; there is studio.',
  );
  await expect(find({ domainId: 'd-nosuch' })).rejects.toThrow(`there is ${studio.domainId}`);
  await expect(find({ vpcId: 'vpc-0000000000000000f' })).rejects.toThrow(studio.vpcId);
});

test.each<TargetSelector>([
  { stack: 'a b' },
  { stack: '' },
  { stack: '--help' },
  { domainId: 'studio' },
  { domainId: 'd-UPPER' },
  { vpcId: 'vpc-xyz' },
  { vpcId: '' },
])('%j is refused without asking AWS for it', async (selector) => {
  await expect(find(selector)).rejects.toThrow(TargetError);
  await expect(find(selector)).rejects.toThrow(/is not a/);
});

test('a domain id names the domain and its VPC, a VPC id the VPC and its only domain', async () => {
  expect(await find({ domainId: studio.domainId ?? '' })).toEqual({
    ...found(),
    stack: null,
    domainId: studio.domainId,
  });
  expect(await find({ vpcId: studio.vpcId })).toEqual({ ...found(), stack: null, domainId: studio.domainId });
  expect(await find({ vpcId: otherVpc })).toMatchObject({ vpcId: otherVpc, domainId: null });
});

test('denied reading of stacks names the permission, not a missing stack', async () => {
  account.server.faults.add({ on: 'cloudformation:ListStackResources', kind: 'access-denied' });
  await expect(find({ stack: 'studio' })).rejects.toThrow(
    /grant cloudformation:ListStackResources to the caller/,
  );
});

test('who asks is not known without the permission to ask, and the target is found all the same', async () => {
  account.server.faults.add({ on: 'sts:GetCallerIdentity', kind: 'access-denied' });
  expect((await find({ vpcId: studio.vpcId })).account).toBeNull();
});
