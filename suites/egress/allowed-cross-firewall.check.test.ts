import { unread } from '../../infra/mutants/mutant';
import { withProbeHost } from '../../infra/mutants/probe-host';
import { route } from '../../infra/mutants/reference-network';
import { removeRoute, replaceRoute } from '../../infra/mutants/route-changes';
import { flowShape } from '../../infra/model/flow-shape';
import type { FirewallRecord, LogCompleteness, SentFlow, TiedRecord } from '../../probes/probe';
import type { CheckInput } from '../check';
import check from './allowed-cross-firewall.check';
import {
  COMPLETE,
  findingOf,
  INCOMPLETE,
  loggingTo,
  record,
  runOf,
  TIMED_OUT,
  type Story,
} from './egress.fixture';

const ADDRESS = '203.0.113.20';
const FLOW: SentFlow = {
  shape: flowShape({ transport: 'tcp', port: 443, application: 'tls', name: 'kaggle.com' }),
  address: ADDRESS,
};

/** A flow record of one direction, as the firewall sees it: the NAT gateway's address stands for the client's. */
function netflow(direction: 'out' | 'back', overrides: Partial<FirewallRecord> = {}): TiedRecord {
  const client = { ip: '10.2.2.10', port: 40512 };
  const server = { ip: ADDRESS, port: 443 };
  const [from, to] = direction === 'out' ? [client, server] : [server, client];
  const flow = record('', {
    eventType: 'netflow',
    sni: null,
    action: null,
    verdict: null,
    signature: null,
    signatureId: null,
    sourceIp: from.ip,
    sourcePort: from.port,
    destinationIp: to.ip,
    destinationPort: to.port,
    flowStartedAt: '2026-11-23T15:00:01.000Z',
    raw: direction,
    ...overrides,
  });
  return { by: 'destination-and-time', record: flow };
}

interface FlowStory extends Story {
  readonly records?: readonly TiedRecord[];
  readonly flows?: readonly SentFlow[];
  readonly flowLog?: LogCompleteness;
}

function run({
  records = [netflow('out'), netflow('back')],
  flows = [FLOW],
  flowLog = COMPLETE,
  ...story
}: FlowStory): CheckInput {
  const input = runOf({
    logging: loggingTo('ALERT', 'FLOW'),
    ...story,
    allowed: { firewallRecords: records, ...story.allowed },
  });
  if (input.live.status !== 'run') return input;
  const observations = input.live.observations.map((one) => ({ ...one, flows }));
  return { ...input, live: { ...input.live, observations, flowLog } };
}
const judged = (story: FlowStory) => findingOf(check, run(story));

test('an allowed flow with records of both directions passes', () => {
  expect(judged({})).toMatchObject({
    outcome: 'pass',
    subject: 'wget-kaggle',
    because: expect.stringContaining('kaggle.com at 203.0.113.20:443, out and back'),
  });
});

test('the records are enough when the log is not complete', () => {
  expect(judged({ flowLog: INCOMPLETE }).outcome).toBe('pass');
});

test.each<[string, FlowStory, string]>([
  ['it has no record at all', { records: [] }, 'went round the firewall'],
  ['only the way out is on record', { records: [netflow('out')] }, 'its answers went round the firewall'],
  ['only the way back is on record', { records: [netflow('back')] }, 'it went out round the firewall'],
  [
    'the records are of another port',
    { records: [netflow('out', { destinationPort: 80 }), netflow('back', { sourcePort: 80 })] },
    'went round',
  ],
  [
    'the records are alerts',
    { records: [netflow('out', { eventType: 'alert' }), netflow('back', { eventType: 'alert' })] },
    'went round',
  ],
  [
    'one of two connections has none',
    { flows: [FLOW, { ...FLOW, address: '203.0.113.21' }] },
    '203.0.113.21:443',
  ],
])('it fails when the log is complete and %s', (_why, story, because) => {
  const finding = judged(story);
  expect(finding).toMatchObject({ outcome: 'fail', because: expect.stringContaining(because) });
  expect(finding.because).toContain('Fix:');
});

test.each<[string, FlowStory, string]>([
  ['the log is late', { records: [], flowLog: INCOMPLETE }, 'have not been seen'],
  [
    'there is no FLOW log',
    { records: [], logging: loggingTo('ALERT'), flowLog: INCOMPLETE },
    'writes no FLOW records',
  ],
  ['where it went is not known', { flows: [{ ...FLOW, address: null }] }, 'where it went is not known'],
  ['what it sent is not known', { flows: [] }, 'where it went is not known'],
  [
    'nothing that is allowed got through',
    { allowed: { result: TIMED_OUT } },
    'Nothing that is allowed got through',
  ],
  ['no probe ran', { live: { status: 'not-run', because: 'No host.' } }, 'No host.'],
  ['nothing is allowed', { destinations: [] }, 'no destination that is allowed'],
])('it is unknown when %s', (_why, story, because) => {
  expect(judged(story)).toMatchObject({ outcome: 'unknown', because: expect.stringContaining(because) });
});

test('without a record of anything it fails where the routes lead round the firewall as well', () => {
  const input = run({ records: [], flowLog: INCOMPLETE, flows: [{ ...FLOW, address: '52.0.0.1' }] });
  const around = removeRoute(
    replaceRoute(
      withProbeHost(input.snapshot),
      'rtb-nat',
      '0.0.0.0/0',
      route('0.0.0.0/0', { GatewayId: 'igw-a' }),
    ),
    'rtb-edge',
    '10.2.2.0/24',
  );
  expect(findingOf(check, { ...input, snapshot: around })).toMatchObject({
    outcome: 'fail',
    because: expect.stringContaining('by the routes it went round the firewall'),
  });
  expect(findingOf(check, { ...input, snapshot: withProbeHost(input.snapshot) }).outcome).toBe('unknown');
});

test('it is unknown when the logging configuration was not read', () => {
  const input = run({});
  const blind = { ...input, snapshot: unread(input.snapshot, 'loggingConfigurations') };
  expect(findingOf(check, blind)).toMatchObject({
    outcome: 'unknown',
    because: expect.stringContaining('grant'),
  });
});
