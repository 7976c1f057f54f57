import { newLabState } from '../../state';
import { described, matching, page } from './filters';

interface Thing {
  readonly name: string;
  readonly Tags: { Key: string; Value: string }[];
}

const things: Thing[] = ['alpha', 'beta', 'a*b', 'aXb', 'a.b'].map((name, i) => ({
  name,
  Tags: [{ Key: 'n', Value: String(i) }],
}));
const filtering = { fields: { name: (thing: Thing) => [thing.name] }, tags: (thing: Thing) => thing.Tags };
const names = (filters: { Name?: string; Values?: string[] }[]) =>
  matching(things, { ...filtering, filters }).map((thing) => thing.name);

test.each([
  [['beta'], ['beta']],
  [['BETA'], []],
  [['*a'], ['alpha', 'beta']],
  [['a?b'], ['a*b', 'aXb', 'a.b']],
  [['a\\*b'], ['a*b']],
  [['a.b'], ['a.b']],
  [
    ['alpha', 'beta'],
    ['alpha', 'beta'],
  ],
  [['al'], []],
])('the values %j match %j', (values, expected) => {
  expect(names([{ Name: 'name', Values: values }])).toEqual(expected);
});

test('filters are joined by AND, tags are found by key, value and both', () => {
  expect(
    names([
      { Name: 'name', Values: ['a*'] },
      { Name: 'tag:n', Values: ['0', '1', '2'] },
    ]),
  ).toEqual(['alpha', 'a*b']);
  expect(names([{ Name: 'tag-key', Values: ['n'] }])).toHaveLength(things.length);
  expect(names([{ Name: 'tag:other', Values: ['*'] }])).toEqual([]);
});

test.each([
  [{ Name: 'nmae', Values: ['x'] }, "The filter 'nmae' is invalid"],
  [{ Name: 'toString', Values: ['x'] }, "The filter 'toString' is invalid"],
  [{ Values: ['x'] }, "The filter 'null' is invalid"],
  [{ Name: 'name' }, "The filter 'name' has no values"],
])('%j is refused even when nothing is there to filter', (filter, message) => {
  expect(() => matching([], { ...filtering, filters: [filter] })).toThrow(message);
});

test('pages follow each other without a gap or a repetition, and end', () => {
  const context = { state: newLabState(), hosts: () => null, now: () => new Date(0), pageSize: 2 };
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const got = described(things, { ...filtering, context, request: { NextToken }, filters: undefined });
    expect(got.records.length).toBeLessThanOrEqual(2);
    seen.push(...got.records.map((thing) => thing.name));
    ({ NextToken } = got);
  } while (NextToken !== undefined);
  expect(seen).toEqual(things.map((thing) => thing.name));
});

test('a token that was not given out and a MaxResults out of range are errors', () => {
  const context = { state: newLabState(), hosts: () => null, now: () => new Date(0) };
  expect(() => page(things, { context, request: { NextToken: 'made-up' } })).toThrow('token');
  expect(() => page(things, { context, request: { MaxResults: 4 } })).toThrow(
    'Value ( 4 ) for parameter maxResults is invalid',
  );
  expect(() => page(things, { context, request: { MaxResults: 1001 } })).toThrow('maxResults is invalid');
});
