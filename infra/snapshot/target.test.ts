import {
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Stack,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { CreateVpcCommand } from '@aws-sdk/client-ec2';
import type { DescribeDomainResponse } from '@aws-sdk/client-sagemaker';
import { ApiError, on, type Handler } from '../lab/aws-api/handler';
import { paginate } from '../lab/aws-api/paging';
import { buildStudio, startLabAccount, type LabAccount } from './lab-account.fixture';
import type { Target } from './snapshot';
import { findTarget, TargetError, type TargetSelector } from './target';

/** Resources by stack, as the tests set them. */
const stacks = new Map<string, [type: string, id: string][]>();

/** What DescribeStacks says of a stack besides its name. */
const described = new Map<string, Partial<Stack>>();

/** Of resources that are not CREATE_COMPLETE. */
const statuses = new Map<string, StackResourceSummary['ResourceStatus']>();

function summary([ResourceType, PhysicalResourceId]: [string, string]): StackResourceSummary {
  return {
    LogicalResourceId: 'x',
    ResourceType,
    PhysicalResourceId,
    LastUpdatedTimestamp: new Date(0),
    ResourceStatus: statuses.get(PhysicalResourceId) ?? 'CREATE_COMPLETE',
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
  on('cloudformation', DescribeStacksCommand, ({ StackName }) => {
    if (StackName !== undefined && !stacks.has(StackName))
      throw new ApiError('ValidationError', `Stack with id ${StackName} does not exist`);
    const names = StackName === undefined ? [...stacks.keys()] : [StackName];
    return { Stacks: names.map(stackOf) };
  }),
];

function stackOf(StackName: string): Stack {
  const status = { CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE' as const };
  return { StackName, ...status, ...described.get(StackName) };
}

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
  described.clear();
  for (const id of further.splice(0)) account.state.domains.delete(id);
});

/** Domains that a test has added. */
const further: string[] = [];

function addDomain(DomainId: string, change: Partial<DescribeDomainResponse> = {}): void {
  const model = account.state.domains.get(studio.domainId ?? '');
  account.state.domains.set(DomainId, { ...model, DomainId, DomainName: `name-of-${DomainId}`, ...change });
  further.push(DomainId);
}

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

test('a stack with a VPC and no domain is a target with the only domain, whichever stack that is of', async () => {
  stacks.set('network', [vpc()]);
  expect(await find({ stack: 'network' })).toEqual({
    ...found(),
    stack: 'network',
    domainId: studio.domainId,
  });
  stacks.set('empty', [['AWS::EC2::VPC', otherVpc]]);
  expect(await find({ stack: 'empty' })).toMatchObject({ vpcId: otherVpc, domainId: null });
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
  await expect(find({ stack: 'two-vpcs' })).rejects.toThrow(
    `${studio.vpcId} (available, 10.2.0.0/16), ${otherVpc} (available, 10.9.0.0/16); name one with --vpc-id`,
  );
  stacks.set('two-domains', [domain(), ['AWS::SageMaker::Domain', 'd-other'], vpc()]);
  await expect(find({ stack: 'two-domains' })).rejects.toThrow(
    /"studio", InService, created [-0-9T:]+Z\), d-other; name one with --domain-id/,
  );
  stacks.set('bucket', [['AWS::S3::Bucket', 'a']]);
  await expect(find({ stack: 'bucket' })).rejects.toThrow(/neither a VPC nor a SageMaker domain/);
});

test('a stack, domain or VPC that is not there is refused with those that are', async () => {
  stacks.set('studio', [vpc()]);
  await expect(find({ stack: 'stduio' })).rejects.toThrow(
    'There is no stack stduio in us-east-1; there is studio (CREATE_COMPLETE, created 1970-01-01T00:00:00Z).',
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

test.each(['DescribeStacks', 'ListStackResources'])(
  'without the permission for %s that is named, not a missing stack',
  async (operation) => {
    stacks.set('studio', [vpc(), domain()]);
    account.server.faults.add({ on: `cloudformation:${operation}`, kind: 'access-denied' });
    await expect(find({ stack: 'studio' })).rejects.toThrow(
      `grant cloudformation:${operation} to the caller`,
    );
  },
);

test('who asks is not known without the permission to ask, and the target is found all the same', async () => {
  account.server.faults.add({ on: 'sts:GetCallerIdentity', kind: 'access-denied' });
  expect((await find({ vpcId: studio.vpcId })).account).toBeNull();
});

test('a VPC with several domains is refused with all of them, also when a stack names it', async () => {
  addDomain('d-second');
  addDomain('d-elsewhere', { VpcId: otherVpc });
  stacks.set('network', [vpc()]);
  for (const selector of [{ vpcId: studio.vpcId }, { stack: 'network' }]) {
    const refused = find(selector);
    await expect(refused).rejects.toThrow(TargetError);
    await expect(refused).rejects.toThrow(
      /has 2 SageMaker domains: .*d-second \("name-of-d-second", InService/,
    );
    await expect(refused).rejects.not.toThrow(/d-elsewhere/);
  }
  expect(await find({ domainId: 'd-second' })).toMatchObject({ vpcId: studio.vpcId, domainId: 'd-second' });
  expect(await find({ vpcId: otherVpc })).toMatchObject({ domainId: 'd-elsewhere' });
});

test.each([
  ['CREATE_IN_PROGRESS', /is changing; verify it when that has ended/],
  ['UPDATE_ROLLBACK_IN_PROGRESS', /is changing/],
  ['DELETE_IN_PROGRESS', /is changing/],
  ['DELETE_FAILED', /name what is left of it with --domain-id or --vpc-id/],
  ['DELETE_COMPLETE', /does not stand/],
  ['ROLLBACK_COMPLETE', /does not stand/],
] as const)('a stack that is %s is refused, and its state is said', async (StackStatus, message) => {
  stacks.set('studio', [vpc(), domain()]);
  described.set('studio', { StackStatus, StackStatusReason: 'as the test wants it' });
  await expect(find({ stack: 'studio' })).rejects.toThrow(message);
  await expect(find({ stack: 'studio' })).rejects.toThrow(`${StackStatus} (as the test wants it)`);
});

test.each(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'] as const)(
  'a stack that is %s stands',
  async (StackStatus) => {
    stacks.set('studio', [vpc(), domain()]);
    described.set('studio', { StackStatus });
    expect(await find({ stack: 'studio' })).toMatchObject({ vpcId: studio.vpcId });
  },
);

test('a nested stack can be named itself; one with nothing of interest names the stack around it', async () => {
  stacks.set('child-studio', [domain()]);
  described.set('child-studio', { ParentId: 'arn:parent', RootId: 'arn:root' });
  expect(await find({ stack: 'child-studio' })).toMatchObject({ vpcId: studio.vpcId });
  stacks.set('child-bucket', [['AWS::S3::Bucket', 'a']]);
  described.set('child-bucket', { ParentId: 'arn:parent', RootId: 'arn:root' });
  await expect(find({ stack: 'child-bucket' })).rejects.toThrow('It is nested in arn:root.');
});

test('a stack that only imports or exports a VPC says how to name it', async () => {
  stacks.set('firewall', [['AWS::NetworkFirewall::Firewall', 'arn:f']]);
  described.set('firewall', {
    Outputs: [{ OutputKey: 'Vpc', OutputValue: otherVpc, ExportName: 'studio-vpc' }],
    Parameters: [{ ParameterKey: 'Studio', ParameterValue: 'd-abc' }],
  });
  await expect(find({ stack: 'firewall' })).rejects.toThrow(
    `It names --vpc-id ${otherVpc} (output Vpc), --domain-id d-abc (parameter Studio).`,
  );
});

test('a domain that is being deleted, or that its stack has lost, is no target', async () => {
  addDomain('d-going', { Status: 'Deleting' });
  await expect(find({ domainId: 'd-going' })).rejects.toThrow(/is being deleted/);
  stacks.set('studio', [vpc(), ['AWS::SageMaker::Domain', 'd-gone']]);
  await expect(find({ stack: 'studio' })).rejects.toThrow(/d-gone of the stack studio is not there any more/);
});

test('resources that a stack has deleted or let go are not its own', async () => {
  stacks.set('studio', [vpc(), domain(), ['AWS::SageMaker::Domain', 'd-old']]);
  statuses.set('d-old', 'DELETE_COMPLETE');
  expect(await find({ stack: 'studio' })).toMatchObject({ domainId: studio.domainId });
  statuses.set('d-old', 'DELETE_SKIPPED');
  expect(await find({ stack: 'studio' })).toMatchObject({ domainId: studio.domainId });
  statuses.clear();
  await expect(find({ stack: 'studio' })).rejects.toThrow(/2 SageMaker domains/);
});

test('what a tag says cannot reach the terminal as anything but text', async () => {
  const [record] = [...account.state.vpcs.values()];
  const before = record?.Tags;
  if (record !== undefined) record.Tags = [{ Key: 'Name', Value: 'a\u001b[2J\u202eb' }];
  const refused = find({ vpcId: 'vpc-0000000000000000f' });
  await expect(refused).rejects.toThrow('"a?[2J?b"');
  if (record !== undefined) record.Tags = before;
});

test('a refusal in the words of a missing stack is a refusal', async () => {
  account.server.faults.add({
    on: 'cloudformation:DescribeStacks',
    kind: 'error',
    code: 'AccessDenied',
    status: 403,
    message: 'The role of this session does not exist',
  });
  try {
    const search = findTarget(account.connection, { stack: 'studio' });
    await expect(search).rejects.toThrow('cloudformation:DescribeStacks answered AccessDenied');
    await expect(search).rejects.not.toThrow('There is no stack');
  } finally {
    account.server.faults.clear();
  }
});
