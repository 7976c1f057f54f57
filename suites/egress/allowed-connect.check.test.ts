import check from './allowed-connect.check';
import { blocked, findingOf, runOf, TIMED_OUT, type Story } from './egress.fixture';

const judged = (story: Story) => findingOf(check, runOf(story));
const [own, marked] = blocked('kaggle.com');
if (own === undefined || marked === undefined) throw new Error('a block has two records');

test('an allowed destination whose client ended with its product passes', () => {
  expect(judged({})).toMatchObject({ outcome: 'pass', subject: 'wget-kaggle', severity: 'high' });
});

test('what worked passes although the control run did not, and although its marker was dropped', () => {
  expect(judged({ control: TIMED_OUT }).outcome).toBe('pass');
  // An entry without a leading dot lets the name through and not what is below it.
  expect(judged({ allowed: { firewallRecords: [marked], reached: 'tcp' } }).outcome).toBe('pass');
});

test.each<[string, Story, string]>([
  [
    'the firewall dropped the name',
    { allowed: { result: TIMED_OUT, firewallRecords: [own, marked] } },
    'dropped it by',
  ],
  [
    'the firewall dropped the name, whatever the control run says',
    { allowed: { result: TIMED_OUT, firewallRecords: [own] }, control: TIMED_OUT },
    'dropped it by',
  ],
  ['it works from outside', { allowed: { result: TIMED_OUT } }, 'while it worked from outside'],
  [
    'the engine is dead',
    { allowed: { result: { kind: 'timed-out', stage: 'tcp', detail: '' }, reached: 'nothing' } },
    "the firewall's state",
  ],
  [
    'the target turns only the NAT gateway away',
    { allowed: { result: { kind: 'rejected-by-target', detail: 'ERROR 403' } } },
    'the target turns the NAT gateway away',
  ],
  [
    'only the marker was dropped, so the firewall is not named as the one',
    { allowed: { result: TIMED_OUT, firewallRecords: [marked] } },
    'shows no block of the name',
  ],
  [
    'its name does not resolve',
    { allowed: { result: { kind: 'dns-failed', detail: '' }, reached: 'unresolved' } },
    'DNS stopped it, not the firewall',
  ],
  [
    'it never came as far as a name and the log could not be read',
    {
      allowed: { result: { kind: 'timed-out', stage: 'tcp', detail: '' }, reached: 'nothing' },
      log: { status: 'incomplete', waitedMs: 0, because: 'AccessDenied' },
    },
    'log is not complete',
  ],
])('an allowed destination that does not work fails: %s', (_case, story, because) => {
  const finding = judged(story);
  expect(finding.outcome).toBe('fail');
  expect(finding.because).toContain(because);
  expect(finding.because).toContain('Fix:');
});

test.each<[string, Story, string]>([
  ['the target is dead', { allowed: { result: TIMED_OUT }, control: TIMED_OUT }, 'the target may be down'],
  ['no control run was made', { allowed: { result: TIMED_OUT }, control: null }, 'no control run'],
  [
    'the target is dead and only the marker was dropped',
    { allowed: { result: TIMED_OUT, firewallRecords: [marked] }, control: TIMED_OUT },
    'the target may be down',
  ],
  [
    'nothing can be said',
    { allowed: { result: { kind: 'inconclusive', detail: 'SSM lost it' } } },
    'SSM lost it',
  ],
  ['no probe ran', { live: { status: 'not-run', because: 'No host.' } }, 'No host.'],
  ['nothing is allowed', { destinations: [] }, 'no destination that is allowed'],
])('it is unknown when %s', (_case, story, because) => {
  expect(judged(story)).toMatchObject({ outcome: 'unknown', because: expect.stringContaining(because) });
});
