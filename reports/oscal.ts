/**
 * oscal.json, an OSCAL 1.1.3 assessment-results document (NIST). Each finding of ours is an observation; OSCAL's findings
 * are about controls of NIST SP 800-53 rev 5, and say `satisfied` only where some of its checks passed and none is
 * violated, accepted or open. OSCAL has no third state: what is open is `not-satisfied` with the reason `other`.
 */
import { targetName } from '../suites/assemble';
import type { Evidence } from '../suites/evidence';
import { uuidOf } from './identity';
import { jsonText, oneLine, visibleText } from './plain-text';
import {
  controlOf,
  evidenceLines,
  instantOf,
  messageOf,
  resultsOf,
  statementOf,
  type Result,
} from './results';
import { verdictOf } from './verdict';

const OSCAL_VERSION = '1.1.3';
const NAMESPACE = 'urn:studio-egress:oscal';

export function renderOscal(evidence: Evidence): string {
  const { run } = evidence;
  const results = resultsOf(evidence);
  const start = instantOf(run.startedAt, 'run.startedAt').toISOString();
  const end = instantOf(run.finishedAt, 'run.finishedAt').toISOString();
  const planUuid = uuidOf('oscal-plan', run.id);
  const { word, sentence } = verdictOf(evidence);
  const findings = controlsOf(results).map((control) => findingOf(evidence, control, results));
  const risks = results.filter(isRisk).map((result) => riskOf(evidence, result));
  return jsonText({
    'assessment-results': {
      uuid: uuidOf('oscal', run.id),
      metadata: {
        title: oneLine(`Internet egress of SageMaker Studio in ${targetName(run.target)}`),
        'last-modified': end,
        version: oneLine(run.id),
        'oscal-version': OSCAL_VERSION,
        props: [prop('tool', `${run.tool.name} ${run.tool.version}`)],
      },
      'import-ap': { href: `#${planUuid}` },
      results: [
        {
          uuid: uuidOf('oscal-result', run.id),
          title: oneLine(`Run ${run.id}: ${word}`),
          description: visibleText(sentence),
          start,
          end,
          props: [prop('verdict', word)],
          'local-definitions': { 'inventory-items': subjectsOf(results).map(inventoryItem) },
          'reviewed-controls': reviewedControls(controlsOf(results)),
          observations: results.map((result) => observationOf(evidence, result, end)),
          ...(risks.length === 0 ? {} : { risks }),
          ...(findings.length === 0 ? {} : { findings }),
        },
      ],
      'back-matter': {
        resources: [
          {
            uuid: planUuid,
            title: 'Plan of the run',
            description: visibleText(
              `The checks that were planned before the first ran:\n${evidence.plan.join('\n')}`,
            ),
            rlinks: [{ href: 'evidence.json', 'media-type': 'application/json' }],
          },
        ],
      },
    },
  });
}

const prop = (name: string, value: string): object => ({ name, ns: NAMESPACE, value: oneLine(value) });

/** `SC-7(5)` of NIST SP 800-53 rev 5 as the OSCAL catalogue calls it: `sc-7.5`. null for anything else. */
function nistId(control: string): string | null {
  const { framework, id } = controlOf(control);
  const parts = /^([A-Z]{2})-(\d{1,2})(?:\((\d{1,2})\))?$/.exec(id);
  if (framework !== 'NIST-800-53r5' || parts === null) return null;
  const [, family = '', number = '', enhancement] = parts;
  return `${family.toLowerCase()}-${number}${enhancement === undefined ? '' : `.${enhancement}`}`;
}

const nistIds = ({ finding }: Result): readonly string[] =>
  finding.controls.map(nistId).filter((id): id is string => id !== null);

const controlsOf = (results: readonly Result[]): readonly string[] =>
  [...new Set(results.flatMap(nistIds))].sort();

function reviewedControls(controls: readonly string[]): object {
  const selection =
    controls.length === 0
      ? { description: 'No check of this run is mapped to a control of NIST SP 800-53 rev 5.' }
      : { 'include-controls': controls.map((id) => ({ 'control-id': id })) };
  return { 'control-selections': [selection] };
}

const subjectsOf = (results: readonly Result[]): readonly string[] => [
  ...new Set(results.map(({ finding }) => finding.subject)),
];

const inventoryItem = (subject: string): object => ({
  uuid: uuidOf('subject', subject),
  description: oneLine(subject),
});

function observationOf(evidence: Evidence, result: Result, collected: string): object {
  const { finding, standing, uuid } = result;
  const lines = evidenceLines(finding);
  return {
    uuid,
    title: statementOf(evidence, finding.check),
    description: visibleText(messageOf(result)),
    props: [
      prop('check', finding.check),
      prop('outcome', standing),
      prop('severity', finding.severity),
      ...finding.controls.map((control) => prop('control', control)),
    ],
    methods: [finding.observations.length > 0 ? 'TEST' : 'EXAMINE'],
    subjects: [{ 'subject-uuid': uuidOf('subject', finding.subject), type: 'inventory-item' }],
    'relevant-evidence': [
      {
        href: 'evidence.json',
        description: lines.length === 0 ? 'The finding with its reason.' : lines.join('\n'),
      },
    ],
    collected,
  };
}

const isRisk = ({ standing }: Result): boolean =>
  standing === 'fail' || standing === 'unknown' || standing === 'waived';

const riskUuid = ({ uuid }: Result): string => uuidOf('risk', uuid);

const riskOf = (evidence: Evidence, result: Result): object => ({
  uuid: riskUuid(result),
  title: result.name,
  description: visibleText(messageOf(result)),
  statement: `It does not hold, or is not known to hold: ${statementOf(evidence, result.finding.check)}`,
  props: [prop('severity', result.finding.severity)],
  status: result.standing === 'waived' ? 'deviation-approved' : 'open',
  'related-observations': [{ 'observation-uuid': result.uuid }],
});

function findingOf({ run }: Evidence, control: string, results: readonly Result[]): object {
  const own = results.filter((result) => nistIds(result).includes(control));
  const { region, account } = run.target;
  const risks = own.filter(isRisk);
  return {
    uuid: uuidOf('oscal-finding', account ?? '', region, targetName(run.target), control),
    title: `Control ${control}`,
    description: `What the ${own.length} findings mapped to ${control} say, for the internet egress of one VPC; the control asks for more than that.`,
    target: { type: 'statement-id', 'target-id': `${control}_smt`, status: statusOf(own) },
    'related-observations': own.map(({ uuid }) => ({ 'observation-uuid': uuid })),
    ...(risks.length === 0
      ? {}
      : { 'related-risks': risks.map((result) => ({ 'risk-uuid': riskUuid(result) })) }),
  };
}

function statusOf(own: readonly Result[]): object {
  const count = (wanted: Result['standing']) => own.filter(({ standing }) => standing === wanted).length;
  const remarks = `${count('pass')} passed, ${count('fail')} violated, ${count('waived')} accepted, ${count('unknown')} could not be verified, ${count('not-applicable')} not applicable.`;
  if (count('fail') + count('waived') > 0) return { state: 'not-satisfied', reason: 'fail', remarks };
  // Also where nothing applied: that nothing was looked at satisfies no control.
  if (count('unknown') > 0 || count('pass') === 0)
    return { state: 'not-satisfied', reason: 'other', remarks };
  return { state: 'satisfied', reason: 'pass', remarks };
}
