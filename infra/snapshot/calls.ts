/** Calls to AWS as the readers make them: one at a time or page by page, retried, bounded, recorded, as JSON. */
import { watched } from './answered';
import { CallFailed, NotReturned } from './call-failed';
import {
  cloudFormationClient,
  ec2Client,
  iamClient,
  isTransient,
  logsClient,
  networkFirewallClient,
  route53ResolverClient,
  s3Client,
  sagemakerClient,
  ssmClient,
  stsClient,
  type AwsConnection,
} from './clients';
import { newLimit } from './limit';
import { newPace, type Pace } from './pace';
import { retrying, type RetryBounds } from './retry';
import type { ApiCall, ApiResponse, Wire } from './snapshot';
import { toWire } from './wire-value';

// The SDK's command constructors take a rest tuple, so only the instance type can be inferred from.
// oxlint-disable-next-line typescript/no-explicit-any
type CommandClass = new (...parameters: any[]) => object;
type InputOf<C extends CommandClass> = InstanceType<C> extends { readonly input: infer I } ? I : never;
// By what a command resolves to, which is the same in clients of every generation of the SDK.
type OutputOf<C extends CommandClass> =
  InstanceType<C> extends {
    // oxlint-disable-next-line typescript/no-explicit-any
    resolveMiddleware(...parameters: any[]): (...input: any[]) => Promise<{ output: infer O }>;
  }
    ? Wire<Omit<O, '$metadata'>>
    : never;

/** A client of any service, as far as it is used here. */
interface Client {
  send(command: never, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  destroy(): void;
}

/** By the prefix of the service's IAM actions. */
const CLIENTS = {
  cloudformation: cloudFormationClient,
  ec2: ec2Client,
  iam: iamClient,
  logs: logsClient,
  'network-firewall': networkFirewallClient,
  route53resolver: route53ResolverClient,
  s3: s3Client,
  sagemaker: sagemakerClient,
  ssm: ssmClient,
  sts: stsClient,
} as const satisfies Record<string, (connection: AwsConnection) => Promise<Client>>;

export type Service = keyof typeof CLIENTS;

/** More pages than any account has; against a service that never stops. */
const MAX_PAGES = 1000;

export interface Calls {
  /** Throws {@link CallFailed}. */
  readonly ask: <C extends CommandClass>(
    service: Service,
    command: C,
    input: InputOf<C>,
  ) => Promise<OutputOf<C>>;
  /** The items of all pages. A page without the list is a failure, not an empty page. Throws {@link CallFailed}. */
  readonly pages: <C extends CommandClass, T>(
    service: Service,
    command: C,
    input: InputOf<C>,
    items: (page: OutputOf<C>) => readonly T[] | undefined,
  ) => Promise<T[]>;
  /** The same connections, with a record of its own of the calls made, and an end of its own before the others'. */
  readonly recorded: (record: ApiCall[], signal?: AbortSignal) => Calls;
  readonly close: () => void;
}

export interface CallsOptions {
  /** Calls in flight at once. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly bounds?: RetryBounds;
}

interface Connected {
  readonly client: (service: Service) => Promise<Client>;
  readonly limited: <T>(work: () => Promise<T>) => Promise<T>;
  readonly pace: (service: Service) => Pace;
  readonly signal: AbortSignal;
  readonly bounds: RetryBounds | undefined;
}

/** Opens the connection's clients, each when first asked. Whoever opens must close. */
export function openCalls(connection: AwsConnection, options: CallsOptions = {}): Calls {
  const clients = new Map<Service, Promise<Client>>();
  const client = (service: Service) => {
    let opened = clients.get(service);
    if (opened === undefined) clients.set(service, (opened = CLIENTS[service](connection)));
    return opened;
  };
  const ended = new AbortController();
  const close = () => {
    // Calls still under way, with the retries they would make, end with their clients.
    ended.abort();
    for (const opened of clients.values()) void opened.then((each) => each.destroy()).catch(() => {});
    clients.clear();
  };
  const signal =
    options.signal === undefined ? ended.signal : AbortSignal.any([options.signal, ended.signal]);
  const atOnce = options.concurrency ?? 6;
  const connected: Connected = {
    client,
    limited: newLimit(atOnce),
    pace: pacesOf(atOnce),
    signal,
    bounds: options.bounds,
  };
  return callsOf(connected, { record: [], close });
}

/** One pace for each service, for as long as the calls are open: throttling is of an account's calls to a service. */
function pacesOf(atOnce: number): (service: Service) => Pace {
  const paces = new Map<Service, Pace>();
  return (service) => {
    let pace = paces.get(service);
    if (pace === undefined) paces.set(service, (pace = newPace({ atOnce, sentAway: isTransient })));
    return pace;
  };
}

function callsOf(connected: Connected, { record, close }: { record: ApiCall[]; close: () => void }): Calls {
  return {
    ask: async (service, command, input) => {
      const { output, response } = await answerOf(connected, { service, command, input });
      const operation = operationOf(service, command);
      record.push({ operation, parameters: toWire(input), pages: 1, responses: [response] });
      return output;
    },
    pages: (service, command, input, items) =>
      allPages(connected, { service, command, input, items, record }),
    recorded: (own, end) => {
      const signal = end === undefined ? connected.signal : AbortSignal.any([connected.signal, end]);
      return callsOf({ ...connected, signal }, { record: own, close });
    },
    close,
  };
}

function operationOf(service: Service, command: CommandClass): string {
  return `${service}:${command.name.replace(/Command$/, '')}`;
}

interface Answered<C extends CommandClass> {
  readonly output: OutputOf<C>;
  readonly response: ApiResponse;
}

interface Asked<C extends CommandClass> {
  readonly service: Service;
  readonly command: C;
  readonly input: InputOf<C>;
}

async function answerOf<C extends CommandClass>(
  { client, limited, pace, signal, bounds }: Connected,
  { service, command, input }: Asked<C>,
): Promise<Answered<C>> {
  try {
    const opened = await client(service);
    // While one call waits to be made again, others of its service may be held back, but none of another service.
    return await pace(service).call((paced) =>
      retrying(
        (abortSignal) =>
          limited(() => paced.attempt(() => attempt<C>(opened, new command(input), abortSignal))),
        { signal, mayRetry: paced.mayRetry, ...(bounds === undefined ? {} : { bounds }) },
      ),
    );
  } catch (error) {
    throw new CallFailed(operationOf(service, command), error);
  }
}

async function attempt<C extends CommandClass>(
  client: Client,
  command: object,
  abortSignal: AbortSignal,
): Promise<Answered<C>> {
  const responseOf = watched(command);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- command and client are of the same service
  const output = await client.send(command as never, { abortSignal });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the SDK answers a command with its output
  return { output: toWire(output) as OutputOf<C>, response: responseOf(output) };
}

interface AskedForPages<C extends CommandClass, T> extends Asked<C> {
  readonly items: (page: OutputOf<C>) => readonly T[] | undefined;
  readonly record: ApiCall[];
}

async function allPages<C extends CommandClass, T>(
  connected: Connected,
  { service, command, input, items, record }: AskedForPages<C, T>,
): Promise<T[]> {
  const operation = operationOf(service, command);
  const all: T[] = [];
  const seen = new Set<string>();
  let token: PageToken | null = null;
  const responses: ApiResponse[] = [];
  do {
    const { output: page, response }: Answered<C> = await answerOf(connected, {
      service,
      command,
      input: Object.assign({}, input, token?.request),
    });
    responses.push(response);
    const pages = responses.length;
    const found = items(page);
    if (found === undefined)
      throw new CallFailed(
        operation,
        new NotReturned(`page ${pages} of ${operation} has no list of results`),
      );
    all.push(...found);
    token = nextToken(page);
    if (token !== null && (seen.has(token.value) || pages >= MAX_PAGES))
      throw new CallFailed(operation, new NotReturned(`${operation} never comes to its last page`));
    if (token !== null) seen.add(token.value);
  } while (token !== null);
  record.push({ operation, parameters: toWire(input), pages: responses.length, responses });
  return all;
}

interface PageToken {
  readonly value: string;
  readonly request: Readonly<Record<string, string>>;
}

/** `NextToken` almost everywhere, `nextToken` in CloudWatch Logs, `Marker` in IAM: the request takes it back by the same name. */
function nextToken(page: object): PageToken | null {
  for (const name of ['NextToken', 'nextToken', 'Marker']) {
    const value: unknown = new Map<string, unknown>(Object.entries(page)).get(name);
    if (typeof value === 'string' && value !== '') return { value, request: { [name]: value } };
  }
  return null;
}
