import { isMet, type Context, type Truth } from './condition';

const KEY = 'sagemaker:vpcsubnets';
const ABSENT: Context = new Map([[KEY, 'absent']]);
const holding = (...values: string[]): Context => new Map([[KEY, values]]);

const met = (operator: string, values: readonly string[], context: Context, hasVariables = true): Truth =>
  isMet({ operator: operator.toLowerCase(), key: KEY, values }, context, hasVariables);

// IAM user guide, "Condition operators" and "Set operators for multivalued context keys".
test.each<[operator: string, values: readonly string[], truth: Truth]>([
  ['Null', ['true'], 'yes'],
  ['Null', ['false'], 'no'],
  ['Null', ['TRUE'], 'yes'],
  ['Null', ['true', 'false'], 'yes'],
  ['Null', ['maybe'], 'maybe'],
  ['StringEquals', ['a'], 'no'],
  ['StringNotEquals', ['a'], 'yes'],
  ['StringLike', ['*'], 'no'],
  ['StringNotLike', ['*'], 'yes'],
  ['StringEqualsIfExists', ['a'], 'yes'],
  ['StringNotEqualsIfExists', ['a'], 'yes'],
  ['Bool', ['false'], 'no'],
  ['BoolIfExists', ['false'], 'yes'],
  ['ArnNotLike', ['arn:*'], 'yes'],
  ['NumericNotEquals', ['1'], 'yes'],
  ['NumericLessThan', ['1'], 'no'],
  ['IpAddress', ['10.0.0.0/8'], 'no'],
  ['NotIpAddress', ['10.0.0.0/8'], 'yes'],
  ['DateNotEquals', ['2026-01-01'], 'yes'],
  ['ForAllValues:StringEquals', ['a'], 'yes'],
  ['ForAllValues:StringNotEquals', ['a'], 'yes'],
  ['ForAnyValue:StringEquals', ['a'], 'no'],
  ['ForAnyValue:StringNotEquals', ['a'], 'no'],
  ['StringMissing', ['a'], 'maybe'],
  ['ForSomeValues:StringEquals', ['a'], 'maybe'],
  ['StringEquals', [], 'maybe'],
])('%s %j of a key that is not there: %s', (operator, values, truth) => {
  expect(met(operator, values, ABSENT)).toBe(truth);
});

test.each<[operator: string, values: readonly string[], actual: readonly string[], truth: Truth]>([
  ['Null', ['true'], ['a'], 'no'],
  ['Null', ['false'], ['a'], 'yes'],
  ['StringEquals', ['b', 'a'], ['a'], 'yes'],
  ['StringEquals', ['A'], ['a'], 'no'],
  ['StringEqualsIgnoreCase', ['A'], ['a'], 'yes'],
  ['StringEquals', ['a*'], ['ab'], 'no'],
  ['StringLike', ['a*'], ['ab'], 'yes'],
  // A negated operator with several values is met when none of them matches.
  ['StringNotEquals', ['b', 'a'], ['a'], 'no'],
  ['StringNotEquals', ['b', 'c'], ['a'], 'yes'],
  ['StringEquals', ['a'], ['a', 'b'], 'maybe'],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], 'yes'],
  ['ForAllValues:StringEquals', ['a'], ['a', 'b'], 'no'],
  ['ForAnyValue:StringEquals', ['a'], ['a', 'b'], 'yes'],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], 'yes'],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], 'no'],
  ['ForAllValues:StringNotEquals', ['a'], ['a', 'b'], 'no'],
  ['Bool', ['True'], ['true'], 'yes'],
  ['NumericLessThan', ['10'], ['9'], 'yes'],
  ['NumericEquals', ['9.0'], ['9'], 'yes'],
  ['NumericEquals', ['nine'], ['9'], 'maybe'],
  ['ArnLike', ['arn:aws:iam::1:role/*'], ['arn:aws:iam::1:role/a/b'], 'yes'],
  ['ArnLike', ['arn:aws:iam::*'], ['arn:aws:iam::1:role/a'], 'maybe'],
  ['ArnEquals', ['arn:aws:iam::1*:role/a'], ['arn:aws:iam::1:user:role/a'], 'no'],
  ['ArnNotEquals', ['arn:aws:iam::1:role/a'], ['arn:aws:iam::1:role/a'], 'no'],
  ['DateLessThan', ['2026-01-01'], ['2025-01-01'], 'maybe'],
  ['StringEquals', ['${aws:username}'], ['a'], 'maybe'],
  ['StringNotEquals', ['${aws:username}'], ['a'], 'maybe'],
])('%s %j of %j: %s', (operator, values, actual, truth) => {
  expect(met(operator, values, holding(...actual))).toBe(truth);
});

test('without variables a ${…} is what it spells', () => {
  expect(met('StringEquals', ['${aws:username}'], holding('${aws:username}'), false)).toBe('yes');
});

test('a key of which nothing is known leaves every operator open', () => {
  expect(met('Null', ['true'], new Map())).toBe('maybe');
  expect(met('ForAllValues:StringEquals', ['a'], new Map())).toBe('maybe');
});
