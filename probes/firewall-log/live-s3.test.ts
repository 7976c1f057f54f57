/** The live part where the firewall's log lies in a bucket, over the wire: files as AWS leaves them, and files as it should not. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { allHandlers } from '../../infra/lab/aws-api/services';
import { deliverFirewallEvent } from '../../infra/lab/aws-api/logs/log-delivery';
import { makeBucket } from '../../infra/lab/aws-api/s3/bucket';
import { startApiServer, type ApiServer } from '../../infra/lab/aws-api/server';
import { newLabState, type LabState, type StoredBucket } from '../../infra/lab/state';
import type { HostCommand, HostCommandResult } from '../../infra/lab/vantage';
import type { LoggingConfiguration } from '../../infra/snapshot/snapshot';
import type { LiveEvidence, Observation } from '../probe';
import { runLive, type LiveDestination } from './live';
import { CONTROL, GROUP, snapshotOf, STUDIO } from './probed-snapshot.fixture';

const FIREWALL = 'arn:aws:network-firewall:us-east-1:123456789012:firewall/fw';
const OTHER = 'arn:aws:network-firewall:us-east-1:123456789012:firewall/fw-b';
/** Of each name its own, so that a flow is told by where it went. */
const addressOf = (name: string): string => `203.0.113.${20 + DENIED.indexOf(name) + 1}`;
const DENIED = ['github.com', 'pypi.org', 'files.pythonhosted.org'];
const STORY: readonly LiveDestination[] = [
  { probe: 'wget-kaggle', expect: 'allowed' },
  { probe: 'git-clone-github', expect: 'denied' },
  { probe: 'pip-install-pypi', expect: 'denied' },
];

let state: LabState;
let server: ApiServer;
let bucket: StoredBucket;
/** How a record of this name, or of a flow, comes: after so long, twice, from another firewall, or not at all. */
let fateOf: (name: string | null) => 'at-once' | 'late' | 'twice' | 'foreign' | 'lost';
let files: number;

beforeEach(async () => {
  [fateOf, files] = [() => 'at-once', 0];
  state = newLabState();
  for (const InstanceId of [STUDIO, CONTROL])
    state.managedInstances.set(InstanceId, { information: { InstanceId }, tags: new Map() });
  bucket = makeBucket(state, 'records');
  for (const [arn, FirewallName] of [
    [FIREWALL, 'fw'],
    [OTHER, 'fw-b'],
  ] as const) {
    const firewall = {
      FirewallName,
      FirewallId: 'id',
      FirewallPolicyArn: 'p',
      VpcId: 'v',
      SubnetMappings: [],
    };
    state.firewalls.set(arn, {
      Firewall: firewall,
      FirewallStatus: { Status: 'READY', ConfigurationSyncStateSummary: 'IN_SYNC' },
      UpdateToken: 't',
    });
  }
  state.logGroups.set(GROUP, { logGroupName: GROUP });
  state.logEvents.set(GROUP, new Map());
  logTo('S3', 'S3');
  const hosts = () => ({ reachable: () => [STUDIO, CONTROL], run });
  const context = { state, hosts, now: () => new Date(), pageSize: 2 };
  server = await startApiServer({ context, handlers: allHandlers(context) });
});
afterEach(() => server.close());

type Place = 'S3' | 'CloudWatchLogs';

/** Where alerts and flows go, of both firewalls. */
function logTo(alerts: Place, flows: Place): LoggingConfiguration[] {
  const placeOf = (kind: Place): Record<string, string> =>
    kind === 'S3' ? { bucketName: 'records', prefix: 'x' } : { logGroup: GROUP };
  return [FIREWALL, OTHER].map((FirewallArn) => {
    const LogDestinationConfigs = [
      { LogType: 'ALERT', LogDestinationType: alerts, LogDestination: placeOf(alerts) } as const,
      { LogType: 'FLOW', LogDestinationType: flows, LogDestination: placeOf(flows) } as const,
    ];
    state.loggingConfigurations.set(FirewallArn, { LogDestinationConfigs });
    return { FirewallArn, LoggingConfiguration: { LogDestinationConfigs } };
  });
}

/** A host behind a firewall that drops the denied names behind their ClientHello; the lab delivers what that logs. */
async function run(host: string, { script }: HostCommand): Promise<HostCommandResult> {
  const nonce = /@studio-egress ([a-z0-9]+) /.exec(script)?.[1] ?? '';
  const names = [
    ...new Set([...script.matchAll(/say address "([a-z0-9.-]+)=/g)].map(([, name = '']) => name)),
  ];
  const isDropped = (name = ''): boolean => host === STUDIO && DENIED.includes(name);
  const lines = ['begin 0', ...names.map((name) => `address ${name}=${addressOf(name)}`)];
  for (const name of script.includes('--resolve') ? names : []) {
    lines.push(`marker ${name}=${isDropped(name) ? '28 tcp' : '0 tls'}`);
    if (host === STUDIO) record(name, isDropped(name) ? `n${nonce}.${name}` : null);
  }
  if (script.includes('client.out')) {
    if (host === STUDIO) record(names[0] ?? '', isDropped(names[0]) ? (names[0] ?? '') : null);
    lines.push(...(isDropped(names[0]) ? ['product no', 'client 124'] : ['product yes', 'client 0']));
  }
  const stdout = [...lines, 'end 0'].map((line) => `@studio-egress ${nonce} ${line}\n`).join('');
  return { exitCode: 0, stdout, stderr: '' };
}

/** What the firewall writes of a connection to `to`: of its block by name, or with null that its flow ended. */
function record(to: string, sni: string | null): void {
  const fate = fateOf(sni);
  const timestamp = new Date().toISOString().replace('Z', '000+0000');
  const flow = {
    timestamp,
    src_ip: '10.2.2.10',
    src_port: 40_000,
    dest_ip: addressOf(to),
    dest_port: 443,
    proto: 'TCP',
  };
  const eve =
    sni === null
      ? { ...flow, event_type: 'netflow', netflow: { start: timestamp } }
      : {
          ...flow,
          event_type: 'alert',
          tls: { sni },
          alert: { action: 'blocked', signature: 'aws:alert_established action', signature_id: 4 },
          verdict: { action: 'drop' },
        };
  const firewallArn = fate === 'foreign' ? OTHER : FIREWALL;
  const times = { 'at-once': 1, late: 1, twice: 2, foreign: 1, lost: 0 }[fate];
  // The engine writes both directions of a flow that has ended.
  const back = { ...eve, src_ip: flow.dest_ip, src_port: 443, dest_ip: flow.src_ip, dest_port: 40_000 };
  const events = sni === null ? [eve, back] : [eve];
  for (const one of Array.from({ length: times }, () => events).flat()) {
    // Each delivery is a file of its own, named after a second of its own.
    const now = new Date(Date.now() - 3_600_000 + (files += 1) * 1000);
    const delayMs = Date.now() - now.getTime() + (fate === 'late' ? 700 : 0);
    deliverFirewallEvent({
      state,
      event: { firewallArn, availabilityZone: 'us-east-1a', eve: one },
      now,
      delayMs,
    });
  }
}

/** A file beside the others of this hour. */
function put(content: Uint8Array): string {
  const hour = new Date().toISOString().slice(0, 13).replace(/[-T]/g, '/');
  const folder = `x/AWSLogs/123456789012/network-firewall/alert/us-east-1/fw/${hour}`;
  const key = `${folder}/${randomBytes(4).toString('hex')}.log.gz`;
  bucket.objects.set(key, { content, visibleAt: new Date() });
  return key;
}

type Run = Extract<LiveEvidence, { status: 'run' }>;

async function live(configurations = logTo('S3', 'S3')): Promise<Run> {
  const evidence = await runLive({
    connection: {
      region: 'us-east-1',
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' },
    },
    snapshot: labSnapshot(configurations),
    destinations: STORY,
    allowedTimeoutMs: 6000,
    deniedTimeoutMs: 3000,
    logTimeoutMs: 4000,
    battery: null,
    arrivals: null,
    onAnnounce: () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  if (evidence.status !== 'run') throw new Error(evidence.because);
  return evidence;
}

function labSnapshot(loggingConfigurations: LoggingConfiguration[]) {
  const snapshot = snapshotOf({ loggingConfigurations });
  const { account, region } = state;
  return { ...snapshot, target: { ...snapshot.target, kind: 'lab' as const, account, region } };
}

const waysOf = ({ observations }: Run): readonly string[] =>
  observations
    .filter(({ vantage }) => vantage === 'studio')
    .map(({ probe, firewallRecords }: Observation) =>
      [probe, ...[...new Set(firewallRecords.map(({ by }) => by))].sort()].join(' '),
    );

const FOUND = [
  'wget-kaggle destination-and-time',
  'git-clone-github name-and-time nonce',
  'pip-install-pypi name-and-time nonce',
];

test('blocks and flows are found over many files and pages', async () => {
  const evidence = await live();
  expect(bucket.objects.size).toBeGreaterThan(8);
  expect(waysOf(evidence)).toEqual(FOUND);
  expect(evidence.log).toMatchObject({ status: 'complete' });
  expect(evidence.flowLog).toMatchObject({ status: 'complete' });
});

test.each(['late', 'twice'] as const)('so are those that come %s', async (fate) => {
  fateOf = () => fate;
  const evidence = await live();
  expect(waysOf(evidence)).toEqual(FOUND);
  expect(evidence.log.status).toBe('complete');
  expect(evidence.observations.map(({ firewallRecords }) => firewallRecords.length).slice(1, 3)).toEqual([
    2, 3,
  ]);
  if (fate === 'late') expect(evidence.log.waitedMs).toBeGreaterThanOrEqual(400);
});

test.each([
  ['S3', 'CloudWatchLogs'],
  ['CloudWatchLogs', 'S3'],
] as const)('alerts may go to %s and flows to %s', async (alerts, flows) => {
  const evidence = await live(logTo(alerts, flows));
  expect(waysOf(evidence)).toEqual(FOUND);
  expect([evidence.log.status, evidence.flowLog.status]).toEqual(['complete', 'complete']);
});

test.each([
  ['no gzip', Buffer.from('half a file')],
  ['cut', gzipSync(randomBytes(500)).subarray(0, 200)],
])('an object that is %s hides no block that lies in another', async (_case, content) => {
  put(content);
  const evidence = await live();
  expect(waysOf(evidence)).toEqual(FOUND);
  expect(evidence.log.status).toBe('complete');
});

test('a block that is in no file is absent', async () => {
  fateOf = (name) => (name === 'github.com' ? 'lost' : 'at-once');
  const evidence = await live();
  expect(waysOf(evidence)).toEqual([FOUND[0], 'git-clone-github nonce', FOUND[2]]);
  expect(evidence.log.status).toBe('complete');
});

test('it is not, beside an object that may hold it; what lies in others is found', async () => {
  fateOf = (name) => (name === 'github.com' ? 'lost' : 'at-once');
  const key = put(Buffer.from('half a file'));
  const evidence = await live();
  expect(waysOf(evidence)).toEqual([FOUND[0], 'git-clone-github nonce', FOUND[2]]);
  expect(evidence.log).toMatchObject({
    status: 'incomplete',
    because: expect.stringContaining(`s3://records/${key} could not be unpacked`),
  });
});

test('what another firewall in the same bucket logs is not this one’s word', async () => {
  fateOf = (name) => (name === 'github.com' ? 'foreign' : 'at-once');
  const [own] = logTo('S3', 'S3');
  const evidence = await live(own === undefined ? [] : [own]);
  expect([...bucket.objects.keys()].some((key) => key.includes('/fw-b/'))).toBe(true);
  expect(waysOf(evidence)).toContain('git-clone-github nonce');
});

test.each([
  ['s3:ListObjectsV2', 'not authorized'],
  ['s3:GetObject', 'grant s3:GetObject to the caller'],
])('a bucket that may not be read (%s) is an incomplete log at once', async (on, words) => {
  server.faults.add({ kind: 'access-denied', on });
  const { log } = await live();
  expect(log).toMatchObject({ status: 'incomplete', because: expect.stringContaining(words) });
  expect(log.waitedMs).toBeLessThan(3000);
});
