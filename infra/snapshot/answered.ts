/** What AWS sent, byte for byte: the request id and the SHA-256 of the body that an answer of the SDK was made from. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ApiResponse } from './snapshot';

/** No answer of a reading operation comes near it; a body without end must not fill the memory. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** A body longer than any answer. */
export class BodyTooLong extends Error {
  override readonly name = 'BodyTooLong';
}

/** A command of any client generation, as far as a middleware is added to it. */
interface Watchable {
  readonly middlewareStack: {
    add(middleware: never, options: { readonly step: 'deserialize'; readonly priority: 'low' }): void;
  };
}

type Next = (call: unknown) => Promise<{ readonly response: unknown }>;

/**
 * Watches the one call that the command is sent for. The body is read here, within the call's own time limits, and
 * handed on as a stream of the same bytes, so what the SDK reads is what was hashed. Returns a function that says what
 * came, once the SDK's output is there. Throws {@link BodyTooLong} through the call.
 */
export function watched(command: object): (output: unknown) => ApiResponse {
  let sha256: string | null = null;
  // In this step and with this priority, nothing stands between the middleware and the HTTP answer.
  const middleware = (next: Next) => async (call: unknown) => {
    const result = await next(call);
    sha256 = await hashedBody(result.response);
    return result;
  };
  if (isWatchable(command))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape of a deserialize middleware
    command.middlewareStack.add(middleware as never, { step: 'deserialize', priority: 'low' });
  return (output) => ({ requestId: requestIdOf(output), sha256 });
}

function isWatchable(command: object): command is Watchable {
  return 'middlewareStack' in command;
}

/** Null where the answer's body is no stream of Node's: then nothing is touched. */
async function hashedBody(response: unknown): Promise<string | null> {
  if (typeof response !== 'object' || response === null || !('body' in response)) return null;
  const { body } = response;
  if (!(body instanceof Readable)) return null;
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new BodyTooLong(`the answer has more than ${MAX_BODY_BYTES} bytes`);
    hash.update(chunk);
    chunks.push(chunk);
  }
  response.body = Readable.from(chunks);
  return hash.digest('hex');
}

/** S3's support asks for both of its ids (S3 User Guide, "Getting Amazon S3 request IDs"): the second follows a space. */
function requestIdOf(output: unknown): string | null {
  if (typeof output !== 'object' || output === null || !('$metadata' in output)) return null;
  const metadata = new Map<string, unknown>(Object.entries(output.$metadata ?? {}));
  const ids = ['requestId', 'extendedRequestId'].flatMap((name) => {
    const id = metadata.get(name);
    return typeof id === 'string' && id !== '' ? [id] : [];
  });
  return ids.length === 0 ? null : ids.join(' ');
}
