import { editStatus } from '../../infra/mutants/firewall-changes';
import { unread } from '../../infra/mutants/mutant';
import { route } from '../../infra/mutants/reference-network';
import { removeRoute, replaceRoute } from '../../infra/mutants/route-changes';
import { flowShape } from '../../infra/model/flow-shape';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import {
  arrival,
  batteryRun,
  DENIED,
  seen,
  shaped,
  SSH,
  SYN_DATA,
  TARGET,
  UDP,
  unloggedDrops,
  type BatteryStory,
} from '../egress/battery.fixture';
import { blocked, findingOf, INCOMPLETE, SUCCEEDED } from '../egress/egress.fixture';
import { judge } from '../judge';
import check from './model-and-probes.check';

const judged = (story: BatteryStory = {}) => findingOf(check, batteryRun(story));
const recorded = [...blocked('example.com')];
const ALLOWED = shaped(DENIED, { name: 'www.kaggle.com' });
const watched = { arrivals: [arrival({ nonce: 'other' })] };

/** The routes lead round the firewall, out and back. */
const round = (snapshot: Snapshot): Snapshot =>
  removeRoute(
    replaceRoute(snapshot, 'rtb-nat', '0.0.0.0/0', route('0.0.0.0/0', { GatewayId: 'igw-a' })),
    'rtb-edge',
    '10.2.2.0/24',
  );

test.each<[string, BatteryStory]>([
  ['the firewall drops it and says so', { studio: { firewallRecords: recorded } }],
  ['it gets through as the firewall passes it', { studio: { flows: [ALLOWED], result: SUCCEEDED } }],
  ['a security group stops it', { studio: { flows: [SSH] } }],
  ['it gets through round the firewall, as the routes say', { studio: { result: SUCCEEDED }, mutate: round }],
  [
    'its bytes leave one way, as they do on a SYN',
    { studio: { flows: [SYN_DATA], arrivals: [arrival()] }, control: watched },
  ],
  ['its rule does not log, and nothing is on record', { studio: { flows: [UDP] }, mutate: unloggedDrops }],
])('model and network agree: %s', (_how, story) => {
  expect(judged(story)).toMatchObject({
    outcome: 'pass',
    subject: 'tls-denied-name',
    because: expect.stringContaining('Model and network agree.'),
  });
});

test.each<[string, BatteryStory, string]>([
  ['got through where the firewall drops', { studio: { result: SUCCEEDED } }, 'OPEN BUT PREDICTED CLOSED.'],
  [
    'got through where a group stops it',
    { studio: { flows: [SSH], result: SUCCEEDED } },
    'OPEN BUT PREDICTED CLOSED.',
  ],
  [
    'left its bytes at the server where the firewall drops',
    { studio: { arrivals: [arrival()] } },
    'LEAKED BUT PREDICTED CLOSED.',
  ],
  [
    'was stopped by the firewall where it passes',
    { studio: { flows: [ALLOWED], firewallRecords: recorded } },
    'CLOSED BUT PREDICTED OPEN.',
  ],
  [
    'did not arrive where nothing stops it',
    { studio: { flows: [ALLOWED], arrivals: [] }, control: watched },
    'CLOSED BUT PREDICTED OPEN.',
  ],
  [
    'was stopped by the firewall where a group should have',
    { studio: { flows: [SSH], firewallRecords: recorded } },
    'STOPPED BY ANOTHER (firewall).',
  ],
  ['is on no record where its rule logs', {}, 'PREDICTED ON RECORD BUT UNLOGGED.'],
  [
    'is on record where its rule does not log',
    {
      studio: { flows: [UDP], firewallRecords: recorded },
      mutate: unloggedDrops,
    },
    'ON RECORD BUT PREDICTED UNLOGGED.',
  ],
  [
    'did not leak as it should',
    { studio: { flows: [SYN_DATA], arrivals: [] }, control: watched },
    'KEPT IN BUT PREDICTED TO LEAK.',
  ],
  [
    'was answered one way where all should be open',
    { studio: { flows: [ALLOWED], arrivals: [arrival()] } },
    'ANSWERED NOTHING BUT PREDICTED OPEN.',
  ],
])('they differ: it %s', (_how, story, verdict) => {
  const { outcome, because, severity } = judged(story);
  expect({ outcome, severity }).toEqual({ outcome: 'fail', severity: 'high' });
  expect(because.startsWith(verdict)).toBe(true);
  // Both arguments, and what to do.
  expect(because).toContain('By the configuration, `HTTPS to a name off the list` ');
  expect(because).toContain('From ssm:i-0123456789abcdef0 it ');
  expect(because).toContain('Fix:');
});

test.each<[string, BatteryStory, string]>([
  [
    'AWS does not document what decides',
    { mutate: (s) => removeRoute(s, 'rtb-edge', '10.2.2.0/24') },
    'may pass in silence or be dropped',
  ],
  [
    'the firewall is changing',
    { mutate: editStatus((one) => ({ ...one, ConfigurationSyncStateSummary: 'PENDING' })) },
    'is PENDING',
  ],
  [
    'nobody answers it and no server keeps watch',
    { studio: { flows: [SYN_DATA] } },
    'nobody could see the difference',
  ],
  [
    'the server’s words would have come in',
    {
      studio: { flows: [shaped(SSH, { port: 443, firstSpeaker: 'server', carriedBy: 'syn' })], arrivals: [] },
      control: watched,
    },
    'nobody could see the difference',
  ],
])('there is nothing to compare where %s', (_why, story, because) => {
  expect(judged(story)).toMatchObject({
    outcome: 'not-applicable',
    because: expect.stringContaining(because),
  });
});

test.each<[string, BatteryStory, string]>([
  [
    'nothing was observed',
    { studio: { result: { kind: 'inconclusive', detail: 'SSM lost it' } } },
    'SSM lost it',
  ],
  ['the target is dead', { control: { result: { kind: 'reset', detail: '' } } }, 'the target may be dead'],
  ['the log is late', { live: { log: INCOMPLETE } }, 'log is not complete'],
  [
    'a client is silent where all should be open',
    { studio: { flows: [ALLOWED] } },
    'no other witness says why',
  ],
  ['a section was not read', { mutate: (s) => unread(s, 'securityGroups') }, 'grant aws:ReadsecurityGroups'],
])('it is unknown when %s', (_why, story, because) => {
  expect(judged(story)).toMatchObject({ outcome: 'unknown', because: expect.stringContaining(because) });
});

test('what got through where a section was not read is unknown, and is not called agreement', () => {
  const story = { studio: { result: SUCCEEDED }, mutate: (s: Snapshot) => unread(s, 'routeTables') };
  expect(judged(story).outcome).toBe('unknown');
});

test('an observation comes with its control run and with the way that was predicted', () => {
  const { observations, proof } = judged({ studio: { firewallRecords: recorded } });
  expect(observations.map(({ vantage }) => vantage)).toEqual(['studio', 'control']);
  expect(proof?.hops.map(({ at }) => at)).toEqual(['subnet-studio', 'nat-a', 'vpce-firewall', 'igw-a']);
});

test('a technique with several flows is open when one of them is, a user’s client only when all are', () => {
  const flows = [DENIED, ALLOWED];
  const input = batteryRun({ studio: { flows, result: SUCCEEDED } });
  expect(findingOf(check, input).outcome).toBe('pass');
  const destinations = [
    { probe: 'tls-denied-name', expect: 'denied' as const, because: 'no entry covers it' },
  ];
  const asClient = { ...input, intent: { ...input.intent, destinations } };
  expect(findingOf(check, asClient)).toMatchObject({
    outcome: 'fail',
    because: expect.stringContaining('OPEN BUT PREDICTED CLOSED.'),
  });
});

test('stopped by either of the two that the configuration names for its flows is no difference', () => {
  const flows = [SSH, DENIED];
  expect(judged({ studio: { flows, firewallRecords: recorded } }).outcome).toBe('pass');
});

test('every observation with flows is judged, and one that sent nothing known is left out', () => {
  const others = [
    seen('studio', { probe: 'other', flows: [] }),
    seen('studio', { probe: 'ssh-git', flows: [SSH] }),
    seen('control', { probe: 'ssh-git', flows: [SSH] }),
  ];
  const findings = judge(check, batteryRun({ studio: { firewallRecords: recorded }, others }));
  expect(findings.map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ['tls-denied-name', 'pass'],
    ['ssh-git', 'pass'],
  ]);
});

test('it is unknown without probes, and where nothing that was sent is known', () => {
  const notRun = { ...batteryRun(), live: { status: 'not-run' as const, because: 'No host.' } };
  expect(findingOf(check, notRun)).toMatchObject({
    outcome: 'unknown',
    because: 'No probe was sent: No host.',
  });
  expect(judged({ studio: { flows: [] } }).outcome).toBe('unknown');
});

test('a host that is not known in the VPC leaves the model with nothing to say', () => {
  const input = batteryRun();
  if (input.live.status !== 'run') throw new Error('the story has a run');
  const observations = input.live.observations.map((one) => ({ ...one, host: 'local' }));
  const finding = findingOf(check, { ...input, live: { ...input.live, observations } });
  expect(finding).toMatchObject({
    outcome: 'not-applicable',
    because: expect.stringContaining('which host of the VPC local is'),
  });
});

test('a question to the VPC’s own resolver is DNS Firewall’s to stop', () => {
  const shape = flowShape({
    transport: 'udp',
    port: 53,
    application: 'dns',
    name: 'nabcdefgh12345678.example.com',
  });
  const side = { flows: [{ shape, address: '10.2.0.2' }] };
  expect(
    judged({ studio: { ...side, result: { kind: 'dns-failed', detail: 'NXDOMAIN' } }, control: side })
      .outcome,
  ).toBe('pass');
  expect(judged({ studio: { ...side, result: SUCCEEDED }, control: side }).because).toContain(
    'OPEN BUT PREDICTED CLOSED',
  );
  expect(TARGET).not.toBe('10.2.0.2');
});
