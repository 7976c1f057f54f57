import * as fc from 'fast-check';
import { markerName } from '../dns-name';
import type { FirewallRecord } from '../probe';
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
