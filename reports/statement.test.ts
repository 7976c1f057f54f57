import type { Evidence } from '../suites/evidence';
import { evidenceFixture, verifiedEvidence } from './evidence.fixture';
import { manifestOf, parseManifest, sha256 } from './manifest';
import { parseStatement, testResultStatement } from './statement';

const manifestText = manifestOf([{ name: 'evidence.json', content: '{}' }]);
const parsed = parseManifest(manifestText);

function statementOf(evidence: Evidence) {
  if (parsed.status === 'refused') throw new Error(parsed.because);
  return testResultStatement({ evidence, manifest: parsed.manifest, manifestText });
}

const changed = (change: Partial<Evidence['findings'][number]>): Evidence => {
  const evidence = verifiedEvidence();
  const [first, ...others] = evidence.findings;
  if (first === undefined) throw new Error('the fixture has no findings');
  return { ...evidence, findings: [{ ...first, ...change }, ...others] };
};
const waiver = { reason: 'r', owner: 'o', expires: '2031-01-01' };

test.each<[string, Evidence, string]>([
  ['verified', verifiedEvidence(), 'PASSED'],
  ['verified but for what is accepted', changed({ outcome: 'fail', waiver }), 'WARNED'],
  ['violated', changed({ outcome: 'fail' }), 'FAILED'],
  ['not verified', changed({ outcome: 'unknown' }), 'FAILED'],
  ['violated and unknown', evidenceFixture(), 'FAILED'],
])('a run that is %s', (_what, evidence, result) => {
  expect(statementOf(evidence).predicate.result).toBe(result);
});

test('what is unknown never stands among what passed', () => {
  const { predicate } = statementOf(changed({ outcome: 'unknown', subject: 'the-unknown' }));
  expect(predicate.failedTests.join()).toContain('the-unknown');
  expect([...predicate.passedTests, ...predicate.warnedTests].join()).not.toContain('the-unknown');
});

test('its subjects are all files and the manifest, and are read again as they are', () => {
  const statement = statementOf(verifiedEvidence());
  expect(statement.subject).toEqual([
    { name: 'evidence.json', digest: { sha256: sha256('{}') } },
    { name: 'manifest.json', digest: { sha256: sha256(manifestText) } },
  ]);
  expect(parseStatement(Buffer.from(JSON.stringify(statement)))).toEqual({
    status: 'parsed',
    subjects: statement.subject,
    result: 'PASSED',
  });
});

test.each(['', '{}', '{"_type":"https://in-toto.io/Statement/v1"}'])('%j is none of ours', (text) => {
  expect(parseStatement(Buffer.from(text)).status).toBe('refused');
});
