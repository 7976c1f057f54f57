import check from './denied-are-blocked.check';
import {
  blocked,
  COMPLETE,
  findingOf,
  INCOMPLETE,
  runOf,
  SUCCEEDED,
  TIMED_OUT,
  type Story,
} from './egress.fixture';

const judged = (story: Story) => findingOf(check, runOf(story));
const [own, marked] = blocked('example.com');
if (own === undefined || marked === undefined) throw new Error('a block has two records');

test('a denied destination that the firewall says it dropped passes, with both witnesses attached', () => {
  const finding = judged({});
  expect(finding).toMatchObject({ outcome: 'pass', subject: 'wget-example', severity: 'critical' });
  expect(finding.because).toContain('dropped example.com and nabcdefgh12345678.example.com');
  expect(finding.because).toContain('"aws:alert_established action" of network-firewall');
  expect(finding.observations.map(({ vantage }) => vantage)).toEqual(['studio', 'control']);
});

test.each<[string, Story]>([
  ['the log is not complete', { log: INCOMPLETE }],
  ['there was no control run', { control: null }],
  [
    'the firewall rejects and the client is reset',
    { denied: { result: { kind: 'reset', detail: 'reset' } } },
  ],
  ['the records have no verdict', { denied: { firewallRecords: blocked('example.com', { verdict: null }) } }],
])('the firewall’s two records are enough when %s', (_case, story) => {
  expect(judged(story).outcome).toBe('pass');
});

test.each<[string, Story]>([
  [
    'the edge route is gone: it answers and the log is silent',
    { denied: { result: SUCCEEDED, reached: 'tls', firewallRecords: [] } },
  ],
  ['it answers although the firewall logged a drop', { denied: { result: SUCCEEDED } }],
  [
    'the target turned the client away',
    { denied: { result: { kind: 'rejected-by-target', detail: 'ERROR 403' } } },
  ],
  [
    'TLS was done and the response is slow',
    { denied: { result: { kind: 'timed-out', stage: 'http', detail: '' } } },
  ],
])('a denied destination that is reached fails: %s', (_case, story) => {
  const finding = judged(story);
  expect(finding.outcome).toBe('fail');
  expect(finding.because).toContain('reached its target');
  expect(finding.because).toContain('Fix:');
});

test.each<[string, Story, string]>([
  [
    'logging is removed',
    { denied: { firewallRecords: [] }, log: { ...INCOMPLETE, because: 'no ALERT logging' } },
    'no ALERT logging',
  ],
  ['the log is late', { denied: { firewallRecords: [] }, log: INCOMPLETE }, 'log is not complete'],
  [
    'the complete log has no record',
    { denied: { firewallRecords: [] }, log: COMPLETE },
    'has no record of it',
  ],
  ['only somebody’s record of the name is there', { denied: { firewallRecords: [own] } }, 'somebody else'],
  ['only the marker’s record is there', { denied: { firewallRecords: [marked] } }, 'not of the name itself'],
  [
    'the firewall only alerts and does not drop',
    { denied: { firewallRecords: blocked('example.com', { action: 'allowed', verdict: 'alert' }) } },
    'has no record of it',
  ],
  ['the target is dead', { denied: { firewallRecords: [] }, control: TIMED_OUT }, 'the target may be down'],
  ['no control run was made', { denied: { firewallRecords: [] }, control: null }, 'no control run was made'],
  [
    'a security group stops it, while another host’s connection is on record',
    {
      denied: {
        result: { kind: 'timed-out', stage: 'tcp', detail: '' },
        reached: 'nothing',
        firewallRecords: [own],
      },
    },
    'a security group, a network ACL',
  ],
  [
    'the engine is dead',
    {
      denied: {
        result: { kind: 'timed-out', stage: 'tcp', detail: '' },
        reached: 'nothing',
        firewallRecords: [],
      },
    },
    'a firewall endpoint that is down',
  ],
  ['DNS fails', { denied: { result: { kind: 'dns-failed', detail: 'x' } } }, 'DNS stopped it'],
  [
    'DNS is silent',
    { denied: { result: { kind: 'timed-out', stage: 'dns', detail: 'x' } } },
    'DNS stopped it',
  ],
  ['there is no route', { denied: { result: { kind: 'no-route', detail: 'x' } } }, 'no route'],
  ['it is refused', { denied: { result: { kind: 'refused', detail: 'x' } } }, 'refused'],
  [
    'nothing can be said',
    { denied: { result: { kind: 'inconclusive', detail: 'the host has no wget' } } },
    'no wget',
  ],
  [
    'the marker could not be made',
    { denied: { reached: 'unresolved', firewallRecords: [own] } },
    'marker connection',
  ],
])('whoever stopped it is not known to be the firewall: %s', (_case, story, because) => {
  const finding = judged(story);
  expect(finding.outcome).toBe('unknown');
  expect(finding.because).toContain(because);
});

test('each denied destination is judged for itself, and one that nobody tried is unknown', () => {
  const destinations = ['wget-example', 'git-clone-github'].map((probe) => ({
    probe,
    expect: 'denied' as const,
    because: 'no entry covers it',
  }));
  const findings = check.judge(runOf({ destinations }));
  expect(findings.map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ['wget-example', 'pass'],
    ['git-clone-github', 'unknown'],
  ]);
});

test.each<[string, Story, string]>([
  [
    'no probe ran',
    { live: { status: 'not-run', because: 'There is no probe host.' } },
    'There is no probe host.',
  ],
  ['nothing is denied', { destinations: [] }, 'names no destination that is denied'],
])('when %s it is unknown', (_case, story, because) => {
  expect(judged(story)).toMatchObject({ outcome: 'unknown', because: expect.stringContaining(because) });
});
