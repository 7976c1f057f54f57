/** Which owner a policy's condition ties requests to: the caller's account or organisation, or the resource's. */
import type { Clause } from './policy-statement';

export interface Ties {
  readonly principal: boolean;
  readonly resource: boolean;
}

/**
 * Condition keys that tie a request to an identity or to an owner of the resource. `aws:SourceVpc` and its like
 * are not among them: every request through an endpoint meets those.
 *
 * Facts: IAM user guide, "AWS global condition context keys"; AWS whitepaper "Building a data perimeter".
 */
const PRINCIPAL_KEYS: ReadonlySet<string> = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
]);
const RESOURCE_KEYS: ReadonlySet<string> = new Set([
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:resourceaccount',
  's3:resourceaccount',
]);
const NARROWING = /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))$/;
const NEGATED = /^(?:string(?:notequals|notequalsignorecase|notlike)|arn(?:notequals|notlike))(?:ifexists)?$/;
/** The resource's owner is whoever calls: a limit only where the caller is limited. */
const SAME_AS_CALLER = /^\$\{aws:principal(?:account|orgid)\}$/i;

/** Whether a key tells the resource's owner. */
export const isResourceKey = (key: string): boolean => RESOURCE_KEYS.has(key);
/** Whether a key tells an owner at all. */
export const isOwnerKey = (key: string): boolean => PRINCIPAL_KEYS.has(key) || RESOURCE_KEYS.has(key);

/** What the conditions of an Allow statement, all of which must be met, tie it to. */
export function tiesOf(clauses: readonly Clause[]): Ties {
  const narrowing = clauses.filter(({ operator, values }) => NARROWING.test(operator) && values.length > 0);
  const principal = narrowing.some(({ key, values }) => PRINCIPAL_KEYS.has(key) && namesOwners(key, values));
  const resource = narrowing.some(
    ({ key, values }) =>
      RESOURCE_KEYS.has(key) &&
      (namesOwners(key, values) || (principal && values.every((value) => SAME_AS_CALLER.test(value)))),
  );
  return { principal, resource };
}

/** What is left over when everything that meets the condition of a Deny statement is taken away: the form of a data perimeter. */
export function tiesLeftBy(clauses: readonly Clause[]): Ties {
  const [only] = clauses;
  const decided =
    clauses.length === 1 &&
    only !== undefined &&
    NEGATED.test(only.operator) &&
    only.values.length > 0 &&
    namesOwners(only.key, only.values);
  return {
    principal: decided && PRINCIPAL_KEYS.has(only.key),
    resource: decided && RESOURCE_KEYS.has(only.key),
  };
}

/** Whether every value names one account or organisation. Wildcards and policy variables in that place name none. */
function namesOwners(key: string, values: readonly string[]): boolean {
  return values.every((value) => {
    const owner = ownerPart(key, value);
    return owner !== undefined && /^[^*?$]+$/.test(owner);
  });
}

/** The part of a value that says whose: an ARN up to its account, an organisation path up to the organisation. */
function ownerPart(key: string, value: string): string | undefined {
  if (key === 'aws:principalarn') {
    const [arn, partition, service, region, account] = value.split(':');
    // A wildcard before the account can reach over the colons in StringLike, so the whole beginning counts.
    return account === undefined || account === ''
      ? undefined
      : [arn, partition, service, region, account].join(':');
  }
  return key.endsWith('orgpaths') ? value.split('/')[0] : value;
}
