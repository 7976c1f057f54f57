import check from './blocks-are-logged.check';
import {
  blocked,
  findingOf,
  INCOMPLETE,
  loggingTo,
  runOf,
  SUCCEEDED,
  TIMED_OUT,
  type Story,
} from './egress.fixture';

const judged = (story: Story) => findingOf(check, runOf(story));
const [own, marked] = blocked('example.com');
if (own === undefined || marked === undefined) throw new Error('a block has two records');
const unlogged = { firewallRecords: [] };

test('a block whose marker is on record passes, and the record is named', () => {
  const finding = judged({});
  expect(finding).toMatchObject({ outcome: 'pass', subject: 'wget-example' });
  expect(finding.because).toContain('nabcdefgh12345678.example.com at 2026-11-23T15:00:01.000Z');
});

test('the record is enough when the log is not complete', () => {
  expect(judged({ log: INCOMPLETE, denied: { firewallRecords: [marked] } }).outcome).toBe('pass');
});

test.each<[string, Story, string]>([
  [
    'the sentinel is in the log and the block is not',
    { denied: unlogged },
    'a later sentinel is in the alert log',
  ],
  [
    'only the name’s record is there, which may be somebody else’s',
    { denied: { firewallRecords: [own] } },
    'a later sentinel is in the alert log',
  ],
  [
    'the record says that nothing was dropped',
    { denied: { firewallRecords: blocked('example.com', { action: 'allowed', verdict: 'alert' }) } },
    'unlogged',
  ],
  [
    'there is no ALERT log',
    { denied: unlogged, logging: loggingTo('FLOW'), log: INCOMPLETE },
    'no ALERT log',
  ],
  ['there is no log at all', { denied: unlogged, logging: loggingTo(), log: INCOMPLETE }, 'no ALERT log'],
])('a block without a record fails: %s', (_case, story, because) => {
  const finding = judged(story);
  expect(finding.outcome).toBe('fail');
  expect(finding.because).toContain(because);
  expect(finding.because).toContain('Fix:');
});

test.each<[string, Story, string]>([
  ['the log is late', { denied: unlogged, log: INCOMPLETE }, 'has not been seen'],
  ['the target is dead', { denied: unlogged, control: TIMED_OUT }, 'the target may be down'],
  ['no control run was made', { denied: unlogged, control: null }, 'no control run'],
  [
    'a security group stopped it before its name',
    {
      denied: {
        result: { kind: 'timed-out', stage: 'tcp', detail: '' },
        reached: 'nothing',
        firewallRecords: [],
      },
    },
    'before a name was sent',
  ],
  ['the marker could not be sent', { denied: { ...unlogged, reached: 'unresolved' } }, 'marker connection'],
  [
    'it cannot be told how far the marker came',
    { denied: { ...unlogged, reached: 'unknown' } },
    'marker connection',
  ],
  ['DNS stopped it', { denied: { ...unlogged, result: { kind: 'dns-failed', detail: '' } } }, 'DNS'],
  [
    'nothing can be said',
    { denied: { ...unlogged, result: { kind: 'inconclusive', detail: 'lost' } } },
    'lost',
  ],
  [
    'nothing was blocked',
    { denied: { result: SUCCEEDED, firewallRecords: [] } },
    'Nothing that is denied was blocked',
  ],
  ['no probe ran', { live: { status: 'not-run', because: 'No host.' } }, 'No host.'],
  [
    'the logging configuration could not be read',
    {
      logging: {
        status: 'unread',
        at: '2026-11-23T15:00:00.000Z',
        operation: 'network-firewall:DescribeLoggingConfiguration',
        error: 'AccessDeniedException',
        message: 'no',
        missingPermission: 'network-firewall:DescribeLoggingConfiguration',
      },
    },
    'grant network-firewall:DescribeLoggingConfiguration',
  ],
])('it is unknown when %s', (_case, story, because) => {
  expect(judged(story)).toMatchObject({ outcome: 'unknown', because: expect.stringContaining(because) });
});

test('what got through is left to the check that says so, and the rest is judged', () => {
  const destinations = ['wget-kaggle', 'wget-example'].map((probe) => ({
    probe,
    expect: 'denied' as const,
    because: 'no entry covers it',
  }));
  const findings = check.judge(runOf({ destinations }));
  expect(findings.map(({ subject, outcome }) => [subject, outcome])).toEqual([['wget-example', 'pass']]);
});
