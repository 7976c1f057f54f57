import * as fc from 'fast-check';
import {
  formatRule,
  optionOf,
  parseRules,
  RuleSyntaxError,
  signatureIdOf,
  withSignatureId,
} from './rule-text';

const RULE =
  'drop tls [10.0.0.0/8, !10.1.0.0/16] any -> $EXTERNAL_NET 443 (msg:"a; \\"b\\" (c)"; tls.sni; content:"|3b|x"; sid:12; rev:3;)';

test('a rule is taken apart with lists, quoted semicolons and escaped quotes kept whole', () => {
  const [rule] = parseRules(RULE);
  expect(rule).toMatchObject({
    action: 'drop',
    protocol: 'tls',
    source: '[10.0.0.0/8,!10.1.0.0/16]',
    direction: '->',
  });
  expect(rule === undefined ? [] : rule.options.map(({ keyword }) => keyword)).toEqual([
    'msg',
    'tls.sni',
    'content',
    'sid',
    'rev',
  ]);
  expect(rule === undefined ? null : signatureIdOf(rule)).toBe(12);
  expect(rule === undefined ? null : optionOf(rule, 'msg')).toBe('a; \\"b\\" (c)');
});

test('comments, blank lines and continued lines are read as Suricata reads them', () => {
  const rules = parseRules(
    `# pass ip any any -> any any (sid:1;)\n\npass tcp any any \\\n  -> any 80 (sid:2;)\r\n`,
  );
  expect(rules.map((rule) => formatRule(rule))).toEqual(['pass tcp any any -> any 80 (sid:2;)']);
});

test.each([
  ['pass tcp any any -> any', 'parentheses'],
  ['pass tcp any any -> (sid:1;)', 'seven parts'],
  ['accept tcp any any -> any any (sid:1;)', 'accept'],
  ['pass tcp any any <- any any (sid:1;)', 'direction'],
  ['pass tcp any any -> any any (sid:1)', 'semicolon'],
  ['pass tcp any any -> any any (msg:"open; sid:1;)', 'semicolon'],
])('%s is refused with its line', (text, why) => {
  expect(() => parseRules(`\n${text}`)).toThrow(RuleSyntaxError);
  expect(() => parseRules(`\n${text}`)).toThrow(new RegExp(`line 2: .*${why}`));
});

test('a rule written out and read again is the same rule', () => {
  const word = fc.stringMatching(/^[a-z0-9_.]{1,12}$/);
  const quoted = fc.stringMatching(/^[a-z0-9 ;:()|,.]{0,20}$/).map((text) => `"${text}"`);
  const option = fc.record({ keyword: word, value: fc.oneof(fc.constant(null), word, quoted) });
  const rule = fc.record({
    action: fc.constantFrom('pass', 'drop', 'reject', 'alert'),
    protocol: word,
    source: fc.constantFrom('any', '[10.0.0.0/8,!10.1.0.0/16]', '!1.2.3.4'),
    sourcePort: fc.constantFrom('any', '[1,2:3]'),
    direction: fc.constantFrom('->', '<>'),
    destination: fc.constant('any'),
    destinationPort: fc.constantFrom('any', '443'),
    options: fc.array(option, { minLength: 1, maxLength: 6 }),
  });
  fc.assert(
    fc.property(rule, (original) => {
      expect(parseRules(formatRule(original))).toEqual([original]);
    }),
  );
});

test("another signature id replaces the rule's own and comes last", () => {
  const [rule] = parseRules(RULE);
  const text = rule === undefined ? '' : formatRule(withSignatureId(rule, 7));
  expect(text).toMatch(/ sid:7;\)$/);
  expect(text).not.toContain('sid:12');
});
