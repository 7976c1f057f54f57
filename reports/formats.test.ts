/** Every format against its schema, for a rich run and for text that strangers wrote; and the same bytes every time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import Ajv, { type ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import AjvDraft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { validateXML } from 'xmllint-wasm';
import type { Evidence } from '../suites/evidence';
import { asffOf } from './asff';
import { renderCtrf } from './ctrf';
import { evidenceFixture, verifiedEvidence } from './evidence.fixture';
import { defaultFormats, formatNames, formats } from './formats';
import { renderHdf } from './hdf';
import { hostileEvidence, hostileText } from './hostile.fixture';
import { renderJunit } from './junit';
import { renderOcsf } from './ocsf';
import { renderOscal } from './oscal';
import { renderSarif } from './sarif';

const schemaText = (name: string): string => readFileSync(join(__dirname, 'schemas', name), 'utf8');
const schema = (name: string): object => JSON.parse(schemaText(name));

const draft7 = addFormats(new Ajv({ strict: false, allErrors: true }));
const VALIDATORS: Readonly<Record<string, ValidateFunction>> = {
  sarif: addFormats(new AjvDraft4({ strict: false, allErrors: true })).compile(
    schema('sarif-schema-2.1.0.json'),
  ),
  ctrf: draft7.compile(
    JSON.parse(readFileSync(join(__dirname, '../node_modules/ctrf/dist/ctrf-schema-0.0.json'), 'utf8')),
  ),
  oscal: draft7.compile(schema('oscal-assessment-results-1.1.3.json')),
  hdf: draft7.compile(schema('hdf-exec-json.json')),
  ocsf: new Ajv2020({ strict: false, allErrors: true }).compile(schema('ocsf-compliance-finding-1.6.0.json')),
};

const RENDERS: Readonly<Record<string, (evidence: Evidence) => string>> = {
  sarif: renderSarif,
  ctrf: renderCtrf,
  oscal: renderOscal,
  hdf: renderHdf,
  ocsf: renderOcsf,
};

/** What the schema of a format says against its rendering; OCSF is a document a line. */
function objections(name: string, evidence: Evidence): readonly string[] {
  const validate = VALIDATORS[name];
  const text = RENDERS[name]?.(evidence) ?? '';
  if (validate === undefined || text === '') return [`${name} has no schema or no text`];
  const documents: readonly unknown[] =
    name === 'ocsf'
      ? text
          .trimEnd()
          .split('\n')
          .map((line): unknown => JSON.parse(line))
      : [JSON.parse(text)];
  return documents.flatMap((document) =>
    validate(document)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${name} ${instancePath}: ${message}`),
  );
}

/** Everything that can go wrong with a run as a whole, in the given words. */
const troubled = (base: Evidence, text: string): Evidence => ({
  ...base,
  run: {
    ...base.run,
    endedEarly: text,
    changes: [{ section: 'routeTables', because: text }],
  },
  plan: [...base.plan, 'routing/never-judged'],
  firewallLog: { status: 'incomplete', waitedMs: 1, because: text },
  flowLog: { status: 'incomplete', waitedMs: 1, because: text },
  excluded: [{ check: 'dns/resolver', because: text }],
  negativeControls: [
    { kind: 'fault', id: text, what: text, check: 'routing/x', caught: false, because: text },
  ],
  checks: { [base.plan[0] ?? 'x']: { statement: text, why: text, fix: text, references: [text] } },
});

const SAMPLES: readonly (readonly [string, Evidence])[] = [
  ['a rich run', evidenceFixture()],
  ['a verified run', verifiedEvidence()],
  ['an empty file', evidenceFixture({ findings: [], plan: [] })],
  ['a troubled run', troubled(evidenceFixture(), 'it broke')],
];

test.each(Object.keys(RENDERS))('%s follows its schema', (name) => {
  for (const [, evidence] of SAMPLES) expect(objections(name, evidence)).toEqual([]);
});

test.each(Object.keys(RENDERS))('%s follows its schema whatever the evidence says', (name) => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const evidence = troubled(hostileEvidence(text), text);
      expect(objections(name, evidence)).toEqual([]);
      // Nothing that a reader cannot see, and nothing that strict readers of UTF-8 refuse.
      const rendered = RENDERS[name]?.(evidence) ?? '';
      expect(rendered).not.toMatch(
        // oxlint-disable-next-line no-control-regex
        /[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufeff]|\\ud[89a-f]/,
      );
      expect(Buffer.from(rendered, 'utf8').toString('utf8')).toBe(rendered);
    }),
    { numRuns: 25 },
  );
});

test('the schemas can object: a document without a required member is refused', () => {
  for (const [name, validate] of Object.entries(VALIDATORS)) {
    expect([name, validate({})]).toEqual([name, false]);
  }
});

test('JUnit follows the schema of the Jenkins plugin', async () => {
  const xml = [
    ...SAMPLES.map(([, evidence]) => evidence),
    troubled(hostileEvidence(']]>\u0000\u202e'), '<x>'),
  ].map((evidence, index) => ({ fileName: `${index}.xml`, contents: renderJunit(evidence) }));
  const result = await validateXML({
    xml,
    schema: [{ fileName: 'junit-10.xsd', contents: schemaText('junit-10.xsd') }],
  });
  expect(result.errors).toEqual([]);
  expect(result.valid).toBe(true);
}, 30_000);

test('ASFF is what the SDK sends, within the limits of BatchImportFindings', () => {
  const { findings } = evidenceFixture();
  const many = Array.from({ length: 30 }, () => findings).flat();
  const hostile = hostileEvidence('x'.repeat(9_000));
  for (const evidence of [evidenceFixture({ findings: many }), troubled(hostile, 'y'.repeat(9_000))]) {
    const { batches } = asffOf(evidence);
    const sent: readonly AwsSecurityFinding[] = batches.flat();
    expect(sent.length).toBeGreaterThanOrEqual(evidence.findings.length);
    expect(new Set(sent.map(({ Id }) => Id)).size).toBe(sent.length);
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(100);
      expect(JSON.stringify(batch).length).toBeLessThan(6_000_000);
    }
    for (const finding of sent) {
      expect(Buffer.byteLength(JSON.stringify(finding))).toBeLessThan(240_000);
      expect(finding.Title?.length).toBeLessThanOrEqual(256);
      expect(finding.Description?.length).toBeLessThanOrEqual(1024);
      expect(finding.Id?.length).toBeLessThanOrEqual(512);
      expect(finding.Resources?.[0]?.Id?.length).toBeLessThanOrEqual(512);
      expect(finding.Remediation?.Recommendation?.Text?.length ?? 0).toBeLessThanOrEqual(512);
    }
  }
});

test('ASFF: a check that recovers has the Id that it had when it failed; without an account nothing is made', () => {
  const before = evidenceFixture();
  const [failed] = before.findings.filter(({ outcome, waiver }) => outcome === 'fail' && waiver === null);
  if (failed === undefined) throw new Error('the fixture has no failure');
  const idOf = (evidence: Evidence) =>
    asffOf(evidence)
      .batches.flat()
      .filter(({ GeneratorId }) => GeneratorId.endsWith(failed.check))
      .map(({ Id, Compliance }) => ({ Id, status: Compliance.Status }));
  const after = evidenceFixture({
    findings: before.findings.map((one) => (one === failed ? { ...one, outcome: 'pass' as const } : one)),
  });
  const [then, now] = [idOf(before)[0], idOf(after)[0]];
  expect(then?.status).toBe('FAILED');
  expect(now).toEqual({ Id: then?.Id, status: 'PASSED' });
  const { run } = before;
  const nobodys = { ...before, run: { ...run, target: { ...run.target, account: null } } };
  expect(asffOf(nobodys)).toMatchObject({ batches: [], statement: expect.stringContaining('not known') });
});

/** What each format counts as good, as bad, and as neither. */
const STATUSES: Readonly<Record<string, (evidence: Evidence) => readonly unknown[]>> = {
  ctrf: (evidence) =>
    JSON.parse(renderCtrf(evidence)).results.tests.map(({ status }: { status: string }) => status),
  hdf: (evidence) =>
    JSON.parse(renderHdf(evidence)).profiles[0].controls.map(
      ({ results }: { results: { status: string }[] }) => results[0]?.status,
    ),
  ocsf: (evidence) =>
    renderOcsf(evidence)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).compliance.status_id),
  asff: (evidence) =>
    asffOf(evidence)
      .batches.flat()
      .map(({ Compliance }) => Compliance.Status),
};

test('what is unknown is nowhere a pass, and neither is what is wrong with the run', () => {
  const passes = evidenceFixture().findings.filter(({ outcome }) => outcome === 'pass');
  const evidence = troubled(
    evidenceFixture({ findings: passes, plan: passes.map(({ check }) => check) }),
    'it broke',
  );
  for (const [name, statuses] of Object.entries(STATUSES)) {
    const good: readonly unknown[] = ['passed', 1, 'PASSED'];
    expect([name, statuses(evidence).filter((status) => good.includes(status)).length]).toEqual([
      name,
      passes.length,
    ]);
  }
  const [run] = JSON.parse(renderSarif(evidence)).runs;
  expect(run.invocations[0]).toMatchObject({ executionSuccessful: false, exitCode: 2 });
  expect(run.results).toHaveLength(1);
  expect(run.results[0]).toMatchObject({ kind: 'open', ruleId: 'routing/never-judged' });
  expect(run.results[0]).not.toHaveProperty('level');
  const [result] = JSON.parse(renderOscal(evidence))['assessment-results'].results;
  expect(result.risks.length).toBeGreaterThanOrEqual(2);
  expect(renderJunit(evidence)).toContain('errors="2"');
});

test('SARIF lists nothing that holds; what is accepted is suppressed with its reason', () => {
  const [run] = JSON.parse(renderSarif(evidenceFixture())).runs;
  const listed: readonly { kind: string; suppressions?: { justification: string }[] }[] = run.results;
  expect(listed.map(({ kind }) => kind).sort()).toEqual(['fail', 'fail', 'fail', 'open']);
  const [suppressed] = listed.flatMap(({ suppressions = [] }) => suppressions);
  expect(suppressed?.justification).toContain('net-sec@example.com, until 2027-01-31');
});

test('OSCAL: a control is satisfied only where nothing of it is violated, accepted or open', () => {
  const [result] = JSON.parse(renderOscal(evidenceFixture()))['assessment-results'].results;
  const states = result.findings.map((one: { target: object }) => one.target);
  expect(states).toMatchObject([
    { 'target-id': 'sc-7.5_smt', status: { state: 'not-satisfied', reason: 'fail' } },
  ]);
  const [clean] = JSON.parse(renderOscal(verifiedEvidence()))['assessment-results'].results;
  expect(clean.findings[0].target.status).toMatchObject({ state: 'satisfied', reason: 'pass' });
});

// What a browser prints is tried with a browser, in pdf.test.ts.
test.each(formatNames.filter((name) => name !== 'html' && formats[name].needsBrowser !== true))(
  '%s: the same evidence gives the same bytes',
  async (name) => {
    const evidence = troubled(evidenceFixture(), 'it broke');
    const [once, again] = [formats[name].render(evidence), formats[name].render(structuredClone(evidence))];
    expect(await again).toEqual(await once);
  },
);

test('file names begin with the format or `report`, no two are equal, and only two are written unasked', () => {
  for (const name of formatNames) expect(formats[name].fileName).toMatch(new RegExp(`^(${name}|report)\\.`));
  expect(new Set(formatNames.map((name) => formats[name].fileName)).size).toBe(formatNames.length);
  expect(defaultFormats).toEqual(['html', 'junit']);
});

test('a time that is none is refused by name instead of being made up', () => {
  const { run } = evidenceFixture();
  const evidence = evidenceFixture({ run: { ...run, finishedAt: 'yesterday' } });
  for (const render of Object.values(RENDERS)) expect(() => render(evidence)).toThrow('run.finishedAt');
});
