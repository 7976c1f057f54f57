/** How AWS's public side answers what nobody has signed. Runs in server processes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { S3Answer } from './public-buckets';

export type WebHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What AWS answers to a request that nobody signed. */
export function unsigned(response: ServerResponse): void {
  const body =
    '{"__type":"MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}\n';
  response.writeHead(403, {
    'Content-Type': 'application/x-amz-json-1.1',
    'x-amzn-ErrorType': 'MissingAuthenticationTokenException',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** S3's answer, as XML. */
export function sendS3(response: ServerResponse, { status, body }: S3Answer): void {
  response.writeHead(status, {
    'Content-Type': 'application/xml',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** The host that a request names, in lower case and without a port; null for none. */
export function hostName(request: IncomingMessage): string | null {
  return request.headers.host?.replace(/:\d+$/, '').toLowerCase() ?? null;
}
