/**
 * asff.json, findings in the AWS Security Finding Format, in batches as BatchImportFindings takes them: at most 100
 * findings, 240 KB each and 6 MB together (facts: reports.md 2, ASFF). Each finding's Id is the same in every run for the
 * same check and resource, so that a later PASSED updates the FAILED before it.
 */
import type { Evidence, Finding } from '../suites/evidence';
import { clipped, jsonText, oneLine } from './plain-text';
import { fixOf, instantOf, messageOf, resultsOf, statementOf, type Result } from './results';

const MAX_FINDINGS = 100;
const MAX_BATCH_BYTES = 6_000_000;
const MAX_REQUIREMENTS = 32;

/** The members that we write, by AWS's own names; the limits are those of the API's reference. */
export interface AsffFinding {
  readonly SchemaVersion: '2018-10-08';
  readonly Id: string;
  readonly ProductArn: string;
  readonly GeneratorId: string;
  readonly AwsAccountId: string;
  readonly Types: string[];
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
  readonly Severity: { readonly Label: 'INFORMATIONAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' };
  readonly Title: string;
  readonly Description: string;
  readonly Remediation?: { readonly Recommendation: { readonly Text: string } };
  readonly ProductFields: Record<string, string>;
  readonly Resources: {
    readonly Type: string;
    readonly Id: string;
    readonly Partition: 'aws' | 'aws-cn' | 'aws-us-gov';
    readonly Region: string;
  }[];
  readonly Compliance: {
    readonly Status: 'PASSED' | 'WARNING' | 'FAILED' | 'NOT_AVAILABLE';
    readonly RelatedRequirements: string[];
    readonly StatusReasons: { readonly ReasonCode: string; readonly Description: string }[];
  };
  readonly Workflow: { readonly Status: 'NEW' | 'SUPPRESSED' | 'RESOLVED' };
  readonly RecordState: 'ACTIVE';
  readonly Note?: { readonly Text: string; readonly UpdatedBy: string; readonly UpdatedAt: string };
}

export interface AsffDocument {
  /** What is in here, or why nothing is. */
  readonly statement: string;
  readonly batches: readonly (readonly AsffFinding[])[];
}

export const renderAsff = (evidence: Evidence): string => jsonText(asffOf(evidence));

/** The batches; none where the account is not known, for a finding cannot be without one. */
export function asffOf(evidence: Evidence): AsffDocument {
  const { account } = evidence.run.target;
  if (account === null || !/^\d{12}$/.test(account)) {
    const statement =
      'Nothing can be sent: the account is not known, and a finding of Security Hub belongs to one.';
    return { statement, batches: [] };
  }
  const findings = resultsOf(evidence).map((result) => findingOf(evidence, account, result));
  const batches = batchesOf(findings);
  return { statement: `${findings.length} findings in ${batches.length} batches.`, batches };
}

function batchesOf(findings: readonly AsffFinding[]): readonly (readonly AsffFinding[])[] {
  const batches: AsffFinding[][] = [];
  let bytes = 0;
  for (const finding of findings) {
    const size = Buffer.byteLength(JSON.stringify(finding)) + 1;
    const batch = batches.at(-1);
    if (batch === undefined || batch.length >= MAX_FINDINGS || bytes + size > MAX_BATCH_BYTES) {
      batches.push([finding]);
      bytes = size;
    } else {
      batch.push(finding);
      bytes += size;
    }
  }
  return batches;
}

// The service's pattern of a text, `.*\S.*`, spans no line break (service model of Security Hub, NonEmptyString).
const line = (given: string, max: number): string => clipped(oneLine(given), { max });

export const partitionOf = (region: string): 'aws' | 'aws-cn' | 'aws-us-gov' => {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
};

function findingOf(evidence: Evidence, account: string, result: Result): AsffFinding {
  const { run } = evidence;
  const { finding, fingerprint, standing } = result;
  const region = line(run.target.region, 64);
  const partition = partitionOf(region);
  const updatedAt = instantOf(run.finishedAt, 'run.finishedAt').toISOString();
  const fix = fixOf(evidence, finding.check);
  return {
    SchemaVersion: '2018-10-08',
    Id: `studio-egress/${account}/${region}/${fingerprint}`,
    ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    GeneratorId: line(`studio-egress/${finding.check}`, 512),
    AwsAccountId: account,
    Types: ['Software and Configuration Checks/AWS Security Best Practices/Network Reachability'],
    CreatedAt: instantOf(run.startedAt, 'run.startedAt').toISOString(),
    UpdatedAt: updatedAt,
    Severity: { Label: labelOf(result) },
    Title: line(statementOf(evidence, finding.check), 256),
    Description: line(messageOf(result), 1024),
    ...(fix === null ? {} : { Remediation: { Recommendation: { Text: line(fix, 512) } } }),
    ProductFields: {
      'studio-egress/check': line(finding.check, 2048),
      'studio-egress/outcome': standing,
      'studio-egress/run': line(run.id, 2048),
      'studio-egress/target': run.target.kind,
    },
    Resources: [
      { Type: typeOf(finding), Id: line(finding.subject, 512), Partition: partition, Region: region },
    ],
    Compliance: {
      Status: COMPLIANCE[standing],
      RelatedRequirements: finding.controls.slice(0, MAX_REQUIREMENTS).map((control) => line(control, 64)),
      StatusReasons: [{ ReasonCode: REASON[standing], Description: line(messageOf(result), 2048) }],
    },
    Workflow: { Status: WORKFLOW[standing] },
    RecordState: 'ACTIVE',
    ...(finding.waiver === null
      ? {}
      : {
          Note: {
            Text: line(`Accepted until ${finding.waiver.expires}: ${finding.waiver.reason}`, 512),
            UpdatedBy: line(finding.waiver.owner, 512),
            UpdatedAt: updatedAt,
          },
        }),
  };
}

type Standing = Result['standing'];

/** AWS's words: WARNING where information is missing; NOT_AVAILABLE where the check does not apply. */
const COMPLIANCE: Readonly<Record<Standing, AsffFinding['Compliance']['Status']>> = {
  pass: 'PASSED',
  fail: 'FAILED',
  waived: 'FAILED',
  unknown: 'WARNING',
  note: 'WARNING',
  'not-applicable': 'NOT_AVAILABLE',
};

/** Security Hub takes it from an importer for new findings only; later it is the customer's. */
const WORKFLOW: Readonly<Record<Standing, AsffFinding['Workflow']['Status']>> = {
  pass: 'RESOLVED',
  fail: 'NEW',
  waived: 'SUPPRESSED',
  unknown: 'NEW',
  note: 'NEW',
  'not-applicable': 'RESOLVED',
};

const REASON: Readonly<Record<Standing, string>> = {
  pass: 'STUDIO_EGRESS_VERIFIED',
  fail: 'STUDIO_EGRESS_VIOLATED',
  waived: 'STUDIO_EGRESS_WAIVED',
  unknown: 'STUDIO_EGRESS_NOT_VERIFIED',
  note: 'STUDIO_EGRESS_NOTE',
  'not-applicable': 'STUDIO_EGRESS_NOT_APPLICABLE',
};

function labelOf({ finding, standing }: Result): AsffFinding['Severity']['Label'] {
  if (standing === 'pass' || standing === 'not-applicable') return 'INFORMATIONAL';
  return ({ critical: 'CRITICAL', high: 'HIGH', medium: 'MEDIUM', low: 'LOW' } as const)[finding.severity];
}

/** Resource types of the format, by what the id begins with or the ARN names; `Other` is the format's own word. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^subnet-/, 'AwsEc2Subnet'],
  [/^vpc-/, 'AwsEc2Vpc'],
  [/^sg-/, 'AwsEc2SecurityGroup'],
  [/^rtb-/, 'AwsEc2RouteTable'],
  [/^acl-/, 'AwsEc2NetworkAcl'],
  [/^eni-/, 'AwsEc2NetworkInterface'],
  [/^arn:[\w-]+:network-firewall:[^:]*:\d*:firewall\//, 'AwsNetworkFirewallFirewall'],
  [/^arn:[\w-]+:network-firewall:[^:]*:\d*:firewall-policy\//, 'AwsNetworkFirewallFirewallPolicy'],
  [/^arn:[\w-]+:network-firewall:[^:]*:\d*:(stateful|stateless)-rulegroup\//, 'AwsNetworkFirewallRuleGroup'],
];

const typeOf = ({ subject }: Finding): string =>
  TYPES.find(([pattern]) => pattern.test(subject))?.[1] ?? 'Other';
