import * as fc from 'fast-check';
import type { PolicyStatement } from '../../mutants/reference-role';
import { policy, ROLE_ARN } from '../../mutants/reference-role';
import { decide, principalOf } from './evaluation';
import type { Caller } from './execution-role';
import { distinctRegions } from './regions';

const EVERY = ['us-east-1', 'eu-west-1', 'us-west-2', 'ap-south-1', 'ap-southeast-2', 'sa-east-1'];

function callerOf(statements: readonly PolicyStatement[]): Caller {
  const role = { RoleArn: ROLE_ARN, policies: [policy('p', statements)], permissionsBoundary: null };
  const principal = principalOf(role);
  return {
    role,
    principal,
    partition: 'aws',
    account: '111122223333',
    region: 'us-east-1',
    context: new Map(),
  };
}

function answersIn(caller: Caller, regions: readonly string[]): ReadonlySet<string> {
  return new Set(
    regions.map(
      (region) =>
        decide(caller.principal, {
          action: 'sagemaker:CreateModel',
          resource: `arn:aws:sagemaker:${region}:111122223333:model/x`,
          contexts: [new Map([['aws:requestedregion', [region]]])],
        }).answer,
    ),
  );
}

const place = fc.constantFrom('*', 'us-*', 'eu-west-1', 'us-east-1', 'ap-*', 'ap-south-1', '??-west-?');
const statement: fc.Arbitrary<PolicyStatement> = fc
  .record({
    Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    arn: place,
    negated: fc.boolean(),
    operator: fc.constantFrom(
      null,
      'StringLike',
      'StringNotLike',
      'StringEquals',
      'StringNotEqualsIgnoreCase',
    ),
    values: fc.array(place, { minLength: 1, maxLength: 3 }),
  })
  .map(({ Effect, arn, negated, operator, values }) => ({
    Effect,
    Action: 'sagemaker:*',
    [negated ? 'NotResource' : 'Resource']: `arn:aws:sagemaker:${arn}:*:*`,
    ...(operator === null ? {} : { Condition: { [operator]: { 'aws:RequestedRegion': values } } }),
  }));

test('what is decided in any Region is decided in one of those that are looked at', () => {
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
      const caller = callerOf(statements);
      const looked = answersIn(caller, distinctRegions(caller));
      for (const answer of answersIn(caller, EVERY)) expect(looked).toContain(answer);
    }),
    { numRuns: 500 },
  );
});

test('a role whose policies name no Region is asked for in its own', () => {
  expect(distinctRegions(callerOf([{ Effect: 'Allow', Action: '*', Resource: '*' }]))).toEqual(['us-east-1']);
});

test('a Region that is not known is looked at as well', () => {
  const caller = {
    ...callerOf([{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:sagemaker:lab-1:*:*' }]),
    region: 'lab-1',
  };
  expect(distinctRegions(caller)).toEqual(['lab-1', 'eu-west-1']);
});
