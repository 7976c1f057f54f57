/** What an error of a call is called, and what it says: AWS's own words, or those of the system below. */

/** A service that is not in a Region has no address there. */
const NO_SUCH_ENDPOINT =
  ': the service has no such endpoint in this Region, or this machine cannot look up its name';

/** By what an endpoint is not reached: codes of Node's own errors, and what the SDK calls a connection that is not made in time. */
const NOT_REACHED =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError)$/;

/** The AWS CLI goes through a proxy that the environment names; this tool's clients do not (AWS SDK for JavaScript v3, "proxies"). */
const PROXY_NOT_USED = ': HTTPS_PROXY is set, and this tool connects without a proxy';

/** What the SDK tells programmers of an answer that it cannot read. */
const SDK_ADVICE = /\s*Deserialization error: to see the raw response[\s\S]*$/;

/**
 * AWS's code and message. An error of Node's own, whose name is `Error`, has the system's code: `ENOTFOUND`, `ECONNREFUSED`, …
 * Where AWS was not reached, what may be the reason is said.
 */
export function errorInWords(
  cause: unknown,
  environment: NodeJS.ProcessEnv = process.env,
): { readonly code: string; readonly message: string } {
  if (!(cause instanceof Error)) return { code: 'Error', message: String(cause) };
  const code = cause.name === 'Error' ? (systemCode(cause) ?? cause.name) : cause.name;
  const endpoint = code === 'ENOTFOUND' ? NO_SUCH_ENDPOINT : '';
  const isProxied = (environment['HTTPS_PROXY'] ?? environment['https_proxy'] ?? '') !== '';
  const proxy = isProxied && NOT_REACHED.test(code) ? PROXY_NOT_USED : '';
  return { code, message: `${cause.message.replace(SDK_ADVICE, '')}${endpoint}${proxy}` };
}

function systemCode(cause: Error): string | null {
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
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
