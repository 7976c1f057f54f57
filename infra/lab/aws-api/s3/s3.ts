/** S3, as far as a bucket is a destination of logs: its settings, and reading the objects that were delivered. */
import type { LabState } from '../../state';
import { ApiError, type Call, type Handler, type LabContext } from '../handler';
import { bucketHandlers } from './bucket';
import { bucketSettingHandlers } from './bucket-settings';
import { objectHandlers } from './object';

export function s3Handlers(context: LabContext): Handler[] {
  const handlers = [
    ...bucketHandlers(context),
    ...bucketSettingHandlers(context),
    ...objectHandlers(context),
  ];
  return handlers.map((handler) => ({
    ...handler,
    run: async (input, call) => {
      redirectToRegion(context.state, input, call);
      return handler.run(input, call);
    },
  }));
}

/**
 * S3 User Guide, "Making requests" and "Error responses": a bucket of another Region than the endpoint's is not answered for,
 * but said where it is.
 */
function redirectToRegion(state: LabState, input: unknown, { region }: Call): void {
  const name = typeof input === 'object' && input !== null && 'Bucket' in input ? input.Bucket : null;
  const bucket = typeof name === 'string' ? state.buckets.get(name) : undefined;
  const itsRegion = bucket?.region ?? state.region;
  if (bucket === undefined || itsRegion === region) return;
  throw new ApiError(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    { status: 301, headers: { 'x-amz-bucket-region': itsRegion } },
  );
}
