/** The settings of a bucket that say who may use it, how it is encrypted and how long it keeps what is in it. */
import type {
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { ApiError, type Handler, type LabContext } from '../handler';
import { bucketOf, onS3 } from './bucket';

/** A setting that must be there to be returned; S3 has an error of its own for each that is not. */
function set<T>(value: T | null, code: string, message: string): T {
  if (value === null) throw new ApiError(code, message, { status: 404 });
  return value;
}

export function bucketSettingHandlers(context: LabContext): Handler[] {
  return [...policy(context), ...publicAccess(context), ...encryption(context), ...lifecycle(context)];
}

function policy({ state }: LabContext): Handler[] {
  return [
    onS3<typeof PutBucketPolicyCommand>('PutBucketPolicy', (input) => {
      const bucket = bucketOf(state, input);
      const text = policyText(input.Policy);
      if (bucket.publicAccessBlock?.BlockPublicPolicy === true && isPublic(text))
        throw new ApiError('AccessDenied', 'Public policies are blocked by BlockPublicPolicy.', {
          status: 403,
        });
      bucket.policy = text;
      return {};
    }),
    onS3<typeof GetBucketPolicyCommand>('GetBucketPolicy', (input) => ({
      Policy: policyOf(bucketOf(state, input).policy),
    })),
    onS3<typeof GetBucketPolicyStatusCommand>('GetBucketPolicyStatus', (input) => ({
      PolicyStatus: { IsPublic: isPublic(policyOf(bucketOf(state, input).policy)) },
    })),
    onS3<typeof DeleteBucketPolicyCommand>('DeleteBucketPolicy', (input) => {
      bucketOf(state, input).policy = null;
      return {};
    }),
  ];
}

function policyOf(text: string | null): string {
  return set(text, 'NoSuchBucketPolicy', 'The bucket policy does not exist');
}

export function policyText(text: string | undefined): string {
  try {
    JSON.parse(text ?? '');
  } catch {
    throw new ApiError('MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'");
  }
  return text ?? '';
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/**
 * Whether the policy is public. S3 User Guide, "The meaning of public": it grants to everyone, and no condition narrows
 * that down. Here any condition does; S3 looks at what it says.
 */
function isPublic(text: string): boolean {
  const document: { readonly Statement?: Statement | readonly Statement[] } = JSON.parse(text);
  const { Statement: stated = [] } = document;
  const statements: readonly Statement[] = [stated].flat();
  return statements.some(
    ({ Effect, Principal, Condition }) =>
      Effect === 'Allow' &&
      Condition === undefined &&
      ['"*"', '{"AWS":"*"}'].includes(JSON.stringify(Principal)),
  );
}

function publicAccess({ state }: LabContext): Handler[] {
  const absent = 'The public access block configuration was not found';
  return [
    onS3<typeof PutPublicAccessBlockCommand>('PutPublicAccessBlock', (input) => {
      bucketOf(state, input).publicAccessBlock = input.PublicAccessBlockConfiguration ?? {};
      return {};
    }),
    onS3<typeof GetPublicAccessBlockCommand>('GetPublicAccessBlock', (input) => ({
      PublicAccessBlockConfiguration: set(
        bucketOf(state, input).publicAccessBlock,
        'NoSuchPublicAccessBlockConfiguration',
        absent,
      ),
    })),
    onS3<typeof DeletePublicAccessBlockCommand>('DeletePublicAccessBlock', (input) => {
      bucketOf(state, input).publicAccessBlock = null;
      return {};
    }),
  ];
}

function encryption({ state }: LabContext): Handler[] {
  const absent = 'The server side encryption configuration was not found';
  return [
    onS3<typeof PutBucketEncryptionCommand>('PutBucketEncryption', (input) => {
      bucketOf(state, input).encryption = input.ServerSideEncryptionConfiguration ?? null;
      return {};
    }),
    onS3<typeof GetBucketEncryptionCommand>('GetBucketEncryption', (input) => ({
      ServerSideEncryptionConfiguration: set(
        bucketOf(state, input).encryption,
        'ServerSideEncryptionConfigurationNotFoundError',
        absent,
      ),
    })),
    onS3<typeof DeleteBucketEncryptionCommand>('DeleteBucketEncryption', (input) => {
      // S3 User Guide, "default encryption": without a setting of its own a bucket uses keys of S3, and says so.
      bucketOf(state, input).encryption = {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      };
      return {};
    }),
  ];
}

function lifecycle({ state }: LabContext): Handler[] {
  const absent = 'The lifecycle configuration does not exist';
  return [
    onS3<typeof PutBucketLifecycleConfigurationCommand>('PutBucketLifecycleConfiguration', (input) => {
      bucketOf(state, input).lifecycle = input.LifecycleConfiguration?.Rules ?? [];
      return {};
    }),
    onS3<typeof GetBucketLifecycleConfigurationCommand>('GetBucketLifecycleConfiguration', (input) => ({
      Rules: [...set(bucketOf(state, input).lifecycle, 'NoSuchLifecycleConfiguration', absent)],
    })),
    onS3<typeof DeleteBucketLifecycleCommand>('DeleteBucketLifecycle', (input) => {
      bucketOf(state, input).lifecycle = null;
      return {};
    }),
  ];
}
