import * as fc from 'fast-check';
import { differingMembers } from './repeated-members';

test.each([
  ['{"a":1,"b":2}', []],
  ['{"a":1,"a":1}', []],
  ['{"a":1,"a":2}', ['a']],
  ['{ "a" : "x" , "\\u0061" : "y" }', ['a']],
  ['{"a":"x","a":"\\u0078"}', []],
  ['{"a":{"b":"\\"}{","b":"]"},"c":[{"d":1},{"d":2},{"d":3,"d":4}]}', ['a.b', 'c.[].d']],
  ['{"a":{"b":1},"a":{"b":2}}', ['a']],
  ['{"a":{},"b":[],"a":[]}', ['a']],
  ['{"__proto__":1,"__proto__":2}', ['__proto__']],
  ['[]', []],
  ['"{}"', []],
  [' -1.5e3 ', []],
])('%s differs at %j', (json, paths) => {
  expect(differingMembers(json)).toEqual(paths);
});

test('what is nested too deep is refused', () => {
  expect(() => differingMembers('['.repeat(500) + ']'.repeat(500))).toThrow(RangeError);
});

test('what is written once has no differing member, however it is spaced', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      expect(differingMembers(JSON.stringify(value, null, space))).toEqual([]);
    }),
  );
});

test('a second member of another value is found wherever it is put', () => {
  const key = fc.string();
  fc.assert(
    fc.property(
      key,
      fc.jsonValue({ maxDepth: 3 }),
      fc.dictionary(key, fc.jsonValue({ maxDepth: 2 })),
      (name, value, rest) => {
        const others = Object.entries(rest).filter(([other]) => other !== name);
        const inner = [[name, value], ...others, [name, [value]]]
          .map(([member, of]) => `${JSON.stringify(member)}:${JSON.stringify(of)}`)
          .join(',');
        expect(differingMembers(`{"event":{${inner}}}`)).toEqual([`event.${name}`]);
      },
    ),
  );
});
