/** Hostile text: the parser neither throws nor loses a line, and looks at each character a fixed number of times. */
import * as fc from 'fast-check';
import { parseCounting, parseRules } from './suricata-rule';

/** What the parser may look at for each character of the text, whatever it is. */
const MOST_STEPS_EACH = 8;

const nested = (depth: number): string => '['.repeat(depth) + 'any' + ']'.repeat(depth);
const rule = (parts: { readonly source?: string; readonly options?: string }): string =>
  `drop tcp ${parts.source ?? 'any'} any -> any any (${parts.options ?? 'sid:1;'})`;

/** Families of text that grow with a number, each of a form that made some parser slow. */
const FAMILIES: Readonly<Record<string, (size: number) => string>> = {
  'nested brackets': (size) => rule({ source: nested(size) }),
  'brackets that never close': (size) => rule({ source: '['.repeat(size) }),
  'brackets that were never opened': (size) => rule({ source: ']'.repeat(size) }),
  'one long line without a rule': (size) => 'x'.repeat(size),
  'blanks alone': (size) => ' '.repeat(size),
  'blanks inside an option': (size) => rule({ options: `sid${' '.repeat(size)}:1;` }),
  'a quotation that does not end': (size) => rule({ options: `msg:"${'a'.repeat(size)}; sid:1;` }),
  'quotation marks alone': (size) => rule({ options: `msg:${'"'.repeat(size)}; sid:1;` }),
  backslashes: (size) => rule({ options: `content:"${'\\'.repeat(size)}"; sid:1;` }),
  semicolons: (size) => rule({ options: ';'.repeat(size) }),
  'many options': (size) => rule({ options: 'nocase;'.repeat(size) }),
  'many parentheses': (size) => `${'('.repeat(size)}${')'.repeat(size)}`,
  'lines that each go on': (size) => 'drop \\\n'.repeat(size),
  'comments that end in a backslash': (size) => '# \\\n'.repeat(size),
  'many lines': (size) => 'x\r\n'.repeat(size),
  'a mix of colons': (size) => rule({ options: `${':'.repeat(size)};` }),
};

describe.each(Object.entries(FAMILIES))('%s', (_what, family) => {
  test('take steps in proportion to the length, up to a megabyte', () => {
    for (const size of [10, 1_000, 100_000]) {
      const text = family(size);
      const { steps } = parseCounting(text);
      expect(steps).toBeLessThanOrEqual(MOST_STEPS_EACH * (text.length + 1));
    }
    const [once, twice] = [family(50_000), family(100_000)].map((text) => parseCounting(text).steps);
    // Nothing grows faster than the text does.
    expect((twice ?? 0) / (once ?? 1)).toBeLessThan(2.2);
  });
});

test('a megabyte on one line is read, or refused with its place', () => {
  const [parsed] = parseRules(rule({ options: `msg:"${'a'.repeat(1_000_000)}"; sid:1;` }));
  expect(parsed?.understood).toBe(true);
  const [open] = parseRules(rule({ options: `msg:"${'a'.repeat(1_000_000)}; sid:1;` }));
  expect(open).toMatchObject({ understood: false, problem: { line: 1 } });
});

/** Characters that mean something to the parser, more often than others. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '(',
        ')',
        '[',
        ']',
        '"',
        ';',
        ':',
        '\\',
        '!',
        ',',
        ' ',
        '\t',
        '#',
        '$',
        '|',
        '->',
        '<>',
      ),
      fc.constantFrom('drop', 'pass', 'tcp', 'any', 'sid:1;', 'content:"a";', 'flow:established'),
      fc.string({ maxLength: 3, unit: 'binary' }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

test('no text makes the parser throw, and a problem lies within the text', () => {
  fc.assert(
    fc.property(fc.array(nasty, { maxLength: 6 }), (lines) => {
      const text = lines.join('\n');
      const given = text.split(/\r?\n/);
      const { lines: parsed, steps } = parseCounting(text);
      expect(steps).toBeLessThanOrEqual(MOST_STEPS_EACH * (text.length + 1));
      for (const one of parsed) {
        if (one.understood) continue;
        const { line, column } = one.problem;
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(given.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual((given[line - 1]?.length ?? 0) + 1);
      }
    }),
    { numRuns: 500 },
  );
});

test('bytes of any kind are taken', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(() => parseRules(Buffer.from(bytes).toString('latin1'))).not.toThrow();
    }),
  );
});

test('what was written comes back, whatever the values are', () => {
  const value = fc.string({ maxLength: 20 }).map((text) => text.replace(/["\\;\r\n]/g, '').trim());
  const option = fc.record({ keyword: fc.constantFrom('msg', 'sid', 'content', 'x.y'), value });
  fc.assert(
    fc.property(fc.array(option, { maxLength: 6 }), (options) => {
      const written = options.map((one) => `${one.keyword}:"${one.value}";`).join(' ');
      const [parsed] = parseRules(rule({ options: written }));
      const read = parsed?.understood === true ? parsed.rule.options : [];
      expect(read).toEqual(options.map((one) => ({ keyword: one.keyword, value: `"${one.value}"` })));
    }),
  );
});

test.each([
  ['the protocol', 'drop tcp:all any any -> any any (sid:1;)', 1, 6],
  ['the direction', 'drop tcp any any => any any (sid:1;)', 1, 18],
  ['the eighth word', 'drop tcp any any -> any any more (sid:1;)', 1, 29],
  ['an option that is none', 'drop tcp any any -> any any (sid:1; =3;)', 1, 37],
  ['an open quotation', 'drop tcp any any -> any any (msg:"a; sid:1;)', 1, 34],
  ['a bracket', 'drop tcp any] any -> any any (sid:1;)', 1, 13],
  ['in a line that goes on', 'drop tcp any any -> \\\n  any any (sid:1; =;)', 2, 19],
])('the place of a problem: %s', (_what, text, line, column) => {
  const [parsed] = parseRules(text);
  expect(parsed).toMatchObject({ understood: false, problem: { line, column } });
});
