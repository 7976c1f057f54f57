/** What an error of a call is called, and what it says: AWS's own words, or those of the system below. */

/** A service that is not in a Region has no address there. */
const NO_SUCH_ENDPOINT =
  ': the service has no such endpoint in this Region, or this machine cannot look up its name';

/**
 * AWS's code and message. An error of Node's own, whose name is `Error`, has the system's code: `ENOTFOUND`, `ECONNREFUSED`, …
 */
export function errorInWords(cause: unknown): { readonly code: string; readonly message: string } {
  if (!(cause instanceof Error)) return { code: 'Error', message: String(cause) };
  const { name, message } = cause;
  if (name !== 'Error' || !('code' in cause) || typeof cause.code !== 'string')
    return { code: name, message };
  const { code } = cause;
  return { code, message: code === 'ENOTFOUND' ? `${message}${NO_SUCH_ENDPOINT}` : message };
}

const ACCESS_DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError|NotAuthorized)$/;

/** AWS's message names the action where it can; otherwise it is the operation's own. */
export function missingPermission({
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
