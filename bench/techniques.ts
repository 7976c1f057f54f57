/**
 * The table of technique and stack: the evasion battery against the stack as published and the recommended one, each
 * raised in the lab from nothing and tried by the product itself. Prints Markdown for docs/techniques.md; with `--write` it
 * also writes it there.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../commands/run';
import { editing, setProperty } from '../infra/mutants/deployed/template-edit';
import type { Finding } from '../suites/evidence';
import { parseEvidence } from '../suites/evidence-file';

interface Stack {
  readonly heading: string;
  readonly template: string;
  /** What is changed for the trial; null for nothing. */
  readonly edit: ((template: string) => string) | null;
}

/**
 * The published stack has nowhere to probe from, and leaves logging to a step by hand in the console: both are added. The
 * image's id is never looked at in the lab.
 */
const PROBE_HOST_AND_LOGS = `
  ProbeHostRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore']
  ProbeHostInstanceProfile:
    Type: AWS::IAM::InstanceProfile
    Properties:
      Roles: [!Ref ProbeHostRole]
  ProbeHost:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-0123456789abcdef0
      InstanceType: t3.micro
      IamInstanceProfile: !Ref ProbeHostInstanceProfile
      SubnetId: !Ref SageMakerStudioSubnet
      SecurityGroupIds: [!GetAtt SageMakerSecurityGroup.GroupId]
      Tags:
        - {Key: 'studio-egress:role', Value: probe-host}
  FirewallAlerts:
    Type: AWS::Logs::LogGroup
  FirewallFlows:
    Type: AWS::Logs::LogGroup
  FirewallLogging:
    Type: AWS::NetworkFirewall::LoggingConfiguration
    Properties:
      FirewallArn: !GetAtt NetworkFirewall.FirewallArn
      LoggingConfiguration:
        LogDestinationConfigs:
          - {LogType: ALERT, LogDestinationType: CloudWatchLogs, LogDestination: {logGroup: !Ref FirewallAlerts}}
          - {LogType: FLOW, LogDestinationType: CloudWatchLogs, LogDestination: {logGroup: !Ref FirewallFlows}}
`;

/** The Studio workloads' group, with no condition left. */
const withOpenGroup = editing(
  setProperty('SageMakerSecurityGroup', 'SecurityGroupEgress', [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }]),
);

const STACKS: readonly Stack[] = [
  { heading: 'as published', template: 'as-published.yaml', edit: withProbeHost },
  { heading: 'recommended', template: 'studio-firewall.yaml', edit: null },
  // What the firewall does when nothing stands before it.
  { heading: 'recommended, security group open', template: 'studio-firewall.yaml', edit: withOpenGroup },
];

const DOCUMENT = join(PROJECT_ROOT, 'docs', 'techniques.md');
const CHECK = 'egress/evasions-are-blocked';
const RUN_TIMEOUT_MS = 300_000;

const INTRODUCTION = `# What a determined notebook can do

Every technique of the battery, tried by \`studio-egress verify\` from inside the Studio subnet of each stack in the lab, with
its own control run from outside and the servers' witness as ground truth. Made by \`npm run techniques -- --write\`; the
reasons in full stand in a run's report.html. The published stack has been given a probe host and logging, for it has neither.
In the last column the recommended stack's Studio security group lets everything out, so that what stops a technique is the
firewall alone.
`;

/** The findings of the battery on one stack; throws with the run's own words when it did not come so far. */
function batteryOn({ template, edit }: Stack): readonly Finding[] {
  const out = mkdtempSync(join(tmpdir(), 'techniques-'));
  try {
    const own = join(PROJECT_ROOT, 'infra', 'stack', template);
    const path = edit === null ? own : join(out, template);
    if (edit !== null) writeFileSync(path, edit(readFileSync(own, 'utf8')));
    const run = join(out, 'run');
    const argv = ['verify', '--template', path, '--suite', 'egress', '--out', run];
    const { stderr } = spawnSync(process.execPath, [join(PROJECT_ROOT, 'bin', 'studio-egress.js'), ...argv], {
      encoding: 'utf8',
      cwd: PROJECT_ROOT,
      timeout: RUN_TIMEOUT_MS,
    });
    const parsed = parseEvidence(readFileSync(join(run, 'evidence.json'), 'utf8'));
    if (parsed.status === 'refused') throw new Error(`${template}: ${parsed.because}\n${stderr}`);
    const findings = parsed.evidence.findings.filter(({ check }) => check === CHECK);
    if (findings.length < 2)
      throw new Error(`${template}: ${findings[0]?.because ?? 'no battery'}\n${stderr}`);
    return findings;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function withProbeHost(template: string): string {
  const at = template.indexOf('\nOutputs:');
  if (at < 0) throw new Error('the template has no Outputs to put resources before');
  return `${template.slice(0, at)}${PROBE_HOST_AND_LOGS}${template.slice(at)}`;
}

const UNTRIED: Readonly<Record<'unknown' | 'not-applicable', string>> = {
  unknown: 'not known',
  'not-applicable': 'does not apply',
};

/** Who stopped it, or how it got through: the reason's first words behind the technique's own title. */
function cell(finding: Finding | undefined): string {
  if (finding === undefined) return 'not tried';
  const { outcome, because, observations, waiver } = finding;
  if (outcome === 'unknown' || outcome === 'not-applicable') return UNTRIED[outcome];
  const title = observations[0]?.title ?? '';
  const gist =
    because
      .replace(title, '')
      .trim()
      .split(/[:;]|\. /, 1)[0] ?? '';
  const words = gist.replace(/^was stopped/, 'stopped').replaceAll('|', '\\|');
  if (outcome === 'pass') return words;
  return `**${words}**${waiver === null ? '' : ', accepted'}`;
}

const titleOf = (findings: readonly Finding[]): string =>
  findings.flatMap(({ observations }) => observations.map(({ title }) => title))[0] ?? '';

const markdown = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
  [headings, headings.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');

function main(): void {
  const results = STACKS.map((stack) => ({ heading: stack.heading, findings: batteryOn(stack) }));
  const subjects = [...new Set(results.flatMap(({ findings }) => findings.map(({ subject }) => subject)))];
  const rows = subjects.map((subject) => [
    `\`${subject}\``,
    titleOf(
      results.flatMap(({ findings }) => findings.filter((finding) => finding.subject === subject)),
    ).replaceAll('|', '\\|'),
    ...results.map(({ findings }) => cell(findings.find((finding) => finding.subject === subject))),
  ]);
  const open = results.map(
    ({ heading, findings }) =>
      `${heading}: ${findings.filter((finding) => cell(finding).startsWith('**gets')).length} of ${findings.length} get through`,
  );
  const text = `${INTRODUCTION}\n${markdown(['technique', 'what it is', ...results.map(({ heading }) => heading)], rows)}\n${open.join('; ')}.\n`;
  process.stdout.write(text);
  if (process.argv.includes('--write')) writeFileSync(DOCUMENT, text);
}

main();
