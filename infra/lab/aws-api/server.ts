/**
 * The lab's AWS endpoint: one HTTP server on loopback that answers the real SDK clients for every service, by
 * the SigV4 credential scope of the request. Signatures are not checked: whoever reaches loopback is the owner.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answeredUnder, brokenBody } from './answer-faults';
import { type Fault, type Faults, faultError, faultTable, type FaultTable, serviceDate } from './faults';
import { ApiError, type Call, type Handler, type LabApi, type LabContext } from './handler';
import { headOf, MAX_BODY_BYTES, operationOf, readBody, refusal, send, sendHalf } from './http-messages';
import { inProcessApi, perform } from './operation-run';
import { changesNetwork } from './operations';
import {
  type Answer,
  LOADED_LATE,
  openWireService,
  type RequestHead,
  SIGNING_NAMES,
  type WireService,
} from './wire';

/** One call that came over the wire, for tests that ask what a reader did. */
export interface ApiCallRecord {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  /** The HTTP status answered; 0 when there was no answer. */
  readonly status: number;
  /** The error's code and message, or null for a call that succeeded. */
  readonly error: string | null;
  readonly ms: number;
}

/** One call with its answer before it is written, for tests that judge what the lab answers. */
export interface AnsweredCall {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  /** What the handler answered; null for an error. */
  readonly output: object | null;
  /** The error's code; null for an answer. */
  readonly code: string | null;
}

export interface ApiServerOptions {
  readonly context: LabContext;
  /** The operations that are answered, or a function that makes them from the API itself. */
  readonly handlers: readonly Handler[] | ((api: LabApi) => readonly Handler[]);
  /**
   * Awaited after every successful call that may have changed the network, before its answer is sent, so that
   * the network has met the change when the caller hears of it. Calls of one server never overlap in it.
   */
  readonly afterChange?: () => Promise<void>;
}

export interface ApiServer {
  /** `http://127.0.0.1:port`, for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly api: LabApi;
  readonly calls: readonly ApiCallRecord[];
  readonly faults: Faults;
  /** Tells of every call over the wire as it is answered; the output is the lab's own and must not be kept or changed. */
  watch(listener: (answered: AnsweredCall) => void): void;
  close(): Promise<void>;
}

/** Starts the endpoint on a free port of 127.0.0.1. */
export async function startApiServer({
  context,
  handlers,
  afterChange,
}: ApiServerOptions): Promise<ApiServer> {
  const faults = faultTable();
  const calls: ApiCallRecord[] = [];
  const listeners: ((answered: AnsweredCall) => void)[] = [];
  const operations = new Map<string, Handler>();
  const services = serviceOpener();
  const api = inProcessApi({ context, services, operations });
  for (const handler of typeof handlers === 'function' ? handlers(api) : handlers)
    register(operations, services, handler);

  const lab: Lab = {
    context,
    services,
    operations,
    faults,
    calls,
    listeners,
    afterChange: serialized(afterChange ?? (async () => {})),
  };
  const server = createServer((request, response) => {
    answer(lab, request, response).catch((error: unknown) => {
      process.stderr.write(`lab: a request could not be answered: ${String(error)}\n`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: endpointOf(server),
    api,
    calls,
    faults,
    watch: (listener) => void listeners.push(listener),
    close: () => close(server),
  };
}

interface Lab {
  readonly context: LabContext;
  readonly services: (signingName: string) => WireService | null;
  readonly operations: ReadonlyMap<string, Handler>;
  readonly faults: FaultTable;
  readonly calls: ApiCallRecord[];
  readonly listeners: readonly ((answered: AnsweredCall) => void)[];
  readonly afterChange: () => Promise<void>;
}

function serviceOpener(): Lab['services'] {
  const opened = new Map<string, WireService | null>();
  return (signingName) => {
    let service = opened.get(signingName);
    if (service === undefined) opened.set(signingName, (service = openWireService(signingName)));
    return service;
  };
}

function register(operations: Map<string, Handler>, services: Lab['services'], handler: Handler): void {
  const name = `${handler.service}:${handler.operation}`;
  if (operations.has(name)) throw new Error(`${name} has two handlers`);
  operations.set(name, handler);
  if (LOADED_LATE.has(handler.service)) return;
  const service = services(handler.service);
  if (service === null)
    throw new Error(
      `${name}: the lab does not speak to a service ${handler.service}; it knows ${SIGNING_NAMES.join(', ')}`,
    );
  if (!service.operations.has(handler.operation))
    throw new Error(`${name} is not an operation of the SDK's client`);
}

/** Runs of the function never overlap; whoever comes later waits for his own run. */
function serialized(run: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    const next = last.then(run);
    last = next.catch(() => {});
    return next;
  };
}

function endpointOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return `http://127.0.0.1:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

async function answer(lab: Lab, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedMs = performance.now();
  const requestId = randomUUID();
  const body = await readBody(request);
  const scope = /\bCredential=[^/\s]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/.exec(
    request.headers.authorization ?? '',
  );
  const [, region, signingName] = scope ?? [];
  const service = signingName === undefined ? null : lab.services(signingName);
  if (service === null || region === undefined) {
    send(response, refusal(request, signingName, requestId));
    return;
  }
  const head = headOf(request);
  const operation = service.operationOf?.(head) ?? operationOf(service, head, body ?? new Uint8Array());
  const call: Call = { service: service.signingName, operation, region, requestId };
  const outcome = await outcomeOf(lab, { service, call, body, head });
  const kind = outcome.fault?.kind;
  const status = kind === 'reset' || kind === 'silent' ? 0 : outcome.answer.status;
  const { input, output, code } = outcome;
  for (const listener of lab.listeners) listener({ service: call.service, operation, input, output, code });
  lab.calls.push({
    service: call.service,
    operation,
    input: outcome.input,
    status,
    error: outcome.error,
    ms: performance.now() - startedMs,
  });
  if (kind === 'silent') return;
  if (kind === 'reset') request.socket.resetAndDestroy();
  else if (kind === 'truncated') await sendHalf(response, outcome.answer);
  else send(response, outcome.answer);
}

interface Outcome {
  readonly input: unknown;
  readonly output: object | null;
  readonly answer: Answer;
  readonly code: string | null;
  readonly error: string | null;
  readonly fault: Fault | null;
}

async function outcomeOf(
  lab: Lab,
  {
    service,
    call,
    body,
    head,
  }: { service: WireService; call: Call; body: Uint8Array | null; head: RequestHead },
): Promise<Outcome> {
  let input: unknown;
  let fault: Fault | null = null;
  try {
    if (body === null)
      throw new ApiError('RequestEntityTooLarge', `The request body exceeds ${MAX_BODY_BYTES} bytes`, {
        status: 413,
      });
    input = await service.decode(call.operation, body, head);
    fault = lab.faults.take(call.service, call.operation, input);
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    const error =
      fault === null
        ? null
        : faultError(fault, {
            service,
            operation: call.operation,
            signedAt: head.headers['x-amz-date'],
          });
    if (error !== null) throw error;
    if (fault?.kind === 'reset' || fault?.kind === 'silent')
      return {
        input,
        output: null,
        answer: { status: 0, headers: {}, body: '' },
        code: null,
        error: `no answer: ${fault.kind}`,
        fault,
      };
    const output = await answeredUnder(fault, { service, call, input }, (asked) =>
      perform(lab.operations, { service, call, input: asked }),
    );
    if (changesNetwork(call.service, call.operation)) await meetChange(lab);
    const answer = service.encode(call.operation, output, call.requestId);
    const sent = datedBy(fault, brokenBody(fault, { service, call, answer }));
    return { input, output, answer: sent, code: null, error: null, fault };
  } catch (thrown) {
    const code = thrown instanceof ApiError ? thrown.code : thrown instanceof Error ? thrown.name : 'Error';
    const error = thrown instanceof Error ? `${code}: ${thrown.message}` : String(thrown);
    const answer = service.encodeError(thrown, call.requestId);
    return { input, output: null, answer, code, error, fault };
  }
}

/** By the service's clock, where that is not ours. */
const datedBy = (fault: Fault | null, answer: Answer): Answer =>
  fault?.kind === 'clock-ahead'
    ? { ...answer, headers: { ...answer.headers, date: serviceDate(fault.byMs) } }
    : answer;

/** A change that the network could not take fails the call, with a status that no client retries: it has been carried out. */
async function meetChange({ afterChange }: Lab): Promise<void> {
  try {
    await afterChange();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ApiError(
      'NetworkNotChanged',
      `The call was carried out, but the lab's network could not follow: ${reason}`,
      { status: 409 },
    );
  }
}
