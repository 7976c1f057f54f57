/**
 * The statements of an identity policy or permissions boundary, read strictly. What cannot be read stays as a statement
 * whose effect is not known, so that exactly the requests it may be about are undecided.
 *
 * Facts: IAM user guide, "Grammar of the IAM JSON policy language" (elements, one or many, no key twice) and "Version"
 * (policy variables are plain text in a policy of 2008-10-17, which is also what a policy without Version is).
 */
import type { PolicyDocument } from '../../snapshot/snapshot';

/**
 * One key of a condition. All clauses of a statement must be met. Operator and key are in lower case: IAM ignores it.
 */
export interface Clause {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** What an element names, or all but that. */
export interface Selection {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

export interface ReadStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: Selection;
  readonly resources: Selection;
  readonly clauses: readonly Clause[];
  /** Whether `${…}` stands for something else than itself. */
  readonly hasVariables: boolean;
  /** Where it stands, for a sentence. */
  readonly label: string;
}

/** A statement, or a whole document, that could not be read: it may allow or deny anything. */
export interface UnreadStatement {
  readonly effect: 'unread';
  readonly label: string;
  readonly because: string;
}

export type Statement = ReadStatement | UnreadStatement;

const ELEMENTS = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);
const VERSIONS = new Set<unknown>(['2012-10-17', '2008-10-17', undefined]);

/** Never throws. */
export function statementsOf(policy: PolicyDocument): readonly Statement[] {
  const label = `the policy "${policy.name}"`;
  const unread = (because: string): readonly Statement[] => [{ effect: 'unread', label, because }];
  const parsed = parse(policy.document);
  if (!isRecord(parsed)) return unread('it is not a JSON object');
  if (hasKeyTwice(policy.document)) return unread('an object of it has the same key twice');
  if (!VERSIONS.has(parsed.Version)) return unread('its Version is not one that is known');
  const hasVariables = parsed.Version === '2012-10-17';
  const list: unknown[] = Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement];
  return list.map((statement, index) => {
    const of = `${named(statement, index)} of ${label}`;
    return readStatement(statement, { label: of, hasVariables });
  });
}

function named(statement: unknown, index: number): string {
  const sid = isRecord(statement) ? statement.Sid : undefined;
  return typeof sid === 'string' && sid !== '' ? `statement "${sid}"` : `statement ${index + 1}`;
}

function readStatement(
  statement: unknown,
  { label, hasVariables }: { readonly label: string; readonly hasVariables: boolean },
): Statement {
  const unread = (because: string): Statement => ({ effect: 'unread', label, because });
  if (!isRecord(statement)) return unread('it is not an object');
  const unknown = Object.keys(statement).filter((key) => !ELEMENTS.has(key));
  if (unknown.length > 0) return unread(`it has the element ${unknown.join(', ')}`);
  const { Effect: effect } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') return unread('its Effect is neither Allow nor Deny');
  const actions = selection(statement.Action, statement.NotAction);
  if (actions === null) return unread('its Action cannot be read');
  const resources = selection(statement.Resource, statement.NotResource);
  if (resources === null) return unread('its Resource cannot be read');
  const clauses = clausesOf(statement.Condition);
  if (clauses === null) return unread('its Condition cannot be read');
  return { effect, actions, resources, clauses, hasVariables, label };
}

/** Null unless exactly one of the two forms is there, as one text or a list of texts. */
function selection(positive: unknown, negative: unknown): Selection | null {
  if ((positive === undefined) === (negative === undefined)) return null;
  const negated = positive === undefined;
  const value = negated ? negative : positive;
  const patterns: unknown[] = Array.isArray(value) ? value : [value];
  return patterns.every((pattern) => typeof pattern === 'string') ? { negated, patterns } : null;
}

function clausesOf(condition: unknown): readonly Clause[] | null {
  if (condition === undefined) return [];
  if (!isRecord(condition)) return null;
  const clauses: Clause[] = [];
  for (const [operator, keys] of Object.entries(condition)) {
    if (!isRecord(keys)) return null;
    for (const [key, value] of Object.entries(keys)) {
      const values: unknown[] = Array.isArray(value) ? value : [value];
      const scalars = values.filter((each) => ['string', 'number', 'boolean'].includes(typeof each));
      if (scalars.length !== values.length) return null;
      clauses.push({
        operator: operator.toLowerCase(),
        key: key.toLowerCase(),
        values: scalars.map(String),
      });
    }
  }
  return clauses;
}

/** JSON.parse keeps the last of two equal keys; IAM refuses the document. The text is known to be JSON here. */
function hasKeyTwice(json: string): boolean {
  const open: Set<string>[] = [];
  for (const [token, key] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (key !== undefined) {
      const name = String(JSON.parse(key));
      const keys = open.at(-1);
      if (keys?.has(name) === true) return true;
      keys?.add(name);
    }
  }
  return false;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
