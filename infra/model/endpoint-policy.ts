/** How far an endpoint policy opens: whether some statement lets everybody do everything with everything. */
import { NotKnown } from '../snapshot/snapshot';
import { isOwnerKey, isResourceKey, tiesLeftBy, tiesOf, type Ties } from './policy-owner';
import {
  bucketFamily,
  everyAction,
  everyBucket,
  everyResource,
  leavesNamed,
  touchesBuckets,
} from './policy-resource';
import type { Statement } from './policy-statement';
import { clausesOf, everyPrincipal, statementsOf, texts, wordsOf } from './policy-statement';

export interface PolicyScope {
  readonly scoped: boolean;
  /** The statement that decides, as a sentence part. */
  readonly because: string;
}

/**
 * Whether a policy is scoped. It is not when a statement allows every principal every action on every resource
 * without a condition that ties it to an owner, and no other statement denies all others. For S3 it is not
 * either when a statement allows anything on every bucket, unless a condition ties it to the buckets' owner: who
 * calls does not matter there, for an insider's own role can write to a foreign bucket. What cannot be parsed,
 * or has a condition whose effect is not known here, is {@link NotKnown}.
 *
 * Facts: aws.md 0.10, 6.16, 6.17 (DERIVED); AWS PrivateLink guide, "Control access to VPC endpoints using
 * endpoint policies": without a policy of its own an endpoint allows everything.
 */
export function policyScope(document: string, service: string): PolicyScope {
  const s3 = isS3(service);
  const statements = statementsOf(document);
  const denies = statements.filter(({ Effect }) => Effect === 'Deny');
  const denied = denies.some((statement) => deniesOthers(statement, s3));
  for (const [index, statement] of statements.entries()) {
    const family = s3 && statement.Effect === 'Allow' ? bucketFamily(statement) : null;
    if (statement.Effect !== 'Allow' || (!isWide(statement, s3) && family === null)) continue;
    const name =
      typeof statement.Sid === 'string' && statement.Sid !== ''
        ? `statement "${statement.Sid}"`
        : `statement ${index + 1}`;
    if (isTied(statement, name, s3) || denied) continue;
    if (denies.some((deny) => mayDenyOthers(deny, s3)))
      throw new NotKnown(
        `${name} allows ${wordsOf(statement)}, and how much of it a Deny takes back is not known`,
      );
    if (family !== null && !isWide(statement, s3))
      throw new NotKnown(
        `${name} takes in every bucket whose name matches ${family}, and anybody can make one`,
      );
    return { scoped: false, because: `${name} allows ${wordsOf(statement)}` };
  }
  return {
    scoped: true,
    because: denied ? 'a statement denies whatever belongs to others' : 'no statement allows everything',
  };
}

function isS3(service: string): boolean {
  return /\.s3(?:-global\.accesspoint)?$/.test(service);
}

function isWide(statement: Statement, s3: boolean): boolean {
  if (s3) return everyBucket(statement) && touchesBuckets(statement);
  return everyPrincipal(statement) && everyAction(statement) && everyResource(statement);
}

/** Whether conditions tie an otherwise wide statement to an owner; a condition of unknown effect is not known. */
function isTied(statement: Statement, name: string, s3: boolean): boolean {
  const clauses = clausesOf(statement);
  if (isEnough(tiesOf(clauses), s3)) return true;
  // Who calls says nothing about the bucket, however it is spelled.
  const open = s3 ? clauses.filter(({ key }) => !isOwnerKey(key) || isResourceKey(key)) : clauses;
  if (open.length === 0) return false;
  throw new NotKnown(
    `${name} of the endpoint policy has a condition whose effect is not known (${open.map(({ key }) => key).join(', ')})`,
  );
}

function isEnough({ principal, resource }: Ties, s3: boolean): boolean {
  return resource || (principal && !s3);
}

/** A statement that denies everybody everything unless an owner matches or the resource is a named one, or that denies all. */
function deniesOthers(statement: Statement, s3: boolean): boolean {
  if (statement.NotAction !== undefined || statement.NotPrincipal !== undefined) return false;
  if (!everyPrincipal(statement) || !deniesEveryAction(statement, s3)) return false;
  const clauses = clausesOf(statement);
  if (statement.NotResource !== undefined) return clauses.length === 0 && leavesNamed(statement, s3);
  if (!texts(statement.Resource, 'Resource').includes('*')) return false;
  return clauses.length === 0 || isEnough(tiesLeftBy(clauses), s3);
}

function deniesEveryAction(statement: Statement, s3: boolean): boolean {
  return texts(statement.Action, 'Action').some(
    (action) => action === '*' || (s3 && action.toLowerCase() === 's3:*'),
  );
}

/** A Deny about owners or named resources in a form whose effect is not known here. */
function mayDenyOthers(statement: Statement, s3: boolean): boolean {
  const clauses = clausesOf(statement);
  if (leavesNamed(statement, s3)) return true;
  if (clauses.some(({ key }) => (s3 ? isResourceKey(key) : isOwnerKey(key)))) return true;
  return !s3 && (statement.NotPrincipal !== undefined || statement.NotAction !== undefined);
}
