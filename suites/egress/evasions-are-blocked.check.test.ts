import type { AcceptedRisk } from '../intent';
import type { CheckInput } from '../check';
import { judge } from '../judge';
import check from './evasions-are-blocked.check';
import {
  arrival,
  batteryRun,
  DENIED,
  seen,
  shaped,
  SSH,
  SYN_DATA,
  TECHNIQUE,
  UDP,
  unloggedDrops,
  type BatteryStory,
  type TechniqueWords,
} from './battery.fixture';
import { blocked, COMPLETE, INCOMPLETE, SUCCEEDED } from './egress.fixture';
import { judgedTechnique } from './technique-judgement';

const HELLO: TechniqueWords = { ...TECHNIQUE, id: 'hello-post-quantum', expect: 'allowed' };
const ALLOWED = shaped(DENIED, { name: 'www.kaggle.com' });

function judged(story: BatteryStory, technique: TechniqueWords = TECHNIQUE) {
  const input = batteryRun(story);
  if (input.live.status !== 'run') throw new Error('the story has a run');
  return judgedTechnique(input, input.live, technique);
}

/** The reference snapshot was taken on 2026-01-15. */
const accepted = (expires: string, technique = TECHNIQUE.id): readonly AcceptedRisk[] => [
  { technique, reason: 'SNI is all that there is.', owner: 'network team', expires },
];
const recorded = { firewallRecords: [...blocked('example.com')] };

test.each<[string, BatteryStory, string]>([
  [
    'the firewall, by its own record',
    { studio: recorded },
    'was stopped by the firewall: the firewall says that it stopped it by "aws:alert_established action"',
  ],
  [
    'a security group, by the configuration',
    { studio: { flows: [SSH] } },
    'was stopped by a security group: it timed out (TLS): no egress rule of sg-studio',
  ],
  ['DNS, by its own word', { studio: { result: { kind: 'dns-failed', detail: '' } } }, 'was stopped by DNS'],
])('a technique that is stopped passes and says by whom: %s', (_who, story, because) => {
  const judgement = judged(story);
  expect(judgement).toMatchObject({ outcome: 'pass', subject: 'tls-denied-name' });
  expect(judgement.because).toContain(because);
  expect(judgement.observations).toHaveLength(2);
});

test('a way through the network comes with its hops', () => {
  const hops = judged({ studio: recorded }).proof?.hops ?? [];
  expect(hops.map(({ at }) => at)).toEqual(['subnet-studio', 'nat-a', 'vpce-firewall', 'igw-a']);
});

test.each<[string, BatteryStory, string]>([
  ['got through', { studio: { result: SUCCEEDED } }, 'gets through both ways'],
  [
    'left its bytes at the server',
    { studio: { arrivals: [arrival()] } },
    'gets bytes through, one way: the server saw 120 bytes',
  ],
  [
    'left its bytes there before it was logged',
    { studio: { ...recorded, arrivals: [arrival()] } },
    'gets bytes through, one way',
  ],
  ['was dropped and is on no record', {}, 'is BLOCKED BUT UNLOGGED'],
  [
    'was dropped by a rule that does not log',
    { studio: { flows: [UDP] }, mutate: unloggedDrops },
    'is BLOCKED BUT UNLOGGED',
  ],
])('a technique fails that %s', (_what, story, because) => {
  const judgement = judged(story);
  expect(judgement).toMatchObject({ outcome: 'fail', because: expect.stringContaining(because) });
  expect(judgement.waiver).toBeUndefined();
  expect(judgement.because).toContain('Fix:');
});

test('what gets through names its risk and what closes it', () => {
  const { because } = judged({ studio: { result: SUCCEEDED } });
  expect(because).toContain(
    'It shows that names are not judged at all. Fix: A default drop in strict order.',
  );
});

test.each(['2026-01-15', '2031-12-31'])(
  'an accepted risk that gets through is waived to the last day: %s',
  (expires) => {
    const judgement = judged({ studio: { result: SUCCEEDED }, acceptedRisks: accepted(expires) });
    expect(judgement).toMatchObject({
      outcome: 'fail',
      waiver: { reason: 'SNI is all that there is.', owner: 'network team', expires },
      because: expect.stringContaining(`network team accepts it until ${expires}`),
    });
  },
);

test.each([
  [
    'expired the day before',
    accepted('2026-01-14'),
    'network team accepted it until 2026-01-14, which is over',
  ],
  ['is for another technique', accepted('2031-12-31', 'quic'), 'gets through both ways'],
  ['has an expiry that is no day', accepted('never'), 'accepted it until never, which is over'],
])('an acceptance that %s excuses nothing', (_why, acceptedRisks, because) => {
  const judgement = judged({ studio: { result: SUCCEEDED }, acceptedRisks });
  expect(judgement.waiver).toBeUndefined();
  expect(judgement).toMatchObject({ outcome: 'fail', because: expect.stringContaining(because) });
});

test('of two acceptances the one that holds counts', () => {
  const acceptedRisks = [...accepted('2020-01-01'), ...accepted('2031-12-31')];
  expect(judged({ studio: { result: SUCCEEDED }, acceptedRisks }).waiver?.expires).toBe('2031-12-31');
});

test('an accepted risk that is blocked passes, with a note that it is not needed', () => {
  const judgement = judged({ studio: recorded, acceptedRisks: accepted('2031-12-31') });
  expect(judgement).toMatchObject({
    outcome: 'pass',
    because: expect.stringContaining('which is not needed'),
  });
});

test.each<[string, BatteryStory, string]>([
  [
    'the target is dead',
    { control: { result: { kind: 'timed-out', stage: 'tcp', detail: '' } } },
    'the target may be dead',
  ],
  ['no control run was made', { control: null }, 'no control run was made'],
  [
    'nobody answered its SYN',
    { studio: { result: { kind: 'timed-out', stage: 'tcp', detail: '' } } },
    'of which there would be a record, and there is none',
  ],
  ['the log is late', { live: { log: INCOMPLETE } }, 'log is not complete'],
  [
    'nobody answers it and nothing is on record',
    { studio: { flows: [SYN_DATA] } },
    'by the configuration it leaks',
  ],
  [
    'nothing can be said',
    { studio: { result: { kind: 'inconclusive', detail: 'no python3' } } },
    'no python3',
  ],
  ['it was not sent and nobody says why', { studio: null, control: null }, 'no reason is known'],
  ['what it sent is not known', { studio: { flows: [] } }, 'what it sent is not known'],
])('it is unknown when %s', (_why, story, because) => {
  expect(judged(story)).toMatchObject({ outcome: 'unknown', because: expect.stringContaining(because) });
});

test('a leak that only the configuration shows is what its owner accepted', () => {
  const judgement = judged({ studio: { flows: [SYN_DATA] }, acceptedRisks: accepted('2031-12-31') });
  expect(judgement).toMatchObject({
    outcome: 'fail',
    waiver: { expires: '2031-12-31' },
    because: expect.stringContaining('by the configuration'),
  });
});

test('a target that answers others at the same address is alive for what nobody answers', () => {
  const others = [seen('control', { probe: 'raw-tcp' })];
  const control = { result: { kind: 'timed-out' as const, stage: 'unknown' as const, detail: '' } };
  const flows = [{ ...SYN_DATA, shape: { ...SYN_DATA.shape, port: 9000 } }];
  expect(judged({ studio: { flows }, control, others }).outcome).toBe('pass');
  expect(judged({ studio: { flows }, control }).outcome).toBe('unknown');
});

test('an unlogged block is not claimed where another probe looks the same to the firewall', () => {
  const others = [seen('studio', { probe: 'sni-list' })];
  expect(judged({ others })).toMatchObject({
    outcome: 'pass',
    because: expect.stringContaining('a record of it could not be told from others'),
  });
});

test('nor where a lost probe may have gone to the same place', () => {
  const nameless = { ...DENIED, shape: { ...DENIED.shape, name: null, application: null } };
  const lost = seen('studio', {
    probe: 'dot',
    result: { kind: 'inconclusive', detail: 'lost' },
    flows: [{ ...nameless, address: null }],
  });
  const story = { studio: { flows: [nameless] }, others: [lost] };
  expect(judged(story).because).toContain('a record of it could not be told from others');
});

test('a technique that does not apply is not applicable, with the reason', () => {
  const notSent = [{ technique: TECHNIQUE.id, applies: 'no' as const, because: 'the subnet has no IPv6' }];
  expect(judged({ studio: null, control: null, live: { notSent } })).toMatchObject({
    outcome: 'not-applicable',
    because: expect.stringContaining('the subnet has no IPv6'),
  });
});

describe('a technique that must get through', () => {
  const side = { probe: HELLO.id, flows: [ALLOWED] };
  const hello = (story: BatteryStory) => judged(story, HELLO);

  test('passes when it does', () => {
    const judgement = hello({ studio: { ...side, result: SUCCEEDED }, control: side });
    expect(judgement).toMatchObject({ outcome: 'pass', because: expect.stringContaining('as it must') });
  });

  test.each<[string, BatteryStory]>([
    ['the firewall has a record', { studio: { ...side, ...recorded }, control: side }],
    ['it works from outside', { studio: side, control: side }],
  ])('fails when it is stopped and %s', (_why, story) => {
    const judgement = hello({ ...story, acceptedRisks: accepted('2031-12-31', HELLO.id) });
    expect(judgement).toMatchObject({
      outcome: 'fail',
      because: expect.stringContaining('although its name is allowed'),
    });
    expect(judgement.waiver).toBeUndefined();
  });

  test.each<[string, BatteryStory]>([
    ['the target is dead', { studio: side, control: { ...side, result: { kind: 'reset', detail: '' } } }],
    [
      'nothing can be said',
      { studio: { ...side, result: { kind: 'inconclusive', detail: '' } }, control: side },
    ],
    [
      'its SYN was not answered, so that the hello was never sent',
      { studio: { ...side, result: { kind: 'timed-out', stage: 'tcp', detail: '' } }, control: side },
    ],
  ])('is unknown when %s', (_why, story) => {
    expect(hello(story).outcome).toBe('unknown');
  });
});

describe('the check', () => {
  const outcomes = (input: CheckInput) =>
    judge(check, input).map(({ outcome, because }) => `${outcome}: ${because}`);

  test('is unknown without probes, and without a battery', () => {
    const notRun = { ...batteryRun(), live: { status: 'not-run' as const, because: 'No host.' } };
    expect(outcomes(notRun)).toEqual(['unknown: No technique was sent: No host.']);
    const live = { status: 'run' as const, observations: [], log: COMPLETE, flowLog: COMPLETE, notSent: [] };
    expect(outcomes({ ...batteryRun(), live })).toEqual([
      'unknown: The evasion battery was not sent in this run.',
    ]);
  });

  test('judges every technique once', () => {
    const findings = judge(check, batteryRun({ studio: recorded }));
    const subjects = findings.map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    expect(findings.find(({ subject }) => subject === TECHNIQUE.id)?.outcome).toBe('pass');
    expect(findings.filter(({ outcome }) => outcome === 'pass')).toHaveLength(1);
  });
});

test('a technique of which it was not read whether it applies is unknown, never not applicable', () => {
  const because = 'whether the Studio subnet has IPv6 was not read';
  const notSent = [{ technique: TECHNIQUE.id, applies: 'not-known' as const, because }];
  expect(judged({ studio: null, control: null, live: { notSent } })).toMatchObject({
    outcome: 'unknown',
    because: expect.stringContaining(because),
  });
});
