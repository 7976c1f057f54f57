import { evidenceFixture, observation, results } from '../reports/evidence.fixture';
import { formatNames, formats } from '../reports/formats';
import { runMembers, runProvenance } from '../reports/provenance.fixture';
import type { Evidence } from './evidence';
import { parseEvidence } from './evidence-file';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The fixture with one observation of every kind of result. */
function richest(): Evidence {
  const evidence = evidenceFixture();
  const [first, ...others] = evidence.findings;
  if (first === undefined) throw new Error('the fixture has no findings');
  const observations = results.map((result) => observation({ result }));
  const rich = evidenceFixture({ findings: [{ ...first, observations }, ...others] });
  return { ...rich, run: { ...rich.run, ...runProvenance }, ...runMembers };
}

/** Members that older files do not have. */
const LATER = [
  ...Object.keys(runMembers),
  ...Object.keys(runProvenance).map((name) => `run.${name}`),
  'run.reading[0].calls[0].responses',
  'firewallLog.sentinelsAtMs',
];
/** Whatever AWS takes, and members that are named by their key. */
const isFree = (place: string): boolean => /\.calls\[\d+\]\.parameters|^checks\.[^.]+$/.test(place);

const copy = (evidence: Evidence): Json => JSON.parse(JSON.stringify(evidence));

/** Every way to spoil one place of a document: the member left out, or of another kind. */
function spoilt(document: Json): { readonly place: string; readonly text: string }[] {
  const cases: { place: string; text: string }[] = [];
  const walk = (value: Json, place: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const members: [string, Json, string][] = Array.isArray(value)
      ? value.map((item, index) => [String(index), item, `${place}[${index}]`])
      : Object.entries(value).map(([name, member]) => [
          name,
          member,
          place === '' ? name : `${place}.${name}`,
        ]);
    for (const [name, member, at] of members) {
      if (at === 'schema' || isFree(at)) continue;
      for (const wrong of [typeof member === 'boolean' ? 7 : true, { an: 'object' }]) {
        // An object for an object lacks its members, and `true` is allowed in place of truth alone.
        Reflect.set(value, name, wrong);
        cases.push({ place: at, text: JSON.stringify(document) });
      }
      if (!Array.isArray(value) && !LATER.includes(at)) {
        Reflect.deleteProperty(value, name);
        cases.push({ place: at, text: JSON.stringify(document) });
      }
      Reflect.set(value, name, member);
      walk(member, at);
    }
  };
  walk(document, '');
  return cases;
}

test('what a run writes is read back as it was, and every format can show it', async () => {
  const evidence = richest();
  const parsed = parseEvidence(JSON.stringify(evidence));
  expect(parsed).toEqual({ status: 'parsed', evidence });
  const withoutBrowser = formatNames.filter((name) => formats[name].needsBrowser !== true);
  expect(withoutBrowser).toHaveLength(formatNames.length - 1);
  for (const format of withoutBrowser) expect(await formats[format].render(evidence)).not.toBe('');
});

test('a document spoilt at any place is refused, and the place is named', () => {
  const cases = spoilt(copy(richest()));
  expect(cases.length).toBeGreaterThan(500);
  for (const { place, text } of cases) {
    const parsed = parseEvidence(text);
    expect({ place, status: parsed.status }).toEqual({ place, status: 'refused' });
    expect(parsed.status === 'refused' && parsed.because).toContain(place);
  }
});

test.each([true, {}, 'accepted', { reason: 'r', owner: 'o' }])('a failure is not waived by %j', (waiver) => {
  const [first, ...others] = evidenceFixture().findings;
  const text = JSON.stringify({
    ...evidenceFixture(),
    findings: [{ ...first, outcome: 'fail', waiver }, ...others],
  });
  expect(parseEvidence(text).status).toBe('refused');
});

test('members that a later version adds are no reason to refuse', () => {
  const later = { ...evidenceFixture(), later: [1, 2, 3] };
  expect(parseEvidence(JSON.stringify(later)).status).toBe('parsed');
});

test.each([
  ['{', 'JSON'],
  ['', 'JSON'],
  ['[]', 'not a JSON object'],
  ['{"schema":"x"}', 'schema is "x"'],
  ['{"schema":"studio-egress/evidence/v1","run":{}}', 'no member run.id'],
])('a document that is not evidence is refused with the reason: %s', (text, reason) => {
  const parsed = parseEvidence(text);
  expect(parsed.status === 'refused' ? parsed.because : '').toContain(reason);
});
