import { change } from '../../infra/mutants/mutant';
import { iamMutants } from '../../infra/mutants/mutants-iam';
import { policy, ROLE_ARN } from '../../infra/mutants/reference-role';
import { referenceSnapshot } from '../../infra/mutants/reference-snapshot';
import { allow, alsoPolicy, onlyPolicy } from '../../infra/mutants/role-changes';
import type { Snapshot } from '../../infra/snapshot/snapshot';
import { findingsOn, testOnMutants } from '../mutation.fixture';
import check from './role-cannot-rewire.check';

testOnMutants(check, iamMutants());

const outcomes = (mutate: (s: Snapshot) => Snapshot) =>
  findingsOn(check, mutate(referenceSnapshot())).map(({ outcome, because }) => `${outcome}: ${because}`);
const LOGS = 'arn:aws:logs:us-east-1:111122223333:log-group:/studio/firewall-alert';

test('each role gets a finding of its own', () => {
  const twoRoles = (s: Snapshot) =>
    change(
      change(s, 'userProfiles', (list) =>
        list.map((one) => ({ ...one, UserSettings: { ExecutionRole: `${ROLE_ARN}-2` } })),
      ),
      'executionRoles',
      (roles) => [
        ...roles,
        { RoleArn: `${ROLE_ARN}-2`, policies: [policy('p', [allow('ec2:*')])], permissionsBoundary: null },
      ],
    );
  expect(
    findingsOn(check, twoRoles(referenceSnapshot())).map(({ subject, outcome }) => [subject, outcome]),
  ).toEqual([
    [ROLE_ARN, 'pass'],
    [`${ROLE_ARN}-2`, 'fail'],
  ]);
});

test('a log group is named with :* in a policy: a Deny without it takes nothing back', () => {
  const deletes = allow('logs:DeleteLogGroup');
  const denies = (Resource: string) => ({ Effect: 'Deny' as const, Action: 'logs:*', Resource });
  expect(outcomes(alsoPolicy(deletes, denies(LOGS))).join()).toMatch(/^fail: .*firewall-alert/);
  expect(outcomes(alsoPolicy(deletes, denies(`${LOGS}:*`))).join()).toMatch(/^fail: .*firewall-flow/);
  expect(outcomes(alsoPolicy(deletes, denies('arn:aws:logs:*:*:log-group:/studio/*'))).join()).toMatch(
    /^pass/,
  );
});

test('a role may pass itself and other execution roles on', () => {
  const pass = (Resource: string) => alsoPolicy(allow('iam:PassRole', Resource));
  expect(outcomes(pass(ROLE_ARN)).join()).toMatch(/^pass/);
  expect(outcomes(pass('arn:aws:iam::111122223333:role/team-*')).join()).toMatch(/^unknown: .*role\/team-/);
  expect(outcomes(pass('arn:aws:iam::444455556666:role/*')).join()).toMatch(/^pass/);
});

test('the way to deny passing roles leaves the role what its jobs need', () => {
  expect(outcomes(alsoPolicy(allow('iam:PassRole'))).join()).toContain(
    `for iam:PassRole NotResource: ${ROLE_ARN} instead`,
  );
  expect(outcomes(alsoPolicy(allow('ec2:CreateRoute'))).join()).not.toContain('NotResource');
});

test('what a pattern in a policy takes in of the network is named', () => {
  expect(outcomes(alsoPolicy(allow('*:*Route', 'arn:aws:ec2:*:*:route-table/*'))).join()).toContain(
    'ec2:CreateRoute on arn:aws:ec2:us-east-1:111122223333:route-table/rtb-',
  );
});

test('what the other policies of AWS allow a role of SageMaker counts, whatever they are called', () => {
  // Of AmazonSageMakerFullAccess, what it has besides SageMaker itself.
  const fullAccess = [
    allow(['ec2:CreateNetworkInterface', 'ec2:CreateVpcEndpoint', 'ec2:Describe*']),
    allow([
      'logs:CreateLogGroup',
      'logs:DeleteLogDelivery',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ]),
  ];
  const [because] = outcomes(onlyPolicy(...fullAccess));
  expect(because).toContain('ec2:CreateVpcEndpoint');
  expect(because).toContain('logs:PutResourcePolicy');
});
