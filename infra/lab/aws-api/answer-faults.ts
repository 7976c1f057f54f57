/**
 * Faults in what an answer says rather than in how it comes: pages with nothing on them, members that nobody sent,
 * values and members that are newer than the client, bodies that are no answer. They are made from the right answer by
 * the service's schemas, so they fit every operation.
 */
import type { NormalizedSchema } from '@smithy/core/schema';
import type { Fault } from './faults';
import type { Call } from './handler';
import type { Answer, OperationSchemas, WireService } from './wire';

export type AnswerFault =
  /** Every list of the answer is empty, and there is no further page. */
  | { readonly kind: 'empty-lists' }
  /** An answer without any member. */
  | { readonly kind: 'empty-answer' }
  /** Before the first page comes an empty one, with the token of the next; only where the operation has pages. */
  | { readonly kind: 'extra-page' }
  /** The text of a member, wherever it stands, is one that no client knows. */
  | { readonly kind: 'unknown-value'; readonly member: string }
  /** A member is not there, wherever it should stand. */
  | { readonly kind: 'without-member'; readonly member: string }
  /** Every structure has a member more than the client knows. */
  | { readonly kind: 'unknown-member' }
  /** Status 200 and the right headers, with a body that is whole for HTTP but no answer. */
  | { readonly kind: 'malformed'; readonly body: 'cut' | 'garbage' | 'html' | 'empty' };

/** What stands for a value that came into being after the client. */
export const UNKNOWN_VALUE = 'something-new';
const EXTRA_PAGE = 'page-that-was-added';
const TOKENS = ['NextToken', 'nextToken', 'Marker'];
const PROXY_PAGE = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Proxy<br></body></html>';

type Members = Readonly<Record<string, unknown>>;

export interface AskedCall {
  readonly service: WireService;
  readonly call: Call;
  readonly input: unknown;
}

/** The handler's answer as the fault leaves it. */
export async function answeredUnder(
  fault: Fault | null,
  { service, call, input }: AskedCall,
  perform: (input: unknown) => Promise<object>,
): Promise<object> {
  if (fault?.kind === 'extra-page') {
    const tokenName = pageTokenOf(call.operation, service.operations.get(call.operation) ?? null);
    if (tokenName === null) return perform(input);
    const { [tokenName]: token, ...asked } = membersOf(input);
    if (token === EXTRA_PAGE) return perform(asked);
    const page = await perform(input);
    const more = 'IsTruncated' in page ? { IsTruncated: true } : {};
    return token === undefined ? { ...withoutItems(page), ...more, [tokenName]: EXTRA_PAGE } : page;
  }
  const output = await perform(input);
  if (fault?.kind === 'empty-answer') return {};
  if (fault?.kind === 'empty-lists') return withoutItems(output);
  if (fault?.kind === 'unknown-value' || fault?.kind === 'without-member')
    return membersOf(walk(output, fault));
  return output;
}

function withoutItems(output: object): Members {
  const kept = Object.entries(output).filter(([name]) => !TOKENS.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, Array.isArray(value) ? [] : value]));
}

/** The name of the answer's page token; null for an operation without pages. */
function pageTokenOf(operation: string, schemas: OperationSchemas | null): string | null {
  // The client from before schemas names it like most do, and has pages where it lists.
  if (schemas === null) return operation.startsWith('List') ? 'NextToken' : null;
  if (schemas.output.isUnitSchema()) return null;
  const names = [...schemas.output.structIterator()].map(([name]) => name);
  return TOKENS.find((token) => names.includes(token)) ?? null;
}

function walk(value: unknown, fault: AnswerFault & { readonly member: string }): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, fault));
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value))
    return value;
  const members = Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (name !== fault.member) return [[name, walk(member, fault)] as const];
    if (fault.kind === 'without-member') return [];
    return [[name, typeof member === 'string' ? UNKNOWN_VALUE : walk(member, fault)] as const];
  });
  return Object.fromEntries(members);
}

export interface Encoded {
  readonly service: WireService;
  readonly call: Call;
  readonly answer: Answer;
}

/** The answer with the body as the fault leaves it. */
export function brokenBody(fault: Fault | null, { service, call, answer }: Encoded): Answer {
  const text = String(answer.body);
  // Bytes of an object are nobody's structure.
  if (fault?.kind === 'unknown-member' && typeof answer.body !== 'string') return answer;
  if (fault?.kind === 'unknown-member') {
    const schema = service.operations.get(call.operation)?.output ?? null;
    return { ...answer, body: service.protocol === 'json' ? newerJson(text, schema) : newerXml(text) };
  }
  if (fault?.kind !== 'malformed') return answer;
  if (fault.body === 'html') return { ...answer, headers: { 'content-type': 'text/html' }, body: PROXY_PAGE };
  if (fault.body === 'cut') return { ...answer, body: text.slice(0, text.length / 2) };
  return { ...answer, body: fault.body === 'garbage' ? '\u0000\ufffd{<]' : '' };
}

/** Before the end of every structure: an element that ends directly after another one holds structures or is one. */
function newerXml(text: string): string {
  return text.replace(
    /(<\/[\w:]+>|\/>)(<\/(?:item|member|\w+Response)>)/g,
    '$1<SomethingNew>1</SomethingNew>$2',
  );
}

function newerJson(text: string, schema: NormalizedSchema | null): string {
  return JSON.stringify(newer(JSON.parse(text === '' ? '{}' : text), schema));
}

function newer(value: unknown, schema: NormalizedSchema | null): unknown {
  if (Array.isArray(value)) {
    const item = schema?.isListSchema() === true ? schema.getValueSchema() : null;
    return value.map((one: unknown) => newer(one, item));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (schema?.isMapSchema() === true)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]: [string, unknown]) => [
        key,
        newer(one, schema.getValueSchema()),
      ]),
    );
  const structure = schema?.isStructSchema() === true ? new Map(schema.structIterator()) : null;
  const members = Object.entries(value).map(([name, one]: [string, unknown]) => [
    name,
    newer(one, structure?.get(name) ?? null),
  ]);
  return { ...Object.fromEntries(members), SomethingNew: { Deep: ['1'] } };
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
