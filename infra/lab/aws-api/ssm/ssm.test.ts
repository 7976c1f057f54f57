import * as ssm from '@aws-sdk/client-ssm';
import { newLabState, type LabState } from '../../state';
import type { HostCommand, HostCommandResult, Hosts } from '../../vantage';
import { startApiServer, type ApiServer } from '../server';
import { ssmHandlers } from './ssm';

const PROBE = 'i-0123456789abcdef0';
const CONTROL = 'mi-0123456789abcdef0';
const SILENT = 'i-0fedcba9876543210';

let state: LabState;
let server: ApiServer;
let client: ssm.SSMClient;
let network: Hosts | null;
let scripts: HostCommand[];
let answer: (command: HostCommand) => Promise<HostCommandResult>;

beforeEach(async () => {
  state = newLabState();
  scripts = [];
  answer = async () => ({ exitCode: 0, stdout: 'out\n', stderr: '' });
  network = {
    reachable: () => [PROBE, CONTROL],
    run: (_, command) => {
      scripts.push(command);
      return answer(command);
    },
  };
  for (const [id, role] of [
    [PROBE, 'probe-host'],
    [CONTROL, 'control-host'],
    [SILENT, 'probe-host'],
  ] as const)
    state.managedInstances.set(id, {
      information: { InstanceId: id, PingStatus: 'Online', PlatformType: 'Linux' },
      tags: new Map([['studio-egress:role', role]]),
    });
  const context = { state, hosts: () => network, now: () => new Date(), pageSize: 2 };
  server = await startApiServer({ context, handlers: ssmHandlers(context) });
  client = new ssm.SSMClient({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'LAB', secretAccessKey: 'lab' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

interface Sent {
  readonly parameters?: Record<string, string[]>;
  readonly instanceIds?: string[];
}

async function send({
  parameters = { commands: ['true'] },
  instanceIds = [PROBE],
}: Sent = {}): Promise<string> {
  const { Command } = await client.send(
    new ssm.SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: instanceIds,
      Parameters: parameters,
    }),
  );
  return Command?.CommandId ?? '';
}

const look = (CommandId: string, InstanceId = PROBE) =>
  client.send(new ssm.GetCommandInvocationCommand({ CommandId, InstanceId }));

/** Looks until the invocation has ended; the first look finds nothing. */
async function ended(commandId: string, instanceId = PROBE): Promise<ssm.GetCommandInvocationCommandOutput> {
  await expect(look(commandId, instanceId)).rejects.toThrow(ssm.InvocationDoesNotExist);
  for (let poll = 0; poll < 100; poll++) {
    const invocation = await look(commandId, instanceId);
    if (invocation.Status !== 'Pending' && invocation.Status !== 'InProgress') return invocation;
  }
  throw new Error('the command did not end');
}

test('the script reaches the host as it was sent, with its own bound, and its output comes back', async () => {
  const commands = ['echo "a b"', 'exit 0'];
  const invocation = await ended(await send({ parameters: { commands, executionTimeout: ['7'] } }));
  expect(scripts).toEqual([{ script: 'echo "a b"\nexit 0', timeoutMs: 7_000 }]);
  expect(invocation).toMatchObject({
    Status: 'Success',
    StatusDetails: 'Success',
    ResponseCode: 0,
    StandardOutputContent: 'out\n',
    StandardErrorContent: '',
  });
});

test('a working directory of any name is entered first', async () => {
  await ended(await send({ parameters: { commands: ['pwd'], workingDirectory: ["/tmp/it's; here"] } }));
  expect(scripts[0]?.script).toBe("cd '/tmp/it'\\''s; here' || exit 1\npwd");
});

test('a script that runs is InProgress, and not yet there at the first look', async () => {
  let finish: (result: HostCommandResult) => void = () => {};
  answer = () => new Promise((resolve) => (finish = resolve));
  const commandId = await send();
  await expect(look(commandId)).rejects.toThrow(ssm.InvocationDoesNotExist);
  expect(await look(commandId)).toMatchObject({ Status: 'InProgress', ResponseCode: -1 });
  finish({ exitCode: 0, stdout: '', stderr: '' });
  expect((await look(commandId)).Status).toBe('Success');
});

test.each([
  [
    { exitCode: 3, stdout: 'o', stderr: 'e\n' },
    'Failed',
    'Failed',
    3,
    'e\nfailed to run commands: exit status 3',
  ],
  [
    { exitCode: null, stdout: 'o', stderr: '' },
    'TimedOut',
    'ExecutionTimedOut',
    137,
    'failed to run commands: exit status 137',
  ],
])('%j ends as %s (%s)', async (result, Status, StatusDetails, ResponseCode, StandardErrorContent) => {
  answer = async () => result;
  expect(await ended(await send())).toMatchObject({
    Status,
    StatusDetails,
    ResponseCode,
    StandardErrorContent,
    StandardOutputContent: 'o',
  });
});

test('long output is cut where AWS cuts it', async () => {
  answer = async () => ({ exitCode: 0, stdout: 'x'.repeat(30_000), stderr: 'y'.repeat(30_000) });
  const commandId = await send();
  const { StandardOutputContent, StandardErrorContent } = await ended(commandId);
  expect([StandardOutputContent?.length, StandardErrorContent?.length]).toEqual([24_000, 8_000]);
  const { CommandInvocations } = await client.send(
    new ssm.ListCommandInvocationsCommand({ CommandId: commandId, Details: true }),
  );
  expect(CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output).toHaveLength(2_500);
});

test('a cancelled command stays cancelled however its script ends', async () => {
  let finish: (result: HostCommandResult) => void = () => {};
  answer = () => new Promise((resolve) => (finish = resolve));
  const commandId = await send();
  await client.send(new ssm.CancelCommandCommand({ CommandId: commandId }));
  finish({ exitCode: 0, stdout: 'late', stderr: '' });
  expect(await ended(commandId)).toMatchObject({ Status: 'Cancelled', StandardOutputContent: '' });
});

test.each([
  ['a host that SSM does not know', ['i-00000000000000000']],
  ['a host that the network does not reach', [SILENT]],
  ['one such host among others', [PROBE, SILENT]],
])('%s refuses the whole command', async (_, instanceIds) => {
  await expect(send({ instanceIds })).rejects.toThrow(ssm.InvalidInstanceId);
  expect(scripts).toEqual([]);
});

test('before the network is up no host can be sent a command, and none is online', async () => {
  network = null;
  await expect(send()).rejects.toThrow(ssm.InvalidInstanceId);
  const { InstanceInformationList } = await client.send(new ssm.DescribeInstanceInformationCommand({}));
  expect(InstanceInformationList?.map(({ PingStatus }) => PingStatus)).toEqual([
    'ConnectionLost',
    'ConnectionLost',
  ]);
});

test.each([
  [{ parameters: {} }, 'InvalidParameters'],
  [{ parameters: { commands: ['x'], executionTimeout: ['0'] } }, 'InvalidParameters'],
  [{ parameters: { commands: ['x'], executionTimeout: ['1e3'] } }, 'InvalidParameters'],
  [{ parameters: { commands: ['x'], comands: ['y'] } }, 'InvalidParameters'],
  [{ instanceIds: [] }, 'ValidationException'],
])('%j is refused with %s', async (sent: Sent, name) => {
  await expect(send(sent)).rejects.toMatchObject({ name });
});

test('a script that is longer than a document may be is refused', async () => {
  await expect(send({ parameters: { commands: ['x'.repeat(66_000)] } })).rejects.toMatchObject({
    name: 'MaxDocumentSizeExceeded',
  });
});

test('hosts are found by tag, online or not, over several pages', async () => {
  const pages: (string | undefined)[][] = [];
  for await (const { InstanceInformationList } of ssm.paginateDescribeInstanceInformation({ client }, {}))
    pages.push(
      (InstanceInformationList ?? []).map(({ InstanceId, PingStatus }) => `${InstanceId} ${PingStatus}`),
    );
  expect(pages).toEqual([[`${PROBE} Online`, `${CONTROL} Online`], [`${SILENT} ConnectionLost`]]);
  const Filters = [{ Key: 'tag:studio-egress:role', Values: ['probe-host'] }];
  const { InstanceInformationList } = await client.send(
    new ssm.DescribeInstanceInformationCommand({ Filters }),
  );
  expect(InstanceInformationList?.map(({ InstanceId }) => InstanceId)).toEqual([PROBE, SILENT]);
});

test('a filter that SSM does not have is refused rather than ignored', async () => {
  const Filters = [{ Key: 'Colour', Values: ['red'] }];
  await expect(client.send(new ssm.DescribeInstanceInformationCommand({ Filters }))).rejects.toThrow(
    ssm.InvalidFilterKey,
  );
});

test('SSM keeps tags of its own hosts only; those of EC2 instances are EC2’s', async () => {
  const tags = (ResourceId: string) =>
    client.send(new ssm.ListTagsForResourceCommand({ ResourceType: 'ManagedInstance', ResourceId }));
  expect((await tags(CONTROL)).TagList).toEqual([{ Key: 'studio-egress:role', Value: 'control-host' }]);
  await expect(tags(PROBE)).rejects.toThrow(ssm.InvalidResourceId);
  state.instances.set(PROBE, { InstanceId: PROBE, Tags: [{ Key: 'studio-egress:role', Value: 'retired' }] });
  const Filters = [{ Key: 'tag:studio-egress:role', Values: ['retired'] }];
  const { InstanceInformationList } = await client.send(
    new ssm.DescribeInstanceInformationCommand({ Filters }),
  );
  expect(InstanceInformationList?.map(({ InstanceId }) => InstanceId)).toEqual([PROBE]);
});

test('parameters are kept, and the public ones that name an image answer', async () => {
  await client.send(new ssm.PutParameterCommand({ Name: '/studio/x', Value: 'y', Type: 'String' }));
  const get = (Name: string) => client.send(new ssm.GetParameterCommand({ Name }));
  expect((await get('/studio/x')).Parameter).toMatchObject({ Name: '/studio/x', Value: 'y', Type: 'String' });
  expect(
    (await get('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64')).Parameter?.Value,
  ).toMatch(/^ami-[0-9a-f]{17}$/);
  await expect(get('/studio/none')).rejects.toThrow(ssm.ParameterNotFound);
  await expect(client.send(new ssm.PutParameterCommand({ Name: '/studio/x', Value: 'z' }))).rejects.toThrow(
    ssm.ParameterAlreadyExists,
  );
});
