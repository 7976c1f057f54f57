/**
 * EC2's filters and paging, one way for every Describe call.
 *
 * Several filters are joined by AND, the values of one by OR; values are compared with case, `*` stands for any
 * text and `?` for one character, a backslash takes their meaning away (EC2 user guide, Using_Filtering).
 */
import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { ApiError, type LabContext } from '../handler';
import { paginate } from '../paging';

/** What a record has under a filter's name; a record matches when one of its values does. */
export type FilterFields<T> = Readonly<Record<string, (record: T) => readonly (string | undefined)[]>>;

export interface Filtering<T> {
  readonly filters: readonly Filter[] | undefined;
  readonly fields: FilterFields<T>;
  /** Absent for records that cannot be tagged: then `tag:…` is no filter either. */
  readonly tags?: (record: T) => readonly Tag[] | undefined;
}

function pattern(value: string): RegExp {
  const source = value.replace(/\\([*?\\])|[*?]|[\\^$.|+()[\]{}]/gs, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (found === '*') return '.*';
    return found === '?' ? '.' : `\\${found}`;
  });
  return new RegExp(`^${source}$`, 's');
}

function tagValues<T>(
  name: string,
  tags: NonNullable<Filtering<T>['tags']>,
): FilterFields<T>[string] | undefined {
  const all = (record: T) => tags(record) ?? [];
  if (name === 'tag-key') return (record) => all(record).map((tag) => tag.Key);
  if (name === 'tag-value') return (record) => all(record).map((tag) => tag.Value);
  if (!name.startsWith('tag:')) return undefined;
  const key = name.slice('tag:'.length);
  return (record) =>
    all(record)
      .filter((tag) => tag.Key === key)
      .map((tag) => tag.Value);
}

function test<T>(filter: Filter, { fields, tags }: Filtering<T>): (record: T) => boolean {
  const name = filter.Name ?? 'null';
  const values = Object.hasOwn(fields, name) ? fields[name] : tags && tagValues(name, tags);
  if (values === undefined) {
    throw new ApiError('InvalidParameterValue', `The filter '${name}' is invalid`);
  }
  if (filter.Values === undefined || filter.Values.length === 0) {
    throw new ApiError('MissingParameter', `The filter '${name}' has no values`);
  }
  const patterns = filter.Values.map(pattern);
  return (record) =>
    values(record).some((value) => value !== undefined && patterns.some((p) => p.test(value)));
}

/** The records that match every filter; throws `InvalidParameterValue` for a filter that the call does not have. */
export function matching<T>(records: readonly T[], filtering: Filtering<T>): T[] {
  const tests = (filtering.filters ?? []).map((filter) => test(filter, filtering));
  return records.filter((record) => tests.every((matches) => matches(record)));
}

export interface Paging {
  readonly context: LabContext;
  readonly request: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined };
  /** What the call's MaxResults may be; most of EC2's take 5 to 1000 (EC2 API reference, per call). */
  readonly maxResults?: readonly [smallest: number, largest: number];
}

export interface DescribedPage<T> {
  readonly records: T[];
  readonly NextToken: string | undefined;
}

/** One page of the records; throws `InvalidParameterValue` for a MaxResults out of range or a token not given out. */
export function page<T>(
  records: readonly T[],
  { context, request, maxResults: [smallest, largest] = [5, 1000] }: Paging,
): DescribedPage<T> {
  const limit = request.MaxResults;
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= smallest && limit <= largest)) {
    throw new ApiError(
      'InvalidParameterValue',
      `Value ( ${limit} ) for parameter maxResults is invalid. Expecting a value from ${smallest} to ${largest}.`,
    );
  }
  const { items, nextToken } = paginate(records, {
    token: request.NextToken,
    limit,
    pageSize: context.pageSize,
    invalidToken: (message) => new ApiError('InvalidNextToken', message),
  });
  return { records: items, NextToken: nextToken };
}

/** Filters, then pages: what most Describe calls do. */
export function described<T>(records: readonly T[], options: Filtering<T> & Paging): DescribedPage<T> {
  return page(matching(records, options), options);
}

/** A boolean in the form in which filters compare it. */
export function flag(value: boolean | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
