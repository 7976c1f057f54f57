import { grown } from './api-calls-growth';

const ADDED = [1, 10, 100];

const readings = (operation: string, calls: readonly number[]) =>
  calls.map((count) => new Map([[operation, count]]));

test('what is called as often in a large account as in a small one has not grown', () => {
  expect(grown(readings('ec2:DescribeSubnets', [2, 2, 2]), ADDED)).toEqual([]);
});

test('a second page is allowed where a hundred more do not fit into the first', () => {
  expect(grown(readings('ec2:DescribeSubnets', [1, 1, 2]), ADDED)).toEqual([
    { operation: 'ec2:DescribeSubnets', calls: [1, 1, 2], because: 'pages', allowed: true },
  ]);
});

test.each([
  ['one call each', [1, 10, 100]],
  ['a second call where one page holds all', [1, 2, 2]],
  ['a page too many', [1, 1, 3]],
])('%s of an operation that lists is not allowed', (_case, calls) => {
  expect(grown(readings('ec2:DescribeSubnets', calls), ADDED)).toMatchObject([{ allowed: false }]);
});

test('an operation that describes one resource at a time is allowed, with the reason', () => {
  expect(grown(readings('sagemaker:DescribeUserProfile', [2, 11, 101]), ADDED)).toMatchObject([
    { allowed: true, because: 'ListUserProfiles returns no settings' },
  ]);
});

test('an operation that only the large account needed has grown too', () => {
  const counted = [new Map<string, number>(), new Map<string, number>(), new Map([['ec2:DescribeHosts', 1]])];
  expect(grown(counted, ADDED)).toMatchObject([{ operation: 'ec2:DescribeHosts', allowed: false }]);
});
