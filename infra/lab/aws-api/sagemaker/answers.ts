/** What the SageMaker operations share: ARNs, AWS's errors, lists in order of creation. */
import { ResourceInUse, ResourceNotFound } from '@aws-sdk/client-sagemaker';
import { ApiError, type LabContext } from '../handler';
import { paginate } from '../paging';
import type { LabState } from '../../state';

export function sagemakerArn(state: LabState, resource: string): string {
  return `arn:${state.partition}:sagemaker:${state.region}:${state.account}:${resource}`;
}

/** ValidationException is common to all of AWS's JSON services and not modelled in SageMaker's API. */
export function validationError(message: string): ApiError {
  return new ApiError('ValidationException', message);
}

export function notFound(message: string): ResourceNotFound {
  return new ResourceNotFound({ message, Message: message, $metadata: {} });
}

export function inUse(message: string): ResourceInUse {
  return new ResourceInUse({ message, Message: message, $metadata: {} });
}

/** The API's check of a member's pattern, in its own words. */
export function checkPattern(member: string, value: string | undefined, pattern: RegExp): void {
  if (value === undefined || pattern.test(value)) return;
  throw validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
  );
}

/** The API's check of an enumeration, in its own words. */
export function checkEnum(member: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  );
}

/** `DomainName`, `UserProfileName`, `SpaceName`, `AppName`, `NotebookInstanceName`. */
export const NAME_PATTERN = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

export const ROLE_ARN_PATTERN = /^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;

export interface ListInput {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
  readonly SortOrder?: string | undefined;
}

/**
 * One page of a list. The items come in order of creation, which is the API's order ("The default is Ascending");
 * `SortBy` other than the creation time is not modelled and changes nothing.
 */
export function listPage<T>(
  context: LabContext,
  input: ListInput,
  items: readonly T[],
): { readonly items: T[]; readonly nextToken: string | undefined } {
  return paginate(input.SortOrder === 'Descending' ? items.toReversed() : items, {
    token: input.NextToken,
    limit: input.MaxResults,
    pageSize: context.pageSize,
    invalidToken: (message) => validationError(`Invalid NextToken. ${message}`),
  });
}
