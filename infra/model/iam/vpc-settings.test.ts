import * as sagemaker from '@aws-sdk/client-sagemaker';
import { referenceSnapshot } from '../../mutants/reference-snapshot';
import type { PolicyStatement } from '../../mutants/reference-role';
import { allow, deny, onlyPolicy } from '../../mutants/role-changes';
import { executionCallers } from './execution-role';
import { mayNameOtherSubnets, waysOutside } from './vpc-settings';

const STUDIO = { subnetIds: ['subnet-studio'], groupIds: ['sg-studio'] };
const WITHOUT_SUBNETS = { Null: { 'sagemaker:VpcSubnets': 'true' } };

function callerWith(...statements: PolicyStatement[]) {
  const [caller] = executionCallers(onlyPolicy(...statements)(referenceSnapshot()));
  if (caller === undefined) throw new Error('the reference has a role');
  return caller;
}

const actionsOf = (...statements: PolicyStatement[]) => [
  ...new Set(waysOutside(callerWith(...statements), STUDIO).map(({ action }) => action)),
];

const everything = actionsOf(allow('sagemaker:*'));

test("every action is one of SageMaker's operations", () => {
  const operations = everything
    .flatMap((action) => action.split(' with '))
    .map((action) => action.split(':')[1]);
  expect(operations.length).toBeGreaterThan(20);
  expect(operations.filter((operation) => !(`${operation}Command` in sagemaker))).toEqual([]);
});

test('a Deny of all actions without subnets closes every way but direct internet access', () => {
  expect(actionsOf(allow('sagemaker:*'), deny('sagemaker:*', WITHOUT_SUBNETS))).toEqual([
    'sagemaker:CreateNotebookInstance',
  ]);
});

test('a Deny of all that is not isolated closes every way: a key that an action does not have is missing', () => {
  const isolated = deny('sagemaker:*', { BoolIfExists: { 'sagemaker:NetworkIsolation': 'false' } });
  expect(actionsOf(allow('sagemaker:*'), isolated)).toEqual([]);
});

test('a guard in an Allow closes the ways of jobs that no key can guard, too', () => {
  const guarded = { ...allow('sagemaker:*'), Condition: { Null: { 'sagemaker:VpcSubnets': 'false' } } };
  expect(actionsOf(guarded)).toEqual(['sagemaker:CreateNotebookInstance']);
});

test('subnets are limited when a foreign one is denied', () => {
  const foreign = { 'ForAnyValue:StringNotEquals': { 'sagemaker:VpcSubnets': ['subnet-studio'] } };
  const jobs = allow('sagemaker:CreateTrainingJob');
  expect(mayNameOtherSubnets(callerWith(jobs), STUDIO)).toBe(true);
  expect(mayNameOtherSubnets(callerWith(jobs, deny('sagemaker:*', foreign)), STUDIO)).toBe(false);
});
