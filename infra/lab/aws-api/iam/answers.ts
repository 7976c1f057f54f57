/** What the IAM operations share: ARNs, AWS's errors, policy documents as they travel, marker paging. */
import {
  DeleteConflictException,
  EntityAlreadyExistsException,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import type { LabState } from '../../state';
import { ApiError, type LabContext } from '../handler';
import { paginate } from '../paging';

export function iamArn({ partition, account }: LabState, resource: string): string {
  return `arn:${partition}:iam::${account}:${resource}`;
}

export function noSuchEntity(message: string): NoSuchEntityException {
  return new NoSuchEntityException({ message, $metadata: {} });
}

export function alreadyExists(message: string): EntityAlreadyExistsException {
  return new EntityAlreadyExistsException({ message, $metadata: {} });
}

export function deleteConflict(message: string): DeleteConflictException {
  return new DeleteConflictException({ message, $metadata: {} });
}

/** IAM returns policy documents "URL-encoded compliant with RFC 3986" (GetRolePolicy, IAM API reference). */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The document as given, once it is sure to be one: a JSON object with a Version and a Statement. */
export function checkedDocument(document: string | undefined): string {
  let value: unknown;
  try {
    value = JSON.parse(document ?? '');
  } catch {
    value = null;
  }
  if (typeof value === 'object' && value !== null && 'Statement' in value && document !== undefined)
    return document;
  const message = 'The policy document is not a JSON object with a Statement';
  throw new MalformedPolicyDocumentException({ message, $metadata: {} });
}

/** Names of roles and instance profiles (64 characters at most) and of policies (128). */
export function checkName(member: string, name: string | undefined, maxLength: number): string {
  if (name !== undefined && name.length <= maxLength && /^[\w+=,.@-]+$/.test(name)) return name;
  throw new ApiError(
    'ValidationError',
    `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_- and be at most ${maxLength} long`,
  );
}

export function checkPath(path: string | undefined): string {
  if (path === undefined) return '/';
  if (path === '/' || /^\/[!-~]+\/$/.test(path)) return path;
  throw new ApiError(
    'ValidationError',
    'The specified value for path is invalid. It must begin and end with /',
  );
}

interface MarkerInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** One page of a list, with the members that IAM's list operations share. */
export function markerPage<T>(
  { pageSize }: LabContext,
  input: MarkerInput,
  all: readonly T[],
): { readonly items: T[]; readonly IsTruncated: boolean; readonly Marker: string | undefined } {
  const { items, nextToken } = paginate(all, {
    token: input.Marker,
    limit: input.MaxItems,
    pageSize,
    invalidToken: (message) => new ApiError('ValidationError', `Invalid Marker. ${message}`),
  });
  return { items, IsTruncated: nextToken !== undefined, Marker: nextToken };
}
