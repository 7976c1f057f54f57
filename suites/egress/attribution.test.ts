import * as fc from 'fast-check';
import { flowShape } from '../../infra/model/flow-shape';
import type { Blocker, Prediction } from '../../infra/model/prediction';
import type { ClientResult, Observation } from '../../probes/probe';
import { attribution, type Attribution, type Witnesses } from './attribution';
import { arrival, seen, shaped, DENIED, SSH, SYN_DATA } from './battery.fixture';
import { blocked, COMPLETE, INCOMPLETE, record, SUCCEEDED, TIMED_OUT } from './egress.fixture';

const stops = (
  by: Blocker,
  overrides: Partial<Extract<Prediction, { outcome: 'blocked' }>> = {},
): Prediction => ({
  outcome: 'blocked',
  by,
  how: 'drop',
  logged: by === 'firewall' ? true : null,
  because: `${by} stops it`,
  rule: null,
  ...overrides,
});
const OPEN: Prediction = { outcome: 'open', because: 'nothing stops it', rule: null };
const LEAKS: Prediction = { outcome: 'leaks', by: 'firewall', because: 'late', rule: null };
const UNDECIDED: Prediction = { outcome: 'undecided', because: 'not documented' };
const DEAD: ClientResult = { kind: 'timed-out', stage: 'tcp', detail: '' };
const recorded = [...blocked('example.com')];
const nameless = [{ by: 'destination-and-time' as const, record: record('', { sni: null }) }];

interface Story extends Omit<Partial<Witnesses>, 'studio' | 'control'> {
  readonly studio?: Parameters<typeof seen>[1];
  readonly control?: Parameters<typeof seen>[1] | null;
}

const witnesses = ({ studio, control, ...rest }: Story): Witnesses => ({
  studio: seen('studio', studio),
  control: control === null ? null : seen('control', control),
  prediction: stops('firewall'),
  log: COMPLETE,
  hostIsAlive: false,
  isInside: false,
  endpointId: null,
  recordsCanBeTold: true,
  ...rest,
});

/** Servers keep watch, and have seen the control run. */
const watched = { studio: { arrivals: [] }, control: { arrivals: [arrival({ nonce: 'other' })] } };

test.each<[string, Story, Pick<Attribution, 'status' | 'by' | 'logged'>]>([
  ['the client was answered', { studio: { result: SUCCEEDED } }, { status: 'open', by: null, logged: null }],
  [
    'the client was answered, whatever a record says',
    { studio: { result: SUCCEEDED, firewallRecords: recorded } },
    { status: 'open', by: null, logged: null },
  ],
  [
    'the target turned it away',
    { studio: { result: { kind: 'rejected-by-target', detail: '403' } } },
    { status: 'open', by: null, logged: null },
  ],
  [
    'its bytes were confirmed, and nothing came back',
    {
      studio: {
        result: {
          kind: 'succeeded',
          detail: 'all 40 bytes were confirmed by the other side, which said nothing',
        },
      },
      prediction: LEAKS,
    },
    { status: 'leaked', by: 'firewall', logged: null },
  ],
  [
    'its bytes arrived, although the firewall has a record',
    { studio: { arrivals: [arrival()], firewallRecords: recorded } },
    { status: 'leaked', by: 'firewall', logged: true },
  ],
  [
    'its bytes arrived, although the client cannot tell',
    { studio: { arrivals: [arrival()], result: { kind: 'inconclusive', detail: 'lost' } } },
    { status: 'leaked', by: 'firewall', logged: null },
  ],
  [
    'a neighbour answered with a reset',
    {
      studio: { result: { kind: 'refused', detail: '' }, flows: [SSH] },
      isInside: true,
      prediction: UNDECIDED,
    },
    { status: 'open', by: null, logged: null },
  ],
  [
    'the firewall has a record',
    { studio: { firewallRecords: recorded } },
    { status: 'blocked', by: 'firewall', logged: true },
  ],
  [
    'the firewall has a record, with the target dead and without a name',
    { studio: { firewallRecords: nameless, flows: [SYN_DATA] }, control: { result: DEAD } },
    { status: 'blocked', by: 'firewall', logged: true },
  ],
  ['the target is alive, and the log silent', {}, { status: 'blocked', by: 'firewall', logged: false }],
  [
    'a record of it could not be told from others',
    { recordsCanBeTold: false },
    { status: 'blocked', by: 'firewall', logged: null },
  ],
  [
    'its rule does not log, whatever could be told apart',
    { prediction: stops('firewall', { logged: false }), recordsCanBeTold: false },
    { status: 'blocked', by: 'firewall', logged: false },
  ],
  [
    'the NAT gateway may stop it before the firewall',
    { prediction: stops('firewall', { logged: null }) },
    { status: 'blocked', by: 'firewall', logged: null },
  ],
  [
    'a security group stops it',
    { prediction: stops('security-group') },
    { status: 'blocked', by: 'security-group', logged: null },
  ],
  [
    'a security group stops it, with the log late',
    { prediction: stops('security-group'), log: INCOMPLETE },
    { status: 'blocked', by: 'security-group', logged: null },
  ],
  [
    'nothing arrived, and nobody says why',
    { ...watched, prediction: UNDECIDED },
    { status: 'blocked', by: null, logged: null },
  ],
  [
    'nothing arrived although it should',
    { ...watched, prediction: OPEN },
    { status: 'blocked', by: null, logged: null },
  ],
  [
    'nothing arrived, and the log is late',
    { ...watched, log: INCOMPLETE },
    { status: 'blocked', by: 'firewall', logged: null },
  ],
  [
    'a security group stops what nobody answers, and the host answers others',
    {
      studio: { flows: [SYN_DATA] },
      control: { result: DEAD },
      hostIsAlive: true,
      prediction: stops('security-group'),
    },
    { status: 'blocked', by: 'security-group', logged: null },
  ],
  [
    'a security group stops what goes to a neighbour',
    { isInside: true, control: { result: DEAD }, prediction: stops('security-group') },
    { status: 'blocked', by: 'security-group', logged: null },
  ],
  [
    'its name resolves outside alone',
    { studio: { result: { kind: 'dns-failed', detail: '' } } },
    { status: 'blocked', by: 'dns', logged: null },
  ],
  [
    'the host has no route',
    { studio: { result: { kind: 'no-route', detail: '' } } },
    { status: 'blocked', by: 'no-route', logged: null },
  ],
  [
    'the host has no route, nor has the other, and the configuration says so',
    {
      studio: { result: { kind: 'no-route', detail: '' } },
      control: { result: { kind: 'no-route', detail: '' } },
      prediction: stops('no-route'),
    },
    { status: 'blocked', by: 'no-route', logged: null },
  ],
  [
    'a rule of the firewall rejects it, and is on no record',
    { studio: { result: { kind: 'reset', detail: '' } }, prediction: stops('firewall', { how: 'reject' }) },
    { status: 'blocked', by: 'firewall', logged: false },
  ],
])('%s', (_story, story, expected) => {
  expect(attribution(witnesses(story))).toMatchObject(expected);
});

test.each<[string, Story, Attribution['by']]>([
  ['the target is dead', { control: { result: DEAD } }, 'target'],
  ['no control run was made', { control: null }, 'target'],
  [
    'nothing can be said',
    { studio: { result: { kind: 'inconclusive', detail: '' }, firewallRecords: recorded } },
    null,
  ],
  ['the log is late', { log: INCOMPLETE }, 'firewall'],
  ['the configuration does not tell', { prediction: UNDECIDED }, null],
  ['it should be open', { prediction: OPEN }, null],
  ['it should leak, and no server keeps watch', { prediction: LEAKS }, null],
  [
    'it should leak before the record, and no server keeps watch',
    { prediction: LEAKS, studio: { firewallRecords: recorded } },
    'firewall',
  ],
  [
    'an endpoint refused what is refused outside as well',
    {
      studio: { result: { kind: 'rejected-by-target', detail: 'HTTP 403' } },
      control: { result: { kind: 'rejected-by-target', detail: 'HTTP 403' } },
      endpointId: 'vpce-s3',
    },
    'target',
  ],
  [
    'an endpoint answered otherwise than a policy does',
    {
      studio: { result: { kind: 'rejected-by-target', detail: 'the server answered HTTP 404' } },
      endpointId: 'vpce-s3',
    },
    'endpoint',
  ],
  ['nobody answers it, and there is no record', { studio: { flows: [SYN_DATA] } }, null],
  [
    'nobody answers it, and the host is dead',
    { studio: { flows: [SYN_DATA] }, control: { result: DEAD }, prediction: stops('security-group') },
    'target',
  ],
  ['a neighbour is silent, and the firewall is on the way', { isInside: true, control: null }, 'target'],
  [
    'its name resolves nowhere',
    {
      studio: { result: { kind: 'dns-failed', detail: '' } },
      control: { result: { kind: 'dns-failed', detail: '' } },
    },
    'target',
  ],
  [
    'neither host has a route',
    {
      studio: { result: { kind: 'no-route', detail: '' } },
      control: { result: { kind: 'no-route', detail: '' } },
    },
    'target',
  ],
  [
    'somebody reset it, and the configuration says that it is dropped',
    { studio: { result: { kind: 'reset', detail: '' } } },
    null,
  ],
  [
    'servers keep watch but have not seen the control run',
    { studio: { arrivals: [] }, control: { arrivals: [], result: DEAD } },
    'target',
  ],
])('it is unknown when %s', (_story, story, by) => {
  expect(attribution(witnesses(story))).toMatchObject({ status: 'unknown', by });
});

test('looking its name up is no leak, and asking DNS itself is', () => {
  const lookUp = [arrival({ protocol: 'udp', local: '203.0.113.53:53' })];
  expect(attribution(witnesses({ studio: { arrivals: lookUp } })).status).not.toBe('leaked');
  const dns = { shape: flowShape({ transport: 'udp', port: 53, application: 'dns' }), address: '10.2.0.2' };
  expect(attribution(witnesses({ studio: { arrivals: lookUp, flows: [dns] } })).status).toBe('leaked');
});

test('another probe’s arrival is not this one’s', () => {
  expect(attribution(witnesses({ studio: { arrivals: [arrival({ nonce: 'other' })] } })).status).toBe(
    'blocked',
  );
});

const result: fc.Arbitrary<ClientResult> = fc.constantFrom<ClientResult>(
  SUCCEEDED,
  TIMED_OUT,
  DEAD,
  { kind: 'timed-out', stage: 'dns', detail: '' },
  { kind: 'timed-out', stage: 'http', detail: '' },
  { kind: 'timed-out', stage: 'unknown', detail: '' },
  { kind: 'reset', detail: '' },
  { kind: 'refused', detail: '' },
  { kind: 'no-route', detail: '' },
  { kind: 'dns-failed', detail: '' },
  { kind: 'rejected-by-target', detail: '' },
  { kind: 'inconclusive', detail: '' },
);
const prediction = fc.constantFrom<Prediction>(
  OPEN,
  LEAKS,
  UNDECIDED,
  stops('firewall'),
  stops('firewall', { how: 'reject', logged: false }),
  ...(['dns', 'security-group', 'network-acl', 'no-route'] as const).map((by) => stops(by)),
);
const flows = fc.constantFrom(
  [DENIED],
  [SSH],
  [SYN_DATA],
  [shaped(DENIED, { application: 'http', port: 80 })],
);
const arrivals = fc.constantFrom<Observation['arrivals']>(null, [], [arrival()]);
const anyWitnesses: fc.Arbitrary<Witnesses> = fc
  .record({
    studio: fc.record({ result, flows, arrivals, firewallRecords: fc.constantFrom([], recorded, nameless) }),
    control: fc.option(fc.record({ result, arrivals })),
    prediction,
    log: fc.constantFrom(COMPLETE, INCOMPLETE),
    hostIsAlive: fc.boolean(),
    isInside: fc.boolean(),
    recordsCanBeTold: fc.boolean(),
    endpointId: fc.constant(null),
  })
  .map(witnesses);

const isAtDns = (one: ClientResult): boolean => one.kind === 'timed-out' && one.stage === 'dns';
const isAtHttp = (one: ClientResult): boolean => one.kind === 'timed-out' && one.stage === 'http';

test('whatever the witnesses say: what got through is never blocked, and no block rests on silence alone', () => {
  const met = new Set<Attribution['status']>();
  fc.assert(
    fc.property(anyWitnesses, (given) => {
      const { studio, control } = given;
      const found = attribution(given);
      met.add(found.status);
      expect(found.because).not.toBe('');
      if (studio.result.kind === 'succeeded') expect(['open', 'leaked']).toContain(found.status);
      else if ((studio.arrivals ?? []).length > 0) expect(['open', 'leaked']).toContain(found.status);
      if (found.status !== 'blocked') return;
      // A dead target, no record, no word of the client and no sure layer before the firewall: nobody may call it a block.
      const answers = ({ result: { kind }, ...one }: Observation): boolean =>
        kind === 'succeeded' || kind === 'rejected-by-target' || (one.arrivals ?? []).length > 0;
      const isAlive = control !== null && (answers(control) || isAtHttp(control.result) || given.hostIsAlive);
      const early = given.prediction.outcome === 'blocked' && given.prediction.by !== 'firewall';
      const { kind } = studio.result;
      const said = kind === 'dns-failed' || kind === 'no-route' || isAtDns(studio.result);
      expect(studio.firewallRecords.length > 0 || isAlive || early || said).toBe(true);
      if (found.logged === true) expect(studio.firewallRecords.length).toBeGreaterThan(0);
      if (found.logged === false) expect(given.log.status).toBe('complete');
    }),
    { numRuns: 3000 },
  );
  expect(met).toEqual(new Set(['open', 'leaked', 'blocked', 'unknown']));
});

test('a dead target is never a block: for every silent client without a record and with a control run that failed', () => {
  fc.assert(
    fc.property(anyWitnesses, (given) => {
      const silent = {
        ...given,
        studio: { ...given.studio, result: DEAD, firewallRecords: [], arrivals: null },
        control: given.control === null ? null : { ...given.control, result: DEAD, arrivals: null },
        hostIsAlive: false,
        isInside: false,
      };
      expect(attribution(silent).status).toBe('unknown');
    }),
    { numRuns: 500 },
  );
});

test('what the control run got through only in part is said to rest on the configuration for the rest', () => {
  const control = (detail: string) => ({ result: { kind: 'succeeded' as const, detail } });
  const because = (detail: string): string =>
    attribution(witnesses({ ...watched, control: { ...watched.control, ...control(detail) } })).because;
  expect(because('ssh (1 of 2): 27 bytes')).toContain('from outside 1 of its 2 sends got through');
  expect(because('ssh, plain (2 of 2): 27 bytes')).not.toContain('from outside');
});

test('a record of one of two flows is no record of the other, unless the configuration stops both', () => {
  const other = { ...SSH, address: '52.0.0.2' };
  const studio = { flows: [DENIED, other], firewallRecords: recorded };
  const of = (prediction: Prediction): Attribution => attribution(witnesses({ studio, prediction }));
  expect(of(UNDECIDED)).toMatchObject({
    status: 'unknown',
    because: expect.stringContaining('no record of 1 of its 2 flows'),
  });
  expect(of(OPEN).status).toBe('unknown');
  expect(of(stops('firewall'))).toMatchObject({ status: 'blocked', by: 'firewall', logged: true });
  const both = { ...studio, flows: [DENIED, DENIED] };
  expect(attribution(witnesses({ studio: both, prediction: UNDECIDED })).status).toBe('blocked');
});

test('bytes that the other side confirmed have left, although the client timed out and a record says dropped', () => {
  const detail = (confirmed: number) => `517 bytes sent, ${confirmed} of them confirmed, 0 came back`;
  const of = (confirmed: number): Attribution => {
    const result = { kind: 'timed-out' as const, stage: 'tls' as const, detail: detail(confirmed) };
    return attribution(witnesses({ studio: { result, firewallRecords: recorded } }));
  };
  expect(of(120)).toMatchObject({ status: 'leaked', by: 'firewall', logged: true });
  expect(of(0)).toMatchObject({ status: 'blocked' });
});
