/** From what a handler throws to what AWS would say: code, message and HTTP status. */
import type { NormalizedSchema } from '@smithy/core/schema';
import { ApiError } from './handler';

/** What a thrown error says on the wire, in any protocol. */
export interface ErrorAnswer {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the exception, where the service models it. */
  readonly schema?: NormalizedSchema | undefined;
}

/** An {@link ApiError} as it is, the SDK's own exceptions as their service models them, anything else as InternalFailure. */
export function errorAnswer(thrown: unknown, errors: ReadonlyMap<string, NormalizedSchema>): ErrorAnswer {
  if (thrown instanceof ApiError)
    return { code: thrown.code, message: thrown.message, status: thrown.status, headers: thrown.headers };
  if (!(thrown instanceof Error))
    return { code: 'InternalFailure', message: String(thrown), status: 500, headers: {} };
  if (!('$fault' in thrown))
    return {
      code: 'InternalFailure',
      message: `${thrown.name}: ${thrown.message}`,
      status: 500,
      headers: {},
    };
  // An instance of the SDK's own exception class, thrown by a handler.
  const schema = errors.get(thrown.name);
  const stated = schema?.getMergedTraits().httpError ?? queryErrorOf(schema)?.status;
  const status = typeof stated === 'number' ? stated : thrown.$fault === 'server' ? 500 : 400;
  return { code: thrown.name, message: thrown.message, status, headers: {}, schema };
}

/** Code and status that the awsQuery protocol uses for a modelled exception in place of its name. */
export function queryErrorOf(
  schema: NormalizedSchema | undefined,
): { readonly code: string; readonly status: number } | null {
  const trait: unknown = schema?.getMergedTraits().awsQueryError;
  if (!Array.isArray(trait)) return null;
  const [code, status]: unknown[] = trait;
  return typeof code === 'string' && typeof status === 'number' ? { code, status } : null;
}
