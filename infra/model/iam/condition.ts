/**
 * Whether a condition of a policy is met by a request of which not everything is known.
 *
 * Facts: IAM user guide, "IAM JSON policy elements: Condition operators" (a missing key fails every operator but the
 * negated ones, which it meets; `…IfExists`; `Null`; the ARN operators compare six parts one by one) and "Set operators
 * for multivalued context keys" (`ForAllValues` is met by a missing key, `ForAnyValue` is not).
 */
import type { Clause } from './policy-document';
import { matchesPattern } from './wildcard';

/** A statement about a request that may be open. */
export type Truth = 'yes' | 'no' | 'maybe';

/**
 * The context of a request: per key, in lower case, its values, or that the key is not there. Other keys are not known.
 */
export type Context = ReadonlyMap<string, readonly string[] | 'absent'>;

interface Operator {
  readonly quantifier: 'forallvalues' | 'foranyvalue' | null;
  readonly base: string;
  readonly negated: boolean;
  readonly ifExists: boolean;
}

type Compare = (value: string, expected: string) => Truth;

/** All of these must hold. */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes('no')) return 'no';
  return truths.includes('maybe') ? 'maybe' : 'yes';
}

/** One of these must hold. */
export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes('yes')) return 'yes';
  return truths.includes('maybe') ? 'maybe' : 'no';
}

export function not(truth: Truth): Truth {
  if (truth === 'maybe') return truth;
  return truth === 'yes' ? 'no' : 'yes';
}

/** Whether a request meets one clause. `hasVariables` as in {@link Statement}: then a `${…}` compares as maybe. */
export function isMet(clause: Clause, context: Context, hasVariables: boolean): Truth {
  const actual = context.get(clause.key);
  if (actual === undefined) return 'maybe';
  if (clause.operator === 'null') return nullHolds(clause.values, actual === 'absent');
  const operator = operatorOf(clause.operator);
  const compare = operator === null ? undefined : COMPARE.get(operator.base);
  // An operator that is not modelled, or one without a value to compare with.
  if (operator === null || compare === undefined || clause.values.length === 0) return 'maybe';
  if (actual === 'absent') return metByAbsence(operator);
  const meets = (value: string): Truth => {
    const equals = anyOf(
      clause.values.map((expected) =>
        hasVariables && expected.includes('${') ? 'maybe' : compare(value, expected),
      ),
    );
    return operator.negated ? not(equals) : equals;
  };
  if (operator.quantifier === 'forallvalues') return allOf(actual.map(meets));
  if (operator.quantifier === 'foranyvalue') return anyOf(actual.map(meets));
  // What an operator without a quantifier does with several values is not documented.
  const [only, ...further] = actual;
  return only === undefined || further.length > 0 ? 'maybe' : meets(only);
}

function nullHolds(values: readonly string[], isAbsent: boolean): Truth {
  return anyOf(
    values.map((value) => {
      const text = value.toLowerCase();
      if (text !== 'true' && text !== 'false') return 'maybe';
      return (text === 'true') === isAbsent ? 'yes' : 'no';
    }),
  );
}

function metByAbsence({ quantifier, negated, ifExists }: Operator): Truth {
  if (ifExists || quantifier === 'forallvalues') return 'yes';
  return negated && quantifier === null ? 'yes' : 'no';
}

/** The parts of an operator's name, in lower case. Null for one that IAM does not have. */
function operatorOf(name: string): Operator | null {
  const parts = /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/.exec(name);
  const [, prefix, plain = '', suffix] = parts ?? [];
  const base = plain.replace(/^(string|arn|numeric|date)not/, '$1').replace(/^not(?=ipaddress)/, '');
  if (!COMPARE.has(base)) return null;
  const quantifier = prefix === 'forallvalues' || prefix === 'foranyvalue' ? prefix : null;
  return { quantifier, base, negated: base !== plain, ifExists: suffix !== undefined };
}

const exactly: Compare = (value, expected) => (value === expected ? 'yes' : 'no');
const like: Compare = (value, expected) => (matchesPattern(expected, value) ? 'yes' : 'no');
const ignoringCase: Compare = (value, expected) => exactly(value.toLowerCase(), expected.toLowerCase());
/** Times, addresses and bytes are in no context that is asked about here. */
const notModelled: Compare = () => 'maybe';

const arnLike: Compare = (value, expected) => {
  const [ours, theirs] = [arnParts(value), arnParts(expected)];
  if (ours.length < ARN_PARTS || theirs.length < ARN_PARTS) return expected === '*' ? 'yes' : 'maybe';
  return allOf(theirs.map((part, index) => like(ours[index] ?? '', part)));
};

const ARN_PARTS = 6;

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')].filter(
    (_, index) => index < parts.length,
  );
}

function numeric(holds: (value: number, expected: number) => boolean): Compare {
  return (value, expected) => {
    const [left, right] = [Number(value), Number(expected)];
    if (value.trim() === '' || expected.trim() === '' || Number.isNaN(left + right)) return 'maybe';
    return holds(left, right) ? 'yes' : 'no';
  };
}

const COMPARE: ReadonlyMap<string, Compare> = new Map([
  ['stringequals', exactly],
  ['stringequalsignorecase', ignoringCase],
  ['stringlike', like],
  ['bool', ignoringCase],
  ['arnequals', arnLike],
  ['arnlike', arnLike],
  ['numericequals', numeric((value, expected) => value === expected)],
  ['numericlessthan', numeric((value, expected) => value < expected)],
  ['numericlessthanequals', numeric((value, expected) => value <= expected)],
  ['numericgreaterthan', numeric((value, expected) => value > expected)],
  ['numericgreaterthanequals', numeric((value, expected) => value >= expected)],
  ['dateequals', notModelled],
  ['datelessthan', notModelled],
  ['datelessthanequals', notModelled],
  ['dategreaterthan', notModelled],
  ['dategreaterthanequals', notModelled],
  ['ipaddress', notModelled],
  ['binaryequals', notModelled],
]);
