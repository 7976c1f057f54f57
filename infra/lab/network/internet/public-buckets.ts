/**
 * S3 for a request that nobody signed: buckets of open data that anybody may read, and refusal for all others. Pure.
 * Facts: Amazon S3 user guide, VirtualHosting, for the two ways to name a bucket; the S3 API's ErrorResponses.
 */

/** Buckets of AWS's Registry of Open Data (MEMORY): not of the lab's account, and public. */
export const PUBLIC_BUCKETS: readonly string[] = ['1000genomes', 'noaa-ghcn-pds', 'commoncrawl'];

export interface S3Request {
  readonly host: string;
  readonly pathname: string;
}

export interface S3Answer {
  readonly status: number;
  readonly body: string;
}

const S3_HOST = /^(?:([a-z0-9][a-z0-9.-]*)\.)?s3(?:[.-][a-z0-9-]+){0,2}\.amazonaws\.com$/;

/** The bucket that a request names, '' for one that names none; null when the host is not S3's. */
export function bucketOf({ host, pathname }: S3Request): string | null {
  const found = S3_HOST.exec(host);
  return found === null ? null : (found[1] ?? pathname.split('/')[1] ?? '');
}

/** The key that a request names; '' for one of the bucket itself. */
export function keyOf({ host, pathname }: S3Request): string {
  const path = pathname.slice(1);
  if (S3_HOST.exec(host)?.[1] !== undefined) return path;
  return path.includes('/') ? path.slice(path.indexOf('/') + 1) : '';
}

/** What S3 answers an unsigned request for the bucket, or for what lies in it: any key does. */
export function unsignedS3Answer(bucket: string, key: string): S3Answer {
  if (!PUBLIC_BUCKETS.includes(bucket)) return accessDenied;
  if (key !== '') return { status: 200, body: 'An object of open data.\n' };
  return {
    status: 200,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix></Prefix><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>README</Key><Size>0</Size></Contents></ListBucketResult>`,
  };
}

/** Also the answer where an endpoint's policy does not allow the request. */
export const accessDenied: S3Answer = {
  status: 403,
  body: '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
};
