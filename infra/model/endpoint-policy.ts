/** How far an endpoint policy opens: whether some statement lets everybody do everything with everything. */
import { NotKnown } from '../snapshot/snapshot';

export interface PolicyScope {
  readonly scoped: boolean;
  /** The statement that decides, as a sentence part. */
  readonly because: string;
}

interface Statement {
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

/**
 * Condition keys that tie a request to an identity or to an owner of the resource. `aws:SourceVpc` and its like
 * are not among them: every request through an endpoint meets those.
 *
 * Facts: IAM user guide, "AWS global condition context keys"; AWS whitepaper "Building a data perimeter".
 */
const SCOPING_KEYS: ReadonlySet<string> = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:resourceaccount',
  's3:resourceaccount',
]);
const NARROWING = /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))$/;
const DENYING_OTHERS =
  /^(?:string(?:notequals|notequalsignorecase|notlike)|arn(?:notequals|notlike))(?:ifexists)?$/;

/**
 * Whether a policy is scoped. It is not when a statement allows every principal every action on every resource
 * without a condition that ties it to an owner, and no other statement denies all others. For S3 it is not
 * either when a statement allows anything on every bucket. What cannot be parsed, or has a condition whose
 * effect is not known here, is {@link NotKnown}.
 *
 * Facts: aws.md 0.10, 6.16, 6.17 (DERIVED); AWS PrivateLink guide, "Control access to VPC endpoints using
 * endpoint policies": without a policy of its own an endpoint allows everything.
 */
export function policyScope(document: string, service: string): PolicyScope {
  const statements = statementsOf(document);
  const denied = statements.some(deniesOthers);
  for (const [index, statement] of statements.entries()) {
    if (statement.Effect !== 'Allow' || !isWide(statement, service)) continue;
    const name =
      typeof statement.Sid === 'string' && statement.Sid !== ''
        ? `statement "${statement.Sid}"`
        : `statement ${index + 1}`;
    if (isTied(statement, name)) continue;
    if (denied) continue;
    if (statements.some(mayDenyOthers))
      throw new NotKnown(
        `${name} allows ${wordsOf(statement)}, and how much of it a Deny takes back is not known`,
      );
    return { scoped: false, because: `${name} allows ${wordsOf(statement)}` };
  }
  return {
    scoped: true,
    because: denied ? 'a statement denies whatever belongs to others' : 'no statement allows everything',
  };
}

function statementsOf(document: string): readonly Statement[] {
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

function parseJson(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw new NotKnown('the endpoint policy is not JSON');
  }
}

function isWide(statement: Statement, service: string): boolean {
  const everyBucket = isS3(service) && everyResource(statement, isEveryBucket);
  if (everyBucket) return true;
  return (
    everyPrincipal(statement) &&
    every(statement.Action, statement.NotAction, 'Action', (action) =>
      /^(?:[a-z0-9-]+:)?\*+$/i.test(action),
    ) &&
    everyResource(statement, (resource) => /^(?:\*+|arn:[^:]*:[^:]*:\**:\**:\*+)$/.test(resource))
  );
}

function isS3(service: string): boolean {
  return /\.s3(?:-global\.accesspoint)?$/.test(service);
}

/** `*`, `arn:aws:s3:::*`, `arn:aws:s3:::*\/*`: no bucket is named. */
function isEveryBucket(resource: string): boolean {
  if (/^\*+$/.test(resource)) return true;
  const bucket = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:([^/]*)/.exec(resource)?.[1];
  return bucket !== undefined && /^[*?]+$/.test(bucket);
}

function everyResource(statement: Statement, isAll: (resource: string) => boolean): boolean {
  return every(statement.Resource, statement.NotResource, 'Resource', isAll);
}

function everyPrincipal(statement: Statement): boolean {
  const principal = statement.Principal;
  if (principal === undefined && statement.NotPrincipal !== undefined) return true;
  if (isRecord(principal))
    return 'AWS' in principal && texts(principal.AWS, 'Principal').some((text) => text === '*');
  return texts(principal, 'Principal').some((text) => text === '*');
}

/** Whether an element takes in everything. Its negative form takes in everything but a few, which counts as everything. */
function every(element: unknown, negative: unknown, name: string, isAll: (text: string) => boolean): boolean {
  if (element === undefined && negative !== undefined) return true;
  return texts(element, name).some(isAll);
}

function texts(value: unknown, name: string): readonly string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== 'string')
      throw new NotKnown(`the endpoint policy has a statement without a readable ${name}`);
    return item;
  });
}

/** Whether conditions tie an otherwise wide statement to an owner; a condition of unknown effect is not known. */
function isTied(statement: Statement, name: string): boolean {
  if (statement.Condition === undefined) return false;
  const clauses = clausesOf(statement.Condition);
  if (clauses.length === 0) return false;
  const tied = clauses.some(
    ({ operator, key, values }) =>
      NARROWING.test(operator) && SCOPING_KEYS.has(key) && !values.some((value) => /^[*?:]*$/.test(value)),
  );
  if (!tied)
    throw new NotKnown(
      `${name} of the endpoint policy has a condition whose effect is not known (${clauses.map(({ key }) => key).join(', ')})`,
    );
  return true;
}

/** A statement that denies everybody everything unless an owner matches: the data-perimeter form. */
function deniesOthers(statement: Statement): boolean {
  if (statement.Effect !== 'Deny' || statement.Condition === undefined) return false;
  if (
    statement.NotAction !== undefined ||
    statement.NotResource !== undefined ||
    statement.NotPrincipal !== undefined
  )
    return false;
  if (
    !everyPrincipal(statement) ||
    !texts(statement.Action, 'Action').includes('*') ||
    !texts(statement.Resource, 'Resource').includes('*')
  )
    return false;
  const clauses = clausesOf(statement.Condition);
  const [only] = clauses;
  if (clauses.length !== 1 || only === undefined) return false;
  return (
    DENYING_OTHERS.test(only.operator) &&
    SCOPING_KEYS.has(only.key) &&
    !only.values.some((value) => /^[*?:]*$/.test(value))
  );
}

/** A Deny about owners in a form whose effect is not known here. */
function mayDenyOthers(statement: Statement): boolean {
  if (statement.Effect !== 'Deny' || statement.Condition === undefined) return false;
  return clausesOf(statement.Condition).some(({ key }) => SCOPING_KEYS.has(key));
}

function clausesOf(
  condition: unknown,
): readonly { readonly operator: string; readonly key: string; readonly values: readonly string[] }[] {
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

function wordsOf(statement: Statement): string {
  const part = (positive: unknown, negative: unknown): string =>
    JSON.stringify(positive ?? { allBut: negative });
  return `principal ${part(statement.Principal, statement.NotPrincipal)} action ${part(statement.Action, statement.NotAction)} on resource ${part(statement.Resource, statement.NotResource)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
