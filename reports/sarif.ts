/**
 * report.sarif, SARIF 2.1.0 (OASIS), within the limits of GitHub's code scanning (facts: reports.md 2): what is violated or
 * could not be verified, nothing that holds. A deployed resource has no source line; the resource stands as a logical
 * location, and the physical one that GitHub asks for is the snapshot that was judged.
 */
import { targetName } from '../suites/assemble';
import type { Evidence, Severity } from '../suites/evidence';
import { clipped, jsonText, oneLine, visibleText } from './plain-text';
import { uuidOf } from './identity';
import {
  evidenceLines,
  fixOf,
  IMPACT,
  instantOf,
  messageOf,
  resultsOf,
  RUN_AREA,
  statementOf,
  type Result,
} from './results';
import { areaOf, SEVERITIES, verdictOf } from './verdict';

/** More in one run is refused as a whole by GitHub. */
const MAX_RESULTS = 25_000;
const MAX_TAGS = 20;
/** Of any one text; GitHub takes 10 MB in all, compressed. */
const MAX_TEXT = 4_000;

export function renderSarif(evidence: Evidence): string {
  const all = resultsOf(evidence);
  const wanted = SEVERITIES.flatMap((severity) => all.filter((result) => isListed(result, severity)));
  const listed = wanted.slice(0, MAX_RESULTS);
  const checks = [...new Set(listed.map(({ finding }) => finding.check))].sort();
  const ruleIndex = new Map(checks.map((check, index) => [check, index]));
  const { run } = evidence;
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'studio-egress',
            semanticVersion: oneLine(run.tool.version),
            rules: checks.map((check) => rule(evidence, check, listed)),
          },
        },
        automationDetails: {
          id: `studio-egress/${oneLine(targetName(run.target))}/${oneLine(run.id)}`,
          guid: uuidOf('sarif', run.id),
        },
        invocations: [invocation(evidence, all, { leftOut: wanted.length - listed.length })],
        columnKind: 'utf16CodeUnits',
        results: listed.map((result) => resultOf(result, ruleIndex.get(result.finding.check) ?? 0)),
      },
    ],
  });
}

const isListed = ({ finding, standing }: Result, severity: Severity): boolean =>
  finding.severity === severity &&
  areaOf(finding.check) !== RUN_AREA &&
  (standing === 'fail' || standing === 'unknown' || standing === 'waived');

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};

function rule(evidence: Evidence, check: string, listed: readonly Result[]): object {
  const own = listed.filter(({ finding }) => finding.check === check).map(({ finding }) => finding);
  const severity = SEVERITIES.find((one) => own.some((finding) => finding.severity === one)) ?? 'high';
  const controls = [...new Set(own.flatMap((finding) => finding.controls))].map((control) =>
    clipped(oneLine(control), { max: 100 }),
  );
  const fix = fixOf(evidence, check);
  return {
    id: oneLine(check),
    shortDescription: { text: text(statementOf(evidence, check)) },
    ...(fix === null ? {} : { help: { text: text(fix) } }),
    // Where a reader knows no `kind`, an open result has this level: never none, or it would not be seen at all.
    defaultConfiguration: { level: LEVELS[severity] === 'note' ? 'warning' : LEVELS[severity] },
    properties: {
      tags: [...new Set(['security', ...controls])].slice(0, MAX_TAGS),
      'security-severity': (IMPACT[severity] * 10).toFixed(1),
    },
  };
}

/**
 * `open` is SARIF's word for what could not be decided (3.27.9). Such a result must have no level but `none` (3.27.10);
 * left out, GitHub, which does not know `kind`, takes the rule's.
 */
function resultOf(result: Result, ruleIndex: number): object {
  const { finding, standing, uuid, fingerprint } = result;
  const { waiver, subject } = finding;
  const isOpen = standing === 'unknown' || (standing === 'waived' && finding.outcome === 'unknown');
  return {
    ruleId: oneLine(finding.check),
    ruleIndex,
    ...(isOpen ? { kind: 'open' } : { kind: 'fail', level: LEVELS[finding.severity] }),
    message: { text: text([messageOf(result), ...evidenceLines(finding)].join('\n')) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'snapshot.json' }, region: { startLine: 1 } },
        logicalLocations: [
          { fullyQualifiedName: clipped(oneLine(subject), { max: 1_000 }), kind: 'resource' },
        ],
      },
    ],
    guid: uuid,
    partialFingerprints: { 'checkAndSubject/v1': fingerprint },
    ...(waiver === null
      ? {}
      : {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: text(`${waiver.reason} (${waiver.owner}, until ${waiver.expires})`),
            },
          ],
        }),
  };
}

function invocation(
  evidence: Evidence,
  all: readonly Result[],
  { leftOut }: { readonly leftOut: number },
): object {
  const { run } = evidence;
  const ofRun = all.filter(({ finding }) => areaOf(finding.check) === RUN_AREA);
  const verdict = verdictOf(evidence);
  return {
    executionSuccessful: !all.some(({ standing }) => standing === 'unknown'),
    exitCode: verdict.exitCode,
    exitCodeDescription: verdict.word,
    startTimeUtc: instantOf(run.startedAt, 'run.startedAt').toISOString(),
    endTimeUtc: instantOf(run.finishedAt, 'run.finishedAt').toISOString(),
    toolExecutionNotifications: [
      notification('note', verdict.sentence),
      ...ofRun.map(({ finding, standing }) =>
        notification(standing === 'note' ? 'warning' : 'error', finding.because),
      ),
      ...(leftOut === 0
        ? []
        : [notification('error', `${leftOut} further results are not in this file; see evidence.json.`)]),
    ],
  };
}

const notification = (level: 'note' | 'warning' | 'error', message: string): object => ({
  level,
  message: { text: text(message) },
});

/** Plain text: SARIF reads `[text](1)` in a message as a link into the log (3.11.6), and `{0}` as a placeholder (3.11.5). */
const text = (given: string): string =>
  clipped(visibleText(given), { max: MAX_TEXT })
    .replace(/[[\]\\]/g, '\\$&')
    .replace(/[{}]/g, '$&$&');
