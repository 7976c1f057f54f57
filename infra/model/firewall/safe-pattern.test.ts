import * as fc from 'fast-check';
import { isSafePattern, matchesPattern } from './safe-pattern';

test.each([
  '^www\\.example\\.org$',
  '^(www|api)\\.example\\.org$',
  '(?:a|b)',
  '[a-z0-9]+\\.example',
  '^.*\\.example\\.org$',
])('%s is evaluated', (pattern) => {
  expect(isSafePattern(pattern)).toBe(true);
});

test.each([
  ['a repeat of a group', '(a+)+$'],
  ['a repeat of a repeat', 'a++'],
  ['three repeats', 'a*b*c*'],
  ['groups in groups', '((a))'],
  ['alternatives outside a group, which anchors divide', '^a|b$'],
  ['a back reference', '(a)\\1'],
  ['a look ahead', '(?=a)b'],
  ['a class that is negated', '[^a]'],
  ['a property', '\\w'],
  ['a count', 'a{2}'],
  ['an open class', '[a'],
  ['an open group', '(a'],
  ['nothing', ''],
  ['too much', 'a'.repeat(201)],
])('%s is not: %s', (_what, pattern) => {
  expect(isSafePattern(pattern)).toBe(false);
});

test('case counts unless it is said not to', () => {
  expect(matchesPattern('^www', 'WWW.example.org')).toBe(false);
  expect(matchesPattern('(?i)^www', 'WWW.example.org')).toBe(true);
});

test.each([
  ['too long', 'a'.repeat(256)],
  ['bytes that are no text', 'a\0b'],
  ['a line end, which $ is special about', 'a\n'],
])('a name that is odd is not told: %s', (_what, name) => {
  expect(matchesPattern('a', name)).toBeNull();
});

/** The oracle compares literal texts character by character. */
test('a pattern of literals finds what the text has', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-'), maxLength: 12 });
  const escaped = (literal: string): string => literal.replace(/[.-]/g, '\\$&');
  fc.assert(
    fc.property(
      text.filter((part) => part !== ''),
      text,
      fc.boolean(),
      fc.boolean(),
      (part, name, start, end) => {
        const pattern = `${start ? '^' : ''}${escaped(part)}${end ? '$' : ''}`;
        const expected =
          start && end
            ? name === part
            : start
              ? name.startsWith(part)
              : end
                ? name.endsWith(part)
                : name.includes(part);
        expect(matchesPattern(pattern, name)).toBe(expected);
      },
    ),
  );
});

test('whatever is taken for safe is a regular expression', () => {
  const piece = fc.constantFrom(
    'a',
    '.',
    '*',
    '+',
    '?',
    '(',
    ')',
    '|',
    '[',
    ']',
    '\\',
    '^',
    '$',
    '-',
    '(?:',
    '{2}',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const pattern = pieces.join('');
      if (isSafePattern(pattern)) expect(() => new RegExp(pattern)).not.toThrow();
    }),
    { numRuns: 2_000 },
  );
});
