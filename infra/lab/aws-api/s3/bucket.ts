/** S3 buckets: made, found and deleted. Used by the API and, without the wire, by CloudFormation. */
import type {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketAclCommand,
  Grant,
  HeadBucketCommand,
} from '@aws-sdk/client-s3';
import type { LabState, StoredBucket } from '../../state';
import {
  ApiError,
  type CommandClass,
  type Handler,
  type InputOf,
  type LabContext,
  type OutputOf,
} from '../handler';

/**
 * A handler of S3 by its operation's name: the SDK's package is loaded by whoever asks S3 something, not by every lab.
 */
export function onS3<C extends CommandClass>(
  operation: string,
  run: (input: InputOf<C>) => OutputOf<C>,
): Handler {
  return { service: 's3', operation, run: async (input) => run(input) };
}

/** S3 User Guide, "Bucket naming rules", as far as syntax goes. */
const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const EVERYTHING_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/**
 * Makes a bucket as S3 has made them since 2023: public access blocked, no ACL but the owner's, encrypted with keys of S3
 * (S3 User Guide, "Default settings for new S3 buckets"; "default encryption"). Bucket names are the whole world's; here
 * the world is this account.
 */
export function makeBucket(state: LabState, name: string): StoredBucket {
  if (!NAME.test(name)) throw new ApiError('InvalidBucketName', `The specified bucket is not valid: ${name}`);
  if (state.buckets.has(name))
    throw new ApiError(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded.',
      {
        status: 409,
      },
    );
  const bucket: StoredBucket = {
    creationDate: new Date(),
    grants: [ownersGrant(state)],
    policy: null,
    publicAccessBlock: EVERYTHING_BLOCKED,
    encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
    lifecycle: null,
    objects: new Map(),
  };
  state.buckets.set(name, bucket);
  return bucket;
}

function ownersGrant(state: LabState): Grant {
  return { Grantee: { Type: 'CanonicalUser', ID: canonicalUser(state) }, Permission: 'FULL_CONTROL' };
}

/** An account's canonical user id has 64 hexadecimal digits. */
function canonicalUser({ account }: LabState): string {
  return account.padStart(64, 'a');
}

export function deleteBucket(state: LabState, name: string): void {
  if (!state.buckets.delete(name)) throw noSuchBucket();
}

/** The bucket that a request names; throws S3's own error when there is none, or when it is not of whom the caller expects. */
export function bucketOf(
  { buckets, account }: LabState,
  {
    Bucket,
    ExpectedBucketOwner,
  }: { readonly Bucket?: string | undefined; readonly ExpectedBucketOwner?: string | undefined },
): StoredBucket {
  const bucket = buckets.get(Bucket ?? '');
  if (bucket === undefined) throw noSuchBucket();
  if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== account)
    throw new ApiError('AccessDenied', 'Access Denied', { status: 403 });
  return bucket;
}

function noSuchBucket(): ApiError {
  return new ApiError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
}

/** CreateBucket, DeleteBucket, HeadBucket, GetBucketAcl. */
export function bucketHandlers({ state }: LabContext): Handler[] {
  return [
    onS3<typeof CreateBucketCommand>('CreateBucket', ({ Bucket = '' }) => {
      makeBucket(state, Bucket);
      return { Location: `/${Bucket}` };
    }),
    onS3<typeof DeleteBucketCommand>('DeleteBucket', (input) => {
      bucketOf(state, input);
      deleteBucket(state, input.Bucket ?? '');
      return {};
    }),
    onS3<typeof HeadBucketCommand>('HeadBucket', (input) => {
      bucketOf(state, input);
      return { BucketRegion: state.region };
    }),
    onS3<typeof GetBucketAclCommand>('GetBucketAcl', (input) => ({
      Owner: { ID: canonicalUser(state) },
      Grants: [...bucketOf(state, input).grants],
    })),
  ];
}
