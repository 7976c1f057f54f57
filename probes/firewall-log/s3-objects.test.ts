/** The firewall's records in S3, delivered by the lab and read over the wire. */
import { gzipSync } from 'node:zlib';
import { deliverFirewallEvent } from '../../infra/lab/aws-api/logs/log-delivery';
import { makeBucket } from '../../infra/lab/aws-api/s3/bucket';
import { s3Handlers } from '../../infra/lab/aws-api/s3/s3';
import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { newLabState, type LabState } from '../../infra/lab/state';
import type { FirewallLogSource, LogRange } from './found-records';
import { hoursBetween, recordsIn, s3Source } from './s3-objects';

const START_MS = Date.parse('2026-11-23T15:59:30.000Z');
const FIREWALL = 'arn:aws:network-firewall:us-east-1:123456789012:firewall/fw';
const FOLDER = {
  bucket: 'records',
  prefix: 'x/AWSLogs/123456789012/network-firewall/alert/us-east-1/fw/',
  firewallName: 'fw',
};

let nowMs: number;
let state: LabState;
let server: ApiServer;
let source: FirewallLogSource;

beforeEach(async () => {
  nowMs = START_MS;
  state = newLabState();
  const context = { state, hosts: () => null, now: () => new Date(nowMs), pageSize: 2 };
  server = await startApiServer({ context, handlers: s3Handlers(context) });
  makeBucket(state, 'records');
  state.firewalls.set(FIREWALL, {
    Firewall: {
      FirewallName: 'fw',
      FirewallId: 'id',
      FirewallPolicyArn: 'p',
      VpcId: 'v',
      SubnetMappings: [],
    },
    FirewallStatus: { Status: 'READY', ConfigurationSyncStateSummary: 'IN_SYNC' },
    UpdateToken: 't',
  });
  const place = { bucketName: 'records', prefix: 'x' };
  state.loggingConfigurations.set(FIREWALL, {
    LogDestinationConfigs: [{ LogType: 'ALERT', LogDestinationType: 'S3', LogDestination: place }],
  });
  const credentials = { accessKeyId: 'AK', secretAccessKey: 'SK' };
  source = await s3Source({ region: 'us-east-1', endpoint: server.endpoint, credentials }, [FOLDER]);
});
afterEach(async () => {
  source.close();
  await server.close();
});

function deliver(sni: string, { atMs = START_MS, delayMs = 0 } = {}): boolean {
  const timestamp = new Date(atMs).toISOString().replace('Z', '000+0000');
  const eve = {
    timestamp,
    event_type: 'alert',
    src_ip: '10.2.2.10',
    dest_ip: '203.0.113.20',
    proto: 'TCP',
    alert: { action: 'blocked' },
    tls: { sni },
  };
  return deliverFirewallEvent({
    state,
    event: { firewallArn: FIREWALL, availabilityZone: 'us-east-1a', eve },
    now: new Date(nowMs),
    delayMs,
  });
}

const range = (overrides: Partial<LogRange> = {}): LogRange => ({
  sinceMs: START_MS - 60_000,
  untilMs: START_MS + 600_000,
  signal: new AbortController().signal,
  ...overrides,
});

const names = async (of: LogRange = range()) => (await source.fetch(of)).records.map(({ sni }) => sni);

test('records of both hours that the run touches are found, over all pages, with the time of their delivery', async () => {
  for (let index = 0; index < 5; index += 1) {
    nowMs += 1000;
    expect(deliver(`a${index}.example`)).toBe(true);
  }
  deliver('b.example', { atMs: START_MS + 60_000 });
  expect(
    [...(state.buckets.get('records')?.objects.keys() ?? [])]
      .map((key) => key.slice(FOLDER.prefix.length, -30))
      .at(-1),
  ).toMatch(/^2026\/11\/23\/16\//);
  const { records, unparsed } = await source.fetch(range());
  expect(records.map(({ sni }) => sni ?? '').toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'a0.example',
    'a1.example',
    'a2.example',
    'a3.example',
    'a4.example',
    'b.example',
  ]);
  expect(unparsed).toBe(0);
  expect(records[0]?.ingestedAt).toMatch(/^2026-11-23T15:59:3/);
});

test('what is delivered late is not there before, and what is outside the time of the run is not of it', async () => {
  deliver('late.example', { delayMs: 60_000 });
  deliver('old.example', { atMs: START_MS - 3_600_000 });
  deliver('early.example', { atMs: START_MS - 120_000 });
  expect(await names()).toEqual([]);
  nowMs += 60_000;
  expect(await names()).toEqual(['late.example']);
});

test('a bucket of another Region is read there', async () => {
  const bucket = state.buckets.get('records');
  if (bucket !== undefined) bucket.region = 'eu-west-1';
  deliver('a.example');
  expect(await names()).toEqual(['a.example']);
  expect(server.calls.map(({ status }) => status)).toContain(301);
});

test('what was written before the run began is not fetched, be it broken or not', async () => {
  put('old', Buffer.from('no gzip'), '16');
  nowMs += 3_600_000;
  put('new', gzipSync(line('a.example')), '16');
  const later = range({ sinceMs: START_MS + 1_200_000, untilMs: START_MS + 4_000_000 });
  expect(await source.fetch(later)).toMatchObject({ garbled: [] });
  expect(server.calls.filter(({ operation }) => operation === 'GetObject')).toHaveLength(1);
});

test('an object is fetched once', async () => {
  deliver('a.example');
  await names();
  await names();
  const fetched = server.calls.filter(({ operation }) => operation === 'GetObject');
  expect(fetched).toHaveLength(1);
});

/** An object as the firewall may leave it. */
function put(name: string, content: Uint8Array, hour = '15'): string {
  const key = `${FOLDER.prefix}2026/11/23/${hour}/${name}.log.gz`;
  state.buckets.get('records')?.objects.set(key, { content, visibleAt: new Date(nowMs) });
  return `s3://records/${key}`;
}

const line = (sni: string, firewallName = 'fw') =>
  `${JSON.stringify({ firewall_name: firewallName, availability_zone: 'a', event: { timestamp: '2026-11-23T15:59:30.000000+0000', event_type: 'alert', src_ip: '10.0.0.1', dest_ip: '10.0.0.2', proto: 'TCP', tls: { sni } } })}\n`;

test('lines that are no record are counted', async () => {
  put('x', gzipSync('not json\n{"event":{}}\n\n'));
  expect(await source.fetch(range())).toMatchObject({ records: [], unparsed: 2, garbled: [] });
});

test.each([
  ['is no gzip', Buffer.from('no gzip')],
  ['ends in its middle', gzipSync(line('b.example').repeat(50)).subarray(0, 90)],
  [
    'has one whole member and half of another',
    Buffer.concat([gzipSync(line('b.example')), gzipSync(line('c.example')).subarray(0, 30)]),
  ],
  ['grows beyond the bound', gzipSync(Buffer.alloc(300 * 1024 * 1024))],
  ['is empty', Buffer.alloc(0)],
])('an object that %s is named as a whole, and the others keep what they say', async (_case, content) => {
  put('a', gzipSync(line('a.example')));
  const name = put('x', content);
  const { records, ...counts } = await source.fetch(range());
  expect(records.map(({ sni }) => sni)).toEqual(['a.example']);
  expect(counts).toEqual({ unparsed: 0, contradictory: 0, foreign: 0, garbled: [`s3:GetObject of ${name}`] });
  // When it is there as a whole, it counts.
  put('x', gzipSync(line('b.example')));
  expect(await names()).toEqual(['a.example', 'b.example']);
});

test('an object beyond AWS’s own limit is not fetched', async () => {
  const name = put('x', Buffer.alloc(76 * 1024 * 1024));
  expect((await source.fetch(range())).garbled).toEqual([name]);
  expect(server.calls.map(({ operation }) => operation)).not.toContain('GetObject');
});

test('records in the folder of the hour after are found too, and other firewalls’ are not ours', async () => {
  put('x', gzipSync(line('later.example') + line('others.example', 'other')), '17');
  state.buckets
    .get('records')
    ?.objects.set(`${FOLDER.prefix.replace('/fw/', '/fw-b/')}2026/11/23/15/x.log.gz`, {
      content: gzipSync(line('b.example', 'fw-b')),
      visibleAt: new Date(nowMs),
    });
  const found = await source.fetch(range());
  expect(found.records.map(({ sni }) => sni)).toEqual(['later.example']);
  expect(found).toMatchObject({ foreign: 1, garbled: [] });
});

test.each([
  ['s3:ListObjectsV2', /not authorized/],
  ['s3:GetObject', /not authorized/],
])('a denied %s is no empty log', async (on, words) => {
  deliver('a.example');
  server.faults.add({ kind: 'access-denied', on });
  await expect(source.fetch(range())).rejects.toThrow(words);
});

test.each([
  ['an answer without anything', { kind: 'empty-answer' }],
  [
    'a page of more without the token of the next',
    { kind: 'without-member', member: 'NextContinuationToken' },
  ],
] as const)('%s is no empty listing', async (_case, fault) => {
  for (const name of ['a', 'b', 'c']) put(name, gzipSync(line(`${name}.example`)));
  server.faults.add({ ...fault, on: 's3:ListObjectsV2' });
  await expect(source.fetch(range())).rejects.toThrow(/did not return (IsTruncated|NextContinuationToken)/);
});

test('a bucket that is gone is no empty log, and nothing is delivered to it', async () => {
  state.buckets.delete('records');
  expect(deliver('a.example')).toBe(false);
  await expect(source.fetch(range())).rejects.toThrow(/does not exist/);
});

test('the hours of a run', () => {
  expect(
    hoursBetween(Date.parse('2026-12-31T23:59:59.999Z'), Date.parse('2027-01-01T01:00:00.000Z')),
  ).toEqual(['2026/12/31/23/', '2027/01/01/00/', '2027/01/01/01/']);
});

test('two gzip members are one object', () => {
  const packed = Buffer.concat([gzipSync(line('a.example')), gzipSync(line('b.example'))]);
  const { records } = recordsIn(packed, { name: 'x', firewallName: 'fw', deliveredMs: null });
  expect(records.map(({ sni }) => sni)).toEqual(['a.example', 'b.example']);
});
