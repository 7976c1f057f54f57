/** The statements of an IAM policy document, read strictly: what does not parse is not known, never empty. */
import { NotKnown } from '../snapshot/snapshot';

export interface Statement {
  readonly Sid?: unknown;
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** One key of a condition, with operator and key in lower case: both are case-insensitive. */
export interface Clause {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** The statements of an endpoint policy; throws {@link NotKnown} for a document that has none in a readable form. */
export function statementsOf(document: string): readonly Statement[] {
  const parsed = parseJson(document);
  const statements = isRecord(parsed) ? parsed.Statement : undefined;
  const list: unknown[] = Array.isArray(statements) ? statements : [statements];
  return list.map((statement, index) => {
    if (!isRecord(statement))
      throw new NotKnown(`statement ${index + 1} of the endpoint policy is not an object`);
    if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
      throw new NotKnown(`statement ${index + 1} of the endpoint policy has no Effect of Allow or Deny`);
    }
    return statement;
  });
}

/** The texts of an element that may be one text or a list of them. */
export function texts(value: unknown, name: string): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== 'string')
      throw new NotKnown(`the endpoint policy has a statement without a readable ${name}`);
    return item;
  });
}

/** Every key of a statement's Condition; all of them must be met. None for a statement without a condition. */
export function clausesOf(statement: Statement): readonly Clause[] {
  const condition = statement.Condition;
  if (condition === undefined) return [];
  if (!isRecord(condition)) throw new NotKnown('the endpoint policy has a Condition that is not an object');
  return Object.entries(condition).flatMap(([operator, keys]) => {
    if (!isRecord(keys))
      throw new NotKnown(`the endpoint policy has a Condition "${operator}" that is not an object`);
    return Object.entries(keys).map(([key, value]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: (Array.isArray(value) ? value : [value]).map(String),
    }));
  });
}

/** Whether a statement is about every principal. A negative element takes in everybody but a few. */
export function everyPrincipal(statement: Statement): boolean {
  const principal = statement.Principal;
  if (principal === undefined && statement.NotPrincipal !== undefined) return true;
  const named = isRecord(principal) ? principal.AWS : principal;
  if (isRecord(principal) && named === undefined) return false;
  return texts(named, 'Principal').includes('*');
}

/** What a statement covers, for a sentence. */
export function wordsOf(statement: Statement): string {
  const part = (positive: unknown, negative: unknown): string =>
    JSON.stringify(positive ?? { allBut: negative });
  return `principal ${part(statement.Principal, statement.NotPrincipal)} action ${part(statement.Action, statement.NotAction)} on resource ${part(statement.Resource, statement.NotResource)}`;
}

function parseJson(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw new NotKnown('the endpoint policy is not JSON');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
