import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { allHandlers } from '../../infra/lab/aws-api/services';
import { newLabState, type LabState } from '../../infra/lab/state';
import type { HostCommandResult } from '../../infra/lab/vantage';
import { cancelLeftCommands, endLeftJobs, type LeftoversOptions } from './leftovers';
import { connectionTo, jobAccount, jobHosts, jobTransport } from './processing-job.fixture';
import { ssmTransport } from './ssm';
import type { Transport } from './transport';

const HOST = 'i-0123456789abcdef0';
const HOUR_MS = 3_600_000;

let state: LabState;
let server: ApiServer;
let open: Transport[];

beforeEach(async () => {
  state = newLabState();
  open = [];
  state.managedInstances.set(HOST, {
    information: { InstanceId: HOST, PingStatus: 'Online' },
    tags: new Map(),
  });
  const reachable = (): readonly string[] => [HOST, ...jobHosts(state)];
  const run = async (): Promise<HostCommandResult> => new Promise(() => {});
  const context = { state, hosts: () => ({ reachable, run }), now: () => new Date() };
  server = await startApiServer({ context, handlers: allHandlers(context) });
});
afterEach(async () => {
  await Promise.all(open.map((transport) => transport.close()));
  await server.close();
});

/** A script that never ends, sent by a run that nobody ends. */
async function left(transport: Transport, isThere: () => boolean): Promise<void> {
  open.push(transport);
  void transport.run('sleep 99', { timeoutMs: 1000 }).catch(() => {});
  for (let n = 0; n < 200 && !isThere(); n += 1) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** What is announced, so much later. */
async function announced(
  end: (options: LeftoversOptions) => Promise<void>,
  laterMs: number,
): Promise<readonly string[]> {
  const said: string[] = [];
  await end({
    connection: connectionTo(server),
    nowMs: Date.now() + laterMs,
    onAnnounce: (text) => said.push(text),
  });
  return said;
}
const jobsLeft = async (laterMs: number) => announced(endLeftJobs, laterMs);
const commandsLeft = async (laterMs: number, instanceId = HOST) =>
  announced(async (options) => cancelLeftCommands(instanceId, options), laterMs);

test('a job beyond its bound is stopped and named; one within it is left alone', async () => {
  const transport = await jobTransport(server, await jobAccount(server.api));
  await left(transport, () => state.processingJobs.size > 0);
  const [job] = state.processingJobs.values();
  expect(await jobsLeft(0)).toEqual([]);
  expect(job?.stopping.signal.aborted).toBe(false);
  expect(await jobsLeft(HOUR_MS)).toEqual([
    'Stopping the processing job studio-egress-20260101T000000Z-abcdef-1, which an earlier run left.',
  ]);
  expect(job?.stopping.signal.aborted).toBe(true);
});

test("others' jobs are left alone", async () => {
  const transport = await jobTransport(server, await jobAccount(server.api));
  await left(transport, () => state.processingJobs.size > 0);
  const [job] = state.processingJobs.values();
  if (job !== undefined) job.description = { ...job.description, ProcessingJobName: 'my-studio-egress-1' };
  expect(await jobsLeft(HOUR_MS)).toEqual([]);
});

test('a command beyond its bounds is cancelled and named; one within them, or of others, is left alone', async () => {
  const transport = await ssmTransport({ connection: connectionTo(server), instanceId: HOST });
  await left(transport, () => state.commands.size > 0);
  const [commandId] = state.commands.keys();
  expect(await commandsLeft(0)).toEqual([]);
  expect(await commandsLeft(HOUR_MS, 'i-0fffffffffffffff0')).toEqual([]);
  const [stored] = state.commands.values();
  const { command } = stored ?? {};
  if (command !== undefined) command.Comment = 'somebody else';
  expect(await commandsLeft(HOUR_MS)).toEqual([]);
  if (command !== undefined) command.Comment = 'studio-egress-verifier probe';
  expect(await commandsLeft(HOUR_MS)).toEqual([
    `Cancelling the command ${commandId}, which an earlier run left on ${HOST}.`,
  ]);
});

test('who may not look says so, and goes on', async () => {
  server.faults.add({ kind: 'access-denied', on: 'sagemaker:ListProcessingJobs' });
  server.faults.add({ kind: 'access-denied', on: 'ssm:ListCommands' });
  expect(await jobsLeft(0)).toEqual([
    expect.stringContaining('looked for: sagemaker:ListProcessingJobs answered AccessDenied'),
  ]);
  expect(await commandsLeft(0)).toEqual([
    expect.stringContaining('looked for: ssm:ListCommands answered AccessDenied'),
  ]);
});

test('what is ended is announced before it is, and what cannot be ended is said', async () => {
  const transport = await ssmTransport({ connection: connectionTo(server), instanceId: HOST });
  await left(transport, () => state.commands.size > 0);
  server.faults.add({ kind: 'access-denied', on: 'ssm:CancelCommand' });
  const [commandId] = state.commands.keys();
  const cancelled = () => server.calls.filter(({ operation }) => operation === 'CancelCommand').length;
  const said: [string, number][] = [];
  await cancelLeftCommands(HOST, {
    connection: connectionTo(server),
    nowMs: Date.now() + HOUR_MS,
    onAnnounce: (text) => said.push([text, cancelled()]),
  });
  expect(said).toEqual([
    [`Cancelling the command ${commandId}, which an earlier run left on ${HOST}.`, 0],
    [
      expect.stringMatching(
        `The command ${commandId} could not be cancelled: ssm:CancelCommand answered AccessDenied`,
      ),
      1,
    ],
  ]);
});
