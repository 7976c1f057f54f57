import * as fc from 'fast-check';
import { flowShape } from '../../infra/model/flow-shape';
import { markerName } from '../dns-name';
import type { FirewallRecord, SentFlow } from '../probe';
import { correlate, type ProbeTrace } from './correlate';
import { blockOfName } from './record.fixture';

const trace = (nonce: string, ...names: readonly string[]): ProbeTrace => ({
  nonce,
  names,
  startedAt: '2026-11-23T15:00:00.000Z',
  finishedAt: '2026-11-23T15:00:08.000Z',
});
const git = trace('aaaaaaaa11111111', 'github.com');
const pip = trace('bbbbbbbb22222222', 'pypi.org', 'files.pythonhosted.org');

/** Per trace: how and by which name each of its records was tied. */
const ties = (traces: readonly ProbeTrace[], records: readonly FirewallRecord[]) =>
  correlate(traces, records).map((tied) =>
    tied.map(({ by, record }) => `${by} ${record.sni ?? record.httpHost}`),
  );

test('a marker belongs to the probe whose nonce it holds, whenever it came', () => {
  const late = blockOfName('naaaaaaaa11111111.github.com', { at: '2026-11-24T15:00:00.000Z' });
  const second = blockOfName('nbbbbbbbb22222222.files.pythonhosted.org');
  expect(ties([git, pip], [second, late])).toEqual([
    ['nonce naaaaaaaa11111111.github.com'],
    ['nonce nbbbbbbbb22222222.files.pythonhosted.org'],
  ]);
});

test('names do not differ by case, and a Host is a name too', () => {
  const shouted = blockOfName('NAAAAAAAA11111111.GitHub.COM');
  const host = blockOfName(null, { httpHost: 'naaaaaaaa11111111.github.com' });
  expect(correlate([git], [shouted, host])[0]?.map(({ by }) => by)).toEqual(['nonce', 'nonce']);
});

test.each([
  'naaaaaaaa11111111x.github.com',
  'xnaaaaaaaa11111111.github.com',
  'aaaaaaaa11111111.github.com',
  'naaaaaaaa11111111.github.com.evil.example',
  'naaaaaaaa11111111.pypi.org',
  'naaaaaaaa11111111',
  'www.github.com',
  'evilgithub.com',
  '',
])('a name that only looks like the marker’s or the probe’s ties nothing: %s', (name) => {
  expect(ties([git], [blockOfName(name)])).toEqual([[]]);
});

test.each([
  ['just before it began, within the skew of the clocks', '2026-11-23T14:59:56.000Z', 1],
  ['while it ran', '2026-11-23T15:00:04.000Z', 1],
  ['just after it ended, within the skew', '2026-11-23T15:00:12.000Z', 1],
  ['long before', '2026-11-23T14:59:00.000Z', 0],
  ['long after', '2026-11-23T15:01:00.000Z', 0],
  ['at no time', 'never', 0],
])('a record of the bare name %s', (_case, at, expected) => {
  expect(correlate([git], [blockOfName('github.com', { at })])[0]).toHaveLength(expected);
});

test('a bare name that two probes asked for at once is neither’s', () => {
  const other = trace('cccccccc33333333', 'github.com');
  expect(ties([git, other], [blockOfName('github.com')])).toEqual([[], []]);
});

test('a record that was delivered twice counts once, two records of the same name count twice', () => {
  const [one, two] = [blockOfName('github.com'), blockOfName('github.com', { sourcePort: 40513 })];
  expect(correlate([git], [one, one, two])[0]).toHaveLength(2);
});

test('a record without a name is nobody’s', () => {
  expect(ties([git, pip], [blockOfName(null)])).toEqual([[], []]);
});

const to = (address: string, port: number, protocol: 'tcp' | 'udp' = 'tcp'): SentFlow => ({
  shape: flowShape({ transport: protocol, port, application: null }),
  address,
});
const sending = (nonce: string, flows: readonly SentFlow[], names: readonly string[] = []): ProbeTrace => ({
  ...trace(nonce, ...names),
  flows,
});
const nameless = (overrides: Partial<FirewallRecord> = {}): FirewallRecord => blockOfName(null, overrides);
const LISTENER = '203.0.113.60';
const byDestination = (traces: readonly ProbeTrace[], records: readonly FirewallRecord[]) =>
  correlate(traces, records).map((tied) => tied.map(({ by, record }) => `${by} ${record.raw}`));

describe('a record without a name', () => {
  const raw = sending('aaaaaaaa11111111', [to(LISTENER, 9000)]);
  const record = nameless({ destinationIp: LISTENER, destinationPort: 9000, raw: 'r' });

  test('is tied to the only trace that sent such a flow there in that time', () => {
    const other = sending('bbbbbbbb22222222', [
      to(LISTENER, 9001),
      to('203.0.113.61', 9000),
      to(LISTENER, 9000, 'udp'),
    ]);
    expect(byDestination([raw, other], [record])).toEqual([['destination-and-time r'], []]);
  });

  test('is nobody’s where a trace whose report was lost may have sent it', () => {
    const unknown = { ...to(LISTENER, 9000), address: null };
    const lost = { ...sending('bbbbbbbb22222222', [unknown]), result: { kind: 'inconclusive' as const } };
    expect(byDestination([raw, lost], [record])).toEqual([[], []]);
    const elsewhere = { ...lost, flows: [{ ...to(LISTENER, 9001), address: null }] };
    expect(byDestination([raw, elsewhere], [record])).toEqual([['destination-and-time r'], []]);
    // A name that did not resolve was sent nowhere.
    const unresolved = { ...lost, result: { kind: 'dns-failed' as const } };
    expect(byDestination([raw, unresolved], [record])).toEqual([['destination-and-time r'], []]);
  });

  test.each<[string, FirewallRecord]>([
    ['another port', nameless({ ...record, destinationPort: 9001 })],
    ['another protocol', nameless({ ...record, protocol: 'UDP' })],
    ['another address', nameless({ ...record, destinationIp: '203.0.113.61' })],
    ['another time', nameless({ ...record, at: '2026-11-23T15:01:00.000Z' })],
    [
      'a name that is somebody else’s',
      blockOfName('other.example', { destinationIp: LISTENER, destinationPort: 9000 }),
    ],
  ])('is not tied with %s', (_case, foreign) => {
    expect(byDestination([raw], [foreign])).toEqual([[]]);
  });

  test('is nobody’s when two traces went there, and no alert is dealt out', () => {
    const other = sending('bbbbbbbb22222222', [to(LISTENER, 9000)]);
    expect(byDestination([raw, other], [record])).toEqual([[], []]);
  });

  test('belongs to an address whatever way it is spelled', () => {
    const six = sending('aaaaaaaa11111111', [to('2001:db8::1', 443)]);
    const spelled = nameless({ destinationIp: '2001:0db8:0000:0000:0000:0000:0000:0001', raw: 'r' });
    expect(byDestination([six], [spelled])).toEqual([['destination-and-time r']]);
  });
});

test('a record that has the two ends swapped, as of the server’s answer, is tied all the same', () => {
  const swapped = (sni: string | null): FirewallRecord =>
    blockOfName(sni, {
      sourceIp: LISTENER,
      sourcePort: 9000,
      destinationIp: '10.2.2.10',
      destinationPort: 40_512,
      raw: `swapped ${sni}`,
    });
  const own = sending('aaaaaaaa11111111', [to(LISTENER, 9000)], ['github.com']);
  const records = [swapped(null), swapped('github.com'), swapped('naaaaaaaa11111111.github.com')];
  expect(correlate([own], records)[0]?.map(({ by }) => by)).toEqual([
    'destination-and-time',
    'name-and-time',
    'nonce',
  ]);
});

describe('a nonce elsewhere than in the server name', () => {
  const raw = (event: object): string => JSON.stringify({ event });
  const dns = sending('aaaaaaaa11111111', [to('8.8.8.8', 53, 'udp')]);
  const others = [dns, sending('bbbbbbbb22222222', [to('8.8.8.8', 53, 'udp')])];

  test.each<[string, object]>([
    ['a DNS question', { dns: { query: [{ rrname: 'naaaaaaaa11111111.Example.COM' }] } }],
    ['a DNS question of a newer engine', { dns: { queries: [{ rrname: 'naaaaaaaa11111111.example.com' }] } }],
    ['a DNS answer', { dns: { rrname: 'x.naaaaaaaa11111111.example.com' } }],
    ['an HTTP path', { http: { url: '/studio-egress/aaaaaaaa11111111?x=1' } }],
  ])('ties, in %s', (_where, event) => {
    const record = nameless({
      destinationIp: '8.8.8.8',
      destinationPort: 53,
      protocol: 'UDP',
      raw: raw(event),
    });
    expect(correlate(others, [record]).map((tied) => tied.map(({ by }) => by))).toEqual([['nonce'], []]);
  });

  test.each<[string, object]>([
    ['as a part of a label', { dns: { query: [{ rrname: 'xnaaaaaaaa11111111.example.com' }] } }],
    ['without its letter', { dns: { query: [{ rrname: 'aaaaaaaa11111111.example.com' }] } }],
    ['as a part of a segment', { http: { url: '/aaaaaaaa11111111x' } }],
    [
      'beside that of another trace',
      { dns: { query: [{ rrname: 'naaaaaaaa11111111.nbbbbbbbb22222222.x' }] } },
    ],
    ['where no question is', { dns: { query: 'naaaaaaaa11111111.example.com' }, tls: 7 }],
  ])('ties nothing %s', (_where, event) => {
    const record = nameless({ destinationIp: '203.0.113.99', raw: raw(event) });
    expect(correlate(others, [record])).toEqual([[], []]);
  });

  test.each<[string, Partial<FirewallRecord>, object]>([
    ['its DNS question', {}, { dns: { query: [{ rrname: 'ncccccccc33333333.example.com' }] } }],
    ['its path', { httpHost: 'kaggle.com' }, { http: { url: '/studio-egress/cccccccc33333333' } }],
  ])(
    'that is another run’s keeps a record of the same place and time from ours: %s',
    (_where, more, event) => {
      const own = sending('aaaaaaaa11111111', [to('8.8.8.8', 53, 'udp')], ['kaggle.com']);
      const seen = { destinationIp: '8.8.8.8', destinationPort: 53, protocol: 'UDP', ...more };
      expect(correlate([own], [nameless({ ...seen, raw: raw(event) })])).toEqual([[]]);
      // Without it, it would be taken for ours.
      expect(correlate([own], [nameless({ ...seen, raw: raw({}) })])[0]).toHaveLength(1);
    },
  );

  test('in the server name of another run’s marker ties nothing', () => {
    expect(ties([git], [blockOfName('ncccccccc33333333.github.com')])).toEqual([[]]);
  });

  test('a path or a label that only looks like one is nobody’s nonce', () => {
    const seen = { destinationIp: '8.8.8.8', destinationPort: 53, protocol: 'UDP' };
    for (const event of [
      { http: { url: '/cccccccc33333333/studio-egress' } },
      { dns: { query: [{ rrname: 'ncccccccc3333333.example.com' }] } },
    ])
      expect(
        correlate(
          [sending('aaaaaaaa11111111', [to('8.8.8.8', 53, 'udp')])],
          [nameless({ ...seen, raw: raw(event) })],
        )[0],
      ).toHaveLength(1);
  });

  test('ties by a name of the trace’s own that begins with it', () => {
    const named = trace('aaaaaaaa11111111', 'naaaaaaaa11111111.example.com');
    expect(ties([named], [blockOfName('NAAAAAAAA11111111.example.com')])).toEqual([
      ['nonce NAAAAAAAA11111111.example.com'],
    ]);
  });
});

test('order, duplicates and foreign records change nothing, and no record is tied twice', () => {
  const nonce = fc.stringMatching(/^[a-z0-9]{16}$/);
  const name = fc.constantFrom('github.com', 'pypi.org', 'files.pythonhosted.org', 'example.com');
  const traces = fc.uniqueArray(
    fc
      .record({ nonce, names: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }) })
      .map((one) => ({ ...git, ...one })),
    { selector: (one) => one.nonce, minLength: 1, maxLength: 4 },
  );
  const alike = (one: ProbeTrace) =>
    one.names.flatMap((own) => [
      `n${one.nonce}x.${own}`,
      `x.n${one.nonce}.${own}`,
      `n${one.nonce}.${own}.example`,
    ]);
  fc.assert(
    fc.property(traces, fc.array(name), fc.nat(), (asked, bare, seed) => {
      const own = asked.flatMap((one) => one.names.map((each) => blockOfName(markerName(one.nonce, each))));
      const named = bare.map((each, index) => blockOfName(each, { sourcePort: index }));
      const foreign = asked.flatMap(alike).map((each) => blockOfName(each));
      const all = [...own, ...named, ...foreign];
      const shuffled = [...all, ...own]
        .map((record, index) => ({ record, key: ((index + 1) * (seed + 7919)) % 104_729 }))
        .sort((a, b) => a.key - b.key)
        .map(({ record }) => record);

      const tied = correlate(asked, shuffled);
      const flat = tied.flat().map(({ record }) => record.raw);
      expect(new Set(flat).size).toBe(flat.length);
      asked.forEach((one, index) => {
        const byNonce = (tied[index] ?? [])
          .filter(({ by }) => by === 'nonce')
          .map(({ record }) => record.sni ?? '');
        expect(byNonce.sort()).toEqual(one.names.map((each) => markerName(one.nonce, each)).sort());
        // The oracle: a bare name is tied exactly when this is the only probe that asked for it.
        const alone = one.names.filter(
          (each) => asked.filter(({ names }) => names.includes(each)).length === 1,
        );
        const expected = bare.filter((each) => alone.includes(each)).sort();
        const byName = (tied[index] ?? [])
          .filter(({ by }) => by !== 'nonce')
          .map(({ record }) => record.sni ?? '');
        expect(byName.sort()).toEqual(expected);
      });
      const sets = (lists: ReturnType<typeof correlate>) =>
        lists.map((list) => list.map(({ by, record }) => `${by} ${record.raw}`).sort());
      expect(sets(tied)).toEqual(sets(correlate(asked, all)));
    }),
    { numRuns: 300 },
  );
});

test('with destinations as well: no record is tied twice, and the order of arrival changes nothing', () => {
  const address = fc.constantFrom('203.0.113.20', '203.0.113.21');
  const port = fc.constantFrom(443, 9000);
  const traces = fc
    .array(fc.array(fc.tuple(address, port), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 })
    .map((all) =>
      all.map((flows, index) =>
        sending(
          `${index}`.repeat(16),
          flows.map(([one, other]) => to(one, other)),
          index === 0 ? ['kaggle.com'] : [],
        ),
      ),
    );
  const records = fc.uniqueArray(
    fc
      .record({
        destinationIp: address,
        destinationPort: port,
        sourcePort: fc.integer({ min: 1, max: 5 }),
        eventType: fc.constantFrom('alert' as const, 'netflow' as const),
        sni: fc.constantFrom(null, null, 'kaggle.com', 'other.example'),
      })
      .map(({ sni, ...rest }) => blockOfName(rest.eventType === 'netflow' ? null : sni, rest)),
    { selector: ({ raw }) => raw, maxLength: 12 },
  );
  fc.assert(
    fc.property(traces, records, (asked, seen) => {
      const tied = correlate(asked, seen);
      const raws = tied.flat().map(({ record }) => record.raw);
      expect(new Set(raws).size).toBe(raws.length);
      const sets = (lists: ReturnType<typeof correlate>) =>
        lists.map((list) => list.map(({ by, record }) => `${by} ${record.raw}`).sort());
      expect(sets(correlate(asked, [...seen].reverse()))).toEqual(sets(tied));
      // The oracle: an alert without a name is tied exactly where one trace alone went there.
      const claims = (record: FirewallRecord) =>
        asked.filter(({ flows = [] }) =>
          flows.some(
            (flow) => flow.address === record.destinationIp && flow.shape.port === record.destinationPort,
          ),
        ).length;
      const alerts = seen.filter(({ eventType, sni }) => eventType === 'alert' && sni === null);
      for (const record of alerts) expect(raws.includes(record.raw)).toBe(claims(record) === 1);
      const flows = seen.filter(({ eventType }) => eventType === 'netflow');
      for (const record of flows) expect(raws.includes(record.raw)).toBe(claims(record) > 0);
      expect(tied.flat().some(({ record }) => record.sni === 'other.example')).toBe(false);
    }),
    { numRuns: 300 },
  );
});
