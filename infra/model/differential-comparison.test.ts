/** The comparison itself: what it must call a difference, and what a record of the engine says. */
import { disagreement, seenOf, type Seen } from './differential-comparison.fixture';
import { wireFlow, type TriedFlow } from './differential-flow.fixture';
import type { Sighting } from './differential-network.fixture';
import { flowShape } from './flow-shape';

const FLOW: TriedFlow = {
  shape: flowShape({ transport: 'tcp', port: 443, application: 'tls', name: 'example.com' }),
  source: '10.2.3.10',
  destination: '203.0.113.40',
};
const WIRE = wireFlow(FLOW, { index: 0, batch: 0 });
const KEY = `6 ${WIRE.key} 10.2.3.10 203.0.113.40 443`;

interface Parts {
  readonly up?: number;
  readonly received?: number;
  readonly answered?: number;
  readonly reset?: boolean;
  readonly verdict?: string;
  readonly port?: number;
}

function sighting({
  up = 0,
  received = 0,
  answered = 0,
  reset = false,
  verdict,
  port = WIRE.key,
}: Parts): Sighting {
  const record = {
    event_type: 'alert',
    proto: 'TCP',
    src_ip: '10.2.3.10',
    src_port: port,
    dest_ip: '203.0.113.40',
    dest_port: 443,
    alert: { action: 'allowed', signature_id: 1, signature: 'mine' },
    verdict: { action: verdict },
  };
  return {
    sights: [{ connected: true, received, answered, reset }],
    arrived: { [KEY]: up },
    alerts: verdict === undefined ? [] : [record],
  };
}

const seen = (parts: Parts): Seen => seenOf(FLOW, WIRE, 0, sighting(parts));

test.each<[string, Parts, Partial<Seen>]>([
  ['bytes both ways', { up: 100, received: 47, answered: 1 }, { outcome: 'passed' }],
  ['bytes that arrive and are not answered', { up: 100 }, { outcome: 'leaks' }],
  ['bytes that come in alone', { received: 20 }, { outcome: 'leaks' }],
  ['nothing either way', {}, { outcome: 'blocked', blockLogged: false }],
  [
    'a record whose packet was dropped',
    { verdict: 'drop' },
    { blockLogged: true, records: ['allowed 1 mine'] },
  ],
  ['a record whose packet went on', { verdict: 'alert' }, { blockLogged: false }],
  ['a record of another connection', { verdict: 'drop', port: 9 }, { blockLogged: false, records: [] }],
])('%s', (_what, parts, expected) => {
  expect(seen(parts)).toMatchObject(expected);
});

const by = 'sid 1';
const rule = null;
const how = 'first segment';

test.each([
  ['passed', { outcome: 'passed', by, rule, logged: false }, { up: 1, received: 1, answered: 1 }],
  ['dropped in silence', { outcome: 'dropped', by, rule, logged: false }, {}],
  ['dropped and on record', { outcome: 'dropped', by, rule, logged: true }, { verdict: 'drop' }],
  ['dropped, the record left open', { outcome: 'dropped', by, rule, logged: null }, { verdict: 'drop' }],
  ['rejected', { outcome: 'rejected', by, rule, logged: true }, { reset: true, verdict: 'drop' }],
  ['leaks', { outcome: 'leaks', by, rule, logged: true, how }, { up: 5, verdict: 'drop' }],
] as const)('%s, and so it was', (_what, verdict, parts) => {
  expect(disagreement(FLOW, verdict, seen(parts))).toBeNull();
});

test.each([
  ['passed, but nothing came back', { outcome: 'passed', by, rule, logged: false }, { up: 1 }],
  ['passed, but nothing arrived', { outcome: 'passed', by, rule, logged: false }, {}],
  [
    'passed, but a block is on record',
    { outcome: 'passed', by, rule, logged: false },
    { up: 1, received: 1, answered: 1, verdict: 'drop' },
  ],
  ['dropped, but bytes left', { outcome: 'dropped', by, rule, logged: false }, { up: 1 }],
  ['dropped, but bytes came in', { outcome: 'dropped', by, rule, logged: false }, { received: 1 }],
  ['dropped, but reset', { outcome: 'dropped', by, rule, logged: false }, { reset: true }],
  ['dropped and logged, but not on record', { outcome: 'dropped', by, rule, logged: true }, {}],
  ['dropped in silence, but on record', { outcome: 'dropped', by, rule, logged: false }, { verdict: 'drop' }],
  ['rejected, but not reset', { outcome: 'rejected', by, rule, logged: false }, {}],
  ['leaks, but nothing did', { outcome: 'leaks', by, rule, logged: false, how }, {}],
  [
    'leaks, but all went through',
    { outcome: 'leaks', by, rule, logged: false, how },
    { up: 1, received: 1, answered: 1 },
  ],
] as const)('%s', (_what, verdict, parts) => {
  expect(disagreement(FLOW, verdict, seen(parts))).not.toBeNull();
});
