import { change, unread } from '../mutants/mutant';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Purpose } from './iam-actions';
import { purposesOf, verifierPolicy, type PolicyStatement, type Vantage } from './verifier-policy';

const ALL: readonly Purpose[] = [
  ...purposesOf('probe-host'),
  ...purposesOf('processing-job', ['flow-flush', 'signing', 'security-hub']),
];

function statement(sid: string, target = referenceSnapshot() as Parameters<typeof verifierPolicy>[1]) {
  const found = verifierPolicy([...new Set(ALL)], target).Statement.find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`there is no statement ${sid}`);
  return found;
}

const actions = (statements: readonly PolicyStatement[]) => statements.flatMap(({ Action }) => Action);

test('a run without probes gets no permission to send any, nor to read the log', () => {
  const { Statement } = verifierPolicy(purposesOf('none'), null);
  for (const action of actions(Statement)) expect(action).toMatch(/:(Describe|Get|List|Search)/);
  expect(actions(Statement)).not.toContain('ssm:GetCommandInvocation');
});

test.each<[Vantage, string, string]>([
  ['probe-host', 'ssm:SendCommand', 'sagemaker:CreateProcessingJob'],
  ['processing-job', 'sagemaker:CreateProcessingJob', 'ssm:SendCommand'],
])('probes by %s get %s and not %s', (vantage, wanted, other) => {
  const given = actions(verifierPolicy(purposesOf(vantage), null).Statement);
  expect(given).toContain(wanted);
  expect(given).toContain('logs:FilterLogEvents');
  expect(given).not.toContain(other);
});

test('commands go to hosts that are tagged for it, and run one document', () => {
  const hosts = statement('ProbeHostSsmProbeHost');
  expect(hosts.Action).toEqual(['ssm:SendCommand']);
  expect(hosts.Condition).toEqual({
    StringEquals: { 'ssm:resourceTag/studio-egress:role': ['probe-host', 'control-host'] },
  });
  const document = statement('ProbeHostSsmProbeHostDocument');
  expect(document.Resource).toEqual(['arn:aws:ssm:us-east-1::document/AWS-RunShellScript']);
  expect(document.Condition).toBeUndefined();
});

test('a job is called as ours are, and gets one of Studio’s roles for SageMaker alone', () => {
  expect(statement('ProcessingJobSagemakerProcessingJob').Resource).toEqual([
    'arn:aws:sagemaker:us-east-1:111122223333:processing-job/studio-egress-*',
  ]);
  const passed = statement('ProcessingJobIamPassedRole');
  expect(passed.Resource).toEqual(['arn:aws:iam::111122223333:role/studio-execution']);
  expect(passed.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
});

test("the target's own log groups, roles and stack limit the policy; what is not read limits nothing", () => {
  expect(statement('ReadIamRole').Resource).toEqual(['arn:aws:iam::111122223333:role/studio-execution']);
  expect(statement('LogLogsLogGroup').Resource).toContain(
    'arn:aws:logs:us-east-1:111122223333:log-group:/studio/firewall-alert:*',
  );
  expect(statement('ReadCloudformationStack').Resource).toEqual([
    'arn:aws:cloudformation:us-east-1:111122223333:stack/reference/*',
    'arn:aws:cloudformation:us-east-1:111122223333:stack/reference-*',
  ]);
  const blind = unread(unread(referenceSnapshot(), 'executionRoles'), 'logGroups');
  expect(statement('ReadIamRole', blind).Resource).toEqual(['arn:aws:iam::111122223333:role/*']);
  expect(statement('LogLogsLogGroup', blind).Resource).toEqual([
    'arn:aws:logs:us-east-1:111122223333:log-group:*:*',
  ]);
});

test('the partition is the one of who asks', () => {
  const inChina = change(referenceSnapshot(), 'callerIdentity', (identity) => ({
    ...identity,
    Arn: 'arn:aws-cn:iam::111122223333:role/auditor',
  }));
  const policy = JSON.stringify(verifierPolicy([...new Set(ALL)], inChina));
  // Roles and log groups keep the ARNs that they were read with.
  expect(policy.match(/arn:aws:(?!iam::111122223333:role)/g)).toBeNull();
  expect(policy).toContain('arn:aws-cn:ssm:us-east-1::document/AWS-RunShellScript');
});

test('only actions that IAM cannot limit are for everything', () => {
  const { Statement } = verifierPolicy([...new Set(ALL)], referenceSnapshot());
  for (const { Action, Resource } of Statement.filter((one) => one.Resource.includes('*'))) {
    expect(Resource).toEqual(['*']);
    for (const action of Action)
      expect(action).toMatch(
        /:(Describe|List)[A-Z]|^ssm:(CancelCommand|GetCommandInvocation)$|^securityhub:BatchImportFindings$/,
      );
  }
});
