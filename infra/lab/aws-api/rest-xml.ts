/**
 * The restXml protocol as S3 speaks it with the bucket in the path, by the SDK's schemas: method, path and query name the
 * operation, members come from the path, the query, the headers and the body, and errors are an XML document of their
 * own. Of the operations on objects only the one that fetches one is told apart here.
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { $ClientProtocol } from '@smithy/types';
import { errorAnswer } from './error-answer';
import { ApiError } from './handler';
import type { Answer, RequestHead, WireService } from './wire';

/** An operation's schemas and the method, path and query that stand for it. */
export interface RestOperation {
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  readonly method: string;
  /** Whether it is on an object: its key stands in the path behind the bucket. */
  readonly onObject: boolean;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly status: number;
}

export interface RestService {
  readonly signingName: string;
  readonly protocol: $ClientProtocol<unknown, unknown>;
  readonly operations: ReadonlyMap<string, RestOperation>;
  readonly errors: ReadonlyMap<string, NormalizedSchema>;
}

/** The operation of a schema's `http` trait; null for one that is neither on a bucket itself nor GetObject. */
export function restOperation(
  trait: unknown,
  { input, output }: Pick<RestOperation, 'input' | 'output'>,
): RestOperation | null {
  if (!Array.isArray(trait)) return null;
  const [method, uri, status]: unknown[] = trait;
  if (typeof method !== 'string' || typeof uri !== 'string' || typeof status !== 'number') return null;
  const [path = ''] = uri.split('?');
  const { searchParams } = new URL(uri, 'http://bucket');
  const onObject = path === '/{Key+}' && searchParams.get('x-id') === 'GetObject';
  const ofBucket = !input.isUnitSchema() && [...input.structIterator()].some(([name]) => name === 'Bucket');
  return (path === '/' || onObject) && ofBucket
    ? { input, output, method, onObject, query: [...searchParams], status }
    : null;
}

/** The wire format of a service with these operations. */
export function restXmlService(service: RestService): WireService {
  const { signingName, operations, errors } = service;
  return {
    signingName,
    protocol: 'rest',
    operations,
    operationOf: (head) => nameOf(operations, head),
    decode: async (operation, body, head) => decoded(service, known(service, operation), { body, head }),
    encode: (operation, value, requestId) =>
      encoded(service, known(service, operation), { value, requestId }),
    encodeError(thrown, requestId) {
      const { code, message, status, headers } = errorAnswer(thrown, errors);
      const text = `<Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message><RequestId>${requestId}</RequestId></Error>`;
      return { status, headers: { ...common(requestId), ...headers }, body: text };
    },
  };
}

function known({ operations, signingName }: RestService, operation: string): RestOperation {
  const found = operations.get(operation);
  if (found === undefined)
    throw new ApiError('NotImplemented', `${operation} is no operation on a bucket of ${signingName}`, {
      status: 501,
    });
  return found;
}

/** Of several that fit, the one that the most of the query stands for: `GET /bucket?policy` is no listing. */
function nameOf(operations: RestService['operations'], { method, url }: RequestHead): string {
  const { pathname, searchParams } = new URL(url, 'http://lab');
  const hasKey = keyIn(pathname) !== '';
  const fitting = [...operations].filter(
    ([, operation]) =>
      operation.method === method &&
      operation.onObject === hasKey &&
      operation.query.every(([name, value]) => searchParams.get(name) === value),
  );
  const [best] = fitting.sort(([, a], [, b]) => b.query.length - a.query.length);
  return best?.[0] ?? '';
}

interface Received {
  readonly body: Uint8Array;
  readonly head: RequestHead;
}

function decoded({ protocol }: RestService, { input }: RestOperation, { body, head }: Received): unknown {
  const { pathname, searchParams } = new URL(head.url, 'http://lab');
  const read = (schema: NormalizedSchema): unknown =>
    protocol.getPayloadCodec().createDeserializer().read(schema, body);
  const entries = [...input.structIterator()].map(([name, member]): [string, unknown] => {
    const { httpLabel, httpQuery, httpHeader, httpPayload } = member.getMergedTraits();
    if (httpLabel) return [name, name === 'Key' ? keyIn(pathname) : bucketIn(pathname)];
    if (httpQuery) return [name, simple(member, searchParams.get(httpQuery) ?? undefined)];
    if (httpHeader) return [name, simple(member, head.headers[httpHeader.toLowerCase()])];
    if (!httpPayload) return [name, undefined];
    if (member.isStructSchema()) return [name, body.length === 0 ? undefined : read(member)];
    return [name, member.isBlobSchema() ? body : new TextDecoder().decode(body)];
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

const bucketIn = (pathname: string): string => decodeURIComponent(pathname.split('/')[1] ?? '');
const keyIn = (pathname: string): string => decodeURIComponent(pathname.split('/').slice(2).join('/'));

function simple(schema: NormalizedSchema, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (schema.isBooleanSchema()) return text === 'true';
  return schema.isNumericSchema() ? Number(text) : text;
}

interface Answering {
  readonly value: object;
  readonly requestId: string;
}

function encoded(
  { protocol }: RestService,
  { output, status }: RestOperation,
  { value, requestId }: Answering,
): Answer {
  const headers: Record<string, string> = common(requestId);
  if (output.isUnitSchema()) return { status, headers, body: '' };
  const values = new Map<string, unknown>(Object.entries(value));
  const write = (schema: NormalizedSchema, content: unknown): string => {
    const serializer = protocol.getPayloadCodec().createSerializer();
    serializer.write(schema, content);
    return String(serializer.flush());
  };
  let hasBody = false;
  let payload: string | Uint8Array | null = null;
  for (const [name, member] of output.structIterator()) {
    const { httpHeader, httpPayload } = member.getMergedTraits();
    const content = values.get(name);
    if (httpPayload) {
      // An object's content is bytes, not a document.
      payload = content instanceof Uint8Array ? content : content === undefined ? '' : write(member, content);
    } else if (httpHeader === undefined) hasBody = true;
    else if (content !== undefined) headers[httpHeader.toLowerCase()] = headerText(content);
  }
  if (payload !== null) return { status, headers, body: payload };
  return { status, headers, body: hasBody ? write(output, value) : '' };
}

function headerText(value: unknown): string {
  if (value instanceof Date) return value.toUTCString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function common(requestId: string): Record<string, string> {
  // The second id is of S3 alone: it says which host answered.
  const host = Buffer.from(`host of ${requestId}`).toString('base64');
  return { 'content-type': 'application/xml', 'x-amz-request-id': requestId, 'x-amz-id-2': host };
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
}
