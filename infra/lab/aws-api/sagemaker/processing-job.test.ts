import * as sagemaker from '@aws-sdk/client-sagemaker';
import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand } from '@aws-sdk/client-ec2';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { newLabState, type LabState } from '../../state';
import type { HostCommand, HostCommandResult, Hosts } from '../../vantage';
import { startApiServer, type ApiServer } from '../server';
import { allHandlers } from '../services';

let state: LabState;
let server: ApiServer;
let client: sagemaker.SageMakerClient;
let network: Hosts | null;
let commands: HostCommand[];
let answer: (command: HostCommand) => Promise<HostCommandResult>;
let place: { readonly Subnets: string[]; readonly SecurityGroupIds: string[] };
let role: string;

beforeEach(async () => {
  state = newLabState();
  commands = [];
  answer = async () => ({ exitCode: 0, stdout: 'one\ntwo\n', stderr: 'three\n' });
  network = {
    reachable: () => [...state.processingJobs.values()].map(({ hostId }) => hostId),
    run: async (_, command) => {
      commands.push(command);
      return answer(command);
    },
  };
  const context = { state, hosts: () => network, now: () => new Date(), pageSize: 2 };
  server = await startApiServer({ context, handlers: allHandlers(context) });
  const { api } = server;
  const { Vpc } = await api.call('ec2', CreateVpcCommand, { CidrBlock: '10.0.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await api.call('ec2', CreateSubnetCommand, { VpcId, CidrBlock: '10.0.1.0/24' });
  const group = { VpcId, GroupName: 'studio', Description: 'of Studio apps' };
  const { GroupId } = await api.call('ec2', CreateSecurityGroupCommand, group);
  const { Role } = await api.call('iam', CreateRoleCommand, {
    RoleName: 'job',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    }),
  });
  role = Role?.Arn ?? '';
  place = { Subnets: [Subnet?.SubnetId ?? ''], SecurityGroupIds: [GroupId ?? ''] };
  client = new sagemaker.SageMakerClient({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'LAB', secretAccessKey: 'lab' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  for (const { stopping } of state.processingJobs.values()) stopping.abort();
  await server.close();
});

const request = (
  ProcessingJobName: string,
  more: Partial<sagemaker.CreateProcessingJobRequest> = {},
): sagemaker.CreateProcessingJobRequest => ({
  ProcessingJobName,
  RoleArn: role,
  AppSpecification: {
    ImageUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1',
    ContainerEntrypoint: ['/bin/echo', "it's"],
    ContainerArguments: ['$HOME'],
  },
  ProcessingResources: {
    ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.t3.medium', VolumeSizeInGB: 1 },
  },
  NetworkConfig: { VpcConfig: place },
  StoppingCondition: { MaxRuntimeInSeconds: 60 },
  ...more,
});
const create = (name: string, more: Partial<sagemaker.CreateProcessingJobRequest> = {}) =>
  client.send(new sagemaker.CreateProcessingJobCommand(request(name, more)));
const describeJob = (ProcessingJobName: string) =>
  client.send(new sagemaker.DescribeProcessingJobCommand({ ProcessingJobName }));

async function ended(name: string): Promise<sagemaker.DescribeProcessingJobResponse> {
  for (let poll = 0; poll < 200; poll += 1) {
    const job = await describeJob(name);
    if (!['InProgress', 'Stopping'].includes(job.ProcessingJobStatus ?? '')) return job;
  }
  throw new Error('the job did not end');
}

test('the container executes its command behind an interface with the groups, and what it prints is in the log', async () => {
  let during: readonly unknown[] = [];
  answer = async () => {
    during = [...state.networkInterfaces.values()].map(({ SubnetId, Groups }) => [
      SubnetId,
      Groups?.map(({ GroupId }) => GroupId),
    ]);
    return { exitCode: 0, stdout: 'one\ntwo\n', stderr: 'three\n' };
  };
  await create('a');
  expect(await ended('a')).toMatchObject({ ProcessingJobStatus: 'Completed' });
  expect(commands[0]).toMatchObject({
    script: `exec '/bin/echo' 'it'\\''s' '$HOME'\n`,
    timeoutMs: 60_000,
  });
  expect(during).toEqual([[place.Subnets[0], place.SecurityGroupIds]]);
  expect([...state.networkInterfaces.keys()]).toEqual([]);
  const { events } = await server.api.call('logs', FilterLogEventsCommand, {
    logGroupName: '/aws/sagemaker/ProcessingJobs',
    logStreamNamePrefix: 'a/',
  });
  expect(events?.map(({ message }) => message)).toEqual(['one', 'two', 'three']);
});

test.each([
  ['a container that fails', 3, { ProcessingJobStatus: 'Failed', ExitMessage: 'three\n' }],
  ['a job that ran into its bound', null, { ProcessingJobStatus: 'Stopped' }],
] as const)('%s', async (_case, exitCode, expected) => {
  answer = async () => ({ exitCode, stdout: '', stderr: 'three\n' });
  await create('a');
  expect(await ended('a')).toMatchObject(expected);
});

test('a host that is lost is a failure of the service', async () => {
  answer = async () => Promise.reject(new Error('gone'));
  await create('a');
  expect(await ended('a')).toMatchObject({
    ProcessingJobStatus: 'Failed',
    FailureReason: expect.stringContaining('InternalServerError'),
  });
});

test('a job that is stopped is Stopping until its container has ended', async () => {
  let finish: (result: HostCommandResult) => void = () => {};
  answer = async () => new Promise((resolve) => (finish = resolve));
  await create('a');
  await client.send(new sagemaker.StopProcessingJobCommand({ ProcessingJobName: 'a' }));
  expect((await describeJob('a')).ProcessingJobStatus).toMatch(/^Stop/);
  finish({ exitCode: null, stdout: '', stderr: '' });
  expect((await ended('a')).ProcessingJobStatus).toBe('Stopped');
  await expect(
    client.send(new sagemaker.StopProcessingJobCommand({ ProcessingJobName: 'a' })),
  ).rejects.toThrow(/is in status Stopped/);
});

test('jobs are listed by part of their name and by status, in pages', async () => {
  for (const name of ['x-1', 'x-2', 'x-3', 'y-1']) {
    await create(name);
    await ended(name);
  }
  const list = (more: sagemaker.ListProcessingJobsRequest) =>
    client.send(new sagemaker.ListProcessingJobsCommand(more));
  const first = await list({ NameContains: 'x-', StatusEquals: 'Completed' });
  expect(first.ProcessingJobSummaries).toHaveLength(2);
  const second = await list({ NameContains: 'x-', StatusEquals: 'Completed', NextToken: first.NextToken });
  expect(second.ProcessingJobSummaries).toHaveLength(1);
  expect((await list({ StatusEquals: 'InProgress' })).ProcessingJobSummaries).toEqual([]);
});

test('without two free addresses the job fails', async () => {
  const subnet = state.subnets.get(place.Subnets[0] ?? '');
  if (subnet !== undefined) subnet.CidrBlock = '10.0.1.0/30';
  await create('a');
  expect(await describeJob('a')).toMatchObject({
    ProcessingJobStatus: 'Failed',
    FailureReason: expect.stringContaining('free IP addresses'),
  });
});

const application = (
  more: Partial<sagemaker.AppSpecification>,
): Partial<sagemaker.CreateProcessingJobRequest> => ({
  AppSpecification: { ImageUri: 'x', ContainerEntrypoint: ['/bin/true'], ...more },
});

test.each<[string, () => Partial<sagemaker.CreateProcessingJobRequest>, RegExp]>([
  ['a name with a blank', () => ({ ProcessingJobName: 'a b' }), /processingJobName/],
  [
    'an argument of 257 characters',
    () => application({ ContainerArguments: ['x'.repeat(257)] }),
    /containerArguments/,
  ],
  [
    '101 arguments',
    () => application({ ContainerArguments: Array<string>(101).fill('x') }),
    /containerArguments/,
  ],
  ['a line break', () => application({ ContainerEntrypoint: ['a\nb'] }), /containerEntrypoint/],
  ['no entrypoint', () => ({ AppSpecification: { ImageUri: 'x' } }), /entrypoint must be given/],
  ['too long a run', () => ({ StoppingCondition: { MaxRuntimeInSeconds: 777_601 } }), /MaxRuntimeInSeconds/],
  ['no VPC', () => ({ NetworkConfig: {} }), /outside a VPC/],
  ['isolation', () => ({ NetworkConfig: { EnableNetworkIsolation: true, VpcConfig: place } }), /isolated/],
  [
    'an unknown subnet',
    () => ({ NetworkConfig: { VpcConfig: { ...place, Subnets: ['subnet-0ffffffffffffffff'] } } }),
    /does not exist/,
  ],
  [
    'an unknown group',
    () => ({ NetworkConfig: { VpcConfig: { ...place, SecurityGroupIds: ['sg-0ffffffffffffffff'] } } }),
    /does not exist/,
  ],
  [
    'a role that does not exist',
    () => ({ RoleArn: 'arn:aws:iam::123456789012:role/none' }),
    /Could not assume/,
  ],
])('%s is refused', async (_case, more, message) => {
  await expect(create('a', more())).rejects.toThrow(message);
  expect(state.processingJobs.size).toBe(0);
});

test('a name is used once', async () => {
  await create('a');
  await expect(create('a')).rejects.toThrow(sagemaker.ResourceInUse);
});
