/** The live part with a battery, against SSM and CloudWatch Logs over the wire, with hosts that are told what they see. */
import type { LogDestinationConfig } from '@aws-sdk/client-network-firewall';
import { CancelCommandCommand } from '@aws-sdk/client-ssm';
import { storeLogEvent } from '../../infra/lab/aws-api/logs/log-event';
import { logsHandlers } from '../../infra/lab/aws-api/logs/logs';
import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { ssmHandlers } from '../../infra/lab/aws-api/ssm/ssm';
import { newLabState, type LabState, type StoredCommand } from '../../infra/lab/state';
import type { HostCommand, HostCommandResult } from '../../infra/lab/vantage';
import { TECHNIQUES } from '../evasions/techniques';
import type { LiveEvidence, Observation } from '../probe';
import type { Technique } from '../technique';
import {
  ADDRESS,
  answer,
  ANSWERED,
  frameNonce,
  isBattery,
  noncesIn,
  technique,
  techniquesIn,
} from './battery-host.fixture';
import { runLive, type LiveOptions } from './live';
import { CONTROL, GROUP, snapshotOf, STUDIO } from './probed-snapshot.fixture';

let state: LabState;
let server: ApiServer;
let scripts: { readonly host: string; readonly script: string }[];
/** After which the records of techniques come: those with a name in half the time. */
let lateMs: number;
let onScript: (host: string, script: string) => Promise<void>;

beforeEach(async () => {
  [scripts, onScript, lateMs] = [[], async () => {}, 0];
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

/** A SYN that nobody answers: no record of it is waited for. */
const UNANSWERED = ['silent', null, 0, null, 0, 0, 0, ''] as const;

/** Everything of the Studio host's is dropped behind its first bytes, and logged; of the lone ones and the fillers, nothing. */
async function run(host: string, { script }: HostCommand): Promise<HostCommandResult> {
  scripts.push({ host, script });
  await onScript(host, script);
  const isInside = host === STUDIO;
  if (isBattery(script)) {
    if (!isInside) return answer(script, { reports: { named: ANSWERED, lone: ANSWERED, rival: ANSWERED } });
    const ids = techniquesIn(script);
    for (const [index, nonce] of noncesIn(script).entries())
      if (ids[index] === 'named') log({ tls: { sni: `n${nonce}.example.com` } }, lateMs / 2);
    if (ids.includes('lone-logged')) log({ dest_port: 9000 }, lateMs);
    const unanswered = ids.filter((id) => /^(lone|filler-\d+)$/.test(id)).map((id) => [id, UNANSWERED]);
    return answer(script, { reports: Object.fromEntries(unanswered) });
  }
  const nonce = frameNonce(script);
  const lines = ['begin 0', `address example.com=${ADDRESS}`];
  if (script.includes('--resolve')) {
    lines.push('marker example.com=28 tcp');
    log({ tls: { sni: `n${nonce}.example.com` } });
  }
  if (script.includes('client.out')) {
    if (isInside) log({ tls: { sni: 'example.com' } });
    lines.push(`product ${isInside ? 'no' : 'yes'}`, `client ${isInside ? 124 : 0}`);
  }
  const stdout = [...lines, 'end 0'].map((line) => `@studio-egress ${nonce} ${line}\n`).join('');
  return { exitCode: 0, stdout, stderr: '' };
}

function log(parts: Readonly<Record<string, unknown>>, delayMs = 0): void {
  const timestamp = Date.now();
  const event = {
    timestamp: new Date(timestamp).toISOString(),
    event_type: 'alert',
    src_ip: '10.2.2.10',
    dest_ip: ADDRESS,
    dest_port: 443,
    proto: 'TCP',
    alert: { action: 'blocked', signature: 'aws:drop_established', signature_id: 4 },
    verdict: { action: 'drop' },
    ...parts,
  };
  const record = { firewall_name: 'fw', availability_zone: 'us-east-1a', event };
  const stored = { timestamp, ingestionTime: timestamp + delayMs, message: JSON.stringify(record) };
  storeLogEvent(state, { group: GROUP, stream: 'alert', event: stored });
}

const options = (techniques: readonly Technique[], overrides: Partial<LiveOptions> = {}): LiveOptions => ({
  connection: {
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
  },
  snapshot: snapshotOf(),
  destinations: [{ probe: 'wget-example', expect: 'denied' }],
  allowedTimeoutMs: 3000,
  deniedTimeoutMs: 2000,
  logTimeoutMs: 3000,
  battery: { techniques, listener: null },
  arrivals: null,
  onAnnounce: () => {},
  onProgress: () => {},
  signal: new AbortController().signal,
  ...overrides,
});

type Run = Extract<LiveEvidence, { status: 'run' }>;

async function live(techniques: readonly Technique[], overrides: Partial<LiveOptions> = {}): Promise<Run> {
  const evidence = await runLive(options(techniques, overrides));
  if (evidence.status !== 'run') throw new Error(evidence.because);
  return evidence;
}

const inside = ({ observations }: Pick<Run, 'observations'>) =>
  observations
    .filter(({ vantage }) => vantage === 'studio')
    .map(({ probe, result, firewallRecords }) =>
      [probe, result.kind, ...firewallRecords.map(({ by }) => by)].join(' '),
    );

test('techniques go along with the clients, and what has a nonce is found in the log by it', async () => {
  const notes: string[] = [];
  const seen = await live([technique('named', { named: true }), technique('lone', { port: 9000 })], {
    onAnnounce: (text) => notes.push(text),
  });
  expect(inside(seen)).toEqual([
    'wget-example timed-out nonce name-and-time',
    'named timed-out nonce',
    'lone timed-out',
  ]);
  expect(notes).toEqual([`Sending 4 commands to ssm:${STUDIO} and 3 control runs to ssm:${CONTROL}.`]);
  expect(seen.log.status).toBe('complete');
  expect(seen.notSent).toEqual([]);
});

test('a technique’s record may come after the sentinel’s, from another engine', async () => {
  lateMs = 500;
  const techniques = [technique('named', { named: true }), technique('lone-logged', { port: 9000 })];
  const seen = await live(techniques, { logTimeoutMs: 20_000 });
  expect(inside(seen)).toContain('named timed-out nonce');
  expect(inside(seen)).toContain('lone-logged timed-out destination-and-time');
  expect(seen.log.status).toBe('complete');
});

test('so may one that the firewall owes by its configuration alone, and it is waited for', async () => {
  onScript = async (host, script) => {
    if (host === STUDIO && techniquesIn(script).includes('lone')) log({ dest_port: 9000 }, 1200);
  };
  const asked: string[] = [];
  const owedRecords = (observations: readonly Observation[]): readonly string[] => {
    const [own] = observations.filter(({ probe, vantage }) => probe === 'lone' && vantage === 'studio');
    asked.push(observations.map(({ vantage }) => vantage).join(' '));
    return own?.firewallRecords.length === 0 ? ['lone'] : [];
  };
  const techniques = [technique('lone', { port: 9000 })];
  const seen = await live(techniques, { logTimeoutMs: 20_000, owedRecords });
  expect(inside(seen)).toContain('lone timed-out destination-and-time');
  expect(seen.log.status).toBe('complete');
  expect(asked.length).toBeGreaterThan(1);
  expect(new Set(asked)).toEqual(new Set(['studio studio control control']));
});

test('where no destination is denied, a technique that was stopped lends its name to the sentinel', async () => {
  const seen = await live([technique('named', { named: true })], { destinations: [] });
  expect(inside(seen)).toEqual(['named timed-out nonce']);
  expect(seen.log.status).toBe('complete');
  expect(scripts.at(-1)?.script).toMatch(/say address "example\.com=/);
  // The real ones have names of all kinds, and all of them may be stopped.
  const { log: completeness } = await live(TECHNIQUES, { destinations: [] });
  expect(completeness.status).toBe('complete');
  // What has no name cannot.
  expect((await live([technique('lone')], { destinations: [] })).log).toMatchObject({
    because: expect.stringContaining('nothing was blocked'),
  });
});

test('a block of a command whose report was lost is not taken for another technique’s', async () => {
  const filler = Array.from({ length: 20 }, (_, index) =>
    technique(`filler-${index}`, { port: 1000 + index }),
  );
  const port = 9000;
  const battery = [technique('lone', { port }), ...filler, technique('rival', { port })];
  const isRivals = (script: string) => script.includes('technique rival <<');
  const isInside = ({ command }: StoredCommand) =>
    command.InstanceIds?.includes(STUDIO) === true &&
    isRivals(command.Parameters?.['commands']?.join('\n') ?? '');
  onScript = async (host, script) => {
    if (host !== STUDIO || !isBattery(script)) return;
    // It is the rival that is dropped; what becomes of the other, nobody logs.
    if (isRivals(script)) {
      log({ dest_port: port });
      // Its result is nobody's any more: somebody else ends the command.
      const [commandId] = [...state.commands].find(([, stored]) => isInside(stored)) ?? [];
      await server.api.call('ssm', CancelCommandCommand, { CommandId: commandId });
    }
  };
  const seen = await live(battery);
  expect(inside(seen)).toContain('rival inconclusive');
  expect(inside(seen)).toContain('lone timed-out');
  expect(scripts.filter(({ host, script }) => host === STUDIO && isBattery(script)).length).toBeGreaterThan(
    1,
  );
});

test.each<[string, LogDestinationConfig[], string, string]>([
  ['no logging at all', [], 'no ALERT logging', 'no FLOW logging'],
  [
    'Firehose alone',
    (['ALERT', 'FLOW'] as const).map((LogType) => ({
      LogType,
      LogDestinationType: 'KinesisDataFirehose',
      LogDestination: { deliveryStream: 'b' },
    })),
    'alerts go to KinesisDataFirehose, which cannot be read',
    'flow records go to KinesisDataFirehose, which cannot be read',
  ],
])('in an account with %s the run ends at once, and says so', async (_case, destinations, alert, flow) => {
  const snapshot = snapshotOf({
    loggingConfigurations: [{ LoggingConfiguration: { LogDestinationConfigs: destinations } }],
  });
  const seen = await live([technique('named', { named: true })], { snapshot, logTimeoutMs: 60_000 });
  expect(inside(seen)).toEqual(['wget-example timed-out', 'named timed-out']);
  expect(seen.log).toMatchObject({ status: 'incomplete', because: expect.stringContaining(alert) });
  expect(seen.flowLog).toMatchObject({ status: 'incomplete', because: expect.stringContaining(flow) });
});

test('what servers saw goes to the technique whose nonce it is; servers that are gone saw nothing', async () => {
  let nonce = '';
  onScript = async (host, script) => {
    if (host === STUDIO && isBattery(script)) [nonce = ''] = noncesIn(script);
  };
  const record = () => ({
    at: '2026-11-27T15:00:00.000Z',
    nonce,
    protocol: 'tcp',
    remote: '198.51.100.10:4000',
    local: `${ADDRESS}:443`,
    bytes: 40,
  });
  const techniques = [technique('named', { named: true })];
  const watched = await live(techniques, { arrivals: async () => ({ records: [record()], dropped: 0 }) });
  const of = ({ observations }: typeof watched) =>
    observations.map(({ probe, vantage, arrivals }) => [probe, vantage, arrivals?.length ?? null]);
  expect(of(watched)).toEqual([
    ['wget-example', 'studio', 0],
    ['named', 'studio', 1],
    ['wget-example', 'control', 0],
    ['named', 'control', 0],
  ]);
  const gone = await live(techniques, { arrivals: async () => Promise.reject(new Error('gone')) });
  expect(of(gone).map(([, , count]) => count)).toEqual([null, null, null, null]);
});

test('the signal ends a battery in its middle, and cancels its commands', async () => {
  const ending = new AbortController();
  onScript = async (_host, script) => {
    // Only the lookup is answered.
    if (!script.includes('technique()') && isBattery(script)) return;
    if (scripts.length === 5) setTimeout(() => ending.abort(), 50);
    return new Promise(() => {});
  };
  await expect(
    runLive(options([technique('named', { named: true })], { signal: ending.signal })),
  ).rejects.toThrow();
  const count = (operation: string) => server.calls.filter((call) => call.operation === operation).length;
  expect(count('SendCommand')).toBe(5);
  expect(count('CancelCommand')).toBe(4);
}, 10_000);
