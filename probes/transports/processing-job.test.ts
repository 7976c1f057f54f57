/** What is a processing job's own: over the wire, against the lab's SageMaker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StopProcessingJobCommand } from '@aws-sdk/client-sagemaker';
import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { allHandlers } from '../../infra/lab/aws-api/services';
import { newLabState, type LabState } from '../../infra/lab/state';
import type { HostCommand, HostCommandResult } from '../../infra/lab/vantage';
import { localTransport } from './local';
import type { ProcessingJobOptions } from './processing-job';
import { JOB_RUN_ID, jobAccount, jobHosts, jobTransport, QUICK_BOUNDS } from './processing-job.fixture';
import type { JobPlace } from './processing-job-vantage';
import { TransportError, type Transport } from './transport';

let state: LabState;
let server: ApiServer;
let place: JobPlace;
let open: Transport[];
let isUp: boolean;
let container: (command: HostCommand) => Promise<HostCommandResult>;

beforeEach(async () => {
  state = newLabState();
  [open, isUp, container] = [[], true, really];
  const run = async (_: string, command: HostCommand): Promise<HostCommandResult> => container(command);
  const reachable = (): readonly string[] => (isUp ? jobHosts(state) : []);
  const context = { state, hosts: () => ({ reachable, run }), now: () => new Date() };
  server = await startApiServer({ context, handlers: allHandlers(context) });
  place = await jobAccount(server.api);
});
afterEach(async () => {
  await Promise.all(open.map((transport) => transport.close()));
  for (const { stopping } of state.processingJobs.values()) stopping.abort();
  await server.close();
});

/** A container that really runs its command. */
async function really({ script, timeoutMs, signal }: HostCommand): Promise<HostCommandResult> {
  const host = localTransport();
  open.push(host);
  signal?.addEventListener('abort', () => void host.close(), { once: true });
  return (await host.run(script, { timeoutMs })).output;
}

async function transportOf(options: Partial<ProcessingJobOptions> = {}): Promise<Transport> {
  const transport = await jobTransport(server, place, options);
  open.push(transport);
  return transport;
}

const callsOf = (operation: string) => server.calls.filter((call) => call.operation === operation);
const bounds = { timeoutMs: 5000 };

test('the log is read from the time of the job on: the account has had others', async () => {
  const sinceMs = Date.now();
  await (await transportOf()).run('echo a', bounds);
  const starts = callsOf('FilterLogEvents').map(({ input }) =>
    typeof input === 'object' && input !== null && 'startTime' in input ? Number(input.startTime) : 0,
  );
  expect(starts.length).toBeGreaterThan(0);
  for (const start of starts) {
    expect(start).toBeGreaterThan(sinceMs - 3_600_000);
    expect(start).toBeLessThanOrEqual(Date.now());
  }
});

test('a job is bounded, tagged, not isolated, and stands where Studio does', async () => {
  const transport = await transportOf();
  const { host } = await transport.run('echo a', bounds);
  expect(host).toMatch(/^processing-job:studio-egress-20260101T000000Z-abcdef-1( at [\d.]+)?$/);
  expect(callsOf('CreateProcessingJob').map(({ input }) => input)).toEqual([
    expect.objectContaining({
      ProcessingJobName: `studio-egress-${JOB_RUN_ID}-1`,
      RoleArn: place.roleArn,
      NetworkConfig: {
        EnableNetworkIsolation: false,
        VpcConfig: { Subnets: place.subnetIds, SecurityGroupIds: place.securityGroupIds },
      },
      ProcessingResources: {
        ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.t3.medium', VolumeSizeInGB: 1 },
      },
      StoppingCondition: { MaxRuntimeInSeconds: 70 },
      Tags: [{ Key: 'studio-egress:run', Value: JOB_RUN_ID }],
    }),
  ]);
});

test('the scripts that are expected travel in one job, what follows in another, as far apart as it was asked', async () => {
  const transport = await transportOf({ expectedScripts: 3, settleMs: 500 });
  const first = await Promise.all(
    [0, 30, 60].map(async (ms) => {
      await sleep(ms);
      return transport.run('true', bounds);
    }),
  );
  expect(new Set(first.map(({ host }) => host)).size).toBe(1);
  const [early, late] = await Promise.all([
    transport.run('true', bounds),
    sleep(400).then(async () => transport.run('true', bounds)),
  ]);
  expect(callsOf('CreateProcessingJob')).toHaveLength(2);
  const apartMs = Date.parse(late.output.startedAt) - Date.parse(early.output.startedAt);
  expect(apartMs).toBeGreaterThan(300);
});

test('a first job leaves in time, also with fewer scripts than were expected', async () => {
  const transport = await transportOf({ expectedScripts: 2, gatherTimeoutMs: 50 });
  expect((await transport.run('echo a', bounds)).output.stdout).toBe('a\n');
});

test('a run starts a bounded number of jobs', async () => {
  const transport = await transportOf();
  for (let n = 0; n < 4; n += 1) await transport.run('true', bounds);
  await expect(transport.run('true', bounds)).rejects.toThrow('at most 4');
  expect(callsOf('CreateProcessingJob')).toHaveLength(4);
});

test('a script that fits into no job is refused alone', async () => {
  const transport = await transportOf({ expectedScripts: 2 });
  const dense = Array.from({ length: 12_000 }, (_, n) => Math.sin(n).toString(36)).join('');
  const runs = await Promise.allSettled([transport.run(dense, bounds), transport.run('true', bounds)]);
  expect(runs.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});

test('a lost answer to the creation starts no second job', async () => {
  server.faults.add({ kind: 'reset', on: 'sagemaker:CreateProcessingJob', times: 1 });
  server.faults.add({ kind: 'throttled', on: 'sagemaker:DescribeProcessingJob', times: 2 });
  server.faults.add({ kind: 'throttled', on: 'logs:FilterLogEvents', times: 1 });
  const transport = await transportOf();
  expect((await transport.run('echo a', bounds)).output.stdout).toBe('a\n');
  expect(state.processingJobs.size).toBe(1);
});

test('a job whose creation was answered with what nobody can read is stopped: it may be there', async () => {
  server.faults.add({ kind: 'malformed', body: 'garbage', on: 'sagemaker:CreateProcessingJob' });
  const transport = await transportOf();
  await expect(transport.run('sleep 5', bounds)).rejects.toThrow('sagemaker:CreateProcessingJob');
  expect(state.processingJobs.size).toBe(1);
  for (const { stopping } of state.processingJobs.values()) expect(stopping.signal.aborted).toBe(true);
});

test.each([
  ['the job is denied', { kind: 'access-denied', on: 'sagemaker:CreateProcessingJob' }, /AccessDenied/],
  [
    'the account has no quota for it',
    { kind: 'error', on: 'sagemaker:CreateProcessingJob', code: 'ResourceLimitExceeded', status: 400 },
    /ResourceLimitExceeded/,
  ],
  [
    'its state cannot be read',
    { kind: 'access-denied', on: 'sagemaker:DescribeProcessingJob' },
    /AccessDenied/,
  ],
  ['its log cannot be read', { kind: 'access-denied', on: 'logs:FilterLogEvents' }, /AccessDenied/],
] as const)('%s: no answer, and no job is left', async (_case, fault, message) => {
  server.faults.add(fault);
  const transport = await transportOf();
  const run = transport.run('sleep 30', bounds);
  await expect(run).rejects.toThrow(TransportError);
  await expect(run).rejects.toThrow(message);
  await transport.close();
  expect([...state.processingJobs.values()].filter(({ stopping }) => !stopping.signal.aborted)).toEqual([]);
});

test('a role that SageMaker may not take is named', async () => {
  const transport = await transportOf({
    place: { ...place, roleArn: 'arn:aws:iam::123456789012:role/none' },
  });
  await expect(transport.run('true', bounds)).rejects.toThrow(/Could not assume role/);
});

test('a subnet without free addresses fails the job, in the words of SageMaker', async () => {
  const subnet = state.subnets.get(place.subnetIds[0] ?? '');
  if (subnet !== undefined) subnet.CidrBlock = '10.0.1.0/30';
  const transport = await transportOf();
  await expect(transport.run('true', bounds)).rejects.toThrow(/it failed: ClientError: .* free IP addresses/);
});

test('a container that fails without a word says how it ended', async () => {
  container = async () => ({ exitCode: 127, stdout: '', stderr: 'python3: not found\n' });
  const transport = await transportOf();
  await expect(transport.run('true', bounds)).rejects.toThrow(
    /AlgorithmError.*exit code 127; python3: not found/,
  );
});

test('what came before the container failed is kept, the rest is no answer', async () => {
  container = async (command) => ({ ...(await really(command)), exitCode: 1 });
  const transport = await transportOf();
  expect((await transport.run('echo a', bounds)).output.stdout).toBe('a\n');
});

test.each([
  [
    'a frame of one script is lost',
    (lines: readonly string[]) => lines.filter((line) => !/ 1 1 1 /.test(line)),
    /never came to CloudWatch Logs/,
  ],
  [
    'a frame of one script is damaged',
    (lines: readonly string[]) =>
      lines.map((line) => (/ 1 1 1 /.test(line) ? `${line.slice(0, -8)}AAAAAAAA` : line)),
    /is damaged/,
  ],
] as const)('%s: the others have their answers', async (_case, deliver, message) => {
  container = async (command) => {
    const result = await really(command);
    return { ...result, stdout: deliver(result.stdout.split('\n')).join('\n') };
  };
  const transport = await transportOf({ expectedScripts: 3 });
  const runs = await Promise.allSettled(['a', 'b', 'c'].map((word) => transport.run(`echo ${word}`, bounds)));
  expect(runs.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const [, lost] = runs;
  expect(lost?.status === 'rejected' && String(lost.reason)).toMatch(message);
});

test('frames that arrive late, twice and in reverse are read like any', async () => {
  container = async (command) => {
    const result = await really(command);
    const lines = result.stdout.split('\n').reverse();
    return { ...result, stdout: [...lines, ...lines].join('\n') };
  };
  const transport = await transportOf();
  const words = Array.from({ length: 3000 }, (_, n) => Math.sin(n).toString(36)).join(' ');
  const { output } = await transport.run(`printf '%s' '${words}'`, bounds);
  expect(output.stdout).toBe(words);
});

test('output beyond the bound is no half answer', async () => {
  const transport = await transportOf();
  await expect(transport.run('head -c 70000 /dev/zero', bounds)).rejects.toThrow('cut at 64 KB');
});

test('a job that does not start is given up and stopped', async () => {
  isUp = false;
  const transport = await transportOf({ bounds: { ...QUICK_BOUNDS, startTimeoutMs: 200 } });
  await expect(transport.run('true', bounds)).rejects.toThrow(/did not start within/);
  expect(callsOf('StopProcessingJob')).toHaveLength(1);
});

test('a job that somebody stops is no answer', async () => {
  const transport = await transportOf();
  const failed = expect(transport.run('sleep 30', bounds)).rejects.toThrow(/was stopped, by somebody/);
  while (state.processingJobs.size === 0) await sleep(20);
  await sleep(200);
  await server.api.call('sagemaker', StopProcessingJobCommand, {
    ProcessingJobName: `studio-egress-${JOB_RUN_ID}-1`,
  });
  await failed;
});

test('the end of the run stops the job, and starts no other', async () => {
  const ending = new AbortController();
  const transport = await transportOf({ signal: ending.signal });
  const runs = [transport.run('sleep 30', { timeoutMs: 60_000 })];
  while (state.processingJobs.size === 0) await sleep(20);
  runs.push(transport.run('sleep 31', { timeoutMs: 60_000 }));
  ending.abort();
  const results = await Promise.allSettled(runs);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await transport.close();
  expect(callsOf('StopProcessingJob')).toHaveLength(callsOf('CreateProcessingJob').length);
  expect([...state.processingJobs.values()].every(({ stopping }) => stopping.signal.aborted)).toBe(true);
  await expect(transport.run('true', bounds)).rejects.toThrow(/the run ended/);
});

test('a run whose id cannot stand in a name is refused', async () => {
  await expect(transportOf({ runId: 'a b' })).rejects.toThrow(RangeError);
});
