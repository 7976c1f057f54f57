/** Calls that AWS did not answer as it must. */

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
    const message = cause instanceof Error ? cause.message : String(cause);
    super(message, { cause });
    this.operation = operation;
    this.code = cause instanceof Error ? cause.name : 'Error';
    this.missingPermission = missingPermission({ operation, code: this.code, message });
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
  // What is not in the service's language, as a proxy's page, is no answer of AWS.
  if (code === 'SyntaxError') return `${operation} got an answer that is none of AWS's (${words})`;
  return `${operation} answered ${code}: ${words || 'no reason given'}${fix}`;
}

const ACCESS_DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError|NotAuthorized)$/;

/** AWS's message names the action where it can; otherwise it is the operation's own. */
function missingPermission({
  operation,
  code,
  message,
}: {
  readonly operation: string;
  readonly code: string;
  readonly message: string;
}): string | null {
  if (!ACCESS_DENIED.test(code)) return null;
  return /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1] ?? operation;
}
