/** Calls that AWS did not answer as it must. */
import { errorInWords, missingPermission } from './call-error';

/** A call that did not answer, or answered without what it must return. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  /** In IAM's form: `ec2:DescribeRouteTables`. */
  readonly operation: string;
  /** AWS's error code, or the name of the local error. */
  readonly code: string;
  /** The IAM action that the caller lacks, when AWS denied access. */
  readonly missingPermission: string | null;

  constructor(operation: string, cause: unknown) {
    const { code, message } = errorInWords(cause);
    super(message, { cause });
    this.operation = operation;
    this.code = code;
    this.missingPermission = missingPermission({ operation, code, message });
  }
}

/** AWS answered, but without a member that the answer cannot do without. */
export class NotReturned extends Error {
  override readonly name = 'NotReturned';
}

/**
 * As a clause for whoever must do something about it: the operation, AWS's code, the first line of its words (the SDK's own
 * advice to programmers follows on further lines), and the permission that is missing.
 */
export function failureInWords({ operation, code, message, missingPermission: missing }: CallFailed): string {
  const [words = ''] = message.split('\n');
  const fix = missing === null ? '' : `; grant ${missing} to the caller`;
  if (code === 'OutOfTime') return `${operation} gave ${words}`;
  // What is not in the service's language, as a proxy's page, is no answer of AWS.
  if (code === 'SyntaxError') return `${operation} got an answer that is none of AWS's (${words})`;
  return `${operation} answered ${code}: ${words || 'no reason given'}${fix}`;
}
