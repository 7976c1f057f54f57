import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Evidence } from './evidence';
import { evidenceFixture, observation, results, verifiedEvidence } from '../reports/evidence.fixture';
import { runMembers, runProvenance } from '../reports/provenance.fixture';

let validate: ValidateFunction;
beforeAll(() => {
  // Types that allow null beside text are what the document has, so unions of types are not a mistake here.
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: false });
  addFormats(ajv);
  validate = ajv.compile(JSON.parse(readFileSync(join(__dirname, 'evidence.schema.json'), 'utf8')));
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

/** As it goes to disk and comes back. */
const onDisk = (evidence: Evidence): JsonObject => JSON.parse(JSON.stringify(evidence));

/** The fixture with one observation of every kind of result, so that every part of the schema meets a value. */
function richest(): Evidence {
  const evidence = evidenceFixture();
  const [first, ...others] = evidence.findings;
  if (first === undefined) throw new Error('the fixture has no findings');
  const rich = evidenceFixture({
    findings: [{ ...first, observations: results.map((result) => observation({ result })) }, ...others],
  });
  return { ...rich, run: { ...rich.run, ...runProvenance }, ...runMembers };
}

/** Every object of a document with the path to it. */
function objectsOf(value: Json, path = '$'): { path: string; object: JsonObject }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => objectsOf(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, member]) => objectsOf(member, `${path}.${name}`));
  return [{ path, object: value }, ...inner];
}

/** An intent that an owner declared, with something in every part of it. */
function declared(): Evidence {
  const evidence = evidenceFixture();
  return {
    ...evidence,
    intent: {
      ...evidence.intent,
      source: 'declared',
      file: 'intent.yaml',
      sha256: '0'.repeat(64),
      derivedSections: ['logs'],
      approvedExits: [{ target: 'tgw-0a', destinations: ['10.0.0.0/8'], because: 'the office' }],
      acceptedInspection: ['vpce-0a'],
      approvedSecurityGroups: ['sg-0a'],
      acceptedRisks: [
        { technique: 'sni-spoof', reason: 'no decryption', owner: 'me', expires: '2031-12-31' },
      ],
      listener: 'listener.example.com',
      probeHost: 'i-0123456789abcdef0',
    },
  };
}

test('a declared intent is valid, and no part of a risk can be left out', () => {
  const document = onDisk(declared());
  validate(document);
  const ofIntent = () =>
    (validate.errors ?? []).filter(({ instancePath }) => instancePath.startsWith('/intent'));
  expect(ofIntent()).toEqual([]);
  for (const { path, object } of objectsOf(document).filter((one) =>
    one.path.startsWith('$.intent.accepted'),
  )) {
    for (const [name, value] of Object.entries(object)) {
      delete object[name];
      expect([path, name, validate(document)]).toEqual([path, name, false]);
      expect(ofIntent().length).toBeGreaterThan(0);
      object[name] = value;
    }
  }
});

test.each([
  ['every outcome and result', richest],
  ['a verified run', verifiedEvidence],
  ['a run without probes', () => evidenceFixture({ firewallLog: null })],
  [
    'a log that stayed incomplete',
    () =>
      evidenceFixture({ firewallLog: { status: 'incomplete', waitedMs: 900_000, because: 'no sentinel' } }),
  ],
])('%s is valid', (_, make) => {
  validate(onDisk(make()));
  expect(validate.errors ?? []).toEqual([]);
});

/** Members that came after the first files of this schema; the parameters of a call are whatever AWS takes. */
const LATER = [
  '$ without flowLog',
  '$ without checks',
  '$ without excluded',
  '$ without negativeControls',
  '$ without waivers',
  '$ without since',
  '$ without topology',
  '$.run without vantage',
  '$.run without reading',
  '$.run without changes',
  '$.run without environment',
  '$.run.reading[0].calls[0] without responses',
  '$.firewallLog without sentinelsAtMs',
];
const isFree = (place: string): boolean =>
  place.startsWith('$.run.reading[0].calls[0].parameters') || place.startsWith('$.checks');

test('no member can be left out of any object but later ones, and none can be added', () => {
  const document = onDisk(richest());
  const objects = objectsOf(document);
  expect(objects.length).toBeGreaterThan(50);
  const accepted: string[] = [];
  for (const { path, object } of objects) {
    for (const [name, value] of Object.entries(object)) {
      delete object[name];
      if (validate(document)) accepted.push(`${path} without ${name}`);
      object[name] = value;
    }
    object['surplus'] = 1;
    if (validate(document)) accepted.push(`${path} with a surplus member`);
    delete object['surplus'];
  }
  expect(validate(document)).toBe(true);
  expect(accepted.filter((place) => !isFree(place)).sort()).toEqual([...LATER].sort());
});

test('no member can be of another type', () => {
  const document = onDisk(richest());
  const accepted: string[] = [];
  for (const { path, object } of objectsOf(document)) {
    for (const [name, value] of Object.entries(object)) {
      object[name] = typeof value === 'boolean' ? 7 : true;
      if (validate(document)) accepted.push(`${path}.${name}`);
      object[name] = value;
    }
  }
  expect(accepted.filter((place) => !place.includes('.calls[0].parameters'))).toEqual([]);
});

test.each<[string, (evidence: Evidence) => unknown]>([
  ['another schema version', (evidence) => ({ ...evidence, schema: 'studio-egress/evidence/v2' })],
  ['an outcome that does not exist', (evidence) => withFinding(evidence, { outcome: 'skipped' })],
  ['a severity that does not exist', (evidence) => withFinding(evidence, { severity: 'info' })],
  ['a check id without an area', (evidence) => withFinding(evidence, { check: 'egress-crosses-firewall' })],
  ['a finding without a reason', (evidence) => withFinding(evidence, { because: '' })],
  ['a control without a framework', (evidence) => withFinding(evidence, { controls: ['SC-7(5)'] })],
  ['a time without milliseconds', (evidence) => withRun(evidence, { startedAt: '2026-11-23T14:03:00Z' })],
  ['a time of another zone', (evidence) => withRun(evidence, { startedAt: '2026-11-23T14:03:00.000+01:00' })],
  ['a day that does not exist', (evidence) => withRun(evidence, { startedAt: '2026-02-30T14:03:00.000Z' })],
  ['a hash that is none', (evidence) => withRun(evidence, { snapshotSha256: 'abc' })],
  ['a check planned twice', (evidence) => ({ ...evidence, plan: [...evidence.plan, ...evidence.plan] })],
  ['a negative count', (evidence) => ({ ...evidence, summary: { ...evidence.summary, fail: -1 } })],
])('%s is refused', (_, breakIt) => {
  expect(validate(JSON.parse(JSON.stringify(breakIt(evidenceFixture()))))).toBe(false);
});

const withRun = (evidence: Evidence, run: object): object => ({
  ...evidence,
  run: { ...evidence.run, ...run },
});

const withFinding = (evidence: Evidence, finding: object): object => ({
  ...evidence,
  findings: evidence.findings.map((one, index) => (index === 0 ? { ...one, ...finding } : one)),
});
