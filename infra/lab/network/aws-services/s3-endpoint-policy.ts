/**
 * Whether the policy of an S3 endpoint allows an unsigned request for a bucket of somebody else's account. Pure.
 *
 * Facts: a request through an endpoint needs a statement that allows it and none that denies it (AWS PrivateLink guide,
 * vpc-endpoints-access; IAM user guide, reference_policies_evaluation-logic). Condition keys of an unsigned request
 * (MEMORY): those of a principal's account and organisation are absent, the resource's account is not the lab's own. What
 * this cannot evaluate makes the answer `undecided`, never one of the others.
 */

export type EndpointDecision = 'allowed' | 'denied' | 'undecided';

export interface UnsignedRequest {
  readonly action: 's3:GetObject' | 's3:ListBucket';
  /** `arn:aws:s3:::bucket` or `arn:aws:s3:::bucket/key`. */
  readonly resource: string;
}

type Matches = 'yes' | 'no' | 'undecided';
type Fields = Readonly<Record<string, unknown>>;

/** An account that is nobody's: the owner of every public bucket of the lab. */
const FOREIGN_ACCOUNT = '000000000000';
const ABSENT_KEYS = [
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalarn',
];
const FOREIGN_KEYS: Readonly<Record<string, string>> = {
  'aws:resourceaccount': FOREIGN_ACCOUNT,
  's3:resourceaccount': FOREIGN_ACCOUNT,
  'aws:resourceorgid': 'o-0000000000',
};

/** Decide by the policy's text. Text that is no policy is undecided. */
export function unsignedThroughEndpoint(policy: string, request: UnsignedRequest): EndpointDecision {
  const statements = statementsOf(policy);
  if (statements === null) return 'undecided';
  const matching = statements.map((statement) => ({
    effect: statement['Effect'],
    matches: statementMatches(statement, request),
  }));
  const any = (effect: string, matches: Matches): boolean =>
    matching.some((statement) => statement.effect === effect && statement.matches === matches);
  if (any('Deny', 'yes')) return 'denied';
  if (any('Deny', 'undecided')) return 'undecided';
  if (any('Allow', 'yes')) return 'allowed';
  return any('Allow', 'undecided') ? 'undecided' : 'denied';
}

function statementsOf(policy: string): readonly Fields[] | null {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    return null;
  }
  if (!isFields(document)) return null;
  const statements = listOf(document['Statement']);
  return statements.every(isFields) ? statements : null;
}

function statementMatches(statement: Fields, { action, resource }: UnsignedRequest): Matches {
  const parts: Matches[] = [
    principalMatches(statement),
    listMatches(statement, 'Action', action.toLowerCase()),
    listMatches(statement, 'Resource', resource),
    ...conditionMatches(statement['Condition']),
  ];
  if (parts.includes('no')) return 'no';
  return parts.includes('undecided') ? 'undecided' : 'yes';
}

/** Nobody is meant by `*` only. */
function principalMatches({ Principal, NotPrincipal }: Fields): Matches {
  if (NotPrincipal !== undefined || Principal === undefined) return 'undecided';
  const named = isFields(Principal) ? listOf(Principal['AWS']) : [Principal];
  return named.includes('*') ? 'yes' : 'no';
}

function listMatches(statement: Fields, member: 'Action' | 'Resource', value: string): Matches {
  const own = statement[member];
  const patterns = listOf(own ?? statement[`Not${member}`]);
  if (patterns.length === 0 || !patterns.every((pattern) => typeof pattern === 'string')) return 'undecided';
  const found = patterns.some((pattern) =>
    matchesPattern(member === 'Action' ? pattern.toLowerCase() : pattern, value),
  );
  return found === (own !== undefined) ? 'yes' : 'no';
}

function conditionMatches(condition: unknown): readonly Matches[] {
  if (condition === undefined) return [];
  if (!isFields(condition)) return ['undecided'];
  return Object.entries(condition).flatMap(([operator, keys]) =>
    isFields(keys)
      ? Object.entries(keys).map(([key, values]) => keyMatches(operator, key.toLowerCase(), listOf(values)))
      : (['undecided'] as const),
  );
}

function keyMatches(operator: string, key: string, values: readonly unknown[]): Matches {
  const known = /^(?:String|Arn)(?:Not)?(?:Equals|Like)(?:IfExists)?$/.test(operator);
  if (!known || !values.every((value) => typeof value === 'string')) return 'undecided';
  const negated = operator.includes('Not');
  // An absent key matches what is negated and what asks only if it is there.
  if (ABSENT_KEYS.includes(key)) return negated || operator.endsWith('IfExists') ? 'yes' : 'no';
  const value = FOREIGN_KEYS[key];
  if (value === undefined) return 'undecided';
  return values.some((pattern) => matchesPattern(pattern, value)) !== negated ? 'yes' : 'no';
}

/** `*` is any characters, `?` is one. One walk with one way back: no pattern takes longer than its length allows. */
function matchesPattern(pattern: string, value: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < value.length;) {
    if (pattern[at] === '*') {
      star = at++;
      resume = index;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === value[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
