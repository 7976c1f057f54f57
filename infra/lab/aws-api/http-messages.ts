/** Reading requests and sending answers, for the lab's AWS endpoint. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type RequestHead, SIGNING_NAMES, type WireService } from './wire';

// A CloudFormation template has at most 1 MB, which form encoding may treble.
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The body, or null when it is longer than any request of AWS's may be. */
export async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? null : Buffer.concat(chunks);
}

/** What stands before the body. */
export function headOf({ method = '', url = '/', headers }: IncomingMessage): RequestHead {
  const single = Object.entries(headers).map(([name, value]): [string, string | undefined] => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return { method, url, headers: Object.fromEntries(single) };
}

/** The operation that a request asks for, by the service's protocol; an empty text for none. */
export function operationOf(service: WireService, { headers }: RequestHead, body: Uint8Array): string {
  if (service.protocol !== 'json')
    return new URLSearchParams(new TextDecoder().decode(body)).get('Action') ?? '';
  return (headers['x-amz-target'] ?? '').split('.')[1] ?? '';
}

/** For a request that belongs to no service here: an error that JSON and XML clients alike can read. */
export function refusal(
  request: IncomingMessage,
  signingName: string | undefined,
  requestId: string,
): Answer {
  const error =
    signingName === undefined
      ? { status: 403, code: 'MissingAuthenticationToken', message: UNSIGNED }
      : {
          status: 501,
          code: 'NotImplemented',
          message: `the lab has no service ${signingName}; it answers ${SIGNING_NAMES.join(', ')}`,
        };
  const headers = { 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code };
  const contentType = request.headers['content-type'] ?? '';
  if (request.headers['x-amz-target'] !== undefined || contentType.includes('json')) {
    const body = JSON.stringify({ __type: error.code, message: error.message });
    return {
      status: error.status,
      headers: { ...headers, 'content-type': 'application/x-amz-json-1.1' },
      body,
    };
  }
  // Signing names are checked to be plain words, so nothing here needs escaping.
  const xml = `<Error><Code>${error.code}</Code><Message>${error.message}</Message></Error>`;
  const body = contentType.includes('x-www-form-urlencoded') ? `<ErrorResponse>${xml}</ErrorResponse>` : xml;
  return { status: error.status, headers: { ...headers, 'content-type': 'text/xml' }, body };
}

const UNSIGNED =
  'The request is not signed (Signature Version 4), so the lab cannot tell which service it is for';

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Half of the answer under the whole answer's length, then the connection is reset. */
export async function sendHalf(response: ServerResponse, { status, headers, body }: Answer): Promise<void> {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  await new Promise((resolve) => response.write(bytes.subarray(0, bytes.length / 2), resolve));
  response.destroy();
}
