/**
 * Faults that a test orders from the API server: what an account without a permission, a busy service or a
 * bad line does to a caller. Error codes and statuses are those of the service's protocol, so the SDK's clients
 * treat them as they treat AWS's.
 */
import type { AnswerFault } from './answer-faults';
import { ApiError } from './handler';
import { iamAction } from './operations';
import type { WireService } from './wire';

export type FaultKind =
  /** The service's own form of "not authorized to perform …". */
  | { readonly kind: 'access-denied' }
  /** The service's own form of "rate exceeded"; `retryAfterMs` becomes the header that the SDK honours. */
  | { readonly kind: 'throttled'; readonly retryAfterMs?: number }
  | { readonly kind: 'error'; readonly code: string; readonly status: number; readonly message?: string }
  /** The connection is reset before an answer. */
  | { readonly kind: 'reset' }
  /** The request is taken and never answered; whoever waits must give up by himself. */
  | { readonly kind: 'silent' }
  /** Half of the right answer, then the connection is reset. The call has been carried out. */
  | { readonly kind: 'truncated' }
  /** The right answer, late (with `delayMs`). */
  | { readonly kind: 'late' }
  /** Credentials that were good have ended: the service's own form of it. */
  | { readonly kind: 'expired' }
  /** The service's clock is ahead of the caller's: what he signs by his own is too old, until he goes by the service's. */
  | { readonly kind: 'clock-ahead'; readonly byMs: number }
  | AnswerFault;

export type Fault = FaultKind & {
  /** `ec2:DescribeRouteTables`, `ec2:*` or `*`. */
  readonly on: string;
  /** For how many calls; for ever when absent. */
  readonly times?: number;
  /** So many calls that it is about are answered rightly before the first that it meets; none when absent. */
  readonly after?: number;
  /** How long the answer (or the reset) is held back. */
  readonly delayMs?: number;
  /** Only calls whose input meets this; every call when absent. */
  readonly when?: (input: unknown) => boolean;
};

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
}

export interface FaultTable extends Faults {
  /** The fault that this call meets, counted; null for none. Of several, the one added first. */
  take(service: string, operation: string, input: unknown): Fault | null;
}

export function faultTable(): FaultTable {
  let entries: { readonly fault: Fault; left: number; toCome: number }[] = [];
  return {
    add(fault) {
      if (!/^(\*|[a-z0-9-]+:(\*|[A-Z]\w+))$/.test(fault.on))
        throw new Error(`a fault's "on" is service:Operation, service:* or *, not ${fault.on}`);
      entries.push({ fault, left: fault.times ?? Infinity, toCome: fault.after ?? 0 });
    },
    clear() {
      entries = [];
    },
    take(service, operation, input) {
      const names = ['*', `${service}:*`, `${service}:${operation}`];
      const entry = entries.find(
        ({ fault, left }) => left > 0 && names.includes(fault.on) && (fault.when?.(input) ?? true),
      );
      if (entry === undefined) return null;
      if (entry.toCome > 0) {
        entry.toCome -= 1;
        return null;
      }
      entry.left -= 1;
      return entry.fault;
    },
  };
}

export interface FaultyCall {
  readonly service: WireService;
  readonly operation: string;
  /** `X-Amz-Date` of the request, `20261128T055000Z`. */
  readonly signedAt: string | undefined;
}

/** The error that the fault makes of a call, or null for a fault that leaves the call's outcome alone. */
export function faultError(fault: Fault, { service, operation, signedAt }: FaultyCall): ApiError | null {
  if (fault.kind === 'access-denied') return accessDenied(service, operation);
  if (fault.kind === 'throttled') return throttled(service, fault.retryAfterMs);
  if (fault.kind === 'expired') return expired(service);
  if (fault.kind === 'clock-ahead') return tooOld(service, fault.byMs, signedAt);
  if (fault.kind !== 'error') return null;
  return new ApiError(fault.code, fault.message ?? `${fault.code}, as ordered by the test`, {
    status: fault.status,
  });
}

/** "Not authorized" in the words of the service's protocol. */
export function accessDenied(service: WireService, operation: string): ApiError {
  if (service.protocol === 'ec2')
    return new ApiError('UnauthorizedOperation', 'You are not authorized to perform this operation.', {
      status: 403,
    });
  const message = `User: arn:aws:iam::123456789012:user/lab is not authorized to perform: ${iamAction(service.signingName, operation)} because no identity-based policy allows the ${iamAction(service.signingName, operation)} action`;
  if (service.protocol === 'query' || service.protocol === 'rest')
    return new ApiError('AccessDenied', message, { status: 403 });
  return new ApiError('AccessDeniedException', message, { status: 400 });
}

function throttled(service: WireService, retryAfterMs: number | undefined): ApiError {
  const headers: Record<string, string> =
    retryAfterMs === undefined ? {} : { 'x-amz-retry-after': String(retryAfterMs) };
  if (service.protocol === 'ec2')
    return new ApiError('RequestLimitExceeded', 'Request limit exceeded.', { status: 503, headers });
  if (service.protocol === 'query')
    return new ApiError('Throttling', 'Rate exceeded', { status: 400, headers });
  if (service.protocol === 'rest')
    return new ApiError('SlowDown', 'Please reduce your request rate.', { status: 503, headers });
  return new ApiError('ThrottlingException', 'Rate exceeded', { status: 400, headers });
}

/** Common error codes of EC2 (EC2 API reference), S3 (Error responses) and the other services (AWS SDK retry behaviour; MEMORY). */
function expired(service: WireService): ApiError {
  if (service.protocol === 'ec2')
    return new ApiError('RequestExpired', 'Request has expired.', { status: 400 });
  const message = 'The security token included in the request is expired';
  if (service.protocol === 'query') return new ApiError('ExpiredToken', message, { status: 403 });
  if (service.protocol === 'rest') return new ApiError('ExpiredToken', message, { status: 400 });
  return new ApiError('ExpiredTokenException', message, { status: 400 });
}

/** A signature counts for five minutes around its time (IAM user guide, "Signature Version 4": 15 for S3, five elsewhere). */
const SIGNATURE_MS = 300_000;

/** What the service's answers are dated by; the SDK's clients put their clocks right by it. */
export const serviceDate = (byMs: number): string => new Date(Date.now() + byMs).toUTCString();

/** Codes of the services' own (MEMORY); null for a signature that is young enough. */
function tooOld({ protocol }: WireService, byMs: number, signedAt: string | undefined): ApiError | null {
  const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(signedAt ?? '');
  if (time === null) return null;
  const [year = 0, month = 1, day, hour, minute, second] = time.slice(1).map(Number);
  const ageMs = Date.now() + byMs - Date.UTC(year, month - 1, day, hour, minute, second);
  if (Math.abs(ageMs) < SIGNATURE_MS) return null;
  const headers = { date: serviceDate(byMs) };
  const message = `Signature expired: ${signedAt} is now earlier than ${serviceDate(byMs)}`;
  if (protocol === 'ec2') return new ApiError('RequestExpired', message, { status: 400, headers });
  if (protocol === 'rest') return new ApiError('RequestTimeTooSkewed', message, { status: 403, headers });
  if (protocol === 'query') return new ApiError('SignatureDoesNotMatch', message, { status: 403, headers });
  return new ApiError('InvalidSignatureException', message, { status: 400, headers });
}
