/** Paging of list and describe operations, one way for every service of the lab. */

/** Small, so that whoever reads the lab meets several pages as he would in a large account. */
export const DEFAULT_PAGE_SIZE = 5;

export interface PageRequest {
  /** The token of the call, as the client sent it. */
  readonly token: string | undefined;
  /** How many items the client asked for at most. */
  readonly limit?: number | undefined;
  /** How many items the service returns at most, whatever the client asked for: `LabContext.pageSize`. */
  readonly pageSize?: number | undefined;
  /** The service's own error for a token that it did not give out. */
  readonly invalidToken: (message: string) => Error;
}

export interface Page<T> {
  readonly items: T[];
  /** undefined on the last page. */
  readonly nextToken: string | undefined;
}

/** One page of the items. Tokens are opaque and name a position, so the items must keep their order between calls. */
export function paginate<T>(
  items: readonly T[],
  { token, limit, pageSize = DEFAULT_PAGE_SIZE, invalidToken }: PageRequest,
): Page<T> {
  const start = token === undefined ? 0 : positionOf(token);
  if (start === null || start > items.length)
    throw invalidToken('The token is not one that this service returned');
  const end = start + Math.max(1, Math.min(limit ?? pageSize, pageSize));
  return { items: items.slice(start, end), nextToken: end < items.length ? tokenOf(end) : undefined };
}

function tokenOf(position: number): string {
  return Buffer.from(`page:${position}`).toString('base64url');
}

function positionOf(token: string): number | null {
  const match = /^page:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('latin1'));
  return match?.[1] === undefined ? null : Number(match[1]);
}
