/** The log reader against CloudWatch Logs over the wire. */
import { setTimeout as sleep } from 'node:timers/promises';
import { newLabState, type LabState } from '../../infra/lab/state';
import { storeLogEvent } from '../../infra/lab/aws-api/logs/log-event';
import { logsHandlers } from '../../infra/lab/aws-api/logs/logs';
import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { cloudWatchSource } from './cloudwatch';
import type { FirewallLogSource, LogRange } from './found-records';

const START_MS = Date.parse('2026-11-23T15:00:00.000Z');

let nowMs: number;
let state: LabState;
let server: ApiServer;
let open: FirewallLogSource[];

beforeEach(async () => {
  nowMs = START_MS;
  open = [];
  state = newLabState();
  // Small pages: with these, a page looks through 20 events, whatever it finds.
  const context = { state, hosts: () => null, now: () => new Date(nowMs), pageSize: 1 };
  server = await startApiServer({ context, handlers: logsHandlers(context) });
  for (const logGroupName of ['alerts-a', 'alerts-b']) {
    state.logGroups.set(logGroupName, { logGroupName });
    state.logEvents.set(logGroupName, new Map());
  }
});
afterEach(async () => {
  open.forEach((source) => source.close());
  await server.close();
});

async function source(...groups: readonly string[]): Promise<FirewallLogSource> {
  const opened = await cloudWatchSource(
    {
      region: 'us-east-1',
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    },
    { logGroupNames: groups, firewallNames: new Set(['fw']) },
  );
  open.push(opened);
  return opened;
}

const range = (overrides: Partial<LogRange> = {}): LogRange => ({
  sinceMs: START_MS - 60_000,
  untilMs: START_MS + 60_000,
  signal: new AbortController().signal,
  ...overrides,
});

interface Stored {
  readonly group?: string;
  readonly sni?: string;
  readonly atMs?: number;
  readonly ingestionTime?: number;
  readonly message?: string;
  readonly stream?: string;
  readonly firewallName?: string;
}

const STREAM = '/aws/network-firewall/alert/fw_2026-11-23-15';

function store({
  group = 'alerts-a',
  sni = '',
  atMs = START_MS,
  ingestionTime = START_MS,
  ...others
}: Stored) {
  const { message, stream = STREAM, firewallName = 'fw' } = others;
  const event = {
    timestamp: new Date(atMs).toISOString(),
    event_type: 'alert',
    src_ip: '10.2.2.10',
    dest_ip: '203.0.113.20',
    proto: 'TCP',
    tls: { sni },
  };
  const record = { firewall_name: firewallName, availability_zone: 'us-east-1a', event };
  storeLogEvent(state, {
    group,
    stream,
    event: { timestamp: atMs, ingestionTime, message: message ?? JSON.stringify(record) },
  });
}

const namesIn = async (reader: FirewallLogSource, overrides: Partial<LogRange> = {}) =>
  (await reader.fetch(range(overrides))).records.map(({ sni }) => sni);

test('every page of every group is read', async () => {
  const names = Array.from({ length: 130 }, (_, index) => `name-${index}.example`);
  names.forEach((sni, index) =>
    store({ sni, group: index % 2 === 0 ? 'alerts-a' : 'alerts-b', atMs: START_MS + index }),
  );
  const found = await namesIn(await source('alerts-a', 'alerts-b'));
  expect(found).toHaveLength(names.length);
  expect(new Set(found)).toEqual(new Set(names));
  expect(server.calls.length).toBeGreaterThan(4);
});

test('what is in the log twice comes twice, and what is no record is counted', async () => {
  store({ sni: 'a.example' });
  store({ sni: 'a.example' });
  store({ message: 'no record' });
  const { records, unparsed } = await (await source('alerts-a')).fetch(range());
  expect(records).toHaveLength(2);
  expect(unparsed).toBe(1);
});

test('events count by their own time, however late they came', async () => {
  store({ sni: 'before.example', atMs: START_MS - 61_000 });
  store({ sni: 'in.example', atMs: START_MS, ingestionTime: START_MS + 360_000 });
  store({ sni: 'after.example', atMs: START_MS + 61_000 });
  const reader = await source('alerts-a');
  expect(await namesIn(reader)).toEqual([]);
  nowMs = START_MS + 360_000;
  const { records } = await reader.fetch(range());
  expect(records.map(({ sni, ingestedAt }) => [sni, ingestedAt])).toEqual([
    ['in.example', '2026-11-23T15:06:00.000Z'],
  ]);
});

test('a busy service and a lost line in the middle of the pages lose no record', async () => {
  for (let index = 0; index < 60; index += 1) store({ sni: `name-${index}.example`, atMs: START_MS + index });
  server.faults.add({ kind: 'throttled', on: 'logs:FilterLogEvents', times: 1 });
  const reader = await source('alerts-a');
  const reading = namesIn(reader);
  server.faults.add({ kind: 'truncated', on: 'logs:FilterLogEvents', times: 1 });
  expect(await reading).toHaveLength(60);
});

test('a group that is not there, or may not be read, fails the whole fetch', async () => {
  store({ sni: 'a.example' });
  await expect((await source('alerts-a', 'gone')).fetch(range())).rejects.toThrow(
    /^log group gone: .*does not exist/,
  );
  server.faults.add({ kind: 'access-denied', on: 'logs:FilterLogEvents' });
  await expect((await source('alerts-a')).fetch(range())).rejects.toThrow(/not authorized/);
});

test('closing ends what is still asked of the other groups', async () => {
  const isOfB = (input: unknown): boolean => JSON.stringify(input).includes('alerts-b');
  server.faults.add({ kind: 'throttled', on: 'logs:FilterLogEvents', when: isOfB });
  const reader = await source('gone', 'alerts-b');
  await expect(reader.fetch(range())).rejects.toThrow(/gone/);
  reader.close();
  const asked = server.calls.length;
  // Longer than the first two waits between attempts.
  await sleep(1500);
  expect(server.calls.length).toBeLessThanOrEqual(asked + 1);
});

test.each(['INFREQUENT_ACCESS', 'DELIVERY'] as const)(
  'a group of the class %s cannot be searched, which is no empty log',
  async (logGroupClass) => {
    state.logGroups.set('alerts-b', { logGroupName: 'alerts-b', logGroupClass });
    store({ sni: 'a.example' });
    await expect((await source('alerts-a', 'alerts-b')).fetch(range())).rejects.toMatchObject({
      code: 'InvalidOperationException',
      message: expect.stringMatching(/^log group alerts-b: .*; send the records to .* STANDARD/),
    });
  },
);

test('a key that CloudWatch Logs may not use any more is named in AWS’s words', async () => {
  server.faults.add({
    kind: 'error',
    on: 'logs:FilterLogEvents',
    code: 'AccessDeniedException',
    status: 400,
    message: 'The KMS key is disabled',
  });
  await expect((await source('alerts-a')).fetch(range())).rejects.toMatchObject({
    code: 'AccessDeniedException',
    message: 'log group alerts-a: The KMS key is disabled',
  });
});

test('an empty page with a token is not the end', async () => {
  for (let index = 0; index < 30; index += 1) store({ sni: `name-${index}.example`, atMs: START_MS + index });
  server.faults.add({ kind: 'extra-page', on: 'logs:FilterLogEvents' });
  expect(await namesIn(await source('alerts-a'))).toHaveLength(30);
});

test('an answer without a list of events is no empty log', async () => {
  server.faults.add({ kind: 'empty-answer', on: 'logs:FilterLogEvents' });
  await expect((await source('alerts-a')).fetch(range())).rejects.toThrow(
    /did not return events of alerts-a/,
  );
});

test('a signal ends a fetch', async () => {
  server.faults.add({ kind: 'late', on: 'logs:FilterLogEvents', delayMs: 400, times: 1 });
  const reader = await source('alerts-a');
  await expect(reader.fetch(range({ signal: AbortSignal.timeout(50) }))).rejects.toThrow(/no answer/);
});

test.each([
  ['of another firewall', { sni: 'a.example', firewallName: 'other' }, { foreign: 1 }],
  ['that is no record, in the firewall’s stream', { message: 'no record' }, { unparsed: 1 }],
  [
    'that is no record, in another’s',
    { message: 'no', stream: STREAM.replace('fw_', 'other_') },
    { foreign: 1 },
  ],
  ['of somebody else altogether', { message: '{"level":"info"}', stream: 'app/1' }, { foreign: 1 }],
  [
    'that is half a record, in a strange stream',
    { message: '{"firewall_name":"fw"', stream: 'x' },
    { unparsed: 1 },
  ],
  [
    'that contradicts itself',
    { message: '{"firewall_name":"fw","event":{},"event":{"a":1}}' },
    { contradictory: 1 },
  ],
] as const)('in a shared log group a line %s is told apart', async (_case, line, counts) => {
  store({ sni: 'own.example' });
  store(line);
  const found = await (await source('alerts-a')).fetch(range());
  expect(found.records.map(({ sni }) => sni)).toEqual(['own.example']);
  expect(found).toMatchObject({ unparsed: 0, contradictory: 0, foreign: 0, ...counts });
});

test('records come in whatever order they were delivered, and a page may be empty before the last', async () => {
  store({ sni: 'late.example', atMs: START_MS - 30_000, ingestionTime: START_MS + 60_000 });
  for (let index = 0; index < 50; index += 1)
    store({ sni: `name-${index}.example`, atMs: START_MS + (49 - index), ingestionTime: START_MS + index });
  const reader = await source('alerts-a');
  nowMs = START_MS + 50;
  expect(await namesIn(reader)).toHaveLength(50);
  nowMs = START_MS + 60_000;
  expect(await namesIn(reader)).toContain('late.example');
});
