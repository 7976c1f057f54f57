/** What the Route 53 Resolver operations share: ARNs, AWS's errors, lists. */
import {
  ConflictException,
  InvalidNextTokenException,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-route53resolver';
import type { LabState } from '../../state';
import type { LabContext } from '../handler';
import { paginate } from '../paging';

export function resolverArn({ partition, region, account }: LabState, resource: string): string {
  return `arn:${partition}:route53resolver:${region}:${account}:${resource}`;
}

export function notFound(message: string): ResourceNotFoundException {
  return new ResourceNotFoundException({ message, Message: message, $metadata: {} });
}

export function invalid(message: string): ValidationException {
  return new ValidationException({ message, Message: message, $metadata: {} });
}

export function conflict(message: string): ConflictException {
  return new ConflictException({ message, Message: message, $metadata: {} });
}

/** The API marks the member as required; this service's wire carries no schema that could say so. */
export function required<T>(member: string, value: T | null | undefined): T {
  if (value === undefined || value === null || value === '')
    throw invalid(`[RSLVR-00301] ${member} is required`);
  return value;
}

export function checkEnum(member: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw invalid(`${member} must be one of ${allowed.join(', ')}, not ${value}`);
}

export function checkName(name: string | undefined): string {
  const given = required('Name', name);
  if (given.length <= 64 && /^(?!^[0-9]+$)[a-zA-Z0-9\-_' ']+$/.test(given)) return given;
  throw invalid(`The name '${given}' is not valid`);
}

interface ListInput {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** One page of a list; the token is absent on the last page. */
export function listPage<T>(
  { pageSize }: LabContext,
  input: ListInput,
  all: readonly T[],
): { readonly items: T[]; readonly NextToken: string | undefined } {
  const { items, nextToken } = paginate(all, {
    token: input.NextToken,
    limit: input.MaxResults,
    pageSize,
    invalidToken: (message) => new InvalidNextTokenException({ message, Message: message, $metadata: {} }),
  });
  return { items, NextToken: nextToken };
}
