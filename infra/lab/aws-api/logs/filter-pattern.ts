/**
 * JSON filter patterns of CloudWatch Logs: `{ ($.a.b = "x*") && $.port != 443 || … }`. What this lab does not know
 * (plain terms, regular expressions, IS NULL, NOT EXISTS, …) is refused, so that no filter is taken for another.
 *
 * Source: CloudWatch Logs user guide, FilterAndPatternSyntax. From MEMORY: a comparison whose property the event
 * does not have is false, for `!=` too; `&&` binds tighter than `||`.
 */
import { InvalidParameterException } from '@aws-sdk/client-cloudwatch-logs';

export type EventTest = (message: string) => boolean;

type Condition = (event: unknown) => boolean;

interface Token {
  readonly kind: 'selector' | 'operator' | 'text' | 'number' | 'word' | 'sign';
  readonly value: string;
}

const TOKEN =
  /\s+|(?<selector>\$(?:\.[A-Za-z_][\w-]*|\[\d+\])+)|(?<operator>!=|<=|>=|=|<|>)|(?<sign>&&|\|\||[(){}])|"(?<text>(?:[^"\\]|\\["\\])*)"|(?<number>-?\d+(?:\.\d+)?(?![\w.*-]))|(?<word>[\w.*:/-]+)/y;

/** The test that the pattern stands for; an absent or blank pattern matches every event. Throws InvalidParameterException. */
export function parseFilterPattern(pattern: string | undefined): EventTest {
  if (pattern === undefined || pattern.trim() === '') return () => true;
  const tokens = tokensOf(pattern);
  const reader = { pattern, tokens, position: 0 };
  expectSign(reader, '{');
  const condition = parseAlternatives(reader);
  expectSign(reader, '}');
  if (reader.position < tokens.length) throw refusal(pattern);
  return (message) => {
    const event = parsed(message);
    return event !== undefined && condition(event);
  };
}

interface Reader {
  readonly pattern: string;
  readonly tokens: readonly Token[];
  position: number;
}

function refusal(pattern: string): InvalidParameterException {
  return new InvalidParameterException({
    $metadata: {},
    message: `Invalid filter pattern: the lab knows JSON patterns of comparisons joined by && and ||, not ${pattern}`,
  });
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.length) {
    const match = TOKEN.exec(pattern);
    if (match === null) throw refusal(pattern);
    const groups: Readonly<Record<string, string | undefined>> = match.groups ?? {};
    for (const kind of ['selector', 'operator', 'text', 'number', 'word', 'sign'] as const) {
      const value = groups[kind];
      if (value !== undefined) tokens.push({ kind, value });
    }
  }
  return tokens;
}

function expectSign(reader: Reader, sign: string): void {
  if (!takeSign(reader, sign)) throw refusal(reader.pattern);
}

function takeSign(reader: Reader, sign: string): boolean {
  const token = reader.tokens[reader.position];
  if (token?.kind !== 'sign' || token.value !== sign) return false;
  reader.position += 1;
  return true;
}

function parseAlternatives(reader: Reader): Condition {
  const alternatives = [parseConjunction(reader)];
  while (takeSign(reader, '||')) alternatives.push(parseConjunction(reader));
  return (event) => alternatives.some((condition) => condition(event));
}

function parseConjunction(reader: Reader): Condition {
  const conditions = [parseOperand(reader)];
  while (takeSign(reader, '&&')) conditions.push(parseOperand(reader));
  return (event) => conditions.every((condition) => condition(event));
}

function parseOperand(reader: Reader): Condition {
  if (takeSign(reader, '(')) {
    const condition = parseAlternatives(reader);
    expectSign(reader, ')');
    return condition;
  }
  const [selector, operator, value] = reader.tokens.slice(reader.position, reader.position + 3);
  if (selector?.kind !== 'selector' || operator?.kind !== 'operator' || value === undefined)
    throw refusal(reader.pattern);
  reader.position += 3;
  const select = selectorOf(selector.value);
  const compare =
    value.kind === 'number'
      ? numberComparison(operator.value, Number(value.value))
      : textComparison(reader.pattern, operator.value, value);
  return (event) => compare(select(event));
}

function selectorOf(text: string): (event: unknown) => unknown {
  const steps = [...text.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  return (event) => {
    let value: unknown = event;
    for (const step of steps) {
      if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
      value = value[step];
    }
    return value;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function numberComparison(operator: string, wanted: number): Condition {
  return (value) => {
    if (typeof value !== 'number') return false;
    if (operator === '=') return value === wanted;
    if (operator === '!=') return value !== wanted;
    if (operator === '<') return value < wanted;
    if (operator === '<=') return value <= wanted;
    return operator === '>' ? value > wanted : value >= wanted;
  };
}

function textComparison(pattern: string, operator: string, { kind, value: wanted }: Token): Condition {
  if ((kind !== 'text' && kind !== 'word') || (operator !== '=' && operator !== '!=')) throw refusal(pattern);
  // `IS NULL`, `EXISTS` and the like would otherwise pass for a value without quotes.
  if (/^(IS|NOT|EXISTS|NULL|TRUE|FALSE)$/i.test(wanted) && kind === 'word') throw refusal(pattern);
  const text = kind === 'text' ? wanted.replaceAll(/\\(["\\])/g, '$1') : wanted;
  const parts = text.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const matcher = new RegExp(`^${parts.join('[^]*')}$`);
  return (value) => typeof value === 'string' && matcher.test(value) === (operator === '=');
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return undefined;
  }
}
