import * as fc from 'fast-check';
import { parseAddress } from '../cidr';
import type { Variables } from './header-expression';
import { addressesOf, portsOf } from './header-expression';
import { holds } from './uncertain-set';

const NONE: Variables = { addresses: new Map(), ports: new Map() };
const HOME: Variables = {
  addresses: new Map([['HOME_NET', addressesOf('10.2.0.0/16', NONE)]]),
  ports: new Map(),
};

const inside = (expression: string, address: string, variables: Variables = HOME) => {
  const { family, value } = parseAddress(address);
  return holds(addressesOf(expression, variables)[family], value);
};

test.each([
  ['any', '8.8.8.8', 'yes'],
  ['$HOME_NET', '10.2.3.4', 'yes'],
  ['!$HOME_NET', '10.2.3.4', 'no'],
  ['[10.0.0.0/8, !10.2.0.0/16]', '10.3.0.1', 'yes'],
  ['[10.0.0.0/8, !10.2.0.0/16]', '10.2.0.1', 'no'],
  ['[!10.2.0.0/16]', '8.8.8.8', 'yes'],
  ['[[10.0.0.0/8,192.0.2.1],!10.2.0.0/16]', '192.0.2.1', 'yes'],
  ['10.0.0.0/8', '2600::1', 'no'],
  ['!10.0.0.0/8', '2600::1', 'yes'],
  ['$UNKNOWN', '8.8.8.8', 'maybe'],
  ['!$UNKNOWN', '8.8.8.8', 'maybe'],
  ['[$HOME_NET, $UNKNOWN]', '10.2.3.4', 'yes'],
  ['[$HOME_NET, !$UNKNOWN]', '10.2.3.4', 'maybe'],
  ['@LIST', '8.8.8.8', 'maybe'],
  ['10.2.3.1/16', '10.2.0.0', 'maybe'],
  ['[10.0.0.0/8', '10.0.0.1', 'maybe'],
  ['[10.0.0.0/8,,]', '10.0.0.1', 'maybe'],
])('%s holds %s: %s', (expression, address, answer) => {
  expect(inside(expression, address)).toBe(answer);
});

test.each([
  ['any', 443n, 'yes'],
  ['443', 443n, 'yes'],
  ['[80, 8000:8010, !8005]', 8005n, 'no'],
  ['[80, 8000:8010, !8005]', 8010n, 'yes'],
  [':1024', 0n, 'yes'],
  ['1024:', 65_535n, 'yes'],
  ['!443', 443n, 'no'],
  ['$PORTS', 443n, 'maybe'],
  ['70000', 443n, 'maybe'],
  [':', 443n, 'maybe'],
] as const)('ports %s hold %s: %s', (expression, port, answer) => {
  expect(holds(portsOf(expression, NONE), port)).toBe(answer);
});

type Tree = { readonly not: Tree } | { readonly list: readonly Tree[] } | { readonly leaf: number };

const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.record({ leaf: fc.integer({ min: 0, max: 15 }) }),
    fc.record({ not: tie('tree') }),
    fc.record({ list: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
  ),
})).tree;

const textOf = (node: Tree): string => {
  if ('leaf' in node) return `${node.leaf}`;
  return 'not' in node ? `!${textOf(node.not)}` : `[${node.list.map(textOf).join(',')}]`;
};

/** Suricata's meaning, value by value: what is listed plainly, or anything, minus what is listed with an exclamation mark. */
const means = (node: Tree, value: number): boolean => {
  if ('leaf' in node) return node.leaf === value;
  if ('not' in node) return !means(node.not, value);
  const plain = node.list.filter((item) => !('not' in item));
  const from = plain.length === 0 || plain.some((item) => means(item, value));
  return from && !node.list.some((item) => 'not' in item && means(item.not, value));
};

test('nested lists and negations mean what they mean value by value', () => {
  fc.assert(
    fc.property(tree, fc.integer({ min: 0, max: 16 }), (node, value) => {
      expect(holds(portsOf(textOf(node), NONE), BigInt(value))).toBe(means(node, value) ? 'yes' : 'no');
    }),
    { numRuns: 500 },
  );
});
