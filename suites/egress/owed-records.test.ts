import {
  batteryRun,
  DENIED,
  seen,
  shaped,
  SSH,
  UDP,
  unloggedDrops,
  type BatteryStory,
} from './battery.fixture';
import { blocked, SUCCEEDED } from './egress.fixture';
import { owedRecords } from './owed-records';

function owed(story: BatteryStory): readonly string[] {
  const input = batteryRun(story);
  if (input.live.status !== 'run') throw new Error('the story has a run');
  return owedRecords(input, input.live.observations);
}

test('a block by a rule that logs is owed until its record is there', () => {
  expect(owed({})).toEqual(['tls-denied-name']);
  expect(owed({ studio: { firewallRecords: [...blocked('example.com')] } })).toEqual([]);
});

test('so is that of a name which is not the run’s own', () => {
  const flows = [shaped(DENIED, { name: 'dns.google' })];
  expect(owed({ studio: { probe: 'doh', flows }, control: { probe: 'doh', flows } })).toEqual(['doh']);
});

test('whether the log is late changes nothing', () => {
  const log = { status: 'incomplete', waitedMs: 0, because: 'it is late' } as const;
  expect(owed({ live: { log } })).toEqual(['tls-denied-name']);
});

test.each<[string, BatteryStory]>([
  ['got through', { studio: { result: SUCCEEDED } }],
  ['a security group stops', { studio: { flows: [SSH] } }],
  ['a rule that does not log stops', { studio: { flows: [UDP] }, mutate: unloggedDrops }],
  ['never connected', { studio: { result: { kind: 'timed-out', stage: 'tcp', detail: '' } } }],
  ['may have met a dead target', { control: { result: { kind: 'reset', detail: '' } } }],
  ['could not be told from another', { others: [seen('studio', { probe: 'other', nonce: 'other' })] }],
])('nothing is owed for what %s', (_what, story) => {
  expect(owed(story)).not.toContain('tls-denied-name');
});
