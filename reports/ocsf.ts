/**
 * ocsf.jsonl, one OCSF Compliance Finding (class 2003, schema 1.6.0) a line, for SIEMs and Security Lake. Status ids are
 * the schema's: 1 pass, 2 warning ("missing information", which is our unknown), 3 fail, 99 what has no other word.
 */
import type { Evidence, Finding } from '../suites/evidence';
import { oneLine, visibleText } from './plain-text';
import {
  controlOf,
  evidenceLines,
  fixOf,
  instantOf,
  messageOf,
  resultsOf,
  statementOf,
  type Result,
} from './results';

const VERSION = '1.6.0';
const CLASS = 2003;
const CREATE = 1;
const AWS_ACCOUNT = 10;
const NEW = { status_id: 1, status: 'New' };
const SUPPRESSED = { status_id: 3, status: 'Suppressed' };

const SEVERITY = {
  critical: { severity_id: 5, severity: 'Critical' },
  high: { severity_id: 4, severity: 'High' },
  medium: { severity_id: 3, severity: 'Medium' },
  low: { severity_id: 2, severity: 'Low' },
} as const;
const INFORMATIONAL = { severity_id: 1, severity: 'Informational' };

export function renderOcsf(evidence: Evidence): string {
  return resultsOf(evidence)
    .map((result) => `${JSON.stringify(eventOf(evidence, result))}\n`)
    .join('');
}

function eventOf(evidence: Evidence, result: Result): object {
  const { run } = evidence;
  const { finding, standing, uuid } = result;
  const startedAt = instantOf(run.startedAt, 'run.startedAt').getTime();
  const finishedAt = instantOf(run.finishedAt, 'run.finishedAt').getTime();
  const fix = fixOf(evidence, finding.check);
  const harmless = standing === 'pass' || standing === 'not-applicable';
  return {
    class_uid: CLASS,
    class_name: 'Compliance Finding',
    category_uid: 2,
    category_name: 'Findings',
    activity_id: CREATE,
    activity_name: 'Create',
    type_uid: CLASS * 100 + CREATE,
    type_name: 'Compliance Finding: Create',
    ...(harmless ? INFORMATIONAL : SEVERITY[finding.severity]),
    ...(standing === 'waived' ? SUPPRESSED : NEW),
    time: finishedAt,
    start_time: startedAt,
    end_time: finishedAt,
    message: visibleText(messageOf(result)),
    metadata: {
      version: VERSION,
      product: {
        name: 'studio-egress',
        vendor_name: 'studio-egress-verifier',
        version: oneLine(run.tool.version),
      },
      profiles: ['cloud'],
      correlation_uid: oneLine(run.id),
    },
    cloud: cloudOf(evidence),
    finding_info: {
      uid: uuid,
      title: statementOf(evidence, finding.check),
      desc: visibleText(finding.because),
      types: [oneLine(finding.check)],
      created_time: finishedAt,
    },
    compliance: complianceOf(result),
    resources: [resourceOf(evidence, finding)],
    ...(fix === null ? {} : { remediation: { desc: visibleText(fix) } }),
    ...(finding.proof === null && finding.observations.length === 0
      ? {}
      : { evidences: [{ data: { lines: evidenceLines(finding) } }] }),
  };
}

const resourceOf = ({ run }: Evidence, { subject }: Finding): object => ({
  uid: oneLine(subject),
  region: oneLine(run.target.region),
});

function cloudOf({ run }: Evidence): object {
  const { kind, account, region } = run.target;
  return {
    // The lab is no account of AWS's and must not be counted as one.
    provider: kind === 'lab' ? 'studio-egress lab' : 'AWS',
    region: oneLine(region),
    ...(account === null
      ? {}
      : { account: { uid: oneLine(account), type_id: AWS_ACCOUNT, type: 'AWS Account' } }),
  };
}

const COMPLIANCE: Readonly<
  Record<Result['standing'], { readonly status_id: number; readonly status: string }>
> = {
  pass: { status_id: 1, status: 'Pass' },
  unknown: { status_id: 2, status: 'Warning' },
  note: { status_id: 2, status: 'Warning' },
  fail: { status_id: 3, status: 'Fail' },
  // Accepted, and violated all the same; that somebody accepted it is the finding's own status.
  waived: { status_id: 3, status: 'Fail' },
  'not-applicable': { status_id: 99, status: 'Not Applicable' },
};

function complianceOf(result: Result): object {
  const controls = result.finding.controls.map(controlOf);
  return {
    control: oneLine(result.finding.check),
    standards: [...new Set(controls.map(({ framework }) => framework))].filter(Boolean).map(oneLine),
    requirements: result.finding.controls.map(oneLine),
    ...COMPLIANCE[result.standing],
    status_code: result.standing,
    status_details: [visibleText(messageOf(result))],
  };
}
