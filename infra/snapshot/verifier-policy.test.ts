import { change, unread } from '../mutants/mutant';
import { referenceSnapshot } from '../mutants/reference-snapshot';
import type { Purpose } from './iam-actions';
import { purposesOf, verifierPolicy, type PolicyStatement, type Vantage } from './verifier-policy';

const ALL: readonly Purpose[] = [
  ...purposesOf('probe-host'),
  ...purposesOf('processing-job', ['flow-flush', 'signing', 'security-hub']),
];

const found = (sid: string, target = referenceSnapshot()) =>
  verifierPolicy({ purposes: ALL, target }).Statement.find(({ Sid }) => Sid === sid);

function statement(sid: string, target = referenceSnapshot()) {
  const one = found(sid, target);
  if (one === undefined) throw new Error(`there is no statement ${sid}`);
  return one;
}

const actions = (statements: readonly PolicyStatement[]) => statements.flatMap(({ Action }) => Action);

test('a run without probes gets no permission to send any, nor to read the log', () => {
  const { Statement } = verifierPolicy({ purposes: purposesOf('none'), target: null });
  for (const action of actions(Statement)) expect(action).toMatch(/:(Describe|Get|List|Search)/);
  expect(actions(Statement)).not.toContain('ssm:GetCommandInvocation');
});

test.each<[Vantage, string, string]>([
  ['probe-host', 'ssm:ListCommands', 'sagemaker:CreateProcessingJob'],
  ['processing-job', 'sagemaker:CreateProcessingJob', 'ssm:ListCommands'],
])('probes by %s get %s and not %s', (vantage, wanted, other) => {
  const given = actions(verifierPolicy({ purposes: purposesOf(vantage), target: null }).Statement);
  expect(given).toContain(wanted);
  expect(given).toContain('logs:FilterLogEvents');
  expect(given).not.toContain(other);
});

test('commands go to hosts that are tagged for it, and run one document', () => {
  const hosts = statement('ProbeHostSsmProbeHost');
  expect(hosts.Action).toEqual(['ssm:SendCommand']);
  expect(hosts.Condition).toEqual({ StringEquals: { 'ssm:resourceTag/studio-egress:role': 'probe-host' } });
  expect(statement('ControlHostSsmControlHost')).toMatchObject({
    Action: ['ssm:SendCommand'],
    Resource: hosts.Resource,
    Condition: { StringEquals: { 'ssm:resourceTag/studio-egress:role': 'control-host' } },
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
  const blind = unread(unread(referenceSnapshot(), 'executionRoles'), 'loggingConfigurations');
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
  const policy = JSON.stringify(verifierPolicy({ purposes: ALL, target: inChina }));
  // Roles and firewalls keep the ARNs that they were read with.
  expect(
    policy.match(/arn:aws:(?!iam::111122223333:role|network-firewall:us-east-1:111122223333:firewall\/)/g),
  ).toBeNull();
  expect(policy).toContain('arn:aws-cn:ssm:us-east-1::document/AWS-RunShellScript');
});

test('only actions that IAM cannot limit are for everything', () => {
  const { Statement } = verifierPolicy({ purposes: ALL, target: referenceSnapshot() });
  for (const { Action, Resource } of Statement.filter((one) => one.Resource.includes('*'))) {
    expect(Resource).toEqual(['*']);
    for (const action of Action)
      expect(action).toMatch(
        /:(Describe|List)[A-Z]|^ssm:(CancelCommand|GetCommandInvocation)$|^logs:GetLogDelivery$|^ec2:GetTransitGatewayRouteTableAssociations$/,
      );
  }
});

test('where the target has none, there is nothing to permit; where nobody knows, all of the kind', () => {
  // The reference logs to CloudWatch Logs alone.
  for (const sid of ['ReadS3Bucket', 'LogInS3S3LogBucket', 'LogInS3S3LogObject', 'LogInS3KmsBucketKey'])
    expect([sid, found(sid)]).toEqual([sid, undefined]);
  const blind = unread(unread(referenceSnapshot(), 'logBuckets'), 'loggingConfigurations');
  expect(statement('ReadS3Bucket', blind).Resource).toEqual(['arn:aws:s3:::*']);
  expect(statement('LogInS3S3LogObject', blind).Resource).toEqual(['arn:aws:s3:::*/*AWSLogs/*']);
  expect(statement('LogInS3KmsBucketKey', blind).Resource).toEqual(['arn:aws:kms:*:*:key/*']);
});

test('the log of the jobs is for jobs alone, and the records of a log for its reading', () => {
  expect(statement('ProcessingJobLogsJobLogGroup').Resource).toEqual([
    'arn:aws:logs:us-east-1:111122223333:log-group:/aws/sagemaker/ProcessingJobs:*',
  ]);
  expect(statement('LogLogsLogGroup').Resource.join()).not.toContain('ProcessingJobs');
});

test('flows are flushed at the firewalls of the VPC, whoever has them', () => {
  const theirs = 'arn:aws:network-firewall:us-east-1:444455556666:firewall/shared';
  const shared = change(referenceSnapshot(), 'vpcEndpointAssociations', () => [
    {
      VpcEndpointAssociation: {
        FirewallArn: theirs,
        VpcEndpointAssociationArn: undefined,
        VpcId: undefined,
        SubnetMapping: undefined,
      },
    },
  ]);
  expect(statement('FlowFlushNetworkFirewallFlushedFirewall', shared).Resource).toEqual([
    expect.stringMatching(/^arn:aws:network-firewall:us-east-1:111122223333:firewall\//),
    theirs,
  ]);
  const blind = unread(referenceSnapshot(), 'firewalls');
  expect(statement('FlowFlushNetworkFirewallFlushedFirewall', blind).Resource).toEqual([
    'arn:aws:network-firewall:us-east-1:*:firewall/*',
  ]);
});

test('the role that is passed is the one that is named', () => {
  const jobRoleArn = 'arn:aws:iam::111122223333:role/jobs';
  const { Statement } = verifierPolicy({ purposes: ALL, target: referenceSnapshot(), jobRoleArn });
  expect(Statement.find(({ Sid }) => Sid === 'ProcessingJobIamPassedRole')?.Resource).toEqual([jobRoleArn]);
});

test('a stack that is named by its ARN is read with the stacks below it', () => {
  const snapshot = referenceSnapshot();
  const stack = 'arn:aws:cloudformation:us-east-1:111122223333:stack/studio/0a1b';
  const named = { ...snapshot, target: { ...snapshot.target, stack } };
  expect(statement('ReadCloudformationStack', named).Resource).toEqual([
    'arn:aws:cloudformation:us-east-1:111122223333:stack/studio/*',
    'arn:aws:cloudformation:us-east-1:111122223333:stack/studio-*',
  ]);
});

test.each([
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['eu-west-1', 'aws'],
])('of %s the partition is %s, also where nobody said who asks', (region, partition) => {
  const snapshot = unread(referenceSnapshot(), 'callerIdentity');
  const there = { ...snapshot, target: { ...snapshot.target, region } };
  expect(statement('ProbeHostSsmProbeHostDocument', there).Resource).toEqual([
    `arn:${partition}:ssm:${region}::document/AWS-RunShellScript`,
  ]);
});
