/** Whether one statement of a policy is about a request. */
import type { Context, Truth } from './condition';
import { allOf, anyOf, isMet, not } from './condition';
import type { ReadStatement, Selection, Statement } from './policy-document';
import { intersect, matchesPattern } from './wildcard';

export interface Request {
  /** `ec2:CreateRoute`. */
  readonly action: string;
  /**
   * The resource's ARN; with `*` and `?` for one whose name the caller chooses. `NO_RESOURCE` for an action
   * without.
   */
  readonly resource: string;
  /** Resources that do not count, of those that the caller may choose. */
  readonly except?: readonly string[];
  /** The contexts that the request may come with: it is not known which. At least one. */
  readonly contexts: readonly Context[];
}

/** A request for one resource in one context. */
export interface OneRequest {
  readonly resource: string;
  /** The patterns, as {@link widestPatterns} gives them, that take in the resource. */
  readonly among: ReadonlySet<string>;
  readonly context: Context;
}

/** Whether a statement is about a request; its action is known to match. */
export function applies(statement: Statement, { among, context }: OneRequest): Truth {
  if (!isRead(statement)) return 'maybe';
  const { resources, clauses, hasVariables } = statement;
  const taken = anyOf(
    resources.patterns.map((pattern) => {
      if (!among.has(widest(pattern, hasVariables))) return 'no';
      return isSure(pattern, hasVariables) ? 'yes' : 'maybe';
    }),
  );
  const onResource = resources.negated ? not(taken) : taken;
  return allOf([onResource, ...clauses.map((clause) => isMet(clause, context, hasVariables))]);
}

/** Why a statement leaves a request open, as a sentence part. */
export function openness(statement: Statement): string {
  if (!isRead(statement)) return `${statement.label} could not be read: ${statement.because}`;
  const keys = [...new Set(statement.clauses.map(({ key }) => key))].join(', ');
  const about = keys === '' ? 'on its resources' : `on ${keys}`;
  return `${statement.label} ${statement.effect === 'Allow' ? 'allows' : 'denies'} it depending ${about}, which is not known`;
}

/** Whether a statement could be read. */
export function isRead(statement: Statement): statement is ReadStatement {
  return statement.effect !== 'unread';
}

/** Whether a statement is about the request's action and can be about its resource. */
export function mayBeAbout(statement: Statement, { action, resource }: Request): boolean {
  if (!isRead(statement)) return true;
  if (!selects(statement.actions, action.toLowerCase())) return false;
  return (
    statement.resources.negated || widestPatterns(statement).some((pattern) => intersect(pattern, resource))
  );
}

/** Whether a statement denies the request on whatever resource: the common guard, which needs no search. */
export function deniesEverything(statement: Statement, { contexts }: Request): boolean {
  if (!isRead(statement) || statement.effect !== 'Deny') return false;
  const { resources, clauses, hasVariables } = statement;
  if (resources.negated || !resources.patterns.some((pattern) => EVERYTHING.test(pattern))) return false;
  return contexts.every((context) =>
    clauses.every((clause) => isMet(clause, context, hasVariables) === 'yes'),
  );
}

/** Actions take no policy variables (IAM user guide, "Where you can use policy variables"). */
function selects({ negated, patterns }: Selection, action: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern.toLowerCase(), action)) !== negated;
}

const EVERYTHING = /^\*+$/;
const VARIABLE = /\$\{[^}]*\}/g;
const ARN_PARTS = 6;

/** A statement's resource patterns, each as what it can take in at most. */
export function widestPatterns({ resources, hasVariables }: ReadStatement): readonly string[] {
  return resources.patterns.map((pattern) => widest(pattern, hasVariables));
}

/** What a pattern can take in at most: a variable may stand for any text. */
function widest(pattern: string, hasVariables: boolean): string {
  return hasVariables ? pattern.replace(VARIABLE, '*') : pattern;
}

/**
 * Whether a pattern certainly takes in what it spells; not when a variable decides, or a wildcard would have to reach
 * over parts of the ARN.
 */
function isSure(pattern: string, hasVariables: boolean): boolean {
  if (hasVariables && pattern.includes('${')) return false;
  return EVERYTHING.test(pattern) || pattern.split(':').length >= ARN_PARTS;
}
