/**
 * What is signed: an in-toto Statement v1 with the predicate test-result v0.1 (in-toto/attestation, spec/predicates/
 * test-result.md; facts/reports.md 2). Its subjects are all files of the output folder and the manifest itself.
 *
 * A consumer may let everything through that is not FAILED, so a run that could not verify everything is FAILED, too, and
 * what is unknown stands among the failed tests. WARNED is a run that is verified but for failures accepted by name.
 */
import { exitCodeOf } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { isJsonObject, jsonValue } from './json-object';
import { MANIFEST_NAME, sha256, type Manifest } from './manifest';
import { standingsOf, type Subject } from './standing';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'https://in-toto.io/attestation/test-result/v0.1';

export interface ResourceDescriptor {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

export interface TestResultStatement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly ResourceDescriptor[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: {
    readonly result: 'PASSED' | 'WARNED' | 'FAILED';
    /** What was judged and by what intent, where they are files. */
    readonly configuration: readonly ResourceDescriptor[];
    /** `<check> <subject>`, each once, sorted. */
    readonly passedTests: readonly string[];
    readonly warnedTests: readonly string[];
    readonly failedTests: readonly string[];
  };
}

export interface StatementOptions {
  readonly evidence: Evidence;
  readonly manifest: Manifest;
  /** The bytes of manifest.json. */
  readonly manifestText: string;
}

/** Pure: the same folder gives the same statement. */
export function testResultStatement({
  evidence,
  manifest,
  manifestText,
}: StatementOptions): TestResultStatement {
  const standings = standingsOf(evidence);
  const named = (...wanted: readonly Subject['standing'][]) =>
    standings
      .filter(({ standing }) => wanted.includes(standing))
      .map(({ check, subject }) => `${check} ${subject}`)
      .sort();
  return {
    _type: STATEMENT_TYPE,
    subject: [
      ...manifest.files.map((file) => ({ name: file.name, digest: { sha256: file.sha256 } })),
      { name: MANIFEST_NAME, digest: { sha256: sha256(manifestText) } },
    ],
    predicateType: PREDICATE_TYPE,
    predicate: {
      result: resultOf(evidence),
      configuration: configurationOf(evidence),
      passedTests: named('pass'),
      warnedTests: named('waived'),
      failedTests: named('fail', 'unknown'),
    },
  };
}

export function resultOf(evidence: Evidence): TestResultStatement['predicate']['result'] {
  if (exitCodeOf(evidence) !== 0) return 'FAILED';
  return evidence.findings.some(({ waiver }) => waiver !== null) ? 'WARNED' : 'PASSED';
}

function configurationOf({ run, intent }: Evidence): readonly ResourceDescriptor[] {
  const snapshot =
    run.snapshotSha256 === null ? [] : [{ name: 'snapshot.json', digest: { sha256: run.snapshotSha256 } }];
  const declared =
    intent.file === null || intent.sha256 === null
      ? []
      : [{ name: intent.file, digest: { sha256: intent.sha256 } }];
  return [...snapshot, ...declared];
}

export type ParsedStatement =
  | {
      readonly status: 'parsed';
      readonly subjects: readonly ResourceDescriptor[];
      readonly result: string;
    }
  | { readonly status: 'refused'; readonly because: string };

/** A signed payload that somebody hands us: its subjects, and what it says of the run. */
export function parseStatement(payload: Uint8Array): ParsedStatement {
  const refused = (because: string): ParsedStatement => ({ status: 'refused', because });
  const value = jsonValue(Buffer.from(payload).toString('utf8'));
  if (!isJsonObject(value) || value['_type'] !== STATEMENT_TYPE || value['predicateType'] !== PREDICATE_TYPE)
    return refused('its payload is not an in-toto statement of a test result');
  const { subject, predicate } = value;
  if (!Array.isArray(subject) || !isJsonObject(predicate) || typeof predicate['result'] !== 'string')
    return refused('its statement has no subjects or no result');
  const subjects: ResourceDescriptor[] = [];
  for (const one of subject) {
    const digest: unknown = isJsonObject(one) ? one['digest'] : null;
    const hash = isJsonObject(digest) ? digest['sha256'] : null;
    if (!isJsonObject(one) || typeof one['name'] !== 'string' || typeof hash !== 'string')
      return refused('a subject of its statement has no name or no SHA-256');
    subjects.push({ name: one['name'], digest: { sha256: hash } });
  }
  return { status: 'parsed', subjects, result: predicate['result'] };
}
