import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import { parse } from 'yaml';
import type { Purpose } from '../snapshot/iam-actions';
import { verifierPolicy, type PolicyStatement } from '../snapshot/verifier-policy';
import { raiseLab } from '../lab/lab';

const PATH = join(__dirname, 'verifier-role.yaml');
const TRUSTED = 'arn:aws:iam::123456789012:role/auditor';

type Statements = { readonly Statement: readonly PolicyStatement[] };
interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Properties: {
          readonly PolicyDocument?: Statements;
          readonly Policies?: readonly { readonly PolicyDocument: Statements }[];
        };
      }
    >
  >;
}

/** The template with what only an account can tell replaced as the general policy has it. */
function template(): Template {
  const text = readFileSync(PATH, 'utf8').replaceAll('${AWS::AccountId}', '*');
  const known = text.replaceAll('${AWS::Partition}', 'aws');
  const customTags = ['!Sub', '!Ref', '!GetAtt', '!Condition'].map((tag) => ({
    tag,
    resolve: (value: string) => value,
  }));
  const lists = ['!If', '!Not', '!Equals', '!Or', '!And'].map((tag) => ({
    tag,
    collection: 'seq' as const,
  }));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the comparison below is what checks it
  return parse(known, { customTags: [...customTags, ...lists] }) as Template;
}

function statementsOf(resource: string): readonly PolicyStatement[] {
  const { PolicyDocument, Policies } = template().Resources[resource]?.Properties ?? {};
  const documents =
    PolicyDocument === undefined ? (Policies ?? []).map((one) => one.PolicyDocument) : [PolicyDocument];
  return documents.flatMap(({ Statement }) => Statement);
}

test.each<[string, readonly Purpose[]]>([
  ['VerifierRole', ['reading']],
  ['HostProbes', ['probe-host']],
  ['ControlRuns', ['control-host']],
  ['JobProbes', ['processing-job']],
  ['FirewallLog', ['log', 'log-in-s3']],
  ['FlowFlush', ['flow-flush']],
])('%s permits exactly what is called for %j', (resource, purposes) => {
  const expected = verifierPolicy({ purposes, target: null }).Statement.map((statement) =>
    statement.Sid === 'ProcessingJobIamPassedRole' ? { ...statement, Resource: 'JobRoleArn' } : statement,
  );
  expect(statementsOf(resource)).toEqual(expected);
});

test('the validator finds no fault in it', () => {
  const engine = new CelEngine();
  try {
    const { diagnostics } = engine.validateStandard(new TemplateFile(PATH));
    expect(diagnostics.filter(({ severity }) => severity !== 'INFO' && severity !== 'DEBUG')).toEqual([]);
  } finally {
    engine.free();
  }
});

test.each([
  [{}, ['control-runs', 'firewall-log', 'probes-from-hosts', 'reading']],
  [{ ProbeHosts: 'no', FlowFlushes: 'yes' }, ['reading']],
  [
    { ControlHosts: 'no', FlowFlushes: 'yes' },
    ['firewall-log', 'flow-flushes', 'probes-from-hosts', 'reading'],
  ],
  [
    { ProbeHosts: 'no', JobRoleArn: TRUSTED, ExternalId: 'quarterly' },
    ['control-runs', 'firewall-log', 'probes-from-jobs', 'reading'],
  ],
])('deployed with %j the role has the policies %j', async (parameters, policies) => {
  const lab = await raiseLab({
    template: readFileSync(PATH, 'utf8'),
    templatePath: PATH,
    parameters: { TrustedPrincipalArn: TRUSTED, ...parameters },
    network: false,
  });
  try {
    const [stored] = [...lab.state.roles.values()];
    expect([...(stored?.inlinePolicies.keys() ?? [])].sort()).toEqual(policies);
    const trust = decodeURIComponent(stored?.role.AssumeRolePolicyDocument ?? '');
    expect(trust.includes('sts:ExternalId')).toBe('ExternalId' in parameters);
  } finally {
    await lab.close();
  }
});
