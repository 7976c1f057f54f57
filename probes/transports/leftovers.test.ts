import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { allHandlers } from '../../infra/lab/aws-api/services';
import { newLabState, type LabState } from '../../infra/lab/state';
import type { HostCommandResult } from '../../infra/lab/vantage';
import { cancelLeftCommands, endLeftJobs } from './leftovers';
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
const at = (laterMs: number) => ({ connection: connectionTo(server), nowMs: Date.now() + laterMs });

test('a job beyond its bound is stopped and named; one within it is left alone', async () => {
  const transport = await jobTransport(server, await jobAccount(server.api));
  await left(transport, () => state.processingJobs.size > 0);
  const [job] = state.processingJobs.values();
  expect(await endLeftJobs(at(0))).toEqual([]);
  expect(job?.stopping.signal.aborted).toBe(false);
  expect(await endLeftJobs(at(HOUR_MS))).toEqual([
    'The processing job studio-egress-20260101T000000Z-abcdef-1, left by an earlier run, was stopped.',
  ]);
  expect(job?.stopping.signal.aborted).toBe(true);
});

test("others' jobs are left alone", async () => {
  const transport = await jobTransport(server, await jobAccount(server.api));
  await left(transport, () => state.processingJobs.size > 0);
  const [job] = state.processingJobs.values();
  if (job !== undefined) job.description = { ...job.description, ProcessingJobName: 'my-studio-egress-1' };
  expect(await endLeftJobs(at(HOUR_MS))).toEqual([]);
});

test('a command beyond its bounds is cancelled and named; one within them, or of others, is left alone', async () => {
  const transport = await ssmTransport({ connection: connectionTo(server), instanceId: HOST });
  await left(transport, () => state.commands.size > 0);
  const [commandId] = state.commands.keys();
  expect(await cancelLeftCommands(HOST, at(0))).toEqual([]);
  expect(await cancelLeftCommands('i-0fffffffffffffff0', at(HOUR_MS))).toEqual([]);
  const [stored] = state.commands.values();
  const { command } = stored ?? {};
  if (command !== undefined) command.Comment = 'somebody else';
  expect(await cancelLeftCommands(HOST, at(HOUR_MS))).toEqual([]);
  if (command !== undefined) command.Comment = 'studio-egress-verifier probe';
  expect(await cancelLeftCommands(HOST, at(HOUR_MS))).toEqual([
    `The command ${commandId}, left by an earlier run, was cancelled.`,
  ]);
});

test('who may not look says so, and goes on', async () => {
  server.faults.add({ kind: 'access-denied', on: 'sagemaker:ListProcessingJobs' });
  server.faults.add({ kind: 'access-denied', on: 'ssm:ListCommands' });
  expect(await endLeftJobs(at(0))).toEqual([
    expect.stringContaining('could not be looked for: AccessDenied'),
  ]);
  expect(await cancelLeftCommands(HOST, at(0))).toEqual([
    expect.stringContaining('could not be looked for: AccessDenied'),
  ]);
});
