/** The way of a command to its host, which may have gone, and what is told of commands later. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as ssm from '@aws-sdk/client-ssm';
import { newLabState, type LabState } from '../../state';
import type { HostCommandResult, Hosts } from '../../vantage';
import { startApiServer, type ApiServer } from '../server';
import { ssmHandlers } from './ssm';

const PROBE = 'i-0123456789abcdef0';
const CONTROL = 'mi-0123456789abcdef0';

let state: LabState;
let server: ApiServer;
let client: ssm.SSMClient;
let network: Hosts;
let answer: () => Promise<HostCommandResult>;
/** How far the lab's clock is ahead. */
let laterMs: number;

beforeEach(async () => {
  state = newLabState();
  laterMs = 0;
  answer = async () => ({ exitCode: 0, stdout: 'out\n', stderr: '' });
  network = { reachable: () => [PROBE, CONTROL], run: async () => answer() };
  for (const id of [PROBE, CONTROL])
    state.managedInstances.set(id, {
      information: { InstanceId: id, PingStatus: 'Online', PlatformType: 'Linux' },
      tags: new Map(),
    });
  const context = { state, hosts: () => network, now: () => new Date(Date.now() + laterMs) };
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

async function send(): Promise<string> {
  const { Command } = await client.send(
    new ssm.SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [PROBE],
      Parameters: { commands: ['true'] },
    }),
  );
  return Command?.CommandId ?? '';
}

const look = (CommandId: string) =>
  client.send(new ssm.GetCommandInvocationCommand({ CommandId, InstanceId: PROBE }));

/** Looks as often as it takes, whatever the command does meanwhile. */
async function became(commandId: string, details: string): Promise<ssm.GetCommandInvocationCommandOutput> {
  for (let poll = 0; poll < 500; poll++) {
    const invocation = await look(commandId).catch(() => null);
    if (invocation?.StatusDetails === details) return invocation;
  }
  throw new Error(`the command never became ${details}`);
}

/** A host that SSM takes commands for, and that has gone when they are to be delivered. */
function rebooting(): { isBack: boolean } {
  const host = { isBack: false };
  let asked = 0;
  // The first question is SendCommand's own.
  network = {
    reachable: () => ((asked += 1) <= 1 || host.isBack ? [PROBE] : []),
    run: async () => answer(),
  };
  return host;
}

test('a command for a host that has just gone is Delayed, and runs when the host is back', async () => {
  const host = rebooting();
  const commandId = await send();
  await became(commandId, 'Delayed');
  host.isBack = true;
  expect(await became(commandId, 'Success')).toMatchObject({ ResponseCode: 0 });
});

test('one whose host does not come back in TimeoutSeconds is never started, and expires with both bounds', async () => {
  const host = rebooting();
  const commandId = await send();
  await became(commandId, 'Delayed');
  laterMs = 3_601_000;
  host.isBack = true;
  await sleep(150);
  expect(await look(commandId)).toMatchObject({ Status: 'Delayed', ResponseCode: -1 });
  laterMs = 7_201_000;
  expect(await became(commandId, 'DeliveryTimedOut')).toMatchObject({ Status: 'TimedOut', ResponseCode: -1 });
  const { Commands } = await client.send(new ssm.ListCommandsCommand({ CommandId: commandId }));
  expect(Commands?.[0]).toMatchObject({ Status: 'TimedOut', DeliveryTimedOutCount: 1 });
});

test('one whose host is lost while it runs stays InProgress, and expires with both bounds', async () => {
  answer = async () => Promise.reject(new Error('stopped'));
  const commandId = await send();
  await became(commandId, 'InProgress');
  laterMs = 3_601_000;
  await sleep(150);
  expect(await look(commandId)).toMatchObject({ Status: 'InProgress' });
  laterMs = 7_201_000;
  expect(await became(commandId, 'DeliveryTimedOut')).toMatchObject({ Status: 'TimedOut' });
});

test('what is larger than a document may be is refused', async () => {
  const sending = client.send(
    new ssm.SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [PROBE],
      Parameters: { commands: ['#'.repeat(70_000)] },
    }),
  );
  await expect(sending).rejects.toThrow(ssm.MaxDocumentSizeExceeded);
});

test('a delayed command can be cancelled, and then never runs', async () => {
  const host = rebooting();
  const commandId = await send();
  await became(commandId, 'Delayed');
  await client.send(new ssm.CancelCommandCommand({ CommandId: commandId }));
  host.isBack = true;
  expect(await became(commandId, 'Cancelled')).toMatchObject({ ResponseCode: -1 });
});

test('of an output that is cut the end says so', async () => {
  answer = async () => ({ exitCode: 0, stdout: 'x'.repeat(24_001), stderr: '' });
  const { StandardOutputContent: text = '' } = await became(await send(), 'Success');
  expect(text).toHaveLength(24_000);
  expect(text).toMatch(/x---Output truncated---$/);
});

test('commands are listed by status, document and host', async () => {
  const commandId = await send();
  await became(commandId, 'Success');
  const list = async (more: Partial<ssm.ListCommandsRequest>) => {
    const { Commands } = await client.send(new ssm.ListCommandsCommand(more));
    return Commands?.length;
  };
  expect(await list({ Filters: [{ key: 'Status', value: 'Success' }] })).toBe(1);
  expect(await list({ Filters: [{ key: 'Status', value: 'InProgress' }] })).toBe(0);
  expect(await list({ Filters: [{ key: 'DocumentName', value: 'AWS-RunShellScript' }] })).toBe(1);
  expect(await list({ InstanceId: PROBE })).toBe(1);
  expect(await list({ InstanceId: CONTROL })).toBe(0);
  await expect(list({ Filters: [{ key: 'InvokedAfter', value: 'x' }] })).rejects.toThrow(
    ssm.InvalidFilterKey,
  );
});
