import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as nfw from '@aws-sdk/client-network-firewall';
import * as resolver from '@aws-sdk/client-route53resolver';
import * as s3 from '@aws-sdk/client-s3';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { referenceSnapshot } from '../../mutants/reference-snapshot';
import { allow, onlyPolicy } from '../../mutants/role-changes';
import type { Snapshot } from '../../snapshot/snapshot';
import { executionCallers } from './execution-role';
import { borrowingBy, rewiringBy } from './rewiring';
import { TAKING_ROLES } from './passed-roles';
import { BORROWING, REWIRING } from './rewiring-actions';
import { resourceKind } from './rewiring-resources';

const CLIENTS: Readonly<Record<string, object>> = {
  ec2,
  iam,
  logs,
  s3,
  sagemaker,
  ssm,
  sts,
  'network-firewall': nfw,
  route53resolver: resolver,
};
/**
 * Permissions that no operation is called like (service authorization reference: "permission only", or several
 * operations).
 */
const NOT_OPERATIONS = [
  'iam:PassRole',
  'logs:DeleteLogDelivery',
  'logs:UpdateLogDelivery',
  's3:DeleteObjectVersion',
  's3:PutBucketPublicAccessBlock',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
];

const actions = REWIRING.flatMap((group) => group.actions.map((action) => ({ action, on: group.on })));

function callerOf(snapshot: Snapshot) {
  const [caller] = executionCallers(snapshot);
  if (caller === undefined) throw new Error('the reference has a role');
  return caller;
}

test("every action is an operation's name in AWS's own spelling", () => {
  const all = [
    ...actions.map(({ action }) => action),
    ...BORROWING.map(({ action }) => action),
    ...[...TAKING_ROLES.values()].flat(),
  ];
  const misspelled = all.filter((action) => {
    const [service = '', operation = ''] = action.split(':');
    const client = CLIENTS[service];
    return client !== undefined && !(`${operation}Command` in client) && !NOT_OPERATIONS.includes(action);
  });
  expect(misspelled).toEqual([]);
});

test('no action is listed twice', () => {
  expect(actions.length).toBe(new Set(actions.map(({ action }) => action)).size);
});

test.each(actions)(
  'a role that may only $action is found by just that, where there is something to do it to',
  (one) => {
    const snapshot = onlyPolicy(allow(one.action))(referenceSnapshot());
    const caller = callerOf(snapshot);
    const there = resourceKind(one.on).ours(caller, snapshot);
    expect(rewiringBy(caller, snapshot).map(({ action, decision }) => [action, decision.answer])).toEqual(
      there.length === 0 ? [] : [[one.action, 'allowed']],
    );
  },
);

test('what is there in the reference is found for every kind but those that it has none of', () => {
  const snapshot = referenceSnapshot();
  const caller = callerOf(snapshot);
  const without = [...new Set(actions.map(({ on }) => on))].filter(
    (on) => resourceKind(on).ours(caller, snapshot).length === 0,
  );
  expect(without.sort()).toEqual([
    'endpoint-association',
    'instance',
    'log-bucket',
    'log-object',
    'log-stream',
    'own-policy',
    'prefix-list',
    'public-access-exclusion',
    'tgw-attachment',
    'tgw-route-table',
    'tls-configuration',
  ]);
});

test('every ARN of this network is among all of its kind, so that who is denied all is denied it', () => {
  const snapshot = referenceSnapshot();
  const caller = callerOf(snapshot);
  for (const { on } of actions) {
    const { every, ours } = resourceKind(on);
    const form = new RegExp(
      `^${every(caller)
        .replace(/[().]/g, String.raw`\$&`)
        .replaceAll('?', '.')
        .replaceAll('*', '.*')}$`,
    );
    for (const arn of ours(caller, snapshot)) expect(arn).toMatch(form);
  }
});

test.each(BORROWING)(
  '$action on any $of is found, on one it is open, on a judged one it is nothing',
  ({ action, of }) => {
    const account = 'arn:aws:iam::111122223333';
    const answers = (resource: string) => {
      const snapshot = onlyPolicy(
        allow(action, resource),
        allow('sagemaker:CreateTrainingJob'),
      )(referenceSnapshot());
      return borrowingBy(callerOf(snapshot), [`${account}:${of}/judged`]).map(
        ({ decision }) => decision.answer,
      );
    };
    expect(answers('*')).toEqual(['allowed']);
    expect(answers(`${account}:${of}/other`)).toEqual(['undecided']);
    expect(answers(`${account}:${of}/judged`)).toEqual([]);
  },
);
