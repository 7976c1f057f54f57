/** What every transport promises, asked of each: this machine, SSM and SageMaker over the wire. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelCommandCommand } from '@aws-sdk/client-ssm';
import { newLabState, type LabState } from '../../infra/lab/state';
import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { allHandlers } from '../../infra/lab/aws-api/services';
import type { HostCommand, HostCommandResult } from '../../infra/lab/vantage';
import { localTransport } from './local';
import { JOB_RUN_ID, jobAccount, jobHosts, jobTransport } from './processing-job.fixture';
import type { JobPlace } from './processing-job-vantage';
import { ssmTransport } from './ssm';
import { TransportError, type Transport } from './transport';

const HOST = 'i-0123456789abcdef0';

let state: LabState;
let server: ApiServer;
let open: Transport[];
let place: JobPlace;
let sent: HostCommand[];
let answer: (command: HostCommand) => Promise<HostCommandResult>;
let here: () => readonly string[];
/** How far AWS's clock is ahead. */
let laterMs: number;

beforeEach(async () => {
  state = newLabState();
  state.managedInstances.set(HOST, {
    information: { InstanceId: HOST, PingStatus: 'Online' },
    tags: new Map(),
  });
  [open, sent, answer, here, laterMs] = [[], [], runHere, () => [HOST], 0];
  const run = async (_instanceId: string, command: HostCommand): Promise<HostCommandResult> => {
    sent.push(command);
    return answer(command);
  };
  const reachable = (): readonly string[] => [...here(), ...jobHosts(state)];
  const context = {
    state,
    hosts: () => ({ reachable, run }),
    now: () => new Date(Date.now() + laterMs),
  };
  server = await startApiServer({ context, handlers: allHandlers(context) });
  place = await jobAccount(server.api);
});
afterEach(async () => {
  await Promise.all(open.map((transport) => transport.close()));
  await server.close();
});

/** A host that really runs the script. */
async function runHere({ script, timeoutMs, signal }: HostCommand): Promise<HostCommandResult> {
  const host = await local();
  signal?.addEventListener('abort', () => void host.close(), { once: true });
  const { output } = await host.run(script, { timeoutMs });
  return output;
}

async function ssm(signal?: AbortSignal): Promise<Transport> {
  const transport = await ssmTransport({
    connection: {
      region: 'us-east-1',
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    },
    instanceId: HOST,
    ...(signal === undefined ? {} : { signal }),
  });
  open.push(transport);
  return transport;
}

async function processingJob(): Promise<Transport> {
  const transport = await jobTransport(server, place);
  open.push(transport);
  return transport;
}

async function local(): Promise<Transport> {
  const transport = localTransport();
  open.push(transport);
  return transport;
}

const callsOf = (operation: string) => server.calls.filter((call) => call.operation === operation);

describe.each([
  ['this machine', local, 'local'],
  ['SSM', ssm, `ssm:${HOST}`],
  ['a processing job', processingJob, `processing-job:studio-egress-${JOB_RUN_ID}`],
] as const)('%s', (_name, transportOf, host) => {
  test('brings back exit code, output, errors and times', async () => {
    const transport = await transportOf();
    const { output, deliveryAttempts } = await transport.run("echo 'out: $HOME'\necho err >&2\nexit 3", {
      timeoutMs: 5000,
    });
    expect(transport.host).toBe(host);
    expect(output).toMatchObject({ exitCode: 3, stdout: 'out: $HOME\n' });
    expect(output.stderr).toMatch(/^err\n/);
    expect(Date.parse(output.finishedAt)).toBeGreaterThanOrEqual(Date.parse(output.startedAt));
    expect(deliveryAttempts).toBeGreaterThanOrEqual(1);
  });

  test('a script that outlives its bound has no exit code, and is over', async () => {
    const transport = await transportOf();
    const startedAt = Date.now();
    const { output } = await transport.run('echo started; sleep 30', { timeoutMs: 1000 });
    expect(output).toMatchObject({ exitCode: null, stdout: 'started\n' });
    expect(Date.now() - startedAt).toBeLessThan(6000);
  });

  test('several scripts at once keep their own output', async () => {
    const transport = await transportOf();
    const outputs = await Promise.all(
      ['a', 'b', 'c'].map((word) => transport.run(`sleep 0.1; echo ${word}`, { timeoutMs: 5000 })),
    );
    expect(outputs.map(({ output }) => output.stdout)).toEqual(['a\n', 'b\n', 'c\n']);
  });

  test('closing ends what is running, and can be done twice', async () => {
    const transport = await transportOf();
    const run = transport.run('sleep 30', { timeoutMs: 60_000 }).then(
      ({ output }) => output.exitCode,
      (error: unknown) => error,
    );
    await sleep(300);
    const startedAt = Date.now();
    await transport.close();
    await transport.close();
    const ended = await run;
    expect(ended === 0).toBe(false);
    expect(Date.now() - startedAt).toBeLessThan(3000);
  });
});

test('this machine: closing lets a script clean up behind itself', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'transport-'));
  const transport = await local();
  const run = transport.run(
    `trap 'rm -f ${dir}/left' EXIT; trap 'exit 143' TERM; touch ${dir}/left; sleep 30 & wait`,
    { timeoutMs: 60_000 },
  );
  while (readdirSync(dir).length === 0) await sleep(20);
  await transport.close();
  expect((await run).output.exitCode).toBe(143);
  expect(readdirSync(dir)).toEqual([]);
  rmSync(dir, { recursive: true });
});

test('this machine: closing ends also what has only just been started', async () => {
  const transport = await local();
  const run = transport.run('sleep 30', { timeoutMs: 60_000 });
  await transport.close();
  expect((await run).output.exitCode).not.toBe(0);
});

test('this machine: a script that does not want to end is ended', async () => {
  const transport = await local();
  const { output } = await transport.run("trap '' TERM; echo up; while :; do sleep 1; done", {
    timeoutMs: 300,
  });
  expect(output).toMatchObject({ exitCode: null, stdout: 'up\n' });
});

test('SSM: the command says whose it is, and its bounds', async () => {
  const transport = await ssm();
  await transport.run('echo a\n\necho b', { timeoutMs: 1500 });
  expect(callsOf('SendCommand').map(({ input }) => input)).toEqual([
    expect.objectContaining({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [HOST],
      Comment: 'studio-egress-verifier probe',
      TimeoutSeconds: 30,
      Parameters: { commands: ['echo a', '', 'echo b'], executionTimeout: ['2'] },
    }),
  ]);
  expect(sent).toEqual([{ script: 'echo a\n\necho b', timeoutMs: 2000 }]);
});

test('local: after the end of the run, nothing is started any more', async () => {
  const transport = localTransport();
  await transport.close();
  await expect(transport.run('echo late', { timeoutMs: 1000 })).rejects.toThrow(/the run ended/);
});

test('SSM: a busy service and a lost line are asked again, and the script runs once', async () => {
  server.faults.add({ kind: 'throttled', on: 'ssm:SendCommand', times: 1 });
  server.faults.add({ kind: 'reset', on: 'ssm:GetCommandInvocation', times: 1 });
  server.faults.add({
    kind: 'error',
    on: 'ssm:GetCommandInvocation',
    code: 'InvalidPluginName',
    status: 400,
    times: 1,
  });
  const transport = await ssm();
  const { output, deliveryAttempts } = await transport.run('echo once', { timeoutMs: 5000 });
  expect(output.stdout).toBe('once\n');
  expect(sent).toHaveLength(1);
  // Two sends, and polls that met a reset, a plugin not yet known, and an invocation not yet there.
  expect(deliveryAttempts).toBeGreaterThanOrEqual(6);
});

test.each([
  [
    'SendCommand is denied',
    'ssm:SendCommand',
    /ssm:SendCommand answered AccessDenied.*grant ssm:SendCommand to the caller \(to i-0123456789abcdef0\)/,
  ],
  ['the result cannot be read', 'ssm:GetCommandInvocation', /ssm:GetCommandInvocation answered AccessDenied/],
] as const)('SSM: %s', async (_case, on, message) => {
  server.faults.add({ kind: 'access-denied', on });
  const transport = await ssm();
  const run = transport.run('echo x', { timeoutMs: 5000 });
  await expect(run).rejects.toThrow(TransportError);
  await expect(run).rejects.toThrow(message);
});

const EXPIRED = /DeliveryTimedOut \(the agent did not take it in time, or was lost with it/;

async function became(status: string): Promise<void> {
  const seen = () => [...state.commands.values()].flatMap(({ invocations }) => [...invocations.values()]);
  for (let look = 0; !seen().some(({ Status }) => Status === status); look += 1) {
    if (look > 200) throw new Error(`no command became ${status}`);
    await sleep(20);
  }
}

test('SSM: a host that is lost while the script runs is no answer', async () => {
  answer = async () => Promise.reject(new Error('stopped'));
  const failed = expect((await ssm()).run('echo x', { timeoutMs: 5000 })).rejects.toThrow(EXPIRED);
  await became('InProgress');
  laterMs = 36_000;
  await failed;
});

test('SSM: nor is one that has just been stopped', async () => {
  let asked = 0;
  // The first question is SendCommand's own.
  here = () => ((asked += 1) <= 1 ? [HOST] : []);
  const failed = expect((await ssm()).run('echo x', { timeoutMs: 5000 })).rejects.toThrow(EXPIRED);
  await became('Delayed');
  laterMs = 36_000;
  await failed;
  expect(sent).toEqual([]);
});

test.each([-600_000, 600_000])(
  'SSM: the times are by its own clock where the host’s is %d ms off',
  async (clockAheadMs) => {
    state.managedInstances.set(HOST, { information: { InstanceId: HOST }, tags: new Map(), clockAheadMs });
    const { output } = await (await ssm()).run('sleep 0.1', { timeoutMs: 5000 });
    const [stored] = [...state.commands.values()];
    const [invocation] = stored?.invocations.values() ?? [];
    const sentMs = stored?.command.RequestedDateTime?.getTime() ?? 0;
    expect(Date.parse(invocation?.ExecutionStartDateTime ?? '') - sentMs - clockAheadMs).toBeLessThan(5000);
    expect(Date.parse(output.startedAt)).toBe(sentMs);
    expect(Date.parse(output.finishedAt) - sentMs).toBeGreaterThanOrEqual(100);
    expect(Date.parse(output.finishedAt) - sentMs).toBeLessThan(10_000);
  },
);

test('SSM: a script that SSM does not take for its size says how large it is', async () => {
  const transport = await ssm();
  await expect(transport.run('#'.repeat(70_000), { timeoutMs: 5000 })).rejects.toThrow(
    /MaxDocumentSizeExceeded.*are 700\d\d bytes, and SSM takes 64 KB/,
  );
});

test('SSM: an invocation that is not there for a while is looked for again', async () => {
  server.faults.add({
    kind: 'error',
    on: 'ssm:GetCommandInvocation',
    code: 'InvocationDoesNotExist',
    status: 400,
    times: 6,
  });
  const transport = await ssm();
  const { output } = await transport.run('echo there', { timeoutMs: 5000 });
  expect(output.stdout).toBe('there\n');
});

test('SSM: a host without an agent takes no command', async () => {
  const transport = await ssmTransport({
    connection: {
      region: 'us-east-1',
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    },
    instanceId: 'i-0fffffffffffffff0',
  });
  open.push(transport);
  await expect(transport.run('echo x', { timeoutMs: 1000 })).rejects.toThrow(
    /InvalidInstanceId.*its agent does not run or is not registered/,
  );
});

test('SSM: the run’s end cancels the command, even one that is only just being sent', async () => {
  answer = async () => new Promise(() => {});
  const ending = new AbortController();
  const transport = await ssm(ending.signal);
  const runs = [transport.run('sleep 30', { timeoutMs: 60_000 })];
  await sleep(300);
  runs.push(transport.run('sleep 31', { timeoutMs: 60_000 }));
  ending.abort();
  const results = await Promise.allSettled(runs);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await transport.close();
  expect(callsOf('CancelCommand')).toHaveLength(callsOf('SendCommand').length);
  await expect(transport.run('echo late', { timeoutMs: 1000 })).rejects.toThrow(/the run ended/);
});

test('SSM: what was cancelled elsewhere is no answer', async () => {
  answer = async () => new Promise(() => {});
  const other = await ssm();
  const run = other.run('sleep 30', { timeoutMs: 60_000 });
  const failed = expect(run).rejects.toThrow(/Cancelled/);
  await sleep(200);
  await server.api.call('ssm', CancelCommandCommand, {
    CommandId: [...state.commands.keys()][0],
  });
  await failed;
});
