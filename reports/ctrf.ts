/**
 * ctrf.json, the Common Test Report Format (its schema comes with the npm package `ctrf`). What could not be verified is
 * `other`, with `unknown` as its raw status: the format has no word for it, and it must not count as passed or skipped.
 */
import { targetName } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { uuidOf } from './identity';
import { jsonText, oneLine, visibleText } from './plain-text';
import { evidenceLines, instantOf, messageOf, resultAreas, resultsOf, type Result } from './results';
import { areaOf, verdictOf } from './verdict';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

const STATUS: Readonly<Record<Result['standing'], Status>> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'other',
  note: 'other',
  waived: 'skipped',
  'not-applicable': 'skipped',
};

export function renderCtrf(evidence: Evidence): string {
  const { run } = evidence;
  const results = resultsOf(evidence);
  const start = instantOf(run.startedAt, 'run.startedAt').getTime();
  const stop = instantOf(run.finishedAt, 'run.finishedAt');
  const count = (status: Status) => results.filter(({ standing }) => STATUS[standing] === status).length;
  const { word, sentence } = verdictOf(evidence);
  return jsonText({
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    reportId: uuidOf('ctrf', run.id),
    runId: oneLine(run.id),
    timestamp: stop.toISOString(),
    generatedBy: 'studio-egress',
    results: {
      tool: { name: 'studio-egress', version: oneLine(run.tool.version) },
      summary: {
        tests: results.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: 0,
        other: count('other'),
        suites: resultAreas(results).length,
        start,
        stop: stop.getTime(),
        extra: { verdict: word, sentence: visibleText(sentence) },
      },
      tests: results.map((result) => testOf(result, { start })),
      environment: {
        appName: oneLine(targetName(run.target)),
        testEnvironment: oneLine(
          `${run.target.kind} ${run.target.account ?? 'unknown account'} ${run.target.region}`,
        ),
      },
    },
  });
}

function testOf(result: Result, { start }: { readonly start: number }): object {
  const { finding, standing, name, uuid } = result;
  const trace = evidenceLines(finding).join('\n');
  return {
    id: uuid,
    testId: uuid,
    name,
    status: STATUS[standing],
    rawStatus: standing,
    // Checks judge what was collected before; no time of one's own is recorded.
    duration: 0,
    start,
    suite: [oneLine(areaOf(finding.check))],
    message: visibleText(messageOf(result)),
    ...(trace === '' ? {} : { trace }),
    type: 'compliance',
    tags: finding.controls.map(oneLine),
    labels: { severity: finding.severity, subject: oneLine(finding.subject) },
  };
}
