/** S3 objects: put there by the lab's own deliveries, listed and fetched by the API. */
import { createHash } from 'node:crypto';
import type { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { StoredBucket, StoredObject } from '../../state';
import { ApiError, type Handler, type LabContext } from '../handler';
import { bucketOf, onS3 } from './bucket';

/** Adds to an object, or makes it. Gzip members one behind the other are one gzip file (RFC 1952, 2.2). */
export function appendObject(
  { objects }: StoredBucket,
  key: string,
  { content, visibleAt }: StoredObject,
): void {
  const known = objects.get(key);
  const whole = known === undefined ? content : Buffer.concat([known.content, content]);
  objects.set(key, { content: whole, visibleAt: known?.visibleAt ?? visibleAt });
}

/** What the SDK makes of a page when it is told nothing else (S3 API reference, ListObjectsV2). */
const MAX_KEYS = 1000;

/** ListObjectsV2, GetObject. */
export function objectHandlers({ state, now, pageSize = MAX_KEYS }: LabContext): Handler[] {
  const visible = (bucket: StoredBucket): readonly (readonly [string, StoredObject])[] =>
    [...bucket.objects]
      .filter(([, { visibleAt }]) => visibleAt <= now())
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    onS3<typeof ListObjectsV2Command>(
      'ListObjectsV2',
      ({ Bucket, Prefix = '', ContinuationToken, MaxKeys }) => {
        const after = ContinuationToken === undefined ? '' : tokenKey(ContinuationToken);
        const found = visible(bucketOf(state, { Bucket })).filter(
          ([key]) => key.startsWith(Prefix) && key > after,
        );
        const page = found.slice(0, Math.min(MaxKeys ?? MAX_KEYS, pageSize));
        const last = page.at(-1)?.[0];
        const isMore = page.length < found.length && last !== undefined;
        return {
          Name: Bucket,
          Prefix,
          KeyCount: page.length,
          IsTruncated: isMore,
          Contents: page.map(([Key, { content, visibleAt }]) => ({
            Key,
            Size: content.length,
            ETag: entityTag(content),
            LastModified: visibleAt,
          })),
          ...(isMore ? { NextContinuationToken: Buffer.from(last).toString('base64url') } : {}),
        };
      },
    ),
    {
      service: 's3',
      operation: 'GetObject',
      // The SDK's output has a stream where the wire has bytes.
      run: async (input: { readonly Bucket?: string; readonly Key?: string }) => {
        const object = new Map(visible(bucketOf(state, input))).get(input.Key ?? '');
        if (object === undefined)
          throw new ApiError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
        const { content, visibleAt } = object;
        return {
          Body: content,
          LastModified: visibleAt,
          ETag: entityTag(content),
          ContentLength: content.length,
        };
      },
    },
  ];
}

const entityTag = (content: Uint8Array): string => `"${createHash('md5').update(content).digest('hex')}"`;

function tokenKey(token: string): string {
  return Buffer.from(token, 'base64url').toString();
}
