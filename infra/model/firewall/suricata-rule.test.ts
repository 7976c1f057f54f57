import * as fc from 'fast-check';
import { parseRules } from './suricata-rule';

test('a rule comes apart into header words and options, with its line', () => {
  const text =
    '# comment\n\npass tls [$HOME_NET, !10.2.9.0/24] any -> $EXTERNAL_NET [443, 8443] (tls.sni; content:"a\\;b"; sid:1;)';
  expect(parseRules(text)).toEqual([
    {
      understood: true,
      rule: {
        action: 'pass',
        protocol: 'tls',
        source: '[$HOME_NET, !10.2.9.0/24]',
        sourcePort: 'any',
        direction: '->',
        destination: '$EXTERNAL_NET',
        destinationPort: '[443, 8443]',
        options: [
          { keyword: 'tls.sni', value: null },
          { keyword: 'content', value: '"a\\;b"' },
          { keyword: 'sid', value: '1' },
        ],
        line: 3,
        indented: false,
      },
    },
  ]);
});

test('a line that ends in a backslash goes on in the next', () => {
  const [parsed] = parseRules('drop ip any any -> any any \\\n(sid:1;)');
  expect(parsed).toMatchObject({ understood: true, rule: { action: 'drop', line: 1 } });
});

test.each([
  ['the hook language', 'pass tcp:all any any -> any any (sid:1;)', 'protocol'],
  ['no options', 'drop tcp any any -> any any', 'parentheses'],
  ['no closing parenthesis', 'drop tcp any any -> any any (sid:1;', 'closing parenthesis'],
  ['an option without a semicolon', 'drop tcp any any -> any any (sid:1)', 'semicolon'],
  ['a short header', 'drop tcp any -> any any (sid:1;)', '6 words'],
  ['another direction', 'drop tcp any any <- any any (sid:1;)', 'direction'],
  ['an option that is none', 'drop tcp any any -> any any (:1;)', 'option'],
])('%s is not understood, with its place', (_what, line, message) => {
  const [parsed] = parseRules(`\n${line}`);
  expect(parsed).toMatchObject({ understood: false, problem: { line: 2 } });
  expect(parsed?.understood === false && parsed.problem.message).toContain(message);
});

test('no text makes the parser throw, and no line with text disappears', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string({ maxLength: 60 }).map((line) => line.replace(/[\r\n\\#]/g, ' ')),
        { maxLength: 8 },
      ),
      (lines) => {
        const written = lines.filter((line) => line.trim() !== '');
        expect(parseRules(lines.join('\n'))).toHaveLength(written.length);
      },
    ),
  );
});
