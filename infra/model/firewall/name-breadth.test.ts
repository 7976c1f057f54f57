/** The breadth of names against the Public Suffix List itself, rule by rule, as the installed library carries it. */
import * as fc from 'fast-check';
import type { NameScope } from './name-breadth';
import { breadthOf } from './name-breadth';
import { publicSuffixOf } from './public-suffix';

/** The library's own data: what it answers is compared with a reading of it that shares no code with the library. */
interface Trie {
  readonly nodeFlags: Uint8Array;
  readonly edgeStart: Uint16Array;
  readonly edgeLength: Uint8Array;
  readonly edgeChild: Uint16Array;
  readonly labelText: string;
  readonly rulesRoot: number;
  readonly exceptionsRoot: number;
}
const trie: Trie = require('tldts/dist/cjs/src/data/trie');

interface ListedName {
  readonly name: string;
  readonly isRule: boolean;
}

/** Every rule of the list and every name above one, wildcards as `*`, from one of the data's two roots. */
function listed(root: number): readonly ListedName[] {
  const starts: number[] = [];
  let offset = 0;
  for (const length of trie.edgeLength) {
    starts.push(offset);
    offset += length;
  }
  const below = (node: number, path: string): readonly ListedName[] =>
    Array.from({ length: (trie.edgeStart[node + 1] ?? 0) - (trie.edgeStart[node] ?? 0) }).flatMap(
      (_, index) => {
        const edge = (trie.edgeStart[node] ?? 0) + index;
        const start = starts[edge] ?? 0;
        const label = trie.labelText.slice(start, start + (trie.edgeLength[edge] ?? 0));
        const child = trie.edgeChild[edge] ?? 0;
        const name = path === '' ? label : `${label}.${path}`;
        return [{ name, isRule: trie.nodeFlags[child] !== 0 }, ...below(child, name)];
      },
    );
  return below(root, '').filter(({ name }) => /^[\x21-\x7e]+$/.test(name));
}

const NAMES = listed(trie.rulesRoot);
const RULES = NAMES.filter(({ isRule }) => isRule).map(({ name }) => name);
const EXCEPTIONS = listed(trie.exceptionsRoot)
  .filter(({ isRule }) => isRule)
  .map(({ name }) => name);
const kindBelow = (name: string): string => breadthOf(`.${name}`, 'all below').kind;

test('the list is there', () => {
  expect(RULES.length).toBeGreaterThan(9_000);
  expect(EXCEPTIONS).toContain('www.ck');
});

test('all below a rule of the list is shared', () => {
  const unshared = RULES.map((rule) => rule.replace('*', 'zq7x')).filter(
    (name) => kindBelow(name) !== 'shared',
  );
  expect(unshared).toEqual([]);
});

test('all below a name that has a rule below it is too broad: write new ones down in above-public-suffix.ts', () => {
  const above = NAMES.filter(({ isRule }) => !isRule).map(({ name }) => name.replace('*', 'zq7x'));
  expect(above.length).toBeGreaterThan(300);
  expect(above.filter((name) => !['shared', 'above'].includes(kindBelow(name)))).toEqual([]);
});

test('what an exception takes out of the list is named', () => {
  expect(EXCEPTIONS.filter((name) => kindBelow(name) !== 'named')).toEqual([]);
});

/** The algorithm of publicsuffix.org, rule by rule. */
function suffixByTheList(name: string): string {
  const labels = name.split('.');
  const tails = labels.map((_, from) => labels.slice(from));
  const exception = tails.find((tail) => EXCEPTIONS.includes(tail.join('.')));
  if (exception !== undefined) return exception.slice(1).join('.');
  const rule = tails.find(
    (tail) => IS_RULE.has(tail.join('.')) || IS_RULE.has(['*', ...tail.slice(1)].join('.')),
  );
  return rule?.join('.') ?? labels.at(-1) ?? '';
}
const IS_RULE = new Set(RULES);

test('a name is placed as the algorithm of the list places it', () => {
  const label = fc.constantFrom('zq7x', 'www', 'city', 'com', 'co', 's3', 'us-east-1', 'github', 'compute');
  const end = fc
    .constantFrom(...RULES, ...EXCEPTIONS, 'kaggle.com', 'nosuchtld')
    .map((rule) => rule.replace('*', 'zq7x'));
  fc.assert(
    fc.property(fc.array(label, { maxLength: 3 }), end, (labels, tail) => {
      const name = [...labels, tail].join('.');
      const suffix = suffixByTheList(name);
      expect(publicSuffixOf(name)).toMatchObject({ suffix, isWhole: suffix === name });
    }),
    { numRuns: 500 },
  );
});

test.each<readonly [text: string, scope: NameScope, kind: string]>([
  ['.kaggle.com', 'all below', 'named'],
  ['.google.com', 'all below', 'named'],
  ['.aws.amazon.com', 'all below', 'named'],
  ['.x.github.io', 'all below', 'named'],
  ['github.io', 'host', 'named'],
  ['com', 'host', 'named'],
  ['.COM.', 'all below', 'shared'],
  ['.amazonaws.com', 'all below', 'above'],
  ['.amazonaws.com.cn', 'all below', 'above'],
  ['.eu-west-9.amazonaws.com', 'all below', 'above'],
  ['.dualstack.eu-west-1.amazonaws.com', 'all below', 'above'],
  ['.api.aws', 'all below', 'above'],
  ['.azure.com', 'all below', 'above'],
  ['.dkr.ecr.eu-west-1.amazonaws.com', 'all below', 'shared'],
  ['.111122223333.dkr.ecr.eu-west-1.amazonaws.com', 'all below', 'named'],
  ['.us-east-1.es.amazonaws.com', 'all below', 'shared'],
  ['.bucket.s3.eu-west-1.amazonaws.com', 'all below', 'named'],
  ['.ecr.eu-west-1.amazonaws.com', 'all below', 'above'],
  ['.kms.eu-west-1.amazonaws.com', 'all below', 'unclear'],
  ['s3-object-lambda.eu-west-1.amazonaws.com', 'host', 'named'],
  ['.sagemaker.us-east-1.amazonaws.com', 'all below', 'unclear'],
  ['api.sagemaker.us-east-1.amazonaws.com', 'host', 'named'],
  ['s3.amazonaws.com', 'host', 'shared'],
  ['s3-eu-west-1.amazonaws.com', 'host', 'shared'],
  ['s3.dualstack.eu-west-1.amazonaws.com', 'host', 'shared'],
  ['s3.cn-north-1.amazonaws.com.cn', 'host', 'shared'],
  ['bucket.s3.eu-west-1.amazonaws.com', 'host', 'named'],
  ['storage.googleapis.com', 'host', 'shared'],
  ['127.0.0.1', 'host', 'named'],
  ['.0.0.1', 'all below', 'unclear'],
  ['', 'host', 'unclear'],
  ['.', 'all below', 'unclear'],
  ['*.kaggle.com', 'all below', 'unclear'],
  ['..kaggle.com', 'all below', 'unclear'],
  ['.bücher.de', 'all below', 'unclear'],
  ['.-a.com', 'all below', 'unclear'],
])('%j (%s) is %s', (text, scope, kind) => {
  expect(breadthOf(text, scope).kind).toBe(kind);
});
