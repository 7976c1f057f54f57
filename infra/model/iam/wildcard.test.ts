import * as fc from 'fast-check';
import { intersect, kindsOf, matchesPattern } from './wildcard';

const LETTERS = ['a', 'b', ':'];
const patterns = fc
  .array(fc.constantFrom(...LETTERS, '*', '?'), { maxLength: 5 })
  .map((characters) => characters.join(''));
const texts = fc
  .array(fc.constantFrom(...LETTERS, 'x'), { maxLength: 6 })
  .map((characters) => characters.join(''));

/** The same meaning by another road: the language's own regular expressions. */
function byExpression(pattern: string, text: string): boolean {
  const source = pattern.replaceAll('?', '.').replaceAll('*', '.*');
  return new RegExp(`^${source}$`).test(text);
}

/** Every text of up to so many characters, with one character that no pattern spells. */
function allTexts(length: number): readonly string[] {
  if (length === 0) return [''];
  const shorter = allTexts(length - 1);
  const longest = shorter.filter((text) => text.length === length - 1);
  return [...shorter, ...longest.flatMap((text) => [...LETTERS, 'x'].map((letter) => text + letter))];
}

test('a pattern takes in what the same regular expression takes in', () => {
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      expect(matchesPattern(pattern, text)).toBe(byExpression(pattern, text));
    }),
    { numRuns: 2000 },
  );
});

test('upper and lower case differ, and nothing but * and ? is special', () => {
  expect(matchesPattern('role/A.b', 'role/A.b')).toBe(true);
  expect(matchesPattern('role/A.b', 'role/Axb')).toBe(false);
  expect(matchesPattern('role/a*', 'role/A')).toBe(false);
  expect(matchesPattern('role/[ab]', 'role/a')).toBe(false);
});

test('every way of being among other patterns is found, and every one found is real', () => {
  const universe = allTexts(5);
  fc.assert(
    fc.property(patterns, fc.array(patterns, { maxLength: 3 }), (pattern, others) => {
      const kinds = kindsOf(pattern, others) ?? [];
      for (const { text, taken } of kinds) {
        expect(byExpression(pattern, text)).toBe(true);
        expect(taken).toEqual(others.map((other) => byExpression(other, text)));
      }
      const found = new Set(kinds.map(({ taken }) => taken.join()));
      const real = universe
        .filter((text) => byExpression(pattern, text))
        .map((text) => others.map((other) => byExpression(other, text)).join());
      expect(real.filter((way) => !found.has(way))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('two patterns intersect when some text is among both', () => {
  const universe = allTexts(5);
  fc.assert(
    fc.property(patterns, patterns, (one, other) => {
      const both = universe.some((text) => byExpression(one, text) && byExpression(other, text));
      if (both) expect(intersect(one, other)).toBe(true);
      expect(intersect(one, other)).toBe(kindsOf(one, [other])?.some(({ taken }) => taken[0]));
    }),
    { numRuns: 300 },
  );
});

test('too many ways are not followed up', () => {
  const wide = Array.from({ length: 12 }, (_, index) => `*${String.fromCharCode(97 + index)}*b*c*`);
  expect(kindsOf('*', wide)).toBeNull();
});
