/** The live part against SSM and CloudWatch Logs over the wire. Only the hosts are not real: what they see is told here. */
import { newLabState, type LabState } from '../../infra/lab/state';
import { storeLogEvent } from '../../infra/lab/aws-api/logs/log-event';
import { logsHandlers } from '../../infra/lab/aws-api/logs/logs';
import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { ssmHandlers } from '../../infra/lab/aws-api/ssm/ssm';
import type { HostCommand, HostCommandResult } from '../../infra/lab/vantage';
import type { LiveEvidence, Observation } from '../probe';
import { runLive, type LiveDestination, type LiveOptions } from './live';
import { CONTROL, GROUP, snapshotOf, STUDIO } from './probed-snapshot.fixture';

/** How the world treats a connection from inside the Studio subnet. */
type Fate = 'through' | 'dropped' | 'dropped-unlogged' | 'unanswered' | 'unsent';

let fates: Readonly<Record<string, Fate>>;
let logDelayMs: number;
let state: LabState;
let server: ApiServer;
let scripts: { readonly host: string; readonly script: string }[];
let onScript: (host: string) => Promise<void>;

beforeEach(async () => {
  [fates, logDelayMs, scripts, onScript] = [{}, 0, [], async () => {}];
  state = newLabState();
  for (const InstanceId of [STUDIO, CONTROL])
    state.managedInstances.set(InstanceId, { information: { InstanceId }, tags: new Map() });
  state.logGroups.set(GROUP, { logGroupName: GROUP });
  state.logEvents.set(GROUP, new Map());
  const hosts = () => ({ reachable: () => [STUDIO, CONTROL], run });
  const context = { state, hosts, now: () => new Date() };
  server = await startApiServer({ context, handlers: [...ssmHandlers(context), ...logsHandlers(context)] });
});
afterEach(() => server.close());

/** Answers a probe's script as a host with that fate would, and writes what its firewall would log. */
async function run(host: string, { script }: HostCommand): Promise<HostCommandResult> {
  scripts.push({ host, script });
  await onScript(host);
  const nonce = /@studio-egress ([a-z0-9]+) /.exec(script)?.[1] ?? '';
  const names = [
    ...new Set([...script.matchAll(/say address "([a-z0-9.-]+)=/g)].map((match) => match[1] ?? '')),
  ];
  const isClient = script.includes('client.out');
  const lines = [`begin 0`];
  for (const name of names) {
    const fate = host === CONTROL ? 'through' : (fates[name] ?? 'through');
    lines.push(`address ${name}=203.0.113.20`);
    if (script.includes('--resolve')) {
      lines.push(
        `marker ${name}=${{ through: '0 tls', unanswered: '28 nothing', unsent: '127 unsent' }[fate as string] ?? '28 tcp'}`,
      );
      if (fate === 'dropped') log(`n${nonce}.${name}`);
    }
    if (fate === 'dropped' && isClient && name === names[0]) log(name);
  }
  const stopped = host !== CONTROL && (fates[names[0] ?? ''] ?? 'through') !== 'through';
  if (isClient) lines.push(stopped ? 'product no' : 'product yes', `client ${stopped ? 124 : 0}`);
  const stdout = [...lines, 'end 0'].map((line) => `@studio-egress ${nonce} ${line}\n`).join('');
  return { exitCode: 0, stdout, stderr: '' };
}

function log(sni: string): void {
  const timestamp = Date.now();
  const event = {
    timestamp: new Date(timestamp).toISOString(),
    event_type: 'alert',
    src_ip: '10.2.2.10',
    dest_ip: '203.0.113.20',
    proto: 'TCP',
    tls: { sni },
    alert: { action: 'blocked', signature: 'aws:alert_established action', signature_id: 4 },
    verdict: { action: 'drop' },
  };
  const record = { firewall_name: 'fw', availability_zone: 'us-east-1a', event };
  storeLogEvent(state, {
    group: GROUP,
    stream: 'alert',
    event: { timestamp, ingestionTime: timestamp + logDelayMs, message: JSON.stringify(record) },
  });
}

const STORY: readonly LiveDestination[] = [
  { probe: 'wget-kaggle', expect: 'allowed' },
  { probe: 'git-clone-github', expect: 'denied' },
  { probe: 'pip-install-pypi', expect: 'denied' },
];
const BLOCKED: Readonly<Record<string, Fate>> = {
  'github.com': 'dropped',
  'pypi.org': 'dropped',
  'files.pythonhosted.org': 'dropped',
};

const options = (overrides: Partial<LiveOptions> = {}): LiveOptions => ({
  connection: {
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
  },
  snapshot: snapshotOf(),
  destinations: STORY,
  allowedTimeoutMs: 6000,
  deniedTimeoutMs: 3000,
  logTimeoutMs: 3000,
  battery: null,
  arrivals: null,
  onAnnounce: () => {},
  onProgress: () => {},
  signal: new AbortController().signal,
  ...overrides,
});

async function live(overrides: Partial<LiveOptions> = {}): Promise<Extract<LiveEvidence, { status: 'run' }>> {
  const evidence = await runLive(options(overrides));
  if (evidence.status !== 'run') throw new Error(evidence.because);
  return evidence;
}

const inShort = ({ probe, vantage, result, firewallRecords }: Observation): string =>
  [probe, vantage, result.kind, ...firewallRecords.map(({ by }) => by)].join(' ');

test('every destination is seen from both sides, and each block is found in the log twice over', async () => {
  fates = BLOCKED;
  const notes: string[] = [];
  const { observations, log: completeness } = await live({ onAnnounce: (text) => notes.push(text) });
  expect(observations.map(inShort)).toEqual([
    'wget-kaggle studio succeeded',
    'git-clone-github studio timed-out nonce name-and-time',
    'pip-install-pypi studio timed-out nonce name-and-time nonce',
    'wget-kaggle control succeeded',
    'git-clone-github control succeeded',
    'pip-install-pypi control succeeded',
  ]);
  expect(completeness.status).toBe('complete');
  expect(notes).toEqual([`Sending 5 commands to ssm:${STUDIO} and 3 control runs to ssm:${CONTROL}.`]);
  expect(new Set(observations.map(({ nonce }) => nonce)).size).toBe(3);
});

test.each([-600_000, 600_000])('so is the block of a host whose clock is %d ms off', async (clockAheadMs) => {
  fates = BLOCKED;
  state.managedInstances.set(STUDIO, { information: { InstanceId: STUDIO }, tags: new Map(), clockAheadMs });
  const { observations, log: completeness } = await live();
  expect(observations.slice(0, 3).map(inShort)).toEqual([
    'wget-kaggle studio succeeded',
    'git-clone-github studio timed-out nonce name-and-time',
    'pip-install-pypi studio timed-out nonce name-and-time nonce',
  ]);
  expect(completeness.status).toBe('complete');
});

test('a host without curl and openssl sends no sentinel, and that is said', async () => {
  fates = BLOCKED;
  onScript = async () => {
    if (sentinelScripts().length > 0)
      fates = Object.fromEntries(Object.keys(BLOCKED).map((name) => [name, 'unsent' as const]));
  };
  const { log: completeness } = await live({ logTimeoutMs: 60_000 });
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because: 'the sentinel could not be sent: the host has neither curl nor openssl',
  });
});

test('bounds follow what is expected: short for a block, long for what should get through and for controls', async () => {
  fates = BLOCKED;
  await live();
  const bounds = (host: string) =>
    scripts
      .filter((one) => one.host === host && one.script.includes('client.out'))
      .map(({ script }) => Number(/^timeout -k 1 (\d+) /m.exec(script)?.[1]));
  // pip has time to start on top.
  expect(bounds(STUDIO).sort((a, b) => a - b)).toEqual([3, 6, 11]);
  expect(bounds(CONTROL).sort((a, b) => a - b)).toEqual([6, 6, 14]);
});

test('the sentinel goes after the probes, under names that this run saw blocked', async () => {
  fates = { 'pypi.org': 'dropped', 'files.pythonhosted.org': 'dropped' };
  await live();
  const sentinel = scripts.at(-1);
  expect(sentinel?.host).toBe(STUDIO);
  expect(sentinel?.script).not.toContain('client.out');
  expect(sentinel?.script).toMatch(/say address "pypi\.org=/);
  expect(sentinel?.script).not.toContain('github.com');
});

const sentinelScripts = () =>
  scripts.filter(({ script }) => /--resolve/.test(script) && !/client\.out/.test(script));

test('two sentinels go, some time apart and told apart, and the log is complete with both', async () => {
  fates = BLOCKED;
  const states: string[] = [];
  const { log: completeness } = await live({ onProgress: (text) => states.push(text) });
  const nonces = sentinelScripts().map(({ script }) => /@studio-egress ([a-z0-9]+) /.exec(script)?.[1]);
  expect(new Set(nonces).size).toBe(2);
  expect(completeness).toMatchObject({ status: 'complete', sentinelNonce: nonces.at(-1) });
});

test.each([1, 2])('without the record of sentinel %d the log is incomplete', async (lost) => {
  fates = BLOCKED;
  onScript = async () => {
    logDelayMs = sentinelScripts().length === lost ? 60_000 : 0;
  };
  const { log: completeness, observations } = await live({ logTimeoutMs: 1500 });
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because: expect.stringContaining('the sentinel'),
  });
  expect(observations[1]?.firewallRecords).toHaveLength(2);
});

test('the signal between two sentinels keeps what the probes saw', async () => {
  fates = BLOCKED;
  const ending = new AbortController();
  onScript = async () => {
    if (sentinelScripts().length === 1) ending.abort();
  };
  const { log: completeness, observations } = await live({ signal: ending.signal, logTimeoutMs: 600_000 });
  expect(observations).toHaveLength(6);
  expect(completeness).toMatchObject({ status: 'incomplete' });
});

test('without a sentinel in the log within the bound, the log is incomplete', async () => {
  fates = BLOCKED;
  logDelayMs = 60_000;
  const { observations, log: completeness } = await live({ logTimeoutMs: 500 });
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because: expect.stringContaining('the sentinel'),
  });
  expect(observations.flatMap(({ firewallRecords }) => firewallRecords)).toEqual([]);
});

test('records that come late but within the bound are found', async () => {
  fates = BLOCKED;
  logDelayMs = 800;
  const { observations, log: completeness } = await live();
  expect(completeness.status).toBe('complete');
  expect(observations[1]?.firewallRecords).toHaveLength(2);
});

test('a block that is not logged is absent from a complete log', async () => {
  fates = { ...BLOCKED, 'github.com': 'dropped-unlogged' };
  const { observations, log: completeness } = await live();
  expect(completeness.status).toBe('complete');
  expect(observations[1] && inShort(observations[1])).toBe('git-clone-github studio timed-out');
});

test.each([
  ['nothing was blocked', {}, 'nothing was blocked'],
  [
    'what was stopped never came to send its name',
    Object.fromEntries(Object.keys(BLOCKED).map((name) => [name, 'unanswered' as const])),
    'had come as far as its server name',
  ],
])('no sentinel is waited for when %s', async (_case, world, because) => {
  fates = world;
  const { log: completeness } = await live({ logTimeoutMs: 60_000 });
  expect(completeness).toMatchObject({ status: 'incomplete', because: expect.stringContaining(because) });
});

test('a sentinel that suddenly gets no answer, or gets through, is not waited for', async () => {
  for (const fate of ['unanswered', 'through'] as const) {
    fates = BLOCKED;
    const before = scripts.length;
    onScript = async () => {
      if (scripts.length - before > 6)
        fates = Object.fromEntries(Object.keys(BLOCKED).map((name) => [name, fate]));
    };
    const { log: completeness } = await live({ logTimeoutMs: 60_000 });
    expect(completeness).toMatchObject({
      status: 'incomplete',
      because: expect.stringContaining('did not come to be judged'),
    });
  }
});

test('without an alert log nothing is waited for, and why is said', async () => {
  fates = BLOCKED;
  const snapshot = snapshotOf({ loggingConfigurations: [] });
  const { log: completeness } = await live({ snapshot, logTimeoutMs: 60_000 });
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because: expect.stringContaining('no ALERT logging'),
  });
});

test('a log that may not be read is incomplete at once and the observations are kept', async () => {
  fates = BLOCKED;
  server.faults.add({ kind: 'access-denied', on: 'logs:FilterLogEvents' });
  const { observations, log: completeness } = await live({ logTimeoutMs: 60_000 });
  expect(observations).toHaveLength(6);
  expect(completeness).toMatchObject({
    status: 'incomplete',
    because: expect.stringContaining('not authorized'),
  });
});

test('a command that cannot be delivered, and a destination without a probe, cost only themselves', async () => {
  fates = BLOCKED;
  const inStudioForGit = (input: unknown): boolean =>
    JSON.stringify(input).includes('git clone') && JSON.stringify(input).includes(STUDIO);
  server.faults.add({ kind: 'access-denied', on: 'ssm:SendCommand', when: inStudioForGit });
  const { observations, log: completeness } = await live({
    destinations: [...STORY, { probe: 'wget-no_name', expect: 'allowed' }],
  });
  expect(observations.map(inShort)).toEqual([
    'wget-kaggle studio succeeded',
    'git-clone-github studio inconclusive',
    'pip-install-pypi studio timed-out nonce name-and-time nonce',
    'wget-no_name studio inconclusive',
    'wget-kaggle control succeeded',
    'git-clone-github control succeeded',
    'pip-install-pypi control succeeded',
    'wget-no_name control inconclusive',
  ]);
  expect(completeness.status).toBe('complete');
});

test('without a probe host nothing is sent', async () => {
  const evidence = await runLive(options({ snapshot: snapshotOf({ instances: [] }) }));
  expect(evidence).toEqual({ status: 'not-run', because: expect.stringContaining('probe-host') });
  expect(server.calls).toEqual([]);
});

test('the signal ends a run in the middle of its probes, and cancels what it sent', async () => {
  const ending = new AbortController();
  onScript = async () => {
    if (scripts.length === 6) setTimeout(() => ending.abort(), 50);
    return new Promise(() => {});
  };
  const startedAt = Date.now();
  await expect(runLive(options({ signal: ending.signal }))).rejects.toThrow();
  expect(Date.now() - startedAt).toBeLessThan(6000);
  const count = (operation: string) => server.calls.filter((call) => call.operation === operation).length;
  expect(count('CancelCommand')).toBe(6);
  expect(count('SendCommand')).toBe(6);
});
