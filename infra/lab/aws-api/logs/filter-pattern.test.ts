import * as fc from 'fast-check';
import { InvalidParameterException } from '@aws-sdk/client-cloudwatch-logs';
import { parseFilterPattern } from './filter-pattern';

const alert = JSON.stringify({
  firewall_name: 'fw',
  event: {
    src_port: 40_438,
    alert: { action: 'blocked', signature: 'aws:alert_established action' },
    tls: { sni: 'n0nce.github.com' },
    tags: ['a', 'b'],
  },
});

test.each([
  ['', true],
  [undefined, true],
  ['{ $.event.alert.action = "blocked" }', true],
  ['{$.event.alert.action="blocked"}', true],
  ['{ $.event.alert.action = blocked }', true],
  ['{ $.event.alert.action = "BLOCKED" }', false],
  ['{ $.event.alert.action != "allowed" }', true],
  ['{ $.event.tls.sni = "*.github.com" }', true],
  ['{ $.event.tls.sni = "n0nce*" }', true],
  ['{ $.event.tls.sni = "n0nce" }', false],
  ['{ $.event.tls.sni = "n0nceXgithub.com" }', false],
  ['{ $.event.tls.sni = *github* }', true],
  ['{ $.event.tags[1] = "b" }', true],
  ['{ $.event.tags[2] = "b" }', false],
  ['{ $.event.src_port = 40438 }', true],
  ['{ $.event.src_port != 40438 }', false],
  ['{ $.event.src_port > 40437 && $.event.src_port <= 40438 }', true],
  ['{ $.event.src_port = "40438" }', false],
  ['{ $.event.http.hostname = "*" }', false],
  ['{ $.event.http.hostname != "x" }', false],
  ['{ $.event = "*" }', false],
  ['{ $.constructor.name = "Object" }', false],
  ['{ ($.firewall_name = "fw") && ($.event.alert.action = "allowed" || $.event.tls.sni = "n0nce.*") }', true],
  ['{ $.firewall_name = "x" && $.firewall_name = "x" || $.firewall_name = "fw" }', true],
])('%s matches the alert: %s', (pattern, matches) => {
  expect(parseFilterPattern(pattern)(alert)).toBe(matches);
});

test('events that are not JSON match no JSON pattern', () => {
  expect(parseFilterPattern('{ $.a != "x" }')('plain text')).toBe(false);
});

test('a backslash keeps a quotation mark in the text', () => {
  expect(parseFilterPattern('{ $.a = "say \\"hi\\"" }')(JSON.stringify({ a: 'say "hi"' }))).toBe(true);
});

test.each([
  'ERROR',
  '"two words"',
  '[a, b]',
  '%regex%',
  '{ $.a = %regex% }',
  '{ $.a IS NULL }',
  '{ $.a NOT EXISTS }',
  '{ $.a IS TRUE }',
  '{ $.a = NULL }',
  '{ $.a > "text" }',
  '{ $.a = "x" ',
  '{ $.a = "x" } }',
  '{ ($.a = "x" }',
  '{ $.a = "x" $.b = "y" }',
  '{ $.a = "x" && }',
  '{ a = "x" }',
  '{ $.a == "x" }',
  '{ }',
])('%s is refused, not taken for another pattern', (pattern) => {
  expect(() => parseFilterPattern(pattern)).toThrow(InvalidParameterException);
});

type Expression =
  | {
      readonly kind: 'compare';
      readonly key: string;
      readonly equal: boolean;
      readonly value: string | number;
    }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression };

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      kind: fc.constant('compare' as const),
      key: fc.constantFrom('a', 'b', 'c'),
      equal: fc.boolean(),
      value: fc.constantFrom<string | number>('x', 'y', 1, 2),
    }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      left: tie('expression'),
      right: tie('expression'),
    }),
  ),
}));

/** With as few parentheses as the precedence of && over || allows. */
function text(value: Expression): string {
  if (value.kind === 'compare')
    return `$.${value.key} ${value.equal ? '=' : '!='} ${JSON.stringify(value.value)}`;
  const side = (operand: Expression) =>
    value.kind === 'and' && operand.kind === 'or' ? `(${text(operand)})` : text(operand);
  return `${side(value.left)} ${value.kind === 'and' ? '&&' : '||'} ${side(value.right)}`;
}

function holds(value: Expression, event: Readonly<Record<string, unknown>>): boolean {
  if (value.kind === 'compare') {
    const found = event[value.key];
    return typeof found === typeof value.value && (found === value.value) === value.equal;
  }
  const [left, right] = [holds(value.left, event), holds(value.right, event)];
  return value.kind === 'and' ? left && right : left || right;
}

test('any expression means what its tree means', () => {
  const event = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.constantFrom<string | number>('x', 'y', 1, 2),
  );
  fc.assert(
    fc.property(expression, event, (tree, given) => {
      expect(parseFilterPattern(`{ ${text(tree)} }`)(JSON.stringify(given))).toBe(holds(tree, given));
    }),
    { numRuns: 300 },
  );
});
