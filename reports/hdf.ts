/**
 * hdf.json, the Heimdall Data Format of MITRE's SAF tools in its InSpec shape (exec-json schema). One control for each
 * finding, not for each check: readers fold a control's results into one status, and an open or waived one must not vanish
 * among those that passed.
 */
import { targetName } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { fingerprintOf } from './identity';
import { jsonText, oneLine, visibleText } from './plain-text';
import {
  controlOf,
  evidenceLines,
  fixOf,
  IMPACT,
  instantOf,
  messageOf,
  resultAreas,
  resultsOf,
  statementOf,
  type Result,
} from './results';
import { areaOf, verdictOf } from './verdict';

type Status = 'passed' | 'failed' | 'skipped' | 'error';

const STATUS: Readonly<Record<Result['standing'], Status>> = {
  pass: 'passed',
  fail: 'failed',
  unknown: 'error',
  waived: 'skipped',
  'not-applicable': 'skipped',
  note: 'skipped',
};

export function renderHdf(evidence: Evidence): string {
  const { run } = evidence;
  const results = resultsOf(evidence);
  const startedAt = instantOf(run.startedAt, 'run.startedAt');
  const finishedAt = instantOf(run.finishedAt, 'run.finishedAt');
  const counted = (...wanted: readonly Status[]) => ({
    total: results.filter(({ standing }) => wanted.includes(STATUS[standing])).length,
  });
  return jsonText({
    platform: {
      name: 'studio-egress',
      release: oneLine(run.tool.version),
      target_id: oneLine(`${run.target.region} ${targetName(run.target)}`),
    },
    version: oneLine(run.tool.version),
    statistics: {
      duration: Math.max(0, finishedAt.getTime() - startedAt.getTime()) / 1000,
      // The format counts no errors; what could not be verified stands with what failed.
      controls: {
        passed: counted('passed'),
        failed: counted('failed', 'error'),
        skipped: counted('skipped'),
      },
    },
    profiles: [
      {
        name: 'studio-egress',
        title: 'Internet egress of a SageMaker Studio domain through AWS Network Firewall',
        summary: visibleText(verdictOf(evidence).sentence),
        version: oneLine(run.tool.version),
        // What was judged: the plan, since the program itself is named by its version.
        sha256: fingerprintOf(...evidence.plan),
        supports: [],
        attributes: [],
        groups: resultAreas(results).map((area) => ({
          id: oneLine(area),
          title: oneLine(area),
          controls: results.filter(({ finding }) => areaOf(finding.check) === area).map(({ name }) => name),
        })),
        controls: results.map((result) => controlOfResult(evidence, result, startedAt.toISOString())),
      },
    ],
  });
}

function controlOfResult(evidence: Evidence, result: Result, startTime: string): object {
  const { finding, standing, name } = result;
  const { waiver, check, subject, severity, controls } = finding;
  const fix = fixOf(evidence, check);
  return {
    id: name,
    title: statementOf(evidence, check),
    desc: visibleText(finding.because),
    descriptions: [
      { label: 'check', data: oneLine(check) },
      ...(fix === null ? [] : [{ label: 'fix', data: visibleText(fix) }]),
    ],
    // Readers call a control of impact 0 not applicable, and only that.
    impact: standing === 'not-applicable' ? 0 : IMPACT[severity],
    refs: [],
    tags: { nist: nistTags(controls), controls: controls.map(oneLine), severity },
    source_location: {},
    waiver_data:
      waiver === null
        ? null
        : {
            justification: visibleText(`${waiver.reason} (${waiver.owner})`),
            expiration_date: oneLine(waiver.expires),
            run: true,
            skipped_due_to_waiver: true,
          },
    results: [
      {
        status: STATUS[standing],
        code_desc: oneLine(`${check} ${subject}`),
        start_time: startTime,
        resource_id: oneLine(subject),
        ...(STATUS[standing] === 'skipped'
          ? { skip_message: visibleText(messageOf(result)) }
          : { message: visibleText([messageOf(result), ...evidenceLines(finding)].join('\n')) }),
      },
    ],
  };
}

/** As HDF writes them: `SC-7 (5)`. */
const nistTags = (controls: readonly string[]): readonly string[] =>
  controls
    .map(controlOf)
    .filter(({ framework }) => framework === 'NIST-800-53r5')
    .map(({ id }) => oneLine(id.replace('(', ' (')));
