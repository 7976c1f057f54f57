/** How much the patterns of a policy's Action and Resource elements take in. */
import type { Statement } from './policy-statement';
import { texts } from './policy-statement';

const ONLY_WILDCARDS = /^[*?]*\*[*?]*$/;
/** Of S3's actions those that are about no bucket: IAM takes only `*` for their resource (Service Authorization Reference, S3). */
const S3_ACCOUNT_ACTIONS: ReadonlySet<string> = new Set([
  's3:listallmybuckets',
  's3:getaccountpublicaccessblock',
]);

/** Whether a statement is about every action, of any one service or of all. */
export function everyAction(statement: Statement): boolean {
  return every(statement.Action, statement.NotAction, 'Action', (action) =>
    ONLY_WILDCARDS.test(action.slice(action.indexOf(':') + 1)),
  );
}

/** Whether a statement of an S3 endpoint's policy is about actions on buckets at all. */
export function touchesBuckets(statement: Statement): boolean {
  if (statement.Action === undefined) return true;
  return texts(statement.Action, 'Action').some((action) => !S3_ACCOUNT_ACTIONS.has(action.toLowerCase()));
}

/**
 * Whether a statement is about every resource, or every one of a kind, of any account. The Region does not count:
 * an endpoint serves one Region, so naming it leaves nothing out.
 */
export function everyResource(statement: Statement): boolean {
  return every(statement.Resource, statement.NotResource, 'Resource', isAnyResource);
}

/** Whether a statement is about every bucket, or every access point of any account. */
export function everyBucket(statement: Statement): boolean {
  return every(statement.Resource, statement.NotResource, 'Resource', isAnyBucket);
}

/**
 * A pattern of a statement that takes in buckets by so little of their name that it names nobody; null when there is none.
 * Whoever likes can make a bucket whose name matches (S3 user guide, "General purpose bucket naming rules": names are unique
 * over all accounts, of 3 characters and more). That a longer beginning is its owner's is our own measure.
 */
export function bucketFamily({ Resource: resource }: Statement): string | null {
  if (resource === undefined) return null;
  return texts(resource, 'Resource').find(namesNobody) ?? null;
}

/** Whether the resources that a Deny with NotResource leaves alone are named ones. */
export function leavesNamed(statement: Statement, isS3: boolean): boolean {
  if (statement.NotResource === undefined) return false;
  const isAny = isS3 ? (text: string) => isAnyBucket(text) || namesNobody(text) : isAnyResource;
  return !texts(statement.NotResource, 'NotResource').some(isAny);
}

/** Whether an element takes in everything. Its negative form takes in everything but a few, which counts as everything. */
function every(element: unknown, negative: unknown, name: string, isAll: (text: string) => boolean): boolean {
  if (element === undefined && negative !== undefined) return true;
  return texts(element, name).some(isAll);
}

interface ArnPattern {
  readonly account: string;
  /** What follows the account: `role/x`, `log-group:y`, a bucket. */
  readonly resource: string;
}

/** A pattern's last two parts, or whether it takes in everything because a wildcard stands before them. */
function arnPattern(pattern: string): ArnPattern | 'any' | 'none' {
  if (/^[*?]/.test(pattern)) return 'any';
  const parts = pattern.split(':');
  const account = parts[4];
  // Not documented to reach over colons; if it does, it takes in everything, so that is what it counts as.
  if (account === undefined || parts.length < 6) return pattern.endsWith('*') ? 'any' : 'none';
  return { account, resource: parts.slice(5).join(':') };
}

/** Facts: IAM user guide, "Resource" (wildcards in ARNs). DERIVED: a kind followed by a wildcard names nothing (`repository/*`). */
function isAnyResource(pattern: string): boolean {
  const arn = arnPattern(pattern);
  if (typeof arn === 'string') return arn === 'any';
  // Kinds without an account in their ARN, such as buckets, have their name where others have the kind.
  if (arn.account === '') return ONLY_WILDCARDS.test(arn.resource);
  if (!/[*?]/.test(arn.account)) return false;
  return /^(?:[A-Za-z0-9-]+[:/])?[*?]*\*[*?]*(?:[:/].*)?$/.test(arn.resource);
}

/** `*`, `arn:aws:s3:::*`, `arn:aws:s3:::*\/*`, `…:*:accesspoint/*`: no bucket is named. */
function isAnyBucket(pattern: string): boolean {
  const arn = arnPattern(pattern);
  if (typeof arn === 'string') return arn === 'any';
  const accessPoint = /^accesspoint[:/]([^:/]*)/.exec(arn.resource)?.[1];
  if (accessPoint !== undefined) return /^$|[*?]/.test(arn.account) && /^[*?]+$/.test(accessPoint);
  const bucket = arn.resource.split('/')[0] ?? '';
  // What may begin with anything names nobody's bucket: `*sagemaker*` is whoever's.
  return /^[*?]+$/.test(bucket) || (arn.account === '' && /^[*?]*\*/.test(bucket));
}

const SHORTEST_BUCKET_NAME = 3;

/** `arn:aws:s3:::s*`, or a policy variable in the name, which the caller's own account may fill in. */
function namesNobody(pattern: string): boolean {
  const arn = arnPattern(pattern);
  if (typeof arn === 'string' || arn.account !== '' || isAnyBucket(pattern)) return false;
  const bucket = arn.resource.split('/')[0] ?? '';
  return bucket.includes('$') || /[*?]/.test(bucket.slice(0, SHORTEST_BUCKET_NAME));
}
