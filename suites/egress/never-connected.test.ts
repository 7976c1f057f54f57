/** Who stopped a probe whose SYN nobody answered: a rule that judges what comes later was not asked. */
import type { Prediction } from '../../infra/model/prediction';
import type { ClientResult } from '../../probes/probe';
import { attribution } from './attribution';
import { arrival, DENIED, seen, SYN_DATA, UDP } from './battery.fixture';
import { blocked, COMPLETE } from './egress.fixture';
import { neverConnected } from './seen';

const UNANSWERED: ClientResult = { kind: 'timed-out', stage: 'tcp', detail: 'no answer to the SYN' };
const stops = (logged: boolean): Prediction => ({
  outcome: 'blocked',
  by: 'firewall',
  how: 'drop',
  logged,
  because: 'its rule drops it',
  rule: null,
});

interface Story {
  readonly studio?: Parameters<typeof seen>[1];
  readonly control?: Parameters<typeof seen>[1];
  readonly logged?: boolean;
}

const attributed = ({ studio, control, logged = true }: Story) =>
  attribution({
    studio: seen('studio', { result: UNANSWERED, ...studio }),
    control: seen('control', control),
    prediction: stops(logged),
    log: COMPLETE,
    hostIsAlive: false,
    isInside: false,
    endpointId: null,
    recordsCanBeTold: true,
  });

const NOBODY = { status: 'unknown', by: null, logged: null };
const UNLOGGED = { status: 'blocked', by: 'firewall', logged: false };
const watched = { control: { arrivals: [arrival({ nonce: 'other' })] } };

test.each<[string, Story, object]>([
  ['no record is owed', {}, NOBODY],
  ['none is where servers keep watch either', { studio: { arrivals: [] }, ...watched }, NOBODY],
  [
    'a record that is there counts',
    { studio: { firewallRecords: [...blocked('example.com')] } },
    { status: 'blocked', by: 'firewall', logged: true },
  ],
  [
    'one is owed where the SYN carries what is judged',
    { studio: { flows: [SYN_DATA], arrivals: [] }, ...watched },
    UNLOGGED,
  ],
  ['a rule that does not log is one all the same', { logged: false }, UNLOGGED],
  [
    'one is owed once it came as far as its hello',
    { studio: { result: { kind: 'timed-out', stage: 'tls', detail: '' } } },
    UNLOGGED,
  ],
])('%s', (_what, story, expected) => {
  expect(attributed(story)).toMatchObject(expected);
});

test('only what asks for a connection can lack one', () => {
  const never = (flows: readonly (typeof DENIED)[]) =>
    neverConnected(seen('studio', { result: UNANSWERED, flows }));
  expect([never([DENIED]), never([SYN_DATA]), never([UDP]), never([DENIED, SYN_DATA])]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
